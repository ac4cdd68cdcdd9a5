"""Decisions that the first parameters of a trial left to a person, and that nobody has taken."""

from pathlib import Path

import pandas as pd

from helpers.intake.findings import empty_findings, file_finding

MARK = "# DECIDE"
CHECK = "DECIDE"


def count_open_decisions(params: Path) -> dict[str, int]:
    """Lines marked DECIDE by file of a parameter folder."""
    counts = {
        str(path.relative_to(params)): path.read_bytes().count(MARK.encode())
        for path in sorted(params.rglob("*.yaml"))
        if path.is_file()
    }
    return {name: n for name, n in counts.items() if n}


def describe_open_decisions(params: Path) -> str:
    """One sentence on what is not decided; empty where everything is."""
    counts = count_open_decisions(params)
    if not counts:
        return ""
    where = ", ".join(f"{n} in {name}" for name, n in counts.items())
    total = sum(counts.values())
    return (
        f"{total} decisions about this trial were guessed from its data and taken by nobody "
        f"(lines marked DECIDE: {where})"
    )


def find_open_decisions(params: Path) -> pd.DataFrame:
    """A finding on decisions that nobody has taken."""
    text = describe_open_decisions(params)
    return file_finding(CHECK, "W", "", text) if text else empty_findings()
