"""Lights on safety: immediate triggers, the stopping rule of each arm, serious adverse events."""

import pandas as pd

from helpers.displays.formats import format_number
from helpers.displays.lights.shown import Shown
from helpers.displays.model import Light
from helpers.displays.monitoring.other_dates import (
    find_other_dates,
    list_other_counts,
    warn_of_dates,
    warn_of_trigger_dates,
)
from helpers.displays.monitoring.pause import (
    Met,
    describe_records,
    describe_triggers,
    describe_unknown_lots,
    find_met,
    list_begun,
    list_open,
    name_trigger,
)
from helpers.displays.monitoring.states import STATES
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.displays.monitoring.stopping_words import describe_monitor, list_counts
from helpers.displays.monitoring.uncoded import (
    count_uncoded,
    list_uncoded_counts,
    warn_of_triggers,
    warn_of_uncoded,
)
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.summary.events import (
    deaths,
    followed_since,
    knows_serious,
    new_serious_events,
    read_previous,
)
from helpers.displays.summary.wording import count_of
from helpers.view import TOTAL, ClosedView, View

LISTING = "L-S-01"
MONITOR = "T-S-23"
TRIGGERS = "Immediate triggers"
REQUESTED = "Review requested"


def show_triggers(view: ClosedView) -> Shown:
    """What asks the committee for a review at once: arm, term and participant of each record."""
    shown = _judge_triggers(view)
    light = warn_of_trigger_dates(view, warn_of_triggers(view, shown.light))
    return shown._replace(light=light)


def _judge_triggers(view: ClosedView) -> Shown:
    """The light of the triggers by the events that have a term."""
    met, results = find_met(view), _count_triggers(view)
    unknown = ""
    if any(trigger.lots for trigger in view.trial.pause_triggers) and not view.has("adlot"):
        unknown = " The export has no lot list."
    if not len(view.population("SAF").dropna(subset=["TRTSDTM"])):
        light = Light(TRIGGERS, "none", "Nobody dosed", f"Nobody has been dosed.{unknown}", MONITOR)
        return Shown(light, results)
    waiting = [one for one in met if one.closed is None]
    begun = _name_begun(view)
    if waiting:
        why = f"Ad hoc review by the committee requested. {_name_met(view, met)}{begun}{unknown}"
        return Shown(Light(TRIGGERS, "alert", REQUESTED, why, MONITOR), results)
    if met:
        why = f"Nothing since the committee's answer. {_name_met(view, met)}{begun}{unknown}"
        return Shown(Light(TRIGGERS, "near", "Answered", why, MONITOR), results)
    lots = "" if unknown else describe_unknown_lots(view)
    why = " ".join(
        part
        for part in (f"Triggers: {describe_triggers(view.trial.pause_triggers)}.", lots)
        if part
    )
    why = f"{why}{begun}{unknown}"
    return Shown(Light(TRIGGERS, "ok", "None met", why, MONITOR), results)


def _name_met(view: ClosedView, met: list[Met]) -> str:
    """Arm, trigger, participants and the committee's answer, one sentence for each."""
    said = []
    for one in met:
        arm = f"{view.trial.arm(one.arm).label}: " if one.arm else ""
        answer = f", {one.closed.text}" if one.closed else ""
        said.append(f"{arm}{name_trigger(one.trigger)}, {describe_records(one)}{answer}.")
    return " ".join(said)


def _name_begun(view: ClosedView) -> str:
    """Triggers that ask for more than one record and have some, one sentence for each arm."""
    return "".join(
        f" {name_trigger(trigger).capitalize()}: {n} of {trigger.count} in "
        f"{view.trial.arm(arm).label}."
        for trigger, arm, n in list_begun(view)
    )


def _count_triggers(view: ClosedView) -> tuple[Result, ...]:
    """Records that each trigger counts, by arm."""
    rows = view["adpause"]
    return tuple(
        Result(Key("SAF", arm.label, "TRIGGER", "", trigger.code), "events", float(n))
        for trigger in view.trial.pause_triggers
        for arm in view.trial.active_arms
        for n in [((rows["TRIGGER"] == trigger.code) & (rows["TRT01A"] == arm.code)).sum()]
    )


def show_stopping(view: ClosedView) -> list[Shown]:
    """One light per arm that gets the product; never calmer than an immediate trigger it met."""
    shown = []
    for arm in view.trial.active_arms:
        found = monitor_arm(view, arm)
        state, word = STATES["ALERT" if found.open_alert else found.state]
        met = list_open(view, arm.code)
        why = describe_monitor(found, view)
        if met:
            names = "; ".join(name_trigger(one.trigger) for one in met)
            why = f"{why} Immediate trigger met: {names}."
            state, word = "alert", word if state == "alert" else REQUESTED
        other, key = find_other_dates(view, arm), Key("SAF", arm.label, "STOPPING")
        light = Light(f"Stopping rule, {arm.label}", state, word, why, MONITOR)
        uncoded = count_uncoded(view, arm)
        results = [*list_counts(found, key), *list_other_counts(other, key)]
        results += list_uncoded_counts(uncoded, key)
        light = warn_of_uncoded(view, warn_of_dates(light, other), uncoded)
        shown.append(Shown(light, tuple(results)))
    return shown


def show_serious(view: View) -> Shown:
    """New serious events: none; any; any related (closed reports) or fatal."""
    if not knows_serious(view):
        return show_deaths(view)
    new, before = new_serious_events(view), read_previous(view)
    grave = new["FATALFL"] == "Y"
    if "RELFL" in new:
        grave |= new["RELFL"] == "Y"
    died = len(deaths(view) - (before.died if before else set()))
    state = "alert" if grave.any() or died else "near" if len(new) else "ok"
    word = f"{len(new)} new" if len(new) else "None new"
    key = Key("ITT", TOTAL, "SERIOUS_NEW")
    results: tuple[Result, ...] = ()
    time = ""
    if isinstance(view, ClosedView):
        followed = followed_since(view, before)
        if state == "ok" and not followed.n:
            state, word = "none", "Nobody in follow-up"
        time = (
            f" in {format_number(followed.years, 1)} participant-years of "
            f"{count_of(followed.n, 'participant')}"
            if followed.n
            else ", with nobody in follow-up"
        )
        own = key._replace(category="FOLLOWED")
        results = tuple(rows_of(own, {"n": followed.n, "person_years": followed.years}))
    why = describe_serious(new, died, f"{before.interim if before else 'the start'}{time}")
    results += (
        *rows_of(key, {"events": len(new), "n": new["USUBJID"].nunique()}),
        *rows_of(key._replace(category="GRAVE"), {"events": int(grave.sum())}),
        *rows_of(Key("ITT", TOTAL, "DEATHS_NEW"), {"n": died}),
    )
    place = LISTING if isinstance(view, ClosedView) else "T-S-13"
    return Shown(Light("Serious events", state, word, why, place), results)


def show_deaths(view: View) -> Shown:
    """What stands for the serious events where the data do not say which are: deaths only."""
    before = read_previous(view)
    died = len(deaths(view) - (before.died if before else set()))
    since = before.interim if before else "the start"
    why = (
        f"The data do not say which adverse events are serious; {count_of(died, 'death')} since "
        f"{since}."
    )
    light = Light("Serious events", "alert" if died else "none", "Not known", why)
    return Shown(light, tuple(rows_of(Key("ITT", TOTAL, "DEATHS_NEW"), {"n": died})))


def describe_serious(new: pd.DataFrame, died: int, since: str) -> str:
    """New events, those related where the audience may know, deaths, and the rule."""
    parts = [f"None since {since}"]
    if len(new):
        persons = count_of(new["USUBJID"].nunique(), "participant")
        parts = [f"{count_of(len(new), 'event')} in {persons} since {since}"]
        if "RELFL" in new:
            parts.append(f"{int((new['RELFL'] == 'Y').sum()) or 'none'} related")
    parts.append(count_of(died, "death"))
    red = "related or fatal" if "RELFL" in new else "fatal"
    return f"{', '.join(parts)} (amber: any new; red: any new one {red}, or a death)."
