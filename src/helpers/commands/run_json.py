"""What `interim run --json` says, for programs."""

import csv
import importlib.metadata
import io
from collections import Counter
from pathlib import Path
from typing import Any

from helpers.commands.stopwatch import Stopwatch
from helpers.intake.findings import SEVERITIES
from helpers.reporting.plan import OPEN
from helpers.reporting.publishing.manifest import read_manifest
from helpers.reporting.run import Line, RunResult

DISTRIBUTION = "interim-reports"
FINDINGS = "findings.csv"


def describe_run(result: RunResult, index: Path, stopwatch: Stopwatch) -> dict[str, Any]:
    """One object of a run: version, duration, and each report with what is published of it.

    `cutoff`, `study` and `findings` (counts by severity) are those of the published folder, empty
    where nothing is published; `seconds` is null for a report that was not computed. Of a call that
    makes open reports its readers may be open ones: `findings` of closed folders, which rest on
    doses and allocation, are empty then.
    """
    overheard = any(line.audience == OPEN for line in result.lines)
    return {
        "exit_code": result.exit_code,
        "version": importlib.metadata.version(DISTRIBUTION),
        "seconds": stopwatch.total,
        "index": str(index),
        "reports": [
            _describe_line(line, stopwatch, counted=line.audience == OPEN or not overheard)
            for line in result.lines
        ],
    }


def _describe_line(line: Line, stopwatch: Stopwatch, *, counted: bool) -> dict[str, Any]:
    folder = line.path.parent
    manifest = read_manifest(folder)
    failed = line.status == "failed"
    return {
        "study": manifest.get("study", ""),
        "interim": line.interim,
        "audience": line.audience,
        "report": line.report,
        "status": line.status,
        "cutoff": manifest.get("cutoff", ""),
        "seconds": stopwatch.seconds.get(f"{line.report} of {line.interim} ({line.audience})"),
        "findings": count_findings(folder / FINDINGS) if counted else {},
        "path": str(line.path),
        "error": line.error if failed else "",
        "note": "" if failed else line.error,
    }


def count_findings(path: Path) -> dict[str, int]:
    """Findings of a published folder by severity; empty where none is published."""
    if not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    counts: Counter[str] = Counter()
    for row in rows:  # a masked report has one row per check, with how many it found
        counts[row["severity"]] += int(row.get("findings", 1))
    return {severity: counts[severity] for severity in SEVERITIES}
