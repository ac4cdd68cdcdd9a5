"""Who was randomised and dosed, and day 1."""

from dataclasses import replace as change

import pandas as pd
import pytest
from mini_data import cut
from mini_export import MiniExport, trial

from helpers.datasets.subjects.anchor import build_anchor, build_doses, compute_study_day


def anchor_of(mini: MiniExport, subject: str, mode: str = "first_dose_else_rand") -> pd.Series:
    dates = trial().dates.model_copy(update={"anchor_mode": mode})
    own = trial().model_copy(update={"dates": dates})
    return build_anchor(cut(mini), own).set_index("SUBJID").loc[subject]


@pytest.mark.parametrize(
    ("day", "number"),
    [("2021-03-05", 1), ("2021-03-06", 2), ("2021-03-04", -1), ("2021-03-03", -2)],
)
def test_there_is_no_day_zero(day, number):
    dates, anchor = pd.Series([pd.Timestamp(day)]), pd.Series([pd.Timestamp("2021-03-05")])
    assert compute_study_day(dates, anchor)[0] == number


def test_an_unknown_date_has_no_day():
    dates = pd.Series([pd.NaT], dtype="datetime64[s]")
    assert compute_study_day(dates, pd.Series([pd.Timestamp("2021-03-05")])).isna().all()


def test_treated_persons_count_from_the_first_dose_everybody_else_from_randomisation():
    mini = MiniExport()
    assert anchor_of(mini, "001")["ANCHORDT"] == pd.Timestamp("2021-03-05")
    assert anchor_of(mini, "001")["ANCHORDTM"] == pd.Timestamp("2021-03-05T10:00")
    assert anchor_of(mini, "003")["ANCHORDT"] == pd.Timestamp("2021-03-12")
    mini.change("ex", {"SUBJID": "002"}, EXOCCUR="N", EXSTDTC=None, EXREASND="x")
    assert anchor_of(mini, "002")["ANCHORDT"] == pd.Timestamp("2021-03-10")


def test_all_can_count_from_randomisation():
    assert anchor_of(MiniExport(), "001", "rand")["ANCHORDT"] == pd.Timestamp("2021-03-01")


def test_any_amount_of_cells_is_a_dose_and_none_is_not():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXDOSE="0.1")
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "2"}, EXDOSE="0")
    row = anchor_of(mini, "001")
    assert row["DOSES"] == 1
    assert pd.isna(row["TRT2DTM"])


def test_doses_count_in_the_order_of_time():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "2"}, EXSTDTC="2021-03-03T10:00")
    row = anchor_of(mini, "001")
    assert row["TRTSDTM"] == pd.Timestamp("2021-03-03T10:00")
    assert row["TRT2DTM"] == row["TRTEDTM"] == pd.Timestamp("2021-03-05T10:00")


def test_without_the_list_the_disposition_says_when_and_nobody_has_an_arm():
    records = cut(MiniExport())
    hidden = {n: f for n, f in records.tables.items() if n not in ("rand", "ex", "lot")}
    anchor = build_anchor(change(records, tables=hidden), trial()).set_index("SUBJID")
    assert "TRT01P" not in anchor
    assert list(anchor["ANCHORDT"].dt.strftime("%m-%d")) == ["03-01", "03-10", "03-12"]
    assert build_doses(change(records, tables=hidden)).empty
