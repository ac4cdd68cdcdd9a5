"""Scratch folders of runs: for their owner only, locked while in use, removed at the end.

A run that was killed cannot tidy up, and packed views of closed readers would stay where it was.
The next run of the same user does it: a folder whose lock is free belongs to nobody any more.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Names that nobody gives a folder of his own: what is removed must be ours. Short, for sockets.
PREFIX = ".interim-scratch-"
UNLOCKED = ".interim-starting-"  # not taken for a left one before it is locked


@contextmanager
def open_scratch() -> Iterator[str]:
    """A scratch folder that is gone at the end, after those of killed runs were removed."""
    base = Path(short_temporary_folder())
    remove_left_folders(base)
    made = Path(tempfile.mkdtemp(prefix=UNLOCKED, dir=base))
    lock = _lock(made)
    folder = made.rename(base / made.name.replace(UNLOCKED, PREFIX))
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def short_temporary_folder() -> str:
    """Folder for scratch places: sockets in it may have a path of about 100 bytes only."""
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) < 50 else "/tmp"  # noqa: S108 - a private one is made in it


def remove_left_folders(base: Path) -> None:
    """Remove scratch folders of this user that no running program holds."""
    for path in base.glob(f"{PREFIX}*"):
        lock = _lock(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """Hold the lock of a folder of one's own; None where it is held, foreign, or no folder."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if os.fstat(handle).st_uid == os.getuid():
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
    except OSError:
        pass  # held by a run that goes on
    os.close(handle)
    return None
