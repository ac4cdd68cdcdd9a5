"""Sequence numbers that tell nothing of the rows an audience does not see.

A site numbers all rows of a participant. Where some of them are hidden from an audience, a gap says
that they are there, and who has them is somebody to whom they can happen.
"""

import pandas as pd

from helpers.intake.schema import TableSchema

SEQUENCE = "SEQ"


def find_sequences(schema: TableSchema) -> list[str]:
    """Columns of the key that number the rows of a participant."""
    return [
        name
        for name in schema.key
        if name in schema.columns and schema.columns[name].kind == "int" and name.endswith(SEQUENCE)
    ]


def renumber_rows(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Rows numbered anew from 1, in the order of their own numbers, if some rows are not loaded.

    Rows of one participant that stand together keep their order, so that what depends on it is the
    same for every audience.
    """
    if not schema.rows:
        return frame
    numbered = {}
    for name in find_sequences(schema):
        unit = [key for key in schema.key if key != name and key in frame]
        place = frame.groupby(unit, dropna=False)[name].rank(method="first")
        numbered[name] = place.astype("Int64")
    return frame.assign(**numbered)
