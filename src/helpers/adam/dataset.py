"""A source becomes a data set of ours: renamed, typed, in a fixed order of rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.adam.convert import Clock, Converted, convert_variable
from helpers.adam.mapping import DatasetMapping, ImportMapping
from helpers.adam.notes import Note
from helpers.adam.source import Source, SourceError
from helpers.adam.variables import Kind, VariableRules

PERSON = "USUBJID"
ROW = "SRCROW"
SPECIAL = "_MISSING"


@dataclass(frozen=True)
class Dataset:
    """A typed data set; `restricted` names its variables that tell who got what."""

    name: str
    frame: pd.DataFrame = field(repr=False)
    restricted: tuple[str, ...]
    labels: Mapping[str, str] = field(repr=False)


def build_dataset(
    source: Source, mapping: ImportMapping, rules: VariableRules
) -> tuple[Dataset, list[Note]]:
    """One data set and what happened to its variables.

    Rows are sorted by person and then by every open variable, so that neither the file's order nor
    the treatment can show in it; `SRCROW` numbers them. A special missing value of `X` stands as a
    letter in `X_MISSING`.

    Raises
    ------
    SourceError
        If the data set has no USUBJID, or a mapping names a variable that it has not.
    """
    own = mapping.datasets.get(source.name, DatasetMapping())
    name = (own.to or source.name).lower()
    renamed = _rename(source, own, name)
    if PERSON not in renamed.frame:
        raise SourceError(f"{source.path.name}: has no variable {PERSON}; every data set needs it")
    clock = Clock(pd.Timestamp(own.epoch or mapping.epoch), mapping.time_zone)
    columns: dict[str, pd.Series] = {}
    notes: list[Note] = []
    restricted: list[str] = []
    for variable in renamed.frame.columns:
        kind: Kind = own.kinds.get(variable, rules.kind_of(variable))
        found = convert_variable(renamed.frame[variable], kind, clock, source.typed)
        hidden = _is_restricted(name, variable, mapping, rules)
        restricted += [variable] if hidden else []
        columns[variable] = found.series
        notes += _describe(name, variable, kind, found, hidden)
        letters = renamed.special.get(variable)
        if letters:
            columns[variable + SPECIAL] = pd.Series(letters, dtype=object).reindex(
                renamed.frame.index
            )
            what = "special missing values kept as letters in " + variable + SPECIAL
            notes.append(Note(name, variable, what, len(letters), "I", hidden))
            restricted += [variable + SPECIAL] if hidden else []
    frame = _sort(pd.DataFrame(columns, index=renamed.frame.index), restricted)
    return Dataset(name, frame, tuple(restricted), renamed.labels), notes


def _rename(source: Source, own: DatasetMapping, name: str) -> Source:
    for key in (*own.rename, *own.drop, *own.kinds):
        if key not in source.frame and key not in own.rename.values():
            raise SourceError(f"{source.path.name}: the mapping names {key}, which is not there")
    frame = source.frame.drop(columns=list(own.drop)).rename(columns=own.rename)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise SourceError(f"{source.path.name}: the mapping makes two variables {twice[0]}")
    labels = {own.rename.get(key, key): text for key, text in source.labels.items()}
    special = {own.rename.get(key, key): cells for key, cells in source.special.items()}
    return Source(name, source.path, frame, source.typed, labels, source.formats, special)


def _is_restricted(
    dataset: str, variable: str, mapping: ImportMapping, rules: VariableRules
) -> bool:
    if variable in (PERSON, ROW) or variable in mapping.open:
        return False
    return variable in mapping.restricted or rules.is_restricted(dataset, variable)


def _describe(
    dataset: str, variable: str, kind: Kind, found: Converted, hidden: bool
) -> list[Note]:
    notes = []
    lost, changed = int(found.lost.sum()), int(found.changed.sum())
    if lost:
        what = f"value is no {kind.replace('_', ' ')}; read as empty"
        notes.append(Note(dataset, variable, what, lost, "E", hidden))
    if changed and found.how:
        severity = "I" if kind in ("date", "datetime") and "zone" not in found.how else "W"
        notes.append(Note(dataset, variable, found.how, changed, severity, hidden))
    return notes


def _sort(frame: pd.DataFrame, restricted: list[str]) -> pd.DataFrame:
    keys = [PERSON, *sorted(c for c in frame.columns if c != PERSON and c not in restricted)]
    codes = {key: pd.factorize(frame[key], sort=True)[0] for key in keys}
    order = pd.DataFrame(codes, index=frame.index).sort_values(keys, kind="stable").index
    ordered = frame.loc[order].reset_index(drop=True)
    ordered.insert(0, ROW, range(1, len(ordered) + 1))
    return ordered
