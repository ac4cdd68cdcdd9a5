"""Content of a file -> strict model; every fault in one line: where, what, allowed, nearest."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from helpers.errors import UsageError
from helpers.params.base import Params
from helpers.params.words import nearest
from helpers.params.yaml_file import Document, Part

Model = TypeVar("Model", bound=Params)
Locate = Callable[[tuple[Part, ...]], str]
SHOWN = 80  # characters of what was found


def check_model(
    model: type[Model],
    content: Mapping[str, Any],
    path: Path | str,
    *,
    locate: Locate | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> Model:
    """`content` as a strict `model`; all faults in one error, one line each.

    Parameters
    ----------
    locate : where a key stands, as `file:line`; of a `Document` that is known without it.
    elsewhere : unknown keys that belong to another place, and a sentence that says which.

    Raises
    ------
    UsageError
        With file, line, key path, what was found, what is allowed, and the nearest known name.
    """
    if locate is None:
        locate = content.place if isinstance(content, Document) else lambda _: str(path)
    try:
        return model.model_validate(dict(content))
    except ValidationError as error:
        raise UsageError(
            "\n".join(_describe_all(error, model, content, locate, elsewhere))
        ) from None
    except OverflowError as error:
        raise UsageError(f"{path}: a number is too large ({error})") from None


def show_value(value: object) -> str:
    """What was found, cut to a length that fits on a line."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _describe_all(
    error: ValidationError,
    model: type[BaseModel],
    content: Mapping[str, Any],
    locate: Locate,
    elsewhere: Mapping[str, str] | None,
) -> list[str]:
    """One line per key; what a key may be instead is one list."""
    said: dict[str, list[str]] = {}
    faults = [(_find_key(fault, content), fault) for fault in error.errors()]
    deeper = {parts[:depth] for parts, _ in faults for depth in range(len(parts))}
    for parts, fault in faults:
        if parts in deeper and fault["type"] == "literal_error":
            continue  # of `all`, or a list: a list it is, and something in it is wrong
        key = ".".join(f"{str(part)[:SHOWN]}" for part in parts)
        text, *allowed = _describe(fault, parts, model, elsewhere or {})
        line = ": ".join(piece for piece in (locate(parts), key, text) if piece)
        known = said.setdefault(line, [])
        known += [word for word in allowed if word not in known]
    return [f"{line}{' or '.join(allowed)}" for line, allowed in said.items()]


def _find_key(fault: ErrorDetails, content: Mapping[str, Any]) -> tuple[Part, ...]:
    """Keys and indices that lead to a fault, without the names of the types that were tried."""
    value: Any = content
    parts: list[Part] = []
    for part in fault["loc"]:
        if _holds(value, part):
            value = value[part]
        elif fault["type"] != "missing":
            continue
        parts.append(part)
    return tuple(parts)


def _holds(value: Any, part: Part) -> bool:
    if isinstance(value, Mapping):
        return part in value
    return isinstance(value, list | tuple) and isinstance(part, int) and part < len(value)


def _describe(
    fault: ErrorDetails,
    parts: tuple[Part, ...],
    model: type[BaseModel],
    elsewhere: Mapping[str, str],
) -> tuple[str, ...]:
    """What is wrong; for a wrong value, what is allowed as a second text."""
    if fault["type"] == "extra_forbidden":
        return (_describe_unknown([str(part) for part in parts], model, elsewhere),)
    if fault["type"] == "missing":
        return ("missing; it is required",)
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if fault["type"] == "value_error":
        return (message,)
    return (f"found {show_value(fault['input'])}, allowed: ", message)


def _describe_unknown(
    parts: list[str], model: type[BaseModel], elsewhere: Mapping[str, str]
) -> str:
    owner = _find_owner(model, parts[:-1])
    name = parts[-1]
    if owner is not None and issubclass(owner, Params) and name in owner.LATER:
        return "not available yet, no report depends on it; leave the key out"
    if len(parts) == 1 and name in elsewhere:
        return elsewhere[name]
    known = sorted(owner.model_fields) if owner is not None else []
    return f"unknown key{nearest(name, known)} Allowed here: {', '.join(known)}"


def _find_owner(model: type[BaseModel], parts: list[str]) -> type[BaseModel] | None:
    """The model that `parts` lead to; None when the path leaves the models."""
    for part in parts:
        field = model.model_fields.get(part)
        if field is None:
            continue  # an index or the free key of a mapping
        inner = [kind for kind in flatten(field.annotation) if is_model(kind)]
        if not inner:
            return None
        model = inner[0]
    return model


def flatten(annotation: Any) -> list[Any]:
    """The plain types inside an annotation."""
    arguments = get_args(annotation)
    return [annotation] if not arguments else [x for a in arguments for x in flatten(a)]


def is_model(kind: Any) -> bool:
    """Whether a type is a model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)
