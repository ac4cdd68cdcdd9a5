"""Views that the prepared program has built, kept by all that they rest on.

Building the view of closed readers takes more than all the rest of a small report, and most tests
of the program run it on the same few exports. A view is the bytes that the same export and
parameters give (`tests/datasets`), in whichever process; a call with `BUILT_ANEW` in its
environment builds its own.
"""

import fcntl
import hashlib
import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from helpers.datasets.reader import Reader
from helpers.reporting.jobs import view_task
from helpers.reporting.jobs.view_task import PackedView

BUILT_ANEW = "BUILT_ANEW"
Build = Callable[[Path, Path, str, Reader], PackedView]


def keep_views(kept: Path) -> None:
    """From now on a view is built once, in this process and those forked from it."""
    build = view_task.build_packed_view

    def find(data: Path, params: Path, interim: str, reader: Reader) -> PackedView:
        if BUILT_ANEW in os.environ:
            return build(data, params, interim, reader)
        return find_kept(kept, build, data, params, interim, reader)

    view_task.build_packed_view = find


def find_kept(
    kept: Path, build: Build, data: Path, params: Path, interim: str, reader: Reader
) -> PackedView:
    """A view that was built before from the same export and parameters, else build it."""
    place = kept / _digest_inputs(data, params, interim, reader)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers share what is kept
        if not place.exists():
            part = place.with_suffix(".part")
            part.write_bytes(pickle.dumps(build(data, params, interim, reader)))
            part.rename(place)
    packed: PackedView = pickle.loads(place.read_bytes())
    return packed


def _digest_inputs(data: Path, params: Path, interim: str, reader: Reader) -> str:
    digest = hashlib.sha256(pickle.dumps((interim, tuple(reader))))
    for folder, paths in (
        (data, data.rglob("*")),
        (params, [*params.glob("*"), *params.glob("tables/*")]),  # below stand other trials
    ):
        for piece in _list_content(folder, paths):
            digest.update(hashlib.sha256(piece).digest())
    return digest.hexdigest()


def _list_content(folder: Path, paths: Iterable[Path]) -> Iterator[bytes]:
    """Names below a folder, and what stands there."""
    for path in sorted(path for path in paths if not path.is_dir()):
        yield os.fsencode(path.relative_to(folder))
        try:
            yield path.read_bytes()
        except OSError as error:  # a link to nowhere: what the build will meet as well
            yield str(error.errno).encode()
