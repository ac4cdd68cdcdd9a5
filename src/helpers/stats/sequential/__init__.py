"""Group-sequential boundaries and power."""

from helpers.stats.sequential.boundary import (
    ConditionalPower,
    conditional_power,
    crossing_probabilities,
    design_characteristics,
    spending_boundary,
)

__all__ = [
    "ConditionalPower",
    "conditional_power",
    "crossing_probabilities",
    "design_characteristics",
    "spending_boundary",
]
