"""T-S-03c: findings of the record checks, by severity and check."""

from collections.abc import Mapping

from helpers.checks.documentation import describe_checks
from helpers.displays.audience import shown_as
from helpers.displays.display import Cell, Header, Line, Table
from helpers.displays.results import Key, Result, rows_of
from helpers.view import TOTAL, View

SEVERITIES = {
    "S": "Stops the report",
    "F": "Record left out",
    "E": "Error, kept and flagged",
    "W": "Warning",
}


@shown_as("T-S-03c", small_counts="shown")
def tabulate_finding_counts(view: View) -> Table:
    """How often each check found something, worst severity first; persons beside the findings."""
    findings, words = view.findings, describe_checks()
    results: list[Result] = []
    lines: list[Line] = []
    for severity, label in SEVERITIES.items():
        rows = findings[findings["severity"] == severity]
        everything = Key("", TOTAL, "FINDINGS", "", severity)
        results += rows_of(everything, {"events": len(rows), "n": count_subjects(rows["SUBJID"])})
        lines.append(
            Line(
                f"{severity}: {label}",
                (Cell(everything, "events"), Cell(everything, "n")),
                strong=True,
            )
        )
        for check, found in rows.groupby("id", sort=True):
            key = Key("", TOTAL, str(check), "", severity)
            results += rows_of(key, {"events": len(found), "n": count_subjects(found["SUBJID"])})
            cells = (Cell(key, "events"), Cell(key, "n"))
            lines.append(Line(name_check(str(check), words, found["table"]), cells, level=1))
    return Table(
        id="T-S-03c",
        title="Findings of the record checks",
        counted="Findings that can be computed from the data of this report, and the persons they "
        "are about.",
        results=tuple(results),
        notes=("Findings of severity F and E are listed for the site in L-S-08.",),
        made="findings.csv; tabulate_finding_counts.",
        stub="Severity and check",
        headers=(Header("Findings"), Header("Persons")),
        lines=tuple(lines),
    )


def count_subjects(subjects: object) -> int:
    """Persons named, each once; a finding about a file names none."""
    return len({subject for subject in subjects if subject})  # type: ignore[attr-defined]


def name_check(check: str, words: Mapping[str, str], tables: object) -> str:
    """What a check says, with its id and the tables where it found something."""
    says = f": {words[check]}" if check in words else ""
    return f"{check} in {name_tables(tables)}{says}"


def name_tables(tables: object) -> str:
    """Tables of a check, in alphabetical order."""
    return ", ".join(sorted({str(table) for table in tables}))  # type: ignore[attr-defined]
