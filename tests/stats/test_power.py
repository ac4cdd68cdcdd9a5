"""Power of the t test against the printed numbers of the interim plan and simulation."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import chi, nct, norm, t, ttest_ind
from statsmodels.stats.power import TTestIndPower

from helpers.stats.multiplicity.family_rule import FamilyRule
from helpers.stats.power import (
    compute_chance_of_no_event,
    compute_detectable_effect,
    compute_power,
)


def test_the_numbers_of_the_interim_plan():
    assert f"{compute_detectable_effect(16):.2f}" == "1.02"
    assert f"{compute_detectable_effect(16, correlation=0.7):.2f}" == "0.73"
    assert f"{compute_detectable_effect(16, alpha=0.025):.2f}" == "1.14"
    assert f"{compute_detectable_effect(16, contrasts=2):.2f}" == "1.11"
    assert f"{compute_power(0.5, 16):.2f}" == "0.28"
    assert f"{compute_power(0.8, 16):.2f}" == "0.59"
    assert f"{compute_chance_of_no_event(0.05, 16):.2f}" == "0.44"


@pytest.mark.parametrize("effect", [0.0, 0.3, 1.2])
@pytest.mark.parametrize("n", [2, 16, 90])
def test_power_equals_statsmodels(effect, n):
    expected = TTestIndPower().power(effect, n, 0.05) if effect else 0.05
    assert compute_power(effect, n) == pytest.approx(expected, rel=1e-7)


def test_the_detectable_effect_has_the_power_asked_for():
    effect = compute_detectable_effect(9, power=0.9, alpha=0.1, correlation=0.4)
    assert compute_power(effect, 9, alpha=0.1, correlation=0.4) == pytest.approx(0.9)


@pytest.mark.parametrize("n", [86, 150, 500, 5000])
def test_large_trials_have_a_detectable_effect_too(n):
    """Near to the normal one: (1.96 + 0.84) sqrt(2 / n)."""
    normal = (norm.isf(0.025) + norm.isf(0.2)) * (2 / n) ** 0.5
    assert compute_detectable_effect(n) == pytest.approx(normal, rel=0.01)
    assert normal < compute_detectable_effect(n, contrasts=2) < 1.12 * normal


def integrate_family(n, contrasts, power, alpha):
    """Detectable difference with Dunnett by a grid over the control's mean and the pooled SD."""
    df = (contrasts + 1) * (n - 1)
    z = np.linspace(-8, 8, 501)  # of smooth functions: finer grids give the same nine digits
    s = np.linspace(chi.ppf(1e-12, df), chi.ppf(1 - 1e-12, df), 401) / df**0.5
    of_z = norm.pdf(z) * (z[1] - z[0])
    of_s = chi.pdf(s * df**0.5, df) * df**0.5 * (s[1] - s[0])

    def beyond(c):
        # each difference is (own mean - control's mean) / sqrt(2): the control's is held at z
        high, low = (ndtr(2**0.5 * sign * c * s[:, None] + z[None, :]) for sign in (1, -1))
        return 1 - of_s @ ((high - low) ** contrasts @ of_z)

    critical = brentq(lambda c: beyond(c) - alpha, 1.5, 4)

    def found(effect):
        shift = effect * (n / 2) ** 0.5
        return of_s @ (ndtr(shift - critical * s) + ndtr(-critical * s - shift))

    return brentq(lambda effect: found(effect) - power, 0.1, 5)


@pytest.mark.parametrize(("n", "contrasts"), [(16, 2), (9, 3)])
def test_a_contrast_of_a_family_needs_the_difference_that_integration_finds(n, contrasts):
    found = compute_detectable_effect(n, contrasts=contrasts)
    assert found == pytest.approx(integrate_family(n, contrasts, 0.8, 0.05), abs=1e-5)
    assert found > compute_detectable_effect(n)


def test_unusable_designs_are_a_programming_mistake():
    for call in (
        lambda: compute_power(1, 1),
        lambda: compute_power(1, 9, correlation=1.0),
        lambda: compute_power(1, 9, contrasts=0),
        lambda: compute_detectable_effect(9, power=0.01),
        lambda: compute_chance_of_no_event(1.1, 3),
    ):
        with pytest.raises(ValueError, match=r"unusable|power"):
            call()


@pytest.mark.slow
def test_power_agrees_with_simulation_within_three_standard_errors():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.8, 1, (40_000, 16)), rng.normal(0, 1, (40_000, 16))
    share = np.mean(ttest_ind(a, b, axis=1).pvalue <= 0.05)
    assert share == pytest.approx(compute_power(0.8, 16), abs=3 * (0.25 / 40_000) ** 0.5)


def test_one_sided_power_equals_statsmodels_and_is_the_level_without_an_effect():
    one = FamilyRule(sides=1)
    expected = TTestIndPower().power(0.8, 16, 0.025, alternative="larger")
    assert compute_power(0.8, 16, alpha=0.025, rule=one) == pytest.approx(expected, rel=1e-7)
    assert compute_power(0.0, 16, alpha=0.025, rule=one) == pytest.approx(0.025, rel=1e-9)


def test_how_several_contrasts_are_adjusted_sets_what_one_of_them_can_find():
    """No adjustment beats Dunnett, which beats Bonferroni; each by its critical value."""
    none, dunnett, hochberg = (
        compute_power(0.9, 16, contrasts=2, rule=FamilyRule(method))
        for method in ("none", "dunnett", "hochberg")
    )
    assert none > dunnett > hochberg
    shift = 0.9 * np.sqrt(8)
    for power, alpha in ((none, 0.05), (hochberg, 0.025)):
        critical = t.isf(alpha / 2, 45)
        both = nct.sf(critical, 45, shift) + nct.cdf(-critical, 45, shift)
        assert power == pytest.approx(both, rel=1e-7)
