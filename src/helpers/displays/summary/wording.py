"""Counts in sentences."""


def count_of(n: int, one: str, many: str = "") -> str:
    """`no death`, `1 death`, `2 deaths`; `many` where an s does not make the plural."""
    if n == 0:
        return f"no {one}"
    return f"{n} {one if n == 1 else many or one + 's'}"
