"""Whatever small data come: no exception, nothing unverified, and a reason for every gap."""

import warnings

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.covariance import STRUCTURES

METHODS = ("satterthwaite", "kenward_roger", "kenward_roger_linear")
KINDS = {
    "whole": lambda draw, shape: draw.integers(-2, 3, shape).astype(float),
    "any": lambda draw, shape: draw.normal(size=shape),
    "nearly constant": lambda draw, shape: (draw.random(shape) < 0.1).astype(float),
    "large": lambda draw, shape: draw.normal(size=shape) * 1e9,
    "small": lambda draw, shape: draw.normal(size=shape) * 1e-12,
    "yes or no": lambda draw, shape: draw.integers(0, 2, shape).astype(float),
    "repeated": lambda draw, shape: (
        np.repeat(draw.normal(size=(shape[0], 1)), shape[1], axis=1) + (draw.random(shape) < 0.1)
    ),
}


def make_anything(seed):
    """Up to 13 persons, 4 visits, 3 arms, with holes; any structure and method."""
    draw = np.random.default_rng(seed)
    shape = (int(draw.integers(1, 14)), int(draw.integers(1, 5)))
    values = KINDS[str(draw.choice(list(KINDS)))](draw, shape)
    values[draw.random(shape) < draw.choice([0.0, 0.1, 0.4])] = np.nan
    person, visit = np.meshgrid(*map(range, shape), indexing="ij")
    arm = np.array(list("xyz"))[draw.integers(0, draw.integers(1, 4), shape[0])]
    frame = pd.DataFrame({"S": person.ravel(), "V": visit.ravel(), "Y": values.ravel()})
    frame["A"], frame["W"] = arm[frame.S], draw.choice([0.5, 1, 2], len(frame))
    frame["B"] = draw.integers(0, 3, shape[0])[frame.S].astype(float)
    chosen = {
        "covariates": [[], ["B"], ["B*V"]][draw.integers(3)],
        "covariance": str(draw.choice(STRUCTURES)),
        "df": str(draw.choice(METHODS)),
        "group": "A" if draw.random() < 0.2 else None,
        "weights": "W" if draw.random() < 0.2 else None,
    }
    return frame, chosen


def list_tables(fit):
    yield from (fit.coefficients, fit.lsmeans(), fit.contrasts(), fit.f_test("A:V"))
    yield from (fit.lsmeans(average=True), fit.contrasts(average=True))
    yield fit.contrasts(adjust="dunnett")


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.integers(0, 100_000))
def test_every_gap_has_a_reason_and_every_fit_was_verified(seed):
    frame, chosen = make_anything(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_mmrm(frame, response="Y", subject="S", visit="V", arm="A", **chosen)
        tables = list(list_tables(fit))
    assert fit.converged == (fit.structure != "") == bool(np.isfinite(fit.loglik))
    assert not fit.converged or fit.scaled_gradient <= 1e-8
    assert fit.structure == fit.requested or fit.note
    for table in tables:
        assert ((table.note == "") <= table.p.notna()).all()
        if "se" in table:
            assert (table.estimate.notna() | (table.note != "")).all()
            assert (table.loc[table.p.notna(), "df"] >= 1).all()


def find_case(accept):
    for seed in range(4000):
        frame, chosen = make_anything(seed)
        fit = fit_mmrm(frame, response="Y", subject="S", visit="V", arm="A", **chosen)
        if accept(fit):
            return fit
    raise AssertionError("no such case")


def test_an_adjusted_variance_below_zero_keeps_the_estimate_and_says_why():
    reason = "adjusted variance not positive"
    fit = find_case(lambda x: (x.lsmeans().note == reason).any())
    row = fit.lsmeans().query("note == @reason").iloc[0]
    assert fit.df_method == "kenward_roger"
    assert np.isfinite(row.estimate)
    assert np.isnan([row.se, row["df"], row.lower, row.p]).all()


def test_less_than_one_degree_of_freedom_gives_no_limits():
    reason = "fewer than one degree of freedom"
    fit = find_case(lambda x: (x.contrasts().note == reason).any())
    row = fit.contrasts().query("note == @reason").iloc[0]
    assert np.isfinite([row.estimate, row.se]).all()
    assert np.isnan([row["df"], row.lower, row.upper, row.p]).all()
