"""Known words: the nearest to one that is not, and those that a type allows."""

from typing import Any, Literal, get_args, get_origin

from helpers.errors import nearest as nearest


def list_choices(annotation: Any) -> tuple[Any, ...]:
    """Values of the `Literal` types in an annotation."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(value for inner in get_args(annotation) for value in list_choices(inner))
