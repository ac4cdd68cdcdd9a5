"""T-E-07: the key differences analysed otherwise, one line per analysis."""

from collections.abc import Iterable, Sequence

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import describe_score
from helpers.displays.efficacy.estimands import KEY, PER_PROTOCOL
from helpers.displays.efficacy.report_parts import (
    REFERENCE_BASED,
    SENSITIVITY,
    find_reason,
    made_where_possible,
)
from helpers.displays.formats import format_level
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.treatment_effect.effects import (
    ESTIMATE,
    fit_effects,
    list_page_contrasts,
    read_estimate,
)
from helpers.displays.treatment_effect.model_notes import state_direction
from helpers.displays.treatment_effect.verdict import state_alone
from helpers.models.planned_fit import read_choices, select_values
from helpers.models.reference_lines import LABELS
from helpers.models.repeated_measures import name_contrast
from helpers.models.sensitivity import Analysis, Plan, list_analyses
from helpers.view import TOTAL, ClosedView, View


@shown_as("T-E-07", title="Sensitivity of the key result", needs=("adeff",))
@made_where_possible(SENSITIVITY)
def tabulate_sensitivity(view: View) -> Table:
    """The key differences at the key visit, one line per analysis with the same columns.

    Results: population of the analysis, PARAMCD, key visit, category the analysis (MMRM, ANCOVA,
    PP, COMPLETE, CONSTRAINED, J2R, CR ...): Total n (participants), values; by contrast estimate,
    se, df, lower, upper. Nothing is adjusted and no p is given.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    analyses = analyse(view)
    code, visit = view.interim.key_param or "", view.interim.key_visit or ""
    level = format_level(view.interim.interval_level)
    label = view.trial.visit_label(visit).lower()
    return Table(
        population_line=f"{state_population(view, view.interim.population_efficacy)} Change from "
        f"baseline of {describe_score(view.trial.scores[code])} at {label}: differences with "
        f"{level} CI, each exploratory, none adjusted for multiplicity. Estimand "
        f"{KEY}{f', per protocol {PER_PROTOCOL}' if view.interim.pp_sensitivity else ''}.",
        results=tuple(list_results(view, analyses)),
        notes=join_notes(
            "Participants and values used: MMRM takes all visits after baseline, ANCOVA this visit "
            "alone, the constrained model baseline too, as a response with one mean for all arms.",
            "Kenward-Roger linear leaves out second derivatives of the covariance: it is what SAS "
            "gives for an unstructured one.",
            _state_notes(analyses),
            state_direction(view, code),
            "The lines use much the same values: that they agree is no independent confirmation.",
            _state_reference(view, analyses),
        ),
        source_note="adeff, adsl; tabulate_sensitivity; helpers.models.sensitivity.",
        headline=state_alone(fit_effects(view, code)),
        stub="Analysis",
        headers=(
            Header("Participants"),
            Header("Values"),
            *(Header(name, "", None, "Difference") for name, _, _ in list_page_contrasts(view)),
        ),
        lines=tuple(_list_lines(view, analyses)),
    )


def _state_notes(analyses: Sequence[Analysis]) -> list[str]:
    """What is to be said of the analyses; once where it is the same of several."""
    said: dict[str, list[str]] = {}
    for analysis in analyses:
        if analysis.note:
            said.setdefault(analysis.note, []).append(analysis.label)
    return [f"{'; '.join(labels)}: {note}." for note, labels in said.items()]


def analyse(view: ClosedView) -> tuple[Analysis, ...]:
    """Every analysis of the key differences that the data allow, the main one first.

    The table and the forest ask for them, so that a view makes them once.
    """
    return view.once(_analyse)


def _analyse(view: ClosedView) -> tuple[Analysis, ...]:
    interim = view.interim
    code = interim.key_param or ""
    plan = Plan(
        code=code,
        visit=interim.key_visit or "",
        selection=select_values(view, code),
        choices=read_choices(view),
        level=interim.interval_level,
        added=interim.mmrm.sensitivity_covariates,
    )
    return tuple(list_analyses(view, plan))


def place_analysis(view: ClosedView, analysis: Analysis) -> Key:
    """Key of the numbers of an analysis, without contrast."""
    interim = view.interim
    return Key(
        analysis.population, "", interim.key_param or "", interim.key_visit or "", analysis.id
    )


def list_results(view: ClosedView, analyses: Sequence[Analysis]) -> Iterable[Result]:
    """Size of every analysis, and its differences."""
    for analysis in analyses:
        key = place_analysis(view, analysis)
        size = {"n": analysis.n, "values": analysis.n_values}
        yield from rows_of(key._replace(arm=TOTAL), size, analysis.method)
        for label, arm, reference in list_page_contrasts(view):
            if analysis.reference not in ("", reference):
                continue
            values = read_estimate(analysis.contrasts, name_contrast(arm, reference), ESTIMATE)
            yield from rows_of(key._replace(contrast=label), values, analysis.method)


def _list_lines(view: ClosedView, analyses: Sequence[Analysis]) -> Iterable[Line]:
    decimals = view.trial.scores[view.interim.key_param or ""].decimals + 1
    for analysis in analyses:
        key = place_analysis(view, analysis)
        size = [Cell(key._replace(arm=TOTAL), show.number(name)) for name in ("n", "values")]
        differences = [
            Cell(key._replace(contrast=label), show.interval(decimals))
            if analysis.reference in ("", reference)
            else NOT_APPLICABLE
            for label, _, reference in list_page_contrasts(view)
        ]
        yield Line(analysis.label, (*size, *differences), strong=analysis is analyses[0])


def find_left_out(analyses: Sequence[Analysis]) -> str:
    """Observed values that lines with imputed values do not impute from; empty without any."""
    return next((analysis.left_out for analysis in analyses if analysis.left_out), "")


def _state_reference(view: ClosedView, analyses: Sequence[Analysis]) -> str:
    """How the lines with imputed values are made; empty where nothing was imputed."""
    if not any(analysis.id in LABELS and len(analysis.contrasts) for analysis in analyses):
        return ""
    left_out = find_left_out(analyses)
    without = (
        f" Not in Values: {left_out}; the imputation model leaves them out, the other lines "
        "use them; those at the visit stay in the comparison."
        if left_out
        else ""
    )
    details = "" if find_reason(view, REFERENCE_BASED) else f" ({REFERENCE_BASED})"
    return (
        "J2R and CR: missing values of participants who left the study or stopped dosing are "
        f"imputed from the control{details}; then analysis of covariance, jackknife standard "
        "errors. Every other missing value that was due is imputed like those of its own arm, "
        "values not due at the cut-off never. Participants include those imputed, Values are those "
        f"imputed from.{without} A narrower "
        "interval than above is no stronger evidence: what is imputed from the control varies less "
        "than what is observed."
    )
