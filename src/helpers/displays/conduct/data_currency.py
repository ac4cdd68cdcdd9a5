"""T-S-03: what was received of each raw table, what was left out, how fresh it is."""

import pandas as pd

from helpers.displays.audience import shown_as
from helpers.displays.columns import state_date
from helpers.displays.display import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, View

LEFT_OUT = ("entered_later", "duplicates", "excluded")
COLUMNS = (
    ("RECEIVED", Header("Received", "rows"), "n", "n"),
    ("DELETED", Header("Deleted", "rows"), "n", "n"),
    ("LEFT_OUT", Header("Left out", "rows"), "n", "n"),
    ("AFTER_CUTOFF", Header("Later", "rows"), "n", "n"),
    ("KEPT", Header("Kept", "rows"), "n", "n"),
    ("LAST_ENTRY", Header("Last entry", "days ago"), "days", "days:0"),
    ("ENTRY_LAG", Header("Entry lag", "median days"), "median", "median:0"),
)
"""Category, head, statistic and form of each column."""


@shown_as("T-S-03", small_counts="shown")
def tabulate_data_currency(view: View) -> Table:
    """Rows of each raw table of this audience: received, left out and why, kept, how fresh."""
    counts = view.counts
    results: list[Result] = []
    lines = []
    for _, row in counts.iterrows():
        numbers = count_table(row, view.cutoff)
        key = Key("", TOTAL, str(row["table"]))
        for category, _, statistic, _ in COLUMNS:
            value = {statistic: numbers[category]}
            results += rows_of(key._replace(category=category), value)
        cells = (Cell(key._replace(category=name), form) for name, _, _, form in COLUMNS)
        lines.append(Line(str(row["table"]), tuple(cells)))
    return Table(
        id="T-S-03",
        title="Currency of the data",
        counted=f"Rows of the raw tables that this report may read. Data to "
        f"{state_date(view.cutoff)}, export of {state_date(view.extract)}.",
        results=tuple(results),
        notes=join_notes(
            "Left out: entered after the export that this interim reads, repeated keys, records "
            "that a fatal finding excludes, rows without a date.",
            "Later: dated after the cut-off. Last entry: of the kept rows, in days before the "
            "cut-off; negative days are after it. Entry lag: from the clinical date to the day of "
            "entry; NE where the rows have no date.",
            ""
            if view.access.restricted
            else "Closed reports read more tables and rows, so their numbers can be higher.",
        ),
        made="Raw tables as read and cut; tabulate_data_currency.",
        finding="" if lines else "No table was read.",
        stub="Table",
        headers=tuple(head for _, head, _, _ in COLUMNS),
        lines=tuple(lines),
        empty="No table was read",
    )


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
        "LAST_ENTRY": age,
        "ENTRY_LAG": float(lag) if pd.notna(lag) else NAN,
    }
