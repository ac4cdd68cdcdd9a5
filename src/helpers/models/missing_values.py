"""Values of a score at a visit: observed, not due, or missing and why.

Source: ICH E9(R1), intercurrent events and missing data.
"""

import pandas as pd

from helpers.models.score_rows import (
    ARM,
    BASE,
    CHANGE,
    SUBJECT,
    VISIT,
    Selection,
    find_arms,
    read_changes,
)
from helpers.view import ClosedView

FATE, DEPARTED, NOT_DUE_FLAG = "FATE", "DEPARTED", "NOTDUE"
OBSERVED, NOT_DUE, NOT_IMPUTABLE = "OBSERVED", "NOT_DUE", "NOT_IMPUTABLE"
LEFT, STOPPED, DIED, SET_MISSING, OTHER = "LEFT", "STOPPED", "DIED", "SET_MISSING", "OTHER"
BY_REFERENCE = (LEFT, STOPPED)
IMPUTED = (*BY_REFERENCE, DIED, SET_MISSING, OTHER)
OPEN = ("NOT_DUE", "IN_WINDOW")  # STATUS of advisit
DAY = pd.Timedelta(days=1)


def build_fates(
    view: ClosedView, code: str, visits: tuple[str, ...], selection: Selection
) -> pd.DataFrame:
    """One row per participant of the population and visit, also where nothing is known.

    Returns
    -------
    USUBJID, ARM, AVISIT, CHG (NaN where not observed), BASE, FATE, and the flags DEPARTED (after
    the participant left or stopped dosing) and NOTDUE.
    """
    arms = find_arms(view, selection.population)
    values = read_changes(view, code, selection)
    every = read_changes(view, code, selection._replace(left_out_after=frozenset()))
    base = _read_baselines(view, code).reindex(arms.index)
    stop = find_stops(view).reindex(arms.index)
    parts = []
    for visit in visits:
        own = values[values[VISIT] == visit].set_index(SUBJECT)[CHANGE]
        known = every.loc[every[VISIT] == visit, SUBJECT]
        form = _read_form(view, code, visit).reindex(arms.index)
        frame = pd.DataFrame({ARM: arms, VISIT: visit, CHANGE: own.reindex(arms.index), BASE: base})
        dated = _read_dates(view, code, visit).reindex(arms.index)
        late = (dated > stop).where(frame[CHANGE].notna(), form["DUEDT"] > stop)
        fate = _name_fates(frame, form, late, known, view.cutoff)
        gone = fate.isin(BY_REFERENCE) | ((fate == OBSERVED) & late)
        parts.append(
            frame.assign(**{FATE: fate, DEPARTED: gone, NOT_DUE_FLAG: fate == NOT_DUE})
            .rename_axis(SUBJECT)
            .reset_index()
        )
    return pd.concat(parts, ignore_index=True)


def _name_fates(
    frame: pd.DataFrame,
    form: pd.DataFrame,
    late: pd.Series,
    known: pd.Series,
    cutoff: pd.Timestamp,
) -> pd.Series:
    """The last that holds: stopped dosing, left out by the estimand, left, died, ... observed."""
    status = form["STATUS"]
    fate = pd.Series(OTHER, index=frame.index, dtype=object)
    fate = fate.mask(late, STOPPED)
    fate = fate.mask(frame.index.isin(known), SET_MISSING)
    fate = fate.mask(status == "LEFT", LEFT).mask(status == "DEAD", DIED)
    fate = fate.mask(frame[BASE].isna(), NOT_IMPUTABLE)
    # of those who left or died too: their day has not come either
    fate = fate.mask(status.isin(OPEN) | (form["DUEDT"] > cutoff), NOT_DUE)
    return fate.mask(frame[CHANGE].notna(), OBSERVED)


def find_stops(view: ClosedView) -> pd.Series:
    """Day from which a participant gets no more of the planned doses, by USUBJID; NaT for others.

    A dose that is not given counts from the day on which it was due, as everywhere; one that the
    end of participation prevented, not before that end.
    """
    adsl = view["adsl"].set_index(SUBJECT)
    day = pd.Series(pd.NaT, index=adsl.index, dtype="datetime64[s]")
    if not view.has("adsl", "ANCHORDT"):
        return day
    doses = view.trial.doses
    for number in range(1, doses.planned + 1):
        status = adsl.get(f"D{number}STAT", pd.Series(index=adsl.index, dtype=object))
        due = adsl["ANCHORDT"] + (number - 1) * doses.target_interval * DAY
        ended = adsl.get("EOSDT", day)
        late = due.where(due >= ended, ended)
        missed = due.where(status == "CANCELLED", late.where(status == "LEFT"))
        day = day.fillna(missed)
    return day


def _read_baselines(view: ClosedView, code: str) -> pd.Series:
    rows = view["adeff"]
    own = rows[(rows["PARAMCD"] == code) & rows[BASE].notna()]
    return own.drop_duplicates(SUBJECT).set_index(SUBJECT)[BASE].astype("float64")


def _read_dates(view: ClosedView, code: str, visit: str) -> pd.Series:
    """Day of the value of a score at a visit by USUBJID."""
    rows = view["adeff"]
    if "ADT" not in rows:
        return pd.Series(dtype="datetime64[s]")
    own = rows[(rows["PARAMCD"] == code) & (rows[VISIT] == visit) & (rows["ANL01FL"] == "Y")]
    return own.set_index(SUBJECT)["ADT"]


def _read_form(view: ClosedView, code: str, visit: str) -> pd.DataFrame:
    """STATUS and DUEDT of the form of a score at a visit, by USUBJID."""
    rows = view["advisit"]
    own = rows[(rows["FORM"] == view.trial.scores[code].form) & (rows[VISIT] == visit)]
    due = own["DUEDT"] if "DUEDT" in own else pd.Series(pd.NaT, own.index, "datetime64[s]")
    return own[[SUBJECT, "STATUS"]].assign(DUEDT=due).set_index(SUBJECT)
