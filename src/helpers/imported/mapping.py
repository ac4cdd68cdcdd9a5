"""The declared mapping of an import: what the standard's names do not say by themselves."""

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from helpers.intake.day_forms import DayOrder
from helpers.intake.missing_words import MISSING_WORDS
from helpers.intake.number_form import Decimal
from helpers.params.base import Params
from helpers.params.loading import check_model, read_yaml

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")]
Variables = Annotated[tuple[Name, ...], Field(strict=False)]
Words = Annotated[tuple[str, ...], Field(strict=False)]
Epoch = Literal["1960-01-01", "1970-01-01", "1899-12-30", "1904-01-01", "1582-10-14"]
LOST_SHARE = 0.1


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a zone such as Asia/Ho_Chi_Minh or UTC") from None
    return name


Zone = Annotated[str, AfterValidator(_check_zone)]


class DatasetMapping(Params):
    """One source data set: another name, variables renamed, left out, or of a stated kind.

    `keys` are the variables that tell its rows apart, where those of the standard do not. What
    else is said here goes before what is said of the whole import.
    """

    to: Name | None = None
    rename: dict[Name, Name] = {}
    drop: Variables = ()
    kinds: dict[
        Name, Literal["id", "text", "text_date", "datetime", "date", "time", "flag", "number"]
    ] = {}
    keys: Variables | None = None
    epoch: Epoch | None = None
    from_zone: Zone | None = None
    day_order: DayOrder | None = None
    decimal: Decimal | None = None
    missing: Words | None = None


class ImportMapping(Params):
    """Mapping of a whole import; every key has a default, so an empty file is legal.

    `restricted` names variables beside those of the standard that tell who got what, `open`
    variables that would be hidden without need, `skip` data sets that are not wanted. The import
    stops where a variable loses more than `lost_share` of its values.
    """

    study: str | None = None
    time_zone: Zone | None = None
    from_zone: Zone | None = None
    epoch: Epoch | None = None
    day_order: DayOrder | None = None
    decimal: Decimal | None = None
    missing: Words = MISSING_WORDS
    lost_share: Annotated[float, Field(ge=0, le=1)] = LOST_SHARE
    encoding: str | None = None
    restricted: Variables = ()
    open: Variables = ()
    skip: Variables = ()
    datasets: dict[Name, DatasetMapping] = {}

    def of(self, dataset: str) -> DatasetMapping:
        """What is said of one data set."""
        lower = {name.lower(): own for name, own in self.datasets.items()}
        return lower.get(dataset, DatasetMapping())

    def skips(self, dataset: str) -> bool:
        """Whether a data set is not wanted."""
        return dataset in {name.lower() for name in self.skip}


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
