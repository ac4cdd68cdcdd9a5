"""Can a measured value be: improbable ones are used and queried, impossible ones are not used.

The limits are those of the limit table: improbable outside PHYSLOW to PHYSHIGH, impossible outside
IMPLOW to IMPHIGH. People in shock are improbable, never impossible: what may be an emergency must
reach whoever watches for it.
"""

import numpy as np
import pandas as pd

from helpers.checks.units import find_limits
from helpers.intake.records import Reference
from helpers.intake.schema import SUBJECT

IMPROBABLE, IMPOSSIBLE = "IMPROBABLE", "IMPOSSIBLE"
SYSTOLIC, DIASTOLIC = "SYSBP", "DIABP"
MOMENT = (SUBJECT, "VISIT", "DOSENUM", "VSTPT", "VSDTC")


def classify_laboratory(lb: pd.DataFrame, reference: Reference, sex: pd.Series) -> pd.Series:
    """IMPROBABLE, IMPOSSIBLE or null per row.

    Parameters
    ----------
    lb : LBTESTCD and `value` in the standard unit (of `convert_laboratory`).
    sex : of the participant, per row; null where unknown.
    """
    return classify_values(lb["value"], lb["LBTESTCD"], reference, sex)


def classify_vitals(vs: pd.DataFrame, reference: Reference) -> pd.Series:
    """IMPROBABLE, IMPOSSIBLE or null per row; pressures of one moment are compared as well.

    A diastolic value above the systolic one is impossible, an equal one improbable. The mark is on
    the diastolic value: a low systolic one may be the emergency.

    Parameters
    ----------
    vs : MOMENT, VSTESTCD and `value` in the standard unit (of `convert_vitals`).
    """
    alone = classify_values(vs["value"], vs["VSTESTCD"], reference)
    systolic = _find_systolic(vs)
    level = alone.mask(vs["value"].eq(systolic) & alone.isna(), IMPROBABLE)
    return level.mask(vs["value"] > systolic, IMPOSSIBLE)


def classify_values(
    values: pd.Series, tests: pd.Series, reference: Reference, sex: pd.Series | None = None
) -> pd.Series:
    """IMPROBABLE, IMPOSSIBLE or null per value in the standard unit of its test."""
    level = pd.Series(None, index=values.index, dtype=object)
    for word, low, high in (
        (IMPROBABLE, "PHYSLOW", "PHYSHIGH"),
        (IMPOSSIBLE, "IMPLOW", "IMPHIGH"),
    ):
        limits = find_limits(reference, tests, low, high, sex)
        level = level.mask((values < limits["low"]) | (values > limits["high"]), word)
    return level


def describe_values(
    numbers: pd.Series, units: pd.Series, signs: pd.Series | None = None
) -> list[str]:
    """Sign, number and unit of each value as recorded: `<5 mg/L`."""
    before = [""] * len(numbers) if signs is None else list(signs)
    return [
        f"{sign}{number:.12g}{'' if pd.isna(unit) else f' {unit}'}"
        for sign, number, unit in zip(before, numbers.astype("float64"), units, strict=True)
    ]


def _find_systolic(vs: pd.DataFrame) -> pd.Series:
    """Systolic value of the moment of each diastolic row, NaN elsewhere."""
    keys = [name for name in MOMENT if name in vs]
    systolic = vs[vs["VSTESTCD"] == SYSTOLIC].drop_duplicates(keys)
    diastolic = vs.loc[vs["VSTESTCD"] == DIASTOLIC, keys]
    pairs = diastolic.merge(systolic[[*keys, "value"]], how="left", on=keys)
    found = pd.Series(np.nan, index=vs.index, dtype="float64")
    found.loc[diastolic.index] = pairs["value"].to_numpy(dtype="float64")
    return found
