"""The data sets that are read, as declared in `datasets.yaml`: keys, variables, units."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from helpers.imported.variables import Kind, load_rules
from helpers.params.base import Params

DECLARED = Path(__file__).with_name("datasets.yaml")
SCORES = "scores"
OF_SCORES = frozenset(["PARAMCD", "AVAL", "AVISIT"])


class KnownVariable(Params):
    """One variable that is used."""

    kind: Kind
    use: str
    unit: str = ""
    required: bool = False
    baseline: bool = False


class KnownDataset(Params):
    """One data set that is read; rows that share all of `keys` compete."""

    title: str
    row: str
    keys: tuple[str, ...]
    variables: dict[str, KnownVariable]


@cache
def load_known() -> Mapping[str, KnownDataset]:
    """Declared data sets by name."""
    content: Mapping[str, Mapping[str, Any]] = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    return {
        name: KnownDataset.model_validate({**table, "keys": tuple(table["keys"])})
        for name, table in content.items()
    }


def find_known(dataset: str, variables: Collection[str]) -> KnownDataset | None:
    """Declaration that a data set goes by: its own, else that of scores if it has values."""
    known = load_known()
    for name in known:
        if dataset == name or (name not in ("adsl", SCORES) and dataset.startswith(name)):
            return known[name]
    return known[SCORES] if set(variables) >= OF_SCORES else None


@cache
def _all_variables() -> Mapping[str, KnownVariable]:
    tables = [table.variables for table in load_known().values()]
    return {name: variable for table in reversed(tables) for name, variable in table.items()}


def tabulate_known() -> list[str]:
    """Lines of Markdown: each data set with its row, its keys, its variables and their units."""
    lines: list[str] = []
    for table in load_known().values():
        lines += ["", f"**{table.title}**: one row is {table.row}; keys {', '.join(table.keys)}."]
        lines += ["", "| variable | kind | unit | needed | used for |", "|---|---|---|---|---|"]
        lines += [
            f"| {name} | {v.kind.replace('_', ' ')} | {v.unit} | {'yes' * v.required} | {v.use} |"
            for name, v in table.variables.items()
        ]
    return lines[1:]


def is_known(variable: str) -> bool:
    """Whether the standard says what this variable is, so that it is no name of the sponsor's."""
    return variable in _all_variables()


def is_baseline(variable: str) -> bool:
    """Whether this variable was recorded before anybody was randomised."""
    known = _all_variables().get(variable)
    return bool((known and known.baseline) or load_rules().baseline.fullmatch(variable))


def known_kind(dataset: str, variable: str, variables: Collection[str]) -> Kind | None:
    """Declared kind of a variable: of its data set, else of any; None where none names it."""
    own = find_known(dataset, variables)
    if own is not None and variable in own.variables:
        return own.variables[variable].kind
    found = _all_variables().get(variable)
    return found.kind if found else None


def is_outcome(variable: str) -> bool:
    """Whether this variable is about what happened to participants."""
    return bool(load_rules().outcome.fullmatch(variable))


def is_of_treatment(variable: str) -> bool:
    """Whether this variable is about who was treated, when or how much."""
    return bool(load_rules().treatment.fullmatch(variable))
