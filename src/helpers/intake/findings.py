"""Findings: what is wrong with an export, one row each, never with an arm in its text."""

from collections.abc import Iterable, Sequence

import pandas as pd

PUBLISHED = ("id", "severity", "table", "SUBJID", "key", "column", "text")
COLUMNS = (*PUBLISHED, "row", "day")
SEVERITIES = {
    "S": "stops the run",
    "F": "record excluded",
    "E": "error, kept and flagged",
    "W": "warning",
}

# most checks find nothing: copying a frame costs a twentieth of making it
_NONE = pd.DataFrame(columns=list(COLUMNS), dtype=object)


def build_findings(
    records: pd.DataFrame,
    *,
    check: str,
    severity: str | pd.Series,
    table: str,
    text: str | pd.Series | Sequence[str],
    key: Sequence[str] = (),
    column: str = "",
    day: pd.Series | None = None,
) -> pd.DataFrame:
    """One finding per row of `records`.

    Parameters
    ----------
    records : rows of a raw table (SRCROW, the `key` columns, SUBJID where the table has it).
    severity : one of S, F, E, W, or one per row.
    text : what is wrong and what to do, one for all rows or one per row; never an arm.
    key : columns that identify the record beside SUBJID, written as `NAME=value`.
    day : when what is wrong happened, one per row, where that is not the date of the record: it
        has none, or it is wrong only since (a criterion failed, of somebody randomised later).

    Returns
    -------
    Frame with `COLUMNS`; `row` (SRCROW) and `day` are for use within the run only.
    """
    if records.empty:
        return empty_findings()
    moment = pd.Series(pd.NaT if day is None else day, index=records.index)
    found = pd.DataFrame(
        {
            "id": check,
            "severity": severity,
            "table": table,
            "SUBJID": records.get("SUBJID"),
            "key": describe_key(records, key),
            "column": column,
            "text": list(text) if not isinstance(text, str) else text,
            "row": records.get("SRCROW", -1),
            "day": moment.astype("datetime64[s]"),
        },
        index=records.index,
        columns=list(COLUMNS),
    )
    return found.reset_index(drop=True)


def describe_key(records: pd.DataFrame, key: Sequence[str]) -> pd.Series:
    """`A=1 B=x` per record from the columns of `key` (SUBJID is its own column)."""
    parts = [
        records[name].map(
            lambda value, name=name: "" if pd.isna(value) else f"{name}={show_value(value)}"
        )
        for name in key
        if name != "SUBJID" and name in records
    ]
    if not parts:
        return pd.Series("", index=records.index)
    joined = [" ".join(piece for piece in row if piece) for row in zip(*parts, strict=True)]
    return pd.Series(joined, index=records.index)


def show_value(value: object) -> str:
    """A value as keys show it: a moment as its day, to the minute where it has a time."""
    if isinstance(value, pd.Timestamp):
        whole = value == value.normalize()
        return str(value.isoformat())[: 10 if whole else 16]
    return str(value)


def file_finding(
    check: str, severity: str, table: str, text: str, column: str = ""
) -> pd.DataFrame:
    """One finding about a file or a column as a whole."""
    row = {"id": check, "severity": severity, "table": table, "column": column, "text": text}
    empty = dict.fromkeys(PUBLISHED, "")
    found = pd.DataFrame([{**empty, **row, "row": -1, "day": pd.NaT}], columns=list(COLUMNS))
    return found.astype({"day": "datetime64[s]"})


def empty_findings() -> pd.DataFrame:
    """No finding."""
    return _NONE.copy()


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings, worst first, in an order that does not depend on who reported first."""
    filled = [part for part in parts if not part.empty]
    if not filled:
        return empty_findings()
    joined = pd.concat(filled, ignore_index=True)
    for name in ("SUBJID", "key", "column"):
        joined[name] = joined[name].fillna("").astype(str)
    rank = joined["severity"].map({code: i for i, code in enumerate(SEVERITIES)})
    order = ["rank", "id", "table", "SUBJID", "key", "column", "text"]
    joined = joined.assign(rank=rank).sort_values(order, kind="stable")
    return joined.drop(columns="rank").reset_index(drop=True)


def count_by_check(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings and participants by check and table, worst first: no participant, key or text."""
    named = findings.assign(SUBJID=findings["SUBJID"].where(findings["SUBJID"].fillna("") != ""))
    keys = ["severity", "id", "table"]
    grouped = named.groupby(keys, sort=False)["SUBJID"]
    counts = pd.DataFrame({"findings": grouped.size(), "participants": grouped.nunique()})
    return counts.reset_index()[["id", "severity", "table", "findings", "participants"]]
