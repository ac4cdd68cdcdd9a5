"""The shape of `raw_tables.yaml`: the declared raw tables of an export."""

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from helpers.params.base import Params
from helpers.params.words import nearest

Kind = Literal["id", "text", "ct", "int", "num", "flag", "dtc", "date", "dtm"]
KINDS: tuple[str, ...] = get_args(Kind)
Need = Literal["R", "C", "O"]
NEEDS: tuple[str, ...] = get_args(Need)
SUBJECT = "SUBJID"

TableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$", max_length=32)]
ColumnName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=32)]


def _check_line(line: str) -> str:
    kind, need, *terms = [*line.split(" ", 2), ""][:3]
    if kind not in KINDS:
        known = f"{', '.join(KINDS)}{nearest(kind, KINDS)}"
        raise ValueError(f"found the type {kind!r}, allowed: {known}")
    if need not in NEEDS:
        raise ValueError(f"found the need {need!r}, allowed: {', '.join(NEEDS)}")
    if kind == "ct" and not any(terms):
        raise ValueError("a column of type ct needs a code list: A|B, or @name")
    return line


Line = Annotated[str, AfterValidator(_check_line)]


class RawTable(Params):
    """One raw table; `date` names the clinical date that the data cut reads."""

    folder: Literal["open", "restricted", "both"] = "open"
    required: bool = False
    subject: bool = True
    key: Annotated[tuple[ColumnName, ...], Field(strict=False, min_length=1)]
    date: ColumnName | None = None
    columns: dict[ColumnName, Line]


class RawTables(Params):
    """Every raw table; `audit` are columns that all of them have."""

    audit: dict[ColumnName, Line]
    tables: dict[TableName, RawTable]

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        for name, table in self.tables.items():
            known = self.columns_of(name)
            for key, used in (("key", table.key), ("date", (table.date,) if table.date else ())):
                for column in used:
                    if column not in known:
                        raise ValueError(
                            f"tables.{name}.{key}: found {column}, which is no column of {name}"
                            f"{nearest(column, known)}"
                        )
        return self

    def columns_of(self, table: str) -> dict[str, str]:
        """Declared lines of a table, with the columns that all tables have."""
        declared = self.tables[table]
        shared = {k: v for k, v in self.audit.items() if declared.subject or k != SUBJECT}
        return {**shared, **declared.columns}
