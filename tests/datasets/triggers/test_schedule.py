"""The schedule of an export: shipped cut-offs, order, what is lacking, what cannot be read."""

import shutil

import pandas as pd
import pytest
from mini_data import interim
from mini_export import PARAMS, MiniExport, trial

from helpers.datasets.triggers.schedule import (
    COLUMNS,
    build_schedule,
    describe_trigger,
    find_reached,
    find_trigger_cutoff,
)
from helpers.errors import ExportError, NotReachedError, UsageError
from helpers.params import list_interims, load_interim
from helpers.params.interim import Trigger
from helpers.simulate import write_export


@pytest.fixture(scope="module")
def default(export):
    """The built-in synthetic export, as `make report` writes it."""
    return export


@pytest.fixture
def mini(tmp_path):
    return MiniExport().write(tmp_path / "mini")


def find_cutoff(folder, chosen, closed=True):
    return find_trigger_cutoff(folder, PARAMS, trial(), chosen, closed=closed)


@pytest.fixture(scope="module")
def schedule(default):
    """The table of the built-in export; no test changes it."""
    return build_schedule(default, PARAMS, trial())


def test_the_shipped_cutoffs_are_the_triggers_of_the_built_in_export(schedule):
    table = schedule.set_index("interim")
    shipped = {name: interim(name).cutoff.isoformat() for name in list_interims(PARAMS)}
    assert table["date"].dt.strftime("%Y-%m-%d").to_dict() == shipped


def test_the_cutoff_of_a_trigger_is_the_end_of_its_month(schedule):
    table = schedule.set_index("interim")
    assert table["cutoff"].dt.strftime("%Y-%m-%d").to_dict() == {
        "ia1": "2022-02-28",
        "ia2": "2022-11-30",
        "ia3": "2023-04-30",
        "ia4": "2023-11-30",
        "fin": "2024-08-31",
    }
    assert table["due"].all()


def test_one_interim_alone_has_the_cutoff_of_the_schedule_for_every_reader(default):
    for closed in (True, False):
        assert find_cutoff(default, interim("ia1"), closed) == pd.Timestamp("2022-02-28")


def test_a_dose_moved_within_its_month_moves_no_cutoff(tmp_path):
    rule = Trigger(kind="days_after_anchor", persons=1, days=30)
    chosen = interim("ia1").model_copy(update={"trigger": rule})
    days, cutoffs = set(), set()
    for start in ("2021-03-05", "2021-03-08", "2021-03-11"):
        mini = MiniExport()
        mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXSTDTC=f"{start}T10:00",
                    EXENDTC=f"{start}T11:00")  # fmt: skip
        days.add(find_reached(mini.records(), trial(), rule).date)
        cutoffs.add(find_cutoff(mini.write(tmp_path / start), chosen))
    assert (len(days), cutoffs) == (3, {pd.Timestamp("2021-04-30")})


def check_order(table):
    table = table.set_index("interim")
    dates = table["date"]
    assert (table["cutoff"] == table["cutoff"] + pd.offsets.MonthEnd(0)).all()
    assert (table["cutoff"] - dates).dt.days.between(0, 30).all()
    assert table["reached"].all()
    assert dates["ia1"] <= dates["ia2"] <= dates["ia4"]
    assert dates["ia3"] <= dates["fin"]


def test_the_interims_come_in_order(schedule):
    check_order(schedule)


@pytest.mark.slow
def test_the_interims_come_in_order_in_200_invented_trials(tmp_path):
    for seed in range(200):
        folder = tmp_path / str(seed)
        write_export(folder, seed=seed)
        check_order(build_schedule(folder, PARAMS, trial()))
        shutil.rmtree(folder)


def test_the_columns_and_the_numbers_of_a_small_export(mini):
    table = build_schedule(mini, PARAMS, trial())
    assert tuple(table.columns) == COLUMNS
    row = table.set_index("interim").loc["ia2"]
    assert not row["reached"]
    assert row[["needed", "counted", "lacking", "randomised"]].tolist() == [24, 3, 21, 3]
    assert pd.isna(row["date"])
    last = table.set_index("interim").loc["fin"]  # 48 are planned
    assert last[["reached", "needed", "counted", "lacking"]].tolist() == [False, 48, 3, 45]


def test_a_trigger_that_is_not_reached_says_to_closed_readers_how_many_are_lacking(mini):
    with pytest.raises(NotReachedError) as caught:
        find_cutoff(mini, interim("ia2"))
    text = str(caught.value)
    assert "IA2: not due: its trigger is not reached" in text
    assert "3 of 24 participants count by 2022-06-01, 21 lacking" in text


def of_month(persons, extract):
    """An interim whose trigger is reached in April 2021 (2) or September (3), a later export."""
    rule = Trigger(kind="days_after_anchor", persons=persons, days=30)
    return interim("ia1").model_copy(
        update={"trigger": rule, "extract": pd.Timestamp(extract).to_pydatetime()}
    )


def test_an_interim_is_due_when_the_export_goes_to_the_end_of_the_month(mini):
    assert find_cutoff(mini, of_month(2, "2021-04-30T08:00")) == pd.Timestamp("2021-04-30")
    with pytest.raises(NotReachedError, match="end of that month, 2021-04-30, and the export ends"):
        find_cutoff(mini, of_month(2, "2021-04-29T08:00"))
    rows = build_schedule(mini, PARAMS, trial())
    assert rows["due"].isin([True, False]).all()


def test_open_readers_are_told_no_number_and_no_day_of_an_interim_that_is_not_due(mini):
    said = set()
    for extract in ("2021-03-20T08:00", "2021-04-10T08:00", "2021-04-11T08:00", "2021-04-29T08:00"):
        with pytest.raises(NotReachedError) as caught:
            find_cutoff(mini, of_month(2, extract), closed=False)
        said.add(str(caught.value))
    # the trigger is reached on 2021-04-11: nothing steps on that day
    assert len(said) == 1
    assert not any(sign.isdigit() for sign in said.pop().replace("IA1", ""))


def test_open_readers_are_told_no_line_of_a_restricted_file(mini):
    path = mini / "restricted" / "ex.csv"
    lines = path.read_text().splitlines()
    lines[2] = lines[2].replace('"', "") + ',"x'
    path.write_text("\n".join(lines))
    with pytest.raises(ExportError, match="ex"):
        find_cutoff(mini, interim("ia1"))
    with pytest.raises(ExportError) as caught:
        find_cutoff(mini, interim("ia1"), closed=False)
    assert "its cut-off cannot be found in this export" in str(caught.value)
    assert "ex.csv" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_interim_without_a_trigger_has_a_row_without_numbers(mini, tmp_path):
    params = tmp_path / "params"
    shutil.copytree(PARAMS, params)
    text = "\n".join(
        line
        for line in (params / "ia1.yaml").read_text().splitlines()
        if not line.startswith("trigger")
    )
    (params / "ia1.yaml").write_text(text)
    row = build_schedule(mini, params, trial()).set_index("interim").loc["ia1"]
    assert row["reached"] is None
    assert row[["date", "needed", "lacking", "condition"]].isna().all()
    with pytest.raises(UsageError, match="IA1: no trigger is given"):
        find_trigger_cutoff(
            mini, params, trial(), load_interim(params, "ia1", trial()), closed=True
        )


def test_rows_entered_after_the_snapshot_of_an_interim_do_not_count(mini):
    chosen = interim("ia3").model_copy(
        update={
            "trigger": Trigger(kind="form_received", persons=3, form="NIHSS", visit="M06"),
            "extract": pd.Timestamp("2021-09-12T23:30").to_pydatetime(),
        }
    )
    with pytest.raises(ExportError, match="2 of 3 participants count"):
        find_cutoff(mini, chosen)
    later = chosen.model_copy(update={"extract": None})
    assert find_cutoff(mini, later) == pd.Timestamp("2021-09-30")


def test_a_record_that_may_not_be_used_does_not_count(tmp_path):
    mini = MiniExport()
    rule = Trigger(kind="form_received", persons=3, form="NIHSS", visit="M06")
    chosen = interim("ia3").model_copy(update={"trigger": rule})
    assert find_cutoff(mini.write(tmp_path / "all"), chosen) == pd.Timestamp("2021-09-30")
    end = {"DSDECOD": "WITHDRAWAL_BY_SUBJECT", "DSWCSCOPE": "DATA_USE", "DSSTDTC": "2021-09-01"}
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, **end)
    # the form of 003 of 2021-09-11 is out, and two are not three
    with pytest.raises(NotReachedError, match="2 of 3 participants count"):
        find_cutoff(mini.write(tmp_path / "less"), chosen)


def test_without_the_restricted_folder_no_trigger_can_be_found(mini):
    shutil.rmtree(mini / "restricted")
    with pytest.raises(ExportError, match="restricted/ is not there; write a date as cutoff"):
        build_schedule(mini, PARAMS, trial())


def test_a_table_that_is_missing_stops_with_its_name(mini):
    (mini / "open" / "sv.csv").unlink()
    with pytest.raises(ExportError, match=r"no sv\.csv"):
        build_schedule(mini, PARAMS, trial())


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"kind": "days_after_anchor", "persons": 12, "days": 30}, "12 randomised at least 30"),
        (
            {"kind": "visit_and_dose", "persons": 2, "visit": "M03", "dose": 2, "days": 7},
            "2 randomised with M03 done and, where doses are planned, 7 days after dose 2",
        ),
        (
            {"kind": "form_received", "persons": 1, "visit": "M06", "form": "FIM"},
            "or nobody left who can",
        ),
        ({"kind": "visit_resolved", "persons": "all", "visit": "M12"}, "all planned with M12"),
    ],
)
def test_a_trigger_is_described_in_words(rule, words):
    assert words in describe_trigger(Trigger(**rule))
