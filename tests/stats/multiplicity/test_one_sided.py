"""One-sided Dunnett values against the published table, integrals and properties."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_t, norm
from scipy.stats import t as student

from helpers.stats.multiplicity.dunnett import adjust_contrasts, adjust_dunnett, dunnett_critical
from helpers.stats.multiplicity.family_rule import FamilyRule
from helpers.stats.multiplicity.multivariate_t import compute_upper_t_tail


def equal_arms(k: int) -> np.ndarray:
    return np.full((k, k), 0.5) + 0.5 * np.eye(k)


@pytest.mark.parametrize(
    ("arms", "df", "critical"),
    # Dunnett, JASA 1955;50:1096, table 1a, one-sided 5 %, equal groups
    [
        *((2, 10, 2.15), (3, 10, 2.34), (2, 20, 2.03), (3, 20, 2.19)),
        *((2, 60, 1.95), (3, 60, 2.10), (2, math.inf, 1.92), (3, math.inf, 2.06)),
    ],
)
def test_critical_values_equal_the_published_table(arms, df, critical):
    found = dunnett_critical(0.95, df, equal_arms(arms), sides=1)
    assert found == pytest.approx(critical, abs=0.0051)


@pytest.mark.parametrize("c", [-2.5, -0.7, 0.0, 1e-6, 0.4, 2.3, 6.0])
@pytest.mark.parametrize("correlation", [-0.4, 0.0, 0.5, 0.93])
def test_the_tail_of_two_equals_an_integral_over_one_of_them(c, correlation):
    """Normal case: P(Z1 < c, Z2 < c) by the distribution of Z2 given Z1."""

    def given(x):
        return norm.pdf(x) * norm.cdf((c - correlation * x) / math.sqrt(1 - correlation**2))

    inside = quad(given, -12, c, epsabs=1e-13, limit=200)[0]
    matrix = np.array([[1, correlation], [correlation, 1]])
    assert compute_upper_t_tail(c, math.inf, matrix) == pytest.approx(1 - inside, abs=1e-10)


@pytest.mark.parametrize("df", [4, 21.7])
@pytest.mark.parametrize("c", [-1.3, 0.2, 2.1])
def test_the_tail_of_t_equals_the_distribution_function_of_scipy(df, c):
    for matrix in (equal_arms(2), equal_arms(3)):
        inside = multivariate_t(shape=matrix, df=df).cdf(
            np.full(len(matrix), c), maxpts=100_000, random_state=3
        )
        assert compute_upper_t_tail(c, df, matrix) == pytest.approx(1 - inside, abs=1e-4)


def test_a_family_of_one_or_of_the_same_contrast_twice_is_a_t_test():
    for matrix in (np.eye(1), np.ones((2, 2))):
        assert compute_upper_t_tail(1.7, 12.0, matrix) == pytest.approx(student.sf(1.7, 12))
    assert adjust_dunnett([1.7], 12.0, 1.0, sides=1) == pytest.approx([student.sf(1.7, 12)])


def test_opposite_contrasts_are_the_two_sides_of_one():
    opposite = np.array([[1.0, -1.0], [-1.0, 1.0]])
    expected = 2 * student.sf(2.2, 9)
    assert compute_upper_t_tail(2.2, 9.0, opposite) == pytest.approx(expected, rel=1e-9)


def test_p_falls_with_t_of_either_sign_and_half_of_two_sides_is_near_it_where_p_is_small():
    t = np.linspace(-4, 4, 41)
    one = np.array([adjust_dunnett([x, 0.0], 30, 0.5, sides=1)[0] for x in t])
    assert (np.diff(one) < 0).all()
    both = adjust_dunnett([3.5, 0.0], 30, 0.5)[0]
    assert adjust_dunnett([3.5, 0.0], 30, 0.5, sides=1)[0] == pytest.approx(both / 2, rel=0.03)


@pytest.fixture
def table() -> tuple[pd.DataFrame, np.ndarray]:
    """Two differences with df of their own; a negative one is a benefit."""
    se, df = np.array([0.8, 1.0]), np.array([20.0, 28.0])
    estimate = np.array([-2.0, -1.9])
    t = estimate / se
    frame = pd.DataFrame({"estimate": estimate, "se": se, "df": df, "t": t})
    frame = frame.assign(lower=np.nan, upper=np.nan, p=2 * student.sf(np.abs(t), df))
    return frame, np.array([[0.64, 0.4], [0.4, 1.0]])


def test_one_side_takes_the_direction_of_benefit_and_its_limits_agree_with_p(table):
    frame, covariance = table
    good, bad = (
        adjust_contrasts(frame, covariance, 0.975, FamilyRule("dunnett", 1, direction))
        for direction in (-1, 1)
    )
    assert good["p_unadjusted"].to_numpy() == pytest.approx(student.sf(-frame["t"], frame["df"]))
    assert (good["p"] < 0.1).all()
    assert (bad["p"] > 0.9).all()
    for p in (0.01, 0.02, 0.05):
        limits = adjust_contrasts(frame, covariance, 1 - p, FamilyRule("dunnett", 1, -1))
        assert list(limits["upper"] < 0) == list(good["p"] < p)


@pytest.mark.parametrize("sides", [1, 2])
def test_hochberg_and_no_adjustment_by_hand(table, sides):
    """Two p: the larger stays, the smaller is doubled unless the larger is smaller than that."""
    frame, covariance = table
    p = sides * student.sf(-frame["t"], frame["df"])
    hochberg = adjust_contrasts(frame, covariance, 0.95, FamilyRule("hochberg", sides, -1))
    assert list(hochberg["p_adjusted"]) == pytest.approx([min(2 * p[0], max(p)), max(p)])
    margin = frame["se"] * student.isf(0.05 / sides / 2, frame["df"])
    assert list(hochberg["upper"]) == pytest.approx(list(frame["estimate"] + margin))
    alone = adjust_contrasts(frame, covariance, 0.95, FamilyRule("none", sides, -1))
    assert list(alone["p_adjusted"]) == pytest.approx(list(p))
    margin = frame["se"] * student.isf(0.05 / sides, frame["df"])
    assert list(alone["lower"]) == pytest.approx(list(frame["estimate"] - margin))


@pytest.mark.parametrize("method", ["dunnett", "hochberg", "none"])
def test_a_contrast_that_is_not_estimable_is_no_part_of_the_family(table, method):
    frame, covariance = table
    frame.loc[1, ["estimate", "se", "df", "t", "p"]] = np.nan
    covariance[1, :] = covariance[:, 1] = np.nan
    found = adjust_contrasts(frame, covariance, 0.95, FamilyRule(method, 2, -1))
    assert found.loc[0, "p_adjusted"] == pytest.approx(frame.loc[0, "p"], rel=1e-6)
    margin = 0.8 * student.isf(0.025, 20)
    assert found.loc[0, "upper"] == pytest.approx(-2.0 + margin, rel=1e-7)
    assert math.isnan(found.loc[1, "p_adjusted"])
    assert math.isnan(found.loc[1, "lower"])


def test_sides_are_one_or_two():
    with pytest.raises(ValueError, match="sides must be 1 or 2"):
        adjust_dunnett([1.0, 2.0], 10, 0.5, sides=3)
