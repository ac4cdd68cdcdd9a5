"""Drugs and therapies at baseline and after it: records written out, hours by hand."""

import pandas as pd
import pytest
from view_factory import read_frame, shipped_trial

from helpers.datasets.events.adcoint import build_adcoint

# A was followed for 100 days from 1 March, B for 50; C was never randomised
ADSL = read_frame("""
USUBJID SUBJID ITTFL TRT01P ANCHORDT   EXITDT     REHABHRS
A       A      Y     IV     2022-03-01 2022-06-08 4.0
B       B      Y     CTL    2022-03-01 2022-04-19 .
C       C      N     .      .          .          .
""")
ADCM = read_frame("""
USUBJID CMCAT          CMTRT         CMDECOD  CMDOSE CMSTDTC    CMENDTC    PREFL ONTRTFL
A       REHABILITATION physiotherapy .        4      2021-12    2022-04-19 Y     Y
A       REHABILITATION arm__training .        10     2022-04-20 .          N     Y
A       REHABILITATION swimming      .        .      2022-03-01 .          N     Y
A       ANTISPASTIC    baclofen      baclofen 20     2021       .          Y     Y
B       OTHER          Botulinum__A  .        200    2022-03    2022-03    N     Y
B       ANTISPASTIC    tizanidine    .        2      2022-02    2022-02    Y     N
C       ANTISPASTIC    baclofen      baclofen 20     2021       .          .     .
""").assign(ANCHORDT=pd.Timestamp("2022-03-01"))


def build(adcm: pd.DataFrame = ADCM) -> pd.DataFrame:
    found = build_adcoint(adcm, ADSL, shipped_trial())
    assert found is not None
    return found.set_index(["PARAMCD", "USUBJID"])


def flags(code: str, who: str) -> list[object]:
    row = build().loc[(code, who)]
    return [row["BASEFL"], row["NEWFL"], row["NEWDT"]]


def test_a_drug_counts_by_its_category_or_by_a_word_in_its_name() -> None:
    assert flags("ANTISPASTIC", "A")[:2] == ["Y", "N"]
    # stopped before day 1, and botulinum under another category begun in the month of day 1
    assert flags("ANTISPASTIC", "B") == ["N", "Y", pd.Timestamp("2022-03-01")]
    assert flags("BOTULINUM", "B")[:2] == ["N", "Y"]
    assert flags("BOTULINUM", "A")[:2] == ["N", "N"]


def test_hours_are_averaged_over_the_days_of_follow_up() -> None:
    row = build().loc[("REHABHRS", "A")]
    # 50 days of 4 hours a week and 50 of 10; the record without hours adds nothing
    assert (row["BASE"], row["AVAL"], row["CHG"]) == (4, 7, 3)
    assert (row["NEWFL"], row["MUCHFL"]) == ("Y", "Y")
    assert row["NEWDT"] == pd.Timestamp("2022-03-01")


def test_without_a_record_there_are_no_hours() -> None:
    row = build().loc[("REHABHRS", "B")]
    assert row[["BASE", "AVAL", "CHG"]].isna().all()
    assert row[["BASEFL", "NEWFL", "MUCHFL"]].tolist() == ["N", "N", "N"]


@pytest.mark.parametrize(("hours", "much"), [(6, "N"), (6.5, "Y")])
def test_more_than_foreseen_is_above_the_tolerance(hours: float, much: str) -> None:
    rows = ADCM.assign(CMDOSE=ADCM["CMDOSE"].astype("Float64").mask(ADCM["CMDOSE"] == 10, hours))
    assert build(rows).loc[("REHABHRS", "A"), "MUCHFL"] == much


def test_everybody_randomised_has_a_row_of_each_even_without_records() -> None:
    found = build(ADCM.iloc[:0])
    assert list(found.index) == [
        (code, who) for code in ("ANTISPASTIC", "BOTULINUM", "REHABHRS") for who in ("A", "B")
    ]


def test_a_trial_that_names_none_has_no_such_data_set() -> None:
    trial = shipped_trial()
    bare = trial.model_copy(
        update={
            "medication": trial.medication.model_copy(update={"co_interventions": {}}),
            "baseline_sources": trial.baseline_sources.model_copy(update={"weekly_hours": {}}),
        }
    )
    assert build_adcoint(ADCM, ADSL, bare) is None
