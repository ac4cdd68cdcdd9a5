"""How the test of a look went, for displays whose unadjusted intervals could be taken for it."""

import math

from helpers.displays.efficacy.report_parts import KEY_MODEL
from helpers.displays.treatment_effect.effects import Effects
from helpers.models.family import compare_family, read_planned
from helpers.models.looks import find_looks, find_now
from helpers.view import ClosedView

ALONE = "Intervals here are of one difference alone; to leave out 0 is not to cross the bound."


def state_test(effects: Effects) -> str:
    """Where the test of this look is, and how it went; empty where the look has none."""
    view = effects.view
    planned = read_planned(view) if isinstance(view, ClosedView) else None
    looks = find_looks(view)
    if planned is None or not looks:
        return ""
    level = view.interim.family_level
    family, now = compare_family(planned, effects.model, level), find_now(looks)
    crossing = [own.label for own in family if own.crosses(now)]
    said = f"is crossed by {', '.join(crossing)}" if crossing else "is not crossed"
    if all(math.isnan(own.p_adjusted) for own in family):
        said = "has nothing held against it, as no difference can be estimated"
    return f"The test of this look is in {KEY_MODEL}: its bound {said}."


def state_alone(effects: Effects) -> str:
    """The test of this look, and that unadjusted intervals are no test; empty where it has none."""
    test = state_test(effects)
    return f"{test} {ALONE}" if test else ""
