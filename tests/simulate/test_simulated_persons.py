"""Patients as synthetic-data.md section 4 describes them, over 200 trials."""

import numpy as np
import pytest
from many_trials import assert_share, draw_randomised
from scipy.stats import truncnorm


def persons():
    return [course.person for course in draw_randomised()]


def assert_mean(values, expected, sd):
    error = sd / len(values) ** 0.5
    assert abs(np.mean(values) - expected) < 3 * error, f"{np.mean(values):.3f}, stated {expected}"


def test_age_is_a_normal_distribution_cut_at_40_and_75():
    ages = [person.age for person in persons()]
    law = truncnorm((40 - 60) / 9, (75 - 60) / 9, loc=60, scale=9)
    assert_mean(ages, law.mean(), law.std())
    assert min(ages) == 40
    assert max(ages) == 75
    assert np.std(ages) == pytest.approx(law.std(), rel=0.03)


def test_weight_has_mean_60_and_spread_10():
    weights = [person.weight for person in persons()]
    assert_mean(weights, 60, 10)
    assert np.std(weights) == pytest.approx(10, rel=0.03)


def test_half_of_the_persons_are_less_than_eight_months_after_onset_and_none_over_24():
    months = [(one.slot.consent - one.onset) / 30.4375 for one in persons()]
    assert_share((value < 8 for value in months), 0.5)
    assert max(months) < 24


def test_sex_side_subtype_treatment_and_risks_have_the_stated_shares():
    everybody = persons()

    def check(expected, hit):
        assert_share((hit(one) for one in everybody), expected)

    check(0.38, lambda one: one.sex == "F")
    check(0.45, lambda one: one.side == "LEFT")
    check(0.45, lambda one: one.side == "RIGHT")
    check(0.07, lambda one: one.side == "BRAINSTEM")
    check(0.35, lambda one: one.subtype == "LARGE_ARTERY")
    check(0.30, lambda one: one.subtype == "SMALL_VESSEL")
    check(0.15, lambda one: one.subtype == "CARDIOEMBOLIC")
    check(0.17, lambda one: one.subtype == "UNDETERMINED")
    check(0.12, lambda one: one.reperfusion in ("THROMBOLYSIS", "BOTH"))
    check(0.06, lambda one: one.reperfusion in ("THROMBECTOMY", "BOTH"))
    check(0.78, lambda one: "HYPERTENSION" in one.risks)
    check(0.30, lambda one: "DIABETES" in one.risks)
    check(0.14, lambda one: "AF" in one.risks)


def test_the_weak_side_is_opposite_to_the_lesion():
    for one in persons():
        if one.side in ("LEFT", "RIGHT"):
            assert {one.side, one.weak_side} == {"LEFT", "RIGHT"}
        if one.side == "BILATERAL":
            assert one.weak_side == "BOTH"
