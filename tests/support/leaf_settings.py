"""The shipped parameters as plain values: their leaves, and which leaves are of one kind.

Entries of one kind (scores, arms, alarms, rows of a table) are read by the same code: of a leaf
that each of them has, one entry with an effect is enough.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pandas as pd
import yaml

from helpers.params import Interim, Trial
from helpers.params.check_model import check_model, flatten, is_model
from helpers.params.yaml_file import read_yaml

PROJECT = Path(__file__).parents[2]

PARAMS = PROJECT / "tests" / "trial" / "params"

Path_ = tuple[str | int, ...]

Content = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """A trial and one interim as plain values, every default written out."""

    trial: Content
    interim: Content

    def change(self, path: Path_, value: Any) -> "Settings":
        """A copy in which the leaf at `path`, which starts with its file, has another value."""
        copy = json.loads(json.dumps({"trial": self.trial, "interim": self.interim}))
        target = copy
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value
        return Settings(**copy)

    def write(self, folder: Path) -> Path:
        """A parameter folder with these settings."""
        folder.mkdir(exist_ok=True)
        tables = folder / "tables"
        if not tables.exists():
            tables.symlink_to(PARAMS / "tables")
        for name, content in (("trial", self.trial), ("ia3", _restore_dates(self.interim))):
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            (folder / f"{name}.yaml").write_text(text)
        return folder


def _restore_dates(interim: Content) -> Content:
    dates = {"cutoff": pd.Timestamp, "extract": pd.Timestamp}
    return {
        key: _to_date(value) if key in dates and value not in (None, "trigger") else value
        for key, value in interim.items()
    }


def _to_date(value: str) -> Any:
    moment = pd.Timestamp(value)
    return moment.to_pydatetime() if "T" in value else moment.date()


def read_settings() -> Settings:
    """The shipped trial and its third interim."""
    trial = check_model(Trial, read_yaml(PARAMS / "trial.yaml"), "trial.yaml")
    content = trial.model_dump(mode="json")
    own = {**trial.interim_defaults, **read_yaml(PARAMS / "ia3.yaml")}
    interim = check_model(Interim, own, "ia3.yaml").model_dump(mode="json")
    content["interim_defaults"] = {}  # each of them is a leaf of the interim
    return Settings(content, interim)


def list_leaves(settings: Settings) -> Iterator[tuple[Path_, Any]]:
    """Path and value of every leaf; an empty list or mapping is one."""
    for name, content in (("trial", settings.trial), ("interim", settings.interim)):
        yield from _walk((name,), content)


def group_leaves(leaves: Iterable[tuple[Path_, Any]]) -> list[list[tuple[Path_, Any]]]:
    """Leaves by kind; an entry that says something before one that leaves a default.

    What is empty here and holds something there is walked by what it holds there.
    """
    groups: dict[Path_, list[tuple[Path_, Any]]] = defaultdict(list)
    for path, value in leaves:
        groups[find_kind(path)].append((path, value))
    above = {kind[:depth] for kind in groups for depth in range(len(kind))}
    return [
        sorted(group, key=lambda leaf: leaf[1] in (None, {}, [], ""))
        for kind, group in groups.items()
        if not (kind in above and all(value in ({}, [], None) for _, value in group))
    ]


def _walk(path: Path_, value: Any) -> Iterator[tuple[Path_, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _walk((*path, key), inner)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _walk((*path, place), inner)
    else:
        yield path, value


def matches(path: Path_, pattern: str) -> bool:
    """Whether a path ends like a dotted pattern; * stands for any one part."""
    parts = pattern.split(".")
    ends = path[-len(parts) :]
    return len(ends) == len(parts) and all(
        part in ("*", str(own)) for part, own in zip(parts, ends, strict=True)
    )


# Fields, or what lies below them, that are words for readers.
WORDS = (
    *("label", "name", "title", "subtitle", "plan_note", "note", "window_note", "purpose", "unit"),
    *("interim_label", "levels", "categories", "labels", "later_bin", "date_only_bin", "contrast"),
)


def name_leaf(path: Path_) -> str:
    """The path of a leaf as text."""
    return ".".join(map(str, path))


def find_field(path: Path_) -> str:
    """The parameter that a leaf is, or is an entry of."""
    model: Any = Trial if path[0] == "trial" else Interim
    name = ""
    for part in path[1:]:
        if part in model.model_fields:
            name = str(part)
            model = _find_inner(model, part) or model
    return name


def find_kind(path: Path_) -> Path_:
    """A path in which entries of one kind, and words for codes, stand as *."""
    model: Any = Trial if path[0] == "trial" else Interim
    kind: list[str | int] = [path[0]]
    entry = False
    for part in path[1:]:
        if entry:
            kind.append("*")
            entry = False
            continue
        kind.append(part)
        if part not in model.model_fields:
            continue
        inner = _find_inner(model, part)
        entry = part != path[-1] and (_is_many(model, part) if inner else _holds_words(model, part))
        model = inner if inner is not None else model
    return tuple(kind)


def _find_inner(model: Any, part: str | int) -> Any:
    declared = model.model_fields.get(part)
    kinds = flatten(declared.annotation) if declared is not None else []
    return next((kind for kind in kinds if is_model(kind)), None)


def _is_many(model: Any, part: str | int) -> bool:
    """Whether a field holds several of its model."""
    return get_origin(_strip(model.model_fields[part].annotation)) in (dict, tuple)


def _holds_words(model: Any, part: str | int) -> bool:
    """Whether a field is a list, or a mapping, of words; or a mapping of ranges."""
    annotation = model.model_fields[part].annotation
    kinds = flatten(annotation)
    if get_origin(annotation) is dict and get_origin(_strip(get_args(annotation)[1])) is tuple:
        return True
    return all(kind in (str, Ellipsis, type(None)) or isinstance(kind, str) for kind in kinds)


def _strip(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def is_words(path: Path_, value: Any) -> bool:
    """Whether a leaf is a text for readers and not a name that something else is found by.

    A list holds names, as `spinal_fluid.categories` those of event categories; a mapping its words.
    """
    above = path[-2:-1] if isinstance(path[-1], str) else ()
    names = {*path[-1:], *above} & {*WORDS}
    return isinstance(value, str) and bool(names) and "variants" not in path
