"""T-S-19: laboratory values and their changes from baseline, by visit."""

from collections.abc import Mapping

import pandas as pd

from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.measurements.by_visit_rows import BY_LETTER, RULE, Visits, visit_rows
from helpers.displays.measurements.queried import mark_queries, note_queried
from helpers.displays.measurements.readings import choose_tests, list_visits
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import FEW_VALUES, RowContext, collect_rows
from helpers.view import MaskedView, View


@shown_as(
    "T-S-19",
    audiences={"closed_masked": "by label"},
    title="Laboratory values by visit",
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
)
def tabulate_laboratory_values(view: View) -> Table:
    """Values and changes of the tests that the trial shows, in its units, by visit and arm.

    Results: population SAF (masked: ITT), arm, parameter the test, visit, category AVAL or CHG; n,
    mean, sd, median, q1, q3, min, max (by letter no min and max).
    """
    groups = view.groups(view.safety)
    rows = view["adlb"]
    rows = rows[(rows["ANL01FL"] == "Y") & rows["AVISITN"].notna() & rows["AVAL"].notna()]
    rows = rows[rows["USUBJID"].isin(groups[-1].subjects)]
    visits = list_visits(rows, view.trial)
    tests = choose_tests(rows, view.trial)
    others = sorted(set(view["adlb"]["PARAMCD"]) - set(tests))
    lines, results = collect_rows(
        row
        for code, name in tests.items()
        for row in visit_rows(
            RowContext(Key(view.safety, "", code), groups),
            name,
            rows[rows["PARAMCD"] == code],
            Visits(visits, view.trial.baseline.code, by_letter=isinstance(view, MaskedView)),
        )
    )
    return Table(
        population_line=f"{state_population(view, view.safety)} Participants with a value at the "
        "visit: n, "
        "mean (SD), in the units of the trial.",
        results=results,
        notes=join_notes(
            RULE,
            note_queried(view, _mark_shown(view, rows, tests), "Values in this table"),
            _name_others(view, len(others)),
            BY_LETTER if isinstance(view, MaskedView) else FEW_VALUES,
        ),
        source_note=f"adlb with ANL01FL = Y, {view.safety}; tabulate_laboratory_values.",
        stub="Test, visit",
        headers=build_headers(groups),
        lines=lines,
        empty="No laboratory value at a visit",
    )


def _mark_shown(view: View, rows: pd.DataFrame, tests: Mapping[str, str]) -> pd.DataFrame:
    return mark_queries(view, rows[rows["PARAMCD"].isin(list(tests))], "lb")


def _name_others(view: View, n: int) -> str:
    """Where the other tests are; masked readers have their grades alone."""
    if not n:
        return ""
    if isinstance(view, MaskedView) and not view.has("adlb", "OBSGR"):  # imported: no T-S-20
        return f"The other {n} test{'s are' if n != 1 else ' is'} not shown under letters."
    where = "grades" if isinstance(view, MaskedView) else "grades and ranges"
    tables = "T-S-20" if isinstance(view, MaskedView) else "T-S-20, T-S-20b"
    return f"Of the other {n} test{'s' * (n != 1)} {where} only: {tables}."
