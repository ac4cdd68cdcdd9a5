"""T-E-13: the key differences with missing values imputed at random and by reference."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import describe_score
from helpers.displays.efficacy.report_parts import REFERENCE_BASED, made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.missing_data.imputed import Imputed, read_imputed
from helpers.displays.missing_data.imputed_words import (
    list_notes,
    state_difference,
    state_headline,
)
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table
from helpers.displays.results import rows_of
from helpers.displays.rows import (
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    number_row,
    summarize_group,
)
from helpers.displays.treatment_effect.effects import ESTIMATE, read_estimate
from helpers.models.imputation import CR, J2R, MAR, compare_imputed, list_imputed
from helpers.models.missing_values import (
    BY_REFERENCE,
    DEPARTED,
    DIED,
    FATE,
    LEFT,
    NOT_DUE,
    NOT_IMPUTABLE,
    OBSERVED,
    OTHER,
    SET_MISSING,
    STOPPED,
)
from helpers.models.reference_lines import NOBODY, count_by_reference
from helpers.models.repeated_measures import name_contrast
from helpers.models.score_rows import CHANGE, SUBJECT
from helpers.view import Group, View

AFTER_STOP, BY_RULE, REST = "OBSERVED_AFTER_STOP", "BY_RULE", "LIKE_OWN_ARM"
FATES: Mapping[str, str] = {
    LEFT: "missing: left before the window closed",
    STOPPED: "missing: stopped dosing, no value",
    DIED: "missing: died before",
    SET_MISSING: "missing: left out by the estimand",
    OTHER: "missing: other reason",
    NOT_IMPUTABLE: "missing, not imputed: no baseline, covariate or value of the arm",
    NOT_DUE: "not due or window open at the cut-off, never imputed",
}
METHOD_LABELS: Mapping[str, str] = {
    MAR: "Missing at random (MAR)",
    J2R: "Jump to reference (J2R)",
    CR: "Copy reference (CR)",
}
SELDOM = (DIED, SET_MISSING, NOT_IMPUTABLE)  # a line only where somebody is in it


@shown_as(
    "T-E-13",
    title="Missing values imputed at random and by reference",
    needs=("adeff", "advisit"),
)
@made_where_possible(REFERENCE_BASED)
def tabulate_reference_based(view: View) -> Table:
    """Who has no value at the key visit, what is imputed for whom, and the differences then.

    Results: population, PARAMCD, key visit; by arm OBSERVED: n, N, pct, and as OBSERVED.CHANGE n,
    mean; OBSERVED_AFTER_STOP, LEFT, STOPPED, DIED, SET_MISSING, OTHER, NOT_IMPUTABLE, NOT_DUE: n,
    N, pct; for each method (MAR, J2R, CR) METHOD.BY_RULE (left or stopped) and METHOD.LIKE_OWN_ARM:
    n, mean of the imputed changes; by contrast METHOD: estimate, se (jackknife), df, lower, upper.
    J2R and CR only where an active arm has a value to impute by them.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    imputed = read_imputed(view)
    table = compare_imputed(imputed.rows, imputed.choices, imputed.level)
    rows = [*_list_fate_rows(imputed), *_list_methods(imputed, table)]
    lines, results = collect_rows(rows)
    population = imputed.key.population
    return Table(
        population_line=f"{state_population(view, population)} Change from baseline of "
        f"{describe_score(imputed.score)} at {imputed.visit}. Differences with "
        f"{format_level(imputed.level)} CI, exploratory, not adjusted. Estimand E1: values after "
        f"dosing stopped are compared where they were observed; {state_difference(imputed)}",
        results=results,
        notes=list_notes(imputed, table),
        source_note="adeff with ANL01FL = Y (CHG, BASE), advisit (STATUS, DUEDT), adsl (D1STAT, "
        "EOSDT); tabulate_reference_based; helpers.stats.missing.",
        headline=state_headline(imputed, results),
        stub="Values, method",
        headers=(
            *build_headers(_list_arms(imputed)),
            *(Header(label, "", None, "Difference") for label, _, _ in imputed.contrasts),
        ),
        lines=lines,
    )


def _list_arms(imputed: Imputed) -> tuple[Group, ...]:
    return tuple(imputed.view.groups(imputed.key.population)[:-1])


def _list_fate_rows(imputed: Imputed) -> Iterator[Row]:
    """Participants of each arm by what is known of the value: the lines add up to the arm."""
    fates = imputed.rows.fates.set_index(SUBJECT)
    context = RowContext(imputed.key, _list_arms(imputed))
    observed = fates.index[fates[FATE] == OBSERVED]
    after = fates.index[(fates[FATE] == OBSERVED) & fates[DEPARTED].astype(bool)]
    yield heading_row(f"Participants by their value at {imputed.visit}, n (%)")
    yield _widen(imputed, count_row(context.at(category=OBSERVED), "observed", observed))
    own = context.at(category=AFTER_STOP).like(level=2)
    yield _widen(imputed, count_row(own, "of them after dosing stopped, used as observed", after))
    yield _widen(imputed, _observed_mean(imputed, context, fates))
    for fate, label in FATES.items():
        who = fates.index[fates[FATE] == fate]
        if len(who) or fate not in SELDOM:
            yield _widen(imputed, count_row(context.at(category=fate), label, who))


def _observed_mean(imputed: Imputed, context: RowContext, fates: pd.DataFrame) -> Row:
    values = fates[CHANGE].astype("float64").dropna()

    def summarize(group: Group) -> dict[str, float]:
        summary = summarize_group(values, group)
        return {name: summary[name] for name in ("n", "mean")}

    own = context.at(category=f"{OBSERVED}.{CHANGE}").like(level=2, form=_mean(imputed))
    return number_row(own, "mean of the observed changes", summarize)


def _mean(imputed: Imputed) -> Form:
    return show.number("mean", imputed.score.decimals + 1)


def _widen(imputed: Imputed, row: Row) -> Row:
    """A line of the arms with nothing in the columns of the differences."""
    cells = (*row.line.cells, *[""] * len(imputed.contrasts))
    return row._replace(line=replace(row.line, cells=cells))


def _list_methods(imputed: Imputed, table: pd.DataFrame) -> Iterator[Row]:
    """For each method what was imputed, and the differences."""
    values = list_imputed(imputed.rows, imputed.choices)
    nobody = not sum(count_by_reference(imputed.rows).values())
    for method, label in METHOD_LABELS.items():
        if method != MAR and nobody:
            yield heading_row(f"{label}: {NOBODY}")
            continue
        own = values[values["method"] == method].set_index(SUBJECT)
        by_rule = own[FATE].isin(BY_REFERENCE)
        yield heading_row(label)
        if not imputed.rows.reason:
            ruled = "imputed mean, left or stopped dosing"
            yield _imputed_row(imputed, f"{method}.{BY_RULE}", ruled, own[by_rule])
            yield _imputed_row(imputed, f"{method}.{REST}", "imputed mean, others", own[~by_rule])
        yield from _list_differences(imputed, method, table)


def _imputed_row(imputed: Imputed, category: str, label: str, values: pd.DataFrame) -> Row:
    """Mean of imputed changes of each arm, however few: they come from a model."""
    cells: list[Cell | str] = []
    results = []
    for group in _list_arms(imputed):
        own = values.loc[values.index.isin(group.subjects), "value"].astype("float64")
        key = imputed.key._replace(arm=group.label, category=category)
        some = len(own) > 0
        results += rows_of(key, {"n": len(own), **({"mean": float(own.mean())} if some else {})})
        cells.append(Cell(key, _mean(imputed)) if some else NOT_APPLICABLE)
    return _widen(imputed, Row(Line(label, tuple(cells), level=1), tuple(results)))


def _list_differences(imputed: Imputed, method: str, table: pd.DataFrame) -> Iterable[Row]:
    decimals = imputed.score.decimals
    arms = [""] * len(_list_arms(imputed))
    key = imputed.key._replace(category=method)
    forms = {
        "difference (SE)": show.estimate_se(decimals),
        f"{format_level(imputed.level)} CI": show.limits(decimals + 1),
        "degrees of freedom": show.number("df"),
    }
    results = []
    for label, arm, reference in imputed.contrasts:
        place = (method, name_contrast(arm, reference))
        values = read_estimate(table, place, ESTIMATE)
        results += rows_of(key._replace(contrast=label), values, f"ancova, {method}, jackknife")
    for number, (name, form) in enumerate(forms.items()):
        cells = [Cell(key._replace(contrast=label), form) for label, _, _ in imputed.contrasts]
        yield Row(Line(name, (*arms, *cells), level=1), () if number else tuple(results))
