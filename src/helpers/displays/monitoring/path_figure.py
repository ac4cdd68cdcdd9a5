"""F-S-15: events and evaluable participants of each arm as they came, and both limits."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from helpers.displays.columns import state_date, state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.style import (
    GRID,
    INK,
    MUTED,
    PAPER,
    arm_colour,
    figure_style,
    render_svg,
)
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, join_notes
from helpers.displays.monitoring.limits import Limits, build_limits
from helpers.displays.monitoring.monitor_numbers import Monitored, read_arms
from helpers.displays.monitoring.panels import add_legend, draw_panels, label_outer
from helpers.displays.monitoring.stopping import read_path, read_rule
from helpers.displays.monitoring.stopping_words import say_later
from helpers.displays.results import Key, Result, rows_of
from helpers.params.trial import Arm
from helpers.stats.stopping import tabulate_binomial_fan
from helpers.view import ClosedView, View

FAN = 0.9  # level of the range of a binomial count
PATH, RULE, COMPANION, EXPECTED = "STOPPING.PATH", "RULE", "COMPANION", "EXPECTED"
DASHED = (0, (4, 2))


@shown_as("F-S-15", title="Stopping events as they came", needs=("adstop",))
def plot_path(view: View) -> Figure:
    """Path of each arm: participants with an event against evaluable participants.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("the stopping monitor is kept by arm")
    arms = read_arms(view)
    limits = build_limits(view, max((one.found.now.evaluable for one in arms), default=0))
    paths = {arm.code: read_path(view, arm) for arm in view.trial.active_arms}
    rate = view.interim.stop.expected_rate
    said = " ".join(_state_limits(one) for one in arms)
    return Figure(
        population_line=f"{state_population(view, 'SAF')} Arms that get the product.",
        results=tuple(_list_results(view, paths, limits)),
        notes=join_notes(
            "Each mark is a change: a participant became evaluable or had a first stopping event. "
            "The limits are drawn half an event below the fewest events that alert: a mark above "
            "the line alerts.",
            _describe_looks(view),
            f"Band: central {format_level(FAN)} of the number of events at a true rate of "
            f"{format_level(rate)}. Numbers: T-S-23, T-S-24b.",
        ),
        source_note="adstop; plot_path; beta_binomial, pocock, binomial.",
        headline=said,
        svg=_draw(view, paths, limits),
        alternative=" ".join(
            [
                said,
                *(_describe_path(arm, paths[arm.code]) for arm in view.trial.active_arms),
            ]
        ),
    )


def _state_limits(one: Monitored) -> str:
    """Counts of an arm, and when either limit was first reached."""
    reached = {"stopping rule": one.found.first, "companion": one.crossed}
    said = [
        f"{name} first reached on {state_date(alert.day)} with {alert.counts[0]} of "
        f"{alert.counts[1]}"
        for name, alert in reached.items()
        if alert
    ]
    said += [later for later in [say_later(one.found)] if later]
    counts = f"{one.found.now.events} of {one.found.now.evaluable}"
    return f"{one.arm.label}: {counts}, {', '.join(said) or 'no limit reached'}."


def _describe_looks(view: ClosedView) -> str:
    """Where a rule that is not checked after every participant has its limits."""
    looks = read_rule(view.interim.stop).looks
    if looks is None:
        return ""
    return (
        f"The stopping rule is checked only at {', '.join(map(str, looks))} evaluable "
        "participants: its limits are the short lines there."
    )


def _describe_path(arm: Arm, path: pd.DataFrame) -> str:
    """The counts of an arm after each event, in words."""
    steps = path[path["events"].diff().fillna(path["events"]) > 0]
    if steps.empty:
        return f"{arm.label}: no event among {len(path)} evaluable."
    said = [f"{row.events} of {row.evaluable}" for row in steps.itertuples(index=False)]
    return f"{arm.label}: after each event {', '.join(said)}."


def _tabulate_fan(view: ClosedView, limits: Limits) -> pd.DataFrame:
    return tabulate_binomial_fan(limits.last, view.interim.stop.expected_rate, level=FAN)


def _list_results(view: ClosedView, paths: dict[str, pd.DataFrame], limits: Limits) -> list[Result]:
    """Every mark of each path, both limits, and the band."""
    results: list[Result] = []
    for arm in view.trial.active_arms:
        for step, row in enumerate(paths[arm.code].itertuples(index=False), start=1):
            key = Key("SAF", arm.label, PATH, "", f"{step}")
            results += rows_of(key, {"events": row.events, "evaluable": row.evaluable})
    for n in range(1, limits.last + 1):
        rule, companion = (Key(parameter=code, category=f"{n}") for code in (RULE, COMPANION))
        results.append(Result(rule, "alert_at", float(limits.bayesian[n])))
        results.append(Result(companion, "bound", float(limits.companion[n])))
    for band in _tabulate_fan(view, limits).itertuples(index=False):
        key = Key(parameter=EXPECTED, category=f"{band.n}")
        results += rows_of(key, {"min": band.lower, "max": band.upper})
    return results


@figure_style()
def _draw(view: ClosedView, paths: dict[str, pd.DataFrame], limits: Limits) -> str:
    figure, panels = draw_panels(view, 2.7, grid="both", sharey=True)
    known = [int(path["events"].max()) for path in paths.values() if len(path)]
    top = max([*known, *_whole(limits.bayesian), *_whole(limits.companion), 1])
    fan = _tabulate_fan(view, limits)
    for arm, axis in panels:
        axis.set_xlim(0, limits.last + 0.5)
        axis.set_ylim(-0.3, top + 0.8)
        for lines in (axis.xaxis, axis.yaxis):
            lines.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axis.fill_between(fan["n"], fan["lower"], fan["upper"], step="mid", color=GRID, linewidth=0)
        _draw_limit(axis, limits.bayesian, INK, "solid", 0.04)
        _draw_limit(axis, limits.companion, MUTED, DASHED, -0.04)
        _draw_path(axis, paths[arm.code], arm_colour(view.trial.arm_position(arm.code)))
    label_outer([axis for _, axis in panels], "evaluable participants", "with a stopping event")
    add_legend(
        figure,
        [
            Line2D([], [], color=INK, linewidth=1.8, label="stopping rule"),
            Line2D([], [], color=MUTED, linestyle=DASHED, label="companion"),
            Patch(color=GRID, label=f"expected at {format_level(view.interim.stop.expected_rate)}"),
        ],
    )
    return render_svg(figure, "F-S-15")


def _whole(limit: np.ndarray) -> list[int]:
    return [int(count) for count in limit if np.isfinite(count)]


def _draw_limit(axis: Axes, limit: np.ndarray, colour: str, dash: object, shift: float) -> None:
    """A limit as steps; the two are shifted apart, so that neither hides the other."""
    n = np.arange(limit.size)
    alone = np.isfinite(limit) & ~np.isfinite(np.roll(limit, 1)) & ~np.isfinite(np.roll(limit, -1))
    axis.hlines(limit[alone] - 0.5 + shift, n[alone] - 0.4, n[alone] + 0.4, colour, linewidth=1.8)
    axis.step(
        np.append(n, n[-1] + 0.5),
        np.append(limit, limit[-1]) - 0.5 + shift,
        where="mid",
        color=colour,
        linestyle=dash,
        linewidth=1.8 if dash == "solid" else 1.3,
    )


def _draw_path(axis: Axes, path: pd.DataFrame, colour: str) -> None:
    """A mark for each change; those that brought an event are full."""
    n = np.concatenate([[0], path["evaluable"]])
    events = np.concatenate([[0], path["events"]])
    brought = np.diff(events, prepend=0) > 0
    axis.plot(n, events, color=colour, linewidth=1.4)
    quiet: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markersize": 3,
        "markerfacecolor": PAPER,
    }
    axis.plot(n[~brought], events[~brought], color=colour, **quiet)
    axis.plot(n[brought], events[brought], color=colour, linestyle="none", marker="D")
