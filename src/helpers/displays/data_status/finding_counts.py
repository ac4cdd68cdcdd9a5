"""T-S-03c: findings of the record checks, by severity and check."""

from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.checks.documentation import describe_checks, list_cut_checks
from helpers.displays import show
from helpers.displays.columns import state_date
from helpers.displays.conduct.open_notes import name_full_report
from helpers.displays.declare import shown_as
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import WHOLE_EXPORT, Key, Result, rows_of
from helpers.view import TOTAL, View

SEVERITIES = {
    "S": "Stops the report",
    "F": "Record left out",
    "E": "Error, kept and flagged",
    "W": "Warning",
}


@shown_as(
    "T-S-03c",
    title="Findings of the record checks",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    small_counts="shown",
)
def tabulate_finding_counts(view: View) -> Table:
    """How often each check found something, worst severity first, in the cut and in the export.

    Open readers and imported data are told nothing of the whole export: there is no such column.
    """
    words = describe_checks()
    whole = view["found"] if view.has("found") else None
    results: list[Result] = []
    lines: list[Line] = []
    for severity, label in SEVERITIES.items():
        found = view.findings[view.findings["severity"] == severity]
        export = None if whole is None else whole[whole["severity"] == severity]
        key = Key("", TOTAL, "FINDINGS", "", severity)
        head = Line(f"{severity}: {label}", _cells(key, export), strong=True)
        lines.append(head)
        results += _count(key, found, export)
        for check in sorted({*found["id"], *(() if export is None else export["id"])}):
            own = found[found["id"] == check]
            of_export = None if export is None else export[export["id"] == check]
            tables = [*own["table"], *(() if of_export is None else of_export["table"])]
            key = Key("", TOTAL, str(check), "", severity)
            results += _count(key, own, of_export)
            name = name_check(str(check), words, tables)
            lines.append(Line(name, _cells(key, of_export), level=1))
    day = state_date(view.cutoff)
    columns = [Header("Findings"), Header("Participants")]
    return Table(
        population_line=f"Findings about records dated to {day} of participants who had consented "
        "by then, "
        "as far as they can be computed from the data of this report.",
        results=tuple(results),
        notes=join_notes(
            "" if whole is None else describe_export(view),
            "Single findings are in reports without letters."
            if view.access.labels
            else "Findings of severity F and E are listed for the site in L-S-08.",
            note_other_audience(view),
        ),
        source_note="findings.csv, found; tabulate_finding_counts.",
        stub="Severity and check",
        headers=(*columns, *(() if whole is None else (Header("Whole export", "findings"),))),
        lines=tuple(lines),
    )


def describe_export(view: View) -> str:
    """What the numbers of the whole export are about: some checks know the cut-off only."""
    return (
        f"Whole export: also about later records, export of {state_date(view.extract)}; of the "
        f"checks made against the cut-off ({', '.join(list_cut_checks())}) only those of the data "
        "known by then."
    )


def note_other_audience(view: View) -> str:
    """What an open reader must know to compare these numbers with those of a closed report."""
    if view.access.restricted:
        return ""
    return name_full_report(
        view,
        "Closed reports can show more: they read tables, rows and columns that this report does "
        "not, and make checks that this report cannot.",
    )


def _count(key: Key, found: pd.DataFrame, export: pd.DataFrame | None) -> list[Result]:
    numbers = {"events": len(found), "n": count_subjects(found["SUBJID"])}
    results = rows_of(key, numbers)
    if export is not None:
        results += rows_of(
            key._replace(population=WHOLE_EXPORT), {"events": int(export["events"].sum())}
        )
    return results


def _cells(key: Key, export: pd.DataFrame | None) -> tuple[Cell, ...]:
    cells = (Cell(key, show.events()), Cell(key, show.n()))
    return (
        cells
        if export is None
        else (*cells, Cell(key._replace(population=WHOLE_EXPORT), show.events()))
    )


def count_subjects(subjects: Iterable[str]) -> int:
    """Participants named, each once; a finding about a file names none."""
    return len({subject for subject in subjects if subject})


IMPORTED = {  # findings on analysis data that were imported, which no record check makes
    "DECIDE": "guessed from the data, decided by nobody",
    "GIVEN": "does not agree, or counts otherwise than it stands",
    "IMPORT": "read otherwise than it stands, or left out",
}


def name_check(check: str, words: Mapping[str, str], tables: Iterable[str]) -> str:
    """What a check says, with its id and the tables where it found something."""
    known = {**IMPORTED, **words}
    says = f": {known[check]}" if check in known else ""
    where = name_tables(tables)
    return f"{check}{' in ' * bool(where)}{where}{says}"


def name_tables(tables: Iterable[str]) -> str:
    """Tables of a check, in alphabetical order."""
    return ", ".join(sorted({str(table) for table in tables}))
