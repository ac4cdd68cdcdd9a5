"""The information that a look has, as a share of that planned: by participants or by variance.

Source: Jennison and Turnbull, Group Sequential Methods (2000), chapter 3; Lan and DeMets,
Biometrika 1983;70:659.
"""

import math
from typing import NamedTuple

import pandas as pd

from helpers.models.planned_fit import cut_scores, fit_as_planned
from helpers.models.repeated_measures import adjust_family
from helpers.models.score_rows import SUBJECT, VISIT
from helpers.stats.estimates import NAN
from helpers.stats.sequential.information import (
    compute_contrast_information,
    compute_information_fraction,
)
from helpers.view import ArmView, ClosedView


class Information(NamedTuple):
    """What is known of the key change by a cut-off.

    Attributes
    ----------
    n : participants with the key change.
    t : share of the planned information; by participants it may exceed 1.
    variance : larger of the variances of the differences from the control; NaN where participants
        are counted, or where no difference can be estimated.
    """

    n: int
    t: float
    variance: float


def measure_information(
    view: ArmView, cutoff: pd.Timestamp | None = None, factor: float = 1.0
) -> Information:
    """Information now, or by an earlier cut-off, if the end has `factor` of the planned.

    By variance (`info_mode` stat) it is the variance planned for the end over that of the model,
    fitted to the scores dated by the cut-off: the larger of the differences that can be estimated,
    0 without one, and 1 at the most.

    Raises
    ------
    ValueError
        If the interim plans no number of participants.
    """
    total = view.interim.planned_info
    if total is None:
        raise ValueError("information is a share of what was planned, and nothing was")
    dates = find_key_dates(view)
    n = len(dates) if cutoff is None else int((dates <= cutoff).sum())
    if view.interim.info_mode == "count":
        return Information(n, compute_information_fraction(n, total * factor), NAN)
    variance = find_variance(view, cutoff)
    if math.isnan(variance):
        return Information(n, 0.0, NAN)
    planned = find_planned_variance(view)
    reached = compute_information_fraction(1 / variance, factor / planned)
    return Information(n, min(reached, 1.0), variance)


def find_planned_variance(view: ArmView) -> float:
    """Variance of a difference of two arms at the end, as planned.

    `planned_sd` squared times 1/n + 1/n, n being `planned_info` spread evenly over the arms.
    """
    interim = view.interim
    if interim.planned_sd is None or interim.planned_info is None:
        return NAN
    n = interim.planned_info / len(view.trial.arms)
    return 1 / compute_contrast_information(n, n, interim.planned_sd)


def find_variance(view: ArmView, cutoff: pd.Timestamp | None = None) -> float:
    """Larger of the variances of the key differences from the control, now or by a cut-off.

    NaN where none can be estimated: without a control, without a model, without dates of scores.
    """
    interim, control = view.interim, view.trial.control
    if interim.key_param is None or interim.key_visit is None or control is None:
        return NAN
    then = _go_back(view, cutoff)
    if then is None or not then.has("adeff"):
        return NAN
    model = fit_as_planned(then, interim.key_param)
    table = adjust_family(model, interim.key_visit, control, interim.family_level)
    errors = table["se"].dropna().astype("float64")
    known = errors[errors > 0]
    return float(known.max()) ** 2 if len(known) else NAN


def _go_back(view: ArmView, cutoff: pd.Timestamp | None) -> ArmView | None:
    if cutoff is None:
        return view
    return cut_scores(view, cutoff) if isinstance(view, ClosedView) else None


def find_key_dates(view: ArmView) -> pd.Series:
    """Date of the key value of every participant of the population with a key change."""
    interim, rows = view.interim, view["adeff"]
    kept = (
        (rows["PARAMCD"] == interim.key_param)
        & (rows[VISIT] == interim.key_visit)
        & (rows["ANL01FL"] == "Y")
        & rows["CHG"].notna()
        & rows[SUBJECT].isin(view.total(interim.population_efficacy).subjects)
    )
    chosen = rows[kept.astype(bool)]
    return chosen.set_index(SUBJECT)["ADT"] if "ADT" in chosen else _undated(chosen)


def _undated(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NaT, index=rows[SUBJECT], dtype="datetime64[s]")
