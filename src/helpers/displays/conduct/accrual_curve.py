"""F-S-01: randomised persons to date against the plan."""

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.audience import shown_as
from helpers.displays.columns import state_date, state_population
from helpers.displays.conduct.accrual_by_month import describe_accrual
from helpers.displays.conduct.accrual_plan import (
    find_start,
    is_complete,
    plan_end,
    planned_by,
    project_end,
)
from helpers.displays.display import Figure, join_notes
from helpers.displays.figure_parts import SMALL, add_empty_note, add_end_labels
from helpers.displays.figure_style import (
    INK,
    MUTED,
    arm_line,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_number
from helpers.displays.results import Key, Result
from helpers.view import TOTAL, Group, View

POPULATION = "ITT"
PLAN = "Plan"
MOST_TICKS = 8


@shown_as("F-S-01", needs=("adsl",), small_counts="shown")
def plot_accrual(view: View) -> Figure:
    """Steps of the persons randomised, in total and (closed reports) by arm, and the plan.

    Beside the last step stands the predicted day of the last planned person with its interval.
    """
    groups = view.groups(POPULATION)
    plan = view.trial.accrual
    return Figure(
        id="F-S-01",
        title="Accrual against the plan",
        counted=state_population(view, POPULATION),
        results=tuple(list_results(view, groups)),
        notes=join_notes(
            f"The plan: {plan.planned} persons, evenly over {plan.months:g} months from the first "
            "consent.",
            describe_end(view),
        ),
        made="adsl; RFICDT, RANDDT; plot_accrual; poisson_gamma. Numbers by month: T-S-01.",
        finding=describe_accrual(view),
        svg=draw_accrual(view, groups),
        alternative=" ".join([describe_accrual(view), *(describe_curve(view, g) for g in groups)]),
    )


def list_days(view: View, group: Group) -> pd.Series:
    """Persons of a group randomised to date, by day of randomisation."""
    persons = view.population(POPULATION)
    days = persons.loc[persons["USUBJID"].isin(group.subjects), "RANDDT"].dropna()
    return days.value_counts().sort_index().cumsum()


def list_results(view: View, groups: tuple[Group, ...]) -> list[Result]:
    """The points drawn: persons to date at each day of randomisation, and the plan's ends."""
    results = [
        Result(Key(POPULATION, group.label, "TO_DATE", day.date().isoformat()), "n", float(count))
        for group in groups
        for day, count in list_days(view, group).items()
    ]
    start = find_start(view)
    if pd.notna(start):
        for day in (start, view.cutoff, plan_end(view.trial, start)):
            key = Key(POPULATION, TOTAL, "PLANNED", day.date().isoformat())
            row = Result(key, "count", planned_by(view.trial, start, day))
            results += [] if row in results else [row]
    return results


def describe_curve(view: View, group: Group) -> str:
    """First and last step of a curve in words."""
    steps = list_days(view, group)
    if steps.empty:
        return f"{group.name}: nobody."
    first, last = (state_date(day) for day in (steps.index[0], steps.index[-1]))
    return f"{group.name}: first {first}, {int(steps.iloc[-1])} by {last}."


def describe_end(view: View) -> str:
    """The predicted end in words."""
    plan, found = view.trial.accrual, project_end(view)
    if is_complete(view):
        return ""
    if found.note:
        return f"No projection: {found.note}."
    middle, low, high = (
        state_date(day) or "later than in a century"
        for day in (found.date, found.lower, found.upper)
    )
    level = format_number(100 * plan.interval, 0)
    return (
        f"Person {plan.planned} is expected by {middle} ({level} % interval {low} to {high}): "
        "the bar at the top."
    )


@figure_style()
def draw_accrual(view: View, groups: tuple[Group, ...]) -> str:
    """SVG of the curves; across are days since the first consent."""
    figure, (axis,) = new_figure(3.0)
    start = find_start(view)
    if pd.isna(start):
        add_empty_note(axis, "Nobody has consented by the cut-off")
        return render_svg(figure, "F-S-01")
    planned = view.trial.accrual.planned
    end = max(plan_end(view.trial, start), view.cutoff, projected_end(view))
    axis.set_xlim(0, (end - start).days)
    axis.set_ylim(0, max(planned, groups[-1].n) * 1.12)  # room for the word cut-off
    axis.set_ylabel("persons randomised")
    set_months(axis, start, end)
    draw_plan(axis, view, start, end)
    for group in groups:
        draw_steps(axis, view, group, start)
    draw_projection(axis, view, start)
    names = [group.label if group.code else "All" for group in groups]
    heights = [*(float(group.n) for group in groups), float(planned)]
    positions = [*(group.position for group in groups), None]
    add_end_labels(axis, [*names, PLAN], heights, positions)
    return render_svg(figure, "F-S-01")


def projected_end(view: View) -> pd.Timestamp:
    """Upper limit of the predicted end, at most two plans away; the cut-off where there is none."""
    found = project_end(view)
    if found.note:
        return view.cutoff
    days = round(2 * view.trial.accrual.months * view.trial.dates.month_days)
    furthest = view.cutoff + pd.Timedelta(days=days)
    return furthest if pd.isna(found.upper) else min(found.upper, furthest)


def set_months(axis: Axes, start: pd.Timestamp, end: pd.Timestamp) -> None:
    """Ticks at the first of some months, named the same in every locale."""
    firsts = pd.date_range(start, end, freq="MS")
    shown = firsts[:: len(firsts) // MOST_TICKS + 1]
    names = [state_date(day).split(" ", 1)[1] for day in shown]
    axis.set_xticks([(day - start).days for day in shown], names)


def draw_plan(axis: Axes, view: View, start: pd.Timestamp, end: pd.Timestamp) -> None:
    """The plan as a dashed line up to its number, level after that; the cut-off as a dotted one."""
    planned = view.trial.accrual.planned
    days = [0, (plan_end(view.trial, start) - start).days, (end - start).days]
    axis.plot(days, [0, planned, planned], color=MUTED, linewidth=1.1, linestyle=(0, (5, 3)))
    cut = (view.cutoff - start).days
    axis.axvline(cut, color=MUTED, linewidth=0.7, linestyle=(0, (2, 3)))
    axis.annotate(
        "cut-off",
        (cut, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=SMALL,
        color=MUTED,
    )


def draw_steps(axis: Axes, view: View, group: Group, start: pd.Timestamp) -> None:
    """One curve, level from its last step to the cut-off."""
    steps = list_days(view, group)
    days = [0, *((day - start).days for day in steps.index), (view.cutoff - start).days]
    counts = [0, *(int(n) for n in steps), group.n]
    width = 1.4 if group.code else 2.0
    axis.step(days, counts, where="post", linewidth=width, **arm_line(group.position))


def draw_projection(axis: Axes, view: View, start: pd.Timestamp) -> None:
    """The predicted end as a point with its interval, at the planned number, cut at the edge."""
    found, planned = project_end(view), view.trial.accrual.planned
    if found.note:
        return
    edge = int(axis.get_xlim()[1])
    low, middle, high = (
        edge + 1 if pd.isna(day) else (day - start).days
        for day in (found.lower, found.date, found.upper)
    )
    if low < edge:
        axis.hlines(planned, low, min(high, edge), color=INK, linewidth=2.4)
    if middle <= edge:
        axis.plot(middle, planned, "o", color=INK)
