"""The bars of F-S-08: one line per participant, arms below each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from helpers.displays.figures.parts import add_empty_note, name_column
from helpers.displays.figures.style import (
    INK,
    MUTED,
    PAPER,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.participants.courses import (
    DEATH,
    DOSE,
    ENDS,
    GRADE,
    LEFT,
    MARKS,
    ONGOING,
    OTHER,
    SERIOUS,
    VISIT,
    Courses,
)
from helpers.view import Group

LINE = 0.15  # inches of a bar with the gap below
SMALL = 7  # points
LONGEST = 60  # letters of the name of an arm
END_GAP = 0.012  # of the width, from the end of a bar to its sign
# signs differ in shape and filling, so that they stay apart in grey
LOOKS: Mapping[str, Mapping[str, Any]] = {
    DOSE: {"marker": "|", "markersize": 5, "markeredgewidth": 2.6, "color": INK},
    OTHER: {"marker": "x", "markersize": 4.2, "markeredgewidth": 1.6, "color": INK},
    VISIT: {"marker": "o", "markersize": 2.6, "color": MUTED, "markerfacecolor": PAPER},
    GRADE: {"marker": "D", "markersize": 3.6, "color": INK, "markerfacecolor": PAPER},
    SERIOUS: {"marker": "D", "markersize": 3.8, "color": INK},
    DEATH: {"marker": "X", "markersize": 6.5, "color": INK},
    LEFT: {"marker": "s", "markersize": 4.6, "color": INK, "markerfacecolor": PAPER},
    ONGOING: {"marker": ">", "markersize": 4.6, "color": INK, "markerfacecolor": PAPER},
}
# of a line: an event on the day of a dose would cover it
LIFT: Mapping[str, float] = {DOSE: -0.26, OTHER: -0.26, GRADE: 0.26, SERIOUS: 0.26}


def draw_bars(groups: Sequence[Group], courses: Courses) -> str:
    """All bars, the longest of an arm first, with the signs of what happened."""
    return render_svg(build_bars(groups, courses), "F-S-08")


@figure_style()
def build_bars(groups: Sequence[Group], courses: Courses) -> Figure:
    """The figure behind `draw_bars`."""
    lines = len(courses.bars) + 1.6 * len(groups)
    height = 1.25 + LINE * max(lines, 4)
    figure, (axis,) = new_figure(
        height, grid="x", gridspec_kw={"top": 1 - 0.75 / height, "bottom": 0.5 / height}
    )
    if courses.bars.empty:
        add_empty_note(axis, "Nobody was randomised")
        return figure
    reach = float(max(courses.bars["DAYS"].max(), courses.marks["DAY"].max(skipna=True)))
    places: dict[str, float] = {}
    place = 0.0
    for group in groups:
        _name_arm(axis, group, place)
        bars = courses.of_group(group)
        for step, (subject, bar) in enumerate(bars.iterrows(), start=1):
            places[str(subject)] = place - step
            _draw_bar(axis, group, place - step, bar, reach)
        place -= len(bars) + 1.6
    _draw_marks(axis, courses.marks, places)
    axis.set_yticks(
        list(places.values()), list(courses.bars.loc[list(places), "SUBJID"]), fontsize=SMALL
    )
    axis.set_ylim(place + 0.9, 0.8)
    axis.set_xlim(0, reach * 1.03 + 1)
    axis.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axis.set_xlabel("days since randomisation")
    _add_legend(figure, courses, height)
    return figure


def _name_arm(axis: Axes, group: Group, place: float) -> None:
    axis.annotate(
        name_column(group, LONGEST),
        (0, place),
        xycoords=("axes fraction", "data"),
        va="center",
        fontweight="bold",
        color=arm_colour(group.position),
    )


def _draw_bar(axis: Axes, group: Group, place: float, bar: pd.Series, reach: float) -> None:
    colour = arm_colour(group.position)
    axis.barh(place, bar["DAYS"], height=0.62, color=colour, alpha=0.28, linewidth=0)
    if bar["END"] in LOOKS:
        axis.plot(
            bar["DAYS"] + END_GAP * reach, place, linestyle="none", clip_on=False,
            **LOOKS[bar["END"]],
        )  # fmt: skip


def _draw_marks(axis: Axes, marks: pd.DataFrame, places: Mapping[str, float]) -> None:
    """Signs kind by kind: doses in the lower half of a bar, events in the upper one."""
    for kind in MARKS:
        own = marks[marks["KIND"] == kind]
        heights = [places[subject] + LIFT.get(kind, 0) for subject in own["USUBJID"]]
        days = own["DAY"].to_numpy(float)
        axis.plot(days, heights, linestyle="none", label=kind, **LOOKS[kind])


def _add_legend(figure: Figure, courses: Courses, height: float) -> None:
    """Signs that occur."""
    drawn = {*courses.marks["KIND"], *courses.bars["END"]}
    named = {code: text for code, text in {**MARKS, **ENDS}.items() if code in drawn}
    handles = [Line2D([], [], linestyle="none", **LOOKS[code]) for code in named]
    figure.legend(
        handles,
        list(named.values()),
        loc="lower center",
        bbox_to_anchor=(0.5, 1 - 0.72 / height),
        ncols=4,
        handletextpad=0.3,
        columnspacing=1.4,
    )
