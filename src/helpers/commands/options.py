"""Options that several commands take, each said once."""

from pathlib import Path
from typing import Annotated

import typer

Params = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder with trial.yaml and interims (params/)."),
]
Data = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Export: the folder that holds open/ and restricted/ (data/TRIAL)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output instead.")]
