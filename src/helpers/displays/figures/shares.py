"""Shares of participants by arm with their intervals: what the headline of a figure says."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from helpers.displays import show
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import count_persons
from helpers.stats.proportions import estimate_proportion
from helpers.view import Group, View


def share_results(
    view: View, key: Key, groups: Sequence[Group], subjects: Iterable[str]
) -> list[Result]:
    """n, N, pct of `subjects` (USUBJID) in each group, with the interval of the proportion.

    `key` without its arm says what is counted.
    """
    counted, results = set(subjects), list[Result]()
    level, method = view.interim.conf_level_safety, view.interim.ci_prop
    for group in groups:
        own = key._replace(arm=group.label)
        counts = count_persons(group, counted)
        share = estimate_proportion(int(counts["n"]), group.n, level=level, method=method)
        results += rows_of(own, counts)
        results += rows_of(own, {"lower": share.lower, "upper": share.upper}, share.method)
    return results


def state_shares(
    view: View,
    what: str,
    results: Sequence[Result],
    beside: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """`Grade 3 or higher, % (95% CI): A 2 / 16 (12.5), 1.6 to 38.3; ...` of `share_results`.

    `beside`: by label of the group, what is said of its number.
    """
    numbers = index_results(results)
    level = format_level(view.interim.conf_level_safety)
    said = []
    for key, row in numbers.items():
        text = format_cell(Cell(key, show.n_of()), numbers)
        limits = format_cell(Cell(key, show.percent_interval()), numbers)
        said.append(
            f"{key.arm} {text}, {limits}{beside.get(key.arm, '')}"
            if row["N"]
            else f"{key.arm} nobody"
        )
    return f"{what}, n / N (%), {level} CI: {'; '.join(said)}."
