"""How a participant left: death, completion, withdrawal, and records after it (C18, C42 to C44)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_dated, report_rows
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_FOLLOW_UP = ("sv", "vs", "lb", "qs", "ex", "ae", "cm", "ho")


def find_unmatched_death(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C18: death in dm that the disposition or the adverse events do not know."""
    dead = context["dm"][context["dm"]["DTHFL"] == "Y"]
    ds, ae = context["ds"], context["ae"]
    fatal = (ae["AEOUT"] == "FATAL") | (ae["AETOXGR"] == 5).fillna(False).astype(bool)
    if "AESDTH" in ae:
        fatal |= ae["AESDTH"] == "Y"
    ended = ds.loc[ds["DSDECOD"] == "DEATH", SUBJECT]
    return gather(
        report_rows(
            dead[~dead[SUBJECT].isin(ended)], "dm", "C18", "E", "death, but ds has no DEATH"
        ),
        report_rows(
            dead[~dead[SUBJECT].isin(ae.loc[fatal, SUBJECT])],
            "dm",
            "C18",
            "E",
            "death, but no adverse event is fatal",
        ),
    )


def find_inconsistent_completion(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C42: completed without the last visit, or records long after the end of the study."""
    ends, sv = context.study_ends, context["sv"]
    last = trial.visits[-1].code
    seen = sv.loc[(sv["VISIT"] == last) & (sv["SVSTAT"] == "DONE"), SUBJECT]
    early = ends[(ends["DSDECOD"] == "COMPLETED") & ~ends[SUBJECT].isin(seen)]
    events = context.events(*_FOLLOW_UP)
    end = spread(ends.groupby(SUBJECT)["last"].max(), events[SUBJECT])
    limit = trial.checks.study_end_days
    late = events[events["first"] > end + pd.Timedelta(days=limit)]
    return gather(
        report_rows(early, "ds", "C42", "E", f"COMPLETED, but visit {last} was not done"),
        report_dated(
            context, late, "C42", "E", f"more than {limit} days after the end of the study"
        ),
    )


def find_second_end(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C43: the study ends twice for one participant; the later rows are named."""
    ends = context.study_ends.sort_values([SUBJECT, "first", "DSSEQ"], kind="stable")
    rows = ends[ends.duplicated(SUBJECT, keep="first")]
    return report_rows(rows, "ds", "C43", "E", "the study ends twice for this participant")


def find_unusable_record(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C44: dated after the participant withdrew the use of data.

    Only what is certainly later goes: excluding a record of before would hide what the participant
    had agreed to share. Forms and samples without a date take the date of their visit.
    """
    ds = context.milestones
    scope = (ds["DSDECOD"] == "WITHDRAWAL_BY_SUBJECT") & (ds["DSWCSCOPE"] == "DATA_USE")
    withdrawn = ds[scope].groupby(SUBJECT)["last"].min()
    assessments = context.dated
    assessments = assessments[assessments["done"] & assessments[SUBJECT].isin(withdrawn.index)]
    sv = context["sv"]
    visits = sv.dropna(subset=["SVSTDTC"]).groupby([SUBJECT, "VISIT"])["SVSTDTC"].min()
    of_visit = pd.Series(
        [visits.get(pair) for pair in zip(assessments[SUBJECT], assessments["VISIT"], strict=True)],
        index=assessments.index,
        dtype="datetime64[s]",
    )
    later = assessments["first"].fillna(of_visit) > spread(withdrawn, assessments[SUBJECT])
    text = "dated after the participant withdrew the use of data; not used"
    return report_dated(context, assessments[later], "C44", "F", text)
