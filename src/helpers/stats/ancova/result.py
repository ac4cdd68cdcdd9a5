"""What a fitted analysis of covariance answers: LS means and contrasts, ordinary and robust.

Source: LS means as population marginal means (Searle, Speed and Milliken, Am Stat 1980;34:216).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.stats.estimates import check_level
from helpers.stats.linear.design_matrix import Design, FloatArray, format_level
from helpers.stats.linear.estimates import tabulate_estimates
from helpers.stats.linear.least_squares import LeastSquares
from helpers.stats.multiplicity.dunnett import adjust_contrasts

_ROBUST = ("se_hc3", "lower_hc3", "upper_hc3")


@dataclass(frozen=True)
class AncovaFit:
    """A linear model of one value per participant, or the reason why there is none.

    Attributes
    ----------
    coefficients : DataFrame
        term, estimate, se, df, lower, upper (95 %), t, p, note; aliased terms are NaN. Coded
        and named as in R.
    sd : float
        Residual standard deviation.
    df : int
        Residual degrees of freedom.
    n_obs : int
        Participants in the model.
    arms : tuple
        All levels of the arm, the reference first; also those without a value.
    note : str
        Participants left out, arms without values, aliased columns, or why nothing was fitted.
    """

    coefficients: pd.DataFrame
    sd: float
    df: int
    n_obs: int
    arms: tuple[Hashable, ...]
    note: str
    reason: str = field(repr=False)
    arm: str = field(repr=False)
    design: Design = field(repr=False)
    model: LeastSquares | None = field(repr=False)

    def lsmeans(self, level: float = 0.95) -> pd.DataFrame:
        """Give the least-squares mean of every arm.

        Covariates at their mean over the rows of the fit, other factors with equal weight per
        level, as emmeans does.

        Returns
        -------
        DataFrame
            arm, estimate, se, df, lower, upper, t, p, se_hc3, lower_hc3, upper_hc3, note.
        """
        check_level(level)
        return self._tabulate({"arm": list(self.arms)}, self._rows(), level)

    def contrasts(
        self,
        level: float = 0.95,
        reference: Hashable | None = None,
        adjust: str | None = None,
    ) -> pd.DataFrame:
        """Give the difference of every other arm to the reference.

        Parameters
        ----------
        level : float
            Confidence level of the limits.
        reference : level of the arm, optional
            By default the reference of the fit.
        adjust : None or "dunnett"
            Limits and p simultaneous over the contrasts.

        Returns
        -------
        DataFrame
            contrast, estimate, se, df, lower, upper, t, p, se_hc3, lower_hc3, upper_hc3, note;
            with ``adjust`` also p_adjusted (the same as p), p_unadjusted, p_dunnett.
        """
        check_level(level)
        if adjust not in (None, "dunnett"):
            raise ValueError(f'adjust must be None or "dunnett", got {adjust!r}')
        at = 0 if reference is None else self._position(reference)
        others = [i for i in range(len(self.arms)) if i != at]
        names = [f"{format_level(self.arms[i])} - {format_level(self.arms[at])}" for i in others]
        rows = self._rows()
        differences = np.array([rows[i] - rows[at] for i in others])
        differences = differences.reshape(len(others), len(self.design.columns))
        table = self._tabulate({"contrast": names}, differences, level)
        return self._adjust(table, differences, level) if adjust else table

    def _adjust(self, table: pd.DataFrame, rows: FloatArray, level: float) -> pd.DataFrame:
        """Make both kinds of limits simultaneous, each with its own correlation."""
        if self.model is None:
            return table.assign(p_adjusted=np.nan, p_unadjusted=np.nan, p_dunnett=np.nan)
        known = np.where(np.isfinite(rows), rows, 0.0)
        adjusted = adjust_contrasts(table, self.model.covariance_of(known), level)
        robust = table.assign(se=table["se_hc3"], t=table["estimate"] / table["se_hc3"])
        robust = adjust_contrasts(robust, self.model.robust_covariance_of(known), level)
        return adjusted.assign(
            lower_hc3=robust["lower"], upper_hc3=robust["upper"], p_dunnett=adjusted["p"]
        )

    def _tabulate(
        self, labels: dict[str, Sequence[Hashable]], rows: FloatArray, level: float
    ) -> pd.DataFrame:
        nothing = np.full(len(rows), np.nan)
        if self.model is None:
            table = tabulate_estimates(
                labels, nothing, nothing, nothing, level, [self.reason] * len(rows)
            )
            return _place_robust(table, nothing, level)
        known = np.where(np.isfinite(rows), rows, 0.0)
        estimate, estimable = self.model.estimate(known)
        fine = estimable & np.isfinite(rows).all(axis=1)
        se = np.where(fine, _root_diagonal(self.model.covariance_of(known)), np.nan)
        robust = np.where(fine, _root_diagonal(self.model.robust_covariance_of(known)), np.nan)
        table = tabulate_estimates(
            labels,
            np.where(fine, estimate, np.nan),
            se,
            np.where(fine, float(self.df), np.nan),
            level,
            [_note(s, r) for s, r in zip(se, robust, strict=True)],
        )
        return _place_robust(table, robust, level)

    def _rows(self) -> FloatArray:
        """Give the design row of every arm; NaN for an arm without values."""
        rows = np.full((len(self.arms), len(self.design.columns)), np.nan)
        levels = self.design.variables[self.arm].levels or ()
        at = [i for i, name in enumerate(self.arms) if name in levels]
        if at:
            fixed = [{self.arm: levels.index(self.arms[i])} for i in at]
            rows[at] = self.design.average_rows(fixed)
        return rows

    def _position(self, reference: Hashable) -> int:
        if reference not in self.arms:
            raise ValueError(f"{self.arm} has no level {reference!r}; it has {list(self.arms)}")
        return self.arms.index(reference)


def _root_diagonal(covariance: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.diag(covariance)), dtype=np.float64)


def _note(se: float, robust: float) -> str:
    if np.isnan(se):
        return "not estimable from these data"
    return "HC3 not available: an observation has leverage 1" if np.isnan(robust) else ""


def _place_robust(table: pd.DataFrame, se: FloatArray, level: float) -> pd.DataFrame:
    """Put the HC3 columns before the note; their limits use the same t quantile."""
    margin = stdtrit(table["df"].to_numpy(), 0.5 + 0.5 * level) * se
    estimate = table["estimate"].to_numpy()
    robust = (se, estimate - margin, estimate + margin)
    return (
        table.drop(columns="note")
        .assign(**dict(zip(_ROBUST, robust, strict=True)))
        .assign(note=table["note"])
    )
