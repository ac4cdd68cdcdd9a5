"""Hazard ratios against R, statsmodels and a likelihood written out."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from scipy.optimize import linprog, minimize
from statsmodels.duration.hazard_regression import PHReg

from helpers.stats.survival.cox import cox
from helpers.stats.survival.log_rank import log_rank

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
COLON = pd.read_csv(FOLDER / "colon.csv").query("etype == 2")
COLON = COLON.assign(rx=pd.Categorical(COLON.rx, categories=["Obs", "Lev", "Lev+5FU"]))
REFERENCE = pd.read_csv(FOLDER / "cox_colon.csv")
exact = settings(derandomize=True, deadline=None, max_examples=60)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("efron", {}),
        ("breslow", {"ties": "breslow"}),
        ("stratified_efron", {"strata": "sex"}),
    ],
)
def test_hazard_ratios_limits_and_p_equal_r(method, options):
    fit = cox(COLON, time="time", event="status", covariates=["rx"], **options)
    expected = REFERENCE[REFERENCE.method == method]
    assert fit["term"].tolist() == ["rxLev", "rxLev+5FU"]
    for ours, theirs in (("hr", "hr"), ("lower", "lower"), ("upper", "upper"), ("p", "p_wald")):
        assert fit[ours].tolist() == pytest.approx(expected[theirs].tolist(), rel=1e-8)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_several_covariates_equal_statsmodels(ties):
    data = COLON.dropna(subset=["nodes"]).copy()
    fit = cox(
        data,
        time="time",
        event="status",
        covariates=["age", "nodes", "extent"],
        ties=ties,
        strata="sex",
        tolerance=1e-14,
    )
    other = PHReg(
        data.time, data[["age", "nodes", "extent"]], data.status, ties=ties, strata=data.sex
    ).fit()
    assert fit["coef"].tolist() == pytest.approx(other.params.tolist(), rel=1e-5)
    assert fit["se"].tolist() == pytest.approx(other.bse.tolist(), rel=1e-5)


def efron_log_likelihood(beta, time, event, x):
    total = 0.0
    for t in sorted(set(time[event == 1])):
        tied = (time == t) & (event == 1)
        risk, own = np.exp(x[time >= t] * beta).sum(), np.exp(x[tied] * beta).sum()
        d = tied.sum()
        total += (x[tied] * beta).sum() - sum(np.log(risk - k / d * own) for k in range(d))
    return total


@exact
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.booleans(), st.integers(-2, 2)), min_size=8, max_size=25
    )
)
def test_the_estimate_maximises_the_partial_likelihood_written_out(rows):
    frame = pd.DataFrame(rows, columns=["t", "e", "x"])
    fit = cox(frame, time="t", event="e", covariates=["x"], tolerance=1e-14).iloc[0]
    if fit["note"]:
        return
    time, event, x = (frame[c].to_numpy(dtype=float) for c in "tex")
    best = minimize(lambda b: -efron_log_likelihood(b[0], time, event, x), [0.0], tol=1e-12)
    assert fit["coef"] == pytest.approx(best.x[0], abs=2e-4 * fit["se"] + 1e-6)
    assert fit["loglik"] == pytest.approx(-best.fun, abs=1e-9)
    step = 1e-3 * fit["se"]
    values = [efron_log_likelihood(fit["coef"] + k * step, time, event, x) for k in (-1, 0, 1)]
    curvature = -(values[0] - 2 * values[1] + values[2]) / step**2
    assert fit["se"] == pytest.approx(curvature**-0.5, rel=1e-3)


def test_a_factor_takes_its_first_level_as_reference_and_exchanging_levels_inverts():
    data = COLON[COLON.rx != "Lev"].copy()
    there = cox(data.assign(rx=data.rx.astype(str)), time="time", event="status", covariates=["rx"])
    back = cox(data, time="time", event="status", covariates=["rx"])
    assert there["term"].tolist() == ["rxObs"]
    assert back["term"].tolist() == ["rxLev+5FU"]
    assert there["hr"][0] == pytest.approx(1 / back["hr"][0], rel=1e-8)
    assert there["lower"][0] == pytest.approx(1 / back["upper"][0], rel=1e-8)


def test_a_level_without_events_is_not_estimable_and_the_others_are():
    frame = pd.DataFrame(
        {"t": range(1, 10), "e": [1, 1, 1, 0, 0, 0, 1, 1, 0], "g": list("acabbbcac")}
    )
    fit = cox(frame, time="t", event="e", covariates=["g"]).set_index("term")
    assert np.isnan(fit.loc["gb", "hr"])
    assert "infinite" in fit.loc["gb", "note"]
    assert np.isfinite(fit.loc["gc", ["hr", "lower", "upper"]].astype(float)).all()


def test_lifelines_prints_a_number_where_the_hazard_ratio_is_infinite():
    # the case of the test above: why the model is not taken from it
    columns = {"t": range(1, 10), "e": [1, 1, 1, 0, 0, 0, 1, 1, 0], "gb": 0.0, "gc": 0.0}
    frame = pd.DataFrame(columns)
    frame["gb"], frame["gc"] = ([float(c == g) for c in "acabbbcac"] for g in "bc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = CoxPHFitter().fit(frame, "t", "e").hazard_ratios_["gb"]
    assert theirs == pytest.approx(4e-8, rel=0.1)


def test_breslow_of_statsmodels_misses_r_in_the_eighth_digit():
    data = COLON.assign(lev=COLON.rx == "Lev", fu=COLON.rx == "Lev+5FU").astype(
        {"lev": float, "fu": float}
    )
    theirs = PHReg(data.time, data[["lev", "fu"]], data.status, ties="breslow").fit()
    r = REFERENCE[REFERENCE.method == "breslow"].p_wald.iloc[1]
    ours = cox(COLON, time="time", event="status", covariates=["rx"], ties="breslow")["p"][1]
    assert abs(theirs.pvalues[1] / r - 1) > 5e-8 > 1e-8 > abs(ours / r - 1)


@pytest.mark.parametrize(
    "columns",
    [
        {"e": [0, 0, 0, 0], "x": [1, 2, 3, 4]},
        {"e": [1, 1, 0, 1], "x": [2, 2, 2, 2]},
        {"e": [], "x": []},
    ],
)
def test_no_events_no_variation_and_nobody_are_not_estimable(columns):
    frame = pd.DataFrame(columns, dtype=float)
    frame["t"] = np.arange(1.0, len(frame) + 1)
    fit = cox(frame, time="t", event="e", covariates=["x"])
    assert fit["hr"].isna().all()
    assert fit["note"].str.len().min() > 0


@pytest.mark.parametrize(
    ("times", "events", "values"),
    [
        ([1, 5], [1, 0], [[0], [2]]),  # the log-likelihood goes to 0
        (
            [3, 4, 5, 0, 0, 4, 5],
            [0, 0, 1, 0, 0, 1, 0],
            [[1, 5], [1, -7], [1, -2], [0, -5], [0, 6], [2, 0], [2, -3]],
        ),
        ([1, 1, 0, 3], [1, 1, 1, 1], [[2, -0.2], [0, 0.0], [2, -2.1], [1, -0.1]]),
        ([1, 3, 0, 2, 3], [1, 0, 0, 0, 1], [[0, 1.2], [2, -2.3], [1, -1.2], [1, -0.4], [0, -0.1]]),
    ],
)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_monotone_likelihoods_have_no_numbers_and_say_why(times, events, values, ties):
    x = np.array(values, dtype=float)
    assert is_monotone(np.array(times), np.array(events), x)
    names = [f"x{i}" for i in range(x.shape[1])]
    frame = pd.DataFrame(x, columns=names).assign(t=times, e=events)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = cox(frame, time="t", event="e", covariates=names, ties=ties)
    monotone = result["note"].str.contains("infinite")
    assert monotone.any()
    assert result.loc[monotone, ["coef", "se", "hr", "lower", "upper", "p"]].isna().all(axis=None)
    assert result.loc[~monotone, ["coef", "se", "hr", "p"]].notna().all(axis=None)


def is_monotone(times, events, x):
    """Tell whether some direction puts every event first in its risk set, and one strictly."""
    rows = [x[i] - x[j] for i in np.flatnonzero(events) for j in np.flatnonzero(times >= times[i])]
    ahead = np.array(rows)
    best = linprog(-ahead.sum(axis=0), A_ub=-ahead, b_ub=np.zeros(len(ahead)), bounds=(-1, 1))
    return -best.fun > 1e-9


def test_a_factor_with_one_level_keeps_a_row_that_says_so():
    frame = pd.DataFrame({"t": [1, 2, 3, 4], "e": [1, 1, 0, 1], "g": ["a"] * 4, "x": [1, 3, 2, 2]})
    alone = cox(frame, time="t", event="e", covariates=["g"])
    assert alone["term"].tolist() == ["g"]
    assert alone["hr"].isna().all()
    assert alone["note"].tolist() == ["a single level: nothing to compare"]
    both = cox(frame, time="t", event="e", covariates=["g", "x"]).set_index("term")
    assert both.loc["x", "hr"] == cox(frame, time="t", event="e", covariates=["x"])["hr"][0]


def test_an_infinite_covariate_is_not_estimable_and_named():
    frame = COLON.assign(age=COLON.age.astype(float).mask(COLON.index == COLON.index[3], np.inf))
    fit = cox(frame, time="time", event="status", covariates=["age"])
    assert fit["note"].tolist() == ["infinite value in a covariate"]
    assert fit["hr"].isna().all()


def test_a_covariate_that_is_constant_within_strata_does_not_vary():
    frame = pd.DataFrame({"t": [1, 2, 3, 4, 5], "e": [1, 1, 1, 1, 0], "s": list("aabbb")})
    frame["x"] = np.where(frame.s == "a", 0.1, 0.7)
    fit = cox(frame, time="t", event="e", covariates=["x"], strata="s")
    assert fit["note"].tolist() == ["no events or no variation"]


def test_two_columns_that_say_the_same_are_named():
    frame = COLON.assign(copy=2 * COLON.age)
    fit = cox(frame, time="time", event="status", covariates=["age", "copy"])
    assert fit["note"].tolist() == ["columns cannot be told apart"] * 2


def test_rows_with_a_missing_covariate_are_left_out_and_n_says_so():
    fit = cox(COLON, time="time", event="status", covariates=["nodes"])
    assert fit["n"][0] == COLON.nodes.notna().sum() < len(COLON)


def test_the_order_of_the_rows_never_changes_a_bit():
    first = cox(COLON, time="time", event="status", covariates=["rx", "age"])
    for seed in (1, 2):
        shuffled = COLON.sample(frac=1, random_state=seed)
        second = cox(shuffled, time="time", event="status", covariates=["rx", "age"])
        pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_shifting_and_rescaling_a_covariate_rescales_its_coefficient_only():
    first = cox(COLON, time="time", event="status", covariates=["age"])
    second = cox(
        COLON.assign(age=1e6 + 1e-3 * COLON.age), time="time", event="status", covariates=["age"]
    )
    assert second["coef"][0] == pytest.approx(1e3 * first["coef"][0], rel=1e-6)
    assert second["p"][0] == pytest.approx(first["p"][0], rel=1e-6)


def test_without_ties_the_score_test_is_the_log_rank_test():
    data = COLON[COLON.rx != "Lev"].drop_duplicates("time").head(120)
    fit = cox(data, time="time", event="status", covariates=["rx"])
    wald = (fit["coef"] / fit["se"]).iloc[0] ** 2
    rank = log_rank(data.time, data.status, data.rx.astype(str)).statistic
    assert wald == pytest.approx(rank, rel=0.05)  # two tests of one hypothesis, near the null
