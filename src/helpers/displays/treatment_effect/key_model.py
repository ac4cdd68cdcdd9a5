"""T-E-05: the mixed model of the key score, with the only family that is formally displayed."""

import math
from collections.abc import Iterable, Sequence

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import describe_score, list_score_notes
from helpers.displays.efficacy.family_words import (
    NO_CROSSING,
    find_category,
    leaves_out_0,
    name_interval,
    name_p,
    name_z,
    state_adjustment,
    state_held,
    state_sides,
    state_uncontrolled,
    state_uncrossable,
)
from helpers.displays.efficacy.other_plan import state_other_plan
from helpers.displays.efficacy.report_parts import KEY_MODEL, made_where_possible
from helpers.displays.formats import format_level, format_limit, format_number, format_p
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.treatment_effect.effects import (
    LS_MEAN,
    PAIRS,
    Effects,
    fit_effects,
    list_contrasts,
    list_facts,
    list_family,
    list_key_contrasts,
    list_means,
    list_page_contrasts,
    list_pairs_family,
)
from helpers.displays.treatment_effect.model_notes import (
    place_bound,
    state_deaths,
    state_direction,
    state_fallback,
    state_left_out,
    state_means,
    state_model,
    state_sas,
)
from helpers.models.boundary import Boundary, find_boundary
from helpers.view import TOTAL, ArmView, MaskedView, View

LOOK = "LOOK"
ARMS, CONTRASTS = "arms", "contrasts"


@shown_as(
    "T-E-05",
    title="Key result: repeated-measures model",
    audiences={"closed_masked": "by label"},
    needs=("adeff",),
)
@made_where_possible(KEY_MODEL)
def tabulate_key_model(view: View) -> Table:
    """LS means of the key score's change by arm and visit, and their differences.

    Results: population, PARAMCD, visit, category LSMEAN: by arm n (values), estimate, se, df,
    lower, upper; by contrast the same without n, at looks with alpha also the nominal p.
    LSMEAN.DUNNETT (by `multiplicity` LSMEAN.HOCHBERG, LSMEAN.SINGLE) at the key visit by contrast
    with the control: estimate, lower, upper, p_adjusted; of masked arms LSMEAN.TUKEY by pair,
    without p. MODEL: n, values, condition. LOOK: n, count (planned), fraction, boundary_z,
    boundary_p, spent; where variances set the information also variance, variance_planned.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("a model compares arms")
    effects = fit_effects(view, view.interim.key_param or "")
    # of masked arms none: it belongs to differences from the control
    boundary = None if isinstance(view, MaskedView) else find_boundary(view)
    results = (
        *list_means(effects),
        *list_contrasts(effects),
        *list_family(effects),
        *list_pairs_family(effects),
        *list_facts(effects),
        *list_look(effects, boundary),
    )
    score = view.trial.scores[effects.model.code]
    level = format_level(effects.level)
    return Table(
        population_line=f"{state_population(view, effects.population)} Change from baseline of "
        f"{describe_score(score)}: LS means with {level} CI; "
        "n: values at the visit. Estimand E1.",
        results=results,
        notes=_list_notes(effects, boundary),
        source_note="adeff with ANL01FL = Y (CHG, BASE); tabulate_key_model; helpers.stats.mmrm.",
        headline=_state_headline(effects, boundary, results),
        stub="Visit",
        headers=(
            *build_headers(view.groups(effects.population)[:-1], "LS mean change"),
            *(Header(name, "", None, "Difference") for name, _, _ in list_page_contrasts(view)),
        ),
        lines=tuple(_list_lines(effects, boundary)),
        file_lines=tuple(_list_file_lines(effects)),
    )


def list_look(effects: Effects, boundary: Boundary | None) -> list[Result]:
    """Information of this look and its boundary; none where it spends no alpha."""
    if boundary is None:
        return []
    key = Key(effects.population, TOTAL, effects.model.code, effects.view.interim.key_visit or "")
    variances = {"variance": boundary.variance, "variance_planned": boundary.planned_variance}
    variances = variances if effects.view.interim.info_mode == "stat" else {}
    return rows_of(
        key._replace(category=LOOK),
        {
            "n": boundary.n,
            "count": boundary.planned,
            "fraction": boundary.fraction,
            **variances,
            "boundary_z": boundary.z,
            "boundary_p": boundary.nominal_p,
            "spent": boundary.spent,
        },
        effects.view.interim.spending,
    )


def _list_lines(effects: Effects, boundary: Boundary | None) -> Iterable[Line]:
    view, rows = effects.view, effects.model.rows
    decimals = view.trial.scores[effects.model.code].decimals
    level = format_level(effects.level)
    for visit in effects.visits:
        outside = "" if visit in rows.visits else ", not in the model"
        yield Line(f"{view.trial.visit_label(visit)}{outside}", heading=True)
        yield _line("n", effects, visit, show.n(), (ARMS,))
        if outside:
            continue
        yield _line("estimate (SE)", effects, visit, show.estimate_se(decimals))
        yield _line(f"{level} CI", effects, visit, show.limits(decimals + 1))
        yield _line("degrees of freedom", effects, visit, show.number("df", 1))
        if view.interim.print_nominal_p and view.interim.alpha_look:
            label = "nominal p" if view.interim.sides == 2 else "nominal p, two-sided"
            yield _line(label, effects, visit, show.p_value("p"), (CONTRASTS,))
        if visit == view.interim.key_visit and boundary is not None and list_key_contrasts(view):
            yield from _list_family_lines(effects, decimals, boundary)
        if visit == view.interim.key_visit and has_pairs(view):
            label = f"Tukey-adjusted {level} CI"
            yield _line(label, effects, visit, show.limits(decimals + 1), (PAIRS,))


def _list_family_lines(effects: Effects, decimals: int, boundary: Boundary) -> Iterable[Line]:
    """Adjusted interval and p of the key family, and the bound that p is held against."""
    view = effects.view
    look = Key(effects.population, TOTAL, effects.model.code, view.interim.key_visit or "")
    look = look._replace(category=LOOK)
    family = {label for label, _, _ in list_key_contrasts(view)}
    forms = {
        name_interval(view.interim): show.limits(decimals + 1),
        name_p(view.interim): show.p_value("p_adjusted"),
    }
    category = find_category(view.interim)
    key = effects.key._replace(category=category, visit=view.interim.key_visit or "")
    for name, form in forms.items():
        cells = [
            Cell(key._replace(contrast=label), form) if label in family else ""
            for label, _, _ in list_page_contrasts(view)
        ]
        yield Line(name, (*[""] * len(view.arms), *cells), level=1, strong=True)
    bound = [
        place_bound(look, boundary.z) if label in family else ""
        for label, _, _ in list_page_contrasts(view)
    ]
    yield Line("bound of this look (p)", (*[""] * len(view.arms), *bound), level=1)


def _line(
    label: str,
    effects: Effects,
    visit: str,
    form: Form,
    columns: Sequence[str] = (ARMS, CONTRASTS),
) -> Line:
    """A line whose cells point at the arms and the contrasts, or at one of both."""
    view, key = effects.view, effects.key._replace(visit=visit)
    pairs = PAIRS in columns
    second_key = key._replace(category=PAIRS) if pairs else key
    first: list[Cell | str] = [
        Cell(key._replace(arm=arm.label), form) if ARMS in columns else "" for arm in view.arms
    ]
    second: list[Cell | str] = [
        Cell(second_key._replace(contrast=name), form) if pairs or CONTRASTS in columns else ""
        for name, _, _ in list_page_contrasts(view)
    ]
    return Line(label, (*first, *second), level=1, strong=pairs)


def _list_file_lines(effects: Effects) -> Iterable[Line]:
    """Nominal p values for the CSV copy, where the page does not print them."""
    interim, trial = effects.view.interim, effects.view.trial
    if interim.print_nominal_p or not interim.alpha_look:
        return
    for visit in effects.model.rows.visits:
        two = "" if interim.sides == 2 else ", two-sided"
        label = f"{trial.visit_label(visit)}: nominal p{two}, exploratory"
        yield _line(label, effects, visit, show.p_value("p"), (CONTRASTS,))


def _list_notes(effects: Effects, boundary: Boundary | None) -> tuple[str, ...]:
    view, code = effects.view, effects.model.code
    return join_notes(
        state_other_plan(view),
        state_model(effects),
        state_fallback(effects),
        state_left_out(effects),
        state_means(effects),
        state_sas(effects),
        state_direction(view, code),
        state_deaths(effects),
        _state_comparisons(effects, boundary),
        _state_boundary(boundary, view) if boundary is not None else "",
        list_score_notes(view, {code: view.trial.scores[code]}),
    )


BOUND_ELSEWHERE = "and the bound of this look are in the report that names the arms."
NO_BOUND = f"Not adjusted for the looks: the test {BOUND_ELSEWHERE}"


def has_pairs(view: ArmView) -> bool:
    """Whether all pairs of arms are adjusted together: at looks with alpha, of masked arms."""
    return isinstance(view, MaskedView) and view.interim.alpha_look


def _state_comparisons(effects: Effects, boundary: Boundary | None) -> str:
    view = effects.view
    if boundary is not None:
        return _state_family(effects)
    if not has_pairs(view):
        return _state_asked_for()
    visit = view.trial.visit_label(view.interim.key_visit or "").lower()
    return (
        f"All pairs at {visit} are adjusted by Tukey (multivariate t with the correlation of the "
        "model and the smallest df); all other intervals are not adjusted for multiplicity. The "
        f"formal family {BOUND_ELSEWHERE}"
    )


def _state_family(effects: Effects) -> str:
    view = effects.view
    names = [label for label, _, _ in list_key_contrasts(view)]
    if not names:
        return "Without a control there is no formal family: every difference is exploratory."
    visit = view.trial.visit_label(view.interim.key_visit or "").lower()
    uncontrolled = state_uncontrolled(view.interim, len(names))
    said = (
        f"The one formal family: {' and '.join(names)} at {visit}, "
        f"{state_adjustment(view.interim)} Its interval is not adjusted for the looks. All other "
        "differences and intervals are exploratory, not adjusted for multiplicity."
    )
    return " ".join(filter(None, (uncontrolled, said, state_sides(view.interim))))


def _state_asked_for() -> str:
    return (
        "This look spends no alpha: the differences were asked for, are exploratory, and 0.0001 is "
        "taken off the final level for them."
    )


def _state_boundary(boundary: Boundary, view: ArmView) -> str:
    """How the bound follows from the information, and what it is compared with."""
    interim = view.interim
    earlier = ", ".join(format_number(t, 2) for t in boundary.earlier)
    before = f" after {earlier} at earlier looks" if earlier else ""
    charged = (
        f" {boundary.charged} look(s) without alpha whose differences were shown cost 0.0001 each."
        if boundary.charged
        else ""
    )
    rest = " The final look takes all that is left." if boundary.final else ""
    note = f" {boundary.note[0].upper()}{boundary.note[1:]}." if boundary.note else ""
    symbol = name_z(interim).lower()
    uncrossable = state_uncrossable(boundary.z, boundary.note)
    bound = (
        f"{symbol} {format_number(boundary.z, 3)}, p {format_p(boundary.nominal_p)}. "
        f"{state_held(interim)}"
    )
    return (
        f"Bound: {SPENDING[interim.spending]} at information {_state_share(boundary, view)} = "
        f"{format_number(boundary.fraction, 2)}{before}; "
        f"{f'{uncrossable}.' if uncrossable else bound}{rest}{charged}{note}"
    )


def _state_share(boundary: Boundary, view: ArmView) -> str:
    """What was reached over what was planned: participants, or the variance planned over it."""
    if view.interim.info_mode == "count":
        return f"{boundary.n} / {boundary.planned}"
    planned, reached = boundary.planned_variance, boundary.variance
    return f"by variance, {format_number(planned, 3)} planned / {format_number(reached, 3)}"


SPENDING = {
    "ld_obf": "O'Brien-Fleming-like spending (Lan-DeMets)",
    "ld_pocock": "Pocock-like spending (Lan-DeMets)",
    "haybittle": "Haybittle-Peto",
    "none": "all error kept for the final look",
}


def _state_headline(effects: Effects, boundary: Boundary | None, results: Sequence[Result]) -> str:
    """The key differences with their intervals, and whether one of them crosses."""
    view, model = effects.view, effects.model
    visit = view.interim.key_visit or ""
    what = f"{view.trial.scores[model.code].label} at {view.trial.visit_label(visit).lower()}"
    contrasts = list_key_contrasts(view) or list_page_contrasts(view)
    statistics = index_results(results)
    formal = boundary is not None and bool(list_key_contrasts(view))
    category = find_category(view.interim) if formal else LS_MEAN
    category = PAIRS if has_pairs(view) else category
    keys = [
        effects.key._replace(contrast=label, visit=visit, category=category)
        for label, _, _ in contrasts
    ]
    known = [key for key in keys if key in statistics]
    if model.reason or visit not in model.rows.visits or not known:
        return f"{what}: no difference can be estimated."
    decimals = view.trial.scores[model.code].decimals + 1
    said = [f"{key.contrast} {_write_interval(statistics[key], decimals)}" for key in known]
    level = format_level(effects.level)
    interval = f"Tukey-adjusted {level} CI" if category == PAIRS else f"{level} CI"
    interval = name_interval(view.interim) if formal else interval
    sentences = (
        f"{what}, difference in change ({interval}): {'; '.join(said)}.",
        _state_crossing(view, known, statistics, boundary),
        state_uncontrolled(view.interim, len(known)) if formal else "",
        NO_BOUND if category == PAIRS else "",
    )
    return " ".join(filter(None, sentences))


def _write_interval(row: dict[str, float], decimals: int) -> str:
    if math.isnan(row["estimate"]):
        return "not estimable"
    low, high = (format_limit(row[name], decimals) for name in ("lower", "upper"))
    return f"{format_number(row['estimate'], decimals)} ({low} to {high})"


def _state_crossing(
    view: ArmView,
    keys: Sequence[Key],
    statistics: dict[Key, dict[str, float]],
    boundary: Boundary | None,
) -> str:
    if boundary is None or "p_adjusted" not in statistics[keys[0]]:
        return ""
    crossing = [key for key in keys if statistics[key]["p_adjusted"] <= boundary.nominal_p]
    others = [key for key in keys if key not in crossing and view.interim.sides == 2]
    apart = [key.contrast for key in others if leaves_out_0(statistics[key])]
    more = f" {', '.join(apart)}: {NO_CROSSING}." if apart else ""
    if not crossing:
        return f"No difference crosses the bound of this look.{more}"
    said = (
        f"{key.contrast}, in favour of {_name_favoured(view, key, statistics)}" for key in crossing
    )
    return f"Beyond the bound of this look: {'; '.join(said)}.{more}"


def _name_favoured(view: ArmView, key: Key, statistics: dict[Key, dict[str, float]]) -> str:
    """Short name of the arm on whose side a difference lies."""
    score = view.trial.scores[key.parameter]
    first = statistics[key]["estimate"] * score.direction > 0
    arm, reference = next(own[1:] for own in view.contrasts if own[0] == key.contrast)
    return view.trial.arm(arm if first else reference).contrast
