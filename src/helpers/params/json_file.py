"""A JSON file of a few pages as a mapping; what it may do to the reader is bounded."""

import json
from pathlib import Path
from typing import Any

from helpers.params.small_file import UnreadableFileError, find_odd_character, read_small_file


def read_json(path: Path) -> dict[str, Any]:
    """Mapping in a JSON file.

    Raises
    ------
    UnreadableFileError
        If the file is missing, no regular file, too large, too deep, or no JSON mapping.
    """
    text = read_small_file(path)
    try:
        content = json.loads(text)
    except RecursionError:
        raise UnreadableFileError("is nested too deep") from None
    except ValueError as error:
        raise UnreadableFileError(f"is no JSON ({str(error)[:80]})") from None
    if not isinstance(content, dict):
        raise UnreadableFileError("holds no names and values")
    odd = find_odd_character("".join(_texts(content)))
    if odd is not None:
        raise UnreadableFileError(f"holds the character {odd}")
    return content


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return []
