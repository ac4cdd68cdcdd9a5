"""Where theory knows the answer: complete data give t tests and ANCOVA; a published data set."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.stats.ancova import fit_ancova
from helpers.stats.mmrm import fit_mmrm

ROLES = {"response": "CHG", "subject": "USUBJID", "visit": "AVISIT", "arm": "ARM"}
METHODS = ("satterthwaite", "kenward_roger", "kenward_roger_linear")

# Potthoff and Roy, Biometrika 1964;51:313-326: distance in mm at ages 8, 10, 12, 14.
GIRLS = """21 20 21.5 23; 21 21.5 24 25.5; 20.5 24 24.5 26; 23.5 24.5 25 26.5; 21.5 23 22.5 23.5;
20 21 21 22.5; 21.5 22.5 23 25; 23 23 23.5 24; 20 21 22 21.5; 16.5 19 19 19.5; 24.5 25 28 28"""
BOYS = """26 25 29 31; 21.5 22.5 23 26.5; 23 22.5 24 27.5; 25.5 27.5 26.5 27; 20 23.5 22.5 26;
24.5 25.5 27 28.5; 22 22 24.5 26.5; 24 21.5 24.5 25.5; 23 20.5 31 26; 27.5 28 31 31.5;
23 23 23.5 25; 21.5 23.5 24 28; 17 24.5 26 29.5; 22.5 25.5 25.5 26; 23 24.5 26 30;
22 21.5 23.5 25"""


def read_dental():
    rows = []
    for sex, text in (("girl", GIRLS), ("boy", BOYS)):
        for number, child in enumerate(text.split(";")):
            for age, distance in zip((8, 10, 12, 14), child.split(), strict=True):
                rows.append((f"{sex}{number:02}", sex, age, float(distance)))
    return pd.DataFrame(rows, columns=["USUBJID", "ARM", "AVISIT", "CHG"])


@pytest.mark.parametrize("method", METHODS)
def test_the_dental_data_of_potthoff_and_roy_give_the_published_fit(method):
    fit = fit_mmrm(read_dental(), **ROLES, reference="girl", df=method)
    assert fit.converged
    assert -2 * fit.loglik == pytest.approx(414.0348, abs=5e-5)
    lower = fit.covariance.to_numpy()[np.tril_indices(4)]
    expected = [5.4155, 2.7168, 4.1848, 3.9102, 2.9272, 6.4557, 2.7102, 3.3172, 4.1307, 4.9857]
    np.testing.assert_allclose(lower, expected, atol=5.1e-5)
    contrasts = fit.contrasts()
    assert list(contrasts.contrast) == ["boy - girl"] * 4
    np.testing.assert_allclose(contrasts.estimate, [1.6932, 1.5852, 2.6278, 3.3778], atol=5.1e-5)
    np.testing.assert_allclose(contrasts["df"], 25, rtol=1e-9)
    if method != "kenward_roger":  # the parameterisation's curvature adds to the variance
        np.testing.assert_allclose(contrasts.t, [1.8576, 1.9785, 2.6406, 3.8623], atol=5.1e-5)


def make_complete(seed, sizes=(5, 6, 7), visits=3):
    draw = np.random.default_rng(seed)
    rows = []
    for arm, size in zip("ABC", sizes, strict=False):
        for person in range(size):
            base = draw.normal(10, 3)
            values = np.cumsum(draw.normal(0, 2, visits)) - 0.4 * base + draw.normal(0, 1, visits)
            for visit, value in enumerate(values):
                rows.append((f"{arm}{person}", arm, f"M{3 * (visit + 1):02}", base, value))
    return pd.DataFrame(rows, columns=["USUBJID", "ARM", "AVISIT", "BASE", "CHG"])


SEEDS = st.integers(0, 10_000)
few = settings(derandomize=True, deadline=None, max_examples=15)


@few
@given(SEEDS)
def test_complete_data_without_covariate_give_pooled_t_tests_at_every_visit(seed):
    frame = make_complete(seed)
    contrasts = fit_mmrm(frame, **ROLES).contrasts(reference="A")
    for visit, rows in frame.groupby("AVISIT"):
        values = {arm: part.CHG.to_numpy() for arm, part in rows.groupby("ARM")}
        df = len(rows) - 3
        pooled = sum(np.sum((x - x.mean()) ** 2) for x in values.values()) / df
        ours = contrasts[contrasts.visit == visit].set_index("contrast")
        for arm in "BC":
            row = ours.loc[f"{arm} - A"]
            difference = values[arm].mean() - values["A"].mean()
            se = np.sqrt(pooled * (1 / len(values[arm]) + 1 / len(values["A"])))
            assert row.estimate == pytest.approx(difference, abs=1e-9 * se)
            assert row.se == pytest.approx(se, rel=1e-9)
            assert row["df"] == pytest.approx(df, rel=1e-8)
            assert row.p == pytest.approx(2 * stats.t.sf(abs(difference / se), df), rel=1e-7)


@few
@given(SEEDS)
def test_complete_data_with_baseline_by_visit_give_ancova_at_every_visit(seed):
    frame = make_complete(seed)
    fit = fit_mmrm(frame, **ROLES, covariates=["BASE*AVISIT"])
    means, contrasts = fit.lsmeans(), fit.contrasts(reference="A")
    for visit, rows in frame.groupby("AVISIT"):
        ancova = fit_ancova(rows, response="CHG", arm="ARM", covariates=["BASE"])
        compare(contrasts[contrasts.visit == visit], ancova.contrasts(), "contrast", len(rows) - 4)
        compare(means[means.visit == visit], ancova.lsmeans(), "arm", len(rows) - 4)


def compare(ours, theirs, key, df):
    theirs = theirs.set_index(key)
    ours = ours.set_index(key)
    theirs = theirs.loc[ours.index]
    np.testing.assert_allclose(ours.estimate, theirs.estimate, atol=1e-9 * theirs.se.max())
    np.testing.assert_allclose(ours.se, theirs.se, rtol=1e-9)
    np.testing.assert_allclose(ours["df"], df, rtol=1e-8)


@few
@given(SEEDS)
def test_one_visit_gives_ordinary_least_squares(seed):
    frame = make_complete(seed, visits=1)
    fit = fit_mmrm(frame, **ROLES, covariates=["BASE"])
    assert "one visit" in fit.note
    ancova = fit_ancova(frame, response="CHG", arm="ARM", covariates=["BASE"])
    compare(fit.contrasts(reference="A"), ancova.contrasts(), "contrast", len(frame) - 4)


def test_complete_data_give_hotellings_exact_test_of_a_profile():
    """Kenward-Roger-Linear meets the exact F of parallel profiles (two arms, complete data)."""
    frame = make_complete(7, sizes=(9, 8))
    test = fit_mmrm(frame, **ROLES, df="kenward_roger_linear").f_test("ARM:AVISIT").iloc[0]
    wide = frame.pivot(index=["ARM", "USUBJID"], columns="AVISIT", values="CHG")
    steps = wide.diff(axis=1).iloc[:, 1:]
    one, two = (steps.loc[arm].to_numpy() for arm in "AB")
    n, q = len(steps), steps.shape[1]
    pooled = (np.cov(one.T) * (len(one) - 1) + np.cov(two.T) * (len(two) - 1)) / (n - 2)
    gap = one.mean(axis=0) - two.mean(axis=0)
    squared = gap @ np.linalg.solve(pooled, gap) / (1 / len(one) + 1 / len(two))
    assert test.num_df == q
    assert test.denom_df == pytest.approx(n - 1 - q, rel=1e-6)
    assert test.f == pytest.approx(squared * (n - 1 - q) / ((n - 2) * q), rel=1e-6)
