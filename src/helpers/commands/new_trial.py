"""`interim new-trial`: a first parameter folder from analysis data."""

from pathlib import Path
from typing import Annotated

import typer


def new_trial(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Parameter folder to write.")],
    sources: Annotated[
        list[Path],
        typer.Option("--from-data", metavar="FILES", help="Files, or folders that hold them."),
    ],
    others: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="More files.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Mapping, as for `interim import`.")
    ] = None,
) -> None:
    """Write a first parameter folder for another trial, from its analysis data.

    Looks at the data for arms, visits, parameters, populations and reasons, writes trial.yaml, one
    interim and the allow-list of the audiences, and marks with DECIDE what somebody must decide.
    What has to be decided before the first run is said at the end, one line each.

    Example: [bold]interim new-trial params/mytrial --from-data adam/[/bold]
    """
    # late: needs the data libraries
    from helpers.commands.whole_folder import check_free, write_whole_folder
    from helpers.imported.importing import check_usable, import_analysis_data
    from helpers.imported.mapping import load_mapping
    from helpers.imported.new_trial import propose_parameters

    check_free(directory)
    imported = import_analysis_data([*sources, *(others or [])], load_mapping(mapping))
    check_usable(imported)
    proposal = propose_parameters(imported)
    files = proposal.files
    if mapping is not None:
        files["import.yaml"] = mapping.read_bytes()
    write_whole_folder(directory, files)
    decisions = sum(content.count(b"# DECIDE") for content in files.values())
    print(f"{directory}: written; {decisions} lines marked DECIDE need you")  # noqa: T201 - command
    for line in proposal.first:
        print(f"before the first run: {line}")  # noqa: T201 - command
