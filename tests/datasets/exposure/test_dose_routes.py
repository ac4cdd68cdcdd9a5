"""Order of given doses, and the route given against the route allocated."""

import pandas as pd
import pytest
from mini_data import derive_safety
from mini_export import MiniExport


def doses(mini: MiniExport) -> pd.DataFrame:
    return derive_safety(mini)["adex"].set_index(["SUBJID", "DOSENUM"])


def with_dose(number: str, subject: str = "001", **values: str | None) -> MiniExport:
    mini = MiniExport()
    mini.change("ex", {"SUBJID": subject, "DOSENUM": number}, **values)
    return mini


@pytest.mark.parametrize(
    ("route", "category"),
    [("INTRAVENOUS", "ALLOCATED"), ("INTRATHECAL", "OTHER"), (None, "UNKNOWN")],
)
def test_a_given_dose_took_the_allocated_route_another_or_an_unrecorded_one(route, category):
    found = doses(with_dose("2", EXROUTE=route))
    assert found.loc[("001", 1), "ROUTECAT"] == "ALLOCATED"
    assert found.loc[("001", 2), "ROUTECAT"] == category


def test_a_dose_that_was_not_given_took_no_route_and_has_no_place():
    values = {"EXOCCUR": "N", "EXREASND": "x", "EXSTDTC": None, "EXENDTC": None}
    found = doses(with_dose("2", **values)).loc[("001", 2)]
    assert found["ROUTECAT"] is None
    assert pd.isna(found["DOSEORD"])


def test_any_route_is_another_one_for_a_participant_who_was_allocated_to_none():
    mini = MiniExport()
    mini.change("rand", {"SUBJID": "001"}, ARMCD="CTL")
    assert set(doses(mini).loc["001", "ROUTECAT"]) == {"OTHER"}


def test_doses_have_their_place_in_time_whatever_number_the_site_gave_them():
    mini = MiniExport()
    # number 1 was not given; what the site calls 2 is the first dose
    values = {"EXOCCUR": "N", "EXREASND": "x", "EXSTDTC": None, "EXENDTC": None}
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, **values)
    found = doses(mini)
    assert found.loc[("001", 2), "DOSEORD"] == 1
    assert list(found.loc["002", "DOSEORD"]) == [1, 2]
