"""T-E-17: the key differences shrunk towards each other and towards no effect."""

from collections.abc import Iterable

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import KEY_MODEL, SHRINKAGE, made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.supportive.shrunk import (
    MODEL,
    PRIOR,
    SHRUNK,
    Shrunk,
    list_results,
    shrink_key,
    state_meaning,
    state_posterior,
    state_prior,
    state_spread,
    state_threshold,
)
from helpers.view import ClosedView, View


@shown_as("T-E-17", title="Key result shrunk towards no effect", needs=("adeff",))
@made_where_possible(SHRINKAGE)
def tabulate_shrinkage(view: View) -> Table:
    """Model estimate, posterior and prior of the differences from the control, as improvements.

    Results: population, PARAMCD, key visit, by contrast: LSMEAN.IMP estimate, lower, upper;
    POSTERIOR also shrinkage, p_better, p_mcid (where the score has a threshold); PRIOR; Total
    SPREAD sd. In the unit of the score, positive is better.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    shrunk = shrink_key(view)
    score, level = view.trial.scores[shrunk.main.model.code], format_level(shrunk.main.level)
    results = tuple(list_results(shrunk))
    return Table(
        population_line=f"{state_population(view, shrunk.main.population)} Difference in the "
        f"improvement of {score.label} at {view.trial.visit_label(shrunk.key.visit).lower()}, "
        "points; above 0 is better for the arm named first. Estimand E1, exploratory.",
        results=results,
        notes=join_notes(
            state_prior(shrunk),
            state_spread(shrunk),
            state_meaning(),
            f"Estimate of the model: {KEY_MODEL} as improvement, {level} CI not adjusted. "
            "Posterior: mean and equal-tailed interval; estimates and covariance of the model are "
            "taken as known, which with few participants makes it a little too narrow.",
            state_threshold(shrunk),
        ),
        source_note="adeff with ANL01FL = Y (CHG, BASE); tabulate_shrinkage; "
        "helpers.stats.shrinkage.",
        headline=state_posterior(shrunk, results),
        stub="Difference from the control",
        headers=tuple(Header(label) for label, _, _ in shrunk.contrasts),
        lines=tuple(_list_lines(shrunk)),
    )


def _list_lines(shrunk: Shrunk) -> Iterable[Line]:
    score = shrunk.main.view.trial.scores[shrunk.main.model.code]
    level = format_level(shrunk.main.level)
    interval = show.interval(score.decimals + 1)
    chances = {"Pr(better than control), %": show.chance("p_better")}
    if shrunk.threshold is not None:
        reach = f"Pr(better by {shrunk.threshold:g} points or more), %"
        chances[reach] = show.chance("p_mcid")
    cells = _list_cells(shrunk, MODEL, interval)
    yield Line(f"Estimate of the model ({level} CI)", cells)
    cells = _list_cells(shrunk, SHRUNK, interval)
    yield Line(f"Posterior mean ({level} interval)", cells, strong=True)
    cells = _list_cells(shrunk, SHRUNK, show.number("shrinkage", 2))
    yield Line("Posterior mean / estimate", cells)
    for label, form in chances.items():
        yield Line(label, _list_cells(shrunk, SHRUNK, form))
    yield Line("Before any data", heading=True)
    cells = _list_cells(shrunk, PRIOR, interval)
    yield Line(f"Prior mean ({level} interval)", cells, level=1)
    for label, form in chances.items():
        yield Line(label, _list_cells(shrunk, PRIOR, form), level=1)


def _list_cells(shrunk: Shrunk, category: str, form: Form) -> tuple[Cell, ...]:
    key = shrunk.key._replace(category=category)
    return tuple(Cell(key._replace(contrast=label), form) for label, _, _ in shrunk.contrasts)
