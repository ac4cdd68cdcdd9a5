"""What findings do to the records: fatal ones remove a record, illegal answers are emptied."""

import pandas as pd

from helpers.checks.raw_tables import KEYS, TABLES
from helpers.intake.groups import number_groups
from helpers.intake.records import Records
from helpers.intake.schema import SOURCE_ROW, SUBJECT

NULLING = ("C28",)


def exclude_and_null(records: Records, findings: pd.DataFrame) -> Records:
    """Records without those that a finding of severity F names, and without illegal answers.

    Parameters
    ----------
    findings : of `check_records` on the same records. One of severity F removes its whole piece
        (all items of a form, all tests of a draw). One of C28 empties the cell that its `column`
        names; the raw value stays in the text of the finding. Impossible measurements (C33, C36)
        stay: the data sets mark them and keep them out of summaries.
    """
    fatal = findings[findings["severity"] == "F"]
    nulled = findings[findings["id"].isin(NULLING) & (findings["column"] != "")]
    tables = dict(records.tables)
    for table in sorted(set(fatal["table"]) & set(tables)):
        tables[table] = _exclude(tables[table], table, fatal[fatal["table"] == table]["row"])
    for (table, column), part in nulled.groupby(["table", "column"], sort=True):
        frame = tables[table]
        hit = frame[SOURCE_ROW].isin(part["row"].astype("int64"))
        empty = pd.NA if frame[column].dtype != object else None
        tables[table] = frame.assign(**{column: frame[column].mask(hit, empty)})
    return records.with_tables(tables)


def count_excluded(before: Records, after: Records) -> pd.DataFrame:
    """Rows removed per table: `table`, `excluded`; every table of `before` has a row."""
    removed = {name: len(before[name]) - len(after[name]) for name in before.tables}
    return pd.DataFrame({"table": list(removed), "excluded": list(removed.values())})


def _exclude(frame: pd.DataFrame, table: str, rows: pd.Series) -> pd.DataFrame:
    unit = TABLES[table].unit if table in TABLES else KEYS.get(table, ())
    names = [name for name in (SUBJECT, *unit) if name in frame]
    pieces = number_groups(frame, names)
    hit = pieces[frame[SOURCE_ROW].isin(rows.astype("int64")).to_numpy()]
    return frame[~pd.Series(pieces, index=frame.index).isin(hit)].reset_index(drop=True)
