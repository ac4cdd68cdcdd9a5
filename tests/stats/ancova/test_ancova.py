"""Analysis of covariance against R, statsmodels, direct matrix algebra and properties."""

import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.ancova import fit_ancova

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
LSMEANS = pd.read_csv(FOLDER / "ancova_small_trial_lsmeans.csv")
CONTRASTS = pd.read_csv(FOLDER / "ancova_small_trial_contrasts.csv")
M12 = pd.read_csv(FOLDER / "small_trial.csv").query("AVISIT == 'M12'")
M12["ARM"] = pd.Categorical(M12["ARM"], ["CONTROL", "IV", "IT"])
PLAIN = {
    "estimate": "estimate",
    "se": "SE",
    "df": "df",
    "lower": "lower.CL",
    "upper": "upper.CL",
    "t": "t.ratio",
    "p": "p.value",
}
NUMBERS = ["estimate", "se", "df", "lower", "upper", "t", "p", "se_hc3", "lower_hc3", "upper_hc3"]
exact = settings(derandomize=True, deadline=None, max_examples=30)


def fit(frame=M12, **changes):
    options = {"response": "CHG", "arm": "ARM", "covariates": ["BASE"], "reference": "CONTROL"}
    return fit_ancova(frame, **(options | changes))


def test_least_squares_means_equal_emmeans():
    table = fit().lsmeans()
    assert list(table["arm"]) == list(LSMEANS["ARM"])
    for ours, theirs in (PLAIN | {"estimate": "emmean"}).items():
        assert table[ours].to_numpy() == pytest.approx(LSMEANS[theirs].to_numpy(), rel=1e-8)


def test_contrasts_equal_r():
    table = fit().contrasts()
    assert list(table["contrast"]) == list(CONTRASTS["contrast"])
    for ours, theirs in PLAIN.items():
        assert table[ours].to_numpy() == pytest.approx(CONTRASTS[theirs].to_numpy(), rel=1e-8)


def test_dunnett_p_and_limits_equal_multcomp():
    table = fit().contrasts(adjust="dunnett")
    expected = CONTRASTS["p_dunnett"].to_numpy()
    assert table["p_dunnett"].to_numpy() == pytest.approx(expected, abs=1e-8)
    assert (table["p"] == table["p_dunnett"]).all()
    assert table["p_unadjusted"].to_numpy() == pytest.approx(CONTRASTS["p.value"], rel=1e-8)
    # multcomp finds its critical value by Monte Carlo, good to 1e-4
    for side in ("lower", "upper"):
        theirs = CONTRASTS[f"dunnett_{side}"].to_numpy()
        assert table[side].to_numpy() == pytest.approx(theirs, abs=3e-4)


@pytest.mark.parametrize("kind", ["nonrobust", "HC3"])
def test_ordinary_and_robust_intervals_equal_statsmodels(kind):
    model = smf.ols("CHG ~ BASE + ARM", M12.dropna(subset=["CHG"])).fit()
    model = model.get_robustcov_results(kind, use_t=True) if kind == "HC3" else model
    table = fit().contrasts(level=0.9)
    names, columns = ["ARM[T.IV]", "ARM[T.IT]"], ["se", "lower", "upper"]
    if kind == "HC3":
        columns = [f"{name}_hc3" for name in columns]
    at = [model.model.exog_names.index(name) for name in names]
    limits = np.asarray(model.conf_int(alpha=0.1))[at]
    expected = np.column_stack([np.asarray(model.bse)[at], limits])
    assert table[columns].to_numpy() == pytest.approx(expected, rel=1e-9)


def test_coefficients_and_their_limits_equal_statsmodels():
    model = smf.ols("CHG ~ BASE + ARM", M12.dropna(subset=["CHG"])).fit()
    table = fit().coefficients
    assert table["term"].tolist() == ["(Intercept)", "BASE", "ARMIV", "ARMIT"]
    at = [model.model.exog_names.index(n) for n in ("Intercept", "BASE", "ARM[T.IV]", "ARM[T.IT]")]
    expected = np.column_stack([model.params, model.bse, model.conf_int(), model.pvalues])[at]
    found = table[["estimate", "se", "lower", "upper", "p"]].to_numpy()
    assert found == pytest.approx(expected, rel=1e-9)


def test_without_covariates_it_is_the_pooled_variance_t_comparison_of_all_arms():
    frame = M12.dropna(subset=["CHG"])
    groups = frame.groupby("ARM", observed=True)["CHG"]
    pooled = sum((g - g.mean()).pow(2).sum() for _, g in groups) / (len(frame) - 3)
    row = fit(covariates=[]).contrasts().iloc[0]
    difference = groups.mean()["IV"] - groups.mean()["CONTROL"]
    se = math.sqrt(pooled * (1 / groups.size()["IV"] + 1 / groups.size()["CONTROL"]))
    assert [row["estimate"], row["se"], row["df"]] == pytest.approx(
        [difference, se, len(frame) - 3], rel=1e-12
    )


@exact
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.integers(-20, 20),
            st.integers(-50, 50),
            st.sampled_from(["x", "y"]),
        ),
        min_size=12,
        max_size=25,
    )
)
def test_estimates_and_both_covariances_equal_their_matrix_formulas(rows):
    rows = [("A", 1, 3, "x"), ("B", -4, 5, "y"), ("C", 7, -1, "x"), ("A", 2, 9, "y"), *rows]
    frame = pd.DataFrame(rows, columns=["ARM", "BASE", "CHG", "SEX"])
    table = fit(frame, covariates=["BASE", "SEX"], reference="A").contrasts()
    x = np.column_stack(
        [
            np.ones(len(frame)),
            frame["BASE"],
            frame["SEX"] == "y",
            frame["ARM"] == "B",
            frame["ARM"] == "C",
        ]
    ).astype(float)
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ frame["CHG"].to_numpy(float)
    residual = frame["CHG"].to_numpy(float) - x @ beta
    if np.abs(residual).max() < 1e-9:
        return
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    plain = residual @ residual / (len(frame) - 5) * bread
    assert table["estimate"].to_numpy() == pytest.approx(beta[3:], rel=1e-8, abs=1e-9)
    assert table["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(plain)[3:]), rel=1e-8)
    if leverage.max() < 0.999:
        meat = (x.T * (residual / (1 - leverage)) ** 2) @ x
        robust = np.sqrt(np.diag(bread @ meat @ bread)[3:])
        assert table["se_hc3"].to_numpy() == pytest.approx(robust, rel=1e-7, abs=1e-9)


@exact
@given(seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_never_changes_a_bit(seed):
    mixed = M12.sample(frac=1, random_state=seed)
    for table, again in (
        (fit().contrasts(adjust="dunnett"), fit(mixed).contrasts(adjust="dunnett")),
        (fit().lsmeans(), fit(mixed).lsmeans()),
    ):
        pd.testing.assert_frame_equal(table, again, check_exact=True)


@exact
@given(shift=st.floats(-1e6, 1e6), factor=st.floats(1e-3, 1e3))
def test_rescaling_the_response_rescales_contrasts_and_leaves_t_and_p(shift, factor):
    frame = M12.assign(CHG=M12["CHG"] * factor + shift)
    table, again = fit().contrasts(), fit(frame).contrasts()
    for name in ("estimate", "se", "lower", "upper", "se_hc3", "lower_hc3", "upper_hc3"):
        assert again[name].to_numpy() == pytest.approx(table[name] * factor, rel=1e-5, abs=1e-7)
    assert again["t"].to_numpy() == pytest.approx(table["t"], rel=1e-5)


def test_response_of_any_size_is_fitted_alike():
    table = fit().contrasts()
    for factor in (1e-12, 1e9):
        again = fit(M12.assign(CHG=M12["CHG"] * factor)).contrasts()
        assert (again["estimate"] / factor).to_numpy() == pytest.approx(table["estimate"], rel=1e-9)
        assert again["p"].to_numpy() == pytest.approx(table["p"], rel=1e-9)


def test_swapping_the_arms_mirrors_the_contrast():
    forth = fit().contrasts().iloc[0]
    back = fit().contrasts(reference="IV").iloc[0]
    assert (forth["contrast"], back["contrast"]) == ("IV - CONTROL", "CONTROL - IV")
    assert [back["estimate"], back["lower"], back["upper"], back["p"]] == pytest.approx(
        [-forth["estimate"], -forth["upper"], -forth["lower"], forth["p"]], rel=1e-12
    )


def test_intervals_hold_the_estimate_widen_with_the_level_and_with_dunnett():
    narrow, wide = fit().contrasts(level=0.8), fit().contrasts(level=0.99)
    joint = fit().contrasts(level=0.99, adjust="dunnett")
    for low, high in (("lower", "upper"), ("lower_hc3", "upper_hc3")):
        assert (joint[low] < wide[low]).all()
        assert (wide[low] < narrow[low]).all()
        assert (narrow[low] < narrow["estimate"]).all()
        assert (narrow["estimate"] < narrow[high]).all()
        assert (narrow[high] < wide[high]).all()
        assert (wide[high] < joint[high]).all()


def test_the_coding_of_the_arms_does_not_change_a_contrast():
    coded = M12.assign(ARM=M12["ARM"].astype(str))
    table = fit(coded, reference=None).contrasts(reference="IV").set_index("contrast")
    other = fit(M12, reference="IV").contrasts().set_index("contrast")
    pd.testing.assert_frame_equal(table.sort_index(), other.sort_index(), rtol=1e-12)


def test_rows_without_a_value_or_a_covariate_are_left_out_and_counted():
    frame = M12.copy()
    frame.loc[frame["CHG"].notna().idxmax(), "BASE"] = math.nan
    result = fit(frame)
    assert result.n_obs == frame["CHG"].notna().sum() - 1
    assert result.note == "1 value left out: missing arm or covariate"
    assert result.df == result.n_obs - 4


def test_an_arm_without_values_keeps_its_row_and_the_others_are_compared():
    frame = M12.assign(CHG=M12["CHG"].where(M12["ARM"] != "IV"))
    result = fit(frame)
    assert result.note == "no values in IV"
    for table in (result.contrasts(), result.contrasts(adjust="dunnett")):
        assert table.loc[0, NUMBERS].isna().all()
        assert table.loc[0, "note"] == "not estimable from these data"
        assert table.loc[1, NUMBERS].notna().all()
    # one contrast is left: nothing to adjust for
    joint = result.contrasts(adjust="dunnett")
    assert joint["p"].iloc[1] == pytest.approx(joint["p_unadjusted"].iloc[1], rel=1e-12)
    assert result.lsmeans()["estimate"].isna().tolist() == [False, True, False]


def test_a_reference_without_values_leaves_no_contrast():
    frame = M12.assign(CHG=M12["CHG"].where(M12["ARM"] != "CONTROL"))
    table = fit(frame).contrasts(adjust="dunnett")
    assert table[NUMBERS].isna().all(axis=None)
    assert table["p_adjusted"].isna().all()


def test_one_person_in_an_arm_has_an_ordinary_interval_but_no_robust_one():
    frame = M12.dropna(subset=["CHG"])
    single = pd.concat([frame[frame["ARM"] != "IV"], frame[frame["ARM"] == "IV"].head(1)])
    row = fit(single).contrasts().iloc[0]
    assert math.isfinite(row["upper"])
    assert math.isnan(row["se_hc3"])
    assert row["note"] == "HC3 not available: an observation has leverage 1"
    # statsmodels divides rounding by rounding: why HC3 is not taken from it
    model = smf.ols("CHG ~ BASE + ARM", single).fit()
    theirs = model.get_robustcov_results("HC3", use_t=True)
    assert math.isfinite(theirs.bse[theirs.model.exog_names.index("ARM[T.IV]")])


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (M12.head(0), "no value to fit"),
        (M12.assign(CHG=5.0), "no variation of the response beyond the model"),
        (M12.assign(CHG=M12["BASE"] * 2), "no variation of the response beyond the model"),
        (M12.dropna().groupby("ARM", observed=True).head(1), "no more values than coefficients"),
        (M12.assign(CHG=math.inf), "infinite value in the response or a covariate"),
    ],
)
def test_what_cannot_be_fitted_is_nan_and_says_why(frame, reason):
    result = fit(frame)
    assert result.note.startswith(reason)
    assert result.model is None
    assert math.isnan(result.sd)
    for table in (result.contrasts(), result.contrasts(adjust="dunnett"), result.lsmeans()):
        assert table[NUMBERS].isna().all(axis=None)
        assert (table["note"] == reason).all()
        assert len(table) == len(result.arms) - ("contrast" in table)


def test_a_covariate_that_repeats_another_is_dropped_and_named():
    frame = M12.assign(TWICE=M12["BASE"] * 2 + 1)
    result = fit(frame, covariates=["BASE", "TWICE"])
    assert result.note == "aliased: TWICE"
    assert result.coefficients.set_index("term").loc["TWICE", "note"] == "aliased"
    expected = fit().contrasts()
    pd.testing.assert_frame_equal(result.contrasts(), expected, rtol=1e-10)
    # statsmodels shares the effect out between both: why coefficients are not taken from it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = smf.ols("CHG ~ BASE + TWICE + ARM", frame.dropna(subset=["CHG"])).fit().params
    ours = result.coefficients.set_index("term")["estimate"]
    assert (theirs["BASE"], ours["BASE"]) == pytest.approx((-1.144477, -0.441480), rel=1e-5)


def test_a_subgroup_that_differs_is_modelled_with_an_interaction():
    model = smf.ols("CHG ~ BASE * ARM", M12.dropna(subset=["CHG"])).fit()
    result = fit(covariates=["BASE", "BASE:ARM"])
    mean = M12.dropna(subset=["CHG"])["BASE"].mean()
    expected = model.params["ARM[T.IV]"] + mean * model.params["BASE:ARM[T.IV]"]
    assert result.contrasts()["estimate"].iloc[0] == pytest.approx(expected, rel=1e-9)


def test_unusable_calls_are_a_programming_mistake():
    with pytest.raises(ValueError, match="not a column: NOPE"):
        fit(response="NOPE")
    with pytest.raises(ValueError, match="no level 'X'"):
        fit(reference="X")
    with pytest.raises(ValueError, match="no level 'X'"):
        fit().contrasts(reference="X")
    with pytest.raises(ValueError, match="adjust must be"):
        fit().contrasts(adjust="tukey")
    with pytest.raises(ValueError, match="column of numbers"):
        fit(response="ARM", arm="ARM")
    with pytest.raises(ValueError, match="level must lie"):
        fit().lsmeans(level=95)
