"""Do adverse events agree with hospital stays, administrations, temperatures (C21, C22, C24)."""

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.plausibility import IMPOSSIBLE
from helpers.checks.report import gather, report_rows
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_FOREVER = pd.Timestamp("2200-01-01")
# What an administration must show when an adverse event says that it was changed. A postponed
# dose has no mark of its own in `ex`, so that action cannot be mirrored.
_MIRROR = {
    "DOSE_INTERRUPTED": ("SLOWED", "INTERRUPTED", "STOPPED_EARLY"),
    "DOSE_NOT_COMPLETED": ("STOPPED_EARLY",),
}
_CANCELLED = "NEXT_DOSE_CANCELLED"
_CHANGED = ("INTERRUPTED", "STOPPED_EARLY")


def find_unmatched_stay(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C21: hospital criterion without a stay, or an unplanned stay without a serious event."""
    ae = context.ae.assign(place=range(len(context.ae)))
    ho = context["ho"]
    stays = pd.DataFrame(
        {
            SUBJECT: ho[SUBJECT],
            "stay": range(len(ho)),
            "link": ho["AESEQ"],
            "in": earliest_date(ho["HOSTDTC"]),
            "out": latest_date(ho["HOENDTC"]).fillna(_FOREVER),
        }
    )
    pairs = ae.merge(stays, on=SUBJECT)
    overlap = (pairs["in"] <= pairs["end_last"].fillna(_FOREVER)) & (
        pairs["out"] >= pairs["start_first"]
    )
    linked = (pairs["link"] == pairs["AESEQ"]).fillna(False).astype(bool)
    pairs = pairs[overlap | linked]
    unmatched = ae[(ae["AESHOSP"] == "Y") & ~ae["place"].isin(pairs["place"])]
    explained = pairs.loc[pairs["serious"], "stay"]
    lonely = ho[(ho["HOPLAN"] == "N") & ~stays["stay"].isin(explained)]
    return gather(
        report_rows(
            unmatched, "ae", "C21", "W", "hospital stay as criterion, but no stay in ho", "AESHOSP"
        ),
        report_rows(lonely, "ho", "C21", "W", "unplanned hospital stay without a serious event"),
    )


def find_unmirrored_action(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C22: action of an event that the administrations do not show, and the reverse."""
    ae, ex = context["ae"], context["ex"]
    changed = pd.Series(False, index=ae.index)
    for action, marks in _MIRROR.items():
        shown = ex.loc[ex["EXADJ"].isin(marks), SUBJECT]
        changed |= (ae["AEACN"] == action) & ~ae[SUBJECT].isin(shown)
    withheld = ex["EXOCCUR"] == "N"
    changed |= (ae["AEACN"] == _CANCELLED) & ~ae[SUBJECT].isin(ex.loc[withheld, SUBJECT])
    acted = ae.loc[ae["AEACN"].isin(_MIRROR), SUBJECT]
    cancelled = ae.loc[ae["AEACN"] == _CANCELLED, SUBJECT]
    # A dose may be withheld for many reasons; only one that names an event needs its event.
    words = "|".join(trial.checks.adverse_words)
    by_event = ex["EXREASND"].astype("string").str.contains(words, case=False).fillna(False)
    return gather(
        report_rows(ae[changed], "ae", "C22", "W", "this action is not shown in ex", "AEACN"),
        report_rows(
            ex[ex["EXADJ"].isin(_CHANGED) & ~ex[SUBJECT].isin(acted)],
            "ex",
            "C22",
            "W",
            "changed, but no adverse event has this action",
            "EXADJ",
        ),
        report_rows(
            ex[withheld & by_event.astype(bool) & ~ex[SUBJECT].isin(cancelled)],
            "ex",
            "C22",
            "W",
            "not given because of an event, but no adverse event has this action",
            "EXOCCUR",
        ),
    )


def find_unmatched_fever(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C24: fever as event without a raised temperature near it, and the reverse.

    An impossible temperature is neither (C36): 98.6 is no fever in Celsius.
    """
    checks = trial.checks
    terms = [term.casefold() for term in checks.fever_terms]
    ae = context.ae
    fevers = ae[ae["AEDECOD"].astype("string").str.casefold().isin(terms).fillna(False)]
    fevers = fevers.assign(fever=range(len(fevers)))
    vs = context.vitals
    raised = (vs["VSTESTCD"] == "TEMP") & (vs["value"] >= checks.fever_celsius - 1e-9)
    hot = vs[raised & (vs["plausibility"] != IMPOSSIBLE)]
    hot = hot.assign(reading=range(len(hot)))
    pairs = _near_pairs(fevers, hot, checks.fever_hours)
    unexplained = hot[~hot["reading"].isin(pairs["reading"])]
    high = unexplained["value"] >= checks.high_fever_celsius - 1e-9
    near = f"within {checks.fever_hours} hours"
    return gather(
        report_rows(
            fevers[~fevers["fever"].isin(pairs["fever"])],
            "ae",
            "C24",
            "W",
            f"fever without a temperature of {checks.fever_celsius:g} or more {near}",
            "AESTDTC",
        ),
        report_rows(
            unexplained,
            "vs",
            "C24",
            high.map({True: "E", False: "W"}).astype(object),
            f"raised temperature without fever as adverse event {near}",
            "VSORRES",
        ),
    )


def _near_pairs(fevers: pd.DataFrame, hot: pd.DataFrame, hours: int) -> pd.DataFrame:
    """Fever and reading of a participant, the reading at most `hours` before start or after end.

    Where either has no time of day whole days are compared. An event without end counts as
    ended when it started: a rise weeks later needs a look of its own.
    """
    pairs = fevers[
        [SUBJECT, "fever", "start_first", "start_last", "start_time", "end_last", "end_time"]
    ].merge(hot[[SUBJECT, "reading", "first", "last", "time"]], on=SUBJECT)
    margin, day = pd.Timedelta(hours=hours), pd.Timedelta(days=-(-hours // 24))
    end = pairs["end_last"].fillna(pairs["start_last"])
    by_day = (pairs["last"] >= pairs["start_first"] - day) & (pairs["first"] <= end + day)
    end_time = pairs["end_time"].fillna(pairs["end_last"] + pd.Timedelta(days=1))
    end_time = end_time.fillna(pairs["start_time"])
    by_time = pairs["time"].between(pairs["start_time"] - margin, end_time + margin)
    timed = pairs["time"].notna() & pairs["start_time"].notna()
    return pairs[by_time.where(timed, by_day)]
