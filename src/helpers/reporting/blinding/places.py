"""Where a closed report may lie: under no folder of open readers, and for its owner alone."""

import stat
from collections.abc import Iterator
from pathlib import Path

from helpers.errors import RunError, UsageError
from helpers.reporting.publishing.manifest import read_manifest

OPEN = "open"
EXPORT_FILE = "export.json"


def check_place(folder: Path, *, closed: bool, what: str) -> None:
    """Stop before something is written into a folder that a run has published.

    What is closed may not lie in the open half of an export either. `what` says what would be
    written.

    Raises
    ------
    UsageError
        Naming the folder and whose it is.
    """
    for place in _list_parents(folder.resolve()):
        audience = read_manifest(place).get("audience")
        if audience:
            raise UsageError(
                f"{folder}: {what} may not lie in the {audience} report {place}; name a folder "
                "outside"
            )
        if closed and is_open_half(place):
            raise UsageError(
                f"{folder}: {what} is closed and may not lie in {place}, which is the open half of "
                "an export; name a folder outside"
            )


def _list_parents(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def is_open_half(folder: Path) -> bool:
    """Whether a folder is the open half of an export."""
    return folder.name == OPEN and (folder.parent / EXPORT_FILE).is_file()


def check_private(folder: Path) -> None:
    """Stop where others than its owner may enter a closed folder.

    Raises
    ------
    RunError
        Naming folder and mode.
    """
    mode = stat.S_IMODE(folder.stat().st_mode)
    if is_shared(mode):
        raise RunError(
            f"{folder}: others can read this closed folder (mode {mode:o}); "
            "see who has, then `chmod -R go= ` it and call again"
        )


def is_shared(mode: int) -> bool:
    """Whether a mode lets others than the owner in."""
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
