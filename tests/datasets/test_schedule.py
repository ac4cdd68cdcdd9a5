"""The schedule of an export: shipped cut-offs, order, what is lacking, what cannot be read."""

import shutil

import pandas as pd
import pytest
from mini_data import interim
from mini_export import PARAMS, MiniExport, trial

from helpers.datasets.schedule import (
    COLUMNS,
    build_schedule,
    describe_trigger,
    find_trigger_date,
)
from helpers.errors import ExportError, UsageError
from helpers.params import list_interims, load_interim
from helpers.params.interim import Trigger
from helpers.simulate import write_export


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    """The built-in synthetic export, as `make report` writes it."""
    folder = tmp_path_factory.mktemp("schedule") / "default"
    write_export(folder)
    return folder


@pytest.fixture
def mini(tmp_path):
    return MiniExport().write(tmp_path / "mini")


def test_the_shipped_cutoffs_are_the_triggers_of_the_built_in_export(default):
    table = build_schedule(default, PARAMS, trial()).set_index("interim")
    shipped = {name: interim(name).cutoff.isoformat() for name in list_interims(PARAMS)}
    assert table["date"].dt.strftime("%Y-%m-%d").to_dict() == shipped


def test_one_interim_alone_has_the_date_of_the_schedule(default):
    for name in ("ia1", "ia3"):
        date = find_trigger_date(default, PARAMS, trial(), interim(name))
        assert date == pd.Timestamp(interim(name).cutoff)


def check_order(table):
    dates = table.set_index("interim")["date"]
    assert table["reached"].all()
    assert dates["ia1"] <= dates["ia2"] <= dates["ia4"]
    assert dates["ia3"] <= dates["fin"]


def test_the_interims_come_in_order(default):
    check_order(build_schedule(default, PARAMS, trial()))


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
    assert table.set_index("interim").loc["fin", "date"] == pd.Timestamp("2022-03-15")


def test_a_trigger_that_is_not_reached_is_an_error_that_says_how_many_are_lacking(mini):
    with pytest.raises(ExportError) as caught:
        find_trigger_date(mini, PARAMS, trial(), interim("ia2"))
    text = str(caught.value)
    assert "IA2: its trigger is not reached" in text
    assert "3 of 24 persons count by 2022-06-01, 21 lacking" in text


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
        find_trigger_date(mini, params, trial(), load_interim(params, "ia1", trial()))


def test_rows_entered_after_the_snapshot_of_an_interim_do_not_count(mini):
    chosen = interim("ia3").model_copy(
        update={
            "trigger": Trigger(kind="form_received", persons=3, form="NIHSS", visit="M06"),
            "extract": pd.Timestamp("2021-09-12T23:30").to_pydatetime(),
        }
    )
    with pytest.raises(ExportError, match="2 of 3 persons count"):
        find_trigger_date(mini, PARAMS, trial(), chosen)
    later = chosen.model_copy(update={"extract": None})
    assert find_trigger_date(mini, PARAMS, trial(), later) == pd.Timestamp("2021-09-14")


def test_a_record_that_may_not_be_used_does_not_count(tmp_path):
    mini = MiniExport()
    end = {"DSDECOD": "WITHDRAWAL_BY_SUBJECT", "DSWCSCOPE": "DATA_USE", "DSSTDTC": "2021-09-01"}
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, **end)
    rule = Trigger(kind="form_received", persons=3, form="NIHSS", visit="M06")
    chosen = interim("ia3").model_copy(update={"trigger": rule})
    # the form of 003 of 2021-09-11 is out; the last who can, 002, comes on 09-14
    found = find_trigger_date(mini.write(tmp_path / "x"), PARAMS, trial(), chosen)
    assert found == pd.Timestamp("2021-09-14")


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
        ({"kind": "form_received", "persons": 1, "visit": "M06", "form": "FIM"}, "or nobody left"),
        ({"kind": "visit_resolved", "persons": "all", "visit": "M12"}, "all randomised with M12"),
    ],
)
def test_a_trigger_is_described_in_words(rule, words):
    assert words in describe_trigger(Trigger(**rule))
