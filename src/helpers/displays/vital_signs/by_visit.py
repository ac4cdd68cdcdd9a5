"""T-S-22b: vital signs and their changes from baseline, by visit."""

import pandas as pd

from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.measurements.by_visit_rows import RULE, Visits, visit_rows
from helpers.displays.measurements.queried import mark_queries, note_queried
from helpers.displays.measurements.readings import list_tests, list_visits
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import FEW_VALUES, RowContext, collect_rows
from helpers.view import View


@shown_as(
    "T-S-22b",
    title="Vital signs by visit",
    needs=("advs",),
    absent="There are no vital signs in this trial.",
)
def tabulate_vital_signs(view: View) -> Table:
    """Values and changes of every vital sign, in the trial's units, by visit and arm.

    Results: population SAF, arm, parameter the sign (with its position after a point where it was
    taken in several), visit, category AVAL or CHG; n, mean, sd, median, q1, q3, min, max.
    """
    groups = view.groups(view.safety)
    rows = view["advs"]
    rows = rows[(rows["ANL01FL"] == "Y") & rows["AVISITN"].notna() & rows["AVAL"].notna()]
    rows = rows[rows["USUBJID"].isin(groups[-1].subjects)]
    queried = note_queried(view, mark_queries(view, rows, "vs"), "Values in this table")
    rows = name_positions(rows)
    visits = list_visits(rows, view.trial)
    lines, results = collect_rows(
        row
        for code, name in list_tests(rows, view.trial.vital_signs.labels).items()
        for row in visit_rows(
            RowContext(Key(view.safety, "", code), groups),
            name,
            rows[rows["PARAMCD"] == code],
            Visits(visits, view.trial.baseline.code),
        )
    )
    return Table(
        population_line=f"{state_population(view, view.safety)} Participants with a value at the "
        "visit: n, "
        "mean (SD), in the units of the trial.",
        results=results,
        notes=join_notes(
            RULE, queried, "Alarms: L-S-07. Around doses: T-S-22.", _tell_doses(view), FEW_VALUES
        ),
        source_note=f"advs with ANL01FL = Y, {view.safety}; tabulate_vital_signs.",
        stub="Vital sign, visit",
        headers=build_headers(groups),
        lines=lines,
        empty="No vital sign at a visit",
    )


def _tell_doses(view: View) -> str:
    """Which of the values around doses are in this table, where there are such values."""
    if not view.has("advs", "DOSENUM", "ATPT"):
        return ""
    return (
        "A visit here is before or after a dose by its date alone; a value at a time point of a "
        "dose is in T-S-22 only, but the last one before the first dose can be the baseline."
    )


def name_positions(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the position as part of PARAMCD and PARAM, where values have one and no dose."""
    if "DOSENUM" in rows or "ATPT" not in rows:
        return rows
    placed = rows["ATPT"].notna()
    code = rows["PARAMCD"] + "." + rows["ATPT"].fillna("").astype(str)
    name = rows["PARAM"] + ", " + rows["ATPT"].fillna("").astype(str).str.lower()
    return rows.assign(
        PARAMCD=code.where(placed, rows["PARAMCD"]), PARAM=name.where(placed, rows["PARAM"])
    )
