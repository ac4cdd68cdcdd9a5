"""Whatever an audience may not load: dealt anew at random, or filled with marks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import yaml
from mini_export import PARAMS, schemas
from text_export import Tables, copy

WORD = "zQxCanary"
NUMBER = 0.8372615940372
AUDIT = ("STUDYID", "SUBJID", "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV")
TEXTS = ("REASND", "TERM", "ORRESU")


def read_allowed(audience: str) -> Mapping[str, Mapping[str, Any]]:
    """Tables of the allow-list of an audience, as the file says it."""
    declared = yaml.safe_load((PARAMS / "tables" / "audiences.yaml").read_text())
    tables: Mapping[str, Mapping[str, Any]] = declared[audience]["tables"]
    return tables


def find_hidden(name: str, table: pd.DataFrame, audience: str) -> pd.Series:
    """Rows of an open file that the audience may not load."""
    allowed = read_allowed(audience)
    hidden = pd.Series(name not in allowed, index=table.index)
    for column, values in allowed.get(name, {}).get("rows", {}).items():
        hidden |= ~table[column].isin(["" if value is None else value for value in values])
    return hidden


def list_hidden_columns(name: str, table: pd.DataFrame, audience: str) -> list[str]:
    """Columns of an allowed table that the audience may not load."""
    allowed = read_allowed(audience)
    if name not in allowed:
        return []
    rows = allowed[name].get("rows", {})
    known = {*AUDIT, *schemas()[name].key, *rows, *allowed[name]["columns"]}
    return [column for column in table if column not in known]


def deal_hidden(tables: Tables, seed: int, audience: str) -> Tables:
    """Doses, hidden rows and hidden columns of everybody given to others; the arms too.

    Row numbers of tables with hidden rows stay with their rows: they are given anew when read.
    """
    rng = np.random.default_rng(seed)
    dealt = copy(tables)
    rand = dealt["restricted/rand"]
    if audience == "open":
        rand["ARMCD"] = rng.permutation(rand["ARMCD"].to_numpy())
    for column in ("RANDNO", "STRATUM", "BLOCKID"):
        rand[column] = rng.permutation(rand[column].to_numpy())
    subjects = sorted(rand["SUBJID"])
    other = dict(zip(subjects, rng.permutation(subjects), strict=True))
    for name in ("restricted/ex", "restricted/vs"):
        dealt[name]["SUBJID"] = dealt[name]["SUBJID"].map(other)
    for name in [key for key in dealt if key.startswith("open/")]:
        table, short = dealt[name], name.removeprefix("open/")
        if "SUBJID" in table:
            hidden = find_hidden(short, table, audience)
            moved = table.loc[hidden, "SUBJID"].map(lambda subject: other.get(subject, subject))
            table.loc[hidden, "SUBJID"] = moved
        for column in list_hidden_columns(short, table, audience):
            table[column] = rng.permutation(table[column].to_numpy())
    return dealt


def plant_marks(tables: Tables, audience: str) -> Tables:
    """A word or a number in every cell that the audience may not load."""
    planted = copy(tables)
    for name, table in planted.items():
        short = name.split("/")[1]
        whole = name.startswith("restricted/") or short not in read_allowed(audience)
        # the allocation is what masked readers get under letters; open ones get nothing of it
        own = [c for c in table if c not in AUDIT and (c != "ARMCD" or audience == "open")]
        columns = own if whole else list_hidden_columns(short, table, audience)
        for place, column in enumerate(columns):
            numeric = place % 2 and pd.to_numeric(table[column], errors="coerce").notna().any()
            table[column] = str(NUMBER) if numeric else WORD
        if not whole:
            hidden = find_hidden(short, table, audience)
            table.loc[hidden, [c for c in table if c.endswith(TEXTS)]] = WORD
    return planted
