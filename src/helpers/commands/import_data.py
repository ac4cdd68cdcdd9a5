"""`interim import`: analysis data of another trial into an export folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd


def import_data(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE...", help="Files, or folders that hold them.")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DATA_DIR", help="Export folder to write.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML that says what names alone do not."),
    ] = None,
    params: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Parameter folder; its import.yaml is the mapping."),
    ] = None,
    extract: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of the snapshot  [latest date in the data]"),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Encoding of text in XPT files  [UTF-8]")
    ] = None,
) -> None:
    """Bring analysis data (ADaM) of another trial into an export folder.

    Reads Parquet, CSV, SAS transport (XPT) and Dataset-JSON 1.1. Variables that tell who got what
    go to the restricted side; dates, flags and numbers are typed; what does not fit is counted and
    listed.

    Example: [bold]interim import adam/ --to data/mytrial[/bold]
    """
    # late: needs the data libraries
    from helpers.commands.tables import print_notes
    from helpers.commands.whole_folder import write_whole_folder
    from helpers.imported.importing import check_usable, import_analysis_data
    from helpers.imported.mapping import load_mapping
    from helpers.imported.writing import check_own_folder, format_import
    from helpers.intake.info import EXPORT_FILE

    check_own_folder(to)
    declared = load_mapping(_find_mapping(mapping, params))
    if encoding is not None:
        declared = declared.model_copy(update={"encoding": encoding})
    imported = import_analysis_data(sources, declared)
    print_notes(imported.notes)
    check_usable(imported)
    files = format_import(imported, _read_day(extract))
    check_own_folder(to)  # again: somebody may have put a file there meanwhile
    write_whole_folder(to, files, replaces=EXPORT_FILE)
    rows = sum(len(dataset.frame) for dataset in imported.datasets.values())
    print(f"{len(imported.datasets)} data sets, {rows} rows written to {to}")  # noqa: T201 - command


def _find_mapping(mapping: Path | None, params: Path | None) -> Path | None:
    if mapping is not None and params is not None:
        raise UsageError("give --mapping or --params, not both")
    if params is None:
        return mapping
    path = params / "import.yaml"
    return path if path.is_file() else None


def _read_day(text: str | None) -> "pd.Timestamp | None":
    if text is None:
        return None
    import pandas as pd  # late: see above

    try:
        return pd.Timestamp(text)
    except ValueError:
        raise UsageError(f"--extract: found {text!r}, allowed: a date such as 2014-12-31") from None
