"""The ledger of releases: one line for each file that was handed out, for its owner alone.

It stands beside the reports and outlives them: JSON Lines, only ever added to.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers.errors import RunError, UsageError
from helpers.reporting.publishing.manifest import MANIFEST, digest_outputs
from helpers.reporting.publishing.publish import write_file
from helpers.reporting.releasing.archive import Archive
from helpers.reporting.releasing.folder import Published

LONGEST = 200  # signs of a name


def read_name(text: str) -> str:
    """Name of who hands out a report.

    Raises
    ------
    UsageError
        If it is empty, longer than a name, or holds more than one line.
    """
    name = " ".join(text.split(" ")).strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise UsageError(f"--by: found {text[:40]!r}, allowed: the name of who hands it out")
    return name


def build_line(
    published: Published, archive: Archive, *, by: str, when: dt.datetime
) -> dict[str, Any]:
    """One release: who, when, what, for whom, and digests of everything that was handed out."""
    manifest = published.manifest
    return {
        "when": when.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "by": by,
        "study": manifest["study"],
        "interim": manifest["interim"],
        "audience": published.audience,
        "cutoff": manifest["cutoff"],
        "extract": manifest["extract"],
        "file": f"{archive.name}.zip",
        "sha256": hashlib.sha256(archive.content).hexdigest(),
        "manifest": hashlib.sha256(published.files[MANIFEST]).hexdigest(),
        "files": digest_outputs(archive.members),
    }


def read_ledger(path: Path, then: str = "nothing is released") -> bytes:
    """The ledger so far; empty when there is none. `then` says what does not happen without it.

    Raises
    ------
    RunError
        If it is a link or cannot be read: nothing may be handed out that is not written down.
    """
    if path.is_symlink():
        raise RunError(f"{path}: is a link, no file of this folder; {then}")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror}); {then}") from None


def add_line(before: bytes, text: str) -> bytes:
    """A ledger with one more line."""
    kept = before if before.endswith(b"\n") or not before else before + b"\n"
    return kept + f"{text}\n".encode()


@contextmanager
def written_down(path: Path, line: Mapping[str, Any]) -> Iterator[None]:
    """The ledger with one more line; without it again where the block fails, for then nothing left.

    A machine that dies within leaves a line without its file, never a file without its line.

    Raises
    ------
    RunError
        If the ledger cannot be read or written.
    """
    before = read_ledger(path)
    write_file(path, add_line(before, json.dumps(line, ensure_ascii=False)), mode=0o600)
    try:
        yield
    except BaseException:
        if before:
            write_file(path, before, mode=0o600)
        else:
            path.unlink(missing_ok=True)
        raise
