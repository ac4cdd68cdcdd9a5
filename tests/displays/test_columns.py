import pandas as pd
import pytest

from helpers.displays.columns import build_headers, state_date
from helpers.displays.display import Header
from helpers.view import Group


def test_a_header_has_the_name_the_number_of_persons_and_the_place_of_its_group() -> None:
    groups = (Group("A", "Arm A", "A", 0, pd.Index(["1", "2"])), Group("T", "T", "", None, []))
    assert build_headers(groups, "Persons") == (
        Header("Arm A", "N = 2", 0, "Persons"),
        Header("T", "N = 0", None, "Persons"),
    )


@pytest.mark.parametrize(("day", "text"), [("2022-09-05", "5 Sep 2022"), (None, "")])
def test_a_day_reads_the_same_in_every_locale(day: str | None, text: str) -> None:
    assert state_date(pd.Timestamp(day)) == text
