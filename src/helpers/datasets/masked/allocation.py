"""Who was allocated to which letter: all that a masked run reads of the restricted side."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.datasets.masked.mask import Mask
from helpers.datasets.rehearsal.dealing import deal_participants
from helpers.errors import ExportError
from helpers.intake.export import drop_deleted, drop_duplicates, drop_later_entries, read_table
from helpers.intake.schema import SUBJECT, TableSchema

TABLE, ARM = "rand", "ARMCD"
PLANNED = "TRT01P"
AUDIT = ("ENTRYDTC", "UPDDTC", "RECSTAT")


def read_allocation(
    data: Path, schemas: Mapping[str, TableSchema], extract: pd.Timestamp, mask: Mask
) -> pd.Series:
    """Letter of each allocated participant, by key (SUBJID), in the order of the keys.

    What is wrong with the table is not told: that is said to those who may read it.

    Raises
    ------
    ExportError
        If the table is missing or cannot be read.
    """
    schema = schemas[TABLE]
    kept = {*schema.key, *AUDIT, ARM}
    columns = {name: column for name, column in schema.columns.items() if name in kept}
    frame, _ = read_table(data, replace(schema, columns=columns), whole=False)
    if frame is None:
        raise ExportError(f"{TABLE}: cannot be read, so no arm can be masked; see interim check")
    frame, _ = drop_deleted(frame, TABLE)
    frame, _ = drop_duplicates(drop_later_entries(frame, extract), schema)
    letters = frame[ARM].map(mask.labels)
    keys = frame[SUBJECT].astype(str).map(mask.participants)
    known = letters.notna() & keys.notna()
    found = pd.Series(letters[known].to_numpy(), index=keys[known].to_numpy(), dtype=object)
    return found.sort_index(kind="stable").rename(PLANNED)


def deal_letters(letters: pd.Series, seed: int) -> pd.Series:
    """The letters of a rehearsal: each participant gets that of another."""
    table = letters.rename_axis(SUBJECT).reset_index()
    dealt = deal_participants(list(letters.index), seed, {TABLE: table})
    return pd.Series(letters[list(dealt.values())].to_numpy(), index=letters.index, name=PLANNED)
