"""Conditional means by hand, and what the model does not know."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.stats.missing.conditional_mean import fit_imputation_model, impute_key_visit
from helpers.stats.missing.imputation_data import build_imputation_data, keep_observed_levels
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.stats.mmrm import fit_mmrm

ROLES = ImputationRoles(
    "CHG", "ID", "VISIT", "ARM", "V3", "C", ("BASE", "BASE:VISIT"), ("BASE",), departed="GONE"
)


def simulate(seed=3):
    draw = np.random.default_rng(seed)
    person = np.repeat(draw.normal(size=30), 3)
    frame = pd.DataFrame(
        {
            "ID": np.repeat(np.arange(30), 3),
            "ARM": np.repeat(np.tile(["C", "T", "U"], 10), 3),
            "VISIT": np.tile(["V1", "V2", "V3"], 30),
            "BASE": np.repeat(draw.normal(10, 2, 30), 3),
            "CHG": person + draw.normal(size=90),
        }
    )
    gone = (frame["ID"] % 7 == 0) & (frame["VISIT"] != "V1")
    return frame.assign(GONE=gone, CHG=frame["CHG"].mask(gone))


def prepare(frame):
    data = build_imputation_data(keep_observed_levels(frame, ROLES), ROLES)
    return data, fit_imputation_model(data, ROLES)


def test_the_means_averaged_at_the_mean_baseline_are_the_least_squares_means():
    frame = simulate()
    data, model = prepare(frame)
    fit = fit_mmrm(
        frame,
        response="CHG",
        subject="ID",
        visit="VISIT",
        arm="ARM",
        covariates=["BASE", "BASE:VISIT"],
        reference="C",
    )
    table = fit.lsmeans().set_index(["arm", "visit"])["estimate"]
    used = frame.dropna()["BASE"].mean()
    base = frame.groupby("ID")["BASE"].first().to_numpy()
    for a, arm in enumerate(data.arms):
        for v, visit in enumerate(data.visits):
            slope, level = np.polyfit(base, model.means[a, :, v], 1)
            assert level + slope * used == pytest.approx(table[arm, visit], rel=1e-8)


@pytest.mark.parametrize("method", ["mar", "jump_to_reference", "copy_reference"])
def test_the_imputed_value_is_the_normal_mean_given_what_was_seen(method):
    data, model = prepare(simulate())
    value = impute_key_visit(data, model, method)
    for i in np.flatnonzero(data.departed[:, 2]):
        own, reference = model.means[data.arm[i], i], model.means[0, i]
        first = reference[0] if method == "copy_reference" else own[0]
        last = own[2] if method == "mar" else reference[2]
        slope = model.covariance[2, 0] / model.covariance[0, 0]
        assert value[i] == pytest.approx(last + slope * (data.response[i, 0] - first), rel=1e-10)
    seen = ~np.isnan(data.response[:, 2])
    assert np.array_equal(value[seen], data.response[seen, 2])


def test_a_cell_that_was_never_seen_has_no_mean_and_is_not_conditioned_on():
    frame = simulate()
    frame["CHG"] = frame["CHG"].mask((frame["ARM"] == "C") & (frame["VISIT"] == "V2"))
    frame["GONE"] = (frame["ID"] % 7 == 0) & (frame["VISIT"] == "V3")
    frame.loc[(frame["ID"] == 7) & (frame["VISIT"] == "V2"), "CHG"] = 50.0
    data, model = prepare(frame)
    assert np.isnan(model.means[0, :, 1]).all()
    assert not np.isnan(np.delete(model.means, 0, axis=0)).any()
    slope = model.covariance[2, 0] / model.covariance[0, 0]
    expected = model.means[0, 7, 2] + slope * (data.response[7, 0] - model.means[0, 7, 0])
    assert impute_key_visit(data, model, "copy_reference")[7] == pytest.approx(expected)


def test_a_person_without_any_value_gets_the_plain_mean():
    frame = simulate()
    frame["CHG"] = frame["CHG"].mask(frame["ID"] == 4)
    data, model = prepare(frame)
    value = impute_key_visit(data, model, "mar")
    assert value[4] == model.means[data.arm[4], 4, 2]


def test_values_seen_after_leaving_can_be_kept_from_the_model():
    frame = simulate()
    seen = frame["GONE"] & (frame["ID"] == 7)
    frame.loc[seen, "CHG"] = 99.0
    data = build_imputation_data(keep_observed_levels(frame, ROLES), ROLES)
    kept = fit_imputation_model(data, ROLES, on_treatment_only=True)
    _, without = prepare(frame.assign(CHG=frame["CHG"].mask(seen)))
    assert np.array_equal(kept.means, without.means)


def test_without_a_model_there_are_no_means_and_the_reason_is_given():
    _, model = prepare(simulate().assign(CHG=2.0))
    assert np.isnan(model.means).all()
    assert "no variation" in model.reason


def test_a_level_left_without_values_is_a_reason_and_not_another_meaning():
    frame = simulate().assign(SEX=lambda f: np.where(f["ID"] == 2, "A", "B"))
    roles = ImputationRoles(**{**vars(ROLES), "covariates": ("BASE", "SEX")})
    data = build_imputation_data(keep_observed_levels(frame, roles), roles)
    assert not fit_imputation_model(data, roles).reason
    rest = data.keep(np.arange(30) != 2)
    assert "without values" in fit_imputation_model(rest, roles).reason
    assert math.isnan(fit_imputation_model(rest, roles).covariance[0, 0])
