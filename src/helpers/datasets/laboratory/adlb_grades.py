"""Toxicity grades of laboratory values by a table of limits (CTCAE, numeric limits only).

Each line of the table says from where on one grade holds: TESTCD, WHEN, GRADE, SIDE (`above`,
`from`, `below`), BOUND, OF (ULN and LLN: limits of the range, BASE: the participant's baseline,
VALUE: the number itself). WHEN says in whom: ALWAYS, BASE_NORMAL, BASE_HIGH (baseline above the
upper limit), ANTICOAGULANT, NO_ANTICOAGULANT. A value has the highest grade whose line it meets.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.datasets.flags import flag
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.records import Records
from helpers.params.trial import Trial

# Unit conversion is not exact in binary: 9.9 g/dL is 99.00000000000001 g/L.
RELATIVE_TOLERANCE = 1e-9
MISSING_GRADE = "missing"
SEVERE = 3  # grade whose limit a value is set beside


def derive_grades(rows: pd.DataFrame, records: Records, trial: Trial) -> pd.DataFrame:
    """ATOXGR, BTOXGR, SHIFT (`0 to 2`, after baseline), ULNCAT and BULNCAT, ACOAGFL, GR3LIM.

    A value before treatment is graded against the limits of the range, one after it against the
    participant's own baseline where the table says so.
    """
    treated = flag_anticoagulated(rows, records, trial)
    grade = grade_values(rows, records.reference.grades, treated)
    category = classify_multiples(rows, trial)
    baseline = rows["ABLFL"] == "Y"
    keys = ["SUBJID", "PARAMCD"]
    before = rows.assign(ATOXGR=grade, ULNCAT=category)[baseline].set_index(keys)
    at_base = pd.MultiIndex.from_frame(rows[keys])
    base_grade = before["ATOXGR"].reindex(at_base).set_axis(rows.index)
    post = rows["POSTFL"] == "Y"
    shift = _word(base_grade) + " to " + _word(grade)
    return rows.assign(
        ATOXGR=grade,
        BTOXGR=base_grade,
        SHIFT=shift.where(post & grade.notna(), None),
        ULNCAT=category,
        BULNCAT=before["ULNCAT"].reindex(at_base).set_axis(rows.index),
        ACOAGFL=flag(treated),
        GR3LIM=find_limits(rows, records.reference.grades, treated, SEVERE),
    )


def grade_observed(rows: pd.DataFrame, records: Records) -> pd.Series:
    """Grade of OBSVAL, the value as observed: an impossible value has one too.

    `rows` have been through `derive_grades`.
    """
    observed = rows.assign(AVAL=rows["OBSVAL"])
    return grade_values(observed, records.reference.grades, rows["ACOAGFL"] == "Y")


def grade_values(rows: pd.DataFrame, grades: pd.DataFrame, treated: pd.Series) -> pd.Series:
    """Grade of every value, Int64; empty for a test without a table, value or limit.

    Parameters
    ----------
    rows : PARAMCD, AVAL, ANRLO, ANRHI, BASE, POSTFL.
    grades : lines of the table, as text.
    treated : whether the participant was on an anticoagulant that day.
    """
    value = _floats(rows["AVAL"])
    grade = np.zeros(len(rows), dtype=np.int64)
    known = np.zeros(len(rows), dtype=bool)
    for limit in _list_limits(rows, grades, treated):
        at, bound = limit.at, limit.bound
        hit = at[_meets(value[at], bound, limit.side)]
        grade[hit] = np.maximum(grade[hit], limit.grade)
        known[at] |= ~np.isnan(bound) & ~np.isnan(value[at])
    return pd.Series(grade, index=rows.index).astype("Int64").where(known)


def find_limits(
    rows: pd.DataFrame, grades: pd.DataFrame, treated: pd.Series, grade: int
) -> pd.Series:
    """Value beyond which each row has a grade, Float64; of several lines the first that is met."""
    found = np.full(len(rows), np.nan)
    for limit in _list_limits(rows, grades, treated):
        if limit.grade == grade:
            nearest = np.fmax if limit.side == "below" else np.fmin
            found[limit.at] = nearest(found[limit.at], limit.bound)
    return pd.Series(found, index=rows.index).astype("Float64")


class _Limit(NamedTuple):
    """A line of the table: its grade and side, the rows where it holds, and its bound in each."""

    grade: int
    side: str
    at: NDArray[np.intp]
    bound: NDArray[np.float64]


def _list_limits(rows: pd.DataFrame, grades: pd.DataFrame, treated: pd.Series) -> Iterator[_Limit]:
    """The lines of the table in the rows of their tests."""
    post = (rows["POSTFL"] == "Y").to_numpy()
    upper = _floats(rows["ANRHI"])
    base = np.where(post, _floats(rows["BASE"]), np.nan)
    bounds = {
        "ULN": upper,
        "LLN": _floats(rows["ANRLO"]),
        "BASE": base,
        "VALUE": np.ones(len(rows)),
    }
    applies = _find_conditions(base, upper, treated.to_numpy(dtype=bool))
    places = rows.groupby("PARAMCD", sort=True).indices
    for line in grades.itertuples():
        test = places.get(line.TESTCD, np.empty(0, dtype=np.intp))
        at = test[applies[str(line.WHEN)][test]]
        bound = float(str(line.BOUND)) * bounds[str(line.OF)][at]
        yield _Limit(int(str(line.GRADE)), str(line.SIDE), at, bound)


def _find_conditions(
    base: NDArray[np.float64], upper: NDArray[np.float64], treated: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """In which rows each word of the column WHEN holds; an unknown baseline counts as normal."""
    high_base = _exceeds(base, upper)
    on_drug = treated & ~np.isnan(base)
    return {
        "ALWAYS": np.ones(len(base), dtype=bool),
        "BASE_NORMAL": ~high_base,
        "BASE_HIGH": high_base,
        "ANTICOAGULANT": on_drug,
        "NO_ANTICOAGULANT": ~on_drug,
    }


def _meets(value: NDArray[np.float64], bound: NDArray[np.float64], side: str) -> NDArray[np.bool_]:
    if side == "above":
        return _exceeds(value, bound)
    if side == "below":
        return _exceeds(bound, value)
    return ~_exceeds(bound, value) & ~np.isnan(bound) & ~np.isnan(value)


def _exceeds(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether `a` is above `b` by more than rounding; False where either is unknown."""
    above: NDArray[np.bool_] = (a - b) > RELATIVE_TOLERANCE * np.abs(b)
    return above


def _floats(values: pd.Series) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def classify_multiples(rows: pd.DataFrame, trial: Trial) -> pd.Series:
    """Class of the upper limit's multiple (`<=1`, `>1-3`, ... `>10`) of tests without a grade."""
    edges = trial.laboratory.multiples
    labels = [f"<={edges[0]:g}", *(f">{a:g}-{b:g}" for a, b in pairwise(edges))]
    labels.append(f">{edges[-1]:g}")
    multiple = _floats(rows["XULN"])
    place = sum(_exceeds(multiple, np.full(len(rows), edge)).astype(int) for edge in edges)
    words = np.array(labels, dtype=object)[np.asarray(place, dtype=int) + np.zeros(len(rows), int)]
    known = rows["PARAMCD"].isin(trial.laboratory.by_multiple) & ~np.isnan(multiple)
    return pd.Series(words, index=rows.index, dtype=object).where(known, None)


def flag_anticoagulated(rows: pd.DataFrame, records: Records, trial: Trial) -> pd.Series:
    """Whether a drug whose name or class has one of the declared words was running that day.

    An unknown start was before the study; a drug without an end goes on.
    """
    running = pd.Series(False, index=rows.index)
    words = "|".join(trial.laboratory.anticoagulant_words)
    if not words:
        return running
    cm = records["cm"]
    named = pd.Series(False, index=cm.index)
    for column in {"CMTRT", "CMDECOD", "CMCLAS"} & set(cm):
        hit = cm[column].astype("string").str.contains(words, case=False)
        named |= hit.fillna(False).astype(bool)
    drugs = cm[named]
    spans = pd.DataFrame(
        {
            "SUBJID": drugs["SUBJID"],
            "FIRST": earliest_date(drugs["CMSTDTC"]),
            "LAST": latest_date(drugs["CMENDTC"]),
        }
    )
    pairs = rows[["SUBJID", "ADT"]].assign(ROW=rows.index).merge(spans, on="SUBJID")
    inside = ~(pairs["FIRST"] > pairs["ADT"]) & ~(pairs["LAST"] < pairs["ADT"])
    running.loc[pairs.loc[inside & pairs["ADT"].notna(), "ROW"].unique()] = True
    return running


def _word(grade: pd.Series) -> pd.Series:
    return grade.astype("string").fillna(MISSING_GRADE).astype(object)
