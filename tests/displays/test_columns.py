import pandas as pd
import pytest
from view_factory import make_view, read_frame

from helpers.displays.columns import build_headers, name_contrast, state_date, state_population
from helpers.displays.model import Header
from helpers.view import Group

ADSL = """
USUBJID ITTFL SAFFL TRT01P TRT01A
1       Y     Y     IV     IV
2       Y     N     IV     .
"""


def test_a_header_has_the_label_the_number_of_persons_and_the_place_of_its_group() -> None:
    groups = (
        Group("A", "Arm A", "A", 0, pd.Index(["1", "2"])),
        Group("T", "T", "", None, pd.Index([])),
    )
    assert build_headers(groups, "Persons") == (
        Header("A", "N = 2", 0, "Persons"),
        Header("T", "N = 0", None, "Persons"),
    )


def test_the_line_says_who_is_counted_by_which_arm_how_many_and_to_which_day() -> None:
    view = make_view(adsl=read_frame(ADSL))
    assert state_population(view, "SAF") == (
        "Safety population by arm as treated, N = 1. Data to 31 Dec 2022."
    )
    assert state_population(view, "ITT", among="with a value") == (
        "All randomised participants with a value by arm as randomised, N = 2. Data to 31 Dec 2022."
    )


def test_an_open_line_knows_of_no_arm() -> None:
    view = make_view("open", adsl=read_frame(ADSL)[["USUBJID", "ITTFL"]])
    expected = "All randomised participants, N = 2. Data to 31 Dec 2022."
    assert state_population(view, "ITT") == expected


@pytest.mark.parametrize(("day", "text"), [("2022-09-05", "5 Sep 2022"), (None, "")])
def test_a_day_reads_the_same_in_every_locale(day: str | None, text: str) -> None:
    assert state_date(pd.Timestamp(day)) == text


def test_a_contrast_is_named_by_the_labels_of_its_arms_and_not_by_their_codes() -> None:
    view = make_view(adsl=read_frame(ADSL))
    assert name_contrast(view, "IT - C") == "IT \u2212 CTL"
