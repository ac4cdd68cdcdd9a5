"""`interim simulate`: write a synthetic export."""

from pathlib import Path
from typing import Annotated, Any

import typer

from helpers.commands.plain_text import make_plain
from helpers.commands.whole_folder import check_free, stage_folder
from helpers.errors import UsageError


def simulate(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write open/, restricted/, export.json.")
    ],
    n_per_arm: Annotated[int, typer.Option(help="Participants per arm, 2 to 10000.")] = 16,
    scenario: Annotated[
        str, typer.Option(help="null, modest, benefit, harm_it or sparse.")
    ] = "modest",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 20210705,
    errors: Annotated[
        bool, typer.Option("--errors/--no-errors", help="Plant known data errors.")
    ] = True,
    form: Annotated[
        str | None,
        typer.Option("--format", help="csv or parquet  [parquet from 1000 per arm on]"),
    ] = None,
) -> None:
    """Write a synthetic export of the built-in trial: invented participants, known truth.

    Example: [bold]interim simulate /tmp/trial --scenario harm_it[/bold]
    """
    check_free(directory)
    if form not in (None, "csv", "parquet"):
        raise UsageError(f"--format: found {form!r}, allowed: csv, parquet")
    write_whole_export(
        directory, n_per_arm=n_per_arm, scenario=scenario, seed=seed, errors=errors, format=form
    )
    print(make_plain(f"Synthetic export written to {directory}"))  # noqa: T201 - this is the command line


def write_whole_export(directory: Path, **options: Any) -> None:
    """Write an export that appears whole or not at all.

    Raises
    ------
    UsageError
        For an unknown scenario.
    RunError
        If the place cannot be written.
    """
    # late: needs the data libraries
    from helpers.simulate import write_export

    with stage_folder(directory) as staging:
        write_export(staging, **options)
