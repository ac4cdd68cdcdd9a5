"""Answers to a question that enters no scale, counted by hand."""

import pandas as pd
from sample_response import make_response
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.displays.score_profiles.answer_table import tabulate_answers
from helpers.view import View

ANSWERS = read_frame("""
USUBJID QSCAT QSTESTCD AVISIT ANL01FL AVALC
A       SF36  q2       M03    Y       1
B       SF36  q2       M03    Y       1
C       SF36  q2       M03    Y       4
D       SF36  q2       M03    .       5
E       SF36  q2       M03    Y       3
A       SF36  q1       M03    Y       5
""")
ANSWERS = ANSWERS.assign(AVALC=ANSWERS["AVALC"].astype(str))


def make(view: View) -> Table:
    table = tabulate_answers(view)
    assert isinstance(table, Table)
    return table


def test_answers_are_counted_of_those_who_answered() -> None:
    """IV at month 3: A and B much better, C somewhat worse; D's form is not used."""
    table = make(make_response(adqs=ANSWERS))
    key = Key("ITT", "IV", "q2", "M03", "1")
    assert table.statistics[key] == {"n": 2, "N": 3, "pct": 200 / 3}
    assert table.statistics[key._replace(category="5")]["n"] == 0
    cells = read_cells(table)
    assert cells["Month 3"] == ("3 / 4", "1 / 3", "0 / 3", "4 / 10")
    assert cells["Much better#2"] == ("2 (66.7)", "0", "-", "2 (50.0)")


def test_the_recall_of_a_year_is_said_and_nothing_is_compared() -> None:
    table = make(make_response("ia2", adqs=ANSWERS))
    assert "looks back one year" in table.notes[0]
    assert not [key for key in table.statistics if key.contrast]
    assert not {"mean", "estimate"} & {result.statistic for result in table.results}


def test_without_answers_it_is_left_out() -> None:
    assert isinstance(tabulate_answers(make_response()), Withheld)
    others = pd.concat([ANSWERS[ANSWERS["QSTESTCD"] == "q1"]], ignore_index=True)
    assert isinstance(tabulate_answers(make_response(adqs=others)), Withheld)
