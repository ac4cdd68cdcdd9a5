"""Rows of shares: participants of each arm with an interval, differences between arms beside."""

from collections.abc import Collection
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.efficacy.comparisons import find_level, list_compared
from helpers.displays.model import Cell, Header, Line
from helpers.displays.responders.states import Assessed
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, count_persons
from helpers.stats.proportions import compare_proportions, estimate_proportion
from helpers.view import View


class Share(NamedTuple):
    """A row: its label, where its numbers go, who is counted, and out of whom."""

    label: str
    key: Key
    counted: Collection[str]
    among: Collection[str]


Counts = dict[str, tuple[int, int]]


def share_row(assessed: Assessed, share: Share) -> Row:
    """Participants of each arm with the interval of their share; differences at alpha looks."""
    counted, among = set(share.counted), set(share.among)
    results: list[Result] = []
    counts: Counts = {}
    for group in assessed.arms:
        numbers = count_persons(group, counted, among)
        n, total = counts[group.code] = int(numbers["n"]), int(numbers["N"])
        key = share.key._replace(arm=group.label)
        results += rows_of(key, numbers)
        results += _list_limits(assessed.view, key, n, total)
    results += list_differences(assessed.view, share.key, counts)
    cells = [Cell(share.key._replace(arm=g.label), show.n_of_interval()) for g in assessed.arms]
    cells += point_at_differences(assessed.view, share.key)
    return Row(Line(share.label, tuple(cells), level=1), tuple(results))


def _list_limits(view: View, key: Key, n: int, total: int) -> list[Result]:
    own = estimate_proportion(n, total, level=find_level(view), method=view.interim.ci_prop)
    return rows_of(key, {"lower": own.lower, "upper": own.upper}, own.method)


def list_differences(view: View, key: Key, counts: Counts) -> list[Result]:
    """Differences of shares with limits; none at looks that spend no alpha.

    `counts` are n and N by ARMCD.
    """
    found: list[Result] = []
    for label, code, reference in list_compared(view):
        difference = compare_proportions(
            *counts[code],
            *counts[reference],
            level=find_level(view),
            method=view.interim.ci_diff,
        )
        place = key._replace(arm="", contrast=label)
        numbers = {name: difference[name] for name in ("estimate", "lower", "upper")}
        found += rows_of(place, numbers, difference.method)
    return found


def point_at_differences(view: View, key: Key) -> list[Cell]:
    """Cells of the differences of a row."""
    return [
        Cell(key._replace(arm="", contrast=label), show.points())
        for label, _, _ in list_compared(view)
    ]


def build_share_headers(assessed: Assessed) -> tuple[Header, ...]:
    """One header per arm, then one per contrast."""
    arms = [
        Header(group.label, f"N = {group.n}", group.position, "n / N (%) [CI]")
        for group in assessed.arms
    ]
    return (*arms, *head_differences(assessed.view))


def head_differences(view: View) -> list[Header]:
    """One header per contrast."""
    labels = [label for label, _, _ in list_compared(view)]
    return [Header(label, "(CI)", None, "Difference, points") for label in labels]
