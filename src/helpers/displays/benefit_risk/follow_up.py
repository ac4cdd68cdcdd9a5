"""How long participants were followed to the planned day, and what is assumed of the others."""

import pandas as pd

from helpers.displays.adverse_events.event_notes import note_grade_five
from helpers.displays.benefit_risk.joint_facts import Joint
from helpers.displays.formats import format_number
from helpers.displays.model import join_notes
from helpers.displays.responders.response import has_unseen
from helpers.displays.responders.states import Assessed


def describe_follow_up(assessed: Assessed, joint: Joint) -> tuple[str, ...]:
    """Who was followed for a shorter time, over how many days events count, grade 5 in the alive.

    Each is empty where there is nothing to say.
    """
    return join_notes(
        _state_short(assessed, joint),
        _state_days(assessed, joint),
        note_grade_five(assessed.view, joint.events),
    )


def _state_short(assessed: Assessed, joint: Joint) -> str:
    if joint.short is None:
        return ""
    counts = {g.label: int(joint.short.isin(g.subjects).sum()) for g in assessed.arms}
    said = ", ".join(f"{label} {n}" for label, n in counts.items())
    if not any(counts.values()):
        return f"Nobody alive was followed for a shorter time than to the planned day ({said})."
    most = max(counts.values())
    favoured = " and ".join(label for label, n in counts.items() if n == most)
    equal = len(set(counts.values())) == 1
    whose = (
        "As to harm this favours all arms alike"
        if equal
        else f"As to harm this favours {favoured} most"
    )
    return (
        f"Followed for a shorter time than to the planned day, alive when last known: {said}. "
        "Their state at the planned day is not known; they are assumed to be alive, with no event "
        f"after they left, and without response where no value came. {whose}, as to response it "
        "goes against the arms with more of them."
    )


def _state_days(assessed: Assessed, joint: Joint) -> str:
    """Days over which events count, where they differ between arms; empty where not known."""
    persons = assessed.view["adsl"]
    if "RANDDT" not in persons or joint.until.empty:
        return ""
    start = persons.drop_duplicates("USUBJID").set_index("USUBJID")["RANDDT"]
    due = joint.facts.index
    days: pd.Series = (joint.until.reindex(due) - start.reindex(due)).dt.days.dropna()
    by_arm = {g.label: days[days.index.isin(g.subjects)] for g in assessed.arms}
    known = {label: own for label, own in by_arm.items() if len(own)}
    if len({(own.median(), own.max()) for own in known.values()}) < 2:
        return ""
    said = ", ".join(
        f"{label} {format_number(own.median(), 1)} (at most {format_number(own.max(), 0)})"
        for label, own in known.items()
    )
    return (
        "Events count over different times, since the planned day is counted from the first dose "
        "where one was given and the days from randomisation to the dose are added; days from "
        f"randomisation to the planned day, median: {said}."
    )


def state_size(assessed: Assessed, joint: Joint) -> str:
    """That arms of this size leave large differences open; of which arm no response is known."""
    due = joint.facts.index
    unseen = [g.label for g in assessed.arms if has_unseen(due, joint.known, g)]
    missing = (
        f" No response is known of anybody in {', '.join(unseen)}: its numbers of response are the "
        "rule for missing values."
        if unseen
        else ""
    )
    sizes = sorted({int(due.isin(g.subjects).sum()) for g in assessed.arms})
    few = " to ".join(str(n) for n in dict.fromkeys((sizes[0], sizes[-1])))
    size = f"Arms of {few} participants cannot exclude large differences, of benefit or of harm."
    return f"{size}{missing}"
