"""T-E-08: the changes of the main scores by ranks, death worst."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import EXPLORATORY, find_level, list_compared
from helpers.displays.efficacy.content import describe_score, list_ranked_scores, list_score_notes
from helpers.displays.efficacy.estimands import RANK
from helpers.displays.efficacy.report_parts import RANKS, made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.responders.response import list_later_visits
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.displays.treatment_effect.ranked_changes import Ranked, count_dead, rank_changes
from helpers.params.trial import Score
from helpers.stats.ranks import RankComparison, compare_ranks
from helpers.view import ArmView, View

RANKED, DIED, BETTER, SHIFT = "RANKED", "DIED", "BETTER", "SHIFT"
NORMAL = "normal"


class Ranks(NamedTuple):
    """A score at a visit: what is ranked, and its comparisons by contrast."""

    key: Key
    score: Score
    ranked: Ranked
    compared: dict[str, RankComparison]


@shown_as(
    "T-E-08",
    title="Changes by ranks, death worst",
    audiences={"closed_masked": "by label"},
    needs=("adeff", "advisit"),
)
@made_where_possible(RANKS)
def tabulate_ranks(view: View) -> Table:
    """Chance of a better change than in the control, and the shift, at the key visit.

    Results: population, PARAMCD, visit; by arm RANKED: n, DIED: n; by contrast BETTER: effect,
    lower, upper; SHIFT: shift in the unit of the score, lower, upper, at looks with alpha also the
    exact p. Other visits are in the files only.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("ranks are compared between arms")
    assessed = assess(view)
    scores = list_ranked_scores(view, assessed.scores)
    every = list(_compare_scores(assessed, scores))
    key_visit = view.interim.key_visit
    page = [ranks for ranks in every if ranks.key.visit == key_visit]
    others = [ranks for ranks in every if ranks.key.visit != key_visit]
    lines, results = collect_rows(row for ranks in page for row in _list_rows(assessed, ranks))
    more, in_file = collect_rows(row for ranks in others for row in _list_rows(assessed, ranks))
    population = assessed.population
    visit = view.trial.visit_label(key_visit or "").lower()
    return Table(
        population_line=f"{state_population(view, population)} Change from baseline at {visit}, "
        "ranked; death before the visit ranks below every value. Comparisons with "
        f"{format_level(find_level(view))} CI. {_state_estimand(view)}",
        results=(*results, *in_file),
        notes=join_notes(
            "P(better) + 0.5 P(equal): chance that a participant of the arm named first has the "
            "better change than one of the other, ties half; 0.5 is no difference. Limits after "
            "Brunner and Munzel on the logit scale.",
            "Shift: median of all differences between a participant of the arm named first and one "
            "of the other, in the unit of the score (Hodges-Lehmann); limits from "
            f"{_name_distribution(every)}.",
            "Ranked is who has a change at the visit or died before it. Two deaths tie. Values "
            "after other intercurrent events are used, whatever the score. Other missing values "
            "are left out.",
            _state_waiting(assessed, page),
            EXPLORATORY,
            _state_unbounded(every),
            list_score_notes(view, scores),
        ),
        source_note="adeff with ANL01FL = Y (IMPRV), advisit (STATUS, DUEDT); tabulate_ranks; "
        "helpers.stats.ranks.",
        stub="Score",
        headers=(
            *build_headers(view.groups(population)[:-1]),
            *(Header(label, "", None, "Comparison") for label, _, _ in list_compared(view)),
        ),
        lines=lines,
        file_lines=more,
    )


def _compare_scores(assessed: Assessed, scores: dict[str, Score]) -> Iterable[Ranks]:
    for code, score in scores.items():
        for visit in list_later_visits(assessed.view, score):
            ranked = rank_changes(assessed, code, visit)
            key = Key(assessed.population, "", code, visit)
            yield Ranks(key, score, ranked, _compare(assessed, ranked))


def _compare(assessed: Assessed, ranked: Ranked) -> dict[str, RankComparison]:
    """Comparison of improvements by contrast, the arm named first against the other."""
    arms = {group.code: group for group in assessed.arms}
    return {
        label: compare_ranks(
            ranked.values_of(arms[arm]),
            ranked.values_of(arms[reference]),
            level=find_level(assessed.view),
        )
        for label, arm, reference in list_compared(assessed.view)
    }


def _list_rows(assessed: Assessed, ranks: Ranks) -> Iterable[Row]:
    view, score = assessed.view, ranks.score
    visit = view.trial.visit_label(ranks.key.visit).lower()
    yield heading_row(f"{describe_score(score)}, {visit}")
    yield _count_row(assessed, ranks, RANKED, "ranked")
    yield _count_row(assessed, ranks, DIED, "of them died before the visit")
    yield _better_row(assessed, ranks)
    yield _shift_row(assessed, ranks)


def _count_row(assessed: Assessed, ranks: Ranks, category: str, label: str) -> Row:
    """Ranked participants of each arm, or those of them who died."""
    results: list[Result] = []
    cells: list[Cell | str] = []
    for group in assessed.arms:
        key = ranks.key._replace(arm=group.label, category=category)
        values = ranks.ranked.values_of(group)
        n = int((values == -math.inf).sum()) if category == DIED else len(values)
        results += rows_of(key, {"n": n})
        cells.append(Cell(key, show.n()))
    return Row(Line(label, (*cells, *[""] * len(ranks.compared)), level=1), tuple(results))


def _better_row(assessed: Assessed, ranks: Ranks) -> Row:
    results: list[Result] = []
    cells: list[Cell | str] = [""] * len(assessed.arms)
    for label, found in ranks.compared.items():
        key = ranks.key._replace(contrast=label, category=BETTER)
        values = {"effect": found.effect, "lower": found.effect_lower, "upper": found.effect_upper}
        results += rows_of(key, values, "brunner_munzel_logit")
        cells.append(Cell(key, show.interval_of("effect", 2)))
    return Row(Line("P(better) + 0.5 P(equal)", tuple(cells), level=1), tuple(results))


def _shift_row(assessed: Assessed, ranks: Ranks) -> Row:
    """Shift of the change itself: of the improvement with the sign of the score's direction."""
    score, nominal = ranks.score, assessed.view.interim.alpha_look
    results: list[Result] = []
    cells: list[Cell | str] = [""] * len(assessed.arms)
    for label, found in ranks.compared.items():
        key = ranks.key._replace(contrast=label, category=SHIFT)
        ends = (found.lower, found.upper)
        lower, upper = ends if score.direction > 0 else ends[::-1]
        values = {
            name: score.direction * value + 0.0  # no minus zero
            for name, value in {"shift": found.shift, "lower": lower, "upper": upper}.items()
        }
        results += rows_of(key, values, f"hodges_lehmann {found.method}")
        results += rows_of(key, {"p": found.p}, f"wilcoxon {found.method}") if nominal else []
        cells.append(Cell(key, show.interval_of("shift", score.decimals + 1)))
    return Row(Line("Hodges-Lehmann shift", tuple(cells), level=1), tuple(results))


def _state_estimand(view: View) -> str:
    """Estimand of the key score; the same question is asked of the other main scores."""
    key = view.trial.scores.get(view.interim.key_param or "")
    return f"Estimand {RANK}: {key.label}; other scores as {RANK}." if key is not None else ""


def _name_distribution(every: Sequence[Ranks]) -> str:
    """Which distribution of the rank sum gives the limits."""
    exact = "the exact permutation distribution of the midrank sum"
    normal = any(found.method == NORMAL for one in every for found in one.compared.values())
    beyond = ", beyond 100 participants in an arm the normal one with correction for ties"
    return exact + (beyond if normal else "")


def _state_waiting(assessed: Assessed, page: Sequence[Ranks]) -> list[str]:
    """Deaths that are not ranked yet, since the planned day of the visit has not come."""
    found: dict[str, list[str]] = {}
    for ranks in page:
        if len(ranks.ranked.waiting):
            counts = count_dead(assessed, ranks.ranked.waiting)
            found.setdefault(counts, []).append(ranks.score.label)
    said = []
    for counts, labels in found.items():
        which = "" if len(labels) == len(page) else f" ({', '.join(labels)})"
        said.append(
            "Died before a visit whose planned day is after the cut-off, so not ranked"
            f"{which}: {counts}."
        )
    return said


def _state_unbounded(every: Sequence[Ranks]) -> list[str]:
    """What Inf and NE mean, where the page or the file has them."""
    found = [one for ranks in every for one in ranks.compared.values()]
    ends = [end for one in found for end in (one.shift, one.lower, one.upper)]
    both = [*ends, *(end for one in found for end in (one.effect, one.effect_lower))]
    infinite = "Inf: a difference between a value and a death, which has no size."
    missing = (
        "NE: nobody or too few are ranked, all changes are equal, one arm lies wholly above the "
        "other, or the shift lies between a death and a value."
    )
    return [
        *([infinite] if any(map(math.isinf, ends)) else []),
        *([missing] if any(map(math.isnan, both)) else []),
    ]
