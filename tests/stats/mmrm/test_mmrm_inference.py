"""Small-sample inference against the articles' formulas on stacked matrices."""

import numpy as np
import pytest
from mmrm_cases import SMALL, read_data
from mmrm_dense import DenseModel, differentiate, kenward_roger
from scipy import stats

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.covariance import build_structure
from helpers.stats.mmrm.inference import kenward_roger_df

FRAME = read_data("trial48_long")


def fit(structure, method):
    return fit_mmrm(FRAME, **SMALL, weights="WEIGHT", covariance=structure, df=method)


NAMES = list(fit("us", "satterthwaite").coefficients.term)
VISITS = ["M03", "M06", "M12"]
DENSE = DenseModel(FRAME, "BASE + ARM * AVISIT", "CHG", VISITS, NAMES, weights="WEIGHT")


def find_theta(structure, result):
    """The parameters that give the fitted covariance (not closed form for all structures)."""
    shape = build_structure(structure, 3)
    target = result.covariance.to_numpy()
    theta = shape.start(target)
    for _ in range(50):
        slope = shape.first_derivatives(theta).reshape(len(theta), -1).T
        gap = (target - shape.covariance(theta)).ravel()
        theta = theta + np.linalg.lstsq(slope, gap, rcond=None)[0]
    np.testing.assert_allclose(shape.covariance(theta), target, rtol=1e-10)
    return shape, theta


@pytest.mark.parametrize("second", [True, False])
@pytest.mark.parametrize("structure", ["us", "csh", "ar1", "toeph", "ad"])
def test_the_adjusted_covariance_follows_the_article_term_by_term(structure, second):
    result = fit(structure, "kenward_roger" if second else "kenward_roger_linear")
    shape, theta = find_theta(structure, result)
    w = result.inference.theta_covariance
    _, adjusted, _ = kenward_roger(DENSE, shape.covariance, theta, w, second)
    np.testing.assert_allclose(result.coefficient_covariance(), adjusted, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("structure", ["us", "toep"])
def test_satterthwaite_df_come_from_the_gradient_of_the_variance(structure):
    result = fit(structure, "satterthwaite")
    shape, theta = find_theta(structure, result)
    w = result.inference.theta_covariance

    def variances(t):
        return np.diag(DENSE.estimate([shape.covariance(t)])[1])

    slope = differentiate(variances, theta, 1e-3)
    expected = 2 * variances(theta) ** 2 / np.einsum("hq,hk,kq->q", slope, w, slope)
    np.testing.assert_allclose(result.coefficients["df"], expected, rtol=1e-6)


def test_a_kenward_roger_test_follows_the_article_term_by_term():
    result = fit("us", "kenward_roger")
    shape, theta = find_theta("us", result)
    w = result.inference.theta_covariance
    phi, adjusted, p = kenward_roger(DENSE, shape.covariance, theta, w)
    rows = np.eye(len(NAMES))[[NAMES.index("ARMLOW"), NAMES.index("ARMHIGH")]].T
    middle = rows @ np.linalg.inv(rows.T @ phi @ rows) @ rows.T
    q = 2
    traces = [np.trace(middle @ phi @ x @ phi) for x in p]
    a1 = sum(w[h, k] * traces[h] * traces[k] for h in range(6) for k in range(6))
    a2 = sum(
        w[h, k] * np.trace(middle @ phi @ p[h] @ phi @ middle @ phi @ p[k] @ phi)
        for h in range(6)
        for k in range(6)
    )
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    d = 3 * q + 2 * (1 - g)
    e = 1 / (1 - a2 / q)
    v = 2 / q * (1 + g / d * b) / ((1 - (q - g) / d * b) ** 2 * (1 - (q + 2 - g) / d * b))
    rho = v / (2 * e**2)
    df = 4 + (q + 2) / (q * rho - 1)
    beta = result.coefficients.estimate.to_numpy()
    wald = beta @ rows @ np.linalg.solve(rows.T @ adjusted @ rows, rows.T @ beta)
    f = df / (e * (df - 2)) * wald / q
    ours = result.f_test("ARM").iloc[0]
    assert ours.denom_df == pytest.approx(df, rel=1e-6)
    assert ours.f == pytest.approx(f, rel=1e-5)
    assert ours.p == pytest.approx(stats.f.sf(f, q, df), rel=1e-4)


def test_one_contrast_tested_jointly_is_its_t_test():
    for method in ("satterthwaite", "kenward_roger", "kenward_roger_linear"):
        result = fit("us", method)
        row = result.coefficients.set_index("term").loc["ARMHIGH"]
        test = result.f_test("ARMHIGH").iloc[0]
        assert test.f == pytest.approx(row.t**2, rel=1e-10)
        assert test.denom_df == pytest.approx(row["df"], rel=1e-10)
        assert test.p == pytest.approx(row.p, rel=1e-8)


def test_a_joint_test_does_not_depend_on_how_its_contrasts_are_written():
    result = fit("us", "kenward_roger")
    names = result.data.design.names
    rows = np.eye(len(names))[[names.index("ARMLOW"), names.index("ARMHIGH")]]
    turned = np.array([[1.0, 1.0], [1.0, -1.0], [0.5, 0.0]]) @ rows
    one, two = (result.inference.test_jointly(x) for x in (rows, turned))
    assert (one.num_df, two.num_df) == (2, 2)
    assert two.f == pytest.approx(one.f, rel=1e-9)
    assert two.denom_df == pytest.approx(one.denom_df, rel=1e-9)


@pytest.mark.parametrize("q", [1, 2, 5])
def test_degenerate_moments_give_no_exception(q):
    for a1, a2 in [(0.0, 0.0), (1.0, float(q)), (1e-300, 1e-300), (4.0, 2.0)]:
        df, scale = kenward_roger_df(q, a1, a2)
        assert isinstance(df, float)
        assert isinstance(scale, float)


def test_the_covariance_of_contrasts_agrees_with_their_table():
    result = fit("us", "kenward_roger")
    covariance = result.contrast_covariance("M06")
    table = result.contrasts(reference="CTRL").query("visit == 'M06'")
    assert list(covariance) == list(table.contrast)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), table.se, rtol=1e-12)
    last = result.contrasts().query("visit == 'M06' and contrast == 'HIGH - LOW'").se.iloc[0]
    gap = np.array([-1.0, 1.0])
    assert np.sqrt(gap @ covariance.to_numpy() @ gap) == pytest.approx(last, rel=1e-10)
    with pytest.raises(ValueError, match="no 'CTRL' among"):
        result.contrast_covariance("M24")


def test_dunnett_limits_hold_jointly_by_simulation_of_the_t_statistics():
    result = fit("us", "satterthwaite")
    table = result.contrasts(adjust="dunnett").query("visit == 'M12'")
    critical = ((table.upper - table.lower) / (2 * table.se)).to_numpy()
    assert critical[0] == pytest.approx(critical[1], rel=1e-12)
    covariance = result.contrast_covariance("M12").to_numpy()
    correlation = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    df = result.contrasts(reference="CTRL").query("visit == 'M12'")["df"].min()
    draw = np.random.default_rng(8)
    z = draw.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], 200_000)
    t = np.abs(z).max(axis=1) / np.sqrt(draw.chisquare(df, 200_000) / df)
    # standard error of the share: 0.0005
    assert np.mean(t <= critical[0]) == pytest.approx(0.95, abs=0.002)
