"""Panels with the planned visits on the horizontal axis."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from helpers.displays.figures.style import arm_colour
from helpers.params.trial import Score, Trial
from helpers.view import Group


def find_visit_days(trial: Trial) -> dict[str, int]:
    """Days after the anchor at which the planned visits are due; baseline is 0."""
    return {trial.baseline.code: 0, **{visit.code: visit.target for visit in trial.visits}}


def set_visit_axis(axis: Axes, trial: Trial, visits: Sequence[str], room: float = 0.06) -> None:
    """Ticks at the due days of the visits, with some room at both ends."""
    days = [find_visit_days(trial)[visit] for visit in visits]
    axis.set_xticks(days, list(visits))
    margin = room * max(days[-1] - days[0], 1)
    axis.set_xlim(days[0] - margin, days[-1] + margin)


def state_better(score: Score) -> str:
    """Which way is better on the axis of a score."""
    return score.better


def name_arm(axis: Axes, group: Group, above: float = 22) -> None:
    """Name of an arm above the first panel of its column, clear of the panel's title in points."""
    axis.annotate(
        f"{group.label} (N = {group.n})",
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, above),
        textcoords="offset points",
        ha="right",
        fontweight="bold",
        color=arm_colour(group.position),
    )
