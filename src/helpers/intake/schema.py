"""The declared shape of the raw tables, and what of them an audience may load."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from helpers.errors import UsageError
from helpers.params.loading import read_yaml
from helpers.params.trial import Trial

Kind = Literal["id", "text", "ct", "int", "num", "flag", "dtc", "date", "dtm"]
KINDS: tuple[str, ...] = ("id", "text", "ct", "int", "num", "flag", "dtc", "date", "dtm")
SUBJECT = "SUBJID"
SOURCE_ROW = "SRCROW"


@dataclass(frozen=True)
class Column:
    """One declared column; `terms` is the code list of a `ct` column."""

    name: str
    kind: Kind
    need: Literal["R", "C", "O"]
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableSchema:
    """One declared raw table; `date` names the clinical date that the cut reads."""

    name: str
    folder: Literal["open", "restricted", "both"]
    required: bool
    key: tuple[str, ...]
    date: str | None
    columns: Mapping[str, Column]
    rows: Mapping[str, tuple[str | None, ...]]

    @property
    def has_subject(self) -> bool:
        """Whether the rows belong to persons."""
        return SUBJECT in self.columns


def load_schemas(folder: Path, trial: Trial) -> dict[str, TableSchema]:
    """Raw tables declared in `folder/tables/raw_tables.yaml`, code lists resolved.

    Raises
    ------
    UsageError
        If the file is missing or a line does not say type, need and code list.
    """
    path = folder / "tables" / "raw_tables.yaml"
    content = read_yaml(path)
    lists = build_code_lists(trial)
    try:
        return {
            name: _build_table(name, content["audit"], declared, lists)
            for name, declared in content["tables"].items()
        }
    except (KeyError, ValueError, TypeError) as error:
        raise UsageError(f"{path}: {error}") from None


def build_code_lists(trial: Trial) -> dict[str, tuple[str, ...]]:
    """Code lists that follow from the trial's parameters, by the name used in the table file."""
    site = trial.site_visits
    visits = (site.screening, *trial.visit_codes, *site.dose_stays)
    return {
        "arms": tuple(arm.code for arm in trial.arms),
        "routes": tuple(arm.route for arm in trial.arms if arm.route),
        "visits": (*visits, site.unscheduled, site.end_of_study),
        "forms": tuple(trial.forms),
        "criteria": tuple(trial.criteria),
        **trial.code_lists,
    }


def _build_table(
    name: str, audit: dict[str, str], declared: dict[str, Any], lists: Mapping[str, tuple[str, ...]]
) -> TableSchema:
    shared = dict(audit)
    if not declared.get("subject", True):
        del shared[SUBJECT]
    lines = {**shared, **declared["columns"]}
    return TableSchema(
        name=name,
        folder=declared.get("folder", "open"),
        required=declared.get("required", False),
        key=tuple(declared["key"]),
        date=declared.get("date"),
        columns={c: _build_column(name, c, line, lists) for c, line in lines.items()},
        rows={},
    )


def _build_column(table: str, name: str, line: str, lists: Mapping[str, tuple[str, ...]]) -> Column:
    kind, need, *rest = line.split(" ", 2)
    if kind not in KINDS or need not in ("R", "C", "O"):
        raise ValueError(f"{table}.{name}: found {line!r}, allowed: a type, then R, C or O")
    terms: tuple[str, ...] = ()
    if rest:
        terms = lists[rest[0][1:]] if rest[0].startswith("@") else tuple(rest[0].split("|"))
    return Column(name, kind, need, terms)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Access:
    """What one audience may see: tables with their allowed columns and rows, data sets, displays.

    None stands for all.
    """

    audience: str
    restricted: bool
    anchor: Literal["trial", "randomisation"]
    tables: Mapping[str, Mapping[str, Any]] | None
    datasets: tuple[str, ...] | None
    displays: tuple[str, ...] | None
    sentences: Mapping[str, str]

    def allows_dataset(self, name: str) -> bool:
        """Whether the audience sees this analysis data set."""
        return self.datasets is None or name in self.datasets

    def allows_display(self, display: str) -> bool:
        """Whether the audience sees this display."""
        return self.displays is None or display in self.displays

    def limit(self, schemas: Mapping[str, TableSchema]) -> dict[str, TableSchema]:
        """Schemas reduced to the tables, columns and rows of this audience."""
        if self.tables is None:
            return dict(schemas)
        return {
            name: _limit_table(schemas[name], allowed)
            for name, allowed in self.tables.items()
            if name in schemas
        }


def _limit_table(schema: TableSchema, allowed: Mapping[str, Any]) -> TableSchema:
    rows = {column: tuple(values) for column, values in allowed.get("rows", {}).items()}
    audit = ("STUDYID", SUBJECT, "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV")
    kept = {*audit, *schema.key, *rows, *allowed["columns"]}
    columns = {name: column for name, column in schema.columns.items() if name in kept}
    return replace(schema, folder="open", columns=columns, rows=rows)


def load_access(folder: Path, audience: str) -> Access:
    """Allow-list of one audience from `folder/tables/audiences.yaml`.

    Raises
    ------
    UsageError
        If the audience is not declared there.
    """
    path = folder / "tables" / "audiences.yaml"
    content = read_yaml(path)
    if audience not in content:
        raise UsageError(
            f"{path}: audience {audience!r} is not declared; known: {', '.join(content)}"
        )
    declared = content[audience]
    return Access(
        audience=audience,
        restricted=bool(declared["restricted"]),
        anchor=declared["anchor"],
        tables=None if declared["tables"] == "all" else declared["tables"],
        datasets=None if declared["datasets"] == "all" else tuple(declared["datasets"]),
        displays=None if declared["displays"] == "all" else tuple(declared["displays"]),
        sentences=declared.get("sentence", {}),
    )
