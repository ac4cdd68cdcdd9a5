"""Immediate triggers: what was met, in which arm, by whom, and what the committee has answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.summary.committee import Closing, find_closing
from helpers.displays.summary.wording import count_of
from helpers.params.trial import PauseTrigger
from helpers.view import ClosedView

MOST = 10  # records named on the first page


@dataclass(frozen=True)
class Met:
    """A trigger that an arm has met; `arm` is its code, empty for a lot that nobody got.

    `closed` is the committee's answer, where nothing was added since the report that it answers.
    """

    trigger: PauseTrigger
    arm: str
    records: pd.DataFrame
    closed: Closing | None


def judges_triggers(view: ClosedView) -> bool:
    """Whether the data hold what the immediate triggers count."""
    return view.has("adpause")


def find_met(view: ClosedView) -> list[Met]:
    """Triggers that were met, in the order of the parameters and of the arms."""
    rows = view["adpause"]
    arms = ["", *(arm.code for arm in view.trial.active_arms)]
    found = []
    for trigger in view.trial.pause_triggers:
        for arm in arms:
            records = _choose(rows, trigger, arm)
            if (records["METFL"] == "Y").any():
                found.append(Met(trigger, arm, records, _find_answer(view, arm, records)))
    return found


def list_open(view: ClosedView, arm: str) -> list[Met]:
    """Triggers that an arm has met and the committee has not answered."""
    if not judges_triggers(view):
        return []
    return [met for met in find_met(view) if met.arm == arm and met.closed is None]


def list_begun(view: ClosedView) -> list[tuple[PauseTrigger, str, int]]:
    """Triggers of several events that an arm has not met yet: trigger, arm (ARMCD), events."""
    rows = view["adpause"]
    counted = [
        (trigger, arm.code, _choose(rows, trigger, arm.code))
        for trigger in view.trial.pause_triggers
        for arm in view.trial.active_arms
    ]
    return [
        (trigger, arm, len(records))
        for trigger, arm, records in counted
        if len(records) and not (records["METFL"] == "Y").any()
    ]


def _choose(rows: pd.DataFrame, trigger: PauseTrigger, arm: str) -> pd.DataFrame:
    return rows[(rows["TRIGGER"] == trigger.code) & (rows["TRT01A"].fillna("") == arm)]


def _find_answer(view: ClosedView, arm: str, records: pd.DataFrame) -> Closing | None:
    """The committee's answer where it knew every record that met the trigger."""
    closing = find_closing(view, arm)
    met = records[records["METFL"] == "Y"]
    return closing if closing and (met["ADT"] <= closing.cutoff).all() else None


def find_unknown_lots(view: ClosedView) -> pd.DataFrame:
    """Given doses of arms with the product of which no state of the lot is known: LOT, whose.

    USUBJID, SUBJID, TRT01A, DOSEORD. Empty where no trigger asks for lots.
    """
    columns = ["USUBJID", "SUBJID", "TRT01A", "DOSEORD"]
    if not any(t.lots for t in view.trial.pause_triggers) or not view.has("adex", "LOT"):
        return pd.DataFrame(columns=columns)
    given = view.flagged("adex", "GIVENFL")
    states = view["adlot"].dropna(subset=["LOTSTAT"])["LOT"] if view.has("adlot") else []
    unknown = given.loc[~given["LOT"].isin(list(states)) | given["LOT"].isna()]
    persons = view["adsl"].set_index("USUBJID")
    named = {name: unknown["USUBJID"].map(persons[name]) for name in ("SUBJID", "TRT01A")}
    active = [arm.code for arm in view.trial.active_arms]
    unknown = unknown.assign(**named)
    unknown = unknown[unknown["TRT01A"].isin(active)]
    return unknown.sort_values(["USUBJID", "DOSEORD"], kind="stable")[columns]


def describe_unknown_lots(view: ClosedView) -> str:
    """That the trigger of lots cannot be judged for some doses, and for which."""
    unknown = find_unknown_lots(view)
    names = ", ".join(name_trigger(t) for t in view.trial.pause_triggers if t.lots)
    if unknown.empty:
        return ""
    said = [f"dose {row.DOSEORD} of {row.SUBJID}" for row in unknown.itertuples(index=False)]
    more = [f"{len(said) - MOST} more"] if len(said) > MOST else []
    return (
        f"{names[:1].upper()}{names[1:]}: not known for {count_of(len(said), 'dose')} whose lot is "
        f"not recorded or has no state in the lot list: {', '.join([*said[:MOST], *more])}."
    )


def name_trigger(trigger: PauseTrigger) -> str:
    """A trigger in words, its limits from the parameters."""
    grade = "" if trigger.grade is None else f" of grade {trigger.grade} or more"
    hours = "" if trigger.within_hours is None else f" within {trigger.within_hours} h of a dose"
    return f"{trigger.label}{grade}{hours}"


def describe_triggers(triggers: Sequence[PauseTrigger]) -> str:
    """Every trigger in words, with the number that one arm needs."""
    return "; ".join(
        f"{name_trigger(trigger)}{f' ({trigger.count} in one arm)' if trigger.count > 1 else ''}"
        for trigger in triggers
    )


def describe_records(met: Met) -> str:
    """Who met a trigger, with what and when: `031 (Chemical meningitis, died 25 Nov 2022)`."""
    when = "died " if met.trigger.fatal else ""
    said = [
        f"{row.SUBJID} ({row.TERM}, {when}{state_date(row.ADT)})"
        if isinstance(row.SUBJID, str)
        else f"{row.TERM}, given to nobody"
        for row in met.records.itertuples(index=False)
    ]
    more = [f"{len(said) - MOST} more"] if len(said) > MOST else []
    return ", ".join([*said[:MOST], *more])
