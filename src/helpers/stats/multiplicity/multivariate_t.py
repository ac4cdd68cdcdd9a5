"""The chance that the largest of several correlated |t| statistics exceeds a value.

Quadrature on fixed points throughout, so the same numbers give the same result to the bit.

Source: Dunnett, JASA 1955;50:1096; other correlations by the lattice rule of scipy (Genz).
"""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr
from scipy.stats import chi, multivariate_t

FloatArray = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_SHARES = (_NODES + 1.0) / 2.0
_STEPS = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
_PRODUCT_TOLERANCE = 1e-10  # largest misfit of a correlation that counts as a product
_PLANE_TOLERANCE = 1e-10  # largest eigenvalue beyond two that is rounding
_REPEATED_TOLERANCE = 1e-12  # distance of a correlation from 1 that is rounding
_STEEPEST_FACTOR = 0.999  # above it the inner curve is too steep for the panels
_ZERO = 1e-12  # a limit this small is 0
_LATTICE_SEED = 19550101  # fixes the shifts of the lattice rule: same call, same bits


def compute_largest_t_tail(c: float, df: float, correlation: FloatArray) -> float:
    """Return P(max |T_i| >= c) for T multivariate t.

    Contrasts of two dimensions (two of them, or all pairs of three arms): one integral over the
    angle, for any correlation. More: two integrals where the correlation is a product b_i b_j
    (every design of one factor), else a fixed lattice rule, good to about 1e-5.
    """
    if c <= 0.0:
        return 1.0
    correlation = _drop_repeated(correlation)
    if len(correlation) <= 2:
        # of one by itself the diagonal may be 1 less rounding, the angle of which is 1e-8
        half = math.acos(float(correlation[0, 1])) / 2.0 if len(correlation) == 2 else 0.0
        return _angle_tail(c, df, [half, math.pi / 2.0 - half])
    angles = _find_angles(correlation)
    if angles is not None:
        return _angle_tail(c, df, [(b - a) / 2.0 for a, b in pairwise(angles)])
    factor = _find_product(correlation)
    if factor is not None:
        return _product_tail(c, df, factor)
    inside = multivariate_t(shape=correlation, df=df, allow_singular=True).cdf(
        np.full(len(correlation), c),
        lower_limit=np.full(len(correlation), -c),
        maxpts=200_000,
        random_state=_LATTICE_SEED,
    )
    return min(max(1.0 - float(inside), 0.0), 1.0)


def compute_upper_t_tail(c: float, df: float, correlation: FloatArray) -> float:
    """Return P(max T_i >= c) for T multivariate t: one direction only, any c.

    One or two statistics: one integral over the angle. More: two integrals where the correlation
    is a product b_i b_j, else a fixed lattice rule, good to about 1e-5.
    """
    correlation = _drop_equal(correlation)
    if len(correlation) == 1:
        return float(stdtr(_finite(df), -c))
    if len(correlation) == 2:
        return _upper_tail_of_two(c, df, float(correlation[0, 1]))
    factor = _find_product(correlation)
    if factor is not None:
        return _product_tail(c, df, factor, sides=1)
    inside = multivariate_t(shape=correlation, df=df, allow_singular=True).cdf(
        np.full(len(correlation), c), maxpts=200_000, random_state=_LATTICE_SEED
    )
    return min(max(1.0 - float(inside), 0.0), 1.0)


def _upper_tail_of_two(c: float, df: float, correlation: float) -> float:
    """P(T_1 >= c or T_2 >= c), in polar coordinates as `_angle_tail`.

    Each direction is the nearer one from half the way to the other on one side, and up to a right
    angle on the other: that half is half of P(T >= c). Below 0 by symmetry: both below c is both
    above -c.
    """
    size, half = max(abs(c), _ZERO), math.acos(correlation) / 2.0
    single = float(stdtr(_finite(df), -size))
    upper = _angle_tail(size, df, [half]) / 2.0 + single
    return upper if c >= 0.0 else min(max(1.0 - (2.0 * single - upper), 0.0), 1.0)


def _finite(df: float) -> float:
    return df if math.isfinite(df) else 1e12


def _drop_equal(correlation: FloatArray) -> FloatArray:
    """Leave out statistics that equal an earlier one, with its sign."""
    earlier = np.triu(correlation, 1) >= 1.0 - _REPEATED_TOLERANCE
    kept = ~earlier.any(axis=0)
    return correlation[np.ix_(kept, kept)]


def _drop_repeated(correlation: FloatArray) -> FloatArray:
    """Leave out statistics that equal an earlier one but for the sign."""
    earlier = np.triu(np.abs(correlation), 1) >= 1.0 - _REPEATED_TOLERANCE
    kept = ~earlier.any(axis=0)
    return correlation[np.ix_(kept, kept)]


def _find_angles(correlation: FloatArray) -> list[float] | None:
    """Directions of contrasts in a plane, as angles in order over half a turn, closed; or None.

    All pairs of three arms lie in one: each is the difference of two others.
    """
    values, vectors = np.linalg.eigh(correlation)
    if np.abs(values[:-2]).max() > _PLANE_TOLERANCE:
        return None
    x, y = (vectors[:, -2:] * np.sqrt(values[-2:])).T
    angles = sorted(float(angle) for angle in np.mod(np.arctan2(y, x), math.pi))
    return [*angles, angles[0] + math.pi]


def _angle_tail(c: float, df: float, halves: list[float]) -> float:
    """Contrasts of a plane in polar coordinates; `halves` of the angles between neighbours.

    On whitened axes a contrast is r cos(a - phi), and r exceeds x with probability
    (1 + x^2/df)^(-df/2); the largest is that of the nearest direction, up to half the way to the
    next. For a pair cos(phi) is the correlation; by symmetry half a turn is enough.
    """
    # the integrand peaks at 0 with a width of 1/c: panels that double from there
    scale = min(1.0, 1.0 / c)
    steps = scale * _STEPS
    ends = np.array(halves)[:, None]
    starts = np.minimum(steps, ends)  # what lies beyond an end has no width
    widths = np.diff(starts, axis=1, append=ends)
    used = widths > 0.0
    start, width = starts[used][:, None], widths[used]
    squared = (c / np.cos(start + width[:, None] * _SHARES)) ** 2
    tail = np.exp(-squared / 2.0 if math.isinf(df) else -df / 2.0 * np.log1p(squared / df))
    total = float(width @ (tail @ _WEIGHTS)) / 2.0
    return min(2.0 / math.pi * total, 1.0)


def _product_tail(c: float, df: float, factor: FloatArray, sides: int = 2) -> float:
    """Many contrasts T_i = (b_i Z + sqrt(1 - b_i^2) E_i) / S: integrate over Z, then over S.

    Of two sides |T_i| is held against c, of one T_i.
    """
    z, z_weight = _panels(np.linspace(-9.0, 9.0, 19), 40)
    density = np.exp(-(z**2) / 2.0) / math.sqrt(2.0 * math.pi) * z_weight
    if math.isinf(df):
        scale, mass = np.ones(1), np.ones(1)
    else:
        low, high = (float(chi.ppf(p, df)) for p in (1e-17, 1.0 - 1e-16))
        points, weight = _panels(np.linspace(low, high, 9), 16)
        scale, mass = points / math.sqrt(df), chi.pdf(points, df) * weight
    rest = np.sqrt(1.0 - factor**2)
    inside = np.zeros((scale.size, z.size))
    with np.errstate(divide="ignore"):
        for b, spread in zip(factor, rest, strict=True):
            upper = ndtr((b * z[None, :] - c * scale[:, None]) / spread)
            mirrored = ndtr((-b * z[None, :] - c * scale[:, None]) / spread)
            lower = mirrored if sides == 2 else 0.0
            inside += np.log1p(-np.minimum(upper + lower, 1.0))
    return min(max(float(mass @ (-np.expm1(inside) @ density)), 0.0), 1.0)


def _panels(edges: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Points and weights of Gauss-Legendre panels with ``count`` points each."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    width = np.diff(edges)[:, None] / 2.0
    points = edges[:-1, None] + width * (nodes + 1.0)
    return points.ravel(), (width * weights).ravel()


def _find_product(correlation: FloatArray) -> FloatArray | None:
    """Find b with correlation b_i b_j off the diagonal, or None; signs do not matter to |T|."""
    k = len(correlation)
    pairs = np.abs(correlation[np.triu_indices(k, 1)])
    if pairs.size and pairs.max() <= _PRODUCT_TOLERANCE:
        return np.zeros(k)
    i, j, m = _strongest_triple(np.abs(correlation))
    if correlation[j, m] == 0.0:
        return None
    squared = correlation[i, j] * correlation[i, m] / correlation[j, m]
    if not 0.0 < squared <= 1.0 + _PRODUCT_TOLERANCE:
        return None
    lead = math.sqrt(min(squared, 1.0))
    factor = np.asarray(correlation[i] / lead, dtype=np.float64)
    factor[i] = lead
    misfit = np.abs(np.outer(factor, factor) - correlation)
    np.fill_diagonal(misfit, 0.0)
    if misfit.max() > _PRODUCT_TOLERANCE or np.abs(factor).max() > _STEEPEST_FACTOR:
        return None
    return factor


def _strongest_triple(size: FloatArray) -> tuple[int, int, int]:
    """The row with the largest correlations and the two it is most correlated with."""
    off = size - np.diag(np.diag(size))
    i = int(np.argmax(off.sum(axis=1)))
    j, m = (int(at) for at in np.argsort(-off[i], kind="stable")[:2])
    return i, j, m
