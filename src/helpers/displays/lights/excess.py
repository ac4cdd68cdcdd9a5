"""Light on serious and severe events beside those of the control group: asks, stops nothing."""

from helpers.displays.adverse_events.event_notes import note_severe_not_serious
from helpers.displays.formats import format_number
from helpers.displays.lights.shown import Shown
from helpers.displays.model import Light
from helpers.displays.monitoring.control import COMPARED, Compared, compare_arms, excess_key
from helpers.displays.results import Result, rows_of
from helpers.view import ClosedView

NAME = "Excess over control"
MONITOR = "T-S-23"
STATES = {"RED": ("alert", "Red"), "AMBER": ("near", "Amber"), "NONE": ("ok", "Below limit")}


def show_excess(view: ClosedView) -> Shown | None:
    """Each arm against the control group; None in a trial that has none to compare with."""
    found = compare_arms(view)
    if not found:
        return None
    known = [one for one in found if one.alert.state in STATES]
    if not known:
        why = "No participant of the control group, or of an active arm, can be compared yet."
        return Shown(Light(NAME, "none", "Not estimable", why, MONITOR))
    order = list(STATES)
    worst = min((one.alert.state for one in known), key=order.index)
    state, word = STATES[worst]
    said = [one for one in known if one.alert.state != "NONE"] or [_largest(known)]
    lead = "" if worst != "NONE" else "Largest: "
    rule = view.interim.comparative_alert
    points = format_number(100 * rule.margin, 0)
    why = (
        f"{lead}{'; '.join(_describe(one) for one in said)}. Probability of a rate more than "
        f"{points} percentage points above control: amber from {rule.amber:g}, red from "
        f"{rule.red:g}. Relation to the product is not compared. It asks for the committee's "
        "judgement and stops nothing by itself."
    )
    left_out = note_severe_not_serious(view)
    why = f"{why} {left_out}" if left_out else why
    results = tuple(_list_results(known))
    return Shown(Light(NAME, state, word, why, MONITOR), results)


def _largest(found: list[Compared]) -> Compared:
    return max(found, key=lambda one: one.alert.probability)


def _describe(one: Compared) -> str:
    """Arm, kind of event, participants in both groups, probability."""
    (x1, n1), (x2, n2) = ((int(c["n"]), int(c["N"])) for c in one.counts.values())
    kind = COMPARED[one.code]
    return (
        f"{one.arm.label}: {kind[:1].lower()}{kind[1:]} in {x1} of {n1}"
        f"{one.beside[one.arm.label]}, {one.control.label} {x2} of {n2}"
        f"{one.beside[one.control.label]}, probability "
        f"{format_number(one.alert.probability, 2)}"
    )


def _list_results(found: list[Compared]) -> list[Result]:
    return [
        result
        for one in found
        for result in rows_of(
            excess_key(one), {"prob_above": one.alert.probability}, one.alert.method
        )
    ]
