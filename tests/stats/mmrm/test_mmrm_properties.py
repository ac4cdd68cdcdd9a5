"""What must change with the data and what must not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmrm_cases import FEV, SMALL, read_data

from helpers.stats.mmrm import fit_mmrm

METHODS = st.sampled_from(["satterthwaite", "kenward_roger", "kenward_roger_linear"])
STRUCTURES = st.sampled_from(["us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh"])
FRAME = read_data("small_trial")
some = settings(derandomize=True, deadline=None, max_examples=20)
NUMBERS = ["estimate", "se", "df", "lower", "upper", "t", "p"]


def fit(frame, **chosen):
    result = fit_mmrm(frame, **(SMALL | chosen))
    assert result.converged
    return result


def assert_numbers(ours, theirs, names=NUMBERS, rtol=1e-7):
    for name in names:
        size = theirs.se.max() if name in ("estimate", "lower", "upper") else 1.0
        np.testing.assert_allclose(
            ours[name].to_numpy(),
            theirs[name].to_numpy(),
            rtol=rtol,
            atol=1e-9 * size,
            err_msg=name,
        )


@some
@given(st.permutations(range(len(FRAME))), STRUCTURES, METHODS)
def test_the_order_of_the_rows_does_not_change_a_bit(order, structure, method):
    shuffled = FRAME.iloc[order].reset_index(drop=True)
    one = fit(FRAME, covariance=structure, df=method)
    two = fit(shuffled, covariance=structure, df=method)
    for name in ("coefficients", "covariance"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)
    pd.testing.assert_frame_equal(one.lsmeans(), two.lsmeans(), check_exact=True)
    pd.testing.assert_frame_equal(one.contrasts(), two.contrasts(), check_exact=True)
    assert one.loglik == two.loglik


@some
@given(STRUCTURES, METHODS)
def test_exchanging_two_arms_mirrors_their_contrast(structure, method):
    swapped = FRAME.assign(
        ARM=FRAME.ARM.cat.rename_categories(
            {"IV": "CONTROL", "CONTROL": "IV"}
        ).cat.reorder_categories(["CONTROL", "IV", "IT"])
    )
    chosen = {"covariance": structure, "df": method}
    one = fit(FRAME, **chosen).contrasts().query("contrast == 'IV - CONTROL'")
    two = fit(swapped, **chosen).contrasts().query("contrast == 'IV - CONTROL'")
    mirrored = two.assign(estimate=-two.estimate, lower=-two.upper, upper=-two.lower, t=-two.t)
    assert_numbers(mirrored, one)


@some
@given(st.floats(-1e4, 1e4), STRUCTURES, METHODS)
def test_a_constant_added_to_all_moves_the_means_and_nothing_else(constant, structure, method):
    chosen = {"covariance": structure, "df": method}
    one, two = fit(FRAME, **chosen), fit(FRAME.assign(CHG=FRAME.CHG + constant), **chosen)
    assert_numbers(two.contrasts(), one.contrasts())
    means = two.lsmeans()
    assert_numbers(means.assign(estimate=means.estimate - constant), one.lsmeans(), NUMBERS[:3])
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-7)
    assert two.loglik == pytest.approx(one.loglik, rel=1e-9)


@some
@given(st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6), STRUCTURES, METHODS)
def test_a_new_unit_scales_estimates_and_leaves_tests(unit, structure, method):
    chosen = {"covariance": structure, "df": method}
    one, two = fit(FRAME, **chosen), fit(FRAME.assign(CHG=FRAME.CHG * unit), **chosen)
    ours, theirs = two.contrasts(), one.contrasts()
    back = ours.assign(
        estimate=ours.estimate / unit, se=ours.se / abs(unit), t=ours.t * np.sign(unit)
    )
    assert_numbers(back, theirs, ["estimate", "se", "df", "t", "p"])
    np.testing.assert_allclose(two.covariance / unit**2, one.covariance, rtol=1e-7)
    free = one.n_obs - len(one.coefficients)
    assert two.loglik == pytest.approx(one.loglik - free * np.log(abs(unit)), rel=1e-9)


@some
@given(st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_a_new_unit_of_the_baseline_changes_only_its_own_coefficient(shift, unit):
    one, two = fit(FRAME), fit(FRAME.assign(BASE=(FRAME.BASE + shift) * unit))
    assert_numbers(two.contrasts(), one.contrasts())
    assert_numbers(two.lsmeans(), one.lsmeans())
    slopes = [r.coefficients.set_index("term").estimate["BASE"] for r in (one, two)]
    assert slopes[1] * unit == pytest.approx(slopes[0], rel=1e-8)


@some
@given(st.floats(0.01, 100))
def test_weights_matter_only_in_proportion(factor):
    frame = read_data("fev_data")
    chosen = FEV | {"covariates": ["RACE"], "weights": "WEIGHT"}
    one = fit_mmrm(frame, **chosen)
    two = fit_mmrm(frame.assign(WEIGHT=frame.WEIGHT * factor), **chosen)
    assert_numbers(two.contrasts(), one.contrasts())
    np.testing.assert_allclose(two.covariance / factor, one.covariance, rtol=1e-7)
    assert two.loglik == pytest.approx(one.loglik, rel=1e-10)


def test_weights_of_one_are_no_weights():
    pd.testing.assert_frame_equal(
        fit(FRAME.assign(W=1.0), weights="W").contrasts(), fit(FRAME).contrasts(), check_exact=True
    )


@some
@given(st.floats(0.5, 0.9), st.floats(0.91, 0.999), METHODS)
def test_limits_hold_the_estimate_and_narrow_with_the_level(low, high, method):
    result = fit(FRAME, df=method)
    inner, outer = result.contrasts(level=low), result.contrasts(level=high)
    assert (outer.lower < inner.lower).all()
    assert (inner.lower < inner.estimate).all()
    assert (inner.estimate < inner.upper).all()
    assert (inner.upper < outer.upper).all()


@some
@given(METHODS)
def test_simultaneous_limits_hold_the_single_ones(method):
    result = fit(FRAME, df=method)
    single = result.contrasts(reference="CONTROL")
    joint = result.contrasts(adjust="dunnett")
    assert list(single.contrast) == list(joint.contrast)
    assert (joint.lower < single.lower).all()
    assert (joint.upper > single.upper).all()
    assert ((joint.p > single.p) & (joint.p < 2 * single.p)).all()
    np.testing.assert_array_equal(joint.p_unadjusted, single.p)


@pytest.mark.parametrize("method", ["satterthwaite", "kenward_roger"])
def test_one_covariance_per_group_of_one_group_is_none(method):
    one = fit(FRAME.assign(ALL="x"), group="ALL", df=method)
    assert list(one.covariance) == ["x"]
    pd.testing.assert_frame_equal(one.contrasts(), fit(FRAME, df=method).contrasts())


def test_a_structure_within_another_has_no_higher_likelihood():
    loglik = {
        name: fit(FRAME, covariance=name).loglik
        for name in ("us", "toeph", "toep", "csh", "cs", "ar1h", "ar1", "adh", "ad")
    }
    inner = [("cs", "csh"), ("cs", "toep"), ("ar1", "toep"), ("ar1", "ar1h"), ("ar1", "ad")]
    inner += [("csh", "toeph"), ("ar1h", "adh"), ("ad", "adh"), ("toep", "toeph"), ("toeph", "us")]
    for simple, general in [*inner, ("adh", "us")]:
        assert loglik[simple] <= loglik[general] + 1e-9


def test_interactions_can_be_written_both_ways():
    star = fit(FRAME, covariates=["BASE*AVISIT"])
    colon = fit(FRAME, covariates=["BASE", "BASE:AVISIT"])
    pd.testing.assert_frame_equal(star.contrasts(), colon.contrasts(), rtol=1e-10)
    alone = fit(FRAME, covariates=["BASE:AVISIT"])
    pd.testing.assert_frame_equal(star.contrasts(), alone.contrasts(), rtol=1e-8)
