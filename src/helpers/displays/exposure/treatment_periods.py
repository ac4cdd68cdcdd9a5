"""T-S-07 of a trial whose product is taken over a period of days."""

from helpers.displays import show
from helpers.displays.columns import build_headers, state_date
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    collect_rows,
    heading_row,
    number_row,
    of_persons,
    summary_rows,
)
from helpers.view import ClosedView, Group, View

TREATED_ARM = "TRT01A"
DURATION = "Days of treatment"


def tabulate_treatment_periods(view: View) -> Table:
    """Days of treatment, participant-years and amounts by arm as treated, in each population.

    Participants whose treatment goes on at the cut-off count up to it; totals of the whole
    treatment are then not known and left out.
    """
    plan = view.trial.exposure
    rows = [row for code in plan.populations for row in _population_rows(view, code)]
    lines, results = collect_rows(rows)
    groups = group_by_treatment(view, plan.populations[0])
    return Table(
        title="Exposure",
        population_line=f"{view.name_population(plan.populations[0])} by arm as treated, "
        f"N = {groups[-1].n}. Data to {state_date(view.cutoff)}.",
        results=results,
        notes=join_notes(
            "Days of treatment: last day - first day + 1; treatment that goes on counts to the "
            "cut-off.",
            "Totals of a treatment that goes on are not known and not summarised."
            if plan.amounts
            else "",
        ),
        source_note=f"adsl; {', '.join([plan.duration, *(a.variable for a in plan.amounts)])}; "
        "tabulate_treatment_periods.",
        headline="" if groups[-1].n else "Nobody was treated by the cut-off.",
        stub="Exposure",
        headers=build_headers(groups),
        lines=lines,
    )


def group_by_treatment(view: View, population: str) -> tuple[Group, ...]:
    """Members of a population in the arm they were treated in, then all."""
    total = view.total(population)
    if not isinstance(view, ClosedView):
        return (total,)
    treated = of_persons(view.population(population), TREATED_ARM)
    arms = (view.arm_group(population, arm.code) for arm in view.arms)
    return (
        *(
            Group(a.label, a.name, a.code, a.position, treated.index[treated == a.code])
            for a in arms
        ),
        total,
    )


def _population_rows(view: View, population: str) -> list[Row]:
    plan = view.trial.exposure
    persons, groups = view.population(population), group_by_treatment(view, population)
    days = of_persons(persons, plan.duration)
    key = Key(population, "", plan.duration)
    year = view.trial.dates.year_days
    rows = [
        heading_row(f"{view.name_population(population)}, N = {groups[-1].n}"),
        *summary_rows(RowContext(key, groups), days, label=f"{DURATION}, {{}}"),
        number_row(
            RowContext(
                key._replace(category="TIME"), groups, form=show.number("person_years", decimals=1)
            ),
            "Participant-years of treatment",
            lambda group: _total_time(days[days.index.isin(group.subjects)].dropna().sum(), year),
        ),
    ]
    for amount in plan.amounts:
        if amount.variable in persons:
            values = of_persons(persons, amount.variable)
            place = Key(population, "", amount.variable)
            rows += summary_rows(
                RowContext(place, groups), values, amount.decimals, label=f"{amount.label}, {{}}"
            )
    return rows


def _total_time(days: float, year: float) -> dict[str, float]:
    return {"days": float(days), "person_years": float(days) / year}
