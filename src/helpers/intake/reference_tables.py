"""Reference tables beside the export: read as text, every line held to its model."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from helpers.errors import UsageError
from helpers.intake.read import FileProblem, open_table
from helpers.params.check_model import show_value
from helpers.params.reference_tables import ReferenceRow
from helpers.params.words import nearest

FIRST_LINE = 2  # of the rows of a CSV file


def read_reference_table(
    path: Path, model: type[ReferenceRow], *, more_columns: bool = False
) -> pd.DataFrame:
    """Rows of a reference table as text, empty cells None, one column per field of the model.

    `more_columns` says that columns beside those of the model may be there; they are not read.

    Raises
    ------
    UsageError
        With file, line, column, what was found, what is allowed and the nearest known name.
    """
    if not path.is_file():
        raise UsageError(f"{path}: reference table is missing")
    try:
        file = open_table(path)
        if file.form is not None and file.form.separator != "," and not more_columns:
            found = file.form.separator
            raise UsageError(f"{path}:1: found {found} between the columns, allowed: a comma")
        _check_header(path, list(file.names), model, more_columns=more_columns)
        frame = file.read([name for name in file.names if name in model.model_fields])
    except FileProblem as problem:
        raise UsageError(f"{path} {problem}") from None
    frame = frame.reindex(columns=list(model.model_fields)).astype(object)
    frame = frame.where(frame.notna(), None)
    _check_rows(path, frame, model)
    return frame


def build_empty_table(model: type[ReferenceRow]) -> pd.DataFrame:
    """The table without a row."""
    return pd.DataFrame(columns=list(model.model_fields))


def check_values(
    path: Path,
    frame: pd.DataFrame,
    column: str,
    known: Sequence[str],
    where: str,
    *,
    split: Callable[[str], Sequence[str]] = lambda text: (text,),
) -> None:
    """Stop at the first value of a column that another file does not know.

    Raises
    ------
    UsageError
        With line, column, value and the nearest known one; `where` says who knows them.
    """
    allowed = set(known)
    for place, cell in enumerate(frame[column]):
        for value in () if cell is None else split(cell):
            if value not in allowed:
                some = f": {', '.join(known)}" if len(known) <= 30 else ""
                raise UsageError(
                    f"{path}:{place + FIRST_LINE}: {column}: found {value!r}, allowed: what is in "
                    f"{where}{some}{nearest(value, known)}"
                )


def _check_header(
    path: Path, names: list[str], model: type[ReferenceRow], *, more_columns: bool
) -> None:
    fields = model.model_fields
    needed = [name for name in fields if name not in model.OPTIONAL]
    unknown = [name for name in names if name not in fields]
    missing = [name for name in needed if name not in names]
    if unknown and (missing or not more_columns):
        raise UsageError(
            f"{path}:1: unknown column {unknown[0]!r}{nearest(unknown[0], fields)} Allowed: "
            f"{', '.join(fields)}"
        )
    if missing:
        raise UsageError(f"{path}: column {', '.join(missing)} is missing")


def _check_rows(path: Path, frame: pd.DataFrame, model: type[ReferenceRow]) -> None:
    faults = []
    rows = frame.to_dict("records")
    for line, row in enumerate(rows, FIRST_LINE):
        try:
            model.model_validate(row)
        except ValidationError as error:
            faults += [f"{path}:{line}: {_describe(fault)}" for fault in error.errors()]
    faults += [f"{path}:{line}: {text}" for line, text in _find_repeated(rows, model)]
    if faults:
        raise UsageError("\n".join(faults))


def _find_repeated(
    rows: Sequence[Mapping[str, object]], model: type[ReferenceRow]
) -> list[tuple[int, str]]:
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for line, row in enumerate(rows, FIRST_LINE):
        key = tuple(row[name] for name in model.KEY)
        seen[key] += 1
        if seen[key] > 1:
            shown = ", ".join(str(part) for part in key if part is not None)
            found.append((line, f"{', '.join(model.KEY)}: {shown} stands twice; keep one line"))
    return found


def _describe(fault: ErrorDetails) -> str:
    column = ".".join(str(part) for part in fault["loc"])
    if fault["input"] is None:
        return f"{column}: found an empty cell, allowed: a value"
    message = fault["msg"].removeprefix("Input should be ")
    if fault["type"] == "value_error":
        message = message.removeprefix("Value error, ")
        if not column:
            return message
    return f"{column}: found {show_value(fault['input'])}, allowed: {message}"
