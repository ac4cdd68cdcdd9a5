"""What a fitted repeated-measures model answers: coefficients, LS means, contrasts, F tests.

Source: LS means as of emmeans; F tests by Fai and Cornelius, J Stat Comput Simul 1996;54:363.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.stats.estimates import check_level
from helpers.stats.linear.design_matrix import FloatArray, format_level
from helpers.stats.linear.estimates import Columns, list_estimates, list_pairs
from helpers.stats.mmrm.coefficients import tabulate_coefficients, tabulate_terms
from helpers.stats.mmrm.data import MmrmData, MmrmRoles
from helpers.stats.mmrm.inference import NO_VARIANCE, FTest, MmrmInference, name_gaps
from helpers.stats.mmrm.reference_grid import average_visits, build_cell_rows
from helpers.stats.multiplicity.dunnett import NUMBERS, adjust_families
from helpers.stats.multiplicity.family_rule import DUNNETT, FamilyRule

NOT_ESTIMABLE = "not estimable from these data"


@dataclass(frozen=True)
class MmrmFit:
    """A mixed model for repeated measures, or the reason why there is none.

    Attributes
    ----------
    covariance : DataFrame, or dict of DataFrames by group
        Estimated covariance over visits.
    loglik, aic, bic : float
        (Restricted) log-likelihood as SAS PROC MIXED and R mmrm define it; AIC and BIC count the
        covariance parameters, BIC with the number of subjects.
    n_subjects, n_obs : int
        In the model.
    converged : bool
        Whether the optimum was verified; if not, every estimate is NaN.
    structure, requested : str
        Covariance structure used ("" if none) and asked for.
    n_parameters : int
        Covariance parameters.
    df_method : str
    note : str
        Fallback, rows left out, empty levels, aliased columns, or why nothing was fitted.
    scaled_gradient : float
        Largest gradient component in units of the root of its curvature.
    iterations : int
    """

    covariance: pd.DataFrame | dict[Hashable, pd.DataFrame]
    loglik: float
    aic: float
    bic: float
    n_subjects: int
    n_obs: int
    converged: bool
    structure: str
    requested: str
    n_parameters: int
    df_method: str
    note: str
    scaled_gradient: float
    iterations: int
    data: MmrmData = field(repr=False)
    roles: MmrmRoles = field(repr=False)
    inference: MmrmInference | None = field(repr=False)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Give term, estimate, se, df, t, p, note of every coefficient; aliased ones are NaN."""
        names = self.data.design.names
        if self.inference is not None:
            return tabulate_coefficients(names, self.inference)
        nothing = np.full(len(names), np.nan)
        return tabulate_terms(names, nothing, nothing, nothing, [self.note] * len(names))

    @property
    def condition(self) -> float:
        """Condition number of the estimated correlation over visits, the largest of the groups.

        1 where the visits are uncorrelated, NaN where nothing was fitted; a fit with more than 1e8
        is not returned.
        """
        if not self.converged:
            return float("nan")
        found = self.covariance
        frames = list(found.values()) if isinstance(found, dict) else [found]
        return max(_find_condition(frame.to_numpy(dtype=np.float64)) for frame in frames)

    def lsmeans(self, level: float = 0.95, average: bool = False) -> pd.DataFrame:
        """Give the least-squares mean of every arm at every visit.

        Parameters
        ----------
        level : float
            Confidence level of the limits.
        average : bool
            One mean per arm, over the visits with equal weight.

        Returns
        -------
        DataFrame
            visit (not when averaged), arm, estimate, se, df, lower, upper, t, p, note.
        """
        check_level(level)
        visits, rows = self._cells(average)
        arms = self.data.all_arms
        labels = {"visit": [v for v in visits for _ in arms], "arm": list(arms) * len(visits)}
        if average:
            del labels["visit"]
        return pd.DataFrame(
            self._estimate(labels, rows.reshape(-1, rows.shape[-1]), level), copy=False
        )

    def contrasts(
        self,
        level: float = 0.95,
        reference: Hashable | None = None,
        adjust: str | FamilyRule | None = None,
        average: bool = False,
    ) -> pd.DataFrame:
        """Give differences of LS means between arms at every visit.

        Parameters
        ----------
        level : float
            Confidence level of the limits.
        reference : level of the arm, optional
            Compare every other arm with this one; by default every arm with every earlier one,
            those with the first arm first.
        adjust : None, "dunnett", "tukey" or FamilyRule
            Limits and p simultaneous over the arms compared with the reference (by default the
            first arm), or over all pairs of arms, within each visit, by the model's correlation
            and the smallest df; see `helpers.stats.multiplicity.dunnett`. A rule is of the
            differences from the reference; "dunnett" is the rule of two sides.
        average : bool
            Differences of the means over visits.

        Returns
        -------
        DataFrame
            visit (not when averaged), contrast, estimate, se, df, lower, upper, t, p, note; with
            `adjust` also p_adjusted (the same as p) and p_unadjusted.
        """
        check_level(level)
        if isinstance(adjust, str) and adjust not in ("dunnett", "tukey"):
            raise ValueError(f'adjust must be None, "dunnett" or "tukey", got {adjust!r}')
        if adjust == "tukey" and reference is not None:
            raise ValueError('adjust "tukey" compares all pairs and takes no reference')
        arms = self.data.all_arms
        if reference is not None and reference not in arms:
            raise ValueError(f"{self.roles.arm} has no level {reference!r}; it has {list(arms)}")
        at = None if reference is None else arms.index(reference)
        first = adjust not in (None, "tukey") and at is None
        pairs = list_pairs(len(arms), 0 if first else at)
        rule = DUNNETT if isinstance(adjust, str) else adjust
        visits, cells = self._cells(average)
        names, differences = self._differences(cells, pairs)
        labels: dict[str, Sequence[Hashable]] = {"contrast": names * len(visits)}
        if not average:
            labels = {"visit": [v for v in visits for _ in names], **labels}
        columns = self._estimate(labels, differences.reshape(-1, cells.shape[-1]), level)
        if rule is not None:
            columns = self._adjust(columns, differences, level, rule)
        return pd.DataFrame(columns, copy=False)

    def _adjust(
        self, columns: Columns, differences: FloatArray, level: float, rule: FamilyRule
    ) -> Columns:
        """Adjust the contrasts (visits x q x p, the rows of `columns`) within each visit."""
        numbers = {name: np.asarray(columns[name], dtype=np.float64) for name in NUMBERS}
        visits, q, p = differences.shape
        whole = self._covariance(differences.reshape(-1, p))
        whole[np.isnan(numbers["df"])] = np.nan
        covariances = []
        for at in range(visits):
            own = slice(at * q, (at + 1) * q)
            covariance = whole[own, own]
            covariances.append(covariance if _is_covariance(covariance) else covariance * np.nan)
        adjusted = adjust_families(numbers, covariances, level, rule)
        lost = np.isnan(adjusted["p"]).tolist()
        notes = zip(lost, columns["note"], strict=True)
        note = [NO_VARIANCE if gone and not said else said for gone, said in notes]
        return {**columns, **adjusted, "note": note}

    def _differences(
        self, cells: FloatArray, pairs: list[tuple[int, int]]
    ) -> tuple[list[str], FloatArray]:
        """Give names and design rows of pairs of arms, whose cells are (..., arms, p)."""
        arms = [format_level(arm) for arm in self.data.all_arms]
        names = [f"{arms[arm]} - {arms[other]}" for arm, other in pairs]
        at = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
        return names, cells[..., at[:, 0], :] - cells[..., at[:, 1], :]

    def _covariance(self, rows: FloatArray) -> FloatArray:
        """Give the covariance of contrasts (q x q), NaN where not estimable."""
        covariance = np.full((len(rows), len(rows)), np.nan)
        if self.inference is not None:
            known = np.flatnonzero(np.isfinite(rows).all(axis=1))
            known = known[self.inference.scaling.to_orthonormal(rows[known])[1]]
            found = self.inference.covariance_of(rows[known])
            positive = np.diag(found) > 0
            known, found = known[positive], found[np.ix_(positive, positive)]
            covariance[np.ix_(known, known)] = found
        return covariance

    def coefficient_covariance(self) -> pd.DataFrame:
        """Give the covariance of the coefficients that are not aliased (adjusted if asked for).

        Returns
        -------
        DataFrame
            (r, r), terms by terms; NaN where nothing was fitted.
        """
        names = np.array(self.data.design.names, dtype=object)
        if self.inference is None:
            return pd.DataFrame(np.nan, names, names)
        kept = names[self.inference.scaling.kept]
        return pd.DataFrame(self.inference.covariance_of_kept(), kept, kept)

    def contrast_covariance(
        self, visit: Hashable, reference: Hashable | None = None
    ) -> pd.DataFrame:
        """Give the covariance of the differences from the reference (by default the first arm).

        Returns
        -------
        DataFrame
            (arms - 1, arms - 1), contrasts by contrasts as `contrasts` names them; NaN where
            not estimable.
        """
        arms, visits = self.data.all_arms, self.data.all_visits
        control = arms[0] if reference is None else reference
        if control not in arms or visit not in visits:
            raise ValueError(f"no {control!r} among {list(arms)} or {visit!r} among {list(visits)}")
        cells = self._cells(average=False)[1][visits.index(visit)]
        names, differences = self._differences(cells, list_pairs(len(arms), arms.index(control)))
        return pd.DataFrame(self._covariance(differences), names, names)

    def f_test(self, terms: str | Iterable[str]) -> pd.DataFrame:
        """Test that all coefficients of the terms are zero.

        Parameters
        ----------
        terms : str or several
            Names of terms ("ARM:AVISIT") or of coefficients ("ARMIV:AVISITM06"), in a list or
            in one text with " | " between them.

        Returns
        -------
        DataFrame
            One row: terms, num_df, denom_df, f, p, note. Coefficients that cannot be estimated
            are left out of the test, and the note says so.
        """
        names = terms.split(" | ") if isinstance(terms, str) else list(terms)
        design = self.data.design
        found = list(dict.fromkeys(at for name in names for at in design.columns_of(name)))
        tested = self._test(np.eye(len(design.columns))[found])
        return pd.DataFrame(
            {
                "terms": [" | ".join(names)],
                "num_df": [tested.num_df],
                "denom_df": [tested.denom_df],
                "f": [tested.f],
                "p": [tested.p],
                "note": [tested.note],
            }
        )

    def _test(self, rows: FloatArray) -> FTest:
        if self.inference is None:
            return FTest(0, np.nan, np.nan, np.nan, self.note)
        return self.inference.test_jointly(rows)

    def _cells(self, average: bool) -> tuple[Sequence[Hashable], FloatArray]:
        """Give the visits and the design row of every cell; one row per arm when averaged."""
        cells = self._cell_rows
        return (("",), average_visits(cells)) if average else (self.data.all_visits, cells)

    @cached_property
    def _cell_rows(self) -> FloatArray:
        return build_cell_rows(self.data, self.roles, empty=self.inference is None)

    def _estimate(
        self, labels: Mapping[str, Sequence[Hashable]], rows: FloatArray, level: float
    ) -> Columns:
        if self.inference is None:
            estimate, se, df = np.full((3, len(rows)), np.nan)
            return list_estimates(labels, estimate, se, df, level, [self.note] * len(rows))
        present = np.asarray(np.isfinite(rows).all(axis=1), dtype=np.bool_)
        known = np.where(present[:, None], rows, 0.0)
        estimate, se, df, estimable = self.inference.estimate_rows(known)
        fine = np.logical_and(present, estimable)
        notes = name_gaps(fine, se, df, NOT_ESTIMABLE)
        estimate, se, df = (np.where(fine, x, np.nan) for x in (estimate, se, df))
        return list_estimates(labels, estimate, se, df, level, notes)


def _find_condition(covariance: FloatArray) -> float:
    sd = np.sqrt(np.diag(covariance))
    values = np.linalg.eigvalsh(covariance / np.outer(sd, sd))
    return float(values[-1] / values[0])


def _is_covariance(covariance: FloatArray) -> bool:
    """Say whether the estimable part is positive semidefinite, which an adjusted one may not be."""
    known = np.isfinite(np.diag(covariance))
    part = covariance[np.ix_(known, known)]
    return not known.any() or float(np.linalg.eigvalsh(part)[0]) >= -1e-10 * float(np.trace(part))
