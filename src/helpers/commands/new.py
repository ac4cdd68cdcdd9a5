"""`interim new`: the parameter file of a further interim, made from an existing one."""

import re
from pathlib import Path
from typing import Annotated

import typer

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.options import Params
from helpers.commands.plain_text import make_plain
from helpers.errors import RunError, UsageError
from helpers.params import Interim, Trial, list_interims, load_interim, load_trial
from helpers.params.loading import INTERIM_NAME, OTHER_FILES, build_interim
from helpers.params.yaml_file import parse_yaml


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Stem of the new file: ah-1.")],
    source: Annotated[str, typer.Option("--from", metavar="NAME", help="Interim to copy: ia3.")],
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Export from whose trigger the cut-off is filled in."),
    ] = None,
    params: Params = None,
) -> None:
    """Write the parameter file of a new interim, copied from an existing one.

    The copy gets its own name and the next place in the sequence, no purpose yet, and spends no
    alpha. Its cut-off is the end of the month in which its trigger is reached: found at each run,
    or filled in now from an export with --data.

    Examples: [bold]interim new ah-1 --from ia1[/bold] · [bold]interim new ia3b --from ia3 --data
    ~/export[/bold]
    """
    folder = find_folders(params, data, None).params
    say_defaults(params=(folder, params))
    trial = load_trial(folder)
    copied = load_interim(folder, source, trial)
    path = check_name(folder, name, trial)
    text = (folder / f"{source}.yaml").read_text(encoding="utf-8-sig")
    text = write_interim(
        text, name, _next_place(folder, trial), _find_cutoff(copied, data, folder, trial)
    )
    build_interim(parse_yaml(text, path), trial, path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error.strerror})") from None
    said = f"{path} written, a copy of {source}; give it a purpose, look at its label and cutoff"
    if copied.alpha_look:
        said += f"; alpha_look is false: {source} spends alpha, a look that was not planned none"
    print(make_plain(said))  # noqa: T201 - this is the command line


def check_name(folder: Path, name: str, trial: Trial) -> Path:
    """Path of the new file.

    Raises
    ------
    UsageError
        If the name is none, or taken: also where it differs from another by capitals only.
    """
    path = folder / f"{name}.yaml"
    if not INTERIM_NAME.fullmatch(name) or path.name in OTHER_FILES:
        taken = " or ".join(sorted(Path(other).stem for other in OTHER_FILES))
        raise UsageError(
            f"found {name!r}, allowed as a name: at most 64 letters, digits, - and _, a letter or "
            f"digit first, and not {taken}"
        )
    if path.exists():
        raise UsageError(f"{path}: exists already; choose another name")
    for other in list_interims(folder):
        taken_id = load_interim(folder, other, trial).interim_id
        if name.casefold() in (other.casefold(), taken_id.casefold()):
            raise UsageError(
                f"found {name!r}, allowed: another name than {other} ({taken_id}); capitals make "
                "no difference"
            )
    return path


def write_interim(text: str, name: str, place: int, cutoff: str) -> str:
    """The file's text with its own name, place and cut-off; everything else, comments too, stays.

    The moment of the snapshot belongs to the old cut-off, the purpose to the old interim: both are
    left out. Alpha is spent at the looks that were planned.
    """
    changes = {
        "interim_id": name.upper(),
        "interim_label": f"Interim analysis {name.upper()}",
        "sequence": str(place),
        "cutoff": cutoff,
    }
    text = re.sub(r"(?m)^(extract|purpose):.*\n?([ \t]+.*\n?)*", "", text)
    text = re.sub(r"(?m)^alpha_look: *true\b", "alpha_look: false", text)
    for key, value in changes.items():
        line = f"{key}: {value}"
        text, count = re.subn(rf"(?m)^{key}:.*$", line, text, count=1)
        if count == 0:
            text = f"{line}\n{text}"
    return text


def _next_place(folder: Path, trial: Trial) -> int:
    known = [load_interim(folder, name, trial).sequence for name in list_interims(folder)]
    return max(known, default=0) + 1


def _find_cutoff(copied: Interim, data: Path | None, folder: Path, trial: Trial) -> str:
    if data is not None:
        # late: needs the data libraries
        from helpers.datasets.triggers.schedule import find_trigger_cutoff

        return f"{find_trigger_cutoff(data, folder, trial, copied, closed=True):%Y-%m-%d}"
    return "trigger" if copied.trigger is not None else str(copied.cutoff)
