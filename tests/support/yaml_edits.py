"""A YAML file of parameters changed in one place, by the fast reader and writer where there is one.

The package reads what comes of it with its own reader; this one only makes the file.
"""

import copy
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read_plain(path: Path) -> Any:
    """What a YAML file holds; the caller may change it."""
    return copy.deepcopy(_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def _load(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)


def write_plain(path: Path, content: Any) -> Path:
    """A YAML file with this content, its keys in their order."""
    text = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path


def edit(path: Path, change: Callable[[Any], object]) -> Path:
    """The file as `change` leaves its content."""
    content = read_plain(path)
    change(content)
    return write_plain(path, content)
