"""What every check says, and the table of docs/checks.md made from it."""

from collections.abc import Mapping

from helpers.checks.registry import CHECKS, IDENTITY, Check
from helpers.intake.schema import Access, TableSchema

# What the reader itself finds (intake/export.py): id, severity, what it says, who sees it.
STRUCTURE = (
    ("STRUCT-TABLE", "S", "required table missing", "all"),
    ("STRUCT-COLUMN", "S/W", "column missing; S where it is required", "all"),
    (
        "STRUCT-FILE",
        "S/W",
        (
            "file unreadable, not UTF-8, ragged; W for another form that is read: byte-order mark, "
            "line ends, separators; for closed readers also decimal commas and thousands set apart"
        ),
        "all",
    ),
    ("STRUCT-EXTRA", "W", "unknown column or file, not used", "closed"),
    (
        "STRUCT-SENTINEL",
        "E",
        "NA, N/A, NULL, ., .A, -, 9999, UNK or blanks in place of an empty cell; read as empty",
        "all",
    ),
    ("STRUCT-TYPE", "E", "value does not convert, read as empty; or", "all"),
    ("STRUCT-TERM", "E", "value not in the code list, read as empty; or", "all"),
    ("STRUCT-NULL", "E", "required value missing; or", "all"),
    ("STRUCT-DUP", "W", "the same row twice; one is used", "all"),
    ("STRUCT-KEY", "E", "two rows with one key; the one changed last is used", "all"),
    ("STRUCT-DELETED", "W", "deleted rows dropped, with their count", "all"),
    (
        "STRUCT-MODE",
        "E",
        "restricted folder that others can read; `interim check` says it, no report does",
        "closed",
    ),
)


def describe_checks() -> dict[str, str]:
    """What each check says, by id; words without an arm."""
    content = {check.id: check.says for check in IDENTITY}
    found = {
        name: f"{says} {content[name]}" if name in content else says
        for name, _, says, _ in STRUCTURE
    }
    return found | {check.id: check.says for check in CHECKS}


def list_cut_checks() -> tuple[str, ...]:
    """Ids of the checks that are made against the cut-off, from the data known by then only."""
    return tuple(check.id for check in CHECKS if check.stage == "cut")


def tabulate_checks(schemas: Mapping[str, TableSchema], access: Access) -> list[str]:
    """Lines of a Markdown table: every id with severity, text, stage and who may see it.

    Parameters
    ----------
    schemas : all raw tables.
    access : allow-list of the open audience.
    """
    limited = access.limit(schemas)
    words = describe_checks()
    rows = [(name, severity, words[name], "reading", who) for name, severity, _, who in STRUCTURE]
    rows += [
        (
            check.id,
            check.severity,
            check.says,
            "after the cut" if check.stage == "cut" else "before the cut",
            "all" if is_visible(check, limited) else "closed",
        )
        for check in CHECKS
    ]
    head = ["| id | severity | says | when | seen by |", "|---|---|---|---|---|"]
    return head + [f"| {' | '.join(row)} |" for row in rows]


def is_visible(check: Check, limited: Mapping[str, TableSchema]) -> bool:
    """Whether a check can be computed from the tables and columns of an audience."""
    return not check.closed_only and all(
        table in limited and set(columns) <= set(limited[table].columns)
        for table, columns in check.needs.items()
    )
