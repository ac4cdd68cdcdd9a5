"""The model of a score as the interim plans it: which values, which structures, which covariates.

Source: ICH E9(R1), strategies for intercurrent events.
"""

from dataclasses import replace

import pandas as pd

from helpers.models.repeated_measures import ModelChoices, ScoreModel, fit_score
from helpers.models.score_rows import Selection
from helpers.params.trial import Score, Trial
from helpers.view import ArmView, ClosedView


def read_choices(view: ArmView) -> ModelChoices:
    """Structures and df method of the interim."""
    return ModelChoices(view.interim.mmrm.cov_order, view.interim.mmrm.df)


def list_hypothetical(trial: Trial, score: Score) -> frozenset[str]:
    """Codes of the new drugs after which values of a score's form are set missing."""
    medication = trial.intercurrent.medication
    return frozenset(name for name, rule in medication.items() if score.form in rule.forms)


def select_values(view: ArmView, code: str, population: str = "") -> Selection:
    """Values of a score by its estimand, with the covariates of the interim."""
    return Selection(
        population or view.interim.population_efficacy,
        list_hypothetical(view.trial, view.trial.scores[code]),
        view.interim.mmrm.covariates,
    )


def fit_as_planned(view: ArmView, code: str) -> ScoreModel:
    """The mixed model of a score's change, as the interim plans it.

    Many displays rest on the fit of the key score, so that a view makes each fit once.
    """
    return view.once(_fit_as_planned, code)


def _fit_as_planned(view: ArmView, code: str) -> ScoreModel:
    return fit_score(view, code, select_values(view, code), read_choices(view))


def cut_scores(view: ClosedView, cutoff: pd.Timestamp) -> ClosedView | None:
    """The view with the scores dated by a cut-off; None where scores have no dates."""
    if not view.has("adeff", "ADT"):
        return None
    rows = view["adeff"]
    kept = (rows["ADT"] <= cutoff).fillna(False).astype(bool)
    return replace(view, datasets={**view.datasets, "adeff": rows[kept].reset_index(drop=True)})
