"""Improvement of a score against the dose given before it, within the arms that get the product.

Source: ICH E4, dose-response information; linear regression within arms.
"""

from typing import NamedTuple

import pandas as pd

from helpers.models.score_rows import ARM, BASE, SUBJECT, VISIT, Selection, find_arms
from helpers.stats.linear.slope import Slope, estimate_slope
from helpers.view import ClosedView

DOSE, DOSES, IMPROVEMENT = "DOSE", "DOSES", "IMPRV"


class DoseRows(NamedTuple):
    """Participants of the active arms with a change at a visit.

    Attributes
    ----------
    frame : USUBJID, ARM (as randomised), BASE, IMPRV, DOSE (cumulative, by body weight, of the
        doses begun on a day before that of the value; 0 without any), DOSES (how many).
    unknown : participants left out, since a dose before the value has no amount by weight.
    """

    frame: pd.DataFrame
    unknown: int


def read_dose_rows(view: ClosedView, code: str, visit: str, selection: Selection) -> DoseRows:
    """Improvement at a visit beside the dose given before it."""
    active = {arm.code for arm in view.trial.active_arms}
    arms = find_arms(view, selection.population)
    rows = view["adeff"]
    kept = (
        (rows["PARAMCD"] == code)
        & (rows[VISIT] == visit)
        & (rows["ANL01FL"] == "Y")
        & rows[IMPROVEMENT].notna()
        & rows["ADT"].notna()
        & rows[SUBJECT].map(arms).isin(active)
    )
    chosen = rows[kept.astype(bool)]
    frame = pd.DataFrame(
        {
            SUBJECT: chosen[SUBJECT].astype(object),
            ARM: chosen[SUBJECT].map(arms).astype(object),
            BASE: chosen[BASE].astype("float64"),
            IMPROVEMENT: chosen[IMPROVEMENT].astype("float64"),
        }
    ).reset_index(drop=True)
    days = pd.Series(chosen["ADT"].to_numpy(), index=chosen[SUBJECT])
    frame = frame.join(add_doses(view, days), on=SUBJECT)
    known = frame[DOSE].notna()
    return DoseRows(frame[known], int((~known).sum()))


def add_doses(view: ClosedView, days: pd.Series) -> pd.DataFrame:
    """DOSE and DOSES of every participant of `days` (day by USUBJID), given before that day.

    DOSE is missing where one of them has no amount or no day.
    """
    doses = view.flagged("adex", "GIVENFL")
    started = doses["ASTDTM"].dt.normalize()
    before = doses[SUBJECT].map(days)
    counted = before.notna() & ~(started >= before)  # one without a day may have been before
    amounts = doses["CELLKG"].astype("float64").where(started.notna())[counted]
    by_person = amounts.groupby(doses.loc[counted, SUBJECT])
    found = pd.DataFrame(
        {DOSE: by_person.agg(lambda own: own.sum(skipna=False)), DOSES: by_person.size()}
    )
    return found.reindex(days.index.union(found.index)).where(lambda rows: rows[DOSES].notna(), 0.0)


def fit_dose_response(rows: DoseRows, arm: str, level: float) -> Slope:
    """Improvement = intercept + slope x dose + coefficient x baseline, in one arm."""
    own = rows.frame[rows.frame[ARM] == arm]
    return estimate_slope(own[IMPROVEMENT], own[DOSE], own[BASE], level=level)
