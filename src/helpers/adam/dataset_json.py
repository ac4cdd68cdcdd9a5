"""CDISC Dataset-JSON 1.1: one JSON document, or lines of JSON (ndjson)."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.adam.source import Source, SourceError

NUMBERS = frozenset(["integer", "float", "double", "decimal"])


def read_dataset_json(path: Path) -> Source:
    """The data set of a Dataset-JSON file.

    Raises
    ------
    SourceError
        If the file is no JSON, lacks columns or rows, or a row has another number of values.
    """
    content = _read_lines(path) if path.suffix.lower() == ".ndjson" else _read_document(path)
    version = str(content.get("datasetJSONVersion", ""))
    if not version.startswith("1.1"):
        raise SourceError(
            f"{path.name}: Dataset-JSON version {version or 'not given'}; version 1.1 is read"
        )
    try:
        columns = content["columns"]
        names = [str(column["name"]) for column in columns]
        rows = content["rows"]
    except (KeyError, TypeError):
        raise SourceError(f"{path.name}: needs `columns` with names, and `rows`") from None
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(names):
            raise SourceError(
                f"{path.name}: row {number} has not the {len(names)} values of its columns"
            )
    stated = content.get("records")
    if isinstance(stated, int) and stated != len(rows):
        raise SourceError(f"{path.name}: says {stated} records, holds {len(rows)}; is it whole?")
    data = {
        name: _to_series([row[i] for row in rows], str(columns[i].get("dataType", "string")))
        for i, name in enumerate(names)
    }
    return Source(
        name=str(content.get("name") or path.stem).lower(),
        path=path,
        frame=pd.DataFrame(data, index=range(len(rows))),
        typed=True,
        labels={str(c["name"]): str(c["label"]) for c in columns if c.get("label")},
        formats={
            str(c["name"]): str(c["displayFormat"]) for c in columns if c.get("displayFormat")
        },
    )


def _collect(columns: list[dict[str, Any]], key: str) -> dict[str, str]:
    return {str(column["name"]): str(column[key]) for column in columns if column.get(key)}


def _read_document(path: Path) -> dict[str, Any]:
    content = _parse(path.read_bytes(), path)
    if not isinstance(content, dict):
        raise SourceError(f"{path.name}: is no Dataset-JSON document")
    return content


def _read_lines(path: Path) -> dict[str, Any]:
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    if not lines:
        raise SourceError(f"{path.name}: is empty")
    head = _parse(lines[0], path)
    if not isinstance(head, dict):
        raise SourceError(f"{path.name}: its first line must hold the description of the data set")
    return {**head, "rows": [_parse(line, path) for line in lines[1:]]}


def _parse(text: bytes, path: Path) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourceError(f"{path.name}: is not UTF-8") from None
    except ValueError as error:
        raise SourceError(f"{path.name}: is not JSON ({error}); was it cut short?") from None


def _to_series(values: list[Any], kind: str) -> pd.Series:
    if kind in NUMBERS:
        try:
            return pd.Series(
                [None if v in (None, "") else float(v) for v in values], dtype="Float64"
            )
        except (TypeError, ValueError):
            pass  # not what it says: stays text, and the conversion reports every value
    if kind == "boolean":
        return pd.Series([None if v is None else "Y" if v else "N" for v in values], dtype=object)
    return pd.Series([None if v in (None, "") else str(v) for v in values], dtype=object)
