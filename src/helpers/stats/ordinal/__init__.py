"""Proportional odds."""

from helpers.stats.ordinal.fit import (
    proportional_odds,
)

__all__ = [
    "proportional_odds",
]
