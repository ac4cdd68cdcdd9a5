"""`interim score`: item answers in, scores out."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from helpers.commands.plain_text import make_plain
from helpers.scales.command import help as command_help


def score(
    instrument: Annotated[str, typer.Argument(metavar="INSTRUMENT", help=command_help.INSTRUMENT)],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Answers: .csv or .parquet.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to write: .csv or .parquet (the screen)."
        ),
    ] = None,
    coding: Annotated[str | None, typer.Option(metavar="NAME", help=command_help.CODING)] = None,
    version: Annotated[str | None, typer.Option(metavar="NAME", help=command_help.VERSION)] = None,
    norms: Annotated[str | None, typer.Option(metavar="NAME", help=command_help.NORMS)] = None,
    definition: Annotated[
        str | None, typer.Option(metavar="NAME", help=command_help.DEFINITION)
    ] = None,
) -> None:
    """Score item answers of an instrument: nihss, fim, mas, fugl_meyer or sf36.

    FILE is a CSV or Parquet file with one row per form and one column per item, or long with
    USUBJID, AVISIT, item and value. The result is the same file with scores, the rule that was used
    and a note on what happened to each form. Without FILE: items, legal answers, scores and rules.

    Examples: [bold]interim score nihss[/bold] · [bold]interim score sf36 forms.csv --version
    v1[/bold] · [bold]interim score mas forms.csv -o scores.csv[/bold]
    """
    # late: needs the data libraries
    from helpers.scales.command.answer_files import format_scores
    from helpers.scales.command.describe import describe_instrument
    from helpers.scales.command.option_words import build_options
    from helpers.scales.command.scoring_file import score_file

    options = build_options(
        instrument, coding=coding, version=version, norms=norms, definition=definition
    )
    if file is None:
        text = describe_instrument(instrument, options=options)
    else:
        scored = score_file(file, instrument, options=options, output=output)
        text = format_scores(scored)
        if output is not None:
            text = f"{len(scored)} forms scored: {output}\n"
    print(make_plain(text) if sys.stdout.isatty() else text, end="")  # noqa: T201 - this is the command line
