"""Medication and therapies beside the product, as the safety report counts them."""

from typing import Self

from pydantic import model_validator

from helpers.params.base import Code, Names, Params


class CoIntervention(Params):
    """Drugs of a category of the medication table, or with one of the words in their name."""

    label: str
    category: str | None = None
    words: Names = ()

    @model_validator(mode="after")
    def _check_rule(self) -> Self:
        if self.category is None and not self.words:
            raise ValueError("found neither category nor words, allowed: at least one")
        return self


class Medications(Params):
    """Categories of the medication table with their names, and what is counted after baseline.

    `tabulated` are counted as prior and concomitant, `dose_day` on the days of doses.
    """

    tabulated: dict[str, str] = {}
    dose_day: dict[str, str] = {}
    co_interventions: dict[Code, CoIntervention] = {}
