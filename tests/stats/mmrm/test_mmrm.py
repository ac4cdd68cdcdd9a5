"""Every model of the polished reference files: R mmrm after Newton steps to the exact optimum."""

import numpy as np
import pandas as pd
import pytest
from mmrm_cases import FEV, SMALL, describe_model, list_models, read_data, read_models, read_table

from helpers.stats.mmrm.fit import fit_mmrm, list_candidates

POLISHED = list_models(
    "mmrm_small_trial_polished", "mmrm_fev_polished", "mmrm_fev_extra", "mmrm_trial48"
)
COLUMNS = ["estimate", "se", "df", "t", "p", "lower", "upper"]


def assert_table(ours, expected, keys):
    """1e-6 relative, df 1e-5, estimates and limits 1e-6 of a standard error."""
    expected = pd.DataFrame(expected).rename(columns={"lsmean": "estimate"}).set_index(keys)
    ours = ours.set_index(keys).loc[expected.index]
    for name in [c for c in COLUMNS if c in expected]:
        a, b = ours[name].to_numpy(dtype=float), expected[name].to_numpy(dtype=float)
        if name in ("estimate", "lower", "upper"):
            assert np.max(np.abs(a - b) / expected.se) < 1e-6, name
        if name not in ("lower", "upper"):
            np.testing.assert_allclose(a, b, rtol=1e-5 if name == "df" else 1e-6, err_msg=name)


@pytest.mark.parametrize(("file", "key", "method"), POLISHED)
def test_every_number_equals_r_at_the_exact_optimum(file, key, method):
    frame, chosen = describe_model(file, key)
    expected = read_models(file)[key]
    fit = fit_mmrm(frame, df=method, **chosen)
    assert fit.converged
    assert fit.structure == chosen["covariance"]
    assert fit.note == ""
    assert (fit.n_obs, fit.n_subjects) == (expected["n_obs"], expected["n_subjects"])
    assert fit.n_parameters == expected["n_parameters_covariance"]
    assert fit.scaled_gradient < 1e-8
    for name in ("loglik", "aic", "bic"):
        assert getattr(fit, name) == pytest.approx(expected[name], rel=1e-12)
    covariance = fit.covariance if isinstance(fit.covariance, dict) else {"": fit.covariance}
    theirs = expected["covariance_matrix"]
    for group, ours in covariance.items():
        np.testing.assert_allclose(ours, theirs[group] if group else theirs, rtol=1e-6)
    tables = expected[method]
    assert_table(fit.coefficients, tables["coefficients"], ["term"])
    assert_table(fit.lsmeans(), tables["lsmeans"], ["visit", "arm"])
    assert_table(fit.contrasts(), tables["differences"], ["visit", "contrast"])
    if averaged := tables.get("differences_averaged_over_visits"):
        assert_table(fit.contrasts(average=True), averaged, ["contrast"])


@pytest.mark.parametrize(("file", "key", "method"), list_models("mmrm_fev_extra", "mmrm_trial48"))
def test_covariances_of_coefficients_and_joint_tests_equal_r(file, key, method):
    frame, chosen = describe_model(file, key)
    expected = read_models(file)[key]
    fit = fit_mmrm(frame, df=method, **chosen)
    names = expected["coef_names"]
    theirs = expected["vcov_model" if method == "satterthwaite" else f"vcov_{method}"]
    ours = fit.coefficient_covariance().loc[names, names]
    assert_covariance(ours, theirs)
    assert_covariance(fit.inference.theta_covariance, expected["theta_vcov"])
    for test in expected[method].get("f_tests", []):
        row = fit.f_test(test["coefficients"]).iloc[0]
        assert row.num_df == test["num_df"]
        assert row.denom_df == pytest.approx(test["denom_df"], rel=1e-5)
        assert row.f == pytest.approx(test["f"], rel=1e-6)
        assert row.p == pytest.approx(test["p"], rel=1e-6)


def assert_covariance(ours, theirs):
    theirs = np.array(theirs)
    size = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)))
    assert np.max(np.abs(np.asarray(ours) - theirs) / size) < 1e-6


R_NAMES = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward_roger",
    "Kenward-Roger-Linear": "kenward_roger_linear",
}
STRUCTURES = ("us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh")


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize(("data", "tolerance"), [("small_trial", 2e-4), ("fev", 5e-3)])
def test_r_where_it_stops_by_default_is_near_and_never_better(data, tolerance, structure):
    frame = read_data("small_trial" if data == "small_trial" else "fev_data")
    chosen = (SMALL if data == "small_trial" else FEV) | {"covariance": structure}
    expected = read_table(f"mmrm_{data}_fit").set_index("cov").loc[structure]
    tables = {
        "coefficients": ["term"],
        "lsmeans": ["visit", "arm"],
        "contrasts": ["visit", "contrast"],
    }
    theirs = {name: read_table(f"mmrm_{data}_{name}") for name in (*tables, "covariance")}
    for r_name, method in R_NAMES.items():
        fit = fit_mmrm(frame, df=method, **chosen)
        assert fit.loglik >= expected.reml_loglik - 1e-6
        assert fit.n_parameters == expected.n_theta
        assert fit.aic == pytest.approx(expected.aic, abs=1e-3)
        assert fit.bic == pytest.approx(expected.bic, abs=1e-3)
        for name, keys in tables.items():
            table = theirs[name]
            wanted = table[(table["cov"] == structure) & (table.method == r_name)]
            # the files hold LS means and contrasts for two of the three methods
            if r_name != "Kenward-Roger-Linear" or name == "coefficients":
                assert len(wanted)
                assert_near(getattr(fit, name), wanted, keys, tolerance)
    table = theirs["covariance"].query("cov == @structure")
    ours = [fit.covariance.loc[row, col] for row, col in zip(table.row, table.col, strict=True)]
    size = [
        np.sqrt(fit.covariance.loc[r, r] * fit.covariance.loc[c, c])
        for r, c in zip(table.row, table.col, strict=True)
    ]
    assert np.max(np.abs(np.array(ours) - table["value"]) / size) < tolerance


def assert_near(ours, expected, keys, tolerance):
    names = {"emmean": "estimate", "SE": "se"}
    expected = expected.rename(columns=names).set_index(keys)
    ours = (ours if isinstance(ours, pd.DataFrame) else ours()).set_index(keys)
    ours = ours.loc[expected.index]
    assert np.max(np.abs(ours.estimate - expected.estimate) / expected.se) < tolerance
    np.testing.assert_allclose(ours.se, expected.se, rtol=tolerance)
    np.testing.assert_allclose(ours["df"], expected["df"], rtol=max(5e-4, tolerance))


def test_the_tables_have_the_columns_that_analysts_were_promised():
    fit = fit_mmrm(read_data("small_trial"), **SMALL)
    numbers = ["estimate", "se", "df", "lower", "upper", "t", "p", "note"]
    assert list(fit.lsmeans()) == ["visit", "arm", *numbers]
    assert list(fit.contrasts()) == ["visit", "contrast", *numbers]
    assert list(fit.coefficients) == ["term", "estimate", "se", "df", "t", "p", "note"]
    assert list(fit.f_test("ARM")) == ["terms", "num_df", "denom_df", "f", "p", "note"]
    assert list(fit.covariance.columns) == ["M03", "M06", "M12"]


def test_a_reference_arm_can_be_chosen_for_the_fit_and_for_the_contrasts():
    frame = read_data("small_trial")
    fit = fit_mmrm(frame, **SMALL)
    other = fit_mmrm(frame, reference="IV", **SMALL)
    assert list(other.contrasts().contrast[:3]) == ["CONTROL - IV", "IT - IV", "IT - CONTROL"]
    ours = fit.contrasts(reference="IV")
    assert list(ours.contrast[:2]) == ["CONTROL - IV", "IT - IV"]
    theirs = other.contrasts(reference="IV")
    np.testing.assert_allclose(ours.estimate, theirs.estimate, rtol=1e-10)
    np.testing.assert_allclose(ours["df"], theirs["df"], rtol=1e-8)


def test_terms_of_a_joint_test_can_be_named_whole_or_by_coefficient():
    fit = fit_mmrm(read_data("small_trial"), **SMALL)
    by_name = fit.f_test("ARM:AVISIT")
    one_by_one = fit.f_test(
        ["ARMIV:AVISITM06", "ARMIT:AVISITM06", "ARMIV:AVISITM12", "ARMIT:AVISITM12"]
    )
    assert by_name.num_df[0] == one_by_one.num_df[0] == 4
    assert by_name.f[0] == one_by_one.f[0]
    assert fit.f_test("AVISIT:ARM").f[0] == by_name.f[0]
    with pytest.raises(ValueError, match="no term or coefficient 'SEX'"):
        fit.f_test("SEX")


def test_the_frame_is_left_as_it_was():
    frame = read_data("small_trial").copy()
    before = frame.copy(deep=True)
    fit_mmrm(frame, **SMALL).contrasts()
    pd.testing.assert_frame_equal(frame, before)


def test_two_fits_agree_to_the_bit():
    first, second = (fit_mmrm(read_data("fev_data"), **FEV) for _ in range(2))
    pd.testing.assert_frame_equal(first.contrasts(), second.contrasts(), check_exact=True)


def test_fallbacks_follow_the_order_given_after_the_structure_asked_for():
    order = ("us", "toeph", "ar1h", "cs")
    assert list_candidates("us", order, 3) == ["us", "toeph", "ar1h", "cs"]
    assert list_candidates("ar1h", order, 3) == ["ar1h", "cs"]
    assert list_candidates("adh", order, 4) == ["adh", "ar1h", "cs"]
    assert list_candidates("us", ("us", "ar1h", "csh"), 3) == ["us", "ar1h", "csh"]
    assert list_candidates("us", order, 1) == ["us"]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"response": "AVAL2"}, "not a column: AVAL2"),
        ({"covariates": ["AGE:AVISIT"]}, "not a column: AGE"),
        ({"covariance": "sp_exp"}, "no covariance 'sp_exp'"),
        ({"fallback": ("us", "vc")}, "no covariance 'vc'"),
        ({"df": "kr"}, "no df method 'kr'"),
        ({"df": "kenward_roger", "reml": False}, "needs restricted maximum likelihood"),
        ({"reference": "PLACEBO"}, "ARM has no level 'PLACEBO'"),
        ({"response": "USUBJID"}, "must be a column of numbers"),
    ],
)
def test_a_wrong_call_is_refused_with_the_reason(chosen, message):
    with pytest.raises(ValueError, match=message):
        fit_mmrm(read_data("small_trial"), **(SMALL | chosen))
