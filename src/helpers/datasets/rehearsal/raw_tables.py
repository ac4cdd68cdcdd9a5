"""Raw tables with the arms dealt out anew, and with each arm what only its participants have."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from helpers.datasets.rehearsal.dealing import deal_participants
from helpers.intake.export import Export, sort_by_key
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SUBJECT, TableSchema
from helpers.intake.sequence import find_sequence
from helpers.params.trial import Trial

ALLOCATION = "rand"
# Kinds of rows that exist because of a dose; those at a stay for a dose, with the number of a dose,
# and all of the restricted side do so too.
OF_A_DOSE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "lb": ("LBSPEC", ("CSF",)),
    "cm": ("CMCAT", ("PREMEDICATION",)),
    "dv": ("DVCAT", ("DOSE", "DOSE_INTERVAL", "BLINDING")),
    "ds": ("DSSCAT", ("TREATMENT",)),
    "ho": ("HOPLAN", ("Y",)),
}
ASSESSED = ("AEREL", "AERELPR", "AEACN")  # what a site says of an event because it knows the doses
ENTERED = ("ENTRYDTC", "UPDDTC")


@dataclass(frozen=True)
class Deal:
    """Who gets whose arm: `targets` by source, days to move by target, last day by target."""

    targets: pd.Series
    days: pd.Series
    last: pd.Series
    extract: pd.Timestamp


def deal_arms(export: Export, trial: Trial, seed: int) -> Export:
    """An export as it would be had the arms been dealt otherwise.

    Each randomised participant gets the arm of another, with the doses and all rows that exist
    because of a dose, on the same days after randomisation. Everything else stays whose it is. What
    would lie after the export, a death or the end of the study has not happened.
    """
    rand = export.tables[ALLOCATION]
    arms = rand.dropna(subset=["ARMCD"]).groupby(SUBJECT)["ARMCD"].first()
    if arms.empty:
        return export
    closed = {n: export.tables[n] for n, s in export.schemas.items() if s.folder == "restricted"}
    sources = pd.Series(deal_participants(list(arms.index), seed, closed), dtype=object)
    deal = _plan_deal(export, sources)
    tables = {
        name: _move_rows(frame, export.schemas[name], deal, trial)
        for name, frame in export.tables.items()
    }
    own = rand[SUBJECT].map(sources).map(arms)
    tables[ALLOCATION] = rand.assign(ARMCD=own.where(rand["ARMCD"].notna(), None).astype(object))
    if "ae" in tables:
        tables["ae"] = _deal_assessments(tables["ae"], sources)
    return replace(export, tables=tables)


def _plan_deal(export: Export, sources: pd.Series) -> Deal:
    rand = export.tables[ALLOCATION]
    randomised = rand.groupby(SUBJECT)["RANDDTC"].min().dt.normalize()
    own, other = sources.index.map(randomised), sources.map(randomised)
    days = (pd.Series(own, index=sources.index) - other).fillna(pd.Timedelta(0))
    targets = pd.Series(sources.index, index=sources.to_numpy(), dtype=object)
    extract = export.info.extract
    last = _find_last_days(export).reindex(sources.index)
    return Deal(targets, days, last.fillna(extract.normalize()), extract)


def _find_last_days(export: Export) -> pd.Series:
    """Day of death or end of the study, by participant, where there is one."""
    dm, ds = export.tables["dm"], export.tables["ds"]
    death = latest_date(dm["DTHDTC"]).groupby(dm[SUBJECT]).min()
    ended = ds[(ds["DSCAT"] == "DISPOSITION") & (ds["DSSCAT"] == "STUDY")]
    end = latest_date(ended["DSSTDTC"]).groupby(ended[SUBJECT]).min()
    return pd.concat([death, end], axis=1).min(axis=1)


def find_rows_of_doses(frame: pd.DataFrame, schema: TableSchema, trial: Trial) -> pd.Series:
    """Whether a row exists because of a dose."""
    if schema.folder == "restricted":
        return pd.Series(True, index=frame.index)
    hit = pd.Series(False, index=frame.index)
    if "VISIT" in frame:
        hit |= frame["VISIT"].isin(trial.site_visits.dose_stays)
    if "DOSENUM" in frame:
        hit |= frame["DOSENUM"].notna()
    column, kinds = OF_A_DOSE.get(schema.name, ("", ()))
    if column in frame:
        hit |= frame[column].isin(kinds)
    return hit


def _move_rows(frame: pd.DataFrame, schema: TableSchema, deal: Deal, trial: Trial) -> pd.DataFrame:
    """A table in which rows of doses belong to whoever has the arm now."""
    if not schema.has_subject or schema.name == ALLOCATION:
        return frame
    hit = find_rows_of_doses(frame, schema, trial) & frame[SUBJECT].isin(deal.targets.index)
    if not hit.any():
        return frame
    moved = frame[hit].assign(**{SUBJECT: frame.loc[hit, SUBJECT].map(deal.targets)})
    moved = _shift_days(moved, schema, deal)
    if schema.date is not None and schema.date in moved:
        later = earliest_date(moved[schema.date]) > moved[SUBJECT].map(deal.last)
        moved = moved[~later.fillna(False)]
    if "AESEQ" in moved and schema.name != "ae":
        moved = moved.assign(AESEQ=pd.Series(pd.NA, moved.index).astype(moved["AESEQ"].dtype))
    stays = frame[~hit]
    moved = _number_behind(moved, stays, schema)
    return sort_by_key(pd.concat([stays, moved], ignore_index=True), schema)


def _shift_days(rows: pd.DataFrame, schema: TableSchema, deal: Deal) -> pd.DataFrame:
    """Rows on the same days after the randomisation of their new participant."""
    by = rows[SUBJECT].map(deal.days)
    changed = {}
    for column in schema.columns.values():
        if column.kind in ("date", "dtm") and column.name in rows:
            moment = (rows[column.name] + by).astype(rows[column.name].dtype)
            if column.name in ENTERED:
                moment = moment.where(~(moment > deal.extract), rows[column.name])
            changed[column.name] = moment
        elif column.kind == "dtc" and column.name in rows:
            changed[column.name] = _shift_texts(rows[column.name], by)
    return rows.assign(**changed)


def _shift_texts(texts: pd.Series, by: pd.Series) -> pd.Series:
    """Whole dates moved, a time of day kept; a partial date stays as it is."""
    whole = texts.notna() & (texts.str.len() >= 10)
    moved = pd.to_datetime(texts[whole].str[:10]) + by[whole]
    shifted = texts.copy()
    shifted.loc[whole] = (moved.dt.strftime("%Y-%m-%d") + texts[whole].str[10:]).astype(object)
    return shifted


def _number_behind(moved: pd.DataFrame, stays: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Moved rows numbered behind those that their new participant has."""
    column = find_sequence(schema)
    if column is None or len(schema.key) != 2 or column not in moved:
        return moved
    before = moved[SUBJECT].map(stays.groupby(SUBJECT)[column].max()).fillna(0)
    place = moved.groupby(SUBJECT)[column].rank(method="dense")
    number = (before.astype("Float64") + place.astype("Float64")).astype(moved[column].dtype)
    return moved.assign(**{column: number})


def _deal_assessments(ae: pd.DataFrame, sources: pd.Series) -> pd.DataFrame:
    """Events of randomised participants with what the site said of another's event.

    Participant by participant, in the order of the deal; each event keeps its term and its days.
    """
    columns = [name for name in ASSESSED if name in ae]
    hit = ae[SUBJECT].isin(sources.index)
    place = pd.Series(range(len(sources)), index=sources.to_numpy())
    dealt = ae.loc[hit].assign(_place=ae.loc[hit, SUBJECT].map(place))
    dealt = dealt.sort_values("_place", kind="stable")
    changed = ae.copy()
    changed.loc[hit, columns] = dealt[columns].to_numpy()
    return changed
