"""Many participants in one export, each a copy of one of the small clean export, with own changes.

A derivation costs about the same for four participants as for a hundred: the cases of a rule are
participants of one crowd, planted where the module is read and derived once, when first asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from mini_data import LATE, derive_safety
from mini_export import MiniExport

Change = Callable[[MiniExport, str], None]
Derive = Callable[[MiniExport, str], Mapping[str, pd.DataFrame]]
FORMS = ("qs", "lb", "vs")  # of many rows; what is derived of doses and events does not read them


def change(
    table: str, where: Mapping[str, str | None] | None = None, **values: str | None
) -> Change:
    """Other values in the rows of a participant."""
    own = where or {}
    return name_change(
        lambda mini, who: mini.change(table, {**own, "SUBJID": who}, **values), *values.values()
    )


def drop(table: str, **where: str | None) -> Change:
    """Without these rows of a participant."""
    return name_change(
        lambda mini, who: mini.drop(table, **where, SUBJID=who), "no", *where.values()
    )


def add(table: str, **values: str | None) -> Change:
    """One row more of a participant."""
    return name_change(lambda mini, who: mini.add(table, who, **values), *values.values())


def name_change(do: Change, *words: object) -> Change:
    """The change under a name for the ids of tests."""
    do.__name__ = " ".join(map(str, words))
    return do


@dataclass(frozen=True)
class Planted:
    """A participant of a crowd; `__name__` is what stands in the id of a test."""

    crowd: "Crowd"
    copied: str
    number: str
    __name__: str

    def rows(self, dataset: str, cutoff: str = LATE) -> pd.DataFrame:
        """Rows of a data set."""
        frame = self.crowd.derive(cutoff)[dataset]
        return frame[frame["SUBJID"] == self.number]

    def found(self, check: str, stage: str = "raw") -> list[tuple[str, str, str]]:
        """Findings of a check as `MiniExport.found` gives them, for the one who was copied."""
        rows = self.crowd.find(check, stage).itertuples()
        return [(r.table, self.copied, r.severity) for r in rows if self.number == r.SUBJID]

    def row(self, dataset: str, cutoff: str = LATE, **where: object) -> pd.Series:
        """The only row with these values."""
        rows = self.rows(dataset, cutoff)
        for name, value in where.items():
            rows = rows[rows[name] == value]
        assert len(rows) == 1, f"{len(rows)} rows of {dataset} with {where}"
        return rows.iloc[0]


class Crowd:
    """An export with a participant for each case, made and derived when first asked for."""

    def __init__(self, make: Derive = derive_safety, without: tuple[str, ...] = FORMS) -> None:
        self.make, self.without = make, without
        self.planted: list[tuple[str, str, tuple[Change, ...]]] = []
        self.derived: dict[str, Mapping[str, pd.DataFrame]] = {}
        self.checked: dict[tuple[str, str], pd.DataFrame] = {}

    def plant(self, subject: str, *changes: Change, name: str = "") -> Planted:
        """A copy of a participant of the clean export with these changes."""
        assert "mini" not in vars(self), "planted after the crowd was asked for"
        number = f"{101 + len(self.planted)}"
        self.planted.append((subject, number, changes))
        name = name or " ".join(one.__name__ for one in changes)
        return Planted(self, subject, number, name or number)

    @cached_property
    def mini(self) -> MiniExport:
        """The export."""
        mini = MiniExport()
        for subject, number, changes in self.planted:
            mini.copy_person(subject, number, *self.without)
            for one in changes:
                one(mini, number)
        return mini

    def untouched(self, subject: str) -> Planted:
        """A participant of the clean export, who is in every crowd."""
        return Planted(self, subject, subject, subject)

    def derive(self, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
        """Data sets of everybody, made once for each cut-off."""
        if cutoff not in self.derived:
            self.derived[cutoff] = self.make(self.mini, cutoff)
        return self.derived[cutoff]

    def find(self, check: str, stage: str = "raw") -> pd.DataFrame:
        """Findings of one check, made once."""
        if (check, stage) not in self.checked:
            self.checked[check, stage] = self.mini.find(check, stage)
        return self.checked[check, stage]


def plant_event(crowd: Crowd, subject: str, *changes: Change, **values: str | None) -> Planted:
    """A copy of a participant whose first event has these values."""
    name = " ".join(str(value) for value in values.values())
    return crowd.plant(subject, change("ae", {"AESEQ": "1"}, **values), *changes, name=name)
