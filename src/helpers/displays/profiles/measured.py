"""Measured values of the participants who have a profile, by study day: read once for all."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAY = pd.Timedelta(days=1)
Words = NDArray[np.object_]
Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]


class Values(NamedTuple):
    """Values of one participant in the order of their days; `codes` and `names` are of the test."""

    codes: Words
    names: Words
    days: Numbers
    numbers: Numbers
    marks: Marks

    def take(self, places: NDArray[Any]) -> "Values":
        """Those at some places, or those for which a mask holds."""
        return Values(*(column[places] for column in self))

    def of(self, code: str) -> "Values":
        """Those of one test."""
        return self.take(self.codes == code)

    def renamed(self, name: str) -> "Values":
        """The same under one name."""
        return self._replace(names=np.full(len(self.names), name, dtype=object))


@dataclass(frozen=True)
class Track:
    """Measurements in one panel; a mark is an alarm or a grade of 3 or more; lines of `limits`.

    `left_out` names tests that belong here and are not drawn, or not with their gravest value.
    """

    title: str
    points: Values
    limits: tuple[float, ...] = ()
    ratio: bool = False
    left_out: tuple[str, ...] = ()
    whole: bool = False


NOTHING = Values(*(np.empty(0, dtype=kind) for kind in (object, object, float, float, bool)))


def find_days(when: pd.Series, anchor: "pd.Series | pd.Timestamp") -> Numbers:
    """Study days of moments, with the fraction of the time; there is no day 0."""
    days: Numbers = ((when - anchor) / DAY).to_numpy(float)
    return days + (days >= 0)


def read_values(
    rows: pd.DataFrame,
    anchors: Mapping[Hashable, pd.Timestamp],
    *,
    value: str = "AVAL",
    mark: str = "",
    name: Callable[[str], str] = str,
) -> dict[str, Values]:
    """By USUBJID of `anchors`, the rows with AVAL and a day: `value` by day, MARK where it is Y.

    `name` makes the name of a test from its PARAM.
    """
    held = rows["USUBJID"].isin(list(anchors)) & rows["AVAL"].notna() & rows["ADT"].notna()
    rows = rows[held]
    when = rows["ADTM"].fillna(rows["ADT"]) if "ADTM" in rows else rows["ADT"]
    days = find_days(when, rows["USUBJID"].map(anchors))
    names = {label: name(str(label)) for label in rows["PARAM"].unique()}
    marks = rows[mark] == "Y" if mark in rows else pd.Series(False, index=rows.index)
    order = np.argsort(days, kind="stable")
    found = Values(
        rows["PARAMCD"].to_numpy(object),
        rows["PARAM"].map(names).to_numpy(object),
        days,
        rows[value].to_numpy(float, na_value=np.nan),
        marks.fillna(False).to_numpy(bool),
    ).take(order)
    places = rows["USUBJID"].iloc[order].reset_index(drop=True)
    return {str(who): found.take(at) for who, at in places.groupby(places).indices.items()}
