"""A failing cell is named by its display and by the line of whose code it failed in."""

import pytest
from job_runs import run_cells
from written_notebooks import FINDINGS

from helpers.reporting.jobs.failure import find_displays, locate_failure

BROKEN = """from dataclasses import replace
from helpers.displays.data_status.finding_counts import tabulate_finding_counts
worse = replace(view, findings=view.findings.drop(columns="severity"))
tabulate_finding_counts(worse)"""


FAILED = "safety.failed.ipynb"


def explain(*sources: str) -> str:
    """Why a closed report failed; every message ends in the place of its notebook."""
    error = run_cells(*sources).error
    end = f"; the notebook as far as it came: {FAILED}"
    assert error.endswith(end)
    return error.removesuffix(end)


def test_a_display_that_fails_is_named_with_file_and_line_of_the_package():
    error = explain(BROKEN)
    place = "helpers/displays/data_status/finding_counts.py"
    assert error.startswith(f"T-S-03c (cell 5) failed in {place}")
    assert error.rpartition(": ")[2] == "'severity'"


def test_open_runs_are_told_which_display_failed_and_nothing_else():
    error = run_cells(BROKEN, audience="open").error
    assert error == f"T-S-03c (cell 5) failed; why stands in {FAILED}, for its owner only"


def test_a_line_of_the_notebook_is_named_by_its_place_in_the_cell():
    error = explain(FINDINGS, "def halve(n):\n    return n / 0\nhalve(2)")
    assert error == "cell 6 failed in line 2 of the cell: ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("source", "end"),
    [
        ("view.findings['sevrity']", "KeyError: 'sevrity'"),
        ("view.adsl['AGEE']", "KeyError: 'AGEE'; did you mean 'AGE'?"),
        ("view.adsl[['USUBJID', 'AGEE']]", "['AGEE'] not in index\"; did you mean 'AGE'?"),
        ("view.addsl", "the view holds no 'addsl'; did you mean 'adsl'? It holds: adsl"),
    ],
)
def test_a_variable_or_data_set_that_is_not_there_names_the_nearest(source, end):
    assert explain(FINDINGS, source).endswith(end)


def test_what_the_view_refuses_is_named_where_it_was_asked():
    error = explain(FINDINGS, "view['adls']")
    assert error.startswith("cell 6 failed in line 1 of the cell: UsageError: the view was asked ")
    assert "'adls', which is no data set; did you mean 'adsl'?" in error


def test_displays_of_a_cell_are_those_whose_makers_it_calls():
    source = (
        "import helpers.displays.data_status.finding_counts as it\nit.tabulate_finding_counts(view)"
    )
    assert find_displays(source) == ["T-S-03c"]
    assert find_displays("tabulate_something_else(view)") == []
    assert find_displays("%matplotlib inline") == []


def test_a_failure_in_a_library_is_placed_where_it_was_called_from():
    traceback = [
        "Cell In[4], line 3\n----> 3 f()",
        "File /lib/site-packages/pandas/frame.py:9, in g()",
    ]
    assert locate_failure(traceback) == "line 3 of the cell"
    assert locate_failure(["File <string>:1"]) == ""
