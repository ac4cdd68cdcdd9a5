"""A source becomes a data set of ours: renamed, typed, in a fixed order of rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from helpers.imported.keys import find_competing
from helpers.imported.known import find_known
from helpers.imported.mapping import DatasetMapping, ImportMapping
from helpers.imported.notes import Note
from helpers.imported.source import Source, SourceError
from helpers.imported.variable_reading import list_reading, read_variable
from helpers.imported.variables import VariableRules
from helpers.intake.imported import MISSING_LETTER, PARTIAL, REPEATED
from helpers.intake.row_order import order_rows

PERSON = "USUBJID"
ROW = "SRCROW"
BESIDE = (MISSING_LETTER, PARTIAL)
LEFT_OUT = {PERSON: "left out", "PARAMCD": "of no parameter, so in no table"}


@dataclass(frozen=True)
class Dataset:
    """A typed data set; `restricted` names its variables that tell who got what.

    `counted` holds the day 0 of each date that was a number.
    """

    name: str
    frame: pd.DataFrame = field(repr=False)
    restricted: tuple[str, ...]
    labels: Mapping[str, str] = field(repr=False)
    counted: Mapping[str, str] = field(default_factory=dict, repr=False)


def build_dataset(
    source: Source, mapping: ImportMapping, rules: VariableRules
) -> tuple[Dataset, list[Note]]:
    """One data set and what happened to its variables.

    Rows are sorted by participant and then by every open variable, so that neither the file's order
    nor the treatment can show in it; `SRCROW` numbers them. A special missing value of `X` stands
    as a letter in `X_MISSING`, a day of which only month or year is known as text in `X_PARTIAL`.

    Raises
    ------
    SourceError
        If the data set has no USUBJID, or a mapping names a variable that it has not.
    """
    own = mapping.of(source.name)
    name = (own.to or source.name).lower()
    renamed = _rename(source, own, name)
    if PERSON not in renamed.frame:
        raise SourceError(f"{source.path.name}: has no variable {PERSON}; every data set needs it")
    reading = list_reading(renamed, own, mapping, rules)
    columns: dict[str, pd.Series] = {}
    notes = [Note(name, "", what, number, "W") for what, number in renamed.quirks]
    restricted: list[str] = []
    counted: dict[str, str] = {}
    for variable in renamed.frame.columns:
        found, said = read_variable(renamed, variable, own, reading, rules, mapping.lost_share)
        hidden = _is_restricted(name, variable, mapping, rules)
        beside = _stand_beside(renamed, variable, found.partial)
        columns |= {variable: found.series, **beside}
        counted |= {variable: found.counted_from} if found.counted_from else {}
        restricted += [variable, *beside] if hidden else []
        notes += [replace(note, restricted=hidden) for note in said]
    frame = pd.DataFrame(columns, index=renamed.frame.index)
    notes += _find_required(name, frame)
    frame, repeated = _drop_repeats(frame)
    if repeated:
        notes.append(Note(name, "", REPEATED, repeated, "E"))
    notes += find_competing(name, frame, own)
    ordered = _sort(frame, restricted)
    return Dataset(name, ordered, tuple(restricted), renamed.labels, counted), notes


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
    return replace(source, name=name, frame=frame, labels=labels, special=special)


def _stand_beside(source: Source, variable: str, partial: pd.Series | None) -> dict[str, pd.Series]:
    """What of a variable cannot stand in it: letters of missing values, days known in part."""
    beside = {}
    letters = source.special.get(variable)
    if letters:
        beside[variable + MISSING_LETTER] = pd.Series(letters, dtype=object).reindex(
            source.frame.index
        )
    if partial is not None:
        beside[variable + PARTIAL] = partial
    return beside


def _is_restricted(
    dataset: str, variable: str, mapping: ImportMapping, rules: VariableRules
) -> bool:
    if variable in (PERSON, ROW) or variable in mapping.open:
        return False
    return variable in mapping.restricted or rules.is_restricted(dataset, variable)


def _find_required(name: str, frame: pd.DataFrame) -> list[Note]:
    """Rows that lack what every row of their data set needs."""
    known = find_known(name, frame.columns)
    if known is None:
        return []
    notes = []
    for variable, declared in known.variables.items():
        if not declared.required or (variable == "STUDYID" and variable not in frame):
            continue
        if variable not in frame:
            what = f"is missing; {known.title} needs it ({declared.use})"
            notes.append(Note(name, variable, what, len(frame), "S"))
        elif variable in LEFT_OUT and frame[variable].isna().any():
            what = f"rows without {variable}; {LEFT_OUT[variable]}"
            notes.append(Note(name, variable, what, int(frame[variable].isna().sum()), "F"))
    return notes


def _drop_repeats(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rows of participants, each once."""
    frame = frame[frame[PERSON].notna()]
    repeats = frame.duplicated()
    return frame[~repeats], int(repeats.sum())


def hide_variables(dataset: Dataset, variables: Collection[str]) -> Dataset:
    """The data set with more variables restricted, and its rows in an order without them."""
    hidden = {*dataset.restricted, *variables}
    hidden |= {name + suffix for name in hidden for suffix in BESIDE}
    restricted = tuple(name for name in dataset.frame.columns if name in hidden)
    if set(restricted) == set(dataset.restricted):
        return dataset
    return replace(
        dataset,
        frame=_sort(dataset.frame.drop(columns=ROW), restricted),
        restricted=restricted,
    )


def _sort(frame: pd.DataFrame, restricted: Collection[str]) -> pd.DataFrame:
    keys = [PERSON, *sorted(c for c in frame.columns if c != PERSON and c not in restricted)]
    ordered = frame.iloc[order_rows(frame, keys)].reset_index(drop=True)
    ordered.insert(0, ROW, range(1, len(ordered) + 1))
    return ordered
