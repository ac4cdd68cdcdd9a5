"""adtte from the sponsor's times to event: in days, cut by date."""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.datasets.imported.tables import GivenTables, join_records
from helpers.errors import ExportError

DAYS_OF = {  # of a unit, however it is written
    "DAY": 1.0,
    "WEEK": 7.0,
    "MONTH": 30.4375,
    "YEAR": 365.25,
}
UNIT = re.compile(r"\b(day|week|wk|month|mo|mth|year|yr)s?\b", re.IGNORECASE)
SHORT = {"WK": "WEEK", "MO": "MONTH", "MTH": "MONTH", "YR": "YEAR", "D": "DAY"}
KEYS = ["USUBJID", "PARAMCD"]


def build_given_adtte(
    names: Iterable[str], tables: GivenTables, adsl: pd.DataFrame, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Times to event in days; what would happen after the cut-off is censored there.

    A time in another unit is turned into days; one of a unit that is not known is left out. Where
    the begin is missing it is the end less the time, else the day of the participant's anchor.

    Raises
    ------
    ExportError
        If a participant has two times of one parameter.
    """
    rows = join_records(names, tables, adsl)
    if rows.empty:
        return rows
    factor = rows["PARAMCD"].map(list_units(rows)).map(DAYS_OF).astype("float64")
    days = pd.to_numeric(rows["AVAL"], errors="coerce").astype("float64") * factor
    rows = rows.assign(AVAL=days)[days.notna()]
    _check_alone(rows)
    end = _get_days(rows, "ADT")
    start = _get_days(rows, "STARTDT")
    length = pd.to_timedelta(rows["AVAL"].round() - 1, unit="D")
    start = start.fillna((end - length).astype("datetime64[s]"))
    start = start.fillna(rows["ANCHORDT"].astype("datetime64[s]"))
    end = end.fillna((start + length).astype("datetime64[s]"))
    later = (end > cutoff).fillna(False)
    # whatever the reason is, 1 and above is censored: none of them is a death that competes
    censored = pd.to_numeric(rows["CNSR"], errors="coerce").clip(upper=1)
    censored = censored.mask(later, 1).astype("Int64")
    cut = ((cutoff - start).dt.days + 1).astype("float64")
    rows = rows.assign(
        STARTDT=start,
        ADT=end.mask(later, cutoff),
        AVAL=rows["AVAL"].mask(later, cut),
        CNSR=censored,
    )
    return rows[~(start > cutoff)].drop(columns="ANCHORDT").reset_index(drop=True)


def _get_days(rows: pd.DataFrame, name: str) -> pd.Series:
    if name not in rows:
        return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    return rows[name].astype("datetime64[s]").dt.normalize()


def list_units(rows: pd.DataFrame) -> Mapping[str, str | None]:
    """Unit of the times of each parameter, None for one that is not known.

    AVALU says it, else the name of the parameter; without either they are days.
    """
    return {str(code): _find_unit(group) for code, group in rows.groupby("PARAMCD")}


def _find_unit(group: pd.DataFrame) -> str | None:
    stated = sorted(group["AVALU"].dropna().astype(str).unique()) if "AVALU" in group else []
    if stated:
        units = {name_unit(word) for word in stated}
        return units.pop() if len(units) == 1 else None
    named = UNIT.findall(str(group["PARAM"].iloc[0])) if "PARAM" in group else []
    return name_unit(named[-1]) if named else "DAY"


def name_unit(word: str) -> str | None:
    """DAY, WEEK, MONTH or YEAR for a word that means it."""
    short = word.strip().upper().rstrip(".").removesuffix("S")
    unit = SHORT.get(short, short)
    return unit if unit in DAYS_OF else None


def _check_alone(rows: pd.DataFrame) -> None:
    twice = rows.duplicated(KEYS, keep=False)
    if twice.any():
        first = rows[twice].iloc[0]
        raise ExportError(
            f"{first['SRCDOM']}: {int(twice.sum())} times compete, such as {first['PARAMCD']} of "
            f"{first['USUBJID']}; a participant has one time of a parameter, correct the source"
        )
