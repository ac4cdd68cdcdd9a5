"""Persons: demography, arms, populations that need nothing else."""

import pandas as pd
import pytest
from mini_data import derive_safety, person
from mini_export import MiniExport

from helpers.datasets.subjects.adsl import compute_onset, label_ranges


def test_everybody_who_consented_has_a_row():
    adsl = derive_safety(MiniExport())["adsl"]
    assert list(adsl["USUBJID"]) == [f"NCT05292625-00{n}" for n in (1, 2, 3, 4)]
    assert list(adsl["ENRFL"]) == ["Y"] * 4
    assert list(adsl["ITTFL"]) == ["Y", "Y", "Y", "N"]
    assert list(adsl["SAFFL"]) == ["Y", "Y", "Y", "N"]


def test_treated_as_planned_where_nothing_went_wrong():
    adsl = derive_safety(MiniExport())["adsl"].set_index("SUBJID")
    assert list(adsl["TRT01P"][:3]) == list(adsl["TRT01A"][:3]) == ["IV", "IT", "CTL"]
    assert adsl.loc["004", "TRT01A"] is None


def test_the_route_of_the_first_dose_is_the_arm_treated():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXROUTE="INTRATHECAL")
    row = person(mini, "001")
    assert (row["TRT01P"], row["TRT01A"]) == ("IV", "IT")


def test_a_second_dose_by_another_route_changes_nothing():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "2"}, EXROUTE="INTRATHECAL")
    assert person(mini, "001")["TRT01A"] == "IV"


def test_a_control_who_got_cells_belongs_to_the_route():
    mini = MiniExport()
    row = {**mini.pick("ex", SUBJID="001", DOSENUM="1")[0], "SUBJID": "003"}
    mini.touched.add("ex")
    mini.rows["ex"].append({**row, "EXSTDTC": "2021-04-01T10:00", "EXENDTC": "2021-04-01T11:00"})
    found = person(mini, "003")
    assert (found["TRT01P"], found["TRT01A"], found["SAFFL"]) == ("CTL", "IV", "Y")


def test_a_control_who_got_cells_by_an_unknown_route_is_no_untreated_control():
    mini = MiniExport()
    mini.change("rand", {"SUBJID": "001"}, ARMCD="CTL")
    mini.change("ex", {"SUBJID": "001"}, EXROUTE=None)
    assert person(mini, "001")["TRT01A"] is None


def test_who_was_never_dosed_is_randomised_but_not_in_the_safety_population():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001"}, EXOCCUR="N", EXSTDTC=None, EXREASND="x", EXDOSE=None)
    row = person(mini, "001")
    assert (row["ITTFL"], row["SAFFL"], row["TRT01A"], row["DOSES"]) == ("Y", "N", None, 0)
    assert row["D1STAT"] == "CANCELLED"


def test_a_screen_failure_names_the_first_criterion_that_failed():
    row = person(MiniExport(), "004")
    assert (row["SCRFFL"], row["SCRFREAS"], row["EOSSTT"]) == ("Y", "IN05", None)


def test_who_was_randomised_after_the_cutoff_was_screened_only():
    row = person(MiniExport(), "002", "2021-03-09")
    assert (row["ENRFL"], row["ITTFL"], row["SAFFL"], row["TRT01A"]) == ("Y", "N", "N", None)
    assert row["SCRFFL"] == "N"


def test_age_comes_from_the_year_of_birth_where_it_is_not_recorded():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, AGE=None, BRTHYR="1960")
    row = person(mini, "001")
    assert (row["AGE"], row["AGEGR1"]) == (61, "55-64")


@pytest.mark.parametrize(
    ("value", "label"),
    [(39, "< 40"), (40, "40-54"), (54, "40-54"), (55, "55-64"), (75, "65-75"), (76, "> 75")],
)
def test_groups_are_closed_at_the_top_where_the_trial_says_so(value, label):
    assert label_ranges(pd.Series([value]), (40, 55, 65), 75)[0] == label


@pytest.mark.parametrize(("value", "label"), [(4, "< 5"), (5, "5-9"), (15, "10-15"), (42, ">= 16")])
def test_groups_can_be_open_at_the_top(value, label):
    assert label_ranges(pd.Series([value]), (5, 10, 16), None)[0] == label


def test_onset_known_to_the_month_is_the_15th_and_to_the_year_nothing():
    days = compute_onset(pd.Series(["2020-06", "2020-06-03", "2020", None], dtype=object))
    assert list(days[:2]) == [pd.Timestamp("2020-06-15"), pd.Timestamp("2020-06-03")]
    assert days[2:].isna().all()


def test_months_since_onset_count_to_randomisation_in_exact_days():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "003"}, STROKEDTC="2020-09-12")
    row = person(mini, "003")
    assert row["ONSETM"] == pytest.approx(181 / 30.4375)
    assert row["ONSETGR1"] == "<= 6"
    mini.change("dm", {"SUBJID": "003"}, STROKEDTC="2020")
    assert person(mini, "003")["ONSETGR1"] is None
