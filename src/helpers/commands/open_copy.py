"""`interim open-copy`: what open readers may have of an export, in a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.plain_text import make_plain
from helpers.commands.whole_folder import write_whole_folder
from helpers.params import load_trial


def open_copy(
    data: Annotated[
        Path, typer.Argument(metavar="DIR", help="Export: the folder that holds open/.")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="New folder to write.")],
    params: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with trial.yaml and tables/ (params/)."),
    ] = None,
) -> None:
    """Write what open readers may have of an export: tables, rows and columns of their list.

    The folder open/ of an export is not open: visits, samples and rows in it tell who got what. The
    copy holds none of that, nor answers of forms. An open report made from it is the same, byte for
    byte.

    Example: [bold]interim open-copy ~/export --to ~/for_sponsor[/bold]
    """
    folder = find_folders(params, data, None).params
    say_defaults(params=(folder, params))
    files = build_files(data, folder)
    write_whole_folder(to, files)
    print(make_plain(f"{to}: {len(files)} files that open readers may have"))  # noqa: T201 - command line


def build_files(data: Path, params: Path) -> dict[str, bytes]:
    """Files of the copy by path.

    Raises
    ------
    UsageError
        If the parameters cannot be used, or the export is of another study.
    ExportError
        If the export cannot be used.
    """
    # late: needs the data libraries
    from helpers.datasets.imported.open_copy import build_open_import
    from helpers.intake.info import check_study, read_info
    from helpers.intake.open_copy import build_open_copy
    from helpers.intake.schema import load_access, load_schemas

    trial, access = load_trial(params), load_access(params, "open")
    check_study(data, read_info(data).study, trial.study)
    if trial.level == "adam":
        return build_open_import(data, access)
    return build_open_copy(data, load_schemas(params, trial), access)
