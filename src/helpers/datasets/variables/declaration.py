"""The declared data sets and variables: `datasets.csv` and `variables.csv` as strict models."""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from helpers.errors import UsageError
from helpers.params.access import Dataset
from helpers.params.base import Params
from helpers.params.check_model import check_model

FOLDER = Path(__file__).parent
LONGEST_LABEL = 40  # of a SAS transport file, and so of CDISC
AS_DECLARED = "Y"
Type = Literal["text", "flag", "integer", "number", "date", "datetime"]
Words = Annotated[str, Field(min_length=1)]


class DatasetRow(Params):
    """A data set: what one row of it is, and the variables that tell rows apart."""

    dataset: Dataset
    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
    grain: Annotated[str, Field(pattern=r"^one row per ")]
    keys: Words

    @property
    def key_names(self) -> tuple[str, ...]:
        """Names of the key variables."""
        return tuple(self.keys.split())


class VariableRow(Params):
    """A variable of a data set; a name in braces is a family, one variable per member.

    `origin` is the raw column, or the variable of another data set, that it is a copy of or is
    read from; a variable without one is derived from what `derivation` names. `unit` may be the
    variable that holds it. `open` is empty where open readers do not have the variable, Y where
    the derivation holds for them too, and else the derivation that holds for them.
    """

    dataset: Dataset
    variable: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$|\{[a-z_]+\}")]
    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
    type: Type
    unit: str = ""
    origin: Annotated[str, Field(pattern=r"^([a-z]+\.[A-Z0-9]+)?$")] = ""
    derivation: str = ""
    open: str = ""

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if not self.origin and not self.derivation:
            raise ValueError("found neither origin nor derivation, allowed: at least one")
        return self

    @property
    def is_open(self) -> bool:
        """Whether open readers have the variable, in a trial that has it."""
        return bool(self.open)

    def derivation_for(self, *, closed: bool) -> str:
        """How the variable comes to be, for closed readers or for open ones."""
        own = self.derivation if closed or self.open == AS_DECLARED else self.open
        return own or (f"as in {self.origin}" if closed else "as recorded")


class Declaration:
    """Every data set with its variables, in the order of the files."""

    def __init__(self, datasets: list[DatasetRow], variables: list[VariableRow]) -> None:
        self.datasets: Mapping[str, DatasetRow] = MappingProxyType(
            {row.dataset: row for row in datasets}
        )
        self.variables: Mapping[str, tuple[VariableRow, ...]] = MappingProxyType(
            {name: tuple(row for row in variables if row.dataset == name) for name in self.datasets}
        )


@cache
def load_declaration(folder: Path = FOLDER) -> Declaration:
    """The data sets and variables that are declared in `folder`.

    A variable that names another data set's variable as its origin has label, type and unit from
    there, and for want of words of its own the derivation as well.

    Raises
    ------
    UsageError
        If a line of the files does not fit: where, what was found, what is allowed.
    """
    datasets = [
        check_model(DatasetRow, row, place) for place, row in _read(folder / "datasets.csv")
    ]
    known: dict[str, VariableRow] = {}
    for place, row in _read(folder / "variables.csv"):
        variable = check_model(VariableRow, _inherit(row, known), place)
        name = f"{variable.dataset}.{variable.variable}"
        if name in known:
            raise UsageError(f"{place}: {name} is declared twice")
        known[name] = variable
    return Declaration(datasets, list(known.values()))


def _read(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Lines of a table with their place in the file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            yield f"{path.name}:{rows.line_num}", row


def _inherit(row: dict[str, str], known: Mapping[str, VariableRow]) -> dict[str, str]:
    """What a copy of another data set's variable does not say itself."""
    source = known.get(row["origin"])
    if source is None:
        return row
    inherited = {name: getattr(source, name) for name in ("label", "type", "unit", "derivation")}
    own = {name: text for name, text in row.items() if text}
    if own.get("open") == AS_DECLARED:
        own["open"] = source.open
    return {**row, **inherited, **own}


def find_names(text: str) -> list[str]:
    """Words of a text that look like names of variables, in order, each once."""
    return list(dict.fromkeys(re.findall(r"\b[A-Z][A-Z0-9_]+\b", text)))
