"""YAML files -> models, with errors that name file, key, what was found and what is allowed."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from helpers.errors import UsageError
from helpers.params.base import Params
from helpers.params.interim import Interim
from helpers.params.score_choice import choose_scores
from helpers.params.trial import Trial

Model = TypeVar("Model", bound=Params)
TRIAL_FILE = "trial.yaml"
COMMITTEE_FILE = "committee.yaml"
OTHER_FILES = frozenset((TRIAL_FILE, COMMITTEE_FILE))  # what is no interim


class _UniqueKeyLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice: the second would silently win."""


def _construct_unique(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise UsageError(f"key {key!r} is given twice (line {node.start_mark.line + 1})")
    return loader.construct_mapping(node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_unique)


def nearest(name: str, known: Iterable[str]) -> str:
    """Sentence that proposes the known name nearest to `name`, or nothing."""
    found = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


def params_folder(folder: Path) -> Path:
    """`folder` itself, checked to hold a trial file.

    Raises
    ------
    UsageError
        If the folder or its `trial.yaml` is missing.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such parameter folder")
    if not (folder / TRIAL_FILE).is_file():
        raise UsageError(f"{folder / TRIAL_FILE}: missing; a parameter folder needs one")
    return folder


def list_interims(folder: Path) -> tuple[str, ...]:
    """Names of the interims in `folder`, in the order of their sequence."""
    files = [p for p in params_folder(folder).glob("*.yaml") if p.name not in OTHER_FILES]
    names = sorted(path.stem for path in files)
    return tuple(sorted(names, key=lambda name: (_read_sequence(folder / f"{name}.yaml"), name)))


def _read_sequence(path: Path) -> int:
    sequence = read_yaml(path).get("sequence", 0)
    return sequence if isinstance(sequence, int) else 0


def read_yaml(path: Path) -> dict[str, Any]:
    """Mapping in a YAML file.

    Raises
    ------
    UsageError
        If the file is missing, unreadable, no YAML, no mapping, or has a key twice.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path}: not readable as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise UsageError(f"{path}: expected keys and values, found {type(content).__name__}")
    return content


def load_trial(folder: Path) -> Trial:
    """Trial parameters of a folder, the scores as its scoring options make them.

    Raises
    ------
    UsageError
        For a missing file, an unknown key, a wrong type or an impossible value.
    """
    path = params_folder(folder) / TRIAL_FILE
    return choose_scores(check_model(Trial, read_yaml(path), path))


def load_interim(folder: Path, name: str, trial: Trial) -> Interim:
    """Parameters of the interim `name`, on top of the trial's `interim_defaults`.

    Raises
    ------
    UsageError
        For an unknown interim name, or anything `load_trial` would refuse.
    """
    path = folder / f"{name}.yaml"
    known = list_interims(folder)
    if name not in known:
        listed = ", ".join(known) or "none"
        raise UsageError(
            f"unknown interim {name!r}{nearest(name, known)} Known in {folder}: {listed}"
        )
    own = read_yaml(path)
    interim = check_model(Interim, {**trial.interim_defaults, **own}, path)
    if interim.trial_id != trial.study:
        raise UsageError(
            f"{path}: trial_id is {interim.trial_id}, but {TRIAL_FILE} says {trial.study}"
        )
    _check_names(interim, trial, path)
    return interim


def _check_names(interim: Interim, trial: Trial, path: Path) -> None:
    trigger = interim.trigger
    visits, scores, forms = trial.visit_codes, tuple(trial.scores), tuple(trial.forms)
    for key, value, known in (
        ("key_visit", interim.key_visit, visits),
        ("key_param", interim.key_param, scores),
        ("trigger.visit", trigger and trigger.visit, visits),
        ("trigger.form", trigger and trigger.form, forms),
    ):
        if value is not None and value not in known:
            allowed = f"{', '.join(known)}{nearest(str(value), known)}"
            raise UsageError(f"{path}: {key}: found {value!r}, allowed: {allowed}")


def check_model(model: type[Model], content: Mapping[str, Any], path: Path | str) -> Model:
    """`content` as a strict `model`; all faults in one error, one line each.

    Raises
    ------
    UsageError
        With file, key path, what was found, what is allowed, and the nearest known name.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [f"{path}: {_describe(fault, model)}" for fault in error.errors()]
        raise UsageError("\n".join(lines)) from None


def _describe(fault: ErrorDetails, model: type[BaseModel]) -> str:
    parts = [str(part) for part in fault["loc"]]
    key = ".".join(parts)
    if fault["type"] == "extra_forbidden":
        known = _known_keys(model, parts[:-1])
        return f"{key}: unknown key{nearest(parts[-1], known)} Allowed here: {', '.join(known)}"
    if fault["type"] == "missing":
        return f"{key}: missing; it is required"
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if fault["type"] == "value_error":
        return f"{key}: {message}" if key else message
    return f"{key}: found {fault['input']!r}, allowed: {message}"


def _known_keys(model: type[BaseModel], parts: list[str]) -> list[str]:
    """Field names of the model that `parts` lead to; empty when the path leaves the models."""
    for part in parts:
        field = model.model_fields.get(part)
        if field is None:
            continue  # an index or the free key of a mapping
        inner = [kind for kind in _flatten(field.annotation) if _is_model(kind)]
        if not inner:
            return []
        model = inner[0]
    return sorted(model.model_fields)


def _flatten(annotation: Any) -> list[Any]:
    arguments = get_args(annotation)
    return [annotation] if not arguments else [x for a in arguments for x in _flatten(a)]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
