"""T-E-20: desirability of outcome ranking at the key visit, response and harm in one order."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.benefit_risk.follow_up import describe_follow_up, state_size
from helpers.displays.benefit_risk.joint_facts import (
    Joint,
    describe_joint,
    note_other_deaths,
    read_joint,
)
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import EXPLORATORY, find_level, list_compared
from helpers.displays.efficacy.report_parts import RANKING, made_where_possible
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import Row, RowContext, category_rows, collect_rows, count_row
from helpers.stats.ranks import RankComparison, compare_ranks
from helpers.view import ClosedView, View

RANKED, ASSUMED = "RANKED", "ASSUMED"
BETTER, BETTER_KNOWN, BETTER_WORST = "BETTER", "BETTER_KNOWN", "BETTER_WORST"
SHORT = "SHORT"
CHANCES = {
    BETTER: "",
    BETTER_KNOWN: ", only where the response is known",
    BETTER_WORST: ", worst case for the arm named first",
}
Compared = dict[str, RankComparison]


class Ranking(NamedTuple):
    """Place of the outcome of each ranked participant, 0 the best, and its comparisons."""

    joint: Joint
    places: pd.Series
    compared: Compared
    compared_known: Compared
    compared_worst: Compared


@shown_as(
    "T-E-20",
    title="Desirability of outcome at the key visit",
    needs=("adae", "adeff", "advisit", "adsl"),
    variables=("ASERFL", "ATOXGR"),
)
@made_where_possible(RANKING)
def tabulate_ranking(view: View) -> Table:
    """Participants by ordered outcome, and the chance of a better one than in the control.

    Results: population, key score, key visit; by arm the codes of the outcomes: n, N, pct of those
    ranked, RANKED: n of the population, ASSUMED and SHORT: n of those ranked; by contrast BETTER,
    BETTER_KNOWN and, where somebody was followed for a shorter time, BETTER_WORST: effect, lower,
    upper, and the exact p of the first.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("outcomes are ranked by arm")
    assessed = assess(view)
    ranking = rank_outcomes(assessed)
    lines, results = collect_rows(_list_rows(assessed, ranking))
    nominal, tests = collect_rows([_build_test_row(assessed, ranking)])
    visit = view.trial.visit_label(str(view.interim.key_visit)).lower()
    return Table(
        population_line=f"{state_population(view, assessed.population)} Participants due at "
        f"{visit}, n / N (%), each in one outcome, the best first. Comparisons with "
        f"{format_level(find_level(view))} CI.",
        results=(*results, *tests),
        notes=join_notes(
            "P(better) + 0.5 P(equal): chance that a participant of the arm named first has the "
            "better outcome than one of the other, over all pairs, ties half; 0.5 is no "
            "difference. Limits after Brunner and Munzel on the logit scale; NE where one arm lies "
            "wholly above the other or nobody is ranked.",
            "Not ranked is who was not due: no value while the window was open, or death or "
            "leaving with the planned day after the cut-off. The second chance leaves out who is "
            "alive and of whom no response is known.",
            _note_worst(ranking),
            describe_joint(view),
            describe_follow_up(assessed, ranking.joint),
            note_other_deaths(assessed, ranking.joint),
            "The order of the outcomes is an assumption of this project (desirability in the "
            "parameters). A chance near 0.5 can hide more benefit together with more harm: read "
            "the lines above it.",
            EXPLORATORY,
            "In the CSV copy of this table, not on this page: nominal p of the exact Wilcoxon test "
            "of the order.",
        ),
        source_note="adeff (CRIT1FL) with ANL01FL = Y, advisit (STATUS, DUEDT), adae (AFTRANFL, "
        "ASERFL, ATOXGR, ASTDT), adsl (DTHDT, EOSDT, RANDDT); tabulate_ranking; "
        "helpers.stats.ranks.",
        headline=_state_headline(assessed, ranking, results),
        stub="Outcome, best to worst",
        headers=(
            *build_headers(view.groups(assessed.population)[:-1]),
            *(Header(label, "", None, "Comparison") for label, _, _ in list_compared(view)),
        ),
        lines=lines,
        file_lines=nominal,
    )


def rank_outcomes(assessed: Assessed) -> Ranking:
    """Outcomes of those due, in the order of the parameters, and their comparisons."""
    joint = read_joint(assessed)
    outcomes = assessed.view.trial.desirability
    places = pd.Series(
        [
            next(place for place, one in enumerate(outcomes) if one.holds(facts))
            for facts in joint.facts.astype(bool).to_dict("records")
        ],
        index=joint.facts.index,
        dtype="float64",
    )
    known = places[places.index.isin(joint.known)]
    short = [] if joint.short is None else joint.short
    worst = places.mask(places.index.isin(short), len(outcomes) - 1)
    return Ranking(
        joint,
        places,
        _compare(assessed, places),
        _compare(assessed, known),
        _compare(assessed, places, worst) if len(short) else {},
    )


def _compare(assessed: Assessed, places: pd.Series, first: pd.Series | None = None) -> Compared:
    """Comparisons by contrast, large the better; `first` are the places in the arm named first."""
    arms = {group.code: group for group in assessed.arms}
    own = places if first is None else first

    def read(of: pd.Series, code: str) -> pd.Series:
        return -of[of.index.isin(arms[code].subjects)]

    return {
        label: compare_ranks(
            read(own, arm), read(places, reference), level=find_level(assessed.view)
        )
        for label, arm, reference in list_compared(assessed.view)
    }


def _name(assessed: Assessed) -> Key:
    interim = assessed.view.interim
    return Key(assessed.population, "", str(interim.key_param), str(interim.key_visit))


def _list_rows(assessed: Assessed, ranking: Ranking) -> Iterable[Row]:
    """Who is ranked, the outcomes, of how many the response is assumed, then the chances."""
    outcomes = assessed.view.trial.desirability
    ranked = ranking.places.index
    context = RowContext(_name(assessed), assessed.arms, form=show.n_of(), level=0)
    yield _widen(count_row(context.at(category=RANKED), "Ranked, of all", ranked), ranking)
    among = context.like(among=ranked, level=1)
    labels = {outcome.code: outcome.label for outcome in outcomes}
    codes = ranking.places.map(lambda place: outcomes[int(place)].code).astype(object)
    for row in category_rows(among, labels, codes):
        yield _widen(row, ranking)
    assumed = ranked.difference(ranking.joint.known)
    label = "Ranked without a known response, as no response"
    yield _widen(count_row(among.at(category=ASSUMED).like(level=0), label, assumed), ranking)
    if ranking.joint.short is not None:
        label = "Followed for a shorter time than to the planned day, alive when last known"
        row = count_row(among.at(category=SHORT).like(level=0), label, ranking.joint.short)
        yield _widen(row, ranking)
    yield _build_better_row(assessed, BETTER, ranking.compared)
    yield _build_better_row(assessed, BETTER_KNOWN, ranking.compared_known)
    if ranking.compared_worst:
        yield _build_better_row(assessed, BETTER_WORST, ranking.compared_worst)


def _widen(row: Row, ranking: Ranking) -> Row:
    """The row with empty cells below the comparisons."""
    line = row.line
    cells = (*line.cells, *[""] * len(ranking.compared))
    return row._replace(line=Line(line.label, cells, line.level, line.strong))


def _build_better_row(assessed: Assessed, category: str, compared: Compared) -> Row:
    results: list[Result] = []
    cells: list[Cell | str] = [""] * len(assessed.arms)
    for contrast, found in compared.items():
        key = _name(assessed)._replace(contrast=contrast, category=category)
        values = {"effect": found.effect, "lower": found.effect_lower, "upper": found.effect_upper}
        results += rows_of(key, values, "brunner_munzel_logit")
        cells.append(Cell(key, show.interval_of("effect", 2)))
    label, strong = f"P(better) + 0.5 P(equal){CHANCES[category]}", category == BETTER
    return Row(Line(label, tuple(cells), strong=strong), tuple(results))


def _note_worst(ranking: Ranking) -> str:
    if not ranking.compared_worst:
        return ""
    return (
        "Worst case: who was followed for a shorter time is counted in the last outcome of the "
        "order in the arm named first, and as assumed in the other."
    )


def _build_test_row(assessed: Assessed, ranking: Ranking) -> Row:
    """Nominal p of the exact rank test, for the file."""
    results: list[Result] = []
    cells: list[Cell | str] = [""] * len(assessed.arms)
    for contrast, found in ranking.compared.items():
        key = _name(assessed)._replace(contrast=contrast, category=BETTER)
        results += rows_of(key, {"p": found.p}, f"wilcoxon {found.method}")
        cells.append(Cell(key, show.p_value("p")))
    return Row(Line("Order of outcomes: nominal p, exploratory", tuple(cells)), tuple(results))


def _state_headline(assessed: Assessed, ranking: Ranking, results: Iterable[Result]) -> str:
    """The chance by contrast, in the same words at every look; the outcomes stand below it."""
    view, statistics = assessed.view, index_results(tuple(results))
    said = [
        f"{view.trial.arm(code).label} against {view.trial.arm(reference).label} "
        f"{_write(assessed, label, statistics)}"
        for label, code, reference in list_compared(view)
        if not math.isnan(ranking.compared[label].effect)
    ]
    if not said:
        return "Too few participants are ranked to compare the arms."
    none = [label for label, found in ranking.compared.items() if not found.effect_lower >= 0]
    return " ".join(
        join_notes(
            f"Chance of the better outcome ({format_level(find_level(view))} CI; 0.5 is no "
            f"difference): {'; '.join(said)}.",
            f"There is no interval of {' and '.join(none)}." if none else "",
            state_size(assessed, ranking.joint),
        )
    )


def _write(assessed: Assessed, contrast: str, statistics: dict[Key, dict[str, float]]) -> str:
    key = _name(assessed)._replace(contrast=contrast, category=BETTER)
    return format_cell(Cell(key, show.interval_of("effect", 2)), statistics)
