"""F-S-01: randomised participants to date against the plan."""

import pandas as pd

from helpers.displays.accrual.by_month import describe_accrual
from helpers.displays.accrual.drawing import draw_accrual
from helpers.displays.accrual.plan import (
    count_to_date,
    drawn_projection,
    find_start,
    is_over,
    list_months,
    month_end,
    name_month,
    plan_end,
    planned_by,
    project_end,
    state_end,
)
from helpers.displays.columns import state_date, state_population
from helpers.displays.conduct.open_notes import RANDOMISATION_DAY, explain_difference
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result
from helpers.view import TOTAL, Group, View

POPULATION = "ITT"


@shown_as(
    "F-S-01",
    title="Accrual against the plan",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    needs=("adsl",),
    small_counts="shown",
)
def plot_accrual(view: View) -> Figure:
    """Participants randomised by the end of each month, in total and (closed reports) by arm.

    Beside them the plan, and the predicted day of the last planned participant with its interval.
    Months, not days: a day of randomisation beside a cut-off that doses decided tells who was
    dosed.
    """
    groups = view.groups(POPULATION)
    plan = view.trial.accrual
    return Figure(
        population_line=state_population(view, POPULATION),
        results=tuple(list_results(view, groups)),
        notes=join_notes(
            f"The plan: {plan.planned} participants, evenly over {plan.months:g} months from the "
            "first consent. Counted at the end of each month and at the cut-off.",
            describe_end(view),
            explain_difference(view, RANDOMISATION_DAY),
        ),
        source_note="adsl; RFICDT, RANDDT; plot_accrual; poisson_gamma. Numbers by month: T-S-01.",
        headline=describe_accrual(view),
        svg=draw_accrual(view, groups),
        alternative=" ".join([describe_accrual(view), *(describe_curve(view, g) for g in groups)]),
    )


def list_results(view: View, groups: tuple[Group, ...]) -> list[Result]:
    """The points drawn: participants to date and the plan at the end of each month."""
    results = [
        Result(
            Key(POPULATION, group.label, "RANDOMISED.TO_DATE", category=month), "n", float(count)
        )
        for group in groups
        for month, count in count_to_date(view, group).items()
    ]
    start = find_start(view)
    if pd.isna(start):
        return results
    last = plan_end(view.trial, start)
    days = {month: min(month_end(month), view.cutoff) for month in list_months(view)}
    days.setdefault(f"{last:%Y-%m}", last)
    return results + [
        Result(
            Key(POPULATION, TOTAL, "PLANNED", category=month),
            "count",
            planned_by(view.trial, start, day),
        )
        for month, day in days.items()
    ]


def describe_curve(view: View, group: Group) -> str:
    """First and last step of a curve in words."""
    counts = count_to_date(view, group)
    if not counts.any():
        return f"{group.name}: nobody."
    first = counts.index[counts > 0][0]
    last = counts.index[counts == counts.iloc[-1]][0]
    return f"{group.name}: first in {name_month(first)}, {counts.iloc[-1]} by {name_month(last)}."


def describe_end(view: View) -> str:
    """The predicted end in words, and where the figure shows it."""
    plan, found = view.trial.accrual, project_end(view)
    if is_over(view):
        return state_end(view)
    if found.note:
        return f"No projection: {found.note}."
    middle, low, high = (
        state_date(day) or "later than in a century"
        for day in (found.date, found.lower, found.upper)
    )
    level = format_number(100 * plan.interval, 0)
    where = "the bar above the plan" if drawn_projection(view) else "later than the figure goes"
    return (
        f"Participant {plan.planned} is expected by {middle} ({level}% prediction interval "
        f"{low} to {high}): {where}."
    )
