"""What was published from what: kept beside the reports, for this program only, never in a bundle.

A fingerprint may rest on files that tell the arms; so the folder is for its owner alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpers.reporting.publishing.publish import write_file

FOLDER = ".state"
LEDGER = "releases.jsonl"  # beside the reports, for its owner only as well
ALPHA_LEDGER = "alpha_ledger.jsonl"  # the same
UNMASKINGS = "unmaskings.jsonl"  # the same
FAILED = "{report}.failed.ipynb"


@dataclass(frozen=True)
class State:
    """Fingerprint of each published report, and SHA-256 of every file of its folder."""

    fingerprints: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def state_path(out: Path, interim: str, audience: str) -> Path:
    """File that holds the state of one published folder."""
    return out / FOLDER / f"{interim}-{audience}.json"


def lock_path(out: Path, interim: str, audience: str) -> Path:
    """File that is locked while one folder is published."""
    return out / FOLDER / f"{interim}-{audience}.lock"


def failed_path(out: Path, interim: str, audience: str, report: str, *, closed: bool) -> Path:
    """Where a notebook is kept that failed.

    Beside a closed report: that folder is for its owner alone. Never in a folder for open readers,
    who would get its traceback with a copy of the folder.
    """
    if closed:
        return out / interim / audience / FAILED.format(report=report)
    return out / FOLDER / f"{interim}-{audience}-{FAILED.format(report=report)}"


def run_lock_path(out: Path, interim: str, audience: str) -> Path:
    """File that is locked while a run computes and publishes one folder."""
    return out / FOLDER / f"{interim}-{audience}.run"


def release_lock_path(out: Path) -> Path:
    """File that is locked while a report is handed out."""
    return out / FOLDER / "releases.lock"


def alpha_lock_path(out: Path) -> Path:
    """File that is locked while the alpha ledger is written."""
    return out / FOLDER / "alpha_ledger.lock"


def index_path(out: Path) -> Path:
    """File that holds SHA-256 of every index page."""
    return out / FOLDER / "index.json"


def read_index_digests(out: Path) -> dict[str, str]:
    """SHA-256 of the index pages as last written, by path; empty when nobody knows."""
    try:
        content = json.loads(index_path(out).read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in content.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_index_digests(out: Path, pages: Mapping[str, bytes]) -> None:
    """Record the index pages as they are written."""
    digests = {name: hashlib.sha256(pages[name]).hexdigest() for name in pages}
    write_file(index_path(out), json.dumps(digests, indent=1, sort_keys=True).encode(), mode=0o600)


def read_state(path: Path) -> State:
    """State of a published folder; empty when there is none or it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return State(dict(content["fingerprints"]), dict(content["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return State()


def write_state(path: Path, state: State) -> None:
    """Record what was published."""
    content = {"fingerprints": dict(state.fingerprints), "files": dict(state.files)}
    write_file(path, json.dumps(content, indent=1, sort_keys=True).encode(), mode=0o600)


def is_untouched(folder: Path, files: Mapping[str, str]) -> bool:
    """Whether every file that was published is still there as it was."""
    return bool(files) and all(_has_digest(folder / name, files[name]) for name in files)


def _has_digest(path: Path, expected: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == expected
    except OSError:
        return False
