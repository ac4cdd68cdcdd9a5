"""T-S-01: screening, randomisation by month, and when it will be complete."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from helpers.displays import show
from helpers.displays.accrual.plan import (
    count_by_month,
    find_start,
    is_over,
    list_months,
    month_end,
    name_month,
    planned_by,
    project_end,
    state_end,
)
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers, state_date
from helpers.displays.conduct.open_notes import RANDOMISATION_DAY, explain_difference
from helpers.displays.conduct.reasons import occurring
from helpers.displays.declare import shown_as
from helpers.displays.flow.tree import label_criteria
from helpers.displays.formats import format_number
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    of_persons,
)
from helpers.stats.accrual import AccrualProjection
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, Group, View


@shown_as(
    "T-S-01",
    title="Accrual",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    needs=("adsl",),
    small_counts="shown",
)
def tabulate_accrual(view: View) -> Table:
    """Screened, excluded by first failed criterion, randomised per month against the plan.

    Ends with the predicted day of the last planned participant (Poisson-gamma, `project_accrual`).
    """
    groups, projection = view.groups("ITT"), project_end(view)
    rows = [
        *screening_rows(view, groups),
        *month_rows(view, groups),
        *projection_rows(view, groups, projection),
    ]
    lines, results = collect_rows(rows)
    plan = view.trial.accrual
    closed = len(groups) > 1
    return Table(
        population_line=f"All participants who consented, N = {view.total('ENR').n}; those "
        "randomised, by "
        f"month{' and arm' if closed else ''}, N = {groups[-1].n}. "
        f"Data to {state_date(view.cutoff)}.",
        results=results,
        notes=join_notes(
            f"The plan: {plan.planned} participants, evenly over {plan.months:g} months from the "
            "first consent; in the month of the cut-off both count up to that day.",
            "n.a.: screening comes before there is an arm." if closed else "",
            describe_projection(view, projection),
            explain_difference(view, RANDOMISATION_DAY),
        ),
        source_note="adsl; RFICDT, SCRFREAS, RANDDT; tabulate_accrual; poisson_gamma.",
        headline=describe_accrual(view),
        stub="Participants",
        headers=(*build_headers(groups), Header("To date"), Header("Planned")),
        lines=lines,
    )


def screening_rows(view: View, groups: Sequence[Group]) -> list[Row]:
    """Screened = randomised + excluded + in screening; the arms know only the randomised."""
    everybody = view.population("ENR")
    total = view.total("ENR")
    key = Key("ENR", "", "SCREENING")
    failed = of_persons(everybody, "SCRFREAS")[of_persons(everybody, "SCRFFL") == "Y"]
    randomised = everybody.loc[everybody["ITTFL"] == "Y", "USUBJID"]
    waiting = set(everybody["USUBJID"]) - set(randomised) - set(failed.index)
    criteria = occurring(label_criteria(view.trial), failed)
    pooled = [
        count_row(RowContext(key, [total], form=show.n()), "Screened", everybody["USUBJID"]),
        count_row(
            RowContext(key._replace(category="EXCLUDED"), [total], form=show.n_of()),
            "Excluded",
            failed.index,
        ),
        *category_rows(
            RowContext(
                key._replace(parameter=f"{key.parameter}.FAILED"),
                [total],
                form=show.n_of(),
                level=2,
            ),
            criteria,
            failed,
        ),
        count_row(
            RowContext(key._replace(category="IN_SCREENING"), [total], form=show.n_of()),
            "In screening",
            waiting,
        ),
    ]
    arms = len(groups) - 1
    by_arm = count_row(
        RowContext(Key("ITT", "", "RANDOMISED"), groups, form=show.n()), "Randomised", randomised
    )
    return [heading_row("Screening"), *(pad_row(row, arms) for row in pooled), by_arm]


def pad_row(row: Row, arms: int) -> Row:
    """A row of the total only, with n.a. under the arms."""
    cells = (*([NOT_APPLICABLE] * arms), *row.line.cells)
    return row._replace(line=replace(row.line, cells=cells))


def month_rows(view: View, groups: Sequence[Group]) -> list[Row]:
    """Randomised in each month; everybody to date and the plan at the end of the month."""
    counts = {group.label: count_by_month(view, group) for group in groups}
    start, rows, to_date = find_start(view), [heading_row("Randomised in")], 0
    for month in list_months(view):
        members = [(group, int(counts[group.label][month])) for group in groups]
        to_date += members[-1][1]
        end = min(month_end(month), view.cutoff)
        month_key = Key("ITT", TOTAL, category=month)
        numbers = {
            month_key._replace(arm=group.label, parameter="RANDOMISED"): {"n": float(n)}
            for group, n in members
        }
        planned = planned_by(view.trial, start, end)
        behind = {
            month_key._replace(parameter="RANDOMISED.TO_DATE"): {"n": float(to_date)},
            month_key._replace(parameter="PLANNED"): {"count": planned},
        }
        cells = [*(Cell(key, show.n()) for key in numbers)]
        cells += [
            Cell(key, form)
            for key, form in zip(behind, (show.n(), show.number("count", decimals=1)), strict=True)
        ]
        results = [r for k, v in {**numbers, **behind}.items() for r in rows_of(k, v)]
        rows.append(Row(Line(name_month(month), tuple(cells), level=1), tuple(results)))
    return rows


def projection_rows(view: View, groups: Sequence[Group], found: AccrualProjection) -> list[Row]:
    """Participants still to randomise; rate, day of the last one and its interval while any are.

    Of a trial that is full the rows by month say when; the day itself is told to nobody.
    """
    plan = view.trial.accrual
    remaining = max(plan.planned - groups[-1].n, 0)
    key = Key("ITT", TOTAL, "PROJECTION")
    origin = view.cutoff.date().toordinal()
    rows: list[tuple[str, Key, dict[str, float], Form]] = [
        (
            "Short of the plan" if remaining and is_over(view) else "Still to randomise",
            key._replace(category="REMAINING"),
            {"count": remaining},
            show.number("count"),
        ),
    ]
    if remaining and not is_over(view):
        level = format_number(100 * plan.interval, 0)
        rate = {"mean": found.rate}
        rows += [
            (f"Day of participant {plan.planned}", key, count_days(view, found), show.date(origin)),
            (f"{level}% prediction interval, lower", key, {}, show.date_lower(origin)),
            (f"{level}% prediction interval, upper", key, {}, show.date_upper(origin)),
            (
                "Expected to be randomised per month",
                key._replace(category="RATE"),
                rate,
                show.number("mean", decimals=1),
            ),
        ]
    blank = ("",) * (len(groups) - 1)
    return [
        heading_row("Projection"),
        *(
            Row(
                Line(label, (*blank, Cell(place, form)), level=1),
                tuple(rows_of(place, numbers, found.method)),
            )
            for label, place, numbers, form in rows
        ),
    ]


def count_days(view: View, found: AccrualProjection) -> dict[str, float]:
    """Days from the cut-off to the predicted day and its limits; null where not estimable."""
    ends = {"estimate": found.date, "lower": found.lower, "upper": found.upper}
    return {
        name: NAN if pd.isna(day) else float((day - view.cutoff).days) for name, day in ends.items()
    }


def describe_accrual(view: View) -> str:
    """Sentence: randomised against the plan at the cut-off."""
    start = find_start(view)
    if pd.isna(start):
        return "Nobody has consented by the cut-off."
    expected = planned_by(view.trial, start, view.cutoff)
    planned = format_number(expected, 0 if expected == view.trial.accrual.planned else 1)
    total, day = view.total("ITT").n, state_date(view.cutoff)
    if is_over(view):
        last = name_month(list_months(view)[-1])
        return f"{total} randomised, the last in {last}; the plan expects {planned} by {day}."
    return f"{total} randomised by {day}; the plan expects {planned} by then."


def describe_projection(view: View, found: AccrualProjection) -> str:
    """How the projection was made, or why there is none."""
    plan = view.trial.accrual
    if is_over(view):
        return state_end(view)
    if found.note:
        return f"No projection: {found.note}."
    return (
        "Projection: Poisson arrivals with a gamma rate, from the "
        f"{found.recent} randomised in the last {format_number(found.months, 1)} months and a "
        f"prior of {format_number(plan.planned / plan.months, 1)} participants a month that weighs "
        f"as much as {format_number(plan.prior_shape, 0)} of them; the day is the median."
    )
