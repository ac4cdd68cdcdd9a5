"""T-E-06: the same model for every other score, all of it exploratory."""

from collections.abc import Iterable, Sequence

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    choose_scores,
    describe_score,
    list_changing_scores,
    list_page_scores,
    list_score_notes,
)
from helpers.displays.efficacy.estimands import find_estimand
from helpers.displays.efficacy.report_parts import OTHER_MODELS, made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Result
from helpers.displays.rows import name_code
from helpers.displays.treatment_effect.effects import (
    Effects,
    fit_effects,
    list_contrasts,
    list_facts,
    list_means,
    list_page_contrasts,
)
from helpers.displays.treatment_effect.model_notes import state_plan
from helpers.models.planned_fit import list_hypothetical
from helpers.models.score_rows import FEWEST, Selection, count_values, read_changes
from helpers.params.trial import Score
from helpers.view import ArmView, View

ENOUGH = 5  # values of every arm, below which an estimate is marked
MARK = "*"


@shown_as(
    "T-E-06",
    title="Repeated-measures models of the other scores",
    audiences={"closed_masked": "by label"},
    needs=("adeff",),
)
@made_where_possible(OTHER_MODELS)
def tabulate_other_models(view: View) -> Table:
    """LS means of every other score's change by arm and visit, and their differences.

    Results: as in T-E-05 without a family: population, PARAMCD, visit, category LSMEAN by arm and
    by contrast; MODEL with n, values, condition. Nothing is adjusted.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("a model compares arms")
    scores = list_other_scores(view)
    fitted = [fit_effects(view, code) for code in scores]
    population, level = view.interim.population_efficacy, format_level(view.interim.interval_level)
    return Table(
        population_line=f"{state_population(view, population)} Change from baseline. Arms: values "
        f"at the visit, LS mean (SE). Differences: estimate ({level} CI), exploratory and not "
        "adjusted for multiplicity.",
        results=tuple(result for effects in fitted for result in _list_results(effects)),
        notes=join_notes(
            state_plan(view),
            _state_left_out(fitted),
            _state_few(fitted),
            _state_exceptions(fitted),
            _state_filled_in(view),
            "Which sign of a difference is in favour of the arm named first follows the direction "
            "of the score.",
            list_score_notes(view, scores),
        ),
        source_note="adeff with ANL01FL = Y (CHG, BASE); tabulate_other_models; "
        "helpers.stats.mmrm.",
        stub="Score, visit",
        headers=(
            *build_headers(view.groups(population)[:-1], "n, LS mean change"),
            *(Header(name, "", None, "Difference") for name, _, _ in list_page_contrasts(view)),
        ),
        lines=tuple(line for effects in fitted for line in _list_lines(effects)),
    )


def list_other_scores(view: View) -> dict[str, Score]:
    """Scores of the page that can change, as observed, without the key score and its other name."""
    changing = list_changing_scores(view, choose_scores(view))
    key = view.interim.key_param
    return {
        code: score
        for code, score in list_page_scores(changing).items()
        if key not in (code, score.same_as) and score.fills_in is None
    }


def _state_filled_in(view: View) -> str:
    """Scores with values filled in, which a model over visits would take for observed ones."""
    changing = list_page_scores(list_changing_scores(view, choose_scores(view)))
    labels = [score.label for score in changing.values() if score.fills_in is not None]
    return f"No model over visits, as values are filled in: {', '.join(labels)}." if labels else ""


def _list_results(effects: Effects) -> list[Result]:
    return [*list_means(effects), *list_contrasts(effects), *list_facts(effects)]


def _list_lines(effects: Effects) -> Iterable[Line]:
    view, code = effects.view, effects.model.code
    score = view.trial.scores[code]
    estimand = find_estimand(view.trial, view.interim, code)
    yield Line(f"{describe_score(score)}: {estimand}", heading=True)
    nominal = view.interim.print_nominal_p and view.interim.alpha_look
    for visit in effects.visits:
        key = effects.key._replace(visit=visit)
        in_model = visit in effects.model.rows.visits
        mark = MARK if rests_on_few(effects, visit) else ""
        label = f"{view.trial.visit_label(visit)}{mark}"
        arms = [
            Cell(key._replace(arm=arm.label), show.n_estimate_se(score.decimals))
            for arm in view.arms
        ]
        contrasts = [key._replace(contrast=name) for name, _, _ in list_page_contrasts(view)]
        cells = [Cell(place, show.interval(score.decimals + 1)) for place in contrasts]
        yield Line(label if in_model else f"{label}, not in the model", (*arms, *cells), level=1)
        if nominal and in_model:
            p = [Cell(place, show.p_value("p")) for place in contrasts]
            yield Line("nominal p", (*[""] * len(arms), *p), level=2)


def rests_on_few(effects: Effects, visit: str) -> bool:
    """Whether an arm of the model has so few values at a visit that they decide its estimates."""
    rows = effects.model.rows
    if effects.model.reason or visit not in rows.visits:
        return False
    return bool(rows.counts.loc[visit, list(rows.arms)].min() < ENOUGH)


def _state_left_out(fitted: Sequence[Effects]) -> list[str]:
    """Values that the estimand of a score leaves out, by score and arm; T-E-04 counts them."""
    found: dict[tuple[str, ...], list[str]] = {}
    for effects in fitted:
        view, code = effects.view, effects.model.code
        drugs = list_hypothetical(view.trial, view.trial.scores[code])
        if drugs:
            named = ", ".join(name_code(name).lower() for name in sorted(drugs))
            found.setdefault((named, _count_left_out(effects)), []).append(
                view.trial.scores[code].label
            )
    return [
        f"{', '.join(labels)}: values after {named} are left out, as the estimand has it "
        f"(participant-visits with a change: {counts}); T-E-04 has them."
        for (named, counts), labels in found.items()
    ]


def _count_left_out(effects: Effects) -> str:
    """Changes that do not enter for an intercurrent event, by arm: `X 1, Y 0, C 2`."""
    view, rows = effects.view, effects.model.rows
    every = read_changes(view, effects.model.code, Selection(effects.population))
    known = count_values(view, effects.model.code, every)
    less = (known - rows.counts).sum()
    return ", ".join(f"{arm.label} {int(less[arm.code])}" for arm in view.arms)


def _state_few(fitted: Sequence[Effects]) -> str:
    """What the mark means; empty where no line has it."""
    if not any(rests_on_few(effects, visit) for effects in fitted for visit in effects.visits):
        return ""
    few = " or ".join(str(n) for n in range(FEWEST, ENOUGH))
    return (
        f"{MARK} Rests on {few} values in an arm: one participant more or less may turn the "
        "difference and its interval, which speaks neither for benefit nor for harm by itself."
    )


def _state_exceptions(fitted: Sequence[Effects]) -> list[str]:
    """Scores that have no model, another structure than planned, or visits outside the model."""
    found: dict[str, list[str]] = {}
    for effects in fitted:
        label = effects.view.trial.scores[effects.model.code].label
        for reason in _list_exceptions(effects):
            found.setdefault(reason, []).append(label)
    return [f"{', '.join(labels)}: {reason}." for reason, labels in found.items()]


def _list_exceptions(effects: Effects) -> Iterable[str]:
    model = effects.model
    if model.reason:
        yield f"no model, {model.reason}"
        return
    if model.single:
        yield "one visit can be modelled, analysis of covariance"
    elif model.fit is not None and model.fit.note:
        yield model.fit.note
    if model.rows.other_visits:
        visits = ", ".join(map(effects.view.trial.visit_label, model.rows.other_visits))
        yield f"not in the model {visits}, where an arm has fewer than {FEWEST} values"
