"""Do dates fit consent, death, study end, entry and extract (C03, C19, C31, C48, C49)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_dated, report_rows
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_PROCEDURES = ("rand", "ie", "sv", "ex", "vs", "lb", "qs")
_ASSESSMENTS = ("vs", "lb", "qs")
# Deviations and dispositions can be about somebody who has died, so they may be dated later.
_OF_THE_LIVING = ("dm", "rand", "ie", "sv", "ex", "ae", "vs", "lb", "qs", "mh", "cm", "ho")


def find_before_consent(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C03: a procedure or the randomisation dated before consent, whatever a partial date means."""
    events = context.events(*_PROCEDURES)
    early = events[events["last"] < spread(context.consent, events[SUBJECT])]
    ds = context.milestones
    ds = ds[ds["DSDECOD"] == "RANDOMIZED"]
    sooner = ds[ds["last"] < spread(context.consent, ds[SUBJECT])]
    return gather(
        report_dated(context, early, "C03", "E", "dated before consent"),
        report_rows(sooner, "ds", "C03", "E", "randomised before consent", "DSSTDTC"),
    )


def find_after_death(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C19: dated after the last day on which the participant can have died."""
    events = context.events(*_OF_THE_LIVING)
    late = events[events["first"] > spread(context.death["last"], events[SUBJECT])]
    return report_dated(context, late, "C19", "E", "dated after death")


def find_outside_study(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C31: an assessment before consent or after the end of the study."""
    events = context.events(*_ASSESSMENTS)
    early = events["last"] < spread(context.consent, events[SUBJECT])
    late = events["first"] > spread(context.study_end, events[SUBJECT])
    return gather(
        report_dated(context, events[early], "C31", "E", "assessment before consent"),
        report_dated(context, events[late], "C31", "E", "assessment after the end of the study"),
    )


def find_impossible_entry(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C48: entered before it happened, or dated or entered after the extract.

    Whole days are compared: the minute of an entry says little about the minute of an event.
    """
    events = context.dated[context.dated["done"]]
    early = events["entered_first"].dt.normalize() < events["first"]
    ahead = events["first"] > context.extract.normalize()
    entered = events["entered_last"] > context.extract
    return gather(
        *(
            report_dated(context, events[hits], "C48", "E", text)
            for hits, text in (
                (early, "entered before the day it is dated"),
                (ahead, "dated after the export was made"),
                (entered & ~ahead, "entered after the export was made"),
            )
        )
    )


def find_late_entry(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C49: entered long after it happened, serious events sooner due.

    What happened before consent could be entered from consent on.
    """
    events = context.dated[context.dated["done"]]
    since = events["last"].fillna(events["entered_first"].dt.normalize())
    consent = spread(context.consent, events[SUBJECT])
    since = since.where(~(consent > since), consent)
    lag = (events["entered_last"].dt.normalize() - since).dt.days
    checks = trial.checks
    known = context.has("ae", "AESTDTC", "AEENDTC", "AESER")
    rows = context.ae.loc[context.ae["serious"], "SRCROW"] if known else []
    serious = (events["table"] == "ae") & events["SRCROW"].isin(rows)
    slow = lag > serious.map({True: checks.serious_entry_days, False: checks.entry_days})
    return gather(
        report_dated(
            context,
            events[slow & ~serious],
            "C49",
            "W",
            f"entered more than {checks.entry_days} days later",
        ),
        report_dated(
            context,
            events[slow & serious],
            "C49",
            "W",
            f"serious event entered more than {checks.serious_entry_days} days later",
        ),
    )
