"""What every estimate with an interval looks like: numbers, the method, and why there is none.

Source: none; the form of all results, no method.
"""

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NAN = math.nan


class Row:
    """A result that is also a row: ``dict(result)`` and ``result["name"]`` give its fields."""

    def keys(self) -> list[str]:
        """Names of the fields, so that ``dict(result)`` and ``**result`` work."""
        return [field.name for field in fields(cast("DataclassInstance", self))]

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True)
class Estimate(Row):
    """One number with its confidence limits.

    Attributes
    ----------
    estimate, lower, upper : float
        In the unit of the method; NaN where not estimable.
    level : float
        Confidence level of the limits.
    method : str
        Short name, such as ``clopper_pearson``.
    note : str
        Why a number is NaN; empty when all is well.
    """

    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    note: str = ""

    def mirrored(self) -> Self:
        """Return the estimate of the opposite contrast: every sign turned."""
        return replace(
            self,
            estimate=0.0 - self.estimate,  # not -x: that makes a zero negative
            lower=0.0 - self.upper,
            upper=0.0 - self.lower,
        )


@dataclass(frozen=True)
class TestedEstimate(Estimate):
    """An estimate that comes with the p value of its test."""

    __test__ = False  # pytest would collect the name
    p: float = NAN


@dataclass(frozen=True)
class TestResult(Row):
    """A test without an estimate: statistic, degrees of freedom, p value."""

    __test__ = False  # pytest would collect the name
    statistic: float
    df: int
    p: float
    method: str
    note: str = ""


def not_estimable(method: str, level: float, note: str) -> Estimate:
    """Return an estimate that is NaN throughout, with the reason."""
    return Estimate(NAN, NAN, NAN, level, method, note)


def check_level(level: float) -> None:
    """Raise ValueError unless the confidence level lies strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}; 95 % is level=0.95")


def check_count(x: float, n: float) -> tuple[int, int]:
    """Return both as int; raise ValueError unless whole numbers with 0 <= x <= n."""
    if not (float(x).is_integer() and float(n).is_integer() and 0 <= x <= n):
        raise ValueError(f"need whole numbers with 0 <= x <= n, got x={x!r}, n={n!r}")
    return int(x), int(n)
