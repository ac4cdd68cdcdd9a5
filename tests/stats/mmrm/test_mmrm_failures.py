"""It never lies when it fails: what cannot be fitted says so, and what was fitted says how."""

import warnings

import numpy as np
import pandas as pd
import pytest
from mmrm_cases import SMALL, read_data

from helpers.stats.ancova import fit_ancova
from helpers.stats.mmrm import fit_mmrm

METHODS = ("satterthwaite", "kenward_roger", "kenward_roger_linear")
FRAME = read_data("small_trial")
PERSONS = {arm: list(dict.fromkeys(rows.USUBJID)) for arm, rows in FRAME.groupby("ARM", observed=1)}


@pytest.fixture(autouse=True)
def _no_warning_passes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def fit(frame, **chosen):
    return fit_mmrm(frame, **(SMALL | chosen))


def assert_nothing_estimated(result, reason):
    """NaN everywhere, the reason everywhere."""
    assert not result.converged
    assert reason in result.note
    assert result.structure == ""
    assert np.isnan(result.loglik)
    for table in (result.coefficients, result.lsmeans(), result.contrasts()):
        assert table[["estimate", "se", "df", "t", "p"]].isna().all(axis=None)
        assert table.note.str.contains(reason, regex=False).all()
    adjusted = result.contrasts(adjust="dunnett")
    assert adjusted[["estimate", "lower", "p", "p_adjusted"]].isna().all(axis=None)
    covariance = result.covariance
    parts = covariance.values() if isinstance(covariance, dict) else [covariance]
    assert all(part.isna().all(axis=None) for part in parts)
    assert result.coefficient_covariance().isna().all(axis=None)


def assert_same(result, other):
    pd.testing.assert_frame_equal(result.contrasts(), other.contrasts(), rtol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_a_repeated_covariate_is_dropped_and_named(method):
    double = FRAME.assign(TWICE=2 * FRAME.BASE + 1, THREE=3.0)
    result = fit(double, covariates=["BASE", "TWICE", "THREE"], df=method)
    assert "aliased: TWICE, THREE" in result.note
    assert result.converged
    assert_same(result, fit(FRAME, df=method))
    aliased = result.coefficients.set_index("term").loc[["TWICE", "THREE"]]
    assert aliased.estimate.isna().all()
    assert (aliased.note == "aliased").all()
    assert list(result.coefficient_covariance()) == list(
        result.coefficients.term[result.coefficients.note == ""]
    )


def test_what_a_repeated_arm_cannot_tell_is_not_estimable():
    result = fit(FRAME.assign(SITE=FRAME.ARM.astype(str)), covariates=["SITE"])
    assert result.converged
    assert "aliased: ARMIV, ARMIT" in result.note
    contrasts = result.contrasts()
    assert contrasts.estimate.isna().all()
    assert (contrasts.note == "not estimable from these data").all()
    kept = result.coefficients.set_index("term").loc[["SITEIV", "SITEIT"]]
    assert kept.estimate.notna().all()
    assert result.f_test("ARM").note[0] == "2 of 2 not estimable and left out"


@pytest.mark.parametrize("method", METHODS)
def test_an_empty_cell_is_not_estimable_and_the_others_are(method):
    hole = FRAME[~((FRAME.ARM == "IT") & (FRAME.AVISIT == "M12"))]
    result = fit(hole, df=method)
    assert "aliased: ARMIT:AVISITM12" in result.note
    assert "IT at M12: 0" in result.note
    means = result.lsmeans().set_index(["visit", "arm"])
    assert np.isnan(means.estimate["M12", "IT"])
    assert means.note["M12", "IT"] == "not estimable from these data"
    assert means.estimate.drop(("M12", "IT")).notna().all()
    contrasts = result.contrasts().set_index(["visit", "contrast"])
    assert np.isnan(contrasts.estimate["M12", "IT - CONTROL"])
    assert contrasts.estimate["M12", "IV - CONTROL"] == pytest.approx(
        means.estimate["M12", "IV"] - means.estimate["M12", "CONTROL"]
    )
    test = result.f_test("ARM:AVISIT").iloc[0]
    assert test.num_df == 3
    assert test.note == "1 of 4 not estimable and left out"


def test_dunnett_leaves_out_what_cannot_be_estimated():
    hole = FRAME[~((FRAME.ARM == "IT") & (FRAME.AVISIT == "M12"))]
    adjusted = fit(hole).contrasts(adjust="dunnett").set_index(["visit", "contrast"])
    alone = adjusted.loc[("M12", "IV - CONTROL")]
    assert alone.p_adjusted == pytest.approx(alone.p_unadjusted, rel=1e-6)
    assert np.isnan(adjusted.p["M12", "IT - CONTROL"])
    assert adjusted.p["M06", "IT - CONTROL"] > adjusted.p_unadjusted["M06", "IT - CONTROL"]


def test_an_arm_without_any_value_is_named_and_not_estimable():
    result = fit(FRAME.assign(CHG=FRAME.CHG.where(FRAME.ARM != "CONTROL")))
    assert "ARM without a value: CONTROL" in result.note
    contrasts = result.contrasts().set_index("contrast").estimate
    assert contrasts["IV - CONTROL"].isna().all()
    assert contrasts["IT - IV"].notna().all()


def test_a_reference_arm_without_rows_is_not_an_error_when_it_is_a_category():
    result = fit(FRAME[FRAME.ARM != "CONTROL"], reference="CONTROL")
    assert result.converged
    assert result.contrasts(reference="CONTROL").estimate.isna().all()
    assert result.contrasts(reference="IV").set_index("contrast").estimate["IT - IV"].notna().all()


def test_one_visit_is_least_squares_and_the_note_says_so():
    result = fit(FRAME[FRAME.AVISIT == "M06"], covariance="toeph")
    assert result.converged
    assert result.structure == "toeph"
    assert result.note == "one visit: no covariance between visits, least squares"
    assert result.n_parameters == 1
    assert (result.contrasts()["df"].round(6) == result.n_obs - 4).all()
    assert result.f_test("ARM:AVISIT").note[0] == "nothing to test"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("persons", "covariates", "df"), [(2, [], 1), (6, ["BASE"], 8)])
def test_one_visit_has_the_standard_errors_of_least_squares_by_every_method(
    method, persons, covariates, df
):
    kept = [person for arm in ("CONTROL", "IT") for person in PERSONS[arm][:persons]]
    rows = FRAME[(FRAME.AVISIT == "M06") & FRAME.USUBJID.isin(kept)].dropna(subset=["CHG"])
    columns = ["estimate", "se", "df", "lower", "upper", "p"]
    ours = fit(rows, covariates=covariates, df=method)
    exact = fit_ancova(rows, response="CHG", arm="ARM", covariates=covariates)
    assert exact.df == df
    at = ours.contrasts().contrast == "IT - CONTROL"
    expected = exact.contrasts().query("contrast == 'IT - CONTROL'")[columns]
    np.testing.assert_allclose(ours.contrasts().loc[at, columns], expected, rtol=1e-6)


@pytest.mark.parametrize("value", [0.0, 3.7, -1e9, 1e-12])
def test_a_constant_response_is_not_estimable(value):
    result = fit(FRAME.assign(CHG=value))
    assert_nothing_estimated(result, "no variation of the response beyond the fixed effects")


def test_a_response_that_the_covariates_explain_wholly_is_not_estimable():
    result = fit(FRAME.assign(CHG=0.1 * FRAME.BASE - 3))
    assert_nothing_estimated(result, "no variation of the response beyond the fixed effects")


def test_a_visit_without_variation_falls_back_and_says_so():
    result = fit(FRAME.assign(CHG=FRAME.CHG.where(FRAME.AVISIT != "M12", 0.0)))
    assert result.structure == "cs"
    assert result.note.startswith("cs instead of us (us: covariance on its boundary; toeph: ")


def test_an_arm_with_two_persons_is_fitted_and_named():
    few = FRAME[(FRAME.ARM != "IV") | FRAME.USUBJID.isin(PERSONS["IV"][:2])]
    result = fit(few)
    assert result.converged
    assert result.structure == "us"
    assert "fewer than 3 values (IV at M03: 2, IV at M06: 2, IV at M12: 1)" in result.note


def test_an_arm_with_two_persons_has_no_covariance_of_its_own():
    few = FRAME[(FRAME.ARM != "IV") | FRAME.USUBJID.isin(PERSONS["IV"][:2])]
    result = fit(few, group="ARM")
    assert_nothing_estimated(
        result, "us: 2 subjects for 6 covariance parameters; toeph: 2 subjects"
    )


def test_fewer_persons_than_parameters_fall_back_and_say_so():
    complete = FRAME.dropna().groupby("USUBJID").filter(lambda rows: len(rows) == 3)
    chosen = [u for u in complete.USUBJID.unique() if not u.startswith("IT")][:5]
    result = fit(complete[complete.USUBJID.isin(chosen)], covariates=[])
    assert result.converged
    assert result.requested == "us"
    assert result.structure != "us"
    assert "us: 5 subjects for 6 covariance parameters" in result.note


def test_as_many_values_as_fixed_effects_leave_nothing_to_estimate():
    one_each = [PERSONS[arm][3] for arm in PERSONS]
    result = fit(FRAME[FRAME.USUBJID.isin(one_each)])
    assert_nothing_estimated(result, "no more values than fixed effects")


def with_person_effects(noise):
    draw = np.random.default_rng(11)
    effects = dict(zip(FRAME.USUBJID.unique(), draw.normal(size=48), strict=True))
    return FRAME.assign(CHG=FRAME.USUBJID.map(effects) + noise * draw.normal(size=len(FRAME)))


@pytest.mark.parametrize("structure", ["us", "toep", "adh", "ar1", "cs", "csh"])
def test_visits_that_repeat_each_other_are_at_the_boundary_and_not_estimable(structure):
    result = fit(with_person_effects(0.0), covariance=structure)
    assert_nothing_estimated(result, f"{structure}: covariance on its boundary")


def test_a_correlation_near_one_is_still_fitted_exactly():
    result = fit(with_person_effects(0.01))
    assert result.converged
    assert result.structure == "us"
    assert result.scaled_gradient < 1e-8


@pytest.mark.parametrize("noise", [1e-3, 1e-4, 1e-6])
def test_nearer_to_one_than_can_be_verified_gives_a_verified_fit_or_none(noise):
    result = fit(with_person_effects(noise))
    assert result.converged == (result.scaled_gradient < 1e-8)
    if not result.converged:
        assert_nothing_estimated(result, "covariance on its boundary")


def test_persons_seen_only_once_tell_nothing_of_correlations():
    visits = {"M03": 0, "M06": 1, "M12": 2}
    turn = FRAME.USUBJID.str[-2:].astype(int) % 3
    result = fit(FRAME[turn == FRAME.AVISIT.map(visits)])
    assert_nothing_estimated(result, "us: no subject has both M03 and M06; toeph: ")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("unit", [1e-12, 1e9])
def test_the_unit_of_the_response_changes_nothing_else(unit, method):
    result, plain = fit(FRAME.assign(CHG=unit * FRAME.CHG), df=method), fit(FRAME, df=method)
    ours, theirs = result.contrasts(), plain.contrasts()
    np.testing.assert_allclose(ours.estimate / unit, theirs.estimate, atol=1e-9)
    np.testing.assert_allclose(ours.se / unit, theirs.se, rtol=1e-9)
    for name in ("df", "t", "p"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-8)
    np.testing.assert_allclose(result.covariance / unit**2, plain.covariance, rtol=1e-9)
    assert result.loglik == pytest.approx(
        plain.loglik - (plain.n_obs - 10) * np.log(unit), rel=1e-10
    )


def test_a_response_or_baseline_far_from_zero_keeps_its_digits():
    far = fit(FRAME.assign(CHG=FRAME.CHG + 1e9, BASE=FRAME.BASE + 1e9))
    np.testing.assert_allclose(far.contrasts().estimate, fit(FRAME).contrasts().estimate, atol=1e-5)
    np.testing.assert_allclose(far.contrasts()["df"], fit(FRAME).contrasts()["df"], rtol=1e-5)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_sizes_beyond_double_precision_are_refused_in_words(unit):
    assert_nothing_estimated(fit(FRAME.assign(CHG=unit * FRAME.CHG)), "use another unit")


def test_a_missing_covariate_leaves_its_values_out_and_counts_them():
    person = PERSONS["IV"][0]
    result = fit(FRAME.assign(BASE=FRAME.BASE.where(person != FRAME.USUBJID)))
    lost = int(FRAME[person == FRAME.USUBJID].CHG.notna().sum())
    assert f"{lost} values left out: no usable BASE" in result.note
    assert_same(result, fit(FRAME[person != FRAME.USUBJID]))


def test_a_covariate_missing_for_all_leaves_nothing():
    assert_nothing_estimated(fit(FRAME.assign(BASE=np.nan)), "no value to fit")


def test_a_subject_with_two_values_at_a_visit_is_refused_by_name():
    row = FRAME[FRAME.CHG.notna()].iloc[[4]]
    result = fit(pd.concat([FRAME, row]))
    who, when = row.USUBJID.iloc[0], row.AVISIT.iloc[0]
    assert_nothing_estimated(result, f"subject {who} has more than one value at visit {when}")


def test_a_second_row_without_a_value_does_no_harm():
    row = FRAME[FRAME.CHG.isna()].iloc[[0]]
    assert_same(fit(pd.concat([FRAME, row])), fit(FRAME))


def test_a_subject_in_two_arms_is_named_and_in_two_groups_refused():
    moved = FRAME.assign(ARM=FRAME.ARM.astype(str), GROUP=FRAME.ARM.astype(str))
    at = moved.index[moved.CHG.notna()][1]
    who = moved.USUBJID[at]
    moved.loc[at, ["ARM", "GROUP"]] = "IT"
    assert f"subject {who} is in more than one arm" in fit(moved).note
    refused = fit(moved, group="GROUP")
    assert_nothing_estimated(refused, f"subject {who} is in more than one group")


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_a_weight_that_is_not_positive_leaves_its_value_out(bad):
    at = FRAME.index[FRAME.CHG.notna()][0]
    weighted = FRAME.assign(W=np.where(FRAME.index == at, bad, 1.0))
    result = fit(weighted, weights="W")
    assert "1 value left out: no usable W" in result.note
    assert_same(result, fit(FRAME.drop(index=at)))


@pytest.mark.parametrize("column", ["CHG", "BASE", "W"])
def test_an_infinite_value_is_refused(column):
    at = FRAME.index[FRAME.CHG.notna()][0]
    frame = FRAME.assign(W=1.0, BASE=FRAME.BASE.astype(float))
    frame.loc[at, column] = np.inf
    assert_nothing_estimated(fit(frame, weights="W"), "infinite value")


@pytest.mark.parametrize("frame", [FRAME.iloc[:0], FRAME.assign(CHG=np.nan)])
def test_no_value_at_all_gives_empty_or_unestimated_tables(frame):
    result = fit(frame)
    assert_nothing_estimated(result, "no value to fit")
    assert len(result.contrasts()) == 3 * frame.AVISIT.nunique()
    assert (result.n_obs, result.n_subjects) == (0, 0)
    assert "no value to fit" in result.f_test("ARM").note[0]


def test_one_arm_has_means_and_no_contrasts():
    result = fit(FRAME[FRAME.ARM == "IV"])
    assert result.converged
    assert result.lsmeans().estimate.notna().all()
    assert result.contrasts().empty
    assert result.contrasts(adjust="dunnett").empty


def test_text_and_missing_kinds_of_pandas_are_read_as_numbers_and_factors():
    plain = FRAME.assign(ARM=FRAME.ARM.astype(str))
    other = plain.assign(
        CHG=plain.CHG.astype("Float64"),
        ARM=plain.ARM.astype("string"),
        BASE=plain.BASE.astype(object),
        AVISIT=pd.Categorical(plain.AVISIT, ["BL", "M03", "M06", "M12"]),
    )
    other["BASE"] = other.BASE.astype(float)
    assert_same(fit(other), fit(plain))
