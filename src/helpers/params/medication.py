"""Medication beside the product, as the safety report counts it."""

from helpers.params.base import Params


class Medications(Params):
    """Categories of the medication table with their names.

    `tabulated` are counted as prior and concomitant, `dose_day` on the days of doses.
    """

    tabulated: dict[str, str] = {}
    dose_day: dict[str, str] = {}
