"""Which laboratory tests a profile draws, as multiples of the upper limit."""

import re
from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.displays.profiles.measured import NOTHING, Track, Values, read_values
from helpers.params.measurements import Laboratory
from helpers.view import View

HIGHEST = 2  # tests beside the first one of the trial and those of grade 3, the highest
MOST_TESTS = 6  # tests in a panel: as many signs as can be told apart
SEVERE = 3
BRACKETS = re.compile(r" \([^()]*\)$")  # the unit behind the name of a test


def read_multiples(
    adlb: pd.DataFrame, anchors: Mapping[Hashable, pd.Timestamp]
) -> dict[str, Values]:
    """Multiples of the upper limit by USUBJID, NaN without a limit.

    A mark is a grade of 3 or more, or a bilirubin that completes a potential Hy's law case.
    """
    severe = pd.Series(False, index=adlb.index)
    if "ATOXGR" in adlb:
        severe = (adlb["ATOXGR"] >= SEVERE).fillna(False).astype(bool)
    if "HYSFL" in adlb:
        severe |= (adlb["HYSFL"] == "Y").fillna(False).astype(bool)
    rows = adlb.assign(SEVEREFL=severe.map({True: "Y"}))
    return read_values(rows, anchors, value="XULN", mark="SEVEREFL", name=_drop_unit)


def _drop_unit(name: str) -> str:
    return BRACKETS.sub("", name)


def find_fluid_tests(view: View) -> frozenset[str]:
    """Tests of spinal fluid: those that the trial names, and every other one of their specimen."""
    named, rows = set(view.trial.laboratory.spinal_fluid.tests), view["adlb"]
    if "LBSPEC" not in rows:
        return frozenset(named)
    specimens = rows.loc[rows["PARAMCD"].isin(named), "LBSPEC"].dropna().unique()
    return frozenset({*named, *rows.loc[rows["LBSPEC"].isin(specimens), "PARAMCD"]})


def read_laboratory(rule: Laboratory, fluid_tests: Collection[str], own: Values) -> list[Track]:
    """Tests chosen by their values; those of spinal fluid in a panel of their own, if measured."""
    fluid = np.isin(own.codes.astype(str), list(fluid_tests))
    tracks = [_read_chosen(rule, own.take(~fluid))]
    if fluid.any():
        rest = own.take(fluid)
        tracks.append(_draw("Spinal fluid", rest, _order_by_peak(rest), set(rest.codes)))
    return tracks


def _read_chosen(rule: Laboratory, own: Values) -> Track:
    """The trial's first test, the highest others, and every test with a mark."""
    ordered = _order_by_peak(own)
    severe = set(own.codes[own.marks])
    first = [code for code in rule.shown[:1] if code in ordered]
    highest = [code for code in ordered if code not in first][:HIGHEST]
    grave = [code for code in ordered if code in severe and code not in {*first, *highest}]
    return _draw("Laboratory", own, [*first, *highest, *grave], severe)


def _order_by_peak(own: Values) -> list[str]:
    """Tests by their highest multiple; one without a multiple above 0 has no place on the axis."""
    peaks: dict[str, float] = {}
    for code, multiple in zip(own.codes, own.numbers, strict=True):
        if multiple > 0:
            peaks[code] = max(peaks.get(code, multiple), multiple)
    return sorted(peaks, key=lambda code: (-peaks[code], code))


def _draw(what: str, own: Values, chosen: Sequence[str], needed: Collection[str]) -> Track:
    """A panel of the first tests; `needed` ones that it does not show in full are left out."""
    drawn = chosen[:MOST_TESTS]
    known = own.numbers > 0
    places = [np.flatnonzero(known & (own.codes == code)) for code in drawn]
    lacking = {code for code in needed if code not in drawn} | set(own.codes[own.marks & ~known])
    names = dict(zip(own.codes, own.names, strict=True))
    return Track(
        f"{what}, multiples of the upper limit",
        own.take(np.concatenate(places)) if places else NOTHING,
        (1.0,),
        ratio=True,
        left_out=tuple(str(names[code]) for code in sorted(lacking)),
    )
