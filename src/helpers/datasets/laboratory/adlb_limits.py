"""Limits of the normal range: those of the laboratory that measured, else those of the table."""

import pandas as pd

from helpers.checks.units import find_factors, find_limits
from helpers.datasets.subjects.merge import take_subject_variable
from helpers.intake.records import Reference


def derive_limits(rows: pd.DataFrame, adsl: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """AVALU, ANRLO, ANRHI (standard unit), ANRIND (LOW, NORMAL, HIGH) and XULN (AVAL / ANRHI).

    Parameters
    ----------
    rows : SUBJID, PARAMCD, AVAL, LBORRESU, LBORNRLO, LBORNRHI. Own limits of which the lower is not
        below the upper are not used.
    """
    factor = find_factors(reference, rows["PARAMCD"], rows["LBORRESU"])
    own = {
        name: rows[column].astype("Float64") * factor["factor"] + factor["offset"]
        for name, column in (("low", "LBORNRLO"), ("high", "LBORNRHI"))
    }
    odd = (own["low"] >= own["high"]).fillna(False)
    sex = take_subject_variable(rows, adsl, "SEX")
    table = find_normal_range(reference, rows["PARAMCD"], sex)
    low, high = (own[name].mask(odd).fillna(table[name]) for name in ("low", "high"))
    value = rows["AVAL"]
    known = value.notna() & (low.notna() | high.notna())
    index = pd.Series("NORMAL", index=rows.index, dtype=object)
    index = index.mask((value < low).fillna(False), "LOW").mask(
        (value > high).fillna(False), "HIGH"
    )
    units = reference.units.drop_duplicates("TESTCD").set_index("TESTCD")["STDUNIT"]
    return rows.assign(
        AVALU=rows["PARAMCD"].map(units),
        ANRLO=low,
        ANRHI=high,
        ANRIND=index.where(known, None),
        XULN=value / high.where(high > 0),
    )


def find_normal_range(reference: Reference, tests: pd.Series, sex: pd.Series) -> pd.DataFrame:
    """`low` and `high` of the normal range per row; a limit for the participant's sex wins."""
    limits = find_limits(reference, tests, "LOW", "HIGH", sex)
    return limits.astype("Float64")
