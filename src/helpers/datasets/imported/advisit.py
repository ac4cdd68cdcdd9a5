"""advisit from scores: which planned forms were received by the cut-off."""

from collections import Counter
from itertools import product

import pandas as pd

from helpers.datasets.flags import flag, yes_no
from helpers.datasets.imported.adeff import UNSCHEDULED, map_visits
from helpers.datasets.imported.adsl import persons_of
from helpers.datasets.imported.record_days import derive_record_days, is_later
from helpers.datasets.imported.tables import PERSON, GivenTables, keep_rows
from helpers.params.trial import Trial

DAY = pd.Timedelta(days=1)
COLUMNS = ("USUBJID", "FORM", "AVISIT", "AVISITN", "DUEDT", "WINLO", "WINHI", "ADT", "STATUS",
           "REASON", "RECEIVED", "USABLEFL")  # fmt: skip


def build_given_advisit(
    tables: GivenTables, adsl: pd.DataFrame, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """One row per randomised participant, planned visit and form: received, missed, not due, left.

    A visit is due at its target after the anchor; without windows in the parameters it is missed
    only once the next planned visit is due, since the sponsor's windows are not known here.
    """
    received = _list_received(tables, adsl, trial, cutoff)
    persons = adsl[adsl["ITTFL"] == "Y"]
    windows = _list_windows(trial)
    rows = [
        {PERSON: person, "FORM": form, "AVISIT": visit, "AVISITN": n}
        for person in persons[PERSON]
        for form, (n, visit) in product(trial.forms, enumerate(trial.visit_codes))
        if visit in trial.forms[form].visits
    ]
    grid = pd.DataFrame(rows, columns=[PERSON, "FORM", "AVISIT", "AVISITN"])
    grid = grid.join(
        persons_of(persons, ("TRT01P", "ANCHORDT", "DTHDT", "EOSSTT", "EOSDT")), on=PERSON
    )
    for name, place in (("DUEDT", 0), ("WINLO", 1), ("WINHI", 2)):
        days = grid["AVISIT"].map({visit: days[place] for visit, days in windows.items()})
        grid[name] = (grid["ANCHORDT"] + pd.to_timedelta(days, unit="D")).astype("datetime64[s]")
    grid = grid.merge(received, on=[PERSON, "FORM", "AVISIT"], how="left")
    grid = grid.assign(AVISITN=grid["AVISITN"].astype("Int64"), STATUS=_status(grid, cutoff))
    done = grid["STATUS"] == "RECEIVED"
    grid = grid.assign(
        RECEIVED=flag(done), REASON=None, USABLEFL=_derive_usable(grid, trial).where(done, None)
    )
    known = _knows_values(tables, trial)
    kept = [name for name in (*COLUMNS, "TRT01P") if name in grid and (known or name != "USABLEFL")]
    return grid[kept].sort_values([PERSON, "AVISITN", "FORM"], kind="stable").reset_index(drop=True)


def _derive_usable(grid: pd.DataFrame, trial: Trial) -> pd.Series:
    """USABLEFL: Y where every score of the form has a value at the visit, else N."""
    wanted = Counter(score.form for score in trial.scores.values())
    return yes_no(grid["VALUES"].fillna(0) >= grid["FORM"].map(wanted).fillna(0))


def _knows_values(tables: GivenTables, trial: Trial) -> bool:
    """Whether the values of the scores may be read, not only that there are some."""
    given = trial.given.scores.values() if trial.given else ()
    return all(tables.has(rows.dataset, "AVAL") for rows in given)


def _list_windows(trial: Trial) -> dict[str, tuple[int, int, int]]:
    """Due day and window of each visit, in days after the anchor."""
    targets = [0, *(visit.target for visit in trial.visits)]
    windows = {trial.baseline.code: (0, -trial.baseline.days_before, 0)}
    for i, visit in enumerate(trial.visits, start=1):
        low, high = visit.protocol
        if low == high == 0:
            following = (
                targets[i + 1] if i + 1 < len(targets) else 2 * visit.target - targets[i - 1]
            )
            low, high = visit.target, following - 1
        windows[visit.code] = (visit.target, low, high)
    return windows


def _list_received(
    tables: GivenTables, adsl: pd.DataFrame, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Forms by visit: earliest day (null where none is known), number of scores with a value."""
    keys = [PERSON, "FORM", "AVISIT"]
    parts = [pd.DataFrame(columns=[*keys, "ADT", "SCORE"])]
    given = trial.given
    for code, score in trial.scores.items():
        rows = given.scores.get(code) if given else None
        if given is None or rows is None or not tables.has(rows.dataset, "AVISIT"):
            continue
        found = keep_rows(tables.tables[rows.dataset], rows.where)
        days = derive_record_days(found, adsl)
        found = found.assign(ADT=days)[~is_later(found, days, cutoff)]
        observed = found["DTYPE"].isna() if "DTYPE" in found else pd.Series(True, found.index)
        visits = map_visits(found, trial)
        kept = found[observed & (visits != UNSCHEDULED)]
        valued = kept["AVAL"].notna() if "AVAL" in kept else pd.Series(False, kept.index)
        rows_kept = kept.assign(AVISIT=visits, FORM=score.form, SCORE=valued.map({True: code}))
        parts.append(rows_kept[[*keys, "ADT", "SCORE"]])
    answers = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    received = answers.groupby(keys, as_index=False).agg(
        ADT=("ADT", "min"), VALUES=("SCORE", "nunique")
    )
    return received.assign(ADT=received["ADT"].astype("datetime64[s]"), ANSWERED=True)


def _status(grid: pd.DataFrame, cutoff: pd.Timestamp) -> pd.Series:
    status = pd.Series("MISSED", index=grid.index, dtype=object)
    status = status.mask(cutoff <= grid["WINHI"], "IN_WINDOW").mask(
        cutoff < grid["WINLO"], "NOT_DUE"
    )
    left = (grid["EOSSTT"] == "DISCONTINUED") & (grid["EOSDT"] < grid["WINHI"])
    status = status.mask(left, "LEFT").mask(grid["DTHDT"] < grid["WINHI"], "DEAD")
    return status.mask(grid["ANSWERED"].notna(), "RECEIVED")
