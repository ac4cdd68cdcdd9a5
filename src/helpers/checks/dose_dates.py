"""The day of an administration beside its visit, hospital stay and vital signs (C54)."""

from collections.abc import Sequence

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.report import report_rows
from helpers.intake.partial_dates import earliest_date, latest_date, parse_datetime
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

DOSE = [SUBJECT, "DOSENUM"]
# Records of an administration beside ex, by raw table; of equally many the first one is believed.
RECORDS = {"vs": "vital signs", "sv": "visit", "ho": "hospital stay"}
DAY = 24  # hours


def find_differing_dose_date(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C54: an administration dated otherwise than its visit, hospital stay or vital signs.

    Stays and vital signs are asked where the export has them.
    """
    doses = build_dose_days(context, trial)
    hits = doses[doses["other"].notna()]
    return report_rows(hits, "ex", "C54", "E", [_describe(row) for row in _rows(hits)], "EXSTDTC")


def _describe(row: pd.Series) -> str:
    said = [
        f"{name} {row[table].date()}" for table, name in RECORDS.items() if pd.notna(row[table])
    ]
    return f"dated {row['day'].date()}, but {', '.join(said)}; correct the date that is wrong"


def _rows(frame: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in frame.iterrows()]


def build_dose_days(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """Given administrations with the day that each other record puts them on.

    Returns
    -------
    Rows of ex with `day` (as recorded there), `vs`, `sv`, `ho` (null without such a record), and
    `other`: the day that most of these have instead of the recorded one, null where none has
    another. A hospital stay that holds the recorded day has that day, else its first one.
    """
    doses = context.given.drop_duplicates(DOSE)
    doses = doses.assign(
        vs=_place(doses, _find_vitals_days(context, trial)),
        sv=_place(doses, _find_visit_days(context, trial)),
    )
    doses = doses.assign(ho=_find_stay_days(context, doses))
    other = [_find_other(row["day"], [row[table] for table in RECORDS]) for row in _rows(doses)]
    return doses.assign(other=pd.Series(other, index=doses.index, dtype="datetime64[s]"))


def _find_other(day: pd.Timestamp, recorded: Sequence[pd.Timestamp]) -> pd.Timestamp:
    others = [one for one in recorded if pd.notna(one) and one != day]
    return max(others, key=others.count, default=pd.NaT)


def _place(doses: pd.DataFrame, days: pd.Series) -> pd.Series:
    """Days by participant and number of the dose, for each dose."""
    keys = pd.MultiIndex.from_frame(doses[DOSE].astype({"DOSENUM": "Int64"}))
    return days.reindex(keys).set_axis(doses.index).astype("datetime64[s]")


def _find_vitals_days(context: CheckContext, trial: Trial) -> pd.Series:
    """Day on which most vital signs of a dose put its start, each by its own time point."""
    if not context.has("vs", "DOSENUM", "VSTPT", "VSDTC"):
        return _no_days()
    vs = context["vs"]
    first = earliest_date(vs["VSDTC"])
    vs = vs[vs["VSTPT"].notna() & first.notna() & (first == latest_date(vs["VSDTC"]))]
    hours = vs["VSTPT"].map(trial.checks.timepoint_hours).astype("float64").fillna(0.0)
    timed = parse_datetime(vs["VSDTC"]) - pd.to_timedelta(hours, unit="h").dt.round("s")
    dated = first.reindex(vs.index) - pd.to_timedelta(hours // DAY, unit="D")
    days = vs[DOSE].assign(day=timed.fillna(dated).dt.normalize(), rows=1)
    counted = days.groupby([*DOSE, "day"], as_index=False)["rows"].sum()
    most = counted.sort_values(["rows", "day"], ascending=[False, True], kind="stable")
    return _by_dose(most)


def _find_visit_days(context: CheckContext, trial: Trial) -> pd.Series:
    """Day of the visit at which a dose is given."""
    if not context.has("sv", "VISIT", "SVSTDTC", "SVSTAT"):
        return _no_days()
    sv = context["sv"]
    numbers = {visit: place for place, visit in enumerate(trial.site_visits.dose_stays, start=1)}
    sv = sv.assign(DOSENUM=sv["VISIT"].map(numbers).astype("Int64"), day=sv["SVSTDTC"])
    held = sv[(sv["SVSTAT"] == "DONE") & sv["DOSENUM"].notna() & sv["day"].notna()]
    return _by_dose(held.sort_values("day", kind="stable"))


def _find_stay_days(context: CheckContext, doses: pd.DataFrame) -> pd.Series:
    """Day of the stay that holds a dose, or its visit or vital signs, for each dose."""
    none = pd.Series(pd.NaT, index=doses.index, dtype="datetime64[s]")
    if not context.has("ho", "HOSTDTC", "HOENDTC") or doses.empty:
        return none
    ho = context["ho"]
    first, last = earliest_date(ho["HOSTDTC"]), latest_date(ho["HOENDTC"])
    stays = ho[[SUBJECT]].assign(first=first, last=last.fillna(latest_date(ho["HOSTDTC"])))
    stays = stays[first == latest_date(ho["HOSTDTC"])]
    pairs = doses[[SUBJECT, "day", "vs", "sv"]].reset_index(names="place")
    pairs = pairs.merge(stays, on=SUBJECT)
    holds = {
        name: (pairs["first"] <= pairs[name]) & (pairs[name] <= pairs["last"])
        for name in ("day", "vs", "sv")
    }
    pairs = pairs.assign(own=holds["day"], found=pairs["day"].where(holds["day"], pairs["first"]))
    pairs = pairs[holds["day"] | holds["vs"] | holds["sv"]]
    pairs = pairs.sort_values(["own", "first"], ascending=[False, True], kind="stable")
    found = pairs.drop_duplicates("place").set_index("place")["found"]
    return found.reindex(doses.index).astype("datetime64[s]")


def _by_dose(rows: pd.DataFrame) -> pd.Series:
    rows = rows.astype({"DOSENUM": "Int64"}).drop_duplicates(DOSE)
    return rows.set_index(DOSE)["day"] if len(rows) else _no_days()


def _no_days() -> pd.Series:
    index = pd.MultiIndex.from_arrays(
        [pd.Series(dtype=object), pd.Series(dtype="Int64")], names=DOSE
    )
    return pd.Series(dtype="datetime64[s]", index=index)
