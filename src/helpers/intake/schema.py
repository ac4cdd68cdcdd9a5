"""The declared shape of the raw tables, and what of them an audience may load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from helpers.errors import UsageError
from helpers.params.access import AudienceAccess, Audiences
from helpers.params.check_model import check_model
from helpers.params.loading import load_trial
from helpers.params.raw_tables import SUBJECT as SUBJECT
from helpers.params.raw_tables import Kind, Need, RawTables
from helpers.params.trial import Trial
from helpers.params.words import nearest
from helpers.params.yaml_file import Document, read_yaml

SOURCE_ROW = "SRCROW"
ANSWERED = "ANSWERED"  # stands for every answer where an audience gets the status of forms only
FOLDERS = {"open": ("open",), "restricted": ("restricted",), "both": ("open", "restricted")}
RAW_TABLES, AUDIENCES = "raw_tables.yaml", "audiences.yaml"


@dataclass(frozen=True)
class Column:
    """One declared column; `terms` is the code list of a `ct` column."""

    name: str
    kind: Kind
    need: Need
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableSchema:
    """One declared raw table; `date` names the clinical date that the cut reads.

    Limited to an audience, `rows` are the values kept, and with `reduce` answers are not loaded.
    """

    name: str
    folder: Literal["open", "restricted", "both"]
    required: bool
    key: tuple[str, ...]
    date: str | None
    columns: Mapping[str, Column]
    rows: Mapping[str, tuple[str | None, ...]]
    reduce: str | None = None

    @property
    def has_subject(self) -> bool:
        """Whether the rows belong to participants."""
        return SUBJECT in self.columns


def load_schemas(folder: Path, trial: Trial) -> dict[str, TableSchema]:
    """Raw tables declared in `folder/tables/raw_tables.yaml`, code lists resolved.

    Raises
    ------
    UsageError
        If the file is missing or a line does not say type, need and code list.
    """
    path = folder / "tables" / RAW_TABLES
    content = read_yaml(path)
    declared = check_model(RawTables, content, path)
    lists = build_code_lists(trial)
    schemas = {}
    for name, table in declared.tables.items():
        columns = {}
        for column, line in declared.columns_of(name).items():
            try:
                columns[column] = _build_column(column, line, lists)
            except ValueError as error:
                where = content.place(("tables", name, "columns", column))
                raise UsageError(f"{where}: tables.{name}.columns.{column}: {error}") from None
        schemas[name] = TableSchema(
            name, table.folder, table.required, table.key, table.date, columns, rows={}
        )
    return schemas


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


def _build_column(name: str, line: str, lists: Mapping[str, tuple[str, ...]]) -> Column:
    kind, need, *rest = line.split(" ", 2)
    terms: tuple[str, ...] = ()
    if rest and rest[0].startswith("@"):
        listed = rest[0][1:]
        if listed not in lists:
            known = f"{', '.join(lists)}{nearest(listed, lists)}"
            raise ValueError(f"found the code list {listed!r}, allowed: {known}")
        terms = lists[listed]
    elif rest:
        terms = tuple(rest[0].split("|"))
    return Column(name, kind, need, terms)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Access:
    """What one audience may see: tables with their allowed columns and rows, data sets, displays.

    None stands for all. With `labels` the audience sees planned arms under letters, although it
    may read nothing else of the restricted side.
    """

    audience: str
    restricted: bool
    tables: Mapping[str, Mapping[str, Any]] | None
    datasets: tuple[str, ...] | None
    displays: tuple[str, ...] | None
    sentences: Mapping[str, str]
    labels: bool = False

    @property
    def closed(self) -> bool:
        """Whether what is made for the audience is for its owner's eyes and the committee's."""
        return self.restricted or self.labels

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
    return replace(schema, folder="open", columns=columns, rows=rows, reduce=allowed.get("reduce"))


def load_access(folder: Path, audience: str) -> Access:
    """Allow-list of one audience from `folder/tables/audiences.yaml`.

    Raises
    ------
    UsageError
        If the audience is not declared there, or names a table, column or value that is not in
        `raw_tables.yaml`.
    """
    path = folder / "tables" / AUDIENCES
    content = read_yaml(path)
    known = check_model(Audiences, content, path).declared()
    if audience not in known:
        raise UsageError(
            f"{path}: audience {audience!r} is not declared; known: {', '.join(known)}"
            f"{nearest(audience, known)}"
        )
    declared = known[audience]
    if (folder / "tables" / RAW_TABLES).is_file():
        _check_tables(declared, load_schemas(folder, load_trial(folder)), content, audience)
    return Access(
        audience=audience,
        restricted=declared.restricted,
        tables=_describe_tables(declared),
        datasets=None if declared.datasets == "all" else declared.datasets,
        displays=declared.displays if isinstance(declared.displays, tuple) else None,
        sentences=declared.sentence,
        labels=declared.labels,
    )


def _describe_tables(declared: AudienceAccess) -> Mapping[str, Mapping[str, Any]] | None:
    if declared.tables == "all":
        return None
    return {
        name: table.model_dump(mode="json", exclude_none=True)
        for name, table in declared.tables.items()
    }


def _check_tables(
    declared: AudienceAccess,
    schemas: Mapping[str, TableSchema],
    content: Document,
    audience: str,
) -> None:
    """What an allow-list names is there, and lies on the open side of the export."""
    if declared.tables == "all":
        return
    allowed = [name for name, schema in schemas.items() if schema.folder != "restricted"]
    for name, table in declared.tables.items():
        place = (audience, "tables", name)
        _check_known(content, place, (), (name,), allowed)
        columns = schemas[name].columns
        _check_known(content, place, ("columns",), table.columns, tuple(columns))
        _check_known(content, place, ("rows",), tuple(table.rows), tuple(columns))
        for column, values in table.rows.items():
            terms = columns[column].terms
            named = tuple(value for value in values if value is not None)
            _check_known(content, place, ("rows", column), named if terms else (), terms)


def _check_known(
    content: Document,
    place: tuple[str, ...],
    below: tuple[str, ...],
    used: Sequence[str],
    known: Sequence[str],
) -> None:
    for name in used:
        if name not in known:
            key = ".".join((*place, *below))
            raise UsageError(
                f"{content.place((*place, *below))}: {key}: found {name!r}, allowed: "
                f"{', '.join(known)}{nearest(name, known)}"
            )
