"""What is said of the map of shifts: where the interval takes in 0, and what that is worth."""

from helpers.displays.efficacy.report_parts import KEY_MODEL, RANKS, REFERENCE_BASED, find_reason
from helpers.displays.formats import format_level
from helpers.displays.missing_data.imputed_words import note_model
from helpers.displays.missing_data.tipping_grid import TippingGrid, count_outside
from helpers.displays.model import join_notes
from helpers.displays.results import format_value
from helpers.models.missing_values import DIED, IMPUTED


def state_headline(grid: TippingGrid) -> str:
    """For every contrast whether there is anything to tip, and at which shift it tips."""
    imputed = grid.imputed
    what = f"{imputed.score.label} at {imputed.visit}"
    known = [one for one in imputed.contrasts if grid.estimable(one[0])]
    if not known:
        return f"{what}: no difference can be estimated."
    level = format_level(imputed.level)
    said = "; ".join(f"{label}: {state_contrast(grid, label, arm)}" for label, arm, _ in known)
    return (
        f"{what}, {level} CI not adjusted for arms or looks, after imputed values were shifted. "
        f"{said}. Exploratory."
    )


def state_contrast(grid: TippingGrid, label: str, arm: str) -> str:
    """Where the interval of a contrast takes in 0, in one clause."""
    view = grid.imputed.view
    active = view.trial.arm(arm).label
    control = view.trial.arm(grid.imputed.rows.control).label
    better, worse = grid.favours(label)
    if worse[0, 0]:
        return f"0 is outside, in favour of {control}, without any shift"
    against = f"; with larger shifts 0 is outside in favour of {control}" if worse.any() else ""
    if not better[0, 0]:
        nowhere = (
            "" if worse.any() else " and everywhere: no difference that a shift could overturn"
        )
        return f"0 is inside without a shift (MAR){nowhere}{against}"
    if better.all():
        return f"0 is outside, in favour of {active}, at every shift of the map"
    step = format_value(grid.points[1])
    alone = [point for point, kept in zip(grid.points, better[0], strict=True) if not kept]
    if alone:
        first = f"once what is imputed for {active} is worse by {format_value(alone[0])}"
    else:
        both = [p for p, kept in zip(grid.points, better[:, -1], strict=True) if not kept]
        first = (
            f"only once {control} is better by {format_value(both[0])} where {active} is worse by "
            f"{format_value(grid.points[-1])}"
        )
    return (
        f"0 is outside, in favour of {active}, without a shift (MAR), and inside {first} (steps of "
        f"{step}){against}"
    )


def state_count(grid: TippingGrid, label: str) -> str:
    """How many values of the two arms of a contrast are imputed: `Imputed: A 2 / 16, B 1 / 16`."""
    imputed = grid.imputed
    counts = imputed.rows.count(IMPUTED)
    sizes = {group.code: group.n for group in imputed.view.groups(imputed.key.population)}
    arms = next((arm, other) for name, arm, other in imputed.contrasts if name == label)
    named = (
        f"{imputed.view.trial.arm(code).label} {counts[code]} / {sizes[code]}" for code in arms
    )
    return f"Imputed: {', '.join(named)}"


def state_uniform(grid: TippingGrid, label: str) -> str:
    """Where the interval lies all over a panel without a line; empty where there is a line."""
    better, worse = grid.favours(label)
    if not grid.estimable(label) or (better.any() and not better.all()):
        return ""
    if worse.any():
        return "0 outside everywhere" if worse.all() else ""
    return "0 outside everywhere" if better.all() else "0 inside everywhere"


def list_notes(grid: TippingGrid) -> tuple[str, ...]:
    """What is shifted, by how much, and what the map does not say."""
    imputed = grid.imputed
    rule = imputed.score.responder
    origin = f", borrowed {rule.note}" if rule is not None and rule.note else ""
    outside, every = count_outside(grid)
    control = imputed.view.trial.arm(imputed.rows.control).label
    others = len(imputed.contrasts) > 1
    return join_notes(
        "Every value that was due and is missing, whatever the reason, is imputed like its own arm "
        "(MAR), then shifted: to the right the active arms worse, upwards "
        f"{control} better. Lower left is MAR without a shift, as in {REFERENCE_BASED}. Values "
        "not due at the cut-off are neither imputed nor shifted.",
        f"Both axes go to twice the threshold of response ({format_value(grid.threshold)} "
        f"points{origin}).",
        "Number: difference in change; bold: the interval lies off 0. Shading: the more in favour "
        "of the arm named first, the darker; the same scale in every panel."
        + (" All active arms are shifted at once." if others else ""),
        "Few imputed values move a difference little, whatever their shift: a map on which nothing "
        "tips may only show that little is missing. How large a shift is plausible is a clinical "
        "judgement that the data do not hold.",
        f"The interval is that of MAR in {REFERENCE_BASED} (analysis of covariance, jackknife), "
        f"not of {KEY_MODEL}, which holds the adjusted result and the bound of the look; near 0 "
        "the two can differ.",
        f"At the largest shifts {outside} of {every} imputed values lie outside the range of the "
        "score; nothing is cut off."
        if outside
        else "",
        _note_deaths(grid),
        note_model(imputed, grid.table),
    )


def _note_deaths(grid: TippingGrid) -> str:
    dead = sum(grid.imputed.rows.count((DIED,)).values())
    if not dead:
        return ""
    read = "" if find_reason(grid.imputed.view, RANKS) else f"; read E2 ({RANKS}) with it"
    return (
        f"{dead} of the imputed values are of participants who died before the visit and have "
        f"none: E1 takes them as missing at random{read}."
    )
