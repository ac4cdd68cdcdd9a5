"""The trace of unmaskings: one line for each time that the letters of a report were told.

It stands beside the reports, for its owner alone: JSON Lines, only ever added to.
"""

import datetime as dt
import json
from typing import Any

from helpers.params.committee import Unmasking
from helpers.reporting.publishing.publish import locked, write_file
from helpers.reporting.publishing.state import UNMASKINGS, release_lock_path
from helpers.reporting.releasing.folder import Published
from helpers.reporting.releasing.ledger import add_line, read_ledger


def write_down(published: Published, entry: Unmasking, when: dt.datetime) -> None:
    """Add a line on who learns the letters of a report, why, and by which record.

    Raises
    ------
    RunError
        If it cannot be written: then nobody may be told.
    """
    line: dict[str, Any] = {
        "when": when.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "by": entry.by,
        "date": entry.date.isoformat(),
        "why": entry.why,
        "study": published.manifest["study"],
        "interim": entry.interim,
        "seal": entry.seal,
    }
    path = published.out / UNMASKINGS
    with locked(release_lock_path(published.out)):
        before = read_ledger(path, "no letter is told")
        write_file(path, add_line(before, json.dumps(line, ensure_ascii=False)), mode=0o600)
