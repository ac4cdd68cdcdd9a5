"""adlb and advs from the sponsor's laboratory and vital-sign data sets; adtte."""

from collections.abc import Iterable

import pandas as pd

from helpers.datasets.given.adsl import persons_of
from helpers.datasets.given.tables import PERSON, GivenTables

SHARED = ("SUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL")
NUMBERS = ("AVAL", "BASE", "CHG", "ANRLO", "ANRHI")


def build_given_measures(
    names: Iterable[str], tables: GivenTables, adsl: pd.DataFrame, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Rows of several data sets of one kind dated by the cut-off, with the person's arm."""
    rows = _join_datasets(names, tables, adsl)
    if rows.empty:
        return rows
    if "ADT" in rows:
        rows = rows[~(rows["ADT"] > cutoff)]
    present = [name for name in NUMBERS if name in rows]
    rows = rows.assign(**{n: pd.to_numeric(rows[n], errors="coerce") for n in present})
    return rows.assign(SRCSEQ=rows["SRCROW"]).reset_index(drop=True)


def build_given_adtte(
    names: Iterable[str], tables: GivenTables, adsl: pd.DataFrame, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Times to event: what would happen after the cut-off is censored there."""
    rows = _join_datasets(names, tables, adsl)
    if rows.empty:
        return rows
    rows = rows[~(rows["STARTDT"] > cutoff)]
    later = (rows["ADT"] > cutoff).fillna(False)
    end = rows["ADT"].mask(later, cutoff)
    days = ((end - rows["STARTDT"]).dt.days + 1).astype("float64")
    censored = pd.to_numeric(rows["CNSR"], errors="coerce").mask(later, 1).astype("Int64")
    value = pd.to_numeric(rows["AVAL"], errors="coerce").astype("float64").mask(later, days)
    return rows.assign(ADT=end, AVAL=value, CNSR=censored).reset_index(drop=True)


def _join_datasets(names: Iterable[str], tables: GivenTables, adsl: pd.DataFrame) -> pd.DataFrame:
    """Records of known persons in these data sets, with the person's variables of ours."""
    parts = [tables.tables[name].assign(SRCDOM=name) for name in names if name in tables.tables]
    if not parts:
        return pd.DataFrame()
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows[PERSON].isin(adsl[PERSON])]
    rows = rows.drop(columns=[name for name in SHARED if name in rows])
    return rows.join(persons_of(adsl, SHARED), on=PERSON)
