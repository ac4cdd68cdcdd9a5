"""Monitoring rules for harm."""

from helpers.stats.stopping.monitor import (
    PosteriorMonitor,
    operating_characteristics,
    pocock_boundary,
    posterior_monitor,
    predictive_probability,
    simulate_operating_characteristics,
    stopping_boundary,
    tabulate_binomial_fan,
    tabulate_posterior,
)

__all__ = [
    "PosteriorMonitor",
    "operating_characteristics",
    "pocock_boundary",
    "posterior_monitor",
    "predictive_probability",
    "simulate_operating_characteristics",
    "stopping_boundary",
    "tabulate_binomial_fan",
    "tabulate_posterior",
]
