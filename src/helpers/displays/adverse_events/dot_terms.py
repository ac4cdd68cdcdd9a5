"""Terms of the dot plot: their numbers, how far an arm exceeds the control, what stands out."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.event_counts import (
    NO_EVENTS,
    contrast_results,
    control_contrasts,
    count_events,
)
from helpers.displays.adverse_events.kinds import choose_counted
from helpers.displays.adverse_events.serious_excess import (
    Serious,
    count_beyond,
    find_excess,
    name_reference,
    state_serious,
)
from helpers.displays.adverse_events.term_rows import PT, name_terms
from helpers.displays.cells import Cell
from helpers.displays.columns import name_contrast
from helpers.displays.formats import format_cell, format_level
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.view import ArmView, Group, MaskedView

MOST = 30
FEWEST = 2
SERIOUS = "serious"


class Term(NamedTuple):
    """One row of the plot.

    `excess` is the largest difference of an arm from the control in percentage points (of a trial
    without a control, the largest between two arms), `serious_excess` and `serious_beyond` those of
    `find_excess` and `count_beyond` for a serious event of the term; `serious` and `listed` say
    that the row has a mark.
    """

    name: str
    results: tuple[Result, ...]
    excess: float
    serious_excess: int
    serious_beyond: int
    serious: bool
    listed: bool

    @property
    def label(self) -> str:
        """The term as shown."""
        return name_term(self.name)

    @property
    def total(self) -> int:
        """Participants with the term in all arms."""
        counts = [r for r in self.results if r.statistic == "n" and not r.key.category]
        return int(sum(r.value for r in counts))

    @property
    def marked(self) -> bool:
        """Whether the term is serious or of special interest."""
        return self.serious or self.listed


def collect_terms(view: ArmView) -> list[Term]:
    """Terms with two or more participants in some arm, largest excess over the control first.

    A term that is serious or of special interest is among them, however few have it.
    Of masked arms the most frequent in all of them first: an order by a difference would tell.
    """
    flag, population, *_ = choose_counted(view)
    events = name_terms(view.flagged("adae", flag))
    groups = view.groups(population)[:-1]
    terms = [
        _build_term(view, str(name), rows, groups)
        for name, rows in events.groupby(PT)
        if _is_shown(rows, groups)
    ]
    if isinstance(view, MaskedView):
        return sorted(terms, key=lambda term: (-term.total, term.label))
    return sorted(
        terms, key=lambda term: (-term.excess, -term.serious_excess, not term.marked, term.label)
    )


def choose_shown(terms: Sequence[Term], most: int = MOST) -> list[Term]:
    """At most so many terms, but every marked one, in their order."""
    room = max(most - sum(term.marked for term in terms), 0)
    plain = [term for term in terms if not term.marked][:room]
    return [term for term in terms if term.marked or term in plain]


def _is_shown(rows: pd.DataFrame, groups: Sequence[Group]) -> bool:
    numbers = [count_events(rows, group)["n"] for group in groups]
    marked = bool(len(_find_serious(rows))) or _is_listed(rows)
    return max(numbers, default=0) >= (1 if marked else FEWEST)


def _find_serious(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["ASERFL"] == "Y"] if "ASERFL" in rows else rows.iloc[:0]


def _is_listed(rows: pd.DataFrame) -> bool:
    return "AESICAT" in rows and bool(rows["AESICAT"].notna().any())


def _build_term(view: ArmView, name: str, rows: pd.DataFrame, groups: Sequence[Group]) -> Term:
    key = Key(choose_counted(view).population, "", name)
    grave = _find_serious(rows)
    results: list[Result] = []
    for group in groups:
        own = key._replace(arm=group.label)
        counts = count_events(rows, group)
        results += rows_of(own, {name: counts[name] for name in ("n", "N", "pct")})
        serious = count_events(grave, group)
        results += rows_of(own._replace(category=SERIOUS), {n: serious[n] for n in ("n", "N")})
    shown = {label for label, _, _ in control_contrasts(view)}
    contrasts = [r for r in contrast_results(view, key, rows) if r.key.contrast in shown]
    counts_by_arm = _read_serious(view, key, index_results(results))
    return Term(
        name,
        (*results, *contrasts),
        _find_excess(view, contrasts),
        find_excess(view, counts_by_arm),
        count_beyond(view, counts_by_arm),
        not grave.empty,
        _is_listed(rows),
    )


def _find_excess(view: ArmView, contrasts: Sequence[Result]) -> float:
    sizes = [r.value for r in contrasts if r.statistic == "estimate" and r.value == r.value]
    if view.trial.control is None:
        sizes = [abs(size) for size in sizes]
    return max(sizes, default=0.0)


def _read_serious(
    view: ArmView, key: Key, statistics: Mapping[Key, Mapping[str, float]]
) -> dict[str, tuple[int, int]]:
    """Participants with a serious event of a term, of how many, by ARMCD."""
    rows = {
        arm.code: statistics[key._replace(arm=arm.label, category=SERIOUS)] for arm in view.arms
    }
    return {code: (int(row["n"]), int(row["N"])) for code, row in rows.items()}


def state_headline(view: ArmView, terms: Sequence[Term]) -> str:
    """What really stands out: serious terms first, then the term with the largest excess."""
    if not terms:
        return f"{describe_nothing(view)}."
    reference = name_reference(view)
    grave = state_serious(
        view,
        (
            Serious(term.serious_excess, term.serious_beyond, _say_counts(view, term, SERIOUS))
            for term in terms
        ),
    )
    parts = [grave] if grave else []
    first = max(terms, key=lambda term: term.excess)
    if first.excess <= 0:
        parts.append(f"No term drawn is more frequent in an arm than in {reference}.")
    elif _say_counts(view, first, SERIOUS) not in grave:
        said = f"{_say_counts(view, first)}{_say_difference(view, first)}"
        largest = (
            "difference between arms" if view.trial.control is None else f"excess over {reference}"
        )
        parts.append(f"Largest {largest}: {said}.")
    return " ".join(parts)


def describe_nothing(view: ArmView) -> str:
    """Why there is no term to draw."""
    if (view["adae"][choose_counted(view).flag] == "Y").any():
        return (
            f"No term in {FEWEST} or more participants of an arm, none serious or of special "
            "interest"
        )
    return NO_EVENTS


def _say_counts(view: ArmView, term: Term, category: str = "") -> str:
    statistics = index_results(term.results)
    population = choose_counted(view).population
    counts = [
        f"{int(statistics[key]['n'])} of {int(statistics[key]['N'])} in {arm.label}"
        for arm in view.arms
        for key in [Key(population, arm.label, term.name, "", category)]
    ]
    return f"{term.label} ({', '.join(counts)})"


def _say_difference(view: ArmView, term: Term) -> str:
    """The largest difference of a term with its limits."""
    statistics = index_results(term.results)
    key = next(k for k, row in statistics.items() if _exceeds(view, row, term.excess))
    points = format_cell(Cell(key, show.points()), statistics)
    level = format_level(view.interim.conf_level_safety)
    return f", {name_contrast(view, key.contrast)} {points} points ({level} CI)"


def _exceeds(view: ArmView, row: Mapping[str, float], excess: float) -> bool:
    """Whether a row is the difference that a term is ordered by."""
    size = row.get("estimate", math.nan)
    return (abs(size) if view.trial.control is None else size) == excess
