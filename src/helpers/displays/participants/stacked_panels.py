"""Panels of arms below each other with one axis, as both forms of F-S-20 have them."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.displays.figures.parts import name_column
from helpers.displays.figures.style import arm_colour, new_figure
from helpers.view import Group

PANEL, GAP = 1.0, 0.34  # inches of an arm, and of its name with the gap above
BELOW, EDGE = 0.42, 0.1  # inches below the lowest panel, and left over
LETTERS = 60  # of the name of an arm


def stack_panels(groups: Sequence[Group], above: float) -> tuple[Figure, list[Axes]]:
    """A panel per group, named in its colour, `above` inches over the first one."""
    height = (PANEL + GAP) * len(groups) + above + EDGE
    figure, axes = new_figure(
        height,
        rows=len(groups),
        grid="none",
        sharex=True,
        sharey=True,
        gridspec_kw={
            "hspace": GAP / PANEL * 1.25,
            "top": 1 - above / height,
            "bottom": BELOW / height,
        },
    )
    for axis, group in zip(axes, groups, strict=True):
        axis.set_title(name_column(group, LETTERS), color=arm_colour(group.position))
        axis.set_yticks([])
    return figure, axes
