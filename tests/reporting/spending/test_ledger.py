"""The alpha ledger: what adds a line, what stops, what it never holds."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.errors import RunError, UsageError
from helpers.reporting.spending.ledger import (
    Booking,
    LookLine,
    book_look,
    check_look,
    read_reason,
)
from helpers.reporting.spending.place import LedgerFile, locate_ledger

IA3 = LookLine("IA3", 3, "ALPHA", "2023-04-18", 0.5, 0.479, "ld_obf", 0.0024, 3.035)
FIN = LookLine("FIN", 5, "ALPHA", "2024-08-24", 1.0, 0.833, "ld_obf", 0.05, 1.964)
AT_IA3 = Booking("TRIAL", "NIHSSTOT at M06", (IA3,), "a" * 64, "")
AT_FIN = replace(AT_IA3, looks=(IA3, FIN), data="f" * 64)


def beside(out: Path) -> LedgerFile:
    return locate_ledger(out, None)


def named(out: Path) -> LedgerFile:
    return locate_ledger(out, "looks.jsonl")


def read(out: Path) -> list[dict[str, object]]:
    path = out / "alpha_ledger.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def refuse(out: Path, booking: Booking) -> str:
    before = read(out)
    for act in (check_look, book_look):
        with pytest.raises(RunError) as caught:
            act(beside(out), booking, "")
    assert read(out) == before
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("alpha_ledger.jsonl: ")
    assert "give --rerun-reason TEXT" in message
    return message


def test_a_look_adds_one_line_for_its_owner_alone(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    (line,) = read(tmp_path)
    assert (line["interim"], line["cutoff"], line["planned_t"]) == ("IA3", "2023-04-18", 0.5)
    assert (line["t"], line["spending"], line["z_bound"]) == (0.479, "ld_obf", 3.035)
    assert (line["cumulative_alpha"], line["data"]) == (0.0024, "a" * 64)
    assert stat.S_IMODE((tmp_path / "alpha_ledger.jsonl").stat().st_mode) == 0o600


def test_it_holds_no_statistic_of_a_test(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    assert set(read(tmp_path)[0]) == {
        *("study", "interim", "sequence", "kind", "cutoff", "planned_t", "t", "spending"),
        *("cumulative_alpha", "z_bound", "key", "alpha_total", "data", "draw"),
        *("sides", "multiplicity", "info_mode"),
    }


def test_the_same_look_again_adds_nothing_and_gives_the_same_bytes(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    before = (tmp_path / "alpha_ledger.jsonl").read_bytes()
    for reason in ("", "not needed"):
        book_look(beside(tmp_path), AT_IA3, reason)
        last_bit = replace(AT_IA3, looks=(replace(IA3, z_bound=3.035 * (1 + 1e-9)),))
        book_look(beside(tmp_path), last_bit, reason)
    assert (tmp_path / "alpha_ledger.jsonl").read_bytes() == before


def test_lines_stand_in_the_order_of_the_looks(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder, order in (("a", (AT_IA3, AT_FIN)), ("b", (AT_FIN, AT_IA3))):
        for booking in order:
            book_look(beside(tmp_path / folder), booking, "")
    first, second = ((tmp_path / name / "alpha_ledger.jsonl").read_bytes() for name in "ab")
    assert first == second


def test_an_empty_ledger_is_never_in_the_way(tmp_path: Path) -> None:
    """Earlier looks are computed again: the ledger is compared with, not needed."""
    assert check_look(beside(tmp_path), AT_FIN, "") == ""
    book_look(beside(tmp_path), AT_FIN, "")
    assert [line["interim"] for line in read(tmp_path)] == ["FIN"]


def test_other_data_need_a_reason_and_add_a_line_with_it(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    other = replace(AT_IA3, data="b" * 64)
    message = refuse(tmp_path, other)
    assert (
        "IA3 was made before from other values of the key score (data aaaaaaaa, now bbb" in message
    )
    book_look(beside(tmp_path), other, "a form came late")
    first, second = read(tmp_path)
    assert "rerun_reason" not in first
    assert second["rerun_reason"] == "a form came late"
    assert second["when"]
    book_look(beside(tmp_path), other, "")  # the latest line counts
    assert len(read(tmp_path)) == 2


def test_the_same_data_that_come_out_otherwise_stop(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    pocock = replace(IA3, spending="ld_pocock", z_bound=2.17)
    message = refuse(tmp_path, replace(AT_IA3, looks=(pocock,)))
    assert "spending ld_obf, now ld_pocock; z_bound 3.035, now 2.17" in message


def test_an_earlier_look_that_is_not_found_again_stops(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    moved = replace(AT_FIN, looks=(replace(IA3, t=0.5, z_bound=2.963), FIN))
    message = refuse(tmp_path, moved)
    assert "this export does not give IA3 again as it was: t 0.479, now 0.5; z_bound" in message
    book_look(beside(tmp_path), moved, "form of participant 7 was late")
    assert read(tmp_path)[-1]["rerun_reason"] == "form of participant 7 was late"
    book_look(beside(tmp_path), moved, "")


def test_an_earlier_look_that_the_parameters_no_longer_know_stops(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    message = refuse(tmp_path, replace(AT_FIN, looks=(FIN,)))
    assert "IA3 of 2023-04-18 is in it and is no earlier look of FIN" in message
    assert "bring back its file" in message


def test_a_later_look_stops_no_earlier_one(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_FIN, "")
    book_look(beside(tmp_path), AT_IA3, "")
    assert len(read(tmp_path)) == 2


def test_a_charge_is_a_line_without_a_bound(tmp_path: Path) -> None:
    charge = LookLine("IA2", 2, "CHARGED", "2022-11-14", None, 0.29, "ld_obf", 0.0001, None)
    book_look(beside(tmp_path), replace(AT_IA3, looks=(charge,)), "")
    assert read(tmp_path)[0]["cumulative_alpha"] == 0.0001
    book_look(beside(tmp_path), replace(AT_IA3, looks=(charge, IA3)), "")
    message = refuse(tmp_path, replace(AT_FIN, looks=(IA3, FIN)))  # the charge forgotten
    assert "IA2 of 2022-11-14" in message


def test_another_key_after_a_look_is_flagged_and_no_reason_to_stop(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    other = replace(AT_FIN, key="FIMTOT at M12", looks=(replace(IA3, t=0.1), FIN))
    said = "key FIMTOT at M12 chosen after data were seen by arm; before it was NIHSSTOT at M06"
    assert check_look(beside(tmp_path), other, "") == said
    book_look(beside(tmp_path), other, "")
    assert read(tmp_path)[-1]["flag"] == said


def test_other_trials_and_other_draws_of_synthetic_data_stand_beside(tmp_path: Path) -> None:
    book_look(beside(tmp_path), replace(AT_IA3, draw="1"), "")
    book_look(beside(tmp_path), replace(AT_IA3, draw="2", data="b" * 64), "")
    book_look(beside(tmp_path), replace(AT_IA3, study="OTHER", data="c" * 64), "")
    assert len(read(tmp_path)) == 3
    refuse(tmp_path, replace(AT_IA3, draw="1", data="d" * 64))


@pytest.mark.parametrize("content", ["{", "[]", '{"study": "TRIAL"}'])
def test_a_line_that_is_none_stops_and_says_which(tmp_path: Path, content: str) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    path = tmp_path / "alpha_ledger.jsonl"
    path.write_text(path.read_text() + content + "\n")
    with pytest.raises(RunError, match="line 2 is no line of a ledger"):
        check_look(beside(tmp_path), AT_FIN, "a reason does not help")


@pytest.mark.parametrize("text", ["two\nlines", "x" * 201])
def test_a_reason_is_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="--rerun-reason"):
        read_reason(text)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"sides": 1}, "sides 2, now 1"),
        ({"multiplicity": "none"}, "multiplicity dunnett, now none"),
        ({"info_mode": "stat"}, "info_mode count, now stat"),
    ],
)
def test_another_test_than_at_an_earlier_look_stops_the_next_one(
    tmp_path: Path, rule: dict[str, object], said: str
) -> None:
    """By the present parameters the earlier look would have had the other test too."""
    book_look(beside(tmp_path), AT_IA3, "")
    changed = replace(AT_FIN, looks=tuple(replace(look, **rule) for look in (IA3, FIN)))
    message = refuse(tmp_path, changed)
    assert f"does not give IA3 again as it was: {said}; take the parameters of then" in message
    again = replace(AT_IA3, looks=(replace(IA3, **rule),))
    assert said in refuse(tmp_path, again)


def test_a_line_from_before_these_settings_is_two_sided_by_dunnett_and_by_count(
    tmp_path: Path,
) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    path = tmp_path / "alpha_ledger.jsonl"
    (line,) = read(tmp_path)
    old = {k: v for k, v in line.items() if k not in ("sides", "multiplicity", "info_mode")}
    path.write_text(json.dumps(old) + "\n")
    book_look(beside(tmp_path), AT_IA3, "")
    assert read(tmp_path) == [old]
    changed = replace(AT_IA3, looks=(replace(IA3, sides=1),))
    assert "sides 2, now 1" in refuse(tmp_path, changed)


@pytest.mark.parametrize("reason", ["", "known"])
def test_a_look_without_a_line_is_not_reported(tmp_path: Path, reason: str) -> None:
    lost = replace(AT_FIN, looks=(), problem="the information fell")
    for act in (check_look, book_look):
        with pytest.raises(RunError, match="the information fell"):
            act(beside(tmp_path), lost, reason)
    assert read(tmp_path) == []


def test_a_ledger_that_a_parameter_names_must_hold_every_earlier_look(tmp_path: Path) -> None:
    """The one beside the reports is compared and never needed; one that is named is relied on."""
    for act in (check_look, book_look):
        with pytest.raises(RunError) as caught:
            act(named(tmp_path), AT_FIN, "")
    message = str(caught.value)
    assert message.startswith("looks.jsonl: IA3 of 2023-04-18 compared arms before FIN and is not")
    assert "make its report first, or give --rerun-reason" in message
    assert not (tmp_path / "looks.jsonl").exists()
    book_look(named(tmp_path), AT_IA3, "")
    book_look(named(tmp_path), AT_FIN, "")
    lines = (tmp_path / "looks.jsonl").read_text().splitlines()
    assert [json.loads(line)["interim"] for line in lines] == ["IA3", "FIN"]
    assert read(tmp_path) == []  # nothing beside the reports


def test_an_earlier_look_of_the_same_call_is_not_missed(tmp_path: Path) -> None:
    book_look(named(tmp_path), AT_FIN, "", {"IA3"})
    book_look(named(tmp_path), AT_IA3, "")
    lines = (tmp_path / "looks.jsonl").read_text().splitlines()
    assert [json.loads(line)["interim"] for line in lines] == ["IA3", "FIN"]


def test_a_lost_line_is_made_good_with_a_reason(tmp_path: Path) -> None:
    book_look(named(tmp_path), AT_FIN, "the ledger of IA3 burnt")
    (line,) = (tmp_path / "looks.jsonl").read_text().splitlines()
    assert json.loads(line)["rerun_reason"] == "the ledger of IA3 burnt"


def test_spending_is_one_for_the_trial_whatever_the_key(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    pocock = replace(FIN, spending="ld_pocock")
    other = replace(AT_FIN, key="FIMTOT at M12", looks=(replace(IA3, t=0.4), pocock))
    message = refuse(tmp_path, other)
    assert "IA3 spent by ld_obf, FIN would by ld_pocock" in message


def test_information_never_becomes_less(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    less = replace(FIN, t=0.4)
    other = replace(AT_FIN, key="FIMTOT at M12", looks=(replace(IA3, t=0.3), less))
    assert "IA3 had t 0.479, FIN has 0.4, which is less" in refuse(tmp_path, other)
    book_look(beside(tmp_path), replace(other, looks=(IA3, replace(FIN, t=0.479))), "")


def test_another_level_or_spending_is_said_beside_another_key(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    looks = (replace(IA3, z_bound=3.4), replace(FIN, spending="ld_pocock"))
    other = replace(AT_FIN, looks=looks, alpha_total=0.02)
    said = check_look(beside(tmp_path), other, "the charter was amended")
    assert said == (
        "total level 0.02 chosen after data were seen by arm; before it was 0.05; "
        "spending ld_pocock chosen after data were seen by arm; before it was ld_obf"
    )
    book_look(beside(tmp_path), other, "the charter was amended")
    assert read(tmp_path)[-1]["flag"] == said


def test_a_line_written_before_levels_were_kept_is_still_read(tmp_path: Path) -> None:
    book_look(beside(tmp_path), AT_IA3, "")
    path = tmp_path / "alpha_ledger.jsonl"
    path.write_text(path.read_text().replace('"alpha_total": 0.05, ', ""))
    assert check_look(beside(tmp_path), AT_FIN, "") == ""
