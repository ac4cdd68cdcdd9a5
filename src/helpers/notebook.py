"""What the first cells of a report notebook call: parameters in, the view out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from helpers.bundle import pack_view, unpack_view
from helpers.errors import InterimError, UsageError
from helpers.params import Trial, load_interim, load_trial
from helpers.view import View

LOOK_NOTE = "look_note.txt"  # beside the bundle: what the alpha ledger holds otherwise
PROJECT = Path(__file__).parents[2]


class NotebookParameters(BaseModel):
    """Fields of a notebook's `parameters` cell: plain text, so that papermill can inject them.

    `params` and `data` are folders, relative to the notebook; empty they are params/ of the project
    and the export of the parameters' trial below its data/. `bundle` is the packed view that a run
    puts beside the notebook, empty when an analyst runs it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    interim: str
    audience: str
    params: str
    data: str
    bundle: str = ""


def load_view(
    interim: str, audience: str = "open", *, params: str = "", data: str = "", bundle: str = ""
) -> View:
    """The view of one interim for one audience: `load_view("ia3", "closed_unmasked")`.

    With `bundle`, the packed view that a run has put beside the notebook; otherwise built from the
    export in `data` with the parameters in `params`, both those of the project when empty.

    Raises
    ------
    UsageError
        If a parameter has the wrong type or names nothing that exists.
    ExportError
        If the export cannot be used.
    """
    given = check_parameters(
        {
            "interim": interim,
            "audience": audience,
            "params": params,
            "data": data,
            "bundle": bundle,
        }
    )
    if given.bundle:
        return _read_bundle(given)
    # late: a report notebook reads a bundle and needs no derivations
    from helpers.datasets.build import build_view

    project = find_project(Path.cwd())
    folder = _find_folder(
        given.params or str(project / "params"),
        "params",
        "give the folder that holds trial.yaml",
    )
    trial = load_trial(folder)
    export = _find_folder(
        given.data or _default_data(project, folder, trial),
        "data",
        "run `make report` once, or `interim simulate DIR` and set data to that DIR",
    )
    loaded = load_interim(folder, given.interim, trial)
    view = build_view(export, folder, trial=trial, interim=loaded, audience=given.audience)
    # through the bundle, so that an analyst sees exactly what a run sees
    return unpack_view(pack_view(view))


def find_project(start: Path) -> Path:
    """The folder at or above `start` that holds params/trial.yaml; else that of this package."""
    above = (start, *start.parents)
    return next((folder for folder in above if (folder / "params/trial.yaml").is_file()), PROJECT)


def check_parameters(given: Mapping[str, object]) -> NotebookParameters:
    """Parameters of a notebook as a strict model.

    Raises
    ------
    UsageError
        One line per parameter that is unknown, missing or no text.
    """
    try:
        return NotebookParameters.model_validate(given)
    except ValidationError as error:
        lines = [
            f"parameter {fault['loc'][0]}: found {fault['input']!r}, {fault['msg']}"
            for fault in error.errors()
        ]
        raise UsageError("\n".join(lines)) from None


def _read_bundle(given: NotebookParameters) -> View:
    view = unpack_view(Path(given.bundle).read_bytes())
    if view.audience != given.audience:
        raise InterimError(f"the packed view is for {view.audience}, not for {given.audience}")
    note = Path(given.bundle).with_name(LOOK_NOTE)
    return replace(view, look_note=note.read_text(encoding="utf-8")) if note.exists() else view


def _default_data(project: Path, params: Path, trial: Trial) -> str:
    """Where `interim run` looks for an export when nobody says so."""
    own = params.resolve() == (project / "params").resolve()
    return str(project / "data" / (trial.study if own else params.resolve().name))


def _find_folder(path: str, parameter: str, advice: str) -> Path:
    """Folder relative to the working directory, else to the project's own notebooks."""
    for base in (Path(), PROJECT / "notebooks"):
        if (base / path).is_dir():
            return base / path
    raise UsageError(f"{parameter} = {path!r}: no such folder; {advice}")
