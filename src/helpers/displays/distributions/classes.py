"""Ordered classes of scores at a visit: who is in which, and who has no value for what reason."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.efficacy.content import (
    Scores,
    choose_scores,
    is_planned,
    list_known_scores,
    read_values,
)
from helpers.displays.scores.baseline_scores import NO_CLASS, classify
from helpers.params.trial import Score
from helpers.view import ArmView, Group, View


class Classed(NamedTuple):
    """A view by arm with the scores that summaries use."""

    view: ArmView
    arms: tuple[Group, ...]
    scores: Scores

    @property
    def population(self) -> str:
        """Code of the efficacy population."""
        return self.view.interim.population_efficacy


def sort_out(view: View) -> Classed:
    """Arms and scores of a view.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("classes of scores are shown by arm")
    return Classed(view, view.groups(view.interim.population_efficacy)[:-1], choose_scores(view))


def list_ordinal_scores(classed: Classed) -> dict[str, Score]:
    """Known scores whose classes are an ordered response."""
    known = list_known_scores(classed.view, classed.scores)
    return {code: score for code, score in known.items() if score.ordinal}


def list_planned_visits(view: View, score: Score) -> list[str]:
    """Planned visits of a score, baseline too."""
    return [visit for visit in view.trial.visit_codes if is_planned(view, score, visit)]


def order_classes(score: Score) -> dict[str, str]:
    """Classes from the best to the worst, code and label."""
    names = list(score.classes)
    names.sort(key=lambda name: score.classes[name][0], reverse=score.direction > 0)
    return {name: name for name in names}


def read_classes(classed: Classed, code: str, visit: str) -> pd.Series:
    """Class of everybody with a value at a visit, by USUBJID."""
    score = classed.view.trial.scores[code]
    values = read_values(classed.scores, code, visit, "AVAL")
    found = values.map(lambda value: classify(score, value)).astype(object)
    return found[found != NO_CLASS]


def rank_classes(classes: pd.Series, order: Mapping[str, str]) -> pd.Series:
    """Rank of a class as a number: the worst is 0, higher is better."""
    worst_first = {name: rank for rank, name in enumerate(reversed(list(order)))}
    return classes.map(worst_first).astype(float)
