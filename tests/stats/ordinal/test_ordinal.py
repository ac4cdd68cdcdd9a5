"""Proportional odds against statsmodels, direct maximisation and closed forms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2, rankdata
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from helpers.stats.ordinal import proportional_odds
from helpers.stats.ordinal.likelihood import OrdinalData, fit_ordinal, is_separated

exact = settings(derandomize=True, deadline=None, max_examples=60)
NUMBERS = ["estimate", "se", "odds_ratio", "lower", "upper", "p"]


def make_trial(seed=3, classes=4, persons=16):
    rng = np.random.default_rng(seed)
    arm = pd.Categorical(np.repeat(["C", "IV", "IT"], persons), categories=["C", "IV", "IT"])
    base = rng.integers(1, 5, 3 * persons)
    latent = base + rng.logistic(size=3 * persons) - 0.7 * (arm != "C")
    grade = np.clip(np.round(latent), 0, classes).astype(int)
    return pd.DataFrame({"ARM": arm, "BASE": base, "GRADE": grade})


def fit(frame, **options):
    return proportional_odds(frame, response="GRADE", arm="ARM", covariates=["BASE"], **options)


def test_estimates_and_standard_errors_equal_statsmodels():
    trial = make_trial()
    ours = fit(trial)
    x = np.column_stack([trial.ARM == "IV", trial.ARM == "IT", trial.BASE]).astype(float)
    order = pd.CategoricalDtype(range(5), ordered=True)
    theirs = OrderedModel(trial.GRADE.astype(order), x, distr="logit").fit(
        method="bfgs", disp=0, gtol=1e-9
    )
    assert ours["contrast"].tolist() == ["IV - C", "IT - C"]
    assert ours["estimate"].tolist() == pytest.approx(theirs.params[:2].tolist(), rel=1e-5)
    assert ours["se"].tolist() == pytest.approx(theirs.bse[:2].tolist(), rel=1e-4)
    assert ours["loglik"][0] == pytest.approx(theirs.llf, abs=1e-8)


def test_with_two_classes_it_is_logistic_regression():
    trial = make_trial(classes=1).assign(BASE=lambda t: t.BASE - 3)
    trial["GRADE"] = (make_trial(classes=4).GRADE > 1).astype(int)
    ours = fit(trial)
    x = np.column_stack([np.ones(48), trial.ARM == "IV", trial.ARM == "IT", trial.BASE])
    theirs = Logit(trial.GRADE, x.astype(float)).fit(disp=0, method="newton", tol=1e-12)
    assert ours["estimate"].tolist() == pytest.approx(theirs.params.tolist()[1:3], rel=1e-8)
    assert ours["se"].tolist() == pytest.approx(theirs.bse.tolist()[1:3], rel=1e-7)


def test_a_two_by_two_table_by_hand():
    frame = pd.DataFrame(
        {"ARM": ["A"] * 10 + ["B"] * 10, "GRADE": [0] * 7 + [1] * 3 + [0] * 4 + [1] * 6}
    )
    row = proportional_odds(frame, response="GRADE", arm="ARM").iloc[0]
    assert row["odds_ratio"] == pytest.approx(6 * 7 / (4 * 3))
    assert row["se"] == pytest.approx((1 / 7 + 1 / 3 + 1 / 4 + 1 / 6) ** 0.5)
    share = np.array([0.3, 0.6, 0.45])
    loglik = [10 * (p * np.log(p) + (1 - p) * np.log(1 - p)) for p in share]
    assert row["p"] == pytest.approx(chi2.sf(2 * (loglik[0] + loglik[1] - 2 * loglik[2]), 1))


def stacked_log_likelihood(parameters, x, code, n_classes):
    """The likelihood row by row; cuts as a first value and logs of the gaps."""
    cuts = np.cumsum([parameters[0], *np.exp(parameters[1 : n_classes - 1])])
    eta = x @ parameters[n_classes - 1 :]
    upper = np.append(cuts, np.inf)[code]
    lower = np.insert(cuts, 0, -np.inf)[code]
    return np.sum(np.log(expit(upper - eta) - expit(lower - eta)))


def test_profile_limits_and_p_are_those_of_a_direct_maximisation():
    trial = make_trial(seed=11)
    row = fit(trial, level=0.9).iloc[0]
    x = np.column_stack([trial.ARM == "IV", trial.ARM == "IT", trial.BASE]).astype(float)
    code = trial.GRADE.to_numpy()

    def best(fixed=None):
        def loss(free):
            values = free if fixed is None else np.insert(free, 4, fixed)
            return -stacked_log_likelihood(values, x, code, 5)

        start = np.array([0.0, 0, 0, 0, 0, 0, 0.5])
        found = minimize(loss, start if fixed is None else np.delete(start, 4), tol=1e-12)
        return -found.fun

    top = best()
    assert row["loglik"] == pytest.approx(top, abs=1e-7)
    for name in ("lower", "upper"):
        lost = 2 * (top - best(np.log(row[name])))
        assert lost == pytest.approx(chi2.isf(0.1, 1), abs=1e-5)
    assert row["p"] == pytest.approx(chi2.sf(2 * (top - best(0.0)), 1), rel=1e-4)


def test_exchanging_arms_or_turning_the_scale_round_inverts_the_odds_ratio():
    trial = make_trial()
    there, back = fit(trial).iloc[0], fit(trial, reference="IV").iloc[0]
    assert back["contrast"] == "C - IV"
    turned = fit(trial.assign(GRADE=-trial.GRADE)).iloc[0]
    for other in (back, turned):
        assert other["estimate"] == pytest.approx(-there["estimate"], abs=1e-9)
        assert other["lower"] == pytest.approx(1 / there["upper"], rel=1e-7)
        assert other["p"] == pytest.approx(there["p"], rel=1e-7)


def test_only_the_order_of_the_classes_counts():
    trial = make_trial()
    names = pd.Categorical.from_codes(trial.GRADE, list("edcba"), ordered=True)
    spread = trial.assign(GRADE=trial.GRADE**3 + 10)
    for other in (trial.assign(GRADE=names), spread):
        pd.testing.assert_frame_equal(fit(other), fit(trial), check_exact=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_never_changes_a_bit(seed):
    trial = make_trial()
    shuffled = trial.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(fit(shuffled), fit(trial), check_exact=True)


def test_limits_hold_the_estimate_and_narrow_with_the_level():
    wide, narrow = fit(make_trial(), level=0.99), fit(make_trial(), level=0.5)
    assert (wide["lower"] < narrow["lower"]).all()
    assert (narrow["lower"] < narrow["odds_ratio"]).all()
    assert (narrow["odds_ratio"] < narrow["upper"]).all()
    assert (narrow["upper"] < wide["upper"]).all()


def test_at_no_effect_its_slope_is_the_rank_sum():
    # the score of proportional odds for two arms is the Wilcoxon statistic about its mean
    trial = make_trial().query("ARM != 'IT'")
    code = trial.GRADE.to_numpy()
    code = np.unique(code, return_inverse=True)[1]
    x = (trial.ARM == "IV").to_numpy(dtype=float)[:, None]
    data = OrdinalData.count_rows(x, code, code.max() + 1)
    up, down = (fit_ordinal(data, fixed=(0, b)).loglik for b in (1e-5, -1e-5))
    ranks = rankdata(code)
    expected = (ranks[x[:, 0] == 1].sum() - 16 * 33 / 2) * 2 / 32
    assert (up - down) / 2e-5 == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("grades", "reason"),
    [
        ([2] * 9, "fewer than two occupied classes"),
        ([0, 0, 0, 1, 1, 1, 2, 2, 2], "separation"),
        ([0, 0, 1, 1, 1, 1, 0, 1, 1], "separation"),
        ([np.nan] * 9, "no values"),
        ([np.nan] * 3 + [0, 1, 2, 0, 1, 1], "fewer than two arms"),
    ],
)
def test_what_cannot_be_estimated_is_nan_and_says_why(grades, reason):
    arm = pd.Categorical(list("CCCIIITTT"), categories=["C", "I", "T"])
    frame = pd.DataFrame({"ARM": arm, "GRADE": grades})
    result = proportional_odds(frame, response="GRADE", arm="ARM")
    assert result["contrast"].tolist() == ["I - C", "T - C"]
    assert result[NUMBERS].isna().all(axis=None)
    assert result["note"].str.contains(reason).all()


def test_an_arm_without_values_keeps_its_row_and_the_others_are_estimated():
    trial = make_trial().query("ARM != 'IV'")
    result = fit(trial).set_index("contrast")
    assert result.loc["IV - C", NUMBERS].isna().all()
    assert result.loc["IV - C", "note"] == "no values in this arm"
    assert result.loc["IT - C", NUMBERS].notna().all()


def test_a_covariate_that_repeats_the_arm_is_named():
    trial = make_trial().assign(BASE=lambda t: (t.ARM == "IV") * 1.0)
    assert fit(trial)["note"].tolist() == ["columns cannot be told apart"] * 2


@pytest.mark.parametrize("change", [lambda x: 1e9 * x, lambda x: 1e-12 * x, lambda x: x + 1e9])
def test_the_unit_of_a_covariate_does_not_matter(change):
    trial = make_trial()
    changed = trial.assign(BASE=change(trial.BASE))
    pd.testing.assert_frame_equal(fit(trial), fit(changed), rtol=1e-6)


def test_an_infinite_covariate_is_not_estimable_and_named():
    trial = make_trial().astype({"BASE": float})
    trial.loc[trial.index[0], "BASE"] = np.inf
    result = fit(trial)
    assert result[NUMBERS].isna().all(axis=None)
    assert set(result["note"]) == {"infinite value in a covariate"}


def test_unusable_calls_are_a_programming_mistake():
    trial = make_trial()
    with pytest.raises(ValueError, match="has no level 'X'"):
        fit(trial, reference="X")
    with pytest.raises(ValueError, match="no order"):
        fit(trial.assign(GRADE=trial.GRADE.astype(str)))


@exact
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=8),
    st.lists(st.integers(0, 3), min_size=1, max_size=8),
)
def test_two_arms_are_separated_when_they_share_at_most_one_class_at_the_edge(a, b):
    assume(len({*a, *b}) > 1)
    values, code = np.unique([*a, *b], return_inverse=True)
    x = np.repeat([0.0, 1.0], [len(a), len(b)])[:, None]
    data = OrdinalData.count_rows(x, code, len(values))
    separated = max(a) <= min(b) or max(b) <= min(a)
    assert is_separated(data) == separated
    if not separated:
        assert abs(fit_ordinal(data).beta[0]) < 12
