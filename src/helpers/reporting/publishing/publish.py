"""A finished folder takes the place of the published one in one move."""

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path

from helpers.errors import RunError

AT_FDCWD = -100
RENAME_EXCHANGE = 2
CLOSED_MODE = 0o700
OPEN_MODE = 0o755
LITTER = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])  # what a desktop leaves behind


def publish_folder(
    target: Path,
    files: Mapping[str, bytes],
    *,
    closed: bool,
    ours: Collection[str] = (),
) -> tuple[str, ...]:
    """Make `target` hold exactly `files` (bytes by relative path); readers see old or new, whole.

    What lies in `target` and is neither new nor in `ours`, the names published before, somebody put
    there: it goes to `kept_folder`, and its names are returned.

    Raises
    ------
    RunError
        If the place cannot be written; what was published stays as it was.
    """
    staging: Path | None = None
    try:
        with _explain_os_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
            mode = CLOSED_MODE if closed else OPEN_MODE
            _fill(staging, files, closed=closed)
            staging.chmod(mode)  # until now it was for its owner alone
            kept = keep_foreign(target, {*ours, *files}, mode)
            exchange(staging, target)
            sync_folder(target.parent)
            return kept
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def kept_folder(target: Path) -> Path:
    """Where files go that somebody put into a published folder: beside it."""
    return target.with_name(f"{target.name}.kept")


def keep_foreign(target: Path, ours: Collection[str], mode: int) -> tuple[str, ...]:
    """Copy what is not in `ours` to the folder beside; names of what was copied, sorted."""
    found = sorted(path for path in target.rglob("*") if path.is_symlink() or not path.is_dir())
    foreign = [path for path in found if path.name not in LITTER]
    foreign = [path for path in foreign if path.relative_to(target).as_posix() not in ours]
    for path in foreign:
        place = kept_folder(target)
        place.mkdir(mode=mode, exist_ok=True)
        goal = _find_free(place / path.relative_to(target))
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, goal, follow_symlinks=False)
    return tuple(path.relative_to(target).as_posix() for path in foreign)


def _find_free(path: Path) -> Path:
    """`path`, with a number where another file has the name already."""
    numbered = (path.with_name(f"{path.stem}.{n}{path.suffix}") for n in count(2))
    return next(p for p in chain([path], numbered) if not os.path.lexists(p))


def write_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write one file so that readers see the old or the new content, whole.

    Raises
    ------
    RunError
        If the place cannot be written.
    """
    staging: Path | None = None
    try:
        with _explain_os_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            staging = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            staging.chmod(mode)
            staging.replace(path)
    finally:
        if staging is not None:
            staging.unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Stop before hours of work when the output folder cannot be written.

    Raises
    ------
    RunError
        Naming folder and reason.
    """
    with _explain_os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".writable.", dir=folder)
        os.close(handle)
        Path(name).unlink()


def open_lock(path: Path) -> int:
    """Handle of a lock file, made if there is none.

    Raises
    ------
    RunError
        If it cannot be made.
    """
    with _explain_os_errors(path):
        path.parent.mkdir(mode=CLOSED_MODE, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file: two runs never publish into one folder at the same time."""
    handle = open_lock(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_leftovers(target: Path) -> None:
    """Remove staging folders that a killed run left beside `target`; call it under its lock."""
    for path in target.parent.glob(f".{target.name}.*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def exchange(staging: Path, target: Path) -> None:
    """Swap two folders in one system call; where there is none, two renames."""
    if not target.exists():
        staging.rename(target)
    elif not _exchange_at_once(staging, target):
        aside = staging.with_name(f"{staging.name}.old")
        target.rename(aside)
        staging.rename(target)
        aside.rename(staging)


def sync_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut; not every file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _exchange_at_once(staging: Path, target: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    done = rename(AT_FDCWD, os.fsencode(staging), AT_FDCWD, os.fsencode(target), RENAME_EXCHANGE)
    code = ctypes.get_errno()
    if done != 0 and code not in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        raise OSError(code, os.strerror(code), str(target))
    return bool(done == 0)


def _fill(staging: Path, files: Mapping[str, bytes], *, closed: bool) -> None:
    """Every file; of a closed folder for its owner alone, whatever becomes of the folder."""
    for name, content in files.items():
        path = staging / name
        path.parent.mkdir(mode=CLOSED_MODE if closed else 0o777, parents=True, exist_ok=True)
        mode = 0o600 if closed else 0o666
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def _explain_os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(
            f"{path}: cannot be written ({reason}); what was published before is unchanged"
        ) from None
