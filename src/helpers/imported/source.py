"""One data set as its file holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.errors import ExportError


class SourceError(ExportError):
    """A file of analysis data cannot be used; says which, why, and what to do."""


class NotUsed(SourceError):
    """A file of a folder that holds no analysis data: named, and left alone."""


@dataclass(frozen=True)
class Source:
    """A data set as read: nothing renamed, nothing converted.

    `typed` says whether the file itself tells numbers from text (Parquet, XPT, Dataset-JSON) or
    not (CSV); `labels` are the variables' labels; `formats` their SAS formats where there are
    any; `special` the SAS special missing values: variable -> row position -> letter; `quirks`
    what was not as it should be in the file as a whole, with the number of rows or values.
    """

    name: str
    path: Path
    frame: pd.DataFrame = field(repr=False)
    typed: bool
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    formats: Mapping[str, str] = field(default_factory=dict, repr=False)
    special: Mapping[str, Mapping[int, str]] = field(default_factory=dict, repr=False)
    quirks: tuple[tuple[str, int], ...] = ()
