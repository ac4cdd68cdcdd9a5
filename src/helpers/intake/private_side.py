"""Who but its owner can read what tells the arms: a matter of the disk, not of the data.

Told to whoever checks an export or runs reports, and in no report: the same export gives the same
report wherever it lies.
"""

import stat
from pathlib import Path

import pandas as pd

from helpers.intake.findings import empty_findings, file_finding, join_findings

SHARED = "STRUCT-MODE"
PRIVATE = ("restricted", "truth.json")


def is_shared(path: Path) -> bool:
    """Whether others than the owner are let in; a path that is not there lets nobody in."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def list_shared(data: Path) -> list[str]:
    """What of the restricted side of an export others can read, one sentence each."""
    return [
        f"{name} can be read by others than its owner (mode {read_mode(data / name):o}); see who "
        f"has, then `chmod -R go= {name}`"
        for name in PRIVATE
        if is_shared(data / name)
    ]


def read_mode(path: Path) -> int:
    """Permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def find_shared(data: Path) -> pd.DataFrame:
    """Findings about the restricted side of an export that others can read."""
    found = [file_finding(SHARED, "E", "", text) for text in list_shared(data)]
    return join_findings(found) if found else empty_findings()
