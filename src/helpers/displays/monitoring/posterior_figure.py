"""F-S-14: what is known of the rate of stopping events in each arm: prior and posterior."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.style import (
    GRID,
    INK,
    MUTED,
    arm_colour,
    figure_style,
    render_svg,
)
from helpers.displays.formats import format_number
from helpers.displays.model import Figure, join_notes
from helpers.displays.monitoring.monitor_numbers import MONITOR, Monitored, read_arms
from helpers.displays.monitoring.panels import add_legend, draw_panels, label_outer
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.stopping import tabulate_posterior
from helpers.view import ClosedView, View

POINTS = 100
DASHED = (0, (4, 2))
ROOM = 1.25  # height of a panel, in the largest density beyond the pole at 0
POLE = 0.03  # below this rate a density may grow without bound


@shown_as("F-S-14", title="Rate of stopping events: prior and posterior", needs=("adstop",))
def plot_posterior(view: View) -> Figure:
    """Posterior density of the rate in each arm, the prior, the limit and the tail above it.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("the stopping monitor is kept by arm")
    arms, rule = read_arms(view), view.interim.stop
    said = " ".join(_describe_arm(view, one) for one in arms)
    limit = _percent(rule.p_star)
    return Figure(
        population_line=f"{state_population(view, 'SAF')} Arms that get the product.",
        results=tuple(r for one in arms for r in _list_results(view, one)),
        notes=join_notes(
            f"Shaded: posterior probability of a rate above {limit}; the rule alerts from "
            f"{rule.cut:g}. An alert that was reached before stays (T-S-23). Prior "
            f"Beta({rule.prior_a:g}, {rule.prior_b:g}). Heights differ between the panels.",
        ),
        source_note="adstop; plot_posterior; beta_binomial. Numbers: T-S-23.",
        headline=said,
        svg=_draw(view, arms),
        alternative=f"Posterior density of the rate of stopping events. {said}",
    )


def _percent(share: float) -> str:
    return f"{format_number(100 * share, 0)}%"


def _describe_arm(view: ClosedView, one: Monitored) -> str:
    now = one.found.now
    mean, low, high = (
        format_number(100 * value, 0) for value in (now.posterior_mean, now.lower, now.upper)
    )
    limit = _percent(view.interim.stop.p_star)
    return (
        f"{one.arm.label}: {now.events} of {now.evaluable}, rate {mean}% (95% credible interval "
        f"{low} to {high}%), above {limit} with probability {format_number(now.prob_above, 2)}."
    )


def _tabulate(view: ClosedView, one: Monitored) -> pd.DataFrame:
    rule, now = view.interim.stop, one.found.now
    prior = (rule.prior_a, rule.prior_b)
    return tabulate_posterior(now.events, now.evaluable, prior=prior, points=POINTS)


def _list_results(view: ClosedView, one: Monitored) -> list[Result]:
    """Summary of the posterior, and both densities at the points drawn."""
    key, now = Key("SAF", one.arm.label, MONITOR), one.found.now
    names = ("events", "evaluable", "posterior_mean", "lower", "upper", "prob_above")
    results = rows_of(key, {name: float(getattr(now, name)) for name in names}, now.method)
    for row in _tabulate(view, one).itertuples(index=False):
        for code in ("prior", "posterior"):
            place = key._replace(parameter=f"{MONITOR}.{code.upper()}", category=f"{row.p:g}")
            results.append(Result(place, "density", float(getattr(row, code)), now.method))
    return results


@figure_style()
def _draw(view: ClosedView, arms: list[Monitored]) -> str:
    figure, panels = draw_panels(view, 2.4, grid="none")
    limit = view.interim.stop.p_star
    furthest = max([2 * limit, *(one.found.now.upper for one in arms)])
    edge = min(math.ceil(10 * furthest + 0.5) / 10, 1.0)
    for one, (_, axis) in zip(arms, panels, strict=True):
        axis.set_xlim(0, edge)
        ticks = [tick / 10 for tick in range(0, round(10 * edge) + 1, 1 if edge <= 0.6 else 2)]
        axis.set_xticks(ticks, [_percent(tick) for tick in ticks])
        axis.set_yticks([])
        colour = arm_colour(view.trial.arm_position(one.arm.code))
        _draw_density(axis, _tabulate(view, one), limit, colour)
        _add_words(axis, one, limit)
    label_outer([axis for _, axis in panels], "rate of stopping events", "density")
    add_legend(
        figure,
        [
            Line2D([], [], color=INK, linewidth=1.8, label="posterior"),
            Line2D([], [], color=MUTED, linestyle=DASHED, label="prior"),
            Patch(color=GRID, label=f"above {_percent(limit)}"),
        ],
    )
    return render_svg(figure, "F-S-14")


def _draw_density(axis: Axes, table: pd.DataFrame, limit: float, colour: str) -> None:
    """Both densities, the limit and the shaded tail; the pole of a density at 0 is cut off."""
    seen = table.loc[table["p"] >= POLE, ["prior", "posterior"]]
    axis.set_ylim(0, ROOM * float(seen.to_numpy().max()))
    tail = table[table["p"] >= limit]
    axis.fill_between(tail["p"], 0, tail["posterior"], color=colour, alpha=0.3, linewidth=0)
    axis.plot(table["p"], table["prior"], color=MUTED, linestyle=DASHED, linewidth=1.2)
    axis.plot(table["p"], table["posterior"], color=colour, linewidth=1.8)
    axis.axvline(limit, color=INK, linewidth=0.9, linestyle=(0, (1, 1.5)))


def _add_words(axis: Axes, one: Monitored, limit: float) -> None:
    """Counts and the probability of the tail, in the upper right of a panel."""
    now = one.found.now
    words = (
        f"{now.events} of {now.evaluable}\n"
        f"Pr(above {_percent(limit)}) = {format_number(now.prob_above, 2)}"
    )
    axis.text(0.98, 0.96, words, transform=axis.transAxes, ha="right", va="top", color=INK)
