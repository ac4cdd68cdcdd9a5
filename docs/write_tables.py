"""Writes the tables of these pages that are made from code: `make docs`.

A page keeps its own words; what follows the line that starts with the given head, to the end, is
replaced.
"""

from collections.abc import Callable
from pathlib import Path

from method_index import list_index

from helpers.checks.documentation import tabulate_checks
from helpers.datasets.variables.documentation import describe_datasets
from helpers.displays.catalogue import tabulate_displays
from helpers.displays.vocabulary import tabulate_statistics
from helpers.intake.schema import load_access, load_schemas
from helpers.params import load_trial

PROJECT = Path(__file__).resolve().parents[1]
PARAMS = PROJECT / "params"


def list_checks() -> list[str]:
    """Every check of the export with severity, words and readers."""
    return tabulate_checks(load_schemas(PARAMS, load_trial(PARAMS)), load_access(PARAMS, "open"))


def list_displays() -> list[str]:
    """Every display with its chapter, readers, data sets and function."""
    return tabulate_displays(
        [PROJECT / f"notebooks/{n}_report.ipynb" for n in ("safety", "efficacy")]
    )


TABLES: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "checks.md": ("| id |", list_checks),
    "displays.md": ("| display |", list_displays),
    "methods.md": ("| module, function |", list_index),
    "results.md": ("| statistic |", tabulate_statistics),
    "variables.md": ("| data set |", describe_datasets),
}


def write_table(page: Path) -> str:
    """The text of a page with its table made anew."""
    head, make = TABLES[page.name]
    words, found, _ = page.read_text(encoding="utf-8").partition(f"\n{head}")
    if not found:
        raise SystemExit(f"{page}: no line starts with {head!r}")
    return words + "\n" + "\n".join(make()) + "\n"


if __name__ == "__main__":
    for name in TABLES:
        path = PROJECT / "docs" / name
        path.write_text(write_table(path), encoding="utf-8")
