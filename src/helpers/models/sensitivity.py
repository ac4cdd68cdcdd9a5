"""The key contrasts analysed otherwise: one line per analysis, all in the same columns.

Source: ICH E9(R1), sensitivity and supplementary analyses.
"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.models.constrained import fit_constrained
from helpers.models.from_randomisation import read_changes_from_randomisation
from helpers.models.plan import COLUMNS, make_empty
from helpers.models.plan import Analysis as Analysis
from helpers.models.plan import Plan as Plan
from helpers.models.reference_lines import list_reference_lines
from helpers.models.repeated_measures import (
    ScoreModel,
    fit_rows,
    tabulate_contrasts,
)
from helpers.models.score_rows import (
    ARM,
    BASE,
    CHANGE,
    FEWEST,
    SUBJECT,
    VISIT,
    build_score_rows,
    choose_visits,
    count_values,
    list_constant,
    read_changes,
)
from helpers.stats.ancova import fit_ancova
from helpers.view import ClosedView

UNMASKED = "RATER_UNMASKED"  # in ICEREAS of a value whose rater knew the arm
SMALL_SAMPLE = {
    "satterthwaite": "Satterthwaite",
    "kenward_roger": "Kenward-Roger",
    "kenward_roger_linear": "Kenward-Roger linear (as SAS)",
}
SAME_VALUES = "the same values at the same visits, so as the main analysis"
FILLED_IN = "values filled in count like observed ones"
CONSTANT = "the same in everybody, so as the main analysis"
LEFT_OUT_AFTER = "nothing to leave out (no value after such an event): as the main analysis"
LEFT_OUT_UNMASKED = "nothing to leave out (no value by an unblinded rater): as the main analysis"


def list_analyses(view: ClosedView, plan: Plan) -> Iterator[Analysis]:
    """The main analysis, then every other one that the trial's data allow."""
    model = fit_rows(
        plan.code,
        build_score_rows(view, plan.code, plan.selection),
        plan.selection.covariates,
        plan.choices,
    )
    yield _describe("MMRM", "Main analysis: MMRM", model, plan)
    yield from _list_methods(model, plan)
    yield from _list_ancova(view, plan)
    yield from _list_filled_in(view, plan)
    yield from _list_selections(view, plan, model)
    if can_count_from_randomisation(view):
        values = read_changes_from_randomisation(view, plan.code, plan.selection)
        other = _fit(values, view, plan)
        note = SAME_VALUES if have_same_values(other, model) else ""
        label = "Visits counted from randomisation"
        yield _describe("FROM_RANDOMISATION", label, other, plan, note)
    yield _constrain(view, plan)
    yield from list_reference_lines(view, plan)


def can_count_from_randomisation(view: ClosedView) -> bool:
    """Whether visits are counted from another day, and the day of randomisation is known."""
    trial = view.trial
    windows = all(visit.analysis != (0, 0) for visit in trial.visits)
    dated = view.has("adsl", "RANDDT") and view.has("adeff", "ADT", "OFFSET")
    return trial.dates.anchor_mode != "rand" and windows and dated


def have_same_values(one: ScoreModel, other: ScoreModel) -> bool:
    """Whether two models have the same participants and values at every visit."""
    keys = [SUBJECT, VISIT]
    first, second = (
        model.rows.frame.assign(**{VISIT: model.rows.frame[VISIT].astype(str)})
        .sort_values(keys)
        .reset_index(drop=True)[[*keys, CHANGE]]
        for model in (one, other)
    )
    return bool(first.equals(second))


def _fit(values: pd.DataFrame, view: ClosedView, plan: Plan) -> ScoreModel:
    rows = choose_visits(values, count_values(view, plan.code, values))
    return fit_rows(plan.code, rows, plan.selection.covariates, plan.choices)


def _describe(name: str, label: str, model: ScoreModel, plan: Plan, note: str = "") -> Analysis:
    table = tabulate_contrasts(model, plan.level)
    inside = plan.visit in model.rows.visits and not model.reason
    reason = model.reason or f"fewer than {FEWEST} values in an arm at the visit"
    fit = model.fit
    gave_way = fit is not None and fit.converged and fit.structure != fit.requested
    if inside and gave_way and fit is not None and not model.single:
        note = "; ".join(filter(None, (note, f"{fit.structure} instead of {fit.requested}")))
    return Analysis(
        id=name,
        label=label,
        population=plan.selection.population,
        n=model.n if inside else 0,
        n_values=model.n_values if inside else 0,
        contrasts=table.loc[plan.visit, COLUMNS] if inside else make_empty(),
        method=f"mmrm {fit.structure}, {fit.df_method}" if fit is not None and inside else "",
        note=note if inside else reason,
    )


def _list_methods(model: ScoreModel, plan: Plan) -> Iterator[Analysis]:
    """The same model with the other small-sample methods."""
    for df, words in SMALL_SAMPLE.items():
        if df != plan.choices.df:
            choices = plan.choices._replace(df=df)
            other = fit_rows(plan.code, model.rows, plan.selection.covariates, choices)
            yield _describe(df.upper(), f"MMRM, {words}", other, plan)


def _list_ancova(view: ClosedView, plan: Plan) -> Iterator[Analysis]:
    """Observed values of the visit alone, with ordinary and with robust standard errors."""
    labels = {"ANCOVA": "ANCOVA at the visit", "ANCOVA_HC3": "ANCOVA with HC3 standard errors"}
    for name, label in labels.items():
        yield _compare_at_visit(view, plan, name, label)


def _list_filled_in(view: ClosedView, plan: Plan) -> Iterator[Analysis]:
    """The same for every score in which missing values of this one are filled in."""
    for code, score in view.trial.scores.items():
        if score.fills_in == plan.code:
            other = plan._replace(code=code)
            found = _compare_at_visit(view, other, f"ANCOVA.{code}", f"ANCOVA of {score.label}")
            yield replace(found, note=found.note or FILLED_IN)


def _compare_at_visit(view: ClosedView, plan: Plan, name: str, label: str) -> Analysis:
    """Analysis of covariance at the visit; robust where the name ends with HC3."""
    values = read_changes(view, plan.code, plan.selection)
    rows = choose_visits(values, count_values(view, plan.code, values))
    own = rows.frame[rows.frame[VISIT] == plan.visit]
    analysis = Analysis(name, label, plan.selection.population, 0, 0, make_empty())
    if own.empty:
        return replace(analysis, note=f"fewer than {FEWEST} values in an arm at the visit")
    covariates = [BASE, *plan.selection.covariates]
    fit = fit_ancova(own, response=CHANGE, arm=ARM, covariates=covariates)
    pairs = [fit.contrasts(plan.level, reference=arm) for arm in rows.arms]
    table = pd.concat(pairs).set_index("contrast")
    robust = {f"{column}_hc3": column for column in ("se", "lower", "upper")}
    if name.endswith("HC3"):
        table = table.drop(columns=list(robust.values())).rename(columns=robust)
    return replace(
        analysis,
        n=fit.n_obs,
        n_values=fit.n_obs,
        contrasts=table[COLUMNS].dropna(subset="estimate"),
        method="ancova, hc3" if name.endswith("HC3") else "ancova",
        note=fit.reason,
    )


def _list_selections(view: ClosedView, plan: Plan, main: ScoreModel) -> Iterator[Analysis]:
    """The model on other values: per protocol, complete cases, more covariates, fewer values."""
    own = plan.selection
    wanted = view.interim.pp_sensitivity and own.population != "PP"
    if wanted and view.has("adsl", "PPFL"):
        per_protocol = plan._replace(selection=own._replace(population="PP"))
        label = view.name_population("PP")
        yield _describe("PP", label, _fit_plan(view, per_protocol), per_protocol)
    yield _keep_complete(view, main, plan)
    words = {row.variable: row.label.lower() for row in view.trial.baseline_table}
    for name in plan.added:
        label = f"With covariate {words.get(name, name)}"
        if not view.has("adsl", name):
            missing = Analysis(f"WITH.{name}", label, own.population, 0, 0, make_empty())
            yield replace(missing, note="no variable of adsl")
        elif name not in own.covariates:
            more = plan._replace(selection=own._replace(covariates=(*own.covariates, name)))
            model = _fit_plan(view, more)
            note = CONSTANT if list_constant(model.rows.frame, [name]) else ""
            yield _describe(f"WITH.{name}", label, model, more, note)
    for name, label in _list_left_out(view, plan.code).items():
        fewer = plan._replace(selection=own._replace(left_out_after=own.left_out_after | {name}))
        model = _fit_plan(view, fewer)
        nothing = LEFT_OUT_UNMASKED if name == UNMASKED else LEFT_OUT_AFTER
        note = nothing if len(model.rows.frame) == len(main.rows.frame) else ""
        yield _describe(f"WITHOUT.{name}", label, model, fewer, note)


def _fit_plan(view: ClosedView, plan: Plan) -> ScoreModel:
    return _fit(read_changes(view, plan.code, plan.selection), view, plan)


def _list_left_out(view: ClosedView, code: str) -> dict[str, str]:
    """Events after which values are left out, in turn, with the label of the analysis."""
    if not view.has("adeff", "ICEREAS"):
        return {}
    events = {
        name: f"Without values after {name.replace('_', ' ').lower()}"
        for name in view.trial.intercurrent.events
    }
    rows = view["adeff"]
    blinded = "EVALBL" in rows and rows.loc[rows["PARAMCD"] == code, "EVALBL"].notna().any()
    return events | ({UNMASKED: "Blinded raters only"} if blinded else {})


def _keep_complete(view: ClosedView, main: ScoreModel, plan: Plan) -> Analysis:
    """Participants with a value at every modelled visit up to that of the contrasts."""
    rows = main.rows
    known = plan.visit in rows.visits
    visits = rows.visits[: rows.visits.index(plan.visit) + 1] if known else ()
    frame = rows.frame[rows.frame[VISIT].isin(visits)]
    frame = frame.assign(**{name: frame[name].astype(object) for name in (ARM, VISIT)})
    seen = frame.groupby(SUBJECT)[VISIT].transform("size")
    model = _fit(frame[seen == len(visits)], view, plan)
    label = f"Complete cases to {view.trial.visit_label(plan.visit).lower()}"
    return _describe("COMPLETE", label, model, plan)


def _constrain(view: ClosedView, plan: Plan) -> Analysis:
    """The constrained model, with baseline as a response."""
    found = fit_constrained(view, plan.code, plan.selection, plan.choices)
    analysis = Analysis(
        "CONSTRAINED",
        "Constrained model, equal baseline means",
        plan.selection.population,
        0,
        0,
        make_empty(),
    )
    if isinstance(found, str):
        return replace(analysis, note=found)
    table = found.contrasts(plan.level)
    own = table[table["visit"] == plan.visit].set_index("contrast")
    if own.empty:
        return replace(analysis, note=f"fewer than {FEWEST} values in an arm at the visit")
    gave_way = found.structure != found.requested
    return replace(
        analysis,
        n=found.n_subjects,
        n_values=found.n_obs,
        contrasts=own[COLUMNS].dropna(subset="estimate"),
        method=f"mmrm {found.structure}, {found.df_method}",
        note=f"{found.structure} instead of {found.requested}" if gave_way else "",
    )
