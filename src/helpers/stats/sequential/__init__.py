"""Group-sequential boundaries and power."""

from helpers.stats.sequential.boundary import (
    ConditionalPower,
    conditional_power,
    crossing_probabilities,
    design_characteristics,
    spending_boundary,
)
from helpers.stats.sequential.stagewise import estimate_stagewise

__all__ = [
    "ConditionalPower",
    "conditional_power",
    "crossing_probabilities",
    "design_characteristics",
    "estimate_stagewise",
    "spending_boundary",
]
