"""The data cut: the export as it stood, clinically, at the end of the cut-off day.

Rows whose clinical date lies after the cut-off leave every analysis and are counted. What began
before and ended after is shown as not ended. Grade, seriousness and causality stay as known in the
extract: they cannot be rolled back without an audit trail.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from helpers.intake.fatal_events import find_fatal_events
from helpers.intake.findings import build_findings, join_findings
from helpers.intake.partial_dates import earliest_date
from helpers.intake.records import Records
from helpers.intake.schema import SUBJECT, TableSchema

# History and medication without a start began before the study; an event without a start is kept,
# and what is said of a lot.
UNDATED_STAYS = frozenset({"ae", "mh", "cm", "lot"})
ENDS = {"ho": ("HOENDTC", None), "cm": ("CMENDTC", "CMONGO")}


def cut_records(
    records: Records, schemas: Mapping[str, TableSchema], cutoff: pd.Timestamp
) -> tuple[Records, pd.DataFrame, pd.DataFrame]:
    """Records as known at the cut-off.

    Returns
    -------
    records cut at `cutoff`, findings about rows without any date, and one row per table with
    `table`, `after_cutoff` (rows dropped because they are later), `undated` (rows dropped because
    nothing says when) and `kept`.
    """
    visits = records.visit_dates
    absent = _not_yet_consented(records, cutoff)
    tables, findings, counts = {}, [], []
    for name, frame in records.tables.items():
        schema = schemas[name]
        dates = clinical_date(frame, schema, visits)
        late = (dates > cutoff).fillna(False)
        if SUBJECT in frame:
            late |= frame[SUBJECT].isin(absent)
        undated = dates.isna() & ~late & (schema.date is not None) & (name not in UNDATED_STAYS)
        findings.append(
            build_findings(
                frame[undated],
                check="STRUCT-NULL",
                severity="E",
                table=name,
                key=schema.key,
                column=schema.date or "",
                text="no date, and none follows from the visit; the row is left out",
            )
        )
        tables[name] = frame[~late & ~undated].reset_index(drop=True)
        counts.append(
            {
                "table": name,
                "after_cutoff": int(late.sum()),
                "undated": int(undated.sum()),
                "kept": len(tables[name]),
            }
        )
    cut = replace(records, tables=_truncate(tables, cutoff), cutoff=cutoff)
    return cut, join_findings(findings), pd.DataFrame(counts)


def clinical_date(
    frame: pd.DataFrame, schema: TableSchema, visits: pd.DataFrame | None
) -> pd.Series:
    """Earliest day on which each row can have happened.

    A row without a date takes the date of its visit; a row that only says that something was not
    done or not given has none, and takes the day on which that was entered.
    """
    if schema.date is None or schema.date not in frame:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    dates = earliest_date(frame[schema.date])
    if "VISIT" in frame and visits is not None and dates.isna().any():
        keys = pd.MultiIndex.from_frame(frame[[SUBJECT, "VISIT"]])
        dates = dates.fillna(visits.reindex(keys).set_axis(frame.index)["SVSTDTC"])
    not_done = _says_not_done(frame)
    if not_done.any():
        dates = dates.fillna(earliest_date(frame["ENTRYDTC"]).where(not_done))
    return dates


def _says_not_done(frame: pd.DataFrame) -> pd.Series:
    said = pd.Series(False, index=frame.index)
    for column, value in (
        ("EXOCCUR", "N"), ("SVSTAT", "NOT DONE"), ("SVSTAT", "PENDING"),
        ("QSSTAT", "NOT DONE"), ("LBSTAT", "NOT DONE"), ("VSSTAT", "NOT DONE"),
    ):  # fmt: skip
        if column in frame:
            said |= frame[column] == value
    return said


def _not_yet_consented(records: Records, cutoff: pd.Timestamp) -> pd.Series:
    dm = records["dm"]
    return dm.loc[dm["RFICDTC"] > cutoff, SUBJECT]


def _truncate(tables: dict[str, pd.DataFrame], cutoff: pd.Timestamp) -> dict[str, pd.DataFrame]:
    cut = dict(tables)
    dm = tables["dm"]
    alive = (earliest_date(dm["DTHDTC"]) > cutoff).fillna(False)
    cut["dm"] = dm.assign(
        DTHFL=dm["DTHFL"].mask(alive, None), DTHDTC=dm["DTHDTC"].mask(alive, None)
    )
    if "ae" in tables:
        cut["ae"] = truncate_events(tables["ae"], dm[alive], cutoff)
    for name, (end, ongoing) in ENDS.items():
        if name in tables and end in tables[name]:
            frame = tables[name]
            open_end = (earliest_date(frame[end]) > cutoff).fillna(False)
            frame = frame.assign(**{end: frame[end].mask(open_end, None)})
            if ongoing and ongoing in frame:
                frame[ongoing] = frame[ongoing].mask(open_end, "Y")
            cut[name] = frame
    if "qry" in tables:
        cut["qry"] = _reopen_queries(tables["qry"], cutoff)
    return cut


def _reopen_queries(qry: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Queries closed after the cut-off were open then."""
    later = (qry["QRYCLDTC"] > cutoff).fillna(False)
    return qry.assign(
        QRYCLDTC=qry["QRYCLDTC"].mask(later), QRYSTAT=qry["QRYSTAT"].mask(later, "OPEN")
    )


def truncate_events(ae: pd.DataFrame, alive: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Adverse events as they stood at the cut-off.

    `alive` are the rows of dm whose death lies after the cut-off: fatal events of these
    participants are not fatal yet, and a grade 5 is shown as 4. ONGCUTFL marks ends moved beyond
    the cut-off, DTHCUTFL such deaths.
    """
    ended_later = (earliest_date(ae["AEENDTC"]) > cutoff).fillna(False)
    fatal = find_fatal_events(ae, alive) & ae[SUBJECT].isin(alive[SUBJECT])
    open_end = ended_later | fatal
    changed = {
        "AEENDTC": ae["AEENDTC"].mask(open_end, None),
        "AEONGO": ae["AEONGO"].mask(open_end, "Y"),
        "AEOUT": ae["AEOUT"].mask(open_end, "NOT_RECOVERED"),
        "AETOXGR": ae["AETOXGR"].mask(fatal & (ae["AETOXGR"] == 5).fillna(False), 4),
        "ONGCUTFL": _mark(ae, "ONGCUTFL", open_end),
        "DTHCUTFL": _mark(ae, "DTHCUTFL", fatal),
    }
    if "AESDTH" in ae:
        changed["AESDTH"] = ae["AESDTH"].mask(fatal, "N")
    return ae.assign(**changed)


def _mark(frame: pd.DataFrame, flag: str, hit: pd.Series) -> pd.Series:
    """Flag column with Y where hit, keeping what an earlier cut has marked."""
    before = frame.get(flag, pd.Series(None, index=frame.index, dtype=object))
    return before.mask(hit, "Y")
