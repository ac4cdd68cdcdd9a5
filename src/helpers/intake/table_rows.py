"""Rows of a raw table as text, numbers in the plain way, limited to what an audience may load."""

from pathlib import Path

import pandas as pd

from helpers.intake.collected_numbers import unify_numbers
from helpers.intake.convert import stands_for_nothing
from helpers.intake.findings import file_finding
from helpers.intake.read import TableFile, check_alone, open_table
from helpers.intake.schema import ANSWERED, TableSchema
from helpers.intake.sequence import renumber_sequence

ANSWERS = "QSORRES"
RESULT = "ORRES"  # end of the name of a column of results as collected, which may hold any text
NUMBERS = ("int", "num")


def read_open_rows(path: Path, schema: TableSchema) -> pd.DataFrame:
    """Text of a file, reduced to the columns and rows that `schema` has been limited to.

    Raises
    ------
    FileProblem
        If the file cannot be read.
    """
    return read_rows(open_alone(path), schema)[0]


def open_alone(path: Path) -> TableFile:
    """A file of a table that is there in no other format.

    Raises
    ------
    FileProblem
        If it is, or cannot be opened.
    """
    check_alone(path)
    return open_table(path)


def read_rows(file: TableFile, schema: TableSchema) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Rows as above; how the numbers of a column are written is told by all of its rows."""
    rows, rewritten = _unify(file.read(schema.columns), file, schema)
    rows = _keep_allowed_rows(rows, schema)
    return _hide_answers(renumber_sequence(rows, schema), schema), rewritten


def _unify(
    rows: pd.DataFrame, file: TableFile, schema: TableSchema
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Rows with their numbers in the plain way, and a finding on each way that was another."""
    commas_likely = file.form is not None and file.form.separator == ";"
    found = []
    for name in rows.columns:
        if schema.columns[name].kind not in NUMBERS and not name.endswith(RESULT):
            continue
        unified, counts = unify_numbers(rows[name], commas_likely=commas_likely)
        rows = rows.assign(**{name: unified})
        found += [
            file_finding("STRUCT-FILE", "W", schema.name, f"{n} {what}; read as such", name)
            for what, n in counts.items()
        ]
    return rows, found


def _hide_answers(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """That there is an answer stays, not which it is; what stands for an empty cell stays too."""
    if schema.reduce is None or ANSWERS not in rows:
        return rows
    answers = rows[ANSWERS]
    given = answers.notna() & ~answers.map(stands_for_nothing, na_action="ignore").eq(True)
    return rows.assign(**{ANSWERS: answers.mask(given, ANSWERED)})


def _keep_allowed_rows(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    keep = pd.Series(True, index=frame.index)
    for column, values in schema.rows.items():
        if column in frame:
            named = frame[column].isin([value for value in values if value is not None])
            keep &= named | (frame[column].isna() if None in values else False)
    return frame[keep].reset_index(drop=True)
