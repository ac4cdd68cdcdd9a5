"""T-E-19: improvement against the cumulative dose, within the arms that get the product."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    describe_score,
    list_score_notes,
)
from helpers.displays.efficacy.report_parts import DOSE_RESPONSE, made_where_possible
from helpers.displays.efficacy.supportive_conditions import list_key_scores
from helpers.displays.formats import format_cell, format_level, format_number
from helpers.displays.model import Cell, Line, Table, join_notes
from helpers.displays.results import Key, index_results
from helpers.displays.rows import Row, RowContext, collect_rows, heading_row, number_row
from helpers.models.dose_response import DOSE, DOSES, DoseRows, fit_dose_response, read_dose_rows
from helpers.models.score_rows import ARM, Selection
from helpers.stats.linear.slope import METHOD
from helpers.stats.summaries import summarize_values
from helpers.view import ClosedView, Group, View

GIVEN, FEWER, SLOPE = "DOSE", "FEWER_DOSES", "SLOPE"
DECIMALS = 2  # of a dose by body weight
Statistics = dict[Key, dict[str, float]]


class DosePlan(NamedTuple):
    """Population, key visit, active arms, confidence level and unit of the dose."""

    view: ClosedView
    population: str
    visit: str
    groups: tuple[Group, ...]
    level: float
    unit: str


@shown_as("T-E-19", title="Improvement by dose given (not randomised)", needs=("adeff",))
@made_where_possible(DOSE_RESPONSE)
def tabulate_dose_response(view: View) -> Table:
    """Slope of the improvement at the key visit on the cumulative dose, in each active arm.

    Results: population, arm, PARAMCD, key visit: DOSE n, median, min, max (by body weight);
    FEWER_DOSES n; SLOPE estimate, se, df, lower, upper (improvement per unit of dose).

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("doses are by arm")
    plan = _make_plan(view)
    scores = list_key_scores(view)
    read = {
        code: read_dose_rows(view, code, plan.visit, Selection(plan.population)) for code in scores
    }
    rows = [row for code in scores for row in _list_rows(plan, code, read[code])]
    lines, results = collect_rows(rows)
    statistics = index_results(results)
    return Table(
        population_line=f"{state_population(view, plan.population)} Improvement from baseline at "
        f"{view.trial.visit_label(plan.visit).lower()} by the dose given before it, "
        f"{plan.unit}, in each arm by itself; slopes with {format_level(plan.level)} CI. Not "
        "randomised, exploratory.",
        results=results,
        notes=join_notes(
            "The dose was not randomised. Who got less had a reason, such as an event, a wish or a "
            "supply, and the reason may change the score by itself: a slope is no effect of the "
            "dose, and a slope near 0 is no sign that dose does not matter.",
            "Where few participants had fewer doses, they alone decide the slope.",
            "Least squares in each arm: improvement = intercept + slope x cumulative dose + "
            "coefficient x baseline. Doses begun on a day before that of the value; none is 0.",
            _state_span(plan, statistics, scores),
            "NE: doses or improvements of the arm do not vary, or it has fewer than 4 values.",
            _state_unknown(read),
            list_score_notes(view, scores),
        ),
        source_note="adeff with ANL01FL = Y (IMPRV, BASE), adex with GIVENFL = Y (CELLKG); "
        "tabulate_dose_response; helpers.models.dose_response.",
        headline=_state_slopes(plan, statistics, scores),
        stub="Score",
        headers=build_headers(plan.groups),
        lines=lines,
    )


def _make_plan(view: ClosedView) -> DosePlan:
    population = view.interim.population_efficacy
    active = {arm.code for arm in view.trial.active_arms}
    groups = tuple(group for group in view.groups(population) if group.code in active)
    unit = f"{view.trial.doses.unit}/kg"
    level = view.interim.interval_level
    return DosePlan(view, population, view.interim.key_visit or "", groups, level, unit)


def _list_rows(plan: DosePlan, code: str, read: DoseRows) -> Iterable[Row]:
    score = plan.view.trial.scores[code]
    key = Key(plan.population, "", code, plan.visit, GIVEN)
    context = RowContext(key, plan.groups, form=show.n())

    def summarize(group: Group) -> dict[str, float]:
        doses = read.frame.loc[read.frame[ARM] == group.code, DOSE]
        found = summarize_values(doses.to_numpy(dtype=float))
        return {name: found[name] for name in ("n", "median", "min", "max")}

    def fit(group: Group) -> dict[str, float]:
        slope = fit_dose_response(read, group.code, plan.level)
        return {name: slope[name] for name in ("estimate", "se", "df", "lower", "upper")}

    def count_fewer(group: Group) -> dict[str, float]:
        own = read.frame[read.frame[ARM] == group.code]
        return {"n": int((own[DOSES] < plan.view.trial.doses.planned).sum())}

    yield heading_row(describe_score(score))
    yield number_row(context, "values", summarize)
    form = show.median_range(DECIMALS)
    cells = tuple(Cell(key._replace(arm=group.label), form) for group in plan.groups)
    fewer = context.at(category=FEWER)
    planned = plan.view.trial.doses.planned
    yield number_row(fewer, f"of them with fewer than {planned} doses before", count_fewer)
    yield Row(Line(f"dose, {plan.unit}: median (range)", cells, level=1))
    slopes = context.at(category=SLOPE).like(form=show.interval(score.decimals + 1))
    yield number_row(slopes, f"improvement per {plan.unit} (CI)", fit, method=METHOD)


def _name(plan: DosePlan, code: str, group: Group, category: str) -> Key:
    return Key(plan.population, group.label, code, plan.visit, category)


def _state_slopes(plan: DosePlan, statistics: Statistics, scores: Iterable[str]) -> str:
    """Slopes of the key score, with the doses that they come from."""
    trial, code = plan.view.trial, plan.view.interim.key_param or ""
    if code not in scores:
        return "Doses were not randomised."
    score, said = trial.scores[code], []
    for group in plan.groups:
        given = statistics[_name(plan, code, group, GIVEN)]
        slope = _name(plan, code, group, SLOPE)
        if math.isnan(statistics[slope]["estimate"]):
            said.append(f"{group.label} not estimable")
            continue
        text = format_cell(Cell(slope, show.interval(score.decimals + 1)), statistics)
        low, high = (format_number(given[end], 1) for end in ("min", "max"))
        fewer = statistics[_name(plan, code, group, FEWER)]["n"]
        who = f"{fewer:.0f} of {given['n']:.0f} with fewer than {trial.doses.planned} doses"
        said.append(f"{group.label} {text}, doses {low} to {high}, {who}")
    slopes = "; ".join(said)
    return f"Not randomised: slope of the improvement in {score.label} per {plan.unit}: {slopes}."


def _state_span(plan: DosePlan, statistics: Statistics, scores: Iterable[str]) -> str:
    """Arms in which no two participants are one unit of dose apart."""
    narrow = []
    for group in plan.groups:
        rows = [statistics[_name(plan, code, group, GIVEN)] for code in scores]
        spans = [row["max"] - row["min"] for row in rows if row["n"]]
        if spans and max(spans) < 1:
            narrow.append(f"{group.label} {format_number(max(spans), DECIMALS)}")
    if not narrow:
        return ""
    arms = ", ".join(narrow)
    return f"Doses span less than the unit of the slope, which reaches beyond them: {arms}."


def _state_unknown(read: dict[str, DoseRows]) -> str:
    most = max((rows.unknown for rows in read.values()), default=0)
    return f"Left out, as a dose has no amount by weight or no day: up to {most}." if most else ""
