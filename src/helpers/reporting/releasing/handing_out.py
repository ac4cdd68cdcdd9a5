"""A file that is handed out appears whole or not at all, and never in place of another."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.errors import RunError, UsageError
from helpers.reporting.publishing.publish import CLOSED_MODE, OPEN_MODE, sync_folder

NO_LINKS = frozenset([errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK])


def check_unused(target: Path) -> None:
    """Stop where the folder cannot take a file, or has one of the name already.

    Raises
    ------
    UsageError
        Naming what is in the way.
    """
    folder = target.parent
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{folder}: is no folder; name a new one, or one that exists")
    if os.path.lexists(target):
        raise UsageError(f"{target}: exists, and a release is never replaced; name another folder")


@contextmanager
def stage_file(target: Path, content: bytes, *, closed: bool) -> Iterator[Path]:
    """The whole file beside its place, for its owner alone until it is handed out.

    Raises
    ------
    RunError
        If the folder cannot be written.
    """
    staged: Path | None = None
    try:
        folder = target.parent
        folder.mkdir(mode=CLOSED_MODE if closed else OPEN_MODE, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=folder)
        staged = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not closed:
            staged.chmod(0o644)
        yield staged
    except OSError as error:
        raise RunError(
            f"{target}: cannot be written ({error.strerror}); nothing is released"
        ) from None
    finally:
        if staged is not None:
            with suppress(OSError):
                staged.unlink(missing_ok=True)


def hand_out(staged: Path, target: Path) -> None:
    """Give a staged file its name, which nothing may have by then.

    Raises
    ------
    UsageError
        If something has it.
    """
    try:
        os.link(staged, target)
    except FileExistsError:
        check_unused(target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        check_unused(target)  # a file system without links: the lock is all there is
        staged.rename(target)
    sync_folder(target.parent)
