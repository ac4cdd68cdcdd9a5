"""A YAML file as a mapping that knows where each of its keys stands.

What a file may do to the reader is bounded before it is done: size, nesting, no aliases (nine
lines of them make a billion values), no tags, no key twice, no number that is none.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from helpers.errors import UsageError
from helpers.params.small_file import UnreadableFileError, find_odd_character, read_small_file

DEEPEST = 20  # levels of nesting
LARGEST = 10**15  # of a number, either side of 0
Part = str | int


class Document(dict[str, Any]):
    """Content of a YAML file; `place` says where a key of it stands."""

    def __init__(self, content: dict[str, Any], path: Path, root: yaml.Node) -> None:
        super().__init__(content)
        self.path = path
        self.root = root

    def place(self, key: Sequence[Part] = ()) -> str:
        """`file:line` of the deepest part of a key path that the file holds."""
        node, line = self.root, None
        for part in key:
            found = _step(node, part)
            if found is not None:
                line, node = found
        return f"{self.path}" if line is None else f"{self.path}:{line + 1}"


def _step(node: yaml.Node, part: Part) -> tuple[int, yaml.Node] | None:
    """Line and node of one key or index below a node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line, node.value[part]
    return None


def read_yaml(path: Path) -> Document:
    """Mapping in a YAML file.

    Raises
    ------
    UsageError
        If the file is missing, unreadable, too large or too deep, no YAML, no mapping, has an
        alias, or a key twice.
    """
    try:
        text = read_small_file(path)
    except UnreadableFileError as problem:
        readable = "" if str(problem).startswith("no such") else "not readable as YAML: "
        raise UsageError(f"{path}: {readable}{problem}") from None
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path) -> Document:
    """As `read_yaml`, for the text of a file."""
    try:
        content, root = _parse(text)
    except _Unusable as problem:
        raise UsageError(f"{path}{problem}") from None
    return Document(_copy(content), path, root)


def _copy(value: Any) -> Any:
    """What a file holds, for a caller who may change it: mappings and lists anew."""
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


@lru_cache(maxsize=128)  # one run reads the same files for its plan, its trial and each interim
def _parse(text: str) -> tuple[dict[Any, Any], yaml.Node]:
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        content = None if root is None else loader.construct_document(root)
    except _Refused as refused:
        raise _Unusable(f":{refused.line}: {refused}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}" if mark else ""
        raise _Unusable(f"{where}: not readable as YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise _Unusable(f": not readable as YAML: {' '.join(str(error).split())}") from None
    if root is None or not isinstance(content, dict):
        raise _Unusable(f": expected keys and values, found {type(content).__name__}")
    return content, root


class _Unusable(Exception):
    """Why a text is no parameter file, as it follows the path of the file."""


class _Refused(Exception):
    """Something that YAML allows and a parameter file must not have."""

    def __init__(self, node: yaml.Node | yaml.Event, text: str) -> None:
        super().__init__(text)
        self.line = 0 if node.start_mark is None else node.start_mark.line + 1


class _Loader(yaml.SafeLoader):
    """Safe YAML of bounded depth, without what `_Refused` is raised for."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(event, "found an alias (*), allowed: the value written out")
        if event.tag is not None:
            raise _Refused(event, "found a tag (!), allowed: plain values")
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Refused(event, f"nested deeper than {DEEPEST} levels")
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, yaml.ScalarNode) and (odd := find_odd_character(node.value)):
            raise _Refused(node, f"found the character {odd}, allowed: plain text")
        return node


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            raise _Refused(key, "found a key that is no word, allowed: a word")
        if key.value in seen:
            raise _Refused(key, f"key {key.value!r} is given twice")
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


def _construct_number(loader: _Loader, node: yaml.ScalarNode) -> int | float:
    whole = node.tag.endswith(":int")
    construct = loader.construct_yaml_int if whole else loader.construct_yaml_float
    try:
        value: int | float = construct(node)
    except (ValueError, OverflowError):
        value = float("nan")
    if not -LARGEST <= value <= LARGEST:
        shown = f"{node.value[:20]}..." if len(node.value) > 20 else node.value
        raise _Refused(node, f"found {shown}, allowed: a number up to 10^15")
    return value


def _construct_date(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except (ValueError, OverflowError):
        raise _Refused(node, f"found {node.value}, allowed: a date such as 2022-12-31") from None


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)
_Loader.add_constructor("tag:yaml.org,2002:int", _construct_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _construct_number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _construct_date)
