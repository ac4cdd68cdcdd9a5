"""What is declared of the data sets that are read."""

from pathlib import Path

import pytest

from helpers.imported.known import find_known, known_kind, load_known, tabulate_known

DOCUMENT = Path(__file__).parents[2] / "docs" / "your_own_trial.md"
BEGIN, END = "compared by a test -->\n", "\n<!-- end of data sets -->"


def test_the_document_shows_the_tables_of_the_data_sets():
    shown = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown.splitlines() == tabulate_known()


@pytest.mark.parametrize("name", load_known())
def test_each_data_set_is_one_of_participants_and_says_what_it_is_used_for(name):
    table = load_known()[name]
    assert table.keys[0] == "USUBJID"
    assert table.row
    assert all(variable.use for variable in table.variables.values())


@pytest.mark.parametrize(
    ("dataset", "variables", "title"),
    [
        ("adsl", (), "adsl"),
        ("adlbc", ("PARAMCD", "AVAL"), "adlb"),
        ("adtte_onco", ("PARAMCD", "AVAL"), "adtte"),
        ("adqs", ("PARAMCD", "AVAL", "AVISIT"), "scores"),
        ("adppk", ("PARAMCD", "AVAL"), None),
        ("adcm", (), None),
    ],
)
def test_a_data_set_is_known_by_its_name_or_its_variables(dataset, variables, title):
    assert find_known(dataset, variables) == (load_known()[title] if title else None)


@pytest.mark.parametrize(("name", "kind"), [("STUDY", None), ("BODY", None), ("ADY", "number")])
def test_a_name_that_only_ends_like_a_day_is_no_day(name, kind):
    assert known_kind("adqs", name, ["PARAMCD", "AVAL", "AVISIT"]) == kind
