"""The mixed model for repeated measures of one score: fit, LS means, contrasts, the key family.

Source: Mallinckrodt et al., Drug Inf J 2008;42:303; family by Dunnett, JASA 1955;50:1096.
"""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers.models.score_rows import (
    ARM,
    BASE,
    CHANGE,
    FEWEST,
    SUBJECT,
    VISIT,
    ScoreRows,
    Selection,
    build_score_rows,
)
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.fit import FALLBACK
from helpers.stats.mmrm.result import MmrmFit
from helpers.stats.multiplicity.family_rule import DUNNETT, FamilyRule
from helpers.view import ArmView

METHODS = {
    "satterthwaite": "Satterthwaite",
    "kenward_roger": "Kenward-Roger",
    "kenward_roger_linear": "Kenward-Roger, linear form (as SAS for an unstructured covariance)",
}
STRUCTURES = {
    "us": "unstructured",
    "toeph": "heterogeneous Toeplitz",
    "ar1h": "heterogeneous autoregressive",
    "csh": "heterogeneous compound symmetry",
    "cs": "compound symmetry",
    "toep": "Toeplitz",
    "ar1": "autoregressive",
    "ad": "ante-dependence",
    "adh": "heterogeneous ante-dependence",
}


class ModelChoices(NamedTuple):
    """How a model is fitted: structures in the order in which they are tried, df method."""

    structures: tuple[str, ...] = FALLBACK
    df: str = "satterthwaite"


AS_PLANNED = ModelChoices()


@dataclass(frozen=True)
class ScoreModel:
    """A model of one score's change from baseline, or the reason why there is none.

    `reason` is empty where there is one. With one modelled visit it is the analysis of covariance
    at that visit.
    """

    code: str
    rows: ScoreRows
    fit: MmrmFit | None
    reason: str = ""

    @property
    def n(self) -> int:
        """Participants in the model."""
        return self.fit.n_subjects if self.fit is not None else 0

    @property
    def n_values(self) -> int:
        """Values in the model."""
        return self.fit.n_obs if self.fit is not None else 0

    @property
    def single(self) -> bool:
        """Whether one visit is modelled: then least squares, without a covariance over visits."""
        return len(self.rows.visits) == 1


def fit_score(
    view: ArmView, code: str, selection: Selection, choices: ModelChoices = AS_PLANNED
) -> ScoreModel:
    """Change = arm x visit + baseline x visit + covariates, correlated within participant; REML."""
    return fit_rows(code, build_score_rows(view, code, selection), selection.covariates, choices)


def fit_rows(
    code: str,
    rows: ScoreRows,
    covariates: tuple[str, ...] = (),
    choices: ModelChoices = AS_PLANNED,
) -> ScoreModel:
    """The same for rows at hand."""
    if not rows.visits:
        return ScoreModel(code, rows, None, f"no visit has {FEWEST} or more values in every arm")
    if len(rows.arms) < 2:
        return ScoreModel(code, rows, None, "only one arm has values")
    by_visit = [f"{BASE}:{VISIT}"] if len(rows.visits) > 1 else []
    structure, *_ = choices.structures
    fit = fit_mmrm(
        rows.frame,
        response=CHANGE,
        subject=SUBJECT,
        visit=VISIT,
        arm=ARM,
        covariates=[BASE, *by_visit, *covariates],
        covariance=structure,
        df=choices.df,
        fallback=choices.structures,
    )
    return ScoreModel(code, rows, fit, "" if fit.converged else fit.note)


def tabulate_means(model: ScoreModel, level: float) -> pd.DataFrame:
    """LS means at the mean baseline of the modelled rows, by AVISIT and ARM (index).

    Returns
    -------
    estimate, se, df, lower, upper, note; no row for what is not in the model.
    """
    if model.fit is None:
        return _nothing([VISIT, ARM])
    table = model.fit.lsmeans(level)
    return table.rename(columns={"visit": VISIT, "arm": ARM}).set_index([VISIT, ARM])


def tabulate_contrasts(model: ScoreModel, level: float) -> pd.DataFrame:
    """Differences of LS means by AVISIT and contrast (index; `A - B` of the arms' codes).

    Every arm with the control and with every arm before it; not adjusted for multiplicity.

    Returns
    -------
    estimate, se, df, lower, upper, t, p, note.
    """
    if model.fit is None:
        return _nothing([VISIT, "contrast"])
    table = model.fit.contrasts(level)
    return table.rename(columns={"visit": VISIT}).set_index([VISIT, "contrast"])


def adjust_family(
    model: ScoreModel,
    visit: str,
    control: str | None,
    level: float,
    rule: FamilyRule = DUNNETT,
) -> pd.DataFrame:
    """Differences at one visit, simultaneous over their family, by contrast.

    The family are the differences from the control, adjusted by the rule; without a control all
    pairs (Tukey). Dunnett and Tukey: multivariate t with the correlation of the model and the
    smallest df of the family.
    """
    known = control is None or control in model.rows.arms
    if model.fit is None or visit not in model.rows.visits or not known:
        return _nothing(["contrast"])
    adjust = "tukey" if control is None else rule
    table = model.fit.contrasts(level, reference=control, adjust=adjust)
    return table[table["visit"] == visit].drop(columns="visit").set_index("contrast")


def name_contrast(arm: str, reference: str) -> str:
    """Name of a contrast in the tables above."""
    return f"{arm} - {reference}"


def _nothing(index: list[str]) -> pd.DataFrame:
    columns = [*index, "estimate", "se", "df", "lower", "upper", "t", "p", "p_adjusted", "note"]
    return pd.DataFrame(columns=columns).set_index(index)
