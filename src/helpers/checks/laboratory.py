"""Are laboratory values possible, in known units and limits that make sense (C33 to C35)."""

import numpy as np
import pandas as pd

from helpers.checks.evidence import Evidence, spread
from helpers.checks.report import gather, report_rows
from helpers.checks.units import possible_range
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_SHARE_ALIKE = 0.75
_ALIKE = 2.0


def find_impossible_laboratory(evidence: Evidence, trial: Trial) -> pd.DataFrame:
    """C33: no number, unknown unit, or outside the physical limits; not used."""
    lb = evidence.laboratory
    lb = lb[lb["LBORRES"].notna()]
    sex = spread(evidence.fact("dm", "SEX"), lb[SUBJECT])
    limits = possible_range(evidence.reference, lb["LBTESTCD"], sex)
    outside = (lb["value"] < limits["low"]) | (lb["value"] > limits["high"])
    wordless = lb["number"].isna()
    raw = lb["LBORRES"].map(lambda text: repr(str(text)[:40]))
    unit = lb["LBORRESU"].map(lambda text: f" {str(text)[:20]}", na_action="ignore").fillna("")
    found = []
    for hits, says in (
        (wordless, "is no number, <number or >number"),
        (~wordless & ~lb["unit_known"], "has a unit that is not in the unit table"),
        (outside, "is physically impossible"),
    ):
        texts = list(raw[hits] + unit[hits] + f" {says}; not used")
        found.append(report_rows(lb[hits], "lb", "C33", "E", texts, "LBORRES"))
    return gather(*found)


def find_unit_slip(evidence: Evidence, trial: Trial) -> pd.DataFrame:
    """C34: a value that differs from the person's others by a factor of unit conversions.

    Only where at least three quarters of the others lie within a factor of two of their median,
    so that a wandering marker is not taken for a slip.
    """
    checks = trial.checks
    lb = evidence.laboratory
    rows = lb[(lb["sign"] == "") & (lb["value"] > 0)]
    groups = number_groups(rows)
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
    text = "differs from the person's other values by a factor that fits a wrong unit"
    return report_rows(rows.iloc[slips], "lb", "C34", "W", text, "LBORRES")


def number_groups(rows: pd.DataFrame) -> np.ndarray:
    """Number of the person and test that each row belongs to."""
    keys = rows[[SUBJECT, "LBSPEC", "LBTESTCD"]]
    return np.asarray(keys.groupby(list(keys.columns), dropna=False, sort=False).ngroup())


def _is_slip(log: float, others: np.ndarray, trial: Trial) -> bool:
    checks = trial.checks
    if len(others) < checks.unit_slip_others:
        return False
    middle = np.median(others)
    if np.mean(np.abs(others - middle) <= np.log(_ALIKE)) < _SHARE_ALIKE:
        return False
    distance = abs(abs(log - middle) - np.log(np.asarray(checks.unit_slips)))
    return bool((distance <= np.log(checks.unit_slip_factor)).any())


def find_odd_limits(evidence: Evidence, trial: Trial) -> pd.DataFrame:
    """C35: lower limit not below the upper one."""
    lb = evidence["lb"]
    odd = (lb["LBORNRLO"] >= lb["LBORNRHI"]).fillna(False).astype(bool)
    text = "lower limit of the laboratory is not below its upper limit"
    return report_rows(lb[odd], "lb", "C35", "E", text, "LBORNRLO")
