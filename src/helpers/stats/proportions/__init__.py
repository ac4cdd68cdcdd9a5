"""Proportions and their differences."""

from helpers.stats.proportions.compare import (
    compare_proportions,
    estimate_proportion,
)

__all__ = [
    "compare_proportions",
    "estimate_proportion",
]
