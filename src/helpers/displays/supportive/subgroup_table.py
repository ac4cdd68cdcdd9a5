"""T-E-14: the key differences in subgroups."""

from collections.abc import Iterable

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import EXPLORATORY
from helpers.displays.efficacy.content import describe_score
from helpers.displays.efficacy.report_parts import KEY_MODEL, SUBGROUPS, made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key
from helpers.displays.supportive.subgroup_effects import (
    NO_INTERACTION,
    SubgroupEffects,
    fit_subgroup_effects,
    list_results,
    place_level,
    state_cells,
    state_small_cells,
    state_subgroup_model,
    state_unfitted,
)
from helpers.displays.treatment_effect.model_notes import state_direction
from helpers.displays.treatment_effect.verdict import state_test
from helpers.view import ClosedView, View


@shown_as("T-E-14", title="Key result in subgroups", needs=("adeff", "adsl"))
@made_where_possible(SUBGROUPS)
def tabulate_subgroups(view: View) -> Table:
    """Values by arm and differences with CI at the key visit, in all and in every subgroup.

    Results: population, PARAMCD, key visit, category LSMEAN, subgroup (variable of adsl and the
    subgroup's name; empty for all): by arm n; by contrast estimate, se, df, lower, upper. No p.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    found = fit_subgroup_effects(view)
    code, population = found.main.model.code, found.main.population
    level = format_level(found.main.level)
    label = view.trial.visit_label(found.visit).lower()
    return Table(
        population_line=f"{state_population(view, population)} Change from baseline of "
        f"{describe_score(view.trial.scores[code])} at {label}: values by arm, differences with "
        f"{level} CI. Estimand E1.",
        results=tuple(list_results(found)),
        notes=join_notes(
            EXPLORATORY,
            NO_INTERACTION,
            f"All participants: the main model ({KEY_MODEL}), its intervals not adjusted. "
            f"{state_subgroup_model(found)}",
            state_small_cells(),
            state_unfitted(found.models),
            state_test(found.main),
            state_direction(view, code),
        ),
        source_note="adeff with ANL01FL = Y (CHG, BASE), adsl; tabulate_subgroups; "
        "helpers.models.subgroups.",
        headline=state_cells(found),
        stub="Subgroup",
        headers=(
            *build_headers(view.groups(population)[:-1], "Values at the visit"),
            *(Header(name, "", None, "Difference") for name, _, _ in found.contrasts),
        ),
        lines=tuple(_list_lines(found)),
    )


def _list_lines(found: SubgroupEffects) -> Iterable[Line]:
    yield Line("All participants", _list_cells(found, found.key), strong=True)
    for model in found.models:
        yield Line(model.label, heading=True)
        for level in model.levels:
            yield Line(level, _list_cells(found, place_level(found, model, level)), level=1)


def _list_cells(found: SubgroupEffects, key: Key) -> tuple[Cell | str, ...]:
    view = found.main.view
    decimals = view.trial.scores[found.main.model.code].decimals + 1
    return (
        *(Cell(key._replace(arm=arm.label), show.n()) for arm in view.arms),
        *(
            Cell(key._replace(contrast=label), show.interval(decimals))
            for label, _, _ in found.contrasts
        ),
    )
