"""Analysis of covariance."""

from helpers.stats.ancova.fit import (
    fit_ancova,
)

__all__ = [
    "fit_ancova",
]
