"""Recorded values in the standard units of the unit table, and limits of the limit table."""

from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from helpers.intake.records import Reference

_NUMBER = r"^\s*([<>]?)\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*$"


def convert_vitals(vs: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Vital signs with `value` (standard unit) and `unit_known`; an empty unit is the standard."""
    factors = find_factors(reference, vs["VSTESTCD"], vs["VSORRESU"])
    known = factors["known"] | vs["VSORRESU"].isna()
    number = vs["VSORRES"].astype("Float64").astype("float64")
    value = number * factors["factor"].fillna(1.0) + factors["offset"].fillna(0.0)
    return vs.assign(value=value.where(known), unit_known=known)


def convert_laboratory(lb: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Laboratory rows with numbers behind the text.

    Returns
    -------
    `lb` with `sign` (`<`, `>` or empty), `number` as recorded (NaN where the text is no number),
    `value` in the standard unit (NaN where the unit is unknown) and `unit_known`.
    """
    codes, texts = pd.factorize(lb["LBORRES"], use_na_sentinel=True)
    parts = pd.Series(texts, dtype="string").str.extract(_NUMBER)
    numbers = pd.to_numeric(parts[1], errors="coerce").astype("float64")
    number = numbers.reindex(codes).set_axis(lb.index)
    factors = find_factors(reference, lb["LBTESTCD"], lb["LBORRESU"])
    value = number * factors["factor"] + factors["offset"]
    sign = parts[0].astype(object).reindex(codes).set_axis(lb.index).fillna("")
    return lb.assign(
        sign=sign,
        number=number,
        value=value.where(factors["known"]),
        unit_known=factors["known"],
    )


def find_limits(
    reference: Reference,
    tests: pd.Series,
    low: str,
    high: str,
    sex: pd.Series | None = None,
) -> pd.DataFrame:
    """`low` and `high` per row from two columns of the limit table, NaN where there is none.

    A limit for the participant's sex wins over one for everybody. Where the sex is unknown and the
    table has limits by sex only, a value must lie outside those of both to lie outside.
    """
    limits = _read_limits(reference, low, high)
    general = limits.of_everybody.reindex(tests).set_axis(tests.index)
    if sex is None:
        return general
    own = limits.by_sex.reindex(pd.MultiIndex.from_arrays([tests, sex])).set_axis(tests.index)
    either = limits.widest.reindex(tests).set_axis(tests.index)
    return own.fillna(general).mask(sex.isna() & general.isna().all(axis=1), either)


class _Limits(NamedTuple):
    """`low` and `high` of each test: for either sex, by test and sex, and the widest of all."""

    of_everybody: pd.DataFrame
    by_sex: pd.DataFrame
    widest: pd.DataFrame


@lru_cache(maxsize=16)
def _read_limits(reference: Reference, low: str, high: str) -> _Limits:
    table = reference.limits
    limits = pd.DataFrame(
        {
            "TESTCD": table["TESTCD"],
            "SEX": table["SEX"].fillna(""),
            "low": pd.to_numeric(table[low]).astype("float64"),
            "high": pd.to_numeric(table[high]).astype("float64"),
        }
    ).drop_duplicates(["TESTCD", "SEX"])
    return _Limits(
        limits[limits["SEX"] == ""].set_index("TESTCD")[["low", "high"]],
        limits.set_index(["TESTCD", "SEX"])[["low", "high"]],
        limits.groupby("TESTCD").agg(low=("low", "min"), high=("high", "max")),
    )


def find_factors(reference: Reference, tests: pd.Series, units: pd.Series) -> pd.DataFrame:
    """`factor`, `offset` and `known` per row; `value = number x factor + offset`."""
    wanted = pd.DataFrame({"TESTCD": tests, "UNIT": units.fillna("")})
    found = wanted.merge(_read_factors(reference), how="left", on=["TESTCD", "UNIT"])
    found = found.set_index(tests.index)
    return found.assign(known=found["known"].notna())


@lru_cache(maxsize=4)
def _read_factors(reference: Reference) -> pd.DataFrame:
    """TESTCD, UNIT (empty for none), factor, offset, known (True): one row per test and unit."""
    table = reference.units
    return pd.DataFrame(
        {
            "TESTCD": table["TESTCD"],
            "UNIT": table["UNIT"].fillna(""),
            "factor": pd.to_numeric(table["FACTOR"]),
            "offset": pd.to_numeric(table["OFFSET"]).fillna(0.0),
            "known": True,
        }
    ).drop_duplicates(["TESTCD", "UNIT"])
