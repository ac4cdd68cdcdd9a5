"""A folder of files that appears whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from helpers.errors import RunError, UsageError

RESTRICTED = "restricted/"


def write_whole_folder(folder: Path, files: Mapping[str, bytes], *, replaces: str) -> None:
    """Write `files` into `folder` in one move.

    A folder that holds the file `replaces` is one of ours and is exchanged as a whole; any other
    folder with content is refused, so that nothing of the user's is lost.

    Raises
    ------
    UsageError
        If the folder holds something else.
    RunError
        If the place cannot be written.
    """
    # late: the system call behind it
    from helpers.reporting.publish import exchange

    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / replaces).is_file():
        raise UsageError(f"{folder}: holds other things; name a new folder")
    staging: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        for name, content in files.items():
            _write_file(staging, name, content)
        staging.chmod(0o755)
        exchange(staging, folder)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written ({error.strerror})") from None
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _write_file(folder: Path, name: str, content: bytes) -> None:
    """Write one file; what is restricted is the owner's alone from the first byte."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise RunError(f"{folder.name}: {name!r} is no place inside it")
    alone = name.startswith(RESTRICTED)
    path.parent.mkdir(mode=0o700 if alone else 0o777, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if alone else 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
