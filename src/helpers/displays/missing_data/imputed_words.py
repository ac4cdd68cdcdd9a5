"""What is said of the differences with imputed values: the headline and the notes."""

import math
from collections.abc import Sequence

import pandas as pd

from helpers.displays.efficacy.report_parts import KEY_MODEL, RANKS, find_reason
from helpers.displays.formats import format_level, format_limit
from helpers.displays.missing_data.imputed import Imputed
from helpers.displays.model import join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.treatment_effect.model_notes import state_direction
from helpers.models.imputation import CR, J2R, MAR
from helpers.models.missing_values import DIED, IMPUTED, OBSERVED
from helpers.models.reference_lines import NOBODY, count_by_reference, describe_left_out
from helpers.models.score_rows import VISIT

STATUS = (
    "Exploratory, not adjusted for arms or looks; the adjusted key result and the bound are in "
    f"{KEY_MODEL}."
)


def state_difference(imputed: Imputed) -> str:
    """In what the methods differ: what they assume, and which values they impute from."""
    assume = "what they assume of the missing ones"
    if imputed.rows.after_stop.empty or not sum(count_by_reference(imputed.rows).values()):
        return f"MAR, J2R and CR differ only in {assume}."
    return f"MAR, J2R and CR differ in {assume}, and in which values they impute from."


def state_headline(imputed: Imputed, results: Sequence[Result]) -> str:
    """How many values come from the control, and the differences under every assumption."""
    what = f"{imputed.score.label} at {imputed.visit}"
    if imputed.rows.reason:
        return f"{what}: no difference can be estimated."
    by_reference = count_by_reference(imputed.rows)
    total = sum(by_reference.values())
    statistics = index_results(results)
    keys = [imputed.key._replace(category=MAR, contrast=label) for label, _, _ in imputed.contrasts]
    if all(math.isnan(statistics[key]["estimate"]) for key in keys):
        return f"{what}: no difference can be estimated."
    level = format_level(imputed.level)
    if not total:
        said = "; ".join(_write(imputed, statistics, one, (MAR,)) for one in imputed.contrasts)
        return (
            f"{what}: {NOBODY} of participants who left or stopped dosing, so nothing is imputed "
            f"from the control. Difference in change ({level} CI), missing at random: {said}. "
            f"{STATUS}"
        )
    due = sum(imputed.rows.count((OBSERVED, *IMPUTED)).values())
    named = ", ".join(
        f"{arm.label} {by_reference[arm.code]}"
        for arm in imputed.view.arms
        if arm.code != imputed.rows.control
    )
    said = "; ".join(_write(imputed, statistics, one, (MAR, J2R, CR)) for one in imputed.contrasts)
    return (
        f"{what}: {total} of {due} values are imputed from the control, of participants who left "
        f"or stopped dosing ({named}). Difference in change ({level} CI) under MAR, J2R and CR: "
        f"{said}. {STATUS} Which assumption holds cannot be seen in the data."
    )


def _write(
    imputed: Imputed,
    statistics: dict[Key, dict[str, float]],
    contrast: tuple[str, str, str],
    methods: Sequence[str],
) -> str:
    """The differences of a contrast; only the first where no value of its arm is by reference."""
    label, arm, _ = contrast
    nobody = len(methods) > 1 and not count_by_reference(imputed.rows)[arm]
    decimals = imputed.score.decimals + 1
    first = imputed.key._replace(category=methods[0], contrast=label)
    if math.isnan(statistics[first]["estimate"]):
        return f"{label} not estimable"
    said = []
    for method in methods[:1] if nobody else methods:
        row = statistics[imputed.key._replace(category=method, contrast=label)]
        estimate, low, high = (
            format_limit(row[name], decimals) for name in ("estimate", "lower", "upper")
        )
        said.append(f"{estimate} ({low} to {high})")
    only = " under MAR alone (no value of its arms is imputed from the control)" if nobody else ""
    return f"{label} {', '.join(said)}{only}"


def list_notes(imputed: Imputed, table: pd.DataFrame) -> tuple[str, ...]:
    """What is imputed by which rule, for whom, and how the intervals are read."""
    control = imputed.view.trial.arm(imputed.rows.control).label
    return join_notes(
        "Imputed is the mean that a repeated-measures model expects of the participant given the "
        "own observed values and baseline, never a draw; then analysis of covariance at the visit, "
        f"so that MAR is near to the model of {KEY_MODEL} and not equal to it. MAR: like the own "
        f"arm. J2R: like {control} from the first visit after leaving or stopping on, earlier "
        f"deviations from the own arm kept. CR: like {control} at all visits.",
        "By reference: participants without a value who left the study, or were not given a "
        f"planned dose (from the day on which it was due). In {control} they are imputed like "
        "their own arm, as is everybody else who has a baseline. A value whose planned day is "
        "after the cut-off, or whose window is open, is not missing, also of participants who left "
        "or died.",
        _note_left_out(imputed),
        _note_empty_arms(imputed),
        _note_deaths(imputed),
        _note_precision(imputed),
        "Standard errors by leaving out one participant at a time, imputation included. Degrees of "
        "freedom: observed values at the visit less coefficients; an imputed value is none.",
        note_model(imputed, table),
        state_direction(imputed.view, imputed.code),
    )


def note_model(imputed: Imputed, table: pd.DataFrame) -> str:
    """What the fits and the jackknife have to say, or why there are none."""
    if imputed.rows.reason:
        return f"Not estimable: {imputed.rows.reason}."
    parts = (part for text in table["note"] for part in str(text).split("; "))
    said = [part for part in dict.fromkeys(parts) if part and part != NOBODY]
    return f"Of the model: {'; '.join(said)}." if said else ""


def _note_left_out(imputed: Imputed) -> str:
    """Values that only MAR imputes from, and what that changes; empty without any."""
    said = describe_left_out(imputed.view, imputed.rows)
    if not said or not sum(count_by_reference(imputed.rows).values()):
        return ""
    after, own = imputed.rows.after_stop, imputed.rows.visit
    here = int((after[VISIT] == own).sum())
    compared = (
        f"In the comparison at {imputed.visit} the {here} of them at that visit stay as observed, "
        "by every method."
        if here
        else f"None of them is at {imputed.visit}, so none is in the comparison itself."
    )
    return (
        f"{said[0].upper()}{said[1:]}: the model of MAR is fitted with them, that of J2R and CR "
        "without them, since it describes what happens on treatment. So the means and the "
        "covariance differ, and with them the imputed mean of the others, although every method "
        f"imputes the others like their own arm. {compared}"
    )


def _note_empty_arms(imputed: Imputed) -> str:
    """Arms of which nothing is imputed by reference although something is in another one."""
    counts, seen = count_by_reference(imputed.rows), imputed.rows.count((OBSERVED,))
    labels = [
        arm.label
        for arm in imputed.view.arms
        if arm.code != imputed.rows.control and seen[arm.code] and not counts[arm.code]
    ]
    if not labels or not sum(counts.values()):
        return ""
    return (
        f"{', '.join(labels)}: {NOBODY}; J2R and CR move its difference only through the common "
        "model and say nothing about its robustness."
    )


def _note_deaths(imputed: Imputed) -> str:
    counts = imputed.rows.count((DIED,))
    if not sum(counts.values()):
        return ""
    read = "" if find_reason(imputed.view, RANKS) else f" Read E2 ({RANKS}) with it."
    return (
        "Died before: the value does not exist; E1 takes it as missing at random, so here it is "
        f"imputed like the own arm by every method.{read}"
    )


def _note_precision(imputed: Imputed) -> str:
    if not sum(count_by_reference(imputed.rows).values()):
        return ""
    return (
        "J2R and CR can have narrower intervals than MAR, since a value taken from the control "
        "adds little variation. That is no stronger evidence: an interval that lies off 0 under "
        "J2R or CR but not under MAR is no evidence of an effect."
    )
