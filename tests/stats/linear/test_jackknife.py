"""The jackknife against known variances and by hand."""

import numpy as np
import pytest

from helpers.stats.linear.jackknife import compute_jackknife, split_persons


def test_of_a_mean_it_is_the_usual_variance_of_the_mean():
    x = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0])
    groups = split_persons(np.zeros(7, dtype=np.int64))
    variance = compute_jackknife(lambda kept: np.array([x[kept].mean()]), groups)[0, 0]
    assert variance == pytest.approx(x.var(ddof=1) / 7, rel=1e-12)


def test_of_two_means_it_gives_their_covariance():
    x = np.array([[3.0, 1.0], [1.0, 2.0], [4.0, 2.5], [1.0, 0.0]])
    groups = split_persons(np.zeros(4, dtype=np.int64))
    joint = compute_jackknife(lambda kept: x[kept].mean(axis=0), groups)
    assert joint == pytest.approx(np.cov(x.T) / 4, rel=1e-12)


def test_one_replicate_that_cannot_be_estimated_leaves_none():
    groups = split_persons(np.zeros(3, dtype=np.int64))
    joint = compute_jackknife(lambda kept: np.array([np.nan if kept[0] else 1.0]), groups)
    assert np.isnan(joint).all()


def test_many_persons_leave_in_groups_of_equal_size_spread_over_the_arms():
    arms = np.repeat([0, 1, 2], [40, 30, 30])
    groups = split_persons(arms, most=10)
    assert np.bincount(groups).tolist() == [10] * 10
    for arm, each in ((0, 4), (1, 3), (2, 3)):
        assert set(np.bincount(groups[arms == arm])) == {each}
    x = np.random.default_rng(1).normal(size=100)
    variance = compute_jackknife(lambda kept: np.array([x[kept].mean()]), groups)[0, 0]
    means = np.array([x[groups == g].mean() for g in range(10)])
    assert variance == pytest.approx(means.var(ddof=1) / 10, rel=1e-10)
