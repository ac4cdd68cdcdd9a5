"""Are laboratory values possible, in known units and limits that make sense (C33 to C35)."""

import numpy as np
import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.plausibility import (
    IMPOSSIBLE,
    IMPROBABLE,
    classify_laboratory,
    describe_values,
)
from helpers.checks.report import gather, report_rows
from helpers.intake.groups import number_groups
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_SHARE_ALIKE = 0.75
_ALIKE = 2.0


def find_impossible_laboratory(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C33: no number, unknown unit (neither gives a value), or outside the limits of the possible.

    An impossible value stays in the data with its mark, out of means, shifts and boxes.
    """
    lb = _measured(context)
    wordless = lb["number"].isna()
    found = []
    for hits, says in (
        (wordless, "the result is no number, <number or >number; no value"),
        (~wordless & ~lb["unit_known"], "the unit is not in the unit table; no value"),
    ):
        texts = [f"{says}, the record is kept{said}" for said in _quote(lb[hits], context)]
        found.append(report_rows(lb[hits], "lb", "C33", "E", texts, "LBORRES"))
    impossible = lb[lb["plausibility"] == IMPOSSIBLE]
    says = "is impossible; kept and marked, not in summaries"
    texts = [f"{value} {says}" for value in _describe(impossible)]
    return gather(*found, report_rows(impossible, "lb", "C33", "E", texts, "LBORRES"))


def find_improbable_laboratory(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C33b: possible, but outside the limits of the probable; used."""
    lb = _measured(context)
    rows = lb[lb["plausibility"] == IMPROBABLE]
    texts = [f"{value} is improbable; used, please confirm" for value in _describe(rows)]
    return report_rows(rows, "lb", "C33b", "W", texts, "LBORRES")


def _measured(context: CheckContext) -> pd.DataFrame:
    """Laboratory rows with a result, and whether it can be."""
    lb = context.laboratory
    lb = lb[lb["LBORRES"].notna()]
    sex = spread(context.fact("dm", "SEX"), lb[SUBJECT])
    return lb.assign(plausibility=classify_laboratory(lb, context.reference, sex))


def _describe(lb: pd.DataFrame) -> list[str]:
    return describe_values(lb["number"], lb["LBORRESU"], lb["sign"])


def _quote(lb: pd.DataFrame, context: CheckContext) -> list[str]:
    """What was written, where the site's own words may be repeated."""
    if not context.quotes:
        return [""] * len(lb)
    pairs = zip(lb["LBORRES"], lb["LBORRESU"].fillna(""), strict=True)
    return [f": {' '.join([*map(str, pair)]).strip()[:60]!r}" for pair in pairs]


def find_unit_slip(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C34: a value that differs from the participant's others by a factor of unit conversions.

    Only where at least three quarters of the others lie within a factor of two of their median,
    so that a wandering marker is not taken for a slip.
    """
    checks = trial.checks
    lb = context.laboratory
    rows = lb[(lb["sign"] == "") & (lb["value"] > 0)]
    groups = number_groups(rows, (SUBJECT, "LBSPEC", "LBTESTCD"))
    logs = np.log(rows["value"].to_numpy())
    middle = pd.Series(logs).groupby(groups).transform("median").to_numpy()
    # Candidates first: next to the median of all values only a slip lies this far away.
    least = np.log(min(checks.unit_slips, default=np.inf) / checks.unit_slip_factor / _ALIKE)
    suspects = np.flatnonzero(np.abs(logs - middle) > least)
    members = pd.Series(np.arange(len(rows))).groupby(groups).indices
    slips = [
        place
        for place in suspects
        if _is_slip(logs[place], logs[np.setdiff1d(members[groups[place]], place)], trial)
    ]
    text = "differs from the participant's other values by a factor that fits a wrong unit"
    return report_rows(rows.iloc[slips], "lb", "C34", "W", text, "LBORRES")


def _is_slip(log: float, others: np.ndarray, trial: Trial) -> bool:
    checks = trial.checks
    if len(others) < checks.unit_slip_others:
        return False
    middle = np.median(others)
    if np.mean(np.abs(others - middle) <= np.log(_ALIKE)) < _SHARE_ALIKE:
        return False
    distance = abs(abs(log - middle) - np.log(np.asarray(checks.unit_slips)))
    return bool((distance <= np.log(checks.unit_slip_factor)).any())


def find_inconsistent_limits(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C35: lower limit not below the upper one."""
    lb = context["lb"]
    odd = (lb["LBORNRLO"] >= lb["LBORNRHI"]).fillna(False).astype(bool)
    text = "lower limit of the laboratory is not below its upper limit"
    return report_rows(lb[odd], "lb", "C35", "E", text, "LBORNRLO")
