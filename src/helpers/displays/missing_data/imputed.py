"""The key score with its missing values: rows, choices and keys that its displays share."""

from typing import NamedTuple

from helpers.displays.results import Key
from helpers.displays.treatment_effect.effects import (
    list_key_contrasts,
)
from helpers.models.imputation import ImputationRows, build_imputation_rows
from helpers.models.planned_fit import read_choices, select_values
from helpers.models.repeated_measures import ModelChoices
from helpers.params.trial import Score
from helpers.view import ClosedView, View


class Imputed(NamedTuple):
    """Values of the key score at the key visit, observed or missing, and how they are analysed."""

    view: ClosedView
    rows: ImputationRows
    choices: ModelChoices

    @property
    def level(self) -> float:
        """Confidence level of the intervals."""
        return self.view.interim.interval_level

    @property
    def code(self) -> str:
        """Code of the key score."""
        return self.view.interim.key_param or ""

    @property
    def score(self) -> Score:
        """The key score."""
        return self.view.trial.scores[self.code]

    @property
    def key(self) -> Key:
        """Key of the numbers, without arm, contrast and category."""
        return Key(self.view.interim.population_efficacy, "", self.code, self.rows.visit)

    @property
    def visit(self) -> str:
        """The key visit in words."""
        return self.view.trial.visit_label(self.rows.visit).lower()

    @property
    def contrasts(self) -> list[tuple[str, str, str]]:
        """Contrasts with the control as (label, arm, reference)."""
        return list_key_contrasts(self.view)


def read_imputed(view: View) -> Imputed:
    """The values of the key score of a view.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    code, visit = view.interim.key_param or "", view.interim.key_visit or ""
    rows = build_imputation_rows(view, code, visit, select_values(view, code))
    return Imputed(view, rows, read_choices(view))
