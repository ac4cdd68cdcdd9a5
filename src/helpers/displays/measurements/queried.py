"""Measured values that a check of plausibility or of units queries: they are used, and are named.

A unit that may be wrong stands in no flag of the data sets, since the check reads the whole export;
the finding names the record, and by its key the value is found again.
"""

import re

import pandas as pd

from helpers.displays.measurements.units import split_unit, write_units
from helpers.displays.measurements.words import name_occasion, write_value
from helpers.params.trial import Trial
from helpers.view import ClosedView, View

CHECKS = ("C33", "C33b", "C34", "C36", "C36b", "C45")
IMPROBABLE = "improbable"  # where no finding names the value: imported data
MOST = 6  # values named in a note
RULE = "A value that a check queries is used until it is corrected."
LISTED = (
    "Queried: the named check of the records (findings.csv) asks for the value; it is used until "
    "it is corrected, unless its remark says otherwise."
)
_NAME = re.compile(r"(?:^| )([A-Z][A-Z0-9]*)=")
_PLACES = {
    "VISIT": "VISIT",
    "LBSPEC": "LBSPEC",
    "LBTESTCD": "PARAMCD",
    "VSTESTCD": "PARAMCD",
    "VSTPT": "ATPT",
}
_TIMES = ("LBDTC", "VSDTC")


def mark_queries(view: View, rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows with QUERY: the checks that query the value (`C33b, C34`), else missing.

    Parameters
    ----------
    rows : of adlb or advs: SUBJID, PARAMCD, IMPROBFL and what names the record.
    table : raw table of the findings: lb or vs.
    """
    found = view.findings
    found = found[(found["table"] == table) & found["id"].isin(CHECKS)]
    checks = pd.Series(None, index=rows.index, dtype=object)
    if "IMPROBFL" in rows:
        checks = checks.mask(rows["IMPROBFL"] == "Y", IMPROBABLE)
    if found.empty:
        return rows.assign(QUERY=checks)
    names = _name_subjects(view, rows)
    part = rows[names.isin(found["SUBJID"])]  # of a hundred thousand values a few hundred
    places = {str(subject): own for subject, own in part.groupby(names.loc[part.index])}
    for (subject, key), own in found.groupby(["SUBJID", "key"], sort=True):
        if str(subject) in places:
            hit = _find_record(places[str(subject)], str(key))
            checks.loc[hit] = ", ".join(sorted(set(own["id"])))
    return rows.assign(QUERY=checks)


def _name_subjects(view: View, rows: pd.DataFrame) -> pd.Series:
    if "SUBJID" in rows:
        return rows["SUBJID"]
    persons = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    return rows["USUBJID"].map(persons)


def _find_record(part: pd.DataFrame, key: str) -> pd.Index:
    """Rows of a participant that a key names; a day or a month in it stands for all its times."""
    _, *pieces = _NAME.split(key)
    parts = dict(zip(pieces[::2], pieces[1::2], strict=True))
    for name, column in _PLACES.items():
        if name in parts and column in part:
            part = part[part[column].astype("string") == parts[name]]
    time = next((parts[name] for name in _TIMES if name in parts), "")
    if not time:
        return part.index
    return part.index[[_write_time(r).startswith(time) for r in part.itertuples(index=False)]]


def _write_time(record: object) -> str:
    """The time of a value as keys of findings write it, else its day."""
    for name in ("ADTM", "ADT"):
        value = getattr(record, name, None)
        if isinstance(value, pd.Timestamp) and not pd.isna(value):
            return str(value.isoformat())[:16]
    return ""


def note_queried(view: View, rows: pd.DataFrame, what: str, *, rule: bool = True) -> str:
    """`Values ... that a check queries: 004 Haemoglobin 28 g/L, Month 6 (C33b).`; empty if none.

    Under letters, and for open readers, their number alone.

    Parameters
    ----------
    rows : of `mark_queries`, those that the display uses.
    what : what they are there: `Values in these means`.
    rule : whether to say that they are used.
    """
    own = rows[rows["QUERY"].notna()]
    if own.empty:
        return ""
    used = f" {RULE}" if rule else ""
    if not isinstance(view, ClosedView):
        return f"{what} that a check queries: {len(own)}.{used}"
    own = own.assign(SUBJID=_name_subjects(view, own)).sort_values(
        ["SUBJID", "PARAMCD", "ADT"], kind="stable", na_position="first"
    )
    said = [_name_value(record, view.trial) for record in own.head(MOST).itertuples(index=False)]
    more = f"; {len(own) - MOST} more" if len(own) > MOST else ""
    return f"{what} that a check queries: {'; '.join(said)}{more}.{used}"


def _name_value(record: object, trial: Trial) -> str:
    """`004 Haemoglobin 28 g/L, Month 6 (C33b)`."""
    name, unit = split_unit(write_units(str(getattr(record, "PARAM", ""))))
    value = f"{write_value(getattr(record, 'AVAL', None), 3)} {unit}".strip()
    where = name_occasion(record, trial)
    return (
        f"{getattr(record, 'SUBJID', '')} {name} {value}, {where} ({getattr(record, 'QUERY', '')})"
    )


def name_query(check: object) -> str:
    """`queried: C34` of the QUERY of a value; empty where no finding names it."""
    return f"queried: {check}" if isinstance(check, str) and check != IMPROBABLE else ""
