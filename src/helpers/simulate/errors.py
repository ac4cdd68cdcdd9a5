"""The catalogue of planted errors: at least the 34 ids of synthetic-data.md section 8."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from helpers.simulate.errors_in_conduct import CONDUCT_ERRORS
from helpers.simulate.errors_in_doses import DOSE_ERRORS
from helpers.simulate.errors_in_events import EVENT_ERRORS
from helpers.simulate.errors_in_values import VALUE_ERRORS
from helpers.simulate.planting import Planter


def _take_turns(*groups: Sequence[Planter]) -> Iterator[Planter]:
    """One of each group in turn, so that a participant's errors lie in different tables."""
    for round_ in zip_longest(*groups):
        yield from (planter for planter in round_ if planter is not None)


CATALOGUE: tuple[Planter, ...] = tuple(
    _take_turns(CONDUCT_ERRORS, EVENT_ERRORS, VALUE_ERRORS, DOSE_ERRORS)
)
# Errors that one participant takes, beside the rare ones; a small trial has to take them all.
PER_PERSON, PER_PERSON_FIXED = 2, 7
