"""What happened to a variable on its way in: one row each, with a count."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

COLUMNS = ("dataset", "variable", "what", "records", "severity", "restricted")
ORDER = "SFEWI"
FEWEST_ALIKE = 6  # variables of which the same is said, from which it is said once


@dataclass(frozen=True)
class Note:
    """One thing to know: `severity` as in findings (S, F, E, W) or `I` for information."""

    dataset: str
    variable: str
    what: str
    records: int
    severity: str = "W"
    restricted: bool = False


def notes_frame(notes: Iterable[Note]) -> pd.DataFrame:
    """Notes as a frame, one row each, worst first within a data set.

    What is said in the same words of many variables is one row with their number.
    """
    ranked = sorted(
        _say_once(notes), key=lambda n: (n.dataset, ORDER.index(n.severity), n.variable, n.what)
    )
    rows = [(n.dataset, n.variable, n.what, n.records, n.severity, n.restricted) for n in ranked]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _say_once(notes: Iterable[Note]) -> list[Note]:
    alike: dict[tuple[str, str, bool], list[Note]] = {}
    for note in notes:
        alike.setdefault((note.what, note.severity, note.restricted), []).append(note)
    said: list[Note] = []
    for (what, severity, restricted), group in alike.items():
        if len(group) < FEWEST_ALIKE or severity not in "WI":
            said += group
            continue
        datasets = {note.dataset for note in group}
        where = "" if len(datasets) == 1 else f" of {len(datasets)} data sets"
        one = f"{what} ({len(group)} variables{where})"
        records = sum(note.records for note in group)
        dataset = datasets.pop() if len(datasets) == 1 else ""
        said.append(Note(dataset, "", one, records, severity, restricted))
    return said
