"""Exact rank tests with their estimates."""

from helpers.stats.ranks.compare import (
    RankComparison,
    compare_many_ranks,
    compare_ranks,
)

__all__ = [
    "RankComparison",
    "compare_many_ranks",
    "compare_ranks",
]
