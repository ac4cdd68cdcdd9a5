"""Panels of the monitor's figures: one for each arm, in rows, the last places left empty."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.displays.figures.style import arm_colour, figure_style, new_figure
from helpers.params.trial import Arm
from helpers.view import ClosedView

MOST_COLUMNS = 3


def draw_panels(
    view: ClosedView, height: float, **options: Any
) -> tuple[Figure, list[tuple[Arm, Axes]]]:
    """A figure with a panel of each arm that gets the product, under its name and colour."""
    arms = view.trial.active_arms
    columns = min(max(len(arms), 1), MOST_COLUMNS)
    rows = math.ceil(max(len(arms), 1) / columns)
    options["gridspec_kw"] = {"hspace": 0.75}  # room for names between rows of panels
    figure, axes = new_figure(height * rows, rows=rows, columns=columns, **options)
    with figure_style():
        for axis in axes[len(arms) :]:
            axis.set_visible(False)
        for arm, axis in zip(arms, axes, strict=False):
            axis.set_title(arm.label, color=arm_colour(view.trial.arm_position(arm.code)))
    return figure, list(zip(arms, axes, strict=False))


def label_outer(axes: Sequence[Axes], across: str, up: str) -> None:
    """Names of the axes where no panel stands below or to the left."""
    with figure_style():
        for place, axis in enumerate(axes):
            if place % MOST_COLUMNS == 0:
                axis.set_ylabel(up)
            axis.set_xlabel(across)


def add_legend(figure: Figure, handles: Sequence[Artist]) -> None:
    """Rules and curves by name, in a line above the panels."""
    figure.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.98), ncols=3)
