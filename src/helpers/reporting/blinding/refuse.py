"""Files that a kernel may not open, whoever asks: set up before the first cell of an open report.

A notebook for open readers gets its view and needs no other file of the trial. A hook sees every
file that Python opens, refuses those of the given places and writes down which cell asked; what
libraries open behind Python's back is refused by the system, where it can (Linux, Landlock).
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from helpers.reporting.blinding.landlock import forbid_reading

PLACES, RECORD = "places.json", "refused.jsonl"
OPENING = frozenset(
    ["open", "os.listdir", "os.scandir", "os.link", "os.symlink", "os.rename", "sqlite3.connect"]
)
STARTING = frozenset(
    ["subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"]
)


def write_places(places: Mapping[str, str], folder: Path) -> None:
    """Leave for the kernel that will start in `folder` what it may not open."""
    (folder / PLACES).write_text(json.dumps(dict(places)), encoding="utf-8")


def refuse_written_places(folder: Path) -> None:
    """Refuse what `write_places` has left in a folder, if it has."""
    path = folder / PLACES
    if path.exists():
        refuse_places(json.loads(path.read_text(encoding="utf-8")), str(folder))


def write_prelude(places: Mapping[str, str]) -> str:
    """Source of a cell that does it before all others, for a kernel that is not ours to prepare."""
    return (
        "from helpers.reporting.blinding.refuse import refuse_places\n"
        f"refuse_places({dict(sorted(places.items()))!r})"
    )


def refuse_places(places: Mapping[str, str], own: str = ".") -> None:
    """From now on this process cannot open what lies in `places`, except below `own`.

    It cannot be taken back. Where the system does not help, other programs are not started either.
    """
    own = os.path.realpath(own)
    known = dict(follow_links({os.path.realpath(path): name for path, name in places.items()}))
    record = os.open(Path(own) / RECORD, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    held = forbid_reading(known, own)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in OPENING:
            for path in arguments[:2]:
                asked = _name_refused(path, known, own, event)
                if asked:
                    os.write(record, _describe(asked))
                    raise PermissionError(f"an open report may not open {asked}")
        elif event in STARTING and not held:
            raise PermissionError("an open report may not start other programs")

    sys.addaudithook(refuse)


def follow_links(places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The places, and where links in them lead: a table may lie elsewhere."""
    for place, name in places.items():
        yield place, name
        for folder, folders, files in os.walk(place):
            for path in (Path(folder) / entry for entry in [*folders, *files]):
                if path.is_symlink():
                    yield os.path.realpath(path), f"{name}{str(path)[len(place) :]}"


def _name_refused(path: Any, places: Mapping[str, str], own: str, event: str) -> str:
    """How to name a path that lies in a refused place; empty for every other one.

    A file that does not exist is not named: a cell may have made its name from the data.
    """
    if not isinstance(path, str | bytes | os.PathLike):
        return ""
    try:
        real = os.path.realpath(_read_path(path, event))
        is_way = event == "open" and Path(real).is_dir()
    except (OSError, ValueError):
        return ""
    if is_way and any(_is_below(place, real) for place in places):
        # from a handle on a folder, files are opened by names that say nothing of the place
        return "a folder above it"
    if _is_other_process(real):
        return "another process"
    if _is_below(real, own) or _is_source_of_cell(real):
        return ""
    for place, name in places.items():
        if _is_below(real, place):
            return f"{name}{real[len(place) :]}" if os.path.lexists(real) else name
    return ""


def _read_path(path: str | bytes | os.PathLike[str], event: str) -> str:
    """A path as text; of an address that sqlite takes in its place, the path in it."""
    text = os.fsdecode(path)
    if event == "sqlite3.connect" and text.startswith("file:"):
        return unquote(urlsplit(text).path)
    return text


def _is_other_process(path: str) -> bool:
    """Whether a path leads into what the system shows of another process, its memory among it."""
    _, top, *rest = [*path.split("/"), "", ""]
    return top == "proc" and rest[0].isdigit() and int(rest[0]) != os.getpid()


def _is_source_of_cell(path: str) -> bool:
    """Whether a traceback looks for the text of a cell: the name of a file that is not there."""
    return Path(path).parent.name.startswith("ipykernel_") and not os.path.lexists(path)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def _describe(asked: str) -> bytes:
    # late: in the kernel it is there, elsewhere it is not needed
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    # cells begun: whether `execution_count` is that of this cell or the next differs by version
    count = len(shell.history_manager.input_hist_raw) - 1 if shell is not None else 0
    return f"{json.dumps({'cell': count, 'file': asked})}\n".encode()


def read_refusals(folder: Path) -> Sequence[tuple[int, str]]:
    """Which cell (by its execution count) asked for which file, in order."""
    path = folder / RECORD
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
    return [(int(one["cell"]), str(one["file"])) for one in found]
