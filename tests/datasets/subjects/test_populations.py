"""Per protocol, efficacy population and visit status of the person."""

import pandas as pd
import pytest
from mini_data import derive, interim
from mini_export import MiniExport, trial

from helpers.datasets.subjects.populations import (
    derive_efficacy_population,
    derive_visit_status,
    find_failed_visits,
    find_key_form,
)


def in_protocol(mini: MiniExport, subject: str = "001", cutoff: str = "2022-06-01") -> str:
    return derive(mini, cutoff)["adsl"].set_index("SUBJID").loc[subject, "PPFL"]


def with_dose(number: str, **values: str | None) -> MiniExport:
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": number}, **values)
    return mini


def test_who_met_every_obligation_is_in_the_set_and_a_screened_person_is_not():
    assert list(derive(MiniExport())["adsl"]["PPFL"]) == ["Y", "Y", "Y", "N"]


@pytest.mark.parametrize(
    ("number", "values"),
    [
        ("1", {"EXROUTE": "INTRATHECAL"}),
        ("2", {"EXROUTE": "INTRATHECAL"}),
        ("1", {"EXDOSE": "71"}),
        ("2", {"EXDOSE": "100"}),
        ("2", {"EXSTDTC": "2021-05-19T10:00", "EXENDTC": "2021-05-19T11:00"}),
        ("2", {"EXSTDTC": "2021-06-20T10:00", "EXENDTC": "2021-06-20T11:00"}),
        ("2", {"EXOCCUR": "N", "EXREASND": "x", "EXSTDTC": None, "EXENDTC": None}),
    ],
)
def test_another_route_amount_or_interval_or_no_second_dose_leaves_the_set(number, values):
    assert in_protocol(with_dose(number, **values)) == "N"


@pytest.mark.parametrize("day", ["2021-05-20", "2021-06-19"])
def test_the_interval_may_be_76_to_106_days(day):
    moment = {"EXSTDTC": day + "T10:00", "EXENDTC": day + "T11:00"}
    mini = with_dose("2", **moment)
    mini.change("qs", {"SUBJID": "001", "VISIT": "M03"}, QSDTC="2021-05-21")
    assert in_protocol(mini) == "Y"


def test_an_excluding_deviation_leaves_the_set_and_another_does_not():
    mini = MiniExport()
    assert in_protocol(mini, "003") == "Y"
    mini.change("dv", {"SUBJID": "003"}, DVPP="Y")
    assert in_protocol(mini, "003") == "N"


def test_a_second_dose_is_owed_from_the_end_of_its_window_on():
    mini = MiniExport()
    mini.drop("ex", SUBJID="001", DOSENUM="2")
    assert in_protocol(mini, cutoff="2021-06-18") == "Y"
    assert in_protocol(mini, cutoff="2021-06-19") == "N"


@pytest.mark.parametrize(("left", "kept"), [("2021-06-18", "Y"), ("2021-06-19", "N")])
def test_who_left_after_the_window_of_a_dose_still_owed_it(left, kept):
    mini = MiniExport()
    mini.drop("ex", SUBJID="001", DOSENUM="2")
    end = {"DSDECOD": "PHYSICIAN_DECISION", "DSSTDTC": left}
    mini.change("ds", {"SUBJID": "001", "DSCAT": "DISPOSITION"}, **end)
    for visit in ("M06", "M12"):
        mini.drop("qs", SUBJID="001", VISIT=visit)
    assert in_protocol(mini) == kept


def test_what_is_not_due_yet_is_not_owed():
    assert in_protocol(MiniExport(), cutoff="2021-04-01") == "Y"


def test_a_control_who_got_cells_is_not_in_the_set():
    mini = MiniExport()
    row = {**mini.pick("ex", SUBJID="001", DOSENUM="1")[0], "SUBJID": "003"}
    mini.rows["ex"].append(row)
    mini.touched.add("ex")
    assert in_protocol(mini, "003") == "N"


def visits(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["AVISIT", "STATUS", "ADT"]).assign(
        USUBJID="1", FORM=find_key_form(trial(), interim()), WINLO="2021-05-17", WINHI="2021-06-14"
    )
    dates = {name: pd.to_datetime(frame[name]) for name in ("ADT", "WINLO", "WINHI")}
    return frame.assign(**dates)


@pytest.mark.parametrize(
    ("status", "day", "failed"),
    [
        ("RECEIVED", "2021-05-17", False),
        ("RECEIVED", "2021-06-14", False),
        ("RECEIVED", "2021-06-15", True),
        ("RECEIVED", "2021-05-16", True),
        ("MISSED", None, True),
        ("IN_WINDOW", None, False),
        ("NOT_DUE", None, False),
        ("DEAD", None, False),
        ("LEFT", None, False),
    ],
)
def test_a_due_visit_needs_the_form_in_its_window(status, day, failed):
    found = find_failed_visits(visits(("M03", status, day)), trial(), interim())
    assert found == ({"1"} if failed else set())


def test_the_baseline_visit_is_no_obligation_of_the_protocol_set():
    assert find_failed_visits(visits(("BL", "MISSED", None)), trial(), interim()) == set()


def test_the_status_of_a_visit_is_that_of_the_key_form():
    adsl = pd.DataFrame({"USUBJID": ["1", "2"]})
    other = visits(("M03", "MISSED", None)).assign(FORM="FIM")
    rows = pd.concat([visits(("M03", "RECEIVED", "2021-06-01")), other])
    status = derive_visit_status(adsl, rows, trial(), interim())
    assert list(status["M03STAT"].where(status["M03STAT"].notna(), None)) == ["RECEIVED", None]
    assert list(status.columns) == ["USUBJID", "M03STAT", "M06STAT", "M12STAT"]


def test_the_efficacy_population_has_a_baseline_and_a_later_value_of_the_key_score():
    adsl = pd.DataFrame({"USUBJID": list("abcd"), "ITTFL": ["Y", "Y", "Y", "N"]})
    adeff = pd.DataFrame(
        [
            ("a", interim().key_param, "Y", None, -2.0),
            ("b", interim().key_param, "Y", "Y", None),
            ("c", "FIMTOT", "Y", None, 3.0),
            ("d", interim().key_param, "Y", None, -1.0),
        ],
        columns=["USUBJID", "PARAMCD", "ANL01FL", "ABLFL", "CHG"],
    )
    assert list(derive_efficacy_population(adsl, adeff, interim())["EFFFL"]) == ["Y", "N", "N", "N"]


def test_the_sets_are_nested():
    adsl = derive(MiniExport())["adsl"]
    for inner, outer in (("PPFL", "SAFFL"), ("SAFFL", "ENRFL"), ("EFFFL", "ITTFL")):
        assert not ((adsl[inner] == "Y") & (adsl[outer] != "Y")).any()
