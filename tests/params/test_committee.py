"""committee.yaml: strict, named by file and key, told to later reports only."""

import copy
import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from helpers.errors import UsageError
from helpers.params import list_interims, load_interim, load_trial
from helpers.params.committee import Committee, digest_committee, read_committee

PARAMS = Path(__file__).parents[1] / "trial" / "params"
ENTRY = {
    "interim": "ia1",
    "date": dt.date(2022, 3, 10),
    "recommendation": "continue_with_changes",
    "answer": {"date": dt.date(2022, 3, 18), "text": "Done."},
    "closes_alerts": ["IT"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PARAMS, tmp_path / "params"))


def write(folder: Path, **content: object) -> None:
    (folder / "committee.yaml").write_text(yaml.safe_dump(content))


def read(folder: Path, name: str = "ia3") -> Committee | None:
    trial = load_trial(folder)
    return read_committee(folder, trial, load_interim(folder, name, trial))


def digest(folder: Path, name: str) -> str:
    trial = load_trial(folder)
    return digest_committee(folder, trial, load_interim(folder, name, trial))


def test_the_file_may_be_absent(folder: Path) -> None:
    assert read(folder) is None
    assert digest(folder, "ia3") == ""


def test_the_file_is_no_interim(folder: Path) -> None:
    write(folder, recommendations=[ENTRY])
    assert list_interims(folder) == ("ia1", "ia2", "ia3", "ia4", "fin")


def test_an_unusable_file_does_not_hinder_the_list_of_interims(folder: Path) -> None:
    (folder / "committee.yaml").write_text("a: [")
    assert list_interims(folder) == ("ia1", "ia2", "ia3", "ia4", "fin")


@pytest.mark.parametrize(("name", "told"), [("ia1", []), ("ia2", ["IA1"]), ("fin", ["IA1"])])
def test_a_report_tells_what_was_recommended_on_earlier_ones(
    folder: Path, name: str, told: list[str]
) -> None:
    write(folder, recommendations=[ENTRY])
    committee = read(folder, name)
    assert committee is not None
    assert [entry.interim for entry in committee.recommendations] == told


def test_a_report_tells_the_versions_that_hold_by_its_cut_off(folder: Path) -> None:
    versions = [
        {"version": "1", "date": dt.date(2021, 3, 1)},
        {"version": "2", "date": dt.date(2022, 6, 1)},
    ]
    write(folder, protocol=versions)
    told = {name: read(folder, name) for name in ("ia1", "ia3")}
    assert [v.version for v in told["ia1"].protocol] == ["1"]  # type: ignore[union-attr]
    assert [v.version for v in told["ia3"].protocol] == ["1", "2"]  # type: ignore[union-attr]


def test_an_answer_changes_the_digest_of_later_reports_only(folder: Path) -> None:
    write(folder, recommendations=[{**ENTRY, "answer": None}])
    before = {name: digest(folder, name) for name in ("ia1", "ia2", "fin")}
    write(folder, recommendations=[ENTRY])
    after = {name: digest(folder, name) for name in before}
    assert [before[name] == after[name] for name in before] == [True, False, False]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"interim": "ia9"}, ["recommendations.0.interim", "'ia9'", "ia1, ia2, ia3, ia4, fin"]),
        ({"interim": "Ia1"}, ["did you mean 'ia1'?"]),
        ({"closes_alerts": ["ITT"]}, ["closes_alerts", "'ITT'", "IV, IT", "did you mean 'IT'?"]),
        ({"closes_alerts": ["CTL"]}, ["closes_alerts", "'CTL'", "allowed: IV, IT"]),
        ({"arms": ["X"]}, ["recommendations.0.arms", "'X'", "IV, IT, CTL"]),
        ({"date": dt.date(2022, 2, 19)}, ["0.date", "cut-off of ia1 (2022-02-20)"]),
        ({"date": "soon"}, ["recommendations.0.date", "'soon'"]),
        ({"recommendation": "continue"}, ["0.recommendation", "'continue'", "continue_unchanged"]),
        ({"recommendation": "pause_arm"}, ["arms: missing; pause_arm says of which"]),
        ({"answer": {"date": dt.date(2022, 3, 1), "text": "x"}}, ["answer.date", "2022-03-10"]),
        ({"close_alerts": ["IT"]}, ["close_alerts: unknown key", "did you mean 'closes_alerts'?"]),
    ],
)
def test_a_mistake_is_one_line_with_file_key_found_and_allowed(
    folder: Path, change: dict[str, object], words: list[str]
) -> None:
    write(folder, recommendations=[{**ENTRY, **change}])
    with pytest.raises(UsageError) as caught:
        read(folder)
    message = str(caught.value)
    assert "committee.yaml" in message
    assert len(message.splitlines()) == 1
    assert [word for word in words if word not in message] == []


def test_entries_stand_in_the_order_of_their_dates(folder: Path) -> None:
    later = {**copy.deepcopy(ENTRY), "date": dt.date(2022, 5, 1), "answer": None}
    write(folder, recommendations=[later, ENTRY])
    with pytest.raises(UsageError, match="recommendations: not in the order of their dates"):
        read(folder)
