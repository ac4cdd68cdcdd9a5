"""Known words: the nearest to one that is not, and those that a type allows."""

import difflib
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin


def nearest(name: str, known: Iterable[str]) -> str:
    """Sentence that proposes the known name nearest to `name`, or nothing."""
    found = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


def list_choices(annotation: Any) -> tuple[Any, ...]:
    """Values of the `Literal` types in an annotation."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(value for inner in get_args(annotation) for value in list_choices(inner))
