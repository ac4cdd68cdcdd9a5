"""The parameter folder -> models: the trial, and one interim on top of its standing values."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError, create_model
from pydantic.fields import FieldInfo

from helpers.errors import UsageError
from helpers.params.base import Params
from helpers.params.check_model import check_model
from helpers.params.interim import Interim
from helpers.params.score_choice import choose_scores
from helpers.params.trial import Trial
from helpers.params.words import nearest
from helpers.params.yaml_file import Document, Part, read_yaml

__all__ = [
    "check_model",
    "list_interims",
    "load_interim",
    "load_trial",
    "nearest",
    "params_folder",
    "read_yaml",
]
TRIAL_FILE = "trial.yaml"
COMMITTEE_FILE = "committee.yaml"
OTHER_FILES = frozenset((TRIAL_FILE, COMMITTEE_FILE, "import.yaml"))  # what is no interim
# Of the test of the whole trial: every look that spends alpha has the same.
OF_ALL_LOOKS = (
    *("alpha_total", "spending", "sides", "multiplicity"),
    *("info_mode", "planned_info", "planned_sd"),
)
DEFAULTS = "interim_defaults"
# The name of an interim is that of its file, of a folder of reports, and a word of a command.
INTERIM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _may_be_missing(field: FieldInfo) -> FieldInfo:
    return FieldInfo.merge_field_infos(field, default=None)


# What `interim_defaults` may hold: any key of an interim, none of them needed.
InterimDefaults: type[Params] = create_model(
    "InterimDefaults",
    __base__=Params,
    **{  # type: ignore[call-overload]
        name: (field.annotation, _may_be_missing(field))
        for name, field in Interim.model_fields.items()
    },
)
OF_AN_INTERIM = dict.fromkeys(
    set(Interim.model_fields) - set(Trial.model_fields),
    f"belongs to the file of an interim, or under {DEFAULTS}",
)
OF_THE_TRIAL = dict.fromkeys(
    set(Trial.model_fields) - set(Interim.model_fields), f"belongs to {TRIAL_FILE}"
)


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
    """Names of the interims in `folder`, in the order of their sequence.

    Raises
    ------
    UsageError
        If the name of a file cannot be that of an interim.
    """
    files = [p for p in sorted(params_folder(folder).glob("*.yaml")) if p.name not in OTHER_FILES]
    for path in files:
        if not INTERIM_NAME.fullmatch(path.stem):
            raise UsageError(
                f"{path}: found {path.stem!r} as the name of an interim, allowed: at most 64 "
                f"letters, digits, - and _, a letter or digit first"
            )
    names = (path.stem for path in files)
    return tuple(sorted(names, key=lambda name: (_read_sequence(folder / f"{name}.yaml"), name)))


def _read_sequence(path: Path) -> int:
    sequence = read_yaml(path).get("sequence", 0)
    return sequence if isinstance(sequence, int) else 0


def load_trial(folder: Path) -> Trial:
    """Trial parameters of a folder, the scores as its scoring options make them.

    Raises
    ------
    UsageError
        For a missing file, an unknown key, a wrong type or an impossible value.
    """
    path = params_folder(folder) / TRIAL_FILE
    content = read_yaml(path)
    trial = check_model(Trial, content, path, elsewhere=OF_AN_INTERIM)

    def locate(key: tuple[Part, ...]) -> str:
        return f"{content.place((DEFAULTS, *key))}: {DEFAULTS}"

    check_model(
        InterimDefaults, trial.interim_defaults, path, locate=locate, elsewhere=OF_THE_TRIAL
    )
    chosen = choose_scores(trial)
    if chosen is not trial:
        _check_chosen(chosen, path)
    return chosen


def _check_chosen(trial: Trial, path: Path) -> None:
    """What the scoring options make of the scores is a trial like one that was written so."""
    try:
        Trial.model_validate_json(trial.model_dump_json())
    except ValidationError as error:
        says = "; ".join(found["msg"].removeprefix("Value error, ") for found in error.errors())
        raise UsageError(f"{path}: under the options of scoring: {says}") from None


def load_interim(folder: Path, name: str, trial: Trial) -> Interim:
    """Parameters of the interim `name`, on top of the trial's `interim_defaults`.

    Raises
    ------
    UsageError
        For an unknown interim name, a sequence or identifier that another interim has, or anything
        `load_trial` would refuse.
    """
    path = folder / f"{name}.yaml"
    known = list_interims(folder)
    if name not in known:
        listed = ", ".join(known) or "none"
        raise UsageError(
            f"unknown interim {name!r}{nearest(name, known)} Known in {folder}: {listed}"
        )
    own = read_yaml(path)
    interim = build_interim(own, trial, path)
    if interim.trial_id != trial.study:
        raise UsageError(
            f"{_Places(own, path)(('trial_id',))}: trial_id is {interim.trial_id}, but "
            f"{TRIAL_FILE} says {trial.study}"
        )
    _check_names(interim, trial, _Places(own, path))
    _check_direction(interim, trial, _Places(own, path))
    _check_unique(folder, known)
    _check_looks(interim, trial, own, folder)
    return interim


def build_interim(own: Document, trial: Trial, path: Path) -> Interim:
    """Interim from the content of its file, on top of the trial's `interim_defaults`.

    Raises
    ------
    UsageError
        For an unknown key, a wrong type or an impossible value.
    """
    content = {**trial.interim_defaults, **own}
    places = _Places(own, path)
    return check_model(Interim, content, path, locate=places, elsewhere=OF_THE_TRIAL)


class _Places:
    """Where a key of an interim stands: in its own file, else among the defaults of the trial."""

    def __init__(self, own: Document, path: Path) -> None:
        self.own = own
        self.trial_file = path.with_name(TRIAL_FILE)

    def __call__(self, key: tuple[Part, ...]) -> str:
        if not key or key[0] in self.own or not self.trial_file.is_file():
            return self.own.place(key)
        shared = read_yaml(self.trial_file)
        held = key[0] in (shared.get(DEFAULTS) or {})
        return shared.place((DEFAULTS, *key)) if held else self.own.place()


def _check_names(interim: Interim, trial: Trial, places: _Places) -> None:
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
            where = places(tuple(key.split(".")))
            raise UsageError(f"{where}: {key}: found {value!r}, allowed: {allowed}")


def _check_direction(interim: Interim, trial: Trial, places: _Places) -> None:
    """A one-sided test needs a side that is a benefit."""
    if interim.sides == 2 or interim.key_param is None:
        return
    if not trial.scores[interim.key_param].direction_decided:
        raise UsageError(
            f"{places(('sides',))}: sides: found 1, allowed: 2, as no direction of "
            f"{interim.key_param} is decided to be a benefit (scores, direction_decided)"
        )


def _check_looks(interim: Interim, trial: Trial, own: Document, folder: Path) -> None:
    """Looks that spend alpha share level, spending, test, family and measure of information."""
    if not interim.alpha_look:
        return
    places = _Places(own, own.path)
    for name in list_interims(folder):
        other = {**trial.interim_defaults, **read_yaml(folder / f"{name}.yaml")}
        if other.get("alpha_look") is not True:
            continue
        for key in OF_ALL_LOOKS:
            theirs = other.get(key, Interim.model_fields[key].default)
            mine = getattr(interim, key)
            if theirs != mine:
                raise UsageError(
                    f"{places((key,))}: {key}: found {mine}, but {name}.yaml, which spends alpha "
                    f"too, has {theirs}; allowed: one for all looks, as under {DEFAULTS}"
                )


def _check_unique(folder: Path, names: tuple[str, ...]) -> None:
    """No two interims share their place or their identifier."""
    holders: dict[tuple[str, Any], list[Document]] = defaultdict(list)
    for document in (read_yaml(folder / f"{name}.yaml") for name in names):
        for key in ("sequence", "interim_id"):
            if key in document:
                holders[key, str(document[key])].append(document)
    for (key, value), documents in holders.items():
        if len(documents) > 1:
            first, second = documents[0], documents[1]
            raise UsageError(
                f"{second.place((key,))}: {key}: found {value}, which {first.path.name} has too; "
                f"allowed: one of its own"
            )
