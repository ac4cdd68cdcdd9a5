"""Data errors planted into known records, each told in `truth.json`.

Participant after participant in the order of consent, so that what is planted in one does not
depend on how many follow. No two errors touch the same record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Self

from helpers.simulate.generate import Course, Tables
from helpers.simulate.tables import FILES, Row, columns_of

LOOKED_AT = 250  # participants; later ones stay as they are
EXTRA_TABLE, EXTRA_COLUMN, EXTRA_VALUE = "ho", "WARD", "stroke unit"


@dataclass(frozen=True)
class Spot:
    """Where a check must report the error: table, key as findings write it, column."""

    table: str
    key: str
    column: str = ""
    subject: str | None = None  # where it is not the participant's own number


@dataclass
class Draft:
    """The rows of one participant, open to changes; every changed row is touched only once."""

    course: Course
    _tables: dict[str, list[Row | None]]
    _touched: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, course: Course, tables: Tables) -> Self:
        """Open the rows of one participant."""
        return cls(course, {table: list(rows) for table, rows in tables.items()})

    def close(self) -> Tables:
        """Give the rows as they are now."""
        return {
            table: [row for row in rows if row is not None] for table, rows in self._tables.items()
        }

    def find(self, table: str, **wanted: str | Sequence[str]) -> list[int]:
        """Places of untouched, active rows whose columns hold (one of) the wanted values."""
        positions = _positions(table)
        asked = [
            (positions[name], {value} if isinstance(value, str) else set(value))
            for name, value in (wanted | {"RECSTAT": "ACTIVE"}).items()
        ]
        return [
            place
            for place, row in enumerate(self._tables[table])
            if row is not None
            and (table, place) not in self._touched
            and all(row[position] in values for position, values in asked)
        ]

    def read(self, table: str, place: int) -> Mapping[str, str]:
        """Values of a row by column."""
        return dict(zip(columns_of(table), self._row(table, place), strict=True))

    def all_rows(self, table: str) -> Iterator[Mapping[str, str]]:
        """Every row of a table, touched or not."""
        for place, row in enumerate(self._tables[table]):
            if row is not None:
                yield self.read(table, place)

    def change(self, table: str, place: int, **values: str) -> None:
        """Put other values into a row."""
        row, positions = list(self._row(table, place)), _positions(table)
        for name, value in values.items():
            row[positions[name]] = value
        self._tables[table][place] = tuple(row)
        self._touched.add((table, place))

    def copy(self, table: str, place: int, **values: str) -> int:
        """Add a row like another one, with other values."""
        self._touched.add((table, place))
        self._tables[table].append(self._row(table, place))
        new = len(self._tables[table]) - 1
        self.change(table, new, **values)
        return new

    def drop(self, table: str, *places: int) -> None:
        """Take rows away."""
        for place in places:
            self._tables[table][place] = None

    def spot(self, table: str, place: int, key: str, column: str = "") -> Spot:
        """Say where an error is; `key` names the columns, separated by spaces."""
        row = self.read(table, place)
        return Spot(table, write_key(row, key), column)

    def next_number(self, table: str, column: str) -> str:
        """The next free sequence number."""
        return str(max((int(row[column]) for row in self.all_rows(table)), default=0) + 1)

    def _row(self, table: str, place: int) -> Row:
        row = self._tables[table][place]
        if row is None:
            raise ValueError(f"row {place} of {table} is gone")
        return row


@dataclass(frozen=True)
class Planter:
    """One kind of error: the check that must find it, and how to make it in one participant.

    `plant` gives None and changes nothing where the participant has no fitting record. `rare`
    errors need a record that few participants have: they go to the first who has it.
    """

    check: str
    plant: Callable[[Draft], Spot | None]
    rare: bool = False


@cache
def _positions(table: str) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(columns_of(table))}


def write_key(row: Mapping[str, str], columns: str) -> str:
    """Write a key as findings do: `A=1 B=x`, empty values left out."""
    return " ".join(f"{name}={row[name]}" for name in columns.split() if row[name])


class Planting:
    """Goes through the participants and plants each error of a catalogue once."""

    def __init__(self, catalogue: Sequence[Planter], per_person: int, suffix: str) -> None:
        self._left = list(catalogue)
        self._per_person = per_person
        self._suffix = suffix
        self._seen = 0
        self.planted: list[dict[str, str]] = [
            self._tell("STRUCT-EXTRA", Spot(EXTRA_TABLE, "", EXTRA_COLUMN), "")
        ]

    def plant(self, course: Course, tables: Tables) -> Tables:
        """Give the participant's rows with the errors that fell to this participant."""
        self._seen += 1
        if not self._left or self._seen > LOOKED_AT:
            return tables
        draft, common = Draft.of(course, tables), 0
        for planter in list(self._left):
            if not planter.rare and common == self._per_person:
                continue
            spot = planter.plant(draft)
            if spot is not None:
                common += not planter.rare
                self._left.remove(planter)
                self.planted.append(self._tell(planter.check, spot, course.person.subjid))
        return draft.close()

    def _tell(self, check: str, spot: Spot, subject: str) -> dict[str, str]:
        return {
            "id": check,
            "file": f"{FILES[spot.table]}.{self._suffix}",
            "table": "vs" if spot.table == "vs_dose" else spot.table,
            "SUBJID": subject if spot.subject is None else spot.subject,
            "key": spot.key,
            "column": spot.column,
        }
