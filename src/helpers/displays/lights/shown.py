"""A light of the first page with the numbers it rests on, and how a value becomes its state."""

from collections.abc import Sequence
from typing import NamedTuple

from helpers.displays.model import Light
from helpers.displays.results import Result
from helpers.params.trial import Limit


class Shown(NamedTuple):
    """A light and the numbers it rests on."""

    light: Light
    results: tuple[Result, ...] = ()


def rate_high(value: float, limit: Limit) -> str:
    """State of a value that should be high."""
    return "ok" if value >= limit.green else "near" if value >= limit.amber else "alert"


def rate_low(value: float, limit: Limit) -> str:
    """State of a value that should be low."""
    return "ok" if value <= limit.green else "near" if value <= limit.amber else "alert"


def describe_limit(limit: Limit, unit: str) -> str:
    """Thresholds of a light that should be high, in words."""
    return f"green from {limit.green:g}{unit}, amber from {limit.amber:g}{unit}"


def join_results(shown: Sequence[Shown]) -> tuple[Result, ...]:
    """Numbers of all lights."""
    return tuple(result for one in shown for result in one.results)
