"""Rows that claim to be the same one: refused, with what would tell them apart."""

from collections.abc import Iterator

import pandas as pd

from helpers.imported.known import find_known, load_known
from helpers.imported.mapping import DatasetMapping
from helpers.imported.notes import Note

# In these every row counts; of the others the parameters choose (datasets/given/score_records.py)
UNIQUE = ("adae", "adtte")
MOST_NAMED = 4


def find_competing(name: str, frame: pd.DataFrame, own: DatasetMapping) -> Iterator[Note]:
    """A note that stops the import, if rows share the key of their data set and differ."""
    keys = _list_keys(name, frame, own)
    if not keys:
        return
    competing = frame[frame[keys].notna().all(axis=1)]
    competing = competing[competing.duplicated(keys, keep=False)]
    if competing.empty:
        return
    others = [c for c in frame.columns if c not in keys]
    kinds = competing.groupby(keys)[others].nunique(dropna=False).max()
    differ = [str(name) for name in others if kinds[name] > 1]
    more = differ[0] if differ else "..."
    what = (
        f"rows share {', '.join(keys)} with another row and differ in "
        f"{', '.join(differ[:MOST_NAMED])}: correct the source, or say in the mapping what tells "
        f"them apart: datasets: {{{name}: {{keys: [{', '.join([*keys, more])}]}}}}"
    )
    yield Note(name, "", what, len(competing), "S")


def _list_keys(name: str, frame: pd.DataFrame, own: DatasetMapping) -> list[str]:
    if own.keys is not None:
        return [key for key in own.keys if key in frame]
    known = find_known(name, frame.columns)
    if known is None or known not in [load_known()[of] for of in UNIQUE]:
        return []
    keys = [key for key in known.keys if key in frame]
    return keys if len(keys) == len(known.keys) else []
