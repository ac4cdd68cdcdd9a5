"""advisit: one row per randomised participant, planned visit and form, with its status."""

import pandas as pd

from helpers.datasets.assessments.adqs_forms import NOT_DONE, build_forms
from helpers.datasets.assessments.form_scores import derive_usable
from helpers.datasets.flags import flag, yes_no
from helpers.datasets.visits.windows import choose_rows
from helpers.intake.records import Records
from helpers.params.trial import Trial

DAY = pd.Timedelta(days=1)
RECEIVED, MISSED, IN_WINDOW = "RECEIVED", "MISSED", "IN_WINDOW"
NOT_DUE, DEAD, LEFT = "NOT_DUE", "DEAD", "LEFT"
STATUSES = (RECEIVED, MISSED, IN_WINDOW, NOT_DUE, DEAD, LEFT)
KEYS = ["SUBJID", "AVISIT", "FORM"]


def build_advisit(
    records: Records, adsl: pd.DataFrame, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Status of every form that is due at a planned visit of a randomised participant.

    Returns
    -------
    USUBJID, SUBJID, TRT01P (where known), FORM, AVISIT, AVISITN, DUEDT, WINLO, WINHI (protocol
    window), ADT (of the form used), STATUS, REASON (of MISSED, as recorded), RECEIVED (Y or empty),
    AFTERD2, EVALBL, EVALMETH. Of a received form, Y or N: WINFL (dated in the protocol window) and
    USABLEFL (every score of the form can be computed; only where its items may be read); empty
    where no form was received.
    """
    grid = build_grid(adsl, trial)
    forms = derive_usable(build_forms(records, adsl, trial), records, trial)
    forms = forms[forms["RECEIVED"]].reset_index(drop=True)
    forms = forms[choose_rows(forms, forms["USABLE"], trial, ["FORM"]) == "Y"]
    facts = ["ADT", "AFTERD2", "EVALBL", "EVALMETH", "USABLE"]
    grid = grid.merge(forms[[*KEYS, *facts]], on=KEYS, how="left", validate="1:1")
    grid = grid.merge(find_missed_visits(records), on=["SUBJID", "AVISIT"], how="left")
    status = derive_status(grid, adsl, cutoff)
    reason = grid["REASON"].where(grid["REASON"].notna(), _form_reasons(grid, records))
    inside = (grid["ADT"] >= grid["WINLO"]) & (grid["ADT"] <= grid["WINHI"])
    received = grid["ADT"].notna()
    grid = grid.assign(
        STATUS=status,
        REASON=reason.where((status == MISSED) & reason.notna(), None),
        RECEIVED=flag(status == RECEIVED),
        WINFL=yes_no(inside).where(received, None),
        USABLEFL=yes_no(grid["USABLE"].eq(True)).where(received, None),
    ).drop(columns=["NOTDONE", "USABLE"])
    return grid if records.has("qs", "QSORRES") else grid.drop(columns="USABLEFL")


def build_grid(adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Randomised participants x planned visits x forms due there, with due date and window."""
    names = [name for name in ("USUBJID", "SUBJID", "TRT01P", "ANCHORDT") if name in adsl]
    persons = adsl.loc[adsl["ITTFL"] == "Y", names]
    order = {code: place for place, code in enumerate(trial.visit_codes)}
    due = pd.DataFrame(
        [
            (form, visit, order[visit], *window)
            for visit, window in _windows(trial).items()
            for form, declared in trial.forms.items()
            if visit in declared.visits
        ],
        columns=["FORM", "AVISIT", "AVISITN", "TARGET", "LOW", "HIGH"],
    )
    grid = persons.merge(due, how="cross")
    for name, days in (("DUEDT", "TARGET"), ("WINLO", "LOW"), ("WINHI", "HIGH")):
        shift = pd.to_timedelta(grid[days], unit="D")
        grid[name] = (grid["ANCHORDT"] + shift).astype("datetime64[s]")
    grid = grid.drop(columns=["ANCHORDT", "TARGET", "LOW", "HIGH"])
    return grid.assign(AVISITN=grid["AVISITN"].astype("Int64"))


def _windows(trial: Trial) -> dict[str, tuple[int, int, int]]:
    """Target and protocol window of each planned visit, in days after the anchor."""
    windows = {trial.baseline.code: (0, -trial.baseline.days_before, 0)}
    return windows | {visit.code: (visit.target, *visit.protocol) for visit in trial.visits}


def derive_status(grid: pd.DataFrame, adsl: pd.DataFrame, cutoff: pd.Timestamp) -> pd.Series:
    """STATUS by the first rule that holds: received, dead, left, not done, not yet, overdue.

    A form that somebody who completed the study did not hand in is missed at once.
    """
    persons = adsl.set_index("SUBJID")
    completed = (persons["EOSSTT"] == "COMPLETED").reindex(grid["SUBJID"]).set_axis(grid.index)
    died, left = (
        day.reindex(grid["SUBJID"]).set_axis(grid.index) for day in find_last_days(persons)
    )
    status = pd.Series(MISSED, index=grid.index, dtype=object)
    status = status.mask(cutoff <= grid["WINHI"], IN_WINDOW).mask(cutoff < grid["WINLO"], NOT_DUE)
    status = status.mask(grid["NOTDONE"].notna() | completed, MISSED)
    status = status.mask(left < grid["WINHI"], LEFT).mask(died < grid["WINHI"], DEAD)
    return status.mask(grid["ADT"].notna(), RECEIVED)


def find_last_days(persons: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Day of death, and day of leaving the study before its end.

    Where the death has no usable date, the record that ends the study for it has one.
    """
    stopped = persons["EOSDT"].where(persons["EOSSTT"] == "DISCONTINUED")
    death = persons["DTHDT"].fillna(stopped.where(persons["EOSREAS"] == "DEATH"))
    return death, stopped


def find_missed_visits(records: Records) -> pd.DataFrame:
    """Visits that the site says were not done and were not made up for: SUBJID, AVISIT, REASON."""
    sv = records["sv"]
    done = sv[sv["SVSTAT"] == "DONE"]
    missed = sv[sv["SVSTAT"] == NOT_DONE].merge(
        done[["SUBJID", "VISIT"]].drop_duplicates().assign(DONE=True),
        on=["SUBJID", "VISIT"],
        how="left",
    )
    missed = missed[missed["DONE"].isna()].drop_duplicates(["SUBJID", "VISIT"], keep="last")
    reason = missed.get("SVREASND")
    return pd.DataFrame(
        {
            "SUBJID": missed["SUBJID"],
            "AVISIT": missed["VISIT"],
            "REASON": pd.Series(reason, index=missed.index, dtype=object),
            "NOTDONE": pd.Series(True, index=missed.index, dtype=object),
        }
    )


def _form_reasons(grid: pd.DataFrame, records: Records) -> pd.Series:
    """What the site wrote on a form that was not done at a visit that was."""
    qs = records["qs"]
    if "QSREASND" not in qs:
        return pd.Series(None, index=grid.index, dtype=object)
    said = qs[(qs["QSSTAT"] == NOT_DONE) & qs["QSREASND"].notna()]
    said = said.drop_duplicates(["SUBJID", "VISIT", "QSCAT"]).rename(
        columns={"VISIT": "AVISIT", "QSCAT": "FORM"}
    )
    found = grid[KEYS].merge(said[[*KEYS, "QSREASND"]], on=KEYS, how="left")["QSREASND"]
    return found.set_axis(grid.index)
