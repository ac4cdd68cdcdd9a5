"""Mixed model for repeated measures: fit, inference, least-squares means."""

from helpers.stats.mmrm.fit import (
    fit_mmrm,
)

__all__ = [
    "fit_mmrm",
]
