"""The picture of F-S-01: curves by month, the plan, the projected end."""

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.accrual.plan import (
    count_to_date,
    drawn_projection,
    find_start,
    furthest_day,
    month_end,
    plan_end,
)
from helpers.displays.columns import state_date
from helpers.displays.figures.parts import LINE, SMALL, add_empty_note, spread_labels
from helpers.displays.figures.style import (
    INK,
    MUTED,
    POINTS_PER_INCH,
    arm_colour,
    arm_line,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.view import Group, View

PLAN = "Plan"
MOST_TICKS = 8
ROOM = 1.32  # height of the axis, in planned numbers: the bar and two words stand above the plan
BAR = 1.09  # height of the bar of the projected end


@figure_style()
def draw_accrual(view: View, groups: tuple[Group, ...]) -> str:
    """SVG of the curves; across are days since the first of the month of the first consent."""
    figure, (axis,) = new_figure(3.2)
    start = find_start(view)
    if pd.isna(start):
        add_empty_note(axis, "Nobody has consented by the cut-off")
        return render_svg(figure, "F-S-01")
    origin = start.replace(day=1)
    planned = view.trial.accrual.planned
    end = max(plan_end(view.trial, start), view.cutoff, projected_end(view))
    axis.set_xlim(0, (end - origin).days)
    axis.set_ylim(0, max(planned, groups[-1].n) * ROOM)
    axis.set_ylabel("participants randomised")
    set_months(axis, origin, end)
    draw_plan(axis, view, origin, start)
    draw_cutoff(axis, (view.cutoff - origin).days)
    for group in groups:
        draw_steps(axis, view, group, origin)
    draw_projection(axis, view, origin)
    add_labels(axis, groups, (view.cutoff - origin).days, planned)
    return render_svg(figure, "F-S-01")


def projected_end(view: View) -> pd.Timestamp:
    """Where the bar of the projected end stops; the cut-off where none is drawn."""
    found = drawn_projection(view)
    if found is None:
        return view.cutoff
    furthest = furthest_day(view)
    return furthest if pd.isna(found.upper) else min(found.upper, furthest)


def set_months(axis: Axes, start: pd.Timestamp, end: pd.Timestamp) -> None:
    """Ticks at the first of some months, named the same in every locale."""
    firsts = pd.date_range(start, end, freq="MS")
    shown = firsts[:: len(firsts) // MOST_TICKS + 1]
    names = [state_date(day).split(" ", 1)[1] for day in shown]
    axis.set_xticks([(day - start).days for day in shown], names)


def draw_plan(axis: Axes, view: View, origin: pd.Timestamp, start: pd.Timestamp) -> None:
    """The plan as a dashed line up to its number, level after that."""
    planned = view.trial.accrual.planned
    days = [(day - origin).days for day in (start, plan_end(view.trial, start))]
    days.append(int(axis.get_xlim()[1]))
    axis.plot(days, [0, planned, planned], color=MUTED, linewidth=1.1, linestyle=(0, (5, 3)))


def draw_cutoff(axis: Axes, day: int) -> None:
    """The cut-off as a dotted line, named at its top."""
    axis.axvline(day, color=MUTED, linewidth=0.7, linestyle=(0, (2, 3)))
    axis.annotate(
        "cut-off",
        (day, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=SMALL,
        color=MUTED,
    )


def draw_steps(axis: Axes, view: View, group: Group, origin: pd.Timestamp) -> None:
    """One curve: a step at the end of each month, level to the cut-off."""
    counts = count_to_date(view, group)
    cut = (view.cutoff - origin).days
    days = [0, *(min((month_end(month) - origin).days, cut) for month in counts.index), cut]
    width = 1.4 if group.code else 2.0
    steps = [0, *(int(n) for n in counts), group.n]
    axis.step(days, steps, where="post", linewidth=width, **arm_line(group.position))


def add_labels(axis: Axes, groups: tuple[Group, ...], cut: int, planned: int) -> None:
    """Name each curve where it ends, at the cut-off, and the plan at the edge; moved apart."""
    edge, top = int(axis.get_xlim()[1]), axis.get_ylim()[1]
    labels = [(g.label if g.code else "All", g.n, cut, arm_colour(g.position)) for g in groups]
    labels.append((PLAN, planned, edge, MUTED))
    scale = axis.get_window_extent().height * POINTS_PER_INCH / axis.figure.dpi
    wanted = [height / top * scale for _, height, _, _ in labels]
    for (text, _, day, colour), height in zip(
        labels, spread_labels(wanted, LINE, low=LINE / 2), strict=True
    ):
        axis.annotate(
            text,
            (day, height / scale),
            xycoords=("data", "axes fraction"),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="bold",
        )


def draw_projection(axis: Axes, view: View, origin: pd.Timestamp) -> None:
    """The predicted end as a point with its interval above the plan; an arrow where it goes on."""
    found = drawn_projection(view)
    if found is None:
        return
    planned, edge = view.trial.accrual.planned, int(axis.get_xlim()[1])
    low, middle, high = (
        edge + 1 if pd.isna(day) else (day - origin).days
        for day in (found.lower, found.date, found.upper)
    )
    axis.hlines(planned * BAR, low, min(high, edge), color=INK, linewidth=2.4)
    if middle <= edge:
        axis.plot(middle, planned * BAR, "o", color=INK)
    if high > edge:
        axis.plot(edge, planned * BAR, ">", color=INK, clip_on=False)
    axis.annotate(
        f"participant {planned} expected",
        (min(high, edge), planned * BAR),
        xytext=(0, 6),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=INK,
    )
