"""Lights on the conduct of the trial: accrual, completeness of the scores, data findings."""

import math

from helpers.displays.accrual.plan import find_start, planned_by
from helpers.displays.data_status.form_counts import (
    FormCounts,
    compute_completeness,
    compute_usable,
    count_forms,
    find_lowest,
    knows_usable,
)
from helpers.displays.formats import format_number, format_percent
from helpers.displays.lights.shown import Shown, describe_limit, rate_high, rate_low
from helpers.displays.model import Light
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.summary.wording import count_of
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, View

COUNTED = ("F", "E")
COMPLETENESS = Key("ITT", TOTAL, "COMPLETENESS")


def show_accrual(view: View) -> Shown:
    """Randomised participants against the plan at the cut-off."""
    limit, trial = view.trial.lights.accrual_percent, view.trial
    n = view.total("ITT").n
    planned = planned_by(trial, find_start(view), view.cutoff)
    if math.isnan(planned):
        return Shown(Light("Accrual", "none", "Not begun", "Nobody has consented by the cut-off."))
    share = 100 * n / planned if planned else NAN
    why = (
        f"{n} randomised of {format_number(planned, int(planned % 1 > 0))} planned by this day "
        f"({describe_limit(limit, '%')})."
    )
    # the plan is no denominator: a trial ahead of it has more than all of it
    numbers = {"n": n, "count": planned, "ratio": share / 100}
    word = f"{format_number(share, 0)}%"
    light = Light("Accrual", rate_high(share, limit), word, why, "F-S-01")
    return Shown(light, tuple(rows_of(Key("ITT", TOTAL, "ACCRUAL"), numbers)))


def show_completeness(view: View) -> Shown:
    """Share of the forms due that give every score; of those received where that is unknown."""
    counts = count_forms(view, view.total("ITT")) if view.has("advisit") else []
    received = compute_completeness(counts)
    results = rows_of(COMPLETENESS, received)
    if not received["total"]:
        light = Light("Completeness", "none", "None due", "No form was due by the cut-off.")
        return Shown(light, tuple(results))
    scored = knows_usable(view)
    compute = compute_usable if scored else compute_completeness
    found = compute(counts)
    if scored:
        results += rows_of(COMPLETENESS._replace(category="USABLE"), found)
        why = (
            f"{found['n']} of {found['total']} forms due give every score; {received['n']} "
            f"({format_percent(received['n'], received['total'])}%) were received"
        )
    else:
        why = (
            f"{found['n']} of {found['total']} forms due were received; how many give a score is "
            "not known here"
        )
    lowest = find_lowest(counts, compute)
    if lowest is not None:
        worst = compute([lowest])
        why += f"; lowest: {_name_form(view, lowest)}, {worst['n']} of {worst['total']}"
    limit = view.trial.lights.completeness_percent
    why += f" ({describe_limit(limit, '%')})."
    word = f"{format_percent(found['n'], found['total'])}%"
    name = "Completeness" if scored else "Forms received"
    light = Light(name, rate_high(found["pct"], limit), word, why, "F-S-03")
    return Shown(light, tuple(results))


def _name_form(view: View, counts: FormCounts) -> str:
    return f"{view.trial.forms[counts.form].label} {view.trial.visit_label(counts.visit).lower()}"


def show_findings(view: View) -> Shown:
    """Findings that exclude a record or flag an error, per participant."""
    limit = view.trial.lights.findings_per_person
    persons = view.total("ENR").n
    n = int(view.findings["severity"].isin(COUNTED).sum())
    each = n / persons if persons else NAN
    key = Key("ENR", TOTAL, "FINDINGS")
    results = (*rows_of(key, {"events": n, "N": persons}), Result(key, "ratio", each))
    if not persons:
        return Shown(Light("Data findings", "none", "Nobody", "Nobody has consented."), results)
    why = (
        f"{count_of(n, 'finding')} of severity F or E, {format_number(each, 2)} per participant "
        f"who consented ({persons}); green up to {limit.green:g}, amber up to {limit.amber:g}."
    )
    word = f"{n} to solve" if n else "None to solve"
    state = rate_low(each, limit)
    light = Light("Data findings", state, word, why[:1].upper() + why[1:], "T-S-03c")
    return Shown(light, results)
