"""What parameter models share: no unknown key, no silent conversion, no change."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Params(BaseModel):
    """A strict, frozen group of parameters.

    `LATER` names keys that are planned and that nothing reads yet: they are refused, so that
    nobody believes in them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
    LATER: ClassVar[frozenset[str]] = frozenset()


def _check_ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise ValueError(f"lower end {pair[0]} is above upper end {pair[1]}")
    return pair


CENTURY = 36525  # days; longer than any trial
MILLION = 1_000_000
End = Annotated[int, Field(ge=-MILLION, le=MILLION)]
Range = Annotated[tuple[End, End], Field(strict=False), AfterValidator(_check_ordered)]
# of a class of values: grades may have halves
FloatEnd = Annotated[float, Field(ge=-MILLION, le=MILLION)]
Class = Annotated[tuple[FloatEnd, FloatEnd], Field(strict=False), AfterValidator(_check_ordered)]
Count = Annotated[int, Field(gt=0, le=MILLION)]
Level = Annotated[float, Field(gt=0, lt=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0, le=CENTURY)]
Hours = Annotated[int, Field(gt=0, le=24 * CENTURY)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$", max_length=64)]
# Of studies and interims: they are names of folders too.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*\.csv$", max_length=64)]
Names = Annotated[tuple[str, ...], Field(strict=False)]
Codes = Annotated[tuple[Code, ...], Field(strict=False)]
Decimals = Annotated[int, Field(ge=0, le=4)]
