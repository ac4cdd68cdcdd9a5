"""What a variable tells of who got what: by its values, or by being there at all.

A copy of the arm may have any name (COHORT, KITNUM), and a date that only those have who were dosed
is one too. So every variable of every data set is tried against the arms, as planned and as given:
which participants have it, which have each of its values, which lie above or below each of its
numbers, and how many rows they have. It tells the arm if such a group holds one arm only, or hardly
anybody of an arm, more clearly than chance allows; a crossover or two change nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log2

import numpy as np
import pandas as pd

from helpers.imported.known import find_known, is_baseline, is_known, is_of_treatment, is_outcome
from helpers.imported.telling_groups import (
    PERSON,
    Family,
    Placed,
    list_families,
    list_row_families,
    mark_places,
    mark_values,
)

FEWEST = 3  # participants of a group, and of an arm, below which nothing can be said
CROSSOVERS = 2  # participants in the wrong place that do not make an arm unrecognisable
WRONG_SHARE = 0.25  # ... and at most this share of those who would be expected there
CHANCE = 0.01  # what a variable may have by chance, if nothing is known of it
BASELINE_CHANCE = 1e-4  # ... if it was recorded before randomisation, and tells it by chance only
OUTCOME_CHANCE = 1e-6  # ... if it is what happened to participants
DERIVED = 0.2  # part of it left to what is only derived from a variable
OWN_ID_SHARE = 0.9  # of distinct values, from which a variable is an identifier
FEWEST_IDS = 5


@dataclass(frozen=True)
class Telling:
    """A variable that tells the arm (empty: the rows of the data set do), and how."""

    dataset: str
    variable: str
    how: str


def find_telling(
    frames: Mapping[str, pd.DataFrame], arms: Sequence[pd.Series]
) -> Iterator[Telling]:
    """Variables and data sets that tell who got what.

    Parameters
    ----------
    frames : data sets by name, without the variables that are hidden anyway
    arms : arm by USUBJID, once for each way to name it (planned, given)
    """
    persons = arms[0].index.union(arms[-1].index)
    members = [_list_members(arm.reindex(persons)) for arm in arms]
    for name in sorted(frames):
        frame = frames[name]
        rows = Placed.among(persons, frame)
        known = find_known(name, frame.columns) is not None
        how = _tell(list_row_families(rows), members, OUTCOME_CHANCE if known else CHANCE)
        if how:
            yield Telling(name, "", f"having records, or many, {how}")
        for variable in frame.columns.drop(PERSON):
            how = _describe(frame, rows, variable, members)
            if how:
                yield Telling(name, str(variable), how)


def _describe(
    frame: pd.DataFrame, rows: Placed, variable: str, members: Sequence[np.ndarray]
) -> str:
    how = _tell(list_families(rows, variable), members, _allow_chance(variable))
    harmless = is_baseline(variable) or is_outcome(variable)
    if how or (harmless and not is_of_treatment(variable)):
        return how
    known = is_known(variable) and not is_of_treatment(variable)
    if not known and any(_has_nobody(rows, variable, of_arms) for of_arms in members):
        return "tells the arm (nobody of one arm has it)"
    if is_known(variable):
        return ""
    if any(_is_copy(rows, variable, of_arms) for of_arms in members):
        return "tells the arm (each of its values stands in one arm only)"
    if _is_own_id(frame, variable):
        return "is an identifier of its own, which a list may tie to the arm"
    return ""


def _allow_chance(variable: str) -> float:
    if is_of_treatment(variable):
        return CHANCE
    if is_outcome(variable):
        return OUTCOME_CHANCE
    return BASELINE_CHANCE if is_baseline(variable) else CHANCE


def _has_nobody(rows: Placed, variable: str, members: np.ndarray) -> bool:
    """Whether nobody of an arm has a variable that others have; a flag is had where it is Y."""
    column = rows.frame[variable]
    had = column == "Y" if variable.endswith("FL") else column.notna()
    had_by = rows.place[had.fillna(False).to_numpy(dtype=bool)]
    having = members[mark_places(had_by, rows.size)].sum(axis=0)
    none = members.sum(axis=0)[having == 0]
    return bool(having.sum() >= FEWEST and (none >= FEWEST).any())


def _tell(families: Iterable[Family], members: Sequence[np.ndarray], chance: float) -> str:
    """How the clearest group tells an arm, by either way to name it; empty if none does."""
    for family in families:
        limit = chance if family.plain else chance * DERIVED
        for of_arms in members:
            how = tell_groups(family.groups, of_arms, limit, nested=family.nested)
            if how:
                return how
    return ""


def _list_members(arm: pd.Series) -> np.ndarray:
    """Participants x arms, 1 where they are of it."""
    codes, words = pd.factorize(arm, sort=True)
    members: np.ndarray = np.eye(len(words) + 1, dtype=int)[codes][:, :-1]
    return members


def tell_groups(
    groups: np.ndarray, members: np.ndarray, chance: float, *, nested: bool = False
) -> str:
    """How a group tells an arm.

    Parameters
    ----------
    groups : groups x participants, whether they belong to it
    members : participants x arms, 1 where they are of it
    chance : the most that all groups together may have by chance
    nested : each group holds the one before
    """
    sizes = members.sum(axis=0)
    if len(sizes) < 2:
        return ""
    counts = groups.astype(int) @ members
    both = np.vstack([counts, sizes - counts])  # a group and those outside it
    both = both[both.sum(axis=1) >= FEWEST]
    only, none = _find_uneven(both, sizes)
    if not (only | none).any():
        return ""
    distinct = np.unique(both, axis=0)
    only, none = _find_uneven(distinct, sizes)
    held = distinct.sum(axis=1, keepdims=True)
    tries = 1 + log2(len(distinct)) if nested else len(distinct)
    total, limit = int(sizes.sum()), chance / tries
    for line, arm in np.argwhere(only | none):
        size, group, own = int(sizes[arm]), int(held[line, 0]), int(distinct[line, arm])
        few, among = (group - own, total - size) if only[line, arm] else (own, size)
        if _chance_of_at_most(few, among, group, total) <= limit:
            return (
                f"tells the arm ({own} of {group} alike in it are of one arm, by chance "
                f"{group * size / total:.0f})"
            )
    return ""


def _find_uneven(counts: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Groups x arms: whether a group holds hardly any but the arm, or hardly any of it."""
    held = counts.sum(axis=1, keepdims=True)
    outside = held - counts  # of the group, those of other arms
    only = (outside <= _allow(held)) & (sizes >= FEWEST)
    none = (counts <= _allow(held * sizes / sizes.sum())) & (sizes >= FEWEST)
    return only, none


def _chance_of_at_most(few: int, among: int, drawn: int, total: int) -> float:
    """Hypergeometric: at most `few` of `among` marked ones in `drawn` of `total`."""
    lowest = max(0, drawn - (total - among))
    return sum(
        exp(_log_comb(among, i) + _log_comb(total - among, drawn - i) - _log_comb(total, drawn))
        for i in range(lowest, few + 1)
    )


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _allow(members: np.ndarray) -> np.ndarray:
    """How many may be in the wrong place among so many."""
    allowed: np.ndarray = np.minimum(CROSSOVERS, np.floor(WRONG_SHARE * members))
    return allowed


def _is_copy(rows: Placed, variable: str, members: np.ndarray) -> bool:
    """Whether each value stands in one arm only, in a study too small for chance to be told."""
    codes = pd.factorize(rows.frame[variable])[0]
    counts = mark_values(codes, rows.place, rows.size).astype(int) @ members
    by_value = counts[counts.any(axis=1)]
    arms = members.shape[1]
    return bool(
        arms > 1
        and by_value.any(axis=0).all()
        and len(by_value) <= 2 * arms
        and ((by_value > 0).sum(axis=1) == 1).all()
        and (by_value.sum(axis=1) > 1).all()
    )


def _is_own_id(frame: pd.DataFrame, variable: str) -> bool:
    """Whether nearly every participant has a value of its own, as text or whole number."""
    if pd.api.types.is_datetime64_any_dtype(frame[variable]):
        return False
    values = frame[[PERSON, variable]].dropna().drop_duplicates()
    column = values[variable]
    if len(values) < FEWEST_IDS:
        return False
    if pd.api.types.is_numeric_dtype(column) and not (column % 1 == 0).all():
        return False
    return bool(column.nunique() >= OWN_ID_SHARE * len(values))
