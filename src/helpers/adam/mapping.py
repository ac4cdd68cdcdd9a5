"""The declared mapping of an import: what the standard's names do not say by themselves."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from helpers.params.base import Params
from helpers.params.loading import check_model, read_yaml

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class DatasetMapping(Params):
    """One source data set: another name, variables renamed, left out, or of a stated kind."""

    to: Name | None = None
    rename: dict[Name, Name] = {}
    drop: tuple[Name, ...] = Field(default=(), strict=False)
    kinds: dict[
        Name, Literal["id", "text", "text_date", "datetime", "date", "time", "flag", "number"]
    ] = {}
    epoch: Literal["1960-01-01", "1970-01-01", "1899-12-30"] | None = None


class ImportMapping(Params):
    """Mapping of a whole import; every key has a default, so an empty file is legal.

    `restricted` names variables beside those of the standard that tell who got what, `open`
    variables that the standard's patterns would hide without need.
    """

    study: str | None = None
    time_zone: str = "UTC"
    epoch: Literal["1960-01-01", "1970-01-01", "1899-12-30"] = "1960-01-01"
    encoding: str | None = None
    restricted: tuple[Name, ...] = Field(default=(), strict=False)
    open: tuple[Name, ...] = Field(default=(), strict=False)
    datasets: dict[Name, DatasetMapping] = {}


def load_mapping(path: Path | None) -> ImportMapping:
    """Mapping of a file; all defaults without one.

    Raises
    ------
    UsageError
        For an unknown key, a wrong type or a missing file.
    """
    if path is None:
        return ImportMapping()
    return check_model(ImportMapping, read_yaml(path), path)
