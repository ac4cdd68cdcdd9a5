"""Sequence numbers of tables from which rows were taken out: counted anew, per participant.

A gap in the numbers tells that a row is hidden there, and hidden rows tell who was dosed.
"""

import re

import pandas as pd

from helpers.intake.schema import SUBJECT, TableSchema

SEQUENCE = "SEQ"
_WHOLE = re.compile(r"[+-]?\d{1,15}(\.0+)?")


def renumber_sequence(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Rows whose sequence number is its place among the participant's numbers that are left.

    Parameters
    ----------
    rows : text, of a table limited to some rows; of a whole table nothing changes. Equal numbers
        stay equal, what is no number stays as it is.
    """
    column = find_sequence(schema)
    if column is None or not schema.rows or column not in rows or SUBJECT not in rows:
        return rows
    text = rows[column].astype("string").fillna("")
    valid = text.map(lambda cell: _WHOLE.fullmatch(cell) is not None).astype(bool)
    numbers = pd.to_numeric(text[valid]).astype("int64")
    persons = rows.loc[valid, SUBJECT].fillna("")
    ranks = numbers.groupby(persons).rank(method="dense").astype("int64").astype(str)
    renumbered = rows[column].copy()
    renumbered.loc[valid] = ranks.astype(object)
    return rows.assign(**{column: renumbered})


def find_sequence(schema: TableSchema) -> str | None:
    """The column of a table's key that counts the rows of a participant, such as AESEQ."""
    for name in schema.key:
        if (
            name.endswith(SEQUENCE)
            and name in schema.columns
            and schema.columns[name].kind == "int"
        ):
            return name
    return None
