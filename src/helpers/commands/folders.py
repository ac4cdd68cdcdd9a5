"""Where parameters, exports, notebooks and reports are when nobody says so."""

import sys
from dataclasses import dataclass
from pathlib import Path

from helpers.commands.plain_text import make_plain
from helpers.errors import UsageError
from helpers.params import load_trial, params_folder

PARAMS, NOTEBOOKS = "params", "notebooks"
INSTALLED = Path(__file__).parents[3]  # the project that this package was installed from


@dataclass(frozen=True)
class Folders:
    """Folders of one call, resolved."""

    params: Path
    data: Path
    out: Path
    notebooks: Path


def find_folders(
    params: Path | None, data: Path | None, out: Path | None, notebooks: Path | None = None
) -> Folders:
    """Folders as given, else those of the project.

    The project is the current folder if it has parameters, else where this package was installed
    from. Another trial's parameter folder has its own subfolder in data/ and reports/.

    Raises
    ------
    UsageError
        If there are no parameters.
    """
    project = find_project()
    chosen = params_folder(params or project / PARAMS).resolve()
    own = chosen == (project / PARAMS).resolve()
    name = load_trial(chosen).study if own else chosen.name
    return Folders(
        params=chosen,
        data=data or project / "data" / name,
        out=out or (project / "reports" if own else project / "reports" / name),
        notebooks=notebooks or find_notebooks(project),
    )


def say_defaults(**read: tuple[Path, Path | None]) -> None:
    """Say on standard error which folders are read because nobody named others.

    Parameters
    ----------
    read : by option, the folder that is read and what the caller gave, if anything.
    """
    taken = [f"--{option} {show_path(path)}" for option, (path, given) in read.items() if not given]
    if taken:
        text = f"interim: taken by default: {', '.join(taken)}"
        print(make_plain(text), file=sys.stderr, flush=True)  # noqa: T201 - this is the command line


def show_path(path: Path) -> str:
    """A path as seen from the current folder, where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def find_notebooks(project: Path) -> Path:
    """The project's notebooks; where a folder has parameters only, those of this package."""
    folders = [project / NOTEBOOKS, INSTALLED / NOTEBOOKS]
    return next((folder for folder in folders if folder.is_dir()), folders[0])


def find_project() -> Path:
    """Folder that holds params/, notebooks/, data/ and reports/.

    Raises
    ------
    UsageError
        If neither the current folder nor that of the installed package is one.
    """
    for folder in (Path.cwd(), INSTALLED):
        if (folder / PARAMS / "trial.yaml").is_file():
            return folder
    raise UsageError("no params/trial.yaml here; go to the project's folder, or give --params DIR")
