"""Baseline and the most extreme value after it of each participant, a panel per laboratory test."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from helpers.displays.figures.shares import share_results
from helpers.displays.laboratory.extreme_listing import GRADE
from helpers.displays.measurements.limits import find_limits, read_sexes
from helpers.displays.measurements.readings import list_tests, values_at
from helpers.displays.results import Key, Result
from helpers.view import ArmView, Group

SIDES = {"highest": "HIGH", "lowest": "LOW"}
NEAR = 1.5  # times the range of the values within which the limit of a grade is drawn
# what a panel is built from: what is chosen of a hundred variables is copied
READ = (
    *("USUBJID", "PARAMCD", "PARAM", "AVAL", "ABLFL", "POSTFL"),
    *("ATOXGR", "GR3LIM", "ANRIND", "ANRLO", "ANRHI"),
)
BEYOND = "BEYOND"
BEYOND_WORDS = {"highest": "above", "lowest": "below"}
NO_TESTS = "The parameters name no laboratory test to be compared with its baseline."


class Panel(NamedTuple):
    """One test: BASE, WORST and GRADE (where grade 3 begins) by USUBJID, and its limits.

    `graded` have grade 3 or more, `beyond` newly left the range; `way` is `highest` or `lowest`.
    """

    code: str
    name: str
    way: str
    pairs: pd.DataFrame
    graded: pd.Index
    beyond: pd.Index
    limits: tuple[float, ...]


def build_panels(view: ArmView, rows: pd.DataFrame) -> list[Panel]:
    """A panel per test of `laboratory.compared` that has values."""
    compared = view.trial.laboratory.compared
    used = rows["AVAL"].notna() & rows["PARAMCD"].isin(compared)
    rows = rows.loc[used, [name for name in READ if name in rows]]
    rows = rows[rows["USUBJID"].isin(view.total(view.safety).subjects)]
    names = list_tests(rows, compared)
    sexes = read_sexes(view)
    return [
        _build_panel(rows[rows["PARAMCD"] == code], code, name, compared[code], sexes)
        for code, name in names.items()
    ]


def _build_panel(own: pd.DataFrame, code: str, name: str, way: str, sexes: pd.Series) -> Panel:
    post = own[own["POSTFL"] == "Y"]
    later = post.groupby("USUBJID")["AVAL"]
    worst = (later.max() if way == "highest" else later.min()).astype(float)
    base = values_at(own[own["ABLFL"] == "Y"], "AVAL").astype(float)
    pairs = pd.DataFrame({"BASE": base, "WORST": worst}).dropna().sort_index()
    pairs = pairs.assign(GRADE=_find_severe(post, pairs, way))
    graded = pd.Index([])
    if "ATOXGR" in own:
        graded = pd.Index(post.loc[(post["ATOXGR"] >= GRADE).fillna(False), "USUBJID"].unique())
    return Panel(
        code, name, way, pairs, graded, _find_beyond(own, pairs.index, way), find_limits(own, sexes)
    )


def _find_severe(post: pd.DataFrame, pairs: pd.DataFrame, way: str) -> pd.Series:
    """Where grade 3 begins, not far from the values: of several limits the first that is met."""
    if "GR3LIM" not in post:
        return pd.Series(float("nan"), index=pairs.index)
    limits = post.groupby("USUBJID")["GR3LIM"]
    found = (limits.min() if way == "highest" else limits.max()).astype(float)
    found = found.reindex(pairs.index)
    values = pairs[["BASE", "WORST"]].to_numpy()
    if not values.size:
        return found
    return found.where(found.between(values.min() / NEAR, values.max() * NEAR))


def _find_beyond(own: pd.DataFrame, members: pd.Index, way: str) -> pd.Index:
    """Members out of range on the side of the panel after baseline, and not so at baseline."""
    if "ANRIND" not in own:
        return pd.Index([])
    out = own[own["ANRIND"] == SIDES[way]]
    before, after = (
        set(out.loc[out[flag] == "Y", "USUBJID"]) & set(members) for flag in ("ABLFL", "POSTFL")
    )
    return pd.Index(sorted(after - before))


def narrow_groups(groups: Sequence[Group], panel: Panel) -> list[Group]:
    """Groups without who lacks one of both values."""
    return [replace(g, subjects=g.subjects[g.subjects.isin(panel.pairs.index)]) for g in groups]


def count_beyond(
    view: ArmView, groups: Sequence[Group], panel: Panel, category: str
) -> list[Result]:
    """Who newly left the range, of those with both values, with the interval."""
    key = Key(view.safety, "", panel.code, category=category)
    return share_results(view, key, narrow_groups(groups, panel), panel.beyond)
