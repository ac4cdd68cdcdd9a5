"""What chance alone does to the standardised differences of T-S-05, from the arms at hand."""

import math
from collections.abc import Sequence

from helpers.displays.formats import format_number
from helpers.stats.balance.difference_by_chance import (
    FEWEST,
    category_difference_quantiles,
    mean_difference_sd,
)
from helpers.view import ClosedView, View

POPULATION = "ITT"
Contrast = tuple[str, str, str]


def list_control_contrasts(view: View) -> list[Contrast]:
    """Comparisons with control of a closed view; none where arms are not known."""
    if not isinstance(view, ClosedView):
        return []
    return [contrast for contrast in view.contrasts if contrast[2] == view.trial.control]


def describe_chance(view: View, categories: Sequence[int]) -> str:
    """What to expect without any difference, in the comparison with the fewest participants.

    `categories`: numbers of categories of the variables shown.
    """
    sizes = find_smallest(view)
    untested = "No tests of balance: the arms were made by chance."
    if sizes is None or min(sizes) < FEWEST:
        return (
            f"{untested} With fewer than {FEWEST} participants in an arm chance alone makes "
            "standardised differences of any size."
        )
    spread = format_number(mean_difference_sd(*sizes), 2)
    text = (
        f"{untested} With {sizes[0]} against {sizes[1]} participants (the smallest of the "
        "comparisons with control) the standardised difference of two means has an SD of "
        f"{spread} by chance alone, more where values are missing."
    )
    parts = [quote_quantiles(sizes, count) for count in categories]
    listed = ", ".join(part for part in parts if part)
    if not listed:
        return text
    return (
        f"{text} Over categories it has no sign; without any difference its median and 90th "
        f"percentile are {listed} (equally frequent categories)."
    )


def quote_quantiles(sizes: tuple[int, int], categories: int) -> str:
    """`0.34 and 0.72 with 2`; empty where the table of quantiles does not go so far."""
    quantiles = category_difference_quantiles(*sizes, categories)
    if math.isnan(quantiles[0]):
        return ""
    return f"{' and '.join(format_number(value, 2) for value in quantiles)} with {categories}"


def find_smallest(view: View) -> tuple[int, int] | None:
    """Sizes of the comparison with the smallest harmonic mean; None without a comparison."""
    if not isinstance(view, ClosedView):
        return None
    pairs = [
        (view.arm_group(POPULATION, arm).n, view.arm_group(POPULATION, reference).n)
        for _, arm, reference in list_control_contrasts(view)
    ]
    return min(pairs, key=lambda pair: pair[0] * pair[1] / max(sum(pair), 1), default=None)
