"""Forms outside the protocol window in the shipped export.

The expected numbers come from a separate program that reads the raw files and shares nothing with
this one; where it lists single forms, they are named by person, visit and day after the anchor.
"""

from pathlib import Path

import pytest
from trial_views import shared_view

from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.model import Table
from helpers.displays.results import Key
from helpers.view import View

COUNTS = {
    "ia3": {"NIHSS": (2, 65), "FIM": (3, 66), "FMA": (3, 66)},
    "fin": {"NIHSS": (5, 128), "FIM": (6, 127), "FMA": (6, 130)},
}
LATE = {("019", "M06", 223), ("028", "M06", 215), ("042", "M03", 107), ("051", "M03", 72)}
LATE |= {("053", "M03", 111), ("025", "M03", 67)}


def build(export: Path, name: str) -> View:
    return shared_view(export, name)


@pytest.mark.parametrize("name", COUNTS)
def test_they_are_as_many_as_a_second_program_counts(export: Path, name: str) -> None:
    table = tabulate_form_completeness(build(export, name))
    assert isinstance(table, Table)
    rows = {
        f: table.statistics[Key("ITT", "Total", f, "ANY", "OUT_OF_WINDOW")] for f in COUNTS[name]
    }
    assert {form: (row["n"], row["total"]) for form, row in rows.items()} == COUNTS[name]


def test_they_are_the_forms_that_a_second_program_names(export: Path) -> None:
    view = build(export, "fin")
    rows = view["advisit"].merge(view["adsl"][["USUBJID", "ANCHORDT"]], on="USUBJID")
    outside = rows[(rows["WINFL"] == "N") & (rows["AVISIT"] != "BL")]
    days = (outside["ADT"] - outside["ANCHORDT"]).dt.days
    named = outside.assign(DAY=days)[["FORM", "SUBJID", "AVISIT", "DAY"]]
    found = {
        form: {tuple(row[1:]) for row in own.itertuples(index=False)}
        for form, own in named.groupby("FORM")
    }
    assert found["FIM"] == found["FMA"] == LATE
    assert found["NIHSS"] == LATE - {("025", "M03", 67)}
