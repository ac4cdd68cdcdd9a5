"""Did visits take place, in their window, with records (C39 to C41)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.deviations import has_deviation
from helpers.checks.raw_tables import TABLES
from helpers.checks.report import gather, report_rows
from helpers.intake.findings import build_findings
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_BY_VISIT = ("vs", "lb", "qs")
_ABOUT_VISITS = ("sv", "dv")


def find_empty_visit(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C39: visit done without any record of that day, or records without a visit row.

    A visit by telephone may leave no record and is not asked for one.
    """
    sv = context["sv"]
    events = context.events(*(name for name in TABLES if name not in _ABOUT_VISITS))
    days = events[events["first"] == events["last"]]
    known = set(zip(days[SUBJECT], days["first"], strict=True))
    held = sv[(sv["SVSTAT"] == "DONE") & sv["SVSTDTC"].notna() & (sv["SVTYPE"] != "PHONE")]
    empty = ~_is_pair(held[SUBJECT], held["SVSTDTC"], known)
    rows = set(zip(sv[SUBJECT], sv["VISIT"], strict=True))
    assessments = context.events(*_BY_VISIT).drop_duplicates(["table", SUBJECT, "VISIT"])
    lonely = ~_is_pair(assessments[SUBJECT], assessments["VISIT"], rows)
    found = [report_rows(held[empty], "sv", "C39", "W", "visit done, but no record of that day")]
    for table, part in assessments[lonely].groupby("table", sort=True):
        found.append(
            build_findings(
                part,
                check="C39",
                severity="W",
                table=table,
                key=("VISIT",),
                text="records of a visit that has no row in sv",
            )
        )
    return gather(*found)


def find_visit_outside_window(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C40: visit outside its protocol window without a deviation row.

    Asked only where the administrations may be read: the windows hang on the first one, and
    windows counted from randomisation would name the wrong participants.
    """
    sv = context["sv"]
    held = sv[(sv["SVSTAT"] == "DONE") & sv["SVSTDTC"].notna()]
    offset = (held["SVSTDTC"] - spread(context.anchor, held[SUBJECT])).dt.days
    windows = {visit.code: visit.protocol for visit in trial.visits}
    low = held["VISIT"].map({code: window[0] for code, window in windows.items()})
    high = held["VISIT"].map({code: window[1] for code, window in windows.items()})
    outside = held[(offset < low) | (offset > high)]
    known = has_deviation(context, outside, outside["SVSTDTC"], ("VISIT_WINDOW",))
    text = "visit outside its protocol window and no deviation VISIT_WINDOW"
    return report_rows(outside[~known], "sv", "C40", "W", text, "SVSTDTC")


def find_overdue_visit(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C41: window closed before the cut-off, participant still there, no visit row."""
    today = (context.cutoff or context.extract).normalize()
    sv = context["sv"]
    rows = set(zip(sv[SUBJECT], sv["VISIT"], strict=True))
    ends = context.study_ends
    left = ends[ends["DSDECOD"] != "COMPLETED"].groupby(SUBJECT)["first"].min()
    found = []
    for visit in trial.visits:
        closes = context.anchor + pd.Timedelta(days=visit.protocol[1])
        closes = closes.loc[context.randomised.index.intersection(closes.index)]
        gone = left.reindex(closes.index) <= closes
        dead = context.death["first"].reindex(closes.index) <= closes
        due = closes.index[(closes < today) & ~gone & ~dead]
        missing = [person for person in due if (person, visit.code) not in rows]
        found.append(pd.DataFrame({SUBJECT: missing, "VISIT": visit.code}))
    overdue = pd.concat(found, ignore_index=True)
    text = "visit overdue: enter it, or NOT DONE with the reason"
    return build_findings(overdue, check="C41", severity="E", table="sv", key=("VISIT",), text=text)


def _is_pair(first: pd.Series, second: pd.Series, known: set[tuple[object, object]]) -> pd.Series:
    """Whether the values of each row stand together in `known`."""
    flags = [pair in known for pair in zip(first, second, strict=True)]
    return pd.Series(flags, index=first.index, dtype=bool)
