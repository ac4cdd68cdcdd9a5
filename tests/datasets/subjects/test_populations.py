"""Per protocol, efficacy population and visit status of the person."""

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, change, drop
from mini_data import LATE, derive, derive_protocol, interim
from mini_export import MiniExport, trial

from helpers.datasets.subjects.populations import (
    derive_efficacy_population,
    derive_visit_status,
    find_failed_visits,
    find_key_form,
)

CROWD = Crowd(derive_protocol, without=())


def in_protocol(planted: Planted, cutoff: str = LATE) -> str:
    return planted.row("adsl", cutoff)["PPFL"]


def with_dose(number: str, *changes: Change, **values: str | None) -> Planted:
    """001 with another dose."""
    return CROWD.plant("001", change("ex", {"DOSENUM": number}, **values), *changes)


def dosed_on(day: str, *changes: Change) -> Planted:
    """001 with dose 2 on another day; dose 1 was on 2021-03-05."""
    return with_dose("2", *changes, EXSTDTC=f"{day}T10:00", EXENDTC=f"{day}T11:00")


def test_who_met_every_obligation_is_in_the_set_and_a_screened_person_is_not():
    assert list(derive(MiniExport())["adsl"]["PPFL"]) == ["Y", "Y", "Y", "N"]


@pytest.mark.parametrize(
    "planted",
    [
        with_dose("1", EXROUTE="INTRATHECAL"),
        with_dose("2", EXROUTE="INTRATHECAL"),
        with_dose("1", EXDOSE="71"),
        with_dose("2", EXDOSE="100"),
        dosed_on("2021-05-19"),
        dosed_on("2021-06-20"),
        with_dose("2", EXOCCUR="N", EXREASND="x", EXSTDTC=None, EXENDTC=None),
    ],
)
def test_another_route_amount_or_interval_or_no_second_dose_leaves_the_set(planted):
    assert in_protocol(planted) == "N"


FORMS_BEFORE = change("qs", {"VISIT": "M03"}, QSDTC="2021-05-21")


@pytest.mark.parametrize(
    "planted", [dosed_on("2021-05-20", FORMS_BEFORE), dosed_on("2021-06-19", FORMS_BEFORE)]
)
def test_the_interval_may_be_76_to_106_days(planted):
    assert in_protocol(planted) == "Y"


UNTOUCHED = CROWD.plant("003")
EXCLUDED = CROWD.plant("003", change("dv", DVPP="Y"))


def test_an_excluding_deviation_leaves_the_set_and_another_does_not():
    assert in_protocol(UNTOUCHED) == "Y"
    assert in_protocol(EXCLUDED) == "N"


NO_DOSE_2 = drop("ex", DOSENUM="2")
OWED = CROWD.plant("001", NO_DOSE_2)


def test_a_second_dose_is_owed_from_the_end_of_its_window_on():
    assert in_protocol(OWED, "2021-06-18") == "Y"
    assert in_protocol(OWED, "2021-06-19") == "N"


def left_on(day: str) -> Planted:
    end = {"DSDECOD": "PHYSICIAN_DECISION", "DSSTDTC": day}
    forms = (drop("qs", VISIT=visit) for visit in ("M06", "M12"))
    return CROWD.plant("001", NO_DOSE_2, change("ds", {"DSCAT": "DISPOSITION"}, **end), *forms)


@pytest.mark.parametrize(
    ("planted", "kept"), [(left_on("2021-06-18"), "Y"), (left_on("2021-06-19"), "N")]
)
def test_who_left_after_the_window_of_a_dose_still_owed_it(planted, kept):
    assert in_protocol(planted) == kept


def test_what_is_not_due_yet_is_not_owed():
    assert in_protocol(CROWD.untouched("001"), "2021-04-01") == "Y"


def give_cells(mini: MiniExport, who: str) -> None:
    mini.rows["ex"].append({**mini.pick("ex", SUBJID="001", DOSENUM="1")[0], "SUBJID": who})


DOSED_CONTROL = CROWD.plant("003", give_cells)


def test_a_control_who_got_cells_is_not_in_the_set():
    assert in_protocol(DOSED_CONTROL) == "N"


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
