"""Counts and lists in sentences."""

from collections.abc import Iterable


def count_of(n: int, one: str, many: str = "") -> str:
    """`no death`, `1 death`, `2 deaths`; `many` where an s does not make the plural."""
    if n == 0:
        return f"no {one}"
    return f"{n} {one if n == 1 else many or one + 's'}"


def name_some(words: Iterable[str], most: int) -> str:
    """`a, b and 3 more`: the first `most`, and how many are left."""
    named = list(words)
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return f"{', '.join(named[:most])}{more}"
