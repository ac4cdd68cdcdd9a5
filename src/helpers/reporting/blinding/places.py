"""Where a closed report may lie: under no folder of open readers, and for its owner alone."""

from collections.abc import Iterator
from pathlib import Path

from helpers.errors import RunError, UsageError
from helpers.intake.private_side import is_shared, read_mode
from helpers.reporting.publishing.manifest import read_manifest

OPEN, RESTRICTED = "open", "restricted"
EXPORT_FILE = "export.json"


def check_place(folder: Path, *, closed: bool, what: str) -> None:
    """Stop before something is written into a folder that a run has published.

    What is closed may not lie in what open readers have of an export either. `what` says what
    would be written.

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
        if closed and (is_open_half(place) or is_open_copy(place)):
            raise UsageError(
                f"{folder}: {what} is closed and may not lie in {place}, which open readers have "
                "of an export; name a folder outside"
            )


def _list_parents(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def is_open_half(folder: Path) -> bool:
    """Whether a folder is the open half of an export."""
    return folder.name == OPEN and (folder.parent / EXPORT_FILE).is_file()


def is_open_copy(folder: Path) -> bool:
    """Whether a folder is an export without its restricted side, as open readers have it."""
    has = {name: (folder / name).exists() for name in (EXPORT_FILE, OPEN, RESTRICTED)}
    return has[EXPORT_FILE] and has[OPEN] and not has[RESTRICTED]


def check_private(folder: Path) -> None:
    """Stop where others than its owner may enter a closed folder.

    Raises
    ------
    RunError
        Naming folder and mode.
    """
    if is_shared(folder):
        raise RunError(f"{say_shared(folder)} and call again")


def say_shared(folder: Path) -> str:
    """Words for a closed folder that others can read."""
    return (
        f"{folder}: others can read this closed folder (mode {read_mode(folder):o}); "
        f"see who has, then `chmod -R go= {folder}`"
    )
