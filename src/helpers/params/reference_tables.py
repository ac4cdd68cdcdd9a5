"""The shape of the reference tables in `tables/*.csv`: one model per file, one field per column."""

import re
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from helpers.params.base import Code, Params

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,2})?")


def _check_number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number with a decimal point")
    return text


Number = Annotated[str, AfterValidator(_check_number)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]


class ReferenceRow(Params):
    """A line of a reference table, as text.

    `KEY` names the columns that tell lines apart, `OPTIONAL` those that a file may do without.
    """

    KEY: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[frozenset[str]] = frozenset()


class TermRow(ReferenceRow):
    """`aesi.csv`: a preferred term of special interest."""

    KEY: ClassVar[tuple[str, ...]] = ("AEDECOD",)
    AEDECOD: Text
    AESICAT: Code
    ROUTES: Text
    AALIST: Literal["Y", "N"]
    SEVTOX: Code | None = None


class DictionaryRow(ReferenceRow):
    """`dict.csv`: a preferred term and its system organ class."""

    KEY: ClassVar[tuple[str, ...]] = ("PT",)
    PT: Text
    SOC: Text
    VERSION: Text


class UnitRow(ReferenceRow):
    """`units.csv`: standard unit = number x FACTOR + OFFSET."""

    KEY: ClassVar[tuple[str, ...]] = ("TESTCD", "UNIT")
    OPTIONAL: ClassVar[frozenset[str]] = frozenset(("SPEC",))
    TESTCD: Code
    SPEC: Code | None = None
    UNIT: Text
    STDUNIT: Text
    FACTOR: Number
    OFFSET: Number

    @model_validator(mode="after")
    def _check_factor(self) -> Self:
        if float(self.FACTOR) <= 0:
            raise ValueError(f"FACTOR: found {self.FACTOR}, allowed: above 0")
        return self


class LimitRow(ReferenceRow):
    """`limits.csv`: the normal range, and beyond which value one is improbable or impossible."""

    KEY: ClassVar[tuple[str, ...]] = ("TESTCD", "SEX")
    OPTIONAL: ClassVar[frozenset[str]] = frozenset(("SPEC",))
    ORDER: ClassVar[tuple[str, ...]] = (
        *("IMPLOW", "PHYSLOW", "LOW"),
        *("HIGH", "PHYSHIGH", "IMPHIGH"),
    )
    TESTCD: Code
    SPEC: Code | None = None
    SEX: Literal["F", "M"] | None = None
    LOW: Number | None = None
    HIGH: Number | None = None
    PHYSLOW: Number | None = None
    PHYSHIGH: Number | None = None
    IMPLOW: Number | None = None
    IMPHIGH: Number | None = None

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        limits = [(name, getattr(self, name)) for name in self.ORDER]
        given = [(name, float(text)) for name, text in limits if text is not None]
        for (low, below), (high, above) in pairwise(given):
            if below > above:
                raise ValueError(f"{low}: found {below:g}, allowed: not above {high} ({above:g})")
        return self


class GradeRow(ReferenceRow):
    """`grades.csv`: from BOUND x OF on a value has GRADE."""

    KEY: ClassVar[tuple[str, ...]] = ("TESTCD", "WHEN", "GRADE", "SIDE", "OF")
    TESTCD: Code
    WHEN: Literal["ALWAYS", "BASE_NORMAL", "BASE_HIGH", "ANTICOAGULANT", "NO_ANTICOAGULANT"]
    GRADE: Literal["1", "2", "3", "4", "5"]
    SIDE: Literal["above", "from", "below"]
    BOUND: Number
    OF: Literal["ULN", "LLN", "BASE", "VALUE"]
