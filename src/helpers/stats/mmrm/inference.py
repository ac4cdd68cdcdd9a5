"""Small-sample inference for the fixed effects: Satterthwaite and Kenward-Roger.

Kenward MG, Roger JH. Small sample inference for fixed effects from restricted maximum
likelihood. Biometrics 1997;53:983-997. All matrices are held in the basis in which Phi is the
identity, so that a contrast is a vector z with variance z'z.

Source: Kenward and Roger, Biometrics 1997;53:983; Satterthwaite, Biometrics Bull 1946;2:110.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from helpers.stats.linear.design_matrix import FloatArray
from helpers.stats.mmrm.covariance import CovarianceStructure
from helpers.stats.mmrm.optimize import Optimum
from helpers.stats.mmrm.standardise import DesignScaling, MmrmProblem

# The adjustment of Kenward and Roger subtracts; with very few participants too much.
NO_VARIANCE = "adjusted variance not positive"
# Below one degree of freedom a limit is the estimate plus or minus some hundred standard errors.
NO_DF = "fewer than one degree of freedom"
METHODS = ("satterthwaite", "kenward_roger", "kenward_roger_linear")


@dataclass(frozen=True)
class FTest:
    """A joint test: numerator and denominator degrees of freedom, F, p, why there is none."""

    num_df: int
    denom_df: float
    f: float
    p: float
    note: str = ""


@dataclass(frozen=True)
class MmrmInference:
    """Fixed effects and what their degrees of freedom are computed from.

    Attributes
    ----------
    scaling : DesignScaling
        From the user's coefficients to ours.
    method : str
        One of METHODS.
    beta : (r,) float
        In the orthonormal columns, in the unit of the response.
    root : (r, r) float
        `Phi = root @ root.T`, in the unit of the response squared.
    information : (t, r, r) float
        `root' X' V^-1 V_h V^-1 X root`.
    theta_covariance : (t, t) float
        Inverse of the observed Hessian.
    adjusted : (r, r) float
        Covariance of the estimates in the basis of the root: the identity, or that of
        Kenward and Roger.
    """

    scaling: DesignScaling
    method: str
    beta: FloatArray
    root: FloatArray
    information: FloatArray
    theta_covariance: FloatArray
    adjusted: FloatArray

    def estimate_rows(
        self, rows: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
        """Give estimate, standard error, df of each contrast (q x p), and which are estimable."""
        ours, estimable = self.scaling.to_orthonormal(rows)
        return *self._estimate(ours, rows[:, 0], estimable), estimable

    def predict_rows(self, rows: FloatArray) -> FloatArray:
        """Give the estimate alone of each contrast (q x p), NaN where it is not estimable."""
        ours, estimable = self.scaling.to_orthonormal(rows)
        return self._predict(ours, rows[:, 0], estimable)

    def estimate_kept(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give estimate, standard error, df of each coefficient, the aliased ones taken as zero."""
        rows = np.eye(len(self.scaling.kept))
        ours = self.scaling.from_kept(rows)
        return self._estimate(ours, rows[:, 0], np.ones(len(rows), dtype=np.bool_))

    def _estimate(
        self, ours: FloatArray, intercepts: FloatArray, estimable: NDArray[np.bool_]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        z = ours @ self.root
        estimate = self._predict(ours, intercepts, estimable)
        variance = np.einsum("qr,rs,qs->q", z, self.adjusted, z)
        usable = estimable & (variance > 0)
        return estimate, np.sqrt(np.where(usable, variance, np.nan)), self._row_df(z, usable)

    def _predict(
        self, ours: FloatArray, intercepts: FloatArray, estimable: NDArray[np.bool_]
    ) -> FloatArray:
        return np.where(estimable, ours @ self.beta + intercepts * self.scaling.centre, np.nan)

    def _row_df(self, z: FloatArray, usable: NDArray[np.bool_]) -> FloatArray:
        """Give 2 v^2 / (g' W g) per row, NaN below 1; for one row the three methods agree."""
        length = np.einsum("qr,qr->q", z, z)
        outer = (z[:, :, None] * z[:, None, :]).reshape(len(z), z.shape[1] ** 2)
        slope = outer @ self.information.reshape(len(self.information), -1).T
        spread = np.einsum("qt,tu,qu->q", slope, self.theta_covariance, slope)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = np.where(usable, 2.0 * length**2 / spread, np.nan)
        return np.where(df >= 1.0, df, np.nan)

    def covariance_of(self, rows: FloatArray) -> FloatArray:
        """Give the covariance of estimable contrasts (q x q)."""
        return self._covariance(self.scaling.to_orthonormal(rows)[0])

    def covariance_of_kept(self) -> FloatArray:
        """Give the covariance of the coefficients that are not aliased (r x r)."""
        return self._covariance(self.scaling.from_kept(np.eye(len(self.scaling.kept))))

    def _covariance(self, ours: FloatArray) -> FloatArray:
        z = ours @ self.root
        result: FloatArray = z @ self.adjusted @ z.T
        return result

    def test_jointly(self, rows: FloatArray) -> FTest:
        """Test that all contrasts (q x p) are zero."""
        ours, estimable = self.scaling.to_orthonormal(rows)
        left_out = int(np.sum(~estimable))
        note = f"{left_out} of {len(rows)} not estimable and left out" if left_out else ""
        ours, intercepts = ours[estimable], rows[estimable, 0]
        z = ours @ self.root
        values, vectors = np.linalg.eigh(z @ z.T)
        independent = values > 1e-10 * values.max(initial=0.0)
        if not independent.any():
            return FTest(0, np.nan, np.nan, np.nan, note or "nothing to test")
        turned = vectors[:, independent].T / np.sqrt(values[independent])[:, None]
        axes = turned @ z
        estimate = turned @ (ours @ self.beta + intercepts * self.scaling.centre)
        if self.method == "satterthwaite":
            tested = self._satterthwaite_test(axes, estimate)
        else:
            tested = self._kenward_roger_test(axes, estimate)
        return replace(tested, note="; ".join(filter(None, (note, tested.note))))

    def _satterthwaite_test(self, axes: FloatArray, estimate: FloatArray) -> FTest:
        """Match the mean of a sum of squared t statistics to that of an F."""
        q = len(axes)
        df = np.nan_to_num(self._row_df(axes, np.ones(q, dtype=np.bool_)))
        f = float(estimate @ estimate) / q
        if np.ptp(df) <= 1e-8 * df.max():
            return _f_test(q, float(df.mean()), f)
        if not (df > 2).all():
            return _f_test(q, 2.0, f)
        total = float(np.sum(df / (df - 2.0)))
        return _f_test(q, 2.0 * total / (total - q), f)

    def _kenward_roger_test(self, axes: FloatArray, estimate: FloatArray) -> FTest:
        """Match mean and variance of the Wald statistic to a scaled F."""
        q, n = len(axes), len(self.information)
        y = (axes @ self.information @ axes.T).reshape(n, q * q)
        traces = y[:, :: q + 1].sum(axis=1)
        a1 = float(traces @ self.theta_covariance @ traces)
        a2 = float(np.sum(self.theta_covariance * (y @ y.T)))
        df, scale = kenward_roger_df(q, a1, a2)
        adjusted = axes @ self.adjusted @ axes.T
        if np.linalg.eigvalsh(adjusted)[0] <= 0:
            return FTest(q, np.nan, np.nan, np.nan, NO_VARIANCE)
        wald = float(estimate @ np.linalg.solve(adjusted, estimate))
        return _f_test(q, df, scale * wald / q)


def name_gaps(
    estimable: NDArray[np.bool_], se: FloatArray, df: FloatArray, not_estimable: str
) -> list[str]:
    """Say per estimate (q) why it or its limits are NaN; empty where all is well."""
    notes = np.where(np.isnan(df), NO_DF, "")
    notes = np.where(np.isnan(se), NO_VARIANCE, notes)
    return [str(note) for note in np.where(estimable, notes, not_estimable)]


def kenward_roger_df(q: int, a1: float, a2: float) -> tuple[float, float]:
    """Give denominator degrees of freedom and scale of the Wald statistic over q.

    The names are those of the article; for one contrast they give 2 / A2 and 1.
    """
    if q == 1:
        return (2.0 / a2 if a2 > 0 else np.inf), 1.0
    first, second = np.float64(a1), np.float64(a2)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = (first + 6.0 * second) / (2.0 * q)
        g = ((q + 1) * first - (q + 4) * second) / ((q + 2) * second)
        d = 3.0 * q + 2.0 * (1.0 - g)
        c1, c2, c3 = g / d, (q - g) / d, (q + 2 - g) / d
        e = 1.0 / (1.0 - second / q)
        v = (2.0 / q) * (1.0 + c1 * b) / ((1.0 - c2 * b) ** 2 * (1.0 - c3 * b))
        rho = v / (2.0 * e * e)
        df = 4.0 + (q + 2.0) / (q * rho - 1.0)
        return float(df), float(df / (e * (df - 2.0)))


def _f_test(num_df: int, denom_df: float, f: float) -> FTest:
    if not (np.isfinite(f) and f >= 0 and denom_df >= 1):
        return FTest(num_df, np.nan, np.nan, np.nan, NO_DF)
    return FTest(num_df, denom_df, f, float(special.fdtrc(num_df, denom_df, f)))


def build_inference(
    problem: MmrmProblem,
    scaling: DesignScaling,
    structure: CovarianceStructure,
    optimum: Optimum,
    method: str,
) -> MmrmInference:
    """Collect what inference needs from a verified optimum."""
    derivatives = optimum.derivatives
    theta_covariance = np.asarray(np.linalg.inv(derivatives.hessian), dtype=np.float64)
    adjusted = np.eye(problem.rank)
    if method != "satterthwaite":
        # one visit is least squares: its variance is a parameter, not a curve of one, and the
        # curvature of the logarithm would shrink the exact variance by 1 - 1/df
        with_second = method == "kenward_roger" and problem.n_visits > 1
        adjusted += 2.0 * _kenward_roger_bias(
            problem, structure, optimum, theta_covariance, with_second
        )
    return MmrmInference(
        scaling=scaling,
        method=method,
        beta=scaling.offset + scaling.scale * optimum.state.beta,
        root=scaling.scale * optimum.state.root,
        information=derivatives.information,
        theta_covariance=theta_covariance,
        adjusted=adjusted,
    )


def _kenward_roger_bias(
    problem: MmrmProblem,
    structure: CovarianceStructure,
    optimum: Optimum,
    w: FloatArray,
    with_second: bool,
) -> FloatArray:
    """Give sum_hk W_hk (Q_hk - P_h Phi P_k - R_hk / 4) in the basis of the root (r x r)."""
    state, derivatives = optimum.state, optimum.derivatives
    moments, m, n = problem.moments, problem.n_visits, structure.n_parameters
    n_patterns, k = len(moments.count), moments.uu.shape[1]
    middle = np.empty_like(state.inverse)
    for g in range(problem.n_groups):
        own, at = moments.group == g, slice(g * n, (g + 1) * n)
        first = structure.first_derivatives(optimum.theta[at]).reshape(n, -1)
        weighted = (first.T @ w[at, at] @ first).reshape(m, m, m, m).transpose(1, 2, 0, 3)
        inverse = state.inverse[own]
        inner = (inverse.reshape(-1, m * m) @ weighted.reshape(m * m, m * m)).reshape(-1, m, m)
        if with_second:
            second = structure.second_derivatives(optimum.theta[at]).reshape(n * n, -1)
            inner = inner - 0.25 * (w[at, at].ravel() @ second).reshape(m, m)
        middle[own] = inverse @ inner @ inverse
    cells = middle.reshape(n_patterns, m * m).T @ moments.uu.reshape(n_patterns, k * k)
    blocks = cells.reshape(m, m, k, k).transpose(0, 2, 1, 3).reshape(m * k, m * k)
    lifted = problem.basis @ state.root
    information = derivatives.information
    weighted_information = np.tensordot(w, information, axes=1)
    products = (information @ weighted_information).sum(axis=0)
    bias = lifted.T @ blocks @ lifted - products
    result: FloatArray = 0.5 * (bias + bias.T)
    return result
