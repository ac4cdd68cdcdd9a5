"""Adverse events beside a measured value: what was going on in the participant that day."""

from typing import Any

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.formats import format_number

NO_EVENT = "none recorded"
EARLIER = " (begun earlier)"
DAY = pd.Timedelta(days=1)
NEEDED = ("AEDECOD", "ASTDT", "AENDT")
RULE = (
    "Adverse events beside a value: those that began at the latest the day after it and ended at "
    "the earliest the day before it. Those that began within a day of it come first; the others, "
    "begun earlier (some long before, and not ended) or without a known start, need have nothing "
    "to do with it."
)


def describe_events(values: pd.DataFrame, adae: pd.DataFrame) -> pd.Series:
    """Adverse events beside each value, as text in the index of `values`.

    Parameters
    ----------
    values : USUBJID, ADT (null: nothing can be beside it).
    adae : USUBJID, AEDECOD, ASTDT, AENDT and, where known, ASTDTM, ADY, ATOXGR, ASERFL.
    """
    found = _pair(values, adae)
    texts = found.groupby("ROW", sort=True)["TEXT"].agg("; ".join)
    beside = texts.reindex(values.index).fillna(NO_EVENT)
    return beside.where(values["ADT"].notna(), "date not known")


def find_near(values: pd.DataFrame, adae: pd.DataFrame) -> pd.Series:
    """Whether an event that began within a day of a value is beside it, in its index."""
    found = _pair(values, adae)
    return pd.Series(values.index.isin(found.loc[~found["FAR"], "ROW"]), index=values.index)


def _pair(values: pd.DataFrame, adae: pd.DataFrame) -> pd.DataFrame:
    """ROW and TEXT of each value and event that lie beside each other, the nearest first."""
    events = adae.assign(TEXT=[_describe(event) for event in adae.itertuples(index=False)])
    events = events[["USUBJID", "ASTDT", "AENDT", "TEXT"]]
    places = values[["USUBJID", "ADT"]].assign(ROW=values.index)
    pairs = places.merge(events, on="USUBJID")
    begun = pairs["ASTDT"].isna() | (pairs["ASTDT"] <= pairs["ADT"] + DAY)
    going = pairs["AENDT"].isna() | (pairs["AENDT"] >= pairs["ADT"] - DAY)
    pairs = pairs[pairs["ADT"].notna() & begun & going]
    near = (pairs["ASTDT"] - pairs["ADT"]).abs() <= DAY
    plain = near | pairs["ASTDT"].isna()
    texts = [
        text if own else f"{text}{EARLIER}" for text, own in zip(pairs["TEXT"], plain, strict=True)
    ]
    pairs = pairs.assign(FAR=~near, TEXT=pd.Series(texts, index=pairs.index, dtype=object))
    pairs = pairs.sort_values(["ROW", "FAR", "ASTDT", "TEXT"], kind="stable")
    return pairs.drop_duplicates(["ROW", "TEXT"])


def _describe(event: Any) -> str:
    """`Hypotension, grade 3, serious, from day 1`."""
    grade = _write_number(event, "ATOXGR")
    day = _write_number(event, "ADY")
    parts = [
        name_term(getattr(event, "AEDECOD", None)),
        f"grade {grade}" if grade else "",
        "serious" if getattr(event, "ASERFL", None) == "Y" else "",
        f"from day {day}" if day else "start not known",
    ]
    return ", ".join(part for part in parts if part)


def _write_number(event: Any, name: str) -> str:
    value = getattr(event, name, pd.NA)
    return "" if pd.isna(value) else format_number(float(value), 0)
