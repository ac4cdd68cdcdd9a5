"""The lights of the first page: each with its rule and the numbers behind it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.conduct.accrual_plan import find_start, planned_by
from helpers.displays.conduct.form_counts import compute_completeness, count_forms, find_lowest
from helpers.displays.display import Light
from helpers.displays.formats import format_number, format_percent
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.summary.events import (
    deaths,
    knows_serious,
    monitor_arm,
    new_serious_events,
    read_previous,
)
from helpers.displays.summary.wording import count_of
from helpers.params.trial import Limit
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, ClosedView, View

COUNTED = ("F", "E")
STATES = {"CLEAR": ("ok", "Clear"), "NEAR": ("near", "Near limit"), "ALERT": ("alert", "Alert")}


class Shown(NamedTuple):
    """A light and the numbers it rests on."""

    light: Light
    results: tuple[Result, ...] = ()


def show_lights(view: View) -> list[Shown]:
    """Every light that the audience may see, the stopping rule first."""
    judged = view.has("adae", "SEVTOXFL")
    stopping = show_stopping(view) if isinstance(view, ClosedView) and judged else []
    return [
        *stopping,
        show_serious(view),
        show_accrual(view),
        show_completeness(view),
        show_findings(view),
    ]


def rate_high(value: float, limit: Limit) -> str:
    """State of a value that should be high."""
    return "ok" if value >= limit.green else "near" if value >= limit.amber else "alert"


def rate_low(value: float, limit: Limit) -> str:
    """State of a value that should be low."""
    return "ok" if value <= limit.green else "near" if value <= limit.amber else "alert"


def show_stopping(view: ClosedView) -> list[Shown]:
    """One light per arm that gets the product."""
    shown = []
    rule = view.interim.stop
    for arm in view.trial.active_arms:
        found = monitor_arm(view, arm)
        state, word = STATES[found.state]
        why = (
            f"{found.events} of {found.evaluable} evaluable with a stopping event; Pr(rate above "
            f"{format_number(100 * rule.p_star, 0)} %) = {format_number(found.prob_above, 2)}, "
            f"alert from {format_number(rule.cut, 2)}{describe_alert(found.alert_at)}."
        )
        key = Key("SAF", arm.label, "STOPPING")
        names = ("events", "evaluable", "prob_above", "alert_at")
        numbers = {name: float(getattr(found, name)) for name in names}
        results = rows_of(key, numbers, found.method)
        shown.append(Shown(Light(f"Stopping rule, {arm.label}", state, word, why), tuple(results)))
    return shown


def describe_alert(alert_at: float) -> str:
    """How many events alert, where any number does."""
    return "" if math.isnan(alert_at) else f" ({format_number(alert_at, 0)} events)"


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
    why = describe_serious(new, died, before.interim if before else "the start")
    key = Key("ITT", TOTAL, "SERIOUS_NEW")
    results = (
        *rows_of(key, {"events": len(new), "n": new["USUBJID"].nunique()}),
        *rows_of(key._replace(category="GRAVE"), {"events": int(grave.sum())}),
        *rows_of(Key("ITT", TOTAL, "DEATHS_NEW"), {"n": died}),
    )
    return Shown(Light("Serious events", state, word, why), results)


def show_deaths(view: View) -> Shown:
    """What stands for the serious events where the data do not say which are: deaths only."""
    before = read_previous(view)
    died = len(deaths(view) - (before.died if before else set()))
    since = before.interim if before else "the start"
    why = (
        f"The data do not say which adverse events are serious; {count_of(died, 'death')} since "
        f"{since}."
    )
    light = Light("Serious events", "alert" if died else "near", "Not known", why)
    return Shown(light, tuple(rows_of(Key("ITT", TOTAL, "DEATHS_NEW"), {"n": died})))


def describe_serious(new: pd.DataFrame, died: int, since: str) -> str:
    """New events, those related where the audience may know, deaths, and the rule."""
    parts = [f"None since {since}"]
    if len(new):
        persons = count_of(new["USUBJID"].nunique(), "person")
        parts = [f"{count_of(len(new), 'event')} in {persons} since {since}"]
        if "RELFL" in new:
            parts.append(f"{int((new['RELFL'] == 'Y').sum())} related")
    parts.append(count_of(died, "death"))
    red = "related or fatal" if "RELFL" in new else "fatal"
    return f"{', '.join(parts)} (amber: any new; red: any new one {red})."


def show_accrual(view: View) -> Shown:
    """Randomised persons against the plan at the cut-off."""
    limit, trial = view.trial.lights.accrual_percent, view.trial
    n = view.total("ITT").n
    planned = planned_by(trial, find_start(view), view.cutoff)
    if math.isnan(planned):
        return Shown(Light("Accrual", "near", "Not begun", "Nobody has consented by the cut-off."))
    share = 100 * n / planned if planned else NAN
    why = (
        f"{n} randomised of {format_number(planned, 1)} planned by this day "
        f"({describe_limit(limit, '%')})."
    )
    numbers = {"n": n, "N": planned, "pct": share}
    light = Light("Accrual", rate_high(share, limit), f"{format_number(share, 0)} %", why)
    return Shown(light, tuple(rows_of(Key("ITT", TOTAL, "ACCRUAL"), numbers)))


def show_completeness(view: View) -> Shown:
    """Share of the forms due that were received."""
    limit = view.trial.lights.completeness_percent
    counts = count_forms(view, view.total("ITT")) if view.has("advisit") else []
    found, lowest = compute_completeness(counts), find_lowest(counts)
    results = tuple(rows_of(Key("ITT", TOTAL, "COMPLETENESS"), found))
    if lowest is None:
        light = Light("Completeness", "ok", "None due", "No form was due by the cut-off.")
        return Shown(light, results)
    where = f"{view.trial.forms[lowest.form].label} {view.trial.visit_label(lowest.visit).lower()}"
    why = (
        f"{found['n']} of {found['N']} forms due were received; lowest: {where}, "
        f"{lowest.received} of {lowest.due} ({describe_limit(limit, '%')})."
    )
    word = f"{format_percent(found['n'], found['N'])} %"
    return Shown(Light("Completeness", rate_high(found["pct"], limit), word, why), results)


def show_findings(view: View) -> Shown:
    """Findings that exclude a record or flag an error, per person."""
    limit = view.trial.lights.findings_per_person
    persons = view.total("ENR").n
    n = int(view.findings["severity"].isin(COUNTED).sum())
    each = n / persons if persons else NAN
    key = Key("ENR", TOTAL, "FINDINGS")
    results = (*rows_of(key, {"events": n, "N": persons}), Result(key, "ratio", each))
    if not persons:
        return Shown(Light("Data findings", "near", "Nobody", "Nobody has consented."), results)
    why = (
        f"{count_of(n, 'finding')} of severity F or E in {count_of(persons, 'person')}: "
        f"{format_number(each, 2)} a person (green up to {limit.green:g}, amber up to "
        f"{limit.amber:g})."
    )
    word = f"{n} to solve" if n else "None to solve"
    light = Light("Data findings", rate_low(each, limit), word, why[:1].upper() + why[1:])
    return Shown(light, results)


def describe_limit(limit: Limit, unit: str) -> str:
    """Thresholds of a light that should be high, in words."""
    return f"green from {limit.green:g} {unit}, amber from {limit.amber:g} {unit}"


def join_results(shown: Sequence[Shown]) -> tuple[Result, ...]:
    """Numbers of all lights."""
    return tuple(result for one in shown for result in one.results)
