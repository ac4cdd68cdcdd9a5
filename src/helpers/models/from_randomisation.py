"""Changes of a score when the visits are counted from randomisation instead of the first dose.

Source: none; the visit windows of the trial counted from another day.
"""

import pandas as pd

from helpers.models.score_rows import (
    ARM,
    BASE,
    CHANGE,
    SUBJECT,
    VISIT,
    Selection,
    add_covariates,
    find_arms,
    follows,
)
from helpers.view import ClosedView


def read_changes_from_randomisation(
    view: ClosedView, code: str, selection: Selection
) -> pd.DataFrame:
    """One row per participant and visit after baseline with a change, as `read_changes`.

    A value belongs to the visit in whose analysis window its days since randomisation lie; of
    several the one nearest to the target counts, then the later. The baseline stays that of the
    main analysis, and what that analysis takes from a visit (values after a second dose) stays out.
    """
    adsl = view["adsl"].set_index(SUBJECT)
    rows, arms = view["adeff"], find_arms(view, selection.population)
    kept = (
        (rows["PARAMCD"] == code)
        & (rows[VISIT] != view.trial.baseline.code)
        & rows["AVAL"].notna()
        & rows[BASE].notna()
        & rows["ADT"].notna()
        & rows[SUBJECT].isin(arms.index)
        & ~_is_taken_out(view, rows)
    )
    if selection.left_out_after and "ICEREAS" in rows:
        kept &= ~follows(rows["ICEREAS"], selection.left_out_after)
    chosen = rows[kept.astype(bool)]
    days = (chosen["ADT"] - chosen[SUBJECT].map(adsl["RANDDT"])).dt.days.astype("float64")
    value, base = (chosen[name].astype("float64") for name in ("AVAL", BASE))
    visit, distance = _place(view, days)
    frame = pd.DataFrame(
        {
            SUBJECT: chosen[SUBJECT].astype(object),
            ARM: chosen[SUBJECT].map(arms).astype(object),
            VISIT: visit,
            "AVAL": value,
            CHANGE: value - base,
            BASE: base,
            "DISTANCE": distance,
            "DAYS": days,
        }
    ).dropna(subset=VISIT)
    nearest = frame.sort_values([SUBJECT, VISIT, "DISTANCE", "DAYS", "AVAL"], kind="stable")
    nearest = nearest.assign(LATER=-nearest["DAYS"]).sort_values(
        [SUBJECT, VISIT, "DISTANCE", "LATER"], kind="stable"
    )
    first = nearest.drop_duplicates([SUBJECT, VISIT]).reset_index(drop=True)
    return add_covariates(
        first.drop(columns=["DISTANCE", "DAYS", "LATER"]), view, selection.covariates
    )


def _place(view: ClosedView, days: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Visit in whose window each day lies, and its distance from the target."""
    visit = pd.Series(None, index=days.index, dtype=object)
    distance = pd.Series(float("nan"), index=days.index)
    for planned in view.trial.visits:
        low, high = planned.analysis
        inside = days.between(low, high)
        visit = visit.mask(inside, planned.code)
        distance = distance.mask(inside, (days - planned.target).abs())
    return visit, distance


def _is_taken_out(view: ClosedView, rows: pd.DataFrame) -> pd.Series:
    """Values in the window of a visit that the main analysis gives to no visit."""
    offset = rows["OFFSET"].astype("float64")
    inside = pd.Series(False, index=rows.index)
    for planned in view.trial.visits:
        inside |= offset.between(*planned.analysis)
    return inside & ~rows[VISIT].isin([visit.code for visit in view.trial.visits])
