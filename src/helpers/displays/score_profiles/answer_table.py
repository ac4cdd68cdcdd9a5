"""T-E-15: answers to single questions as categories, by visit and arm."""

from collections.abc import Iterator

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
)
from helpers.view import View

ANSWERED = "ANSWERED"


@shown_as("T-E-15", title="Answers to single questions", needs=("adqs", "adeff"))
@made_where_possible("T-E-15")
def tabulate_answers(view: View) -> Table:
    """Participants by their answer to a question that enters no scale, at each visit.

    Results: population, arm, item, visit; category ANSWERED (with an answer) and the answer: n, N,
    pct.
    """
    lines, results = collect_rows(
        row
        for code, form in view.trial.forms.items()
        for item in form.answers
        for row in _list_rows(view, code, item)
    )
    answers = [a for form in view.trial.forms.values() for a in form.answers.values()]
    return Table(
        population_line=f"{state_population(view, view.interim.population_efficacy)} Answers: n "
        "(%) of the participants with an answer at the visit.",
        results=results,
        notes=join_notes(
            [answer.note for answer in answers],
            "As categories, in no mean; nothing here is compared between arms.",
        ),
        source_note="adqs (AVALC) with ANL01FL = Y; tabulate_answers.",
        stub="Question, visit, answer",
        headers=build_headers(view.groups(view.interim.population_efficacy)),
        lines=lines,
    )


def _list_rows(view: View, form: str, item: str) -> Iterator[Row]:
    """The question, then per visit participants with an answer and the answers."""
    answer = view.trial.forms[form].answers[item]
    groups = view.groups(view.interim.population_efficacy)
    yield heading_row(f"{view.trial.forms[form].label}: {answer.label}")
    for visit in view.trial.forms[form].visits:
        key = Key(view.interim.population_efficacy, "", item, visit)
        given = read_answers(view, form, item, visit)
        label = view.trial.visit_label(visit)
        place = key._replace(category=ANSWERED)
        yield count_row(RowContext(place, groups, form=show.n_over()), label, given.index)
        context = RowContext(key, groups, among=given.index, level=2)
        yield from category_rows(context, answer.levels, given)


def read_answers(view: View, form: str, item: str, visit: str) -> pd.Series:
    """Answer of every participant of the form used at a visit, by USUBJID."""
    rows = view["adqs"]
    chosen = (rows["QSCAT"] == form) & (rows["QSTESTCD"] == item) & (rows["AVISIT"] == visit)
    used = rows[chosen & (rows["ANL01FL"] == "Y") & rows["AVALC"].notna()]
    return used.set_index("USUBJID")["AVALC"].astype(object)
