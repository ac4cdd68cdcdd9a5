"""CDISC Dataset-JSON 1.1: one JSON document, or lines of JSON (ndjson)."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.imported.bounds import MOST_CELLS
from helpers.imported.names import name_from_content, name_from_file
from helpers.imported.source import NotUsed, Source, SourceError

NUMBERS = frozenset(["integer", "float", "double", "decimal"])
VERSION = "datasetJSONVersion"
LARGEST = 1 << 1000  # whole numbers above are no number of a trial, nor of a float


def read_dataset_json(path: Path) -> Source:
    """The data set of a Dataset-JSON file.

    Raises
    ------
    NotUsed
        If the file is JSON, but no Dataset-JSON.
    SourceError
        If the file is no JSON, lacks columns or rows, or a row has another number of values.
    """
    content = _read_lines(path) if path.suffix.lower() == ".ndjson" else _read_document(path)
    version = str(content.get(VERSION, ""))
    if not version.startswith("1.1"):
        raise SourceError(
            f"{path.name}: Dataset-JSON version {version[:20]!a}; version 1.1 is read"
        )
    columns = _read_columns(content, path)
    names = [column["name"] for column in columns]
    rows = _read_rows(content, names, path)
    data = {
        name: _to_series([row[i] for row in rows], str(columns[i].get("dataType", "string")))
        for i, name in enumerate(names)
    }
    stated = content.get("name")
    return Source(
        name=name_from_content(str(stated), path) if stated else name_from_file(path),
        path=path,
        frame=pd.DataFrame(data, index=range(len(rows))),
        typed=True,
        labels=_collect(columns, "label"),
        formats=_collect(columns, "displayFormat"),
    )


def _read_columns(content: Mapping[str, Any], path: Path) -> list[dict[str, Any]]:
    columns: Any = content.get("columns")
    good = isinstance(columns, list) and all(
        isinstance(column, dict) and isinstance(column.get("name"), str) for column in columns
    )
    if not good or not columns or not isinstance(content.get("rows"), list):
        raise SourceError(f"{path.name}: needs `columns` with names, and `rows`")
    names = [column["name"].strip().upper() for column in columns]
    twice = sorted({ascii(name) for name in names if names.count(name) > 1})
    if twice:
        raise SourceError(f"{path.name}: variable {', '.join(twice[:5])} stands twice")
    return list(columns)


def _read_rows(content: Mapping[str, Any], names: list[str], path: Path) -> list[list[Any]]:
    rows: list[list[Any]] = content["rows"]
    if len(rows) * len(names) > MOST_CELLS:
        raise SourceError(f"{path.name}: more than {MOST_CELLS:,} values; split the file")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(names):
            raise SourceError(
                f"{path.name}: row {number} has not the {len(names)} values of its columns"
            )
        if any(isinstance(value, list | dict) for value in row):
            raise SourceError(f"{path.name}: row {number} has a value that is no plain value")
    stated = content.get("records")
    if isinstance(stated, int) and stated != len(rows):
        raise SourceError(f"{path.name}: says {stated} records, holds {len(rows)}; is it whole?")
    return rows


def _collect(columns: list[dict[str, Any]], key: str) -> dict[str, str]:
    return {column["name"]: str(column[key]) for column in columns if column.get(key)}


def _read_document(path: Path) -> dict[str, Any]:
    content = _parse(path.read_bytes(), path)
    if not isinstance(content, dict) or VERSION not in content:
        raise NotUsed(f"{path.name}: is JSON, but no Dataset-JSON (no {VERSION})")
    return content


def _read_lines(path: Path) -> dict[str, Any]:
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    if not lines:
        raise SourceError(f"{path.name}: is empty")
    head = _parse(lines[0], path)
    if not isinstance(head, dict) or VERSION not in head:
        raise SourceError(f"{path.name}: its first line must hold the description of the data set")
    return {**head, "rows": [_parse(line, path) for line in lines[1:]]}


def _parse(text: bytes, path: Path) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourceError(f"{path.name}: is not UTF-8") from None
    except RecursionError:
        raise SourceError(f"{path.name}: is nested too deeply to be a data set") from None
    except ValueError as error:
        reason = str(error).splitlines()[0][:100]
        raise SourceError(f"{path.name}: is not JSON ({reason}); was it cut short?") from None


def _to_series(values: list[Any], kind: str) -> pd.Series:
    if kind in NUMBERS:
        numbers = [_to_number(value) for value in values]
        if None not in numbers:
            return pd.Series(numbers, dtype="float64").astype("Float64").mask(_are_null(values))
    # what is not as it says stays text, and the conversion reports every value
    return pd.Series([_to_text(value) for value in values], dtype=object)


def _are_null(values: list[Any]) -> pd.Series:
    return pd.Series([value in (None, "") for value in values], dtype=bool)


def _to_number(value: Any) -> float | None:
    """A number, NaN for nothing, None for what is no finite number."""
    if value in (None, ""):
        return math.nan
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) > LARGEST):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _to_text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number of more than 300 digits"
    return str(value)
