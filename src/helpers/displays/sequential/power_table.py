"""T-E-16: conditional and predictive power of each contrast, and what they rest on."""

import math
from collections.abc import Iterable

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.family_words import (
    describe_family_method,
    name_p,
    state_sides,
    state_uncontrolled,
)
from helpers.displays.efficacy.other_plan import state_other_plan
from helpers.displays.efficacy.report_parts import POWER, POWER_FIGURE, made_where_possible
from helpers.displays.formats import format_number
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table, join_notes
from helpers.displays.results import Result, rows_of
from helpers.displays.sequential.power import (
    DESIGN,
    FUTILE,
    LESS,
    MORE,
    NULL,
    PREDICTIVE,
    TREND,
    Power,
    find_futile,
    find_power,
    list_power,
    place_power,
    try_information,
)
from helpers.displays.sequential.story import (
    FORMS,
    Story,
    describe_key,
    state_information,
    state_overrun,
    tell_story,
)
from helpers.models.looks import count_reachable
from helpers.params.interim import Interim
from helpers.view import View

ASSUMED = {
    TREND: "Conditional: the current trend goes on",
    NULL: "Conditional: no effect from now on",
    DESIGN: "Conditional: the planned effect from now on",
    PREDICTIVE: "Predictive (flat prior)",
}
TRIED = {
    LESS: "Predictive, information at the end 10% less than planned",
    MORE: "Predictive, information at the end 10% more than planned",
}
READ = (
    "Probability to end at or beyond the bound of the last look in favour of the arm named first. "
    "Display only: no stop for futility is planned."
)


@shown_as("T-E-16", title="Conditional and predictive power", needs=("adeff",))
@made_where_possible(POWER)
def tabulate_power(view: View) -> Table:
    """Power of every contrast with the control under four assumptions, and if information is off.

    Results: population, PARAMCD, visit. By contrast: category Z: z, p_adjusted; POWER.TREND,
    POWER.NULL, POWER.DESIGN, POWER.PREDICTIVE, POWER.PREDICTIVE.LESS, POWER.PREDICTIVE.MORE: power.
    Arm Total: POWER.PREDICTIVE and the two others: fraction, boundary_z. No power without
    information or with none to come: one sentence then, and Z in the file.
    """
    story = tell_story(view)
    power = find_power(story)
    tried = try_information(story) if power.by_contrast else []
    lines = tuple(_list_lines(story, power, tried))
    defined = bool(power.by_contrast)
    return Table(
        population_line=f"{state_population(view, story.effects.population)} Change from baseline "
        f"of {describe_key(story)}. {READ}",
        results=(
            *_list_statistics(story),
            *(result for own in (power, *tried) for result in list_power(story, own)),
        ),
        notes=_list_notes(story, power, tried),
        source_note="adeff (CHG, ADT) with ANL01FL = Y, compared_looks; tabulate_power; "
        "helpers.stats.sequential.conditional_power.",
        headline=state_predictive(power) if defined else "",
        stub="Power",
        headers=tuple(
            Header(own.label, "", story.view.trial.arm_position(own.arm)) for own in story.contrasts
        ),
        lines=lines if defined else (),
        empty="" if defined else state_undefined(story),
        file_lines=() if defined else lines[:1],
    )


def _list_statistics(story: Story) -> Iterable[Result]:
    method = describe_family_method(story.view.interim)
    for own in story.contrasts:
        key = place_power(story, "Z", own.label)
        yield from rows_of(key, {"z": own.z, "p_adjusted": own.p_adjusted}, method)


def _list_lines(story: Story, power: Power, tried: list[Power]) -> Iterable[Line]:
    labels = [own.label for own in story.contrasts]
    statistics = [Cell(place_power(story, "Z", label), show.number("z", 2)) for label in labels]
    yield Line(f"Z, equivalent of the {name_p(story.view.interim)}", tuple(statistics))
    known = {power.category: power, **{own.category: own for own in tried}}
    for category, label in (ASSUMED | TRIED).items():
        defined = known.get(category, power).by_contrast
        cells: list[Cell | str] = [
            Cell(place_power(story, category, name), show.number("power", 3))
            if name in defined
            else NOT_APPLICABLE
            for name in labels
        ]
        yield Line(label, tuple(cells), strong=category == PREDICTIVE)


def _list_notes(story: Story, power: Power, tried: list[Power]) -> tuple[str, ...]:
    interim = story.view.interim
    drift = format_number(interim.drift, 4)
    if not power.by_contrast:
        return join_notes(
            state_other_plan(story.view), state_information(story), state_overrun(story)
        )
    return join_notes(
        state_other_plan(story.view),
        state_information(story),
        _state_off(tried),
        _state_reachable(story),
        f"B = Z sqrt(t); bound of the last look by {FORMS[interim.spending]}, "
        f"{format_number(power.bound, 4)}. Planned effect: drift {drift} (mean of Z at full "
        "information).",
        _state_scale(interim),
        state_uncontrolled(interim, len(story.contrasts)),
        state_sides(interim),
        f"Predictive power below {format_number(FUTILE, 2)} in every arm is drawn grey in "
        f"{POWER_FIGURE}: a colour, not a rule.",
        state_overrun(story),
    )


def _state_scale(interim: Interim) -> str:
    """What Z is where it stands for an adjusted p; empty where nothing is adjusted."""
    if interim.multiplicity == "none":
        return ""
    below = (
        " A one-sided p above 0.5 has a negative Z; as p allows for the other arm, so may a small "
        "difference in favour of the arm named first."
        if interim.sides == 1
        else ""
    )
    return (
        "Z is the equivalent of the adjusted p and is treated as if it moved like an unadjusted "
        f"statistic: an approximation, as the family is.{below}"
    )


def _state_off(tried: list[Power]) -> str:
    """What an error of 10% in the planned information changes."""
    said = [
        f"{word}: fraction {format_number(own.t, 2)}"
        + (f", last bound {format_number(own.bound, 3)}" if own.by_contrast else ", none to come")
        for word, own in zip(("10% less", "10% more"), tried, strict=True)
    ]
    return (
        f"If the information at the end is not as planned, {'; '.join(said)}. The bounds of this "
        "look and of those before it stay as they were set, with the error they have spent."
    )


def _state_reachable(story: Story) -> str:
    """Why the planned information cannot be reached any more; empty where it can."""
    most, planned = count_reachable(story.view), story.view.interim.planned_info or 0
    counted = story.view.interim.info_mode == "count"
    if most is None or most >= planned or not counted:
        return ""
    gone = planned - most
    values = "value is" if gone == 1 else "values are"
    return (
        f"The information planned for the end, {planned}, can no longer be reached: {gone} "
        f"{values} lost (due without a key change, or of participants who left or died), so that "
        f"{most} is the most, fraction {format_number(most / planned, 2)}. The last look then "
        "takes all error that is left, at what is reached."
    )


def state_predictive(power: Power) -> str:
    """Predictive power of every contrast in words."""
    if all(math.isnan(own.predictive) for own in power.by_contrast.values()):
        return "No difference can be estimated, so no power."
    said = [
        f"{label} {format_number(own.predictive, 2)}" for label, own in power.by_contrast.items()
    ]
    low = f" Below {format_number(FUTILE, 2)} in every arm." if find_futile(power) else ""
    return (
        f"Predictive power: {'; '.join(said)}.{low} It rests on the differences seen so far alone "
        "(flat prior) and is no probability that the treatment works."
    )


def state_undefined(story: Story) -> str:
    """Why there is no power."""
    if story.now.t == 0:
        return "Not applicable: no information yet."
    return "Not applicable: this is the last look, no information is to come."
