"""The panel of P-E-01: the key result against the bound of this look, or how complete it is."""

import math

from helpers.displays import show
from helpers.displays.columns import build_headers
from helpers.displays.conduct.reasons import VISIT_STATES, occurring
from helpers.displays.efficacy.family_words import (
    NO_CROSSING,
    describe_family_method,
    leaves_out_0,
    name_adjusted_p,
    name_interval,
    name_p,
    state_sides,
    state_uncontrolled,
    state_uncrossable,
)
from helpers.displays.efficacy.report_parts import KEY_MODEL, list_shown
from helpers.displays.formats import format_p
from helpers.displays.model import Cell, Header, Line, Table
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import RowContext, category_rows, collect_rows
from helpers.displays.sequential.story import Story, describe_key, state_overrun, tell_story
from helpers.displays.treatment_effect.model_notes import place_bound, state_direction
from helpers.models.family import Compared, read_planned
from helpers.models.looks import find_looks
from helpers.view import TOTAL, ClosedView, View

RESULT = "KEY"


def find_story(view: View) -> Story | None:
    """The looks, where this report holds a key result against a bound; else None."""
    if not isinstance(view, ClosedView) or read_planned(view) is None or not find_looks(view):
        return None
    return tell_story(view) if KEY_MODEL in list_shown(view) else None


def tabulate_key_result(story: Story) -> Table:
    """Difference with interval and p of the family, and the bound, a column per contrast.

    Results: population, PARAMCD, visit, category KEY: by contrast estimate, lower, upper,
    p_adjusted; arm Total boundary_p.
    """
    key, interim = story.key._replace(category=RESULT), story.view.interim
    decimals = story.view.trial.scores[story.effects.model.code].decimals + 1
    total, labels = key._replace(arm=TOTAL), [own.label for own in story.contrasts]
    results = rows_of(total, {"boundary_p": story.now.nominal_p}, interim.spending)
    for own in story.contrasts:
        values = {name: getattr(own, name) for name in ("estimate", "lower", "upper", "p_adjusted")}
        method = describe_family_method(interim)
        results += rows_of(key._replace(contrast=own.label), values, method)
    forms = {
        f"Difference in change ({name_interval(interim)})": show.interval(decimals),
        name_p(interim): show.p_value("p_adjusted"),
    }
    lines = [
        Line(name, tuple(Cell(key._replace(contrast=label), form) for label in labels))
        for name, form in forms.items()
    ]
    bound = tuple(place_bound(total, story.now.z) for _ in labels)
    return Table(
        id="",
        title="Key result against the bound of this look",
        results=tuple(results),
        stub=describe_key(story),
        headers=tuple(
            Header(own.label, "", story.view.trial.arm_position(own.arm)) for own in story.contrasts
        ),
        lines=(*lines, Line("Bound of this look (p)", bound)),
    )


def state_result(story: Story) -> list[str]:
    """One sentence per contrast: whether it is at or beyond the bound, and that it is display only.

    A difference that crosses in favour of the control says so; that nothing is adjusted comes
    first.
    """
    interim = story.view.interim
    uncontrolled = state_uncontrolled(interim, len(story.contrasts))
    said = [_state_contrast(story, own) for own in story.contrasts]
    planned = "" if story.final else "no early stop for benefit is planned, and "
    only = f"For display only: {planned}what follows is for the committee to say."
    better = state_direction(story.view, story.effects.model.code)
    notes = (better, state_sides(interim))
    first = [uncontrolled] if uncontrolled else []
    return [*first, *said, *filter(None, notes), only, *state_overrun(story)]


def _state_contrast(story: Story, own: Compared) -> str:
    if math.isnan(own.p_adjusted):
        return f"{own.label}: not estimable, nothing is held against the bound."
    bound = story.now.nominal_p
    p = name_adjusted_p(story.view.interim)
    uncrossable = state_uncrossable(story.now.z, story.now.note)
    if uncrossable:
        return f"{own.label}: {uncrossable} ({p} {format_p(own.p_adjusted)})."
    against = f"({p} {format_p(own.p_adjusted)}, bound {format_p(bound)})"
    if not own.crosses(story.now):
        apart = leaves_out_0({"lower": own.lower, "upper": own.upper})
        more = f"; {NO_CROSSING}" if apart and story.view.interim.sides == 2 else ""
        return f"{own.label}: the bound of this look is not crossed {against}{more}."
    side = "the arm named first" if own.wald > 0 else "the control"
    return f"{own.label}: the bound of this look is crossed in favour of {side} {against}."


def tabulate_key_completeness(view: View) -> Table | None:
    """Participants by the status of the key score's form at the key visit; None where not known.

    Results: population, form, visit, category status: n, N, pct.
    """
    interim = view.interim
    if interim.key_param is None or interim.key_visit is None or not view.has("advisit", "STATUS"):
        return None
    population = interim.population_efficacy
    closed = isinstance(view, ClosedView)  # to others no death is told by letter here
    groups = view.groups(population) if closed else (view.total(population),)
    form, rows = view.trial.scores[interim.key_param].form, view["advisit"]
    own = rows[(rows["FORM"] == form) & (rows["AVISIT"] == interim.key_visit)]
    states = own.drop_duplicates("USUBJID").set_index("USUBJID")["STATUS"]
    context = RowContext(Key(population, "", form, interim.key_visit), groups)
    labels = occurring(VISIT_STATES, states.dropna())
    lines, results = collect_rows(category_rows(context, labels, states))
    return Table(
        id="",
        title="Forms of the key score at the key visit",
        results=results,
        stub=f"{view.trial.forms[form].label}, {view.trial.visit_label(interim.key_visit).lower()}",
        headers=build_headers(groups),
        lines=lines,
    )
