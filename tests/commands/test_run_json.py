"""What `interim run --json` says of published folders, and to whom."""

from pathlib import Path

from helpers.commands.run_json import describe_run
from helpers.commands.stopwatch import Stopwatch
from helpers.reporting.run import Line, RunResult

FINDINGS = "severity,id,findings\nE,C01,3\nW,C02,1\n"


def describe(folder: Path, *audiences: str) -> dict[str, dict[str, int]]:
    """Findings by audience of a call that made these reports."""
    lines = []
    for audience in audiences:
        place = folder / "ia3" / audience
        place.mkdir(parents=True, exist_ok=True)
        (place / "findings.csv").write_text(FINDINGS)
        lines.append(Line("ia3", audience, "safety", "published", place / "safety.html"))
    told = describe_run(RunResult(tuple(lines), 0), folder / "index.html", Stopwatch())
    return {line["audience"]: line["findings"] for line in told["reports"]}


def test_a_call_that_makes_open_reports_counts_no_finding_of_closed_ones(tmp_path):
    """How many doses and allocations are in doubt depends on who is in which arm."""
    told = describe(tmp_path, "open", "closed_masked", "closed_unmasked")
    assert (told["open"]["E"], told["open"]["W"]) == (3, 1)
    assert told["closed_masked"] == told["closed_unmasked"] == {}


def test_a_call_for_closed_readers_alone_counts_theirs(tmp_path):
    assert describe(tmp_path, "closed_unmasked")["closed_unmasked"]["E"] == 3
