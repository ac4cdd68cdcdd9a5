"""T-S-03b: data queries that wait for an answer, by age."""

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.model import Cell, Header, Line, Table
from helpers.displays.results import Key, rows_of
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, View

AGES = (("UP_TO_7", "7 days or less", 0, 7), ("8_TO_30", "8 to 30 days", 8, 30))
OLDEST = ("OVER_30", "More than 30 days", 31, None)
OPEN = ("OPEN",)


@shown_as(
    "T-S-03b",
    title="Open data queries",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    needs=("adqry",),
    absent="The data hold no queries.",
    small_counts="shown",
)
def tabulate_open_queries(view: View) -> Table:
    """Queries open at the cut-off, by days since they were opened."""
    ages = measure_ages(view["adqry"], view.cutoff)
    total, results, lines = len(ages), [], []
    for code, label, low, high in (*AGES, OLDEST):
        n = int(((ages >= low) & ((ages <= high) if high is not None else True)).sum())
        key = Key("", TOTAL, "QUERIES", "", code)
        results += rows_of(key, {"n": n, "total": total, "pct": 100 * n / total if total else NAN})
        lines.append(Line(label, (Cell(key, show.n_pct() if total else show.n()),)))
    everything = Key("", TOTAL, "QUERIES", "", "OPEN")
    results += rows_of(everything, {"n": total})
    return Table(
        population_line=f"Queries without an answer on {state_date(view.cutoff)}: n (% of the open "
        "ones).",
        results=tuple(results),
        source_note="adqry; tabulate_open_queries.",
        stub="Open for",
        headers=(Header("Queries"),),
        lines=(*lines, Line("All open queries", (Cell(everything, show.n()),), strong=True)),
    )


def measure_ages(queries: pd.DataFrame, cutoff: pd.Timestamp) -> pd.Series:
    """Days open of each query that was open at the cut-off.

    The export tells a query's state as of today: one that was closed later was open then.
    """
    opened, closed = queries["QRYOPDTC"], queries["QRYCLDTC"]
    waiting = (opened <= cutoff) & (closed.isna() | (closed > cutoff))
    waiting &= queries["QRYSTAT"].isin(OPEN) | closed.notna()
    return (cutoff - opened[waiting]).dt.days
