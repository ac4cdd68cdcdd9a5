"""Files that a kernel may not open, whoever asks: set up before the first cell of an open report.

A notebook for open readers gets its view and needs no other file of the trial. A hook sees every
file that Python opens, refuses those of the given places and writes down which cell asked; what
libraries open behind Python's back is refused by the system, where it can (Linux, Landlock).
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.reporting.landlock import forbid_reading

RECORD = "refused.jsonl"
OPENING = frozenset(
    ["open", "os.listdir", "os.scandir", "os.link", "os.symlink", "os.rename", "sqlite3.connect"]
)
STARTING = frozenset(
    ["subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"]
)


def write_prelude(places: Mapping[str, str]) -> str:
    """Source of the cell that runs before all others; `places` are paths and how to name them."""
    return (
        "from helpers.reporting.refuse import refuse_places\n"
        f"refuse_places({dict(sorted(places.items()))!r})"
    )


def refuse_places(places: Mapping[str, str], own: str = ".") -> None:
    """From now on this process cannot open what lies in `places`, except below `own`.

    It cannot be taken back. Where the system does not help, other programs are not started either.
    """
    own = os.path.realpath(own)
    known = {os.path.realpath(path): name for path, name in places.items()}
    record = os.open(Path(own) / RECORD, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    held = forbid_reading(known, own)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in OPENING:
            for path in arguments[:2]:
                asked = _name_refused(path, known, own)
                if asked:
                    os.write(record, _describe(asked))
                    raise PermissionError(f"an open report may not open {asked}")
        elif event in STARTING and not held:
            raise PermissionError("an open report may not start other programs")

    sys.addaudithook(refuse)


def _name_refused(path: Any, places: Mapping[str, str], own: str) -> str:
    """How to name a path that lies in a refused place; empty for every other one.

    A file that does not exist is not named: a cell may have made its name from the data.
    """
    if not isinstance(path, str | bytes | os.PathLike):
        return ""
    try:
        real = os.path.realpath(os.fsdecode(path))
    except (OSError, ValueError):
        return ""
    if _is_below(real, own) or _is_source_of_cell(real):
        return ""
    for place, name in places.items():
        if _is_below(real, place):
            return f"{name}{real[len(place) :]}" if os.path.lexists(real) else name
    return ""


def _is_source_of_cell(path: str) -> bool:
    """Whether a traceback looks for the text of a cell: the name of a file that is not there."""
    return Path(path).parent.name.startswith("ipykernel_") and not os.path.lexists(path)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def _describe(asked: str) -> bytes:
    # late: in the kernel it is there, elsewhere it is not needed
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    count = shell.execution_count if shell is not None else 0
    return f"{json.dumps({'cell': count, 'file': asked})}\n".encode()


def read_refusals(folder: Path) -> Sequence[tuple[int, str]]:
    """Which cell (by its execution count) asked for which file, in order."""
    path = folder / RECORD
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
    return [(int(one["cell"]), str(one["file"])) for one in found]
