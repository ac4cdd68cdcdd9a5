"""What parameter models share: no unknown key, no silent conversion, no change."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Params(BaseModel):
    """A strict, frozen group of parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _check_ordered(pair: tuple[int, int]) -> tuple[int, int]:
    if pair[0] > pair[1]:
        raise ValueError(f"lower end {pair[0]} is above upper end {pair[1]}")
    return pair


Range = Annotated[tuple[int, int], Field(strict=False), AfterValidator(_check_ordered)]
Level = Annotated[float, Field(gt=0, lt=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
Names = Annotated[tuple[str, ...], Field(strict=False)]
Codes = Annotated[tuple[Code, ...], Field(strict=False)]
Decimals = Annotated[int, Field(ge=0, le=4)]
