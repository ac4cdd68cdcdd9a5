"""Figures of designs side by side: probability of an alert by true rate, and the limits."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MplFigure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from helpers.displays.figures.style import (
    INK,
    arm_line,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.model import Figure
from helpers.displays.monitoring.compare_designs import (
    Named,
    name_designs,
    show_limits,
    state_headline,
)
from helpers.displays.monitoring.design import Design
from helpers.displays.results import Key, Result
from helpers.stats.stopping import operating_characteristics

CURVE = tuple(round(0.02 * step, 2) for step in range(31))  # true rates drawn
MARKED = 5  # points from one mark to the next


def plot_curves(designs: Sequence[Named]) -> Figure:
    """F-D-1: probability that an arm alerts, against its true rate."""
    shares = {one.label: _characterise(one) for one in designs}
    results = tuple(
        Result(Key(arm=label, parameter="CURVE", category=f"{rate:g}"), "prob_alert", float(p))
        for label, values in shares.items()
        for rate, p in zip(CURVE, values, strict=True)
    )
    said = state_headline(designs)
    return Figure(
        "F-D-1",
        "Probability of an alert by true rate",
        results=results,
        headline=said,
        notes=("Low at acceptable rates: few false alarms. Dotted: the rate considered too high.",),
        svg=_draw_curves(designs, shares),
        alternative=said,
    )


def _characterise(one: Named) -> np.ndarray:
    looks = one.design.checked
    if looks == ():
        return np.zeros(len(CURVE))
    table = operating_characteristics(one.design.bayesian, rates=CURVE, looks=looks)
    return np.asarray(table["p_alert"])


@figure_style()
def _draw_curves(designs: Sequence[Named], shares: dict[str, np.ndarray]) -> str:
    figure, (axis,) = new_figure(3.2, grid="both")
    axis.set_xlim(0, CURVE[-1])
    axis.set_ylim(0, 1.02)
    ticks = [tick / 10 for tick in range(7)]
    axis.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axis.set_xlabel("true rate of stopping events")
    axis.set_ylabel("probability that an arm alerts")
    for place, one in enumerate(designs):
        axis.axvline(one.design.p_star, color=INK, linewidth=0.6, linestyle=(0, (1, 2)))
        _draw_line(axis, np.array(CURVE), shares[one.label], place, offset=place)
    _add_legend(figure, designs)
    return render_svg(figure, "F-D-1")


def _draw_line(axis: Axes, across: np.ndarray, up: np.ndarray, place: int, *, offset: int) -> None:
    """A line in the look of a design, its marks apart from those of the others."""
    axis.plot(across, up, **arm_line(place))
    axis.plot(across[offset::MARKED], up[offset::MARKED], **arm_points(place))


def _draw_limit(axis: Axes, design: Design, place: int, shift: float) -> None:
    """Steps where the rule is checked after every participant, one mark for each look else."""
    limits = design.limits + shift
    if design.checked is None:
        axis.step(limits.index, limits, where="mid", **arm_line(place))
        limits = limits[limits.diff().fillna(1) > 0]
    axis.plot(limits.index, limits, **arm_points(place))


def _add_legend(figure: MplFigure, designs: Sequence[Named]) -> None:
    handles = [
        Line2D([], [], **{**arm_points(i), "linestyle": arm_line(i)["linestyle"]})
        for i in range(len(designs))
    ]
    figure.legend(
        handles=handles, labels=name_designs(designs), loc="lower left", bbox_to_anchor=(0.05, 0.98)
    )


def plot_limits(designs: Sequence[Named]) -> Figure:
    """F-D-2: fewest events that alert, against evaluable participants."""
    last = {one.label: one.design.limits.dropna() for one in designs}
    said = [
        f"{label}: {int(limits.iloc[-1])} of {limits.index[-1]} alert."
        if len(limits)
        else f"{label}: no number of events alerts."
        for label, limits in last.items()
    ]
    words = f"At the last check: {' '.join(said)}"
    return Figure(
        "F-D-2",
        "Fewest events that alert by evaluable participants",
        results=show_limits(designs).results,
        headline=words,
        notes=("A design alerts at or above its line or mark; equal ones are drawn apart.",),
        svg=_draw_limits(designs),
        alternative=words,
    )


@figure_style()
def _draw_limits(designs: Sequence[Named]) -> str:
    figure, (axis,) = new_figure(3.0, grid="both")
    axis.set_xlabel("evaluable participants")
    axis.set_ylabel("participants with an event")
    axis.set_xlim(0, max(one.design.size for one in designs) + 0.5)
    tops = [one.design.limits.max() for one in designs]
    axis.set_ylim(0, max([top for top in tops if top == top], default=1) + 1)
    for lines in (axis.xaxis, axis.yaxis):
        lines.set_major_locator(MaxNLocator(nbins=10, integer=True))
    for place, one in enumerate(designs):
        _draw_limit(axis, one.design, place, 0.07 * (place - (len(designs) - 1) / 2))
    _add_legend(figure, designs)
    return render_svg(figure, "F-D-2")
