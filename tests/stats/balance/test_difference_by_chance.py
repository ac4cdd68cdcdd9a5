"""Standardised differences by chance: the t distribution, the simulation behind the table."""

import math

import numpy as np
import pytest
from scipy.stats import chi2

from helpers.stats.balance.difference_by_chance import (
    BY_CHANCE,
    FEWEST,
    category_difference_quantiles,
    compute_distances,
    mean_difference_sd,
    simulate_quantiles,
)
from helpers.stats.balance.standardised_difference import (
    standardize_category_difference,
    standardize_mean_difference,
)


def test_the_sd_of_a_difference_of_means_is_that_of_a_scaled_t_variable():
    # 5 per group: variance of t with 8 degrees of freedom 8 / 6, times 1/5 + 1/5
    assert mean_difference_sd(5, 5) == pytest.approx(math.sqrt(0.4 * 8 / 6))
    assert mean_difference_sd(5, 5) == pytest.approx(0.73, abs=0.005)
    assert mean_difference_sd(16, 16) == pytest.approx(0.366, abs=0.001)
    assert math.isnan(mean_difference_sd(2, 2))
    assert math.isnan(mean_difference_sd(1, 30))


@pytest.mark.parametrize(("a", "b"), [(5, 5), (6, 9), (16, 16)])
def test_simulated_differences_of_means_have_that_sd(a, b):
    generator = np.random.default_rng(1)
    found = [
        standardize_mean_difference(generator.normal(size=a), generator.normal(size=b))
        for _ in range(4000)
    ]
    assert np.std(found) == pytest.approx(mean_difference_sd(a, b), rel=0.05)


def test_the_batch_gives_what_the_single_routine_gives():
    generator = np.random.default_rng(2)
    for categories in (2, 3, 5):
        counts = generator.multinomial(6, [1 / categories] * categories, size=(200, 2))
        single = [standardize_category_difference(list(a), list(b)) for a, b in counts]
        assert compute_distances(counts) == pytest.approx(single, abs=1e-6)


@pytest.mark.parametrize(("size", "categories"), [(5, 2), (12, 4), (16, 5)])
def test_some_entries_of_the_table_are_what_the_simulation_gives(size, categories):
    assert simulate_quantiles(size, categories) == BY_CHANCE[size][categories - 2]


@pytest.mark.slow
def test_every_entry_of_the_table_is_what_the_simulation_gives():
    for size, row in BY_CHANCE.items():
        assert row == tuple(simulate_quantiles(size, k) for k in range(2, len(row) + 2))


def test_large_groups_come_near_the_chi_square_limit():
    for categories in (3, 5, 7):
        limit = [math.sqrt(chi2.ppf(p, categories - 1) * 2 / 64) for p in (0.5, 0.9)]
        assert category_difference_quantiles(64, 64, categories) == pytest.approx(limit, rel=0.06)


def test_between_and_beyond_the_rows_the_square_root_of_the_sizes_scales():
    median, high = BY_CHANCE[64][1]
    assert category_difference_quantiles(256, 256, 3) == pytest.approx((median / 2, high / 2))
    # harmonic mean of 20 and 30 is 24
    assert category_difference_quantiles(20, 30, 4) == BY_CHANCE[24][2]


def test_groups_too_small_and_categories_too_many_have_no_number():
    for asked in ((FEWEST - 1, FEWEST - 1, 3), (0, 9, 2), (20, 20, 1), (20, 20, 40)):
        assert all(math.isnan(value) for value in category_difference_quantiles(*asked))
