"""A folder of files that appears whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from helpers.errors import RunError, UsageError

PRIVATE = "restricted/"  # what tells who got what is for its owner alone


def write_whole_folder(
    folder: Path, files: Mapping[str, bytes], *, replaces: str | None = None
) -> None:
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
    ours = replaces is not None and (folder / replaces).is_file()
    check_free(folder, ours=ours)
    with stage_folder(folder) as staging:
        for name, content in files.items():
            _write_file(staging / name, content, private=name.startswith(PRIVATE))


def _write_file(path: Path, content: bytes, *, private: bool) -> None:
    path.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def check_free(folder: Path, *, ours: bool = False) -> None:
    """Stop when something is in the way.

    Raises
    ------
    UsageError
        If `folder` is no folder, or holds something and is not `ours`.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder}: is no folder; name a new one")
    if not ours and folder.is_dir() and not is_empty(folder):
        raise UsageError(f"{folder}: exists and is no empty folder; name a new one")


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing; one that cannot be read counts as filled."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


@contextmanager
def stage_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder`, for its owner only, that takes its place when the block ends well.

    Raises
    ------
    RunError
        If the place cannot be written.
    """
    # late: the system call behind it
    from helpers.reporting.publishing.publish import exchange

    staging: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        yield staging
        staging.chmod(0o755)
        exchange(staging, folder)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written ({error.strerror})") from None
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
