"""T-S-03: data status: rows received of each raw table, rows left out, time since last entry."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import read_small_cell
from helpers.displays.cells import Form
from helpers.displays.columns import state_date
from helpers.displays.conduct.open_notes import name_full_report
from helpers.displays.data_status.table_names import name_table
from helpers.displays.declare import shown_as
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, View

EVENTS = "ae"
LEFT_OUT = ("entered_later", "duplicates", "excluded")
AS_DATE = show.date(0)  # from the cut-off, which only the display knows
Column = tuple[str, Header, str, Form]
LAST_ENTRY = "LAST_ENTRY"
COLUMNS: tuple[Column, ...] = (
    ("RECEIVED", Header("Received", "rows"), "n", show.n()),
    ("DELETED", Header("Deleted", "rows"), "n", show.n()),
    ("LEFT_OUT", Header("Left out", "rows"), "n", show.n()),
    ("AFTER_CUTOFF", Header("Later", "rows"), "n", show.n()),
    ("KEPT", Header("Kept", "rows"), "n", show.n()),
    (LAST_ENTRY, Header("Last entry", "day"), "days", AS_DATE),
    ("ENTRY_LAG", Header("Entry lag", "median days"), "median", show.number("median")),
)
"""Category, head, statistic and form of each column."""
SUPPRESSED = "row counts suppressed"
SUPPRESSION = (
    "Suppressed: the number of records would tell the number of events, which other tables may "
    "have to hide."
)


@shown_as(
    "T-S-03",
    title="Data status",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    small_counts="shown",
)
def tabulate_data_currency(view: View) -> Table:
    """Rows of each raw table of this audience: received, left out and why, kept, how fresh."""
    counts = view.counts
    hidden, columns = find_hidden_tables(view), list_columns(view)
    results: list[Result] = []
    lines = []
    for _, row in counts.iterrows():
        line, numbers = describe_table(row, view.cutoff, columns, hidden=row["table"] in hidden)
        lines.append(line)
        results += numbers
    return Table(
        population_line=f"Rows of the raw tables that this report may read. Data to "
        f"{state_date(view.cutoff)}, export of {state_date(view.extract)}.",
        results=tuple(results),
        notes=join_notes(
            "Left out: entered after the export that this report reads, repeated keys, records "
            "that a fatal finding excludes, rows without a date.",
            "Later: dated after the cut-off. Entry lag: from the clinical date to the day of "
            "entry; NE where the rows have no date.",
            "Last entry: day on which the last kept row was entered; rows dated up to the cut-off "
            "can be entered after it."
            if view.access.restricted
            else "",
            SUPPRESSION if hidden & set(counts["table"]) else "",
            ""
            if view.access.restricted
            else name_full_report(
                view, "Closed reports read more tables and rows, so their numbers can be higher."
            ),
        ),
        source_note="Raw tables as read and cut; tabulate_data_currency.",
        headline="" if lines else "No table was read.",
        stub="Table",
        headers=tuple(head for _, head, _, _ in columns),
        lines=tuple(lines),
        empty="No table was read",
    )


def list_columns(view: View) -> tuple[Column, ...]:
    """Columns that an audience may see: the day of an entry can be that of a single participant."""
    if view.access.restricted:
        return COLUMNS
    return tuple(column for column in COLUMNS if column[0] != LAST_ENTRY)


def find_hidden_tables(view: View) -> set[str]:
    """Tables whose number of rows is a number of events that this audience may not learn."""
    if view.access.restricted or not read_small_cell(view):
        return set()
    given = view.trial.given
    return {EVENTS} if given is None else {EVENTS, given.events.dataset}


def describe_table(
    row: pd.Series, cutoff: pd.Timestamp, columns: Sequence[Column], *, hidden: bool
) -> tuple[Line, list[Result]]:
    """Line and numbers of one table; of a hidden one only how fresh it is."""
    table, numbers = str(row["table"]), count_table(row, cutoff)
    key = Key("", TOTAL, table)
    cells: list[Cell | str] = []
    results: list[Result] = []
    for category, _, statistic, form in columns:
        if hidden and statistic == "n":
            cells.append("")
            continue
        own = key._replace(category=category)
        values = {statistic: numbers[category]}
        if form is AS_DATE:
            values["estimate"] = -numbers[category]  # days from the cut-off, as dates are formatted
            form = show.date(cutoff.date().toordinal())
        cells.append(Cell(own, form))
        results += rows_of(own, values)
    label = f"{name_table(table)}, {SUPPRESSED}" if hidden else name_table(table)
    return Line(label, tuple(cells)), results


def count_table(row: pd.Series, cutoff: pd.Timestamp) -> dict[str, float]:
    """Numbers of one table, by category."""
    last = row["last_entry"]
    age = (cutoff - last.normalize()).days if pd.notna(last) else NAN
    lag = row["median_lag"]
    return {
        "RECEIVED": int(row["received"]),
        "DELETED": int(row["deleted"]),
        "LEFT_OUT": sum(int(row[name]) for name in LEFT_OUT),
        "AFTER_CUTOFF": int(row["after_cutoff"]),
        "KEPT": int(row["kept"]),
        LAST_ENTRY: age,
        "ENTRY_LAG": float(lag) if pd.notna(lag) else NAN,
    }
