"""Changes of a score from baseline as they are ranked: a death before the visit is the worst."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.displays.efficacy.content import read_values
from helpers.displays.responders.states import DEAD, Assessed, find_states
from helpers.view import Group


class Ranked(NamedTuple):
    """Participants (USUBJID) who are ranked at a visit, and who died before it.

    `values` are improvements, large the better, minus infinity for a death. `dead` are all who died
    before the visit; those `waiting` have a planned day after the cut-off and are not
    ranked: else the dead would count before those randomised on the same day.
    """

    values: pd.Series
    dead: pd.Index
    waiting: pd.Index

    def values_of(self, group: Group) -> pd.Series:
        """Values of the participants of a group."""
        return self.values[self.values.index.isin(group.subjects)]


def rank_changes(assessed: Assessed, code: str, visit: str) -> Ranked:
    """Improvement of a score at a visit, death below every value; other missing left out."""
    states = find_states(assessed, code, visit)
    dead = states.index[states == DEAD]
    form = assessed.view.trial.scores[code].form
    waiting = dead[dead.isin(assessed.to_come.get((form, visit), dead[:0]))]
    known = read_values(assessed.scores, code, visit, "IMPRV")
    worst = pd.Series(-np.inf, index=dead.difference(waiting), dtype=float)
    return Ranked(pd.concat([known, worst]), dead, waiting)


def count_dead(assessed: Assessed, dead: pd.Index) -> str:
    """Deaths by arm in words: `A 0, B 1, C 2`."""
    return ", ".join(
        f"{group.label} {int(dead.isin(group.subjects).sum())}" for group in assessed.arms
    )
