"""What happened to a variable on its way in: one row each, with a count."""

from dataclasses import dataclass

import pandas as pd

COLUMNS = ("dataset", "variable", "what", "records", "severity", "restricted")


@dataclass(frozen=True)
class Note:
    """One thing to know: `severity` as in findings (S, F, E, W) or `I` for information."""

    dataset: str
    variable: str
    what: str
    records: int
    severity: str = "W"
    restricted: bool = False


def notes_frame(notes: "list[Note]") -> pd.DataFrame:
    """Notes as a frame, one row each, worst first within a data set."""
    order = "SFEWI"
    ranked = sorted(notes, key=lambda n: (n.dataset, order.index(n.severity), n.variable, n.what))
    rows = [(n.dataset, n.variable, n.what, n.records, n.severity, n.restricted) for n in ranked]
    return pd.DataFrame(rows, columns=list(COLUMNS))
