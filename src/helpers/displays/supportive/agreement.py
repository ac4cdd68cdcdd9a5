"""T-E-18b: whom the difference of each of several scores favours."""

from collections.abc import Iterable
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import EXPLORATORY
from helpers.displays.efficacy.content import list_score_notes
from helpers.displays.efficacy.estimands import find_estimand
from helpers.displays.efficacy.report_parts import (
    AGREEMENT,
    CHANGE_CORRELATIONS,
    made_where_possible,
)
from helpers.displays.efficacy.supportive_conditions import list_compared_scores
from helpers.displays.formats import NOT_ESTIMABLE, format_level, format_number
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.treatment_effect.effect_figure import turn_result
from helpers.displays.treatment_effect.effects import (
    Effects,
    fit_effects,
    list_contrasts,
    list_key_contrasts,
)
from helpers.params.trial import Score
from helpers.view import ClosedView, View

FAVOURS = "FAVOURS"
EQUAL = "neither"
ROUNDED = 9  # decimals below which a difference is rounding
Statistics = dict[Key, dict[str, float]]


class Compared(NamedTuple):
    """The scores set beside each other, and the model of each."""

    view: ClosedView
    scores: dict[str, Score]
    effects: dict[str, Effects]

    def place(self, code: str, label: str) -> Key:
        """Key of the difference of a score, as improvement."""
        visit = self.view.interim.key_visit or ""
        key = self.effects[code].key
        return key._replace(category="LSMEAN.IMP", visit=visit, contrast=label)

    @property
    def total(self) -> Key:
        """Key of the counts of scores, without contrast."""
        population, visit = self.view.interim.population_efficacy, self.view.interim.key_visit
        return Key(population, visit=visit or "", category=FAVOURS)


@shown_as("T-E-18b", title="Direction of the differences of several scores", needs=("adeff",))
@made_where_possible(AGREEMENT)
def tabulate_agreement(view: View) -> Table:
    """Differences from the control at the key visit, as improvements, with the arm they favour.

    Results: population, PARAMCD, key visit, category LSMEAN.IMP by contrast: estimate, lower,
    upper; FAVOURS by contrast (no PARAMCD): count of scores in favour of the arm named first, and
    total of scores that can be estimated.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    scores = list_compared_scores(view)
    compared = Compared(view, scores, {code: fit_effects(view, code) for code in scores})
    results = list(_list_results(compared))
    statistics = index_results(results)
    return Table(
        population_line=f"{state_population(view, view.interim.population_efficacy)} Difference in "
        f"improvement from baseline at {view.trial.visit_label(compared.total.visit).lower()}: "
        "estimate of each score's main model with "
        f"{format_level(view.interim.interval_level)} CI; above 0 is better for the arm named "
        "first.",
        results=tuple(results),
        notes=join_notes(
            EXPLORATORY,
            "Favours: the side of 0 on which the estimate lies, however near and however wide the "
            "interval. It says nothing of size or certainty.",
            _state_estimands(compared),
            _state_chance(compared, statistics),
            list_score_notes(view, scores),
        ),
        source_note="adeff with ANL01FL = Y (CHG, BASE); tabulate_agreement; helpers.stats.mmrm.",
        headline=_state_counts(compared, statistics),
        stub="Score",
        headers=tuple(
            header
            for label, _, _ in list_key_contrasts(view)
            for header in (
                Header("Difference", "", None, label),
                Header("Favours", "", None, label),
            )
        ),
        lines=tuple(_list_lines(compared, statistics)),
    )


def _list_results(compared: Compared) -> Iterable[Result]:
    view = compared.view
    labels = [label for label, _, _ in list_key_contrasts(view)]
    found: list[Result] = []
    for code, effects in compared.effects.items():
        direction = compared.scores[code].direction
        wanted = {compared.place(code, label) for label in labels}
        turned = [row for one in list_contrasts(effects) for row in turn_result(one, direction)]
        found += [row for row in turned if row.key in wanted]
    statistics = index_results(found)
    yield from found
    for label in labels:
        each = [statistics[compared.place(code, label)]["estimate"] for code in compared.scores]
        known = [value for value in each if value == value]
        counts = {"count": sum(_find_sign(value) > 0 for value in known), "total": len(known)}
        yield from rows_of(compared.total._replace(contrast=label), counts)


def _list_lines(compared: Compared, statistics: Statistics) -> Iterable[Line]:
    contrasts = list_key_contrasts(compared.view)
    for code, score in compared.scores.items():
        cells: list[Cell | str] = []
        for contrast in contrasts:
            key = compared.place(code, contrast[0])
            cells += [
                Cell(key, show.interval(score.decimals + 1)),
                _name_favoured(compared.view, contrast, statistics[key]["estimate"]),
            ]
        yield Line(score.label, tuple(cells))
    counts: list[Cell | str] = []
    for label, _, _ in contrasts:
        counts += ["", Cell(compared.total._replace(contrast=label), show.count_of())]
    yield Line("Scores in favour of the arm named first", tuple(counts), strong=True)


def _name_favoured(view: ClosedView, contrast: tuple[str, str, str], estimate: float) -> str:
    """Short name of the arm on whose side of 0 an estimate lies."""
    _, arm, reference = contrast
    if estimate != estimate:
        return NOT_ESTIMABLE
    sign = _find_sign(estimate)
    return view.trial.arm(arm if sign > 0 else reference).contrast if sign else EQUAL


def _find_sign(estimate: float) -> float:
    """Above 0, below 0, or 0, which rounding must not decide."""
    return round(estimate, ROUNDED)


def _state_counts(compared: Compared, statistics: Statistics) -> str:
    counts = [
        statistics[compared.total._replace(contrast=label)]["total"]
        for label, _, _ in list_key_contrasts(compared.view)
    ]
    if not any(counts):
        return "No difference can be estimated."
    said, clear = [], []
    for label, arm, _ in list_key_contrasts(compared.view):
        row = statistics[compared.total._replace(contrast=label)]
        name = compared.view.trial.arm(arm).contrast
        said.append(f"{name} {row['count']:.0f} of {row['total']:.0f} scores")
        beyond = [statistics[compared.place(code, label)]["lower"] > 0 for code in compared.scores]
        clear.append(f"{name} {sum(beyond)}")
    return (
        f"In favour by the sign of the estimate alone: {', '.join(said)}; with the whole CI on "
        f"that side, not adjusted: {', '.join(clear)}. The scores overlap."
    )


def _state_estimands(compared: Compared) -> str:
    """The estimand that the difference of each score estimates; that of their signs is none."""
    trial, found = compared.view.trial, dict[str, list[str]]()
    for code, score in compared.scores.items():
        found.setdefault(find_estimand(trial, compared.view.interim, code), []).append(score.label)
    said = "; ".join(f"{name} of {', '.join(found[name])}" for name in sorted(found))
    return (
        f"Differences estimate {said}. The count of signs is no estimand of T-E-01: it describes."
    )


def _state_chance(compared: Compared, statistics: Statistics) -> str:
    """How often all scores agree by chance, in the best case for their saying something."""
    totals = [
        statistics[compared.total._replace(contrast=label)]["total"]
        for label, _, _ in list_key_contrasts(compared.view)
    ]
    most = int(max(totals, default=0))
    if most <= 1:
        return ""
    return (
        f"Without any effect all {most} scores would agree, in favour of either arm, in "
        f"{format_number(100 * 2 * 0.5**most, 1)}% of comparisons if they were independent. They "
        "are scores of the same participants: the more their changes go together "
        f"({CHANGE_CORRELATIONS}), the more often they agree by chance; and the comparisons share "
        "one control."
    )
