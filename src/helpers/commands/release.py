"""`interim release`: hand out a report, the one way to do it."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.plain_text import make_plain
from helpers.errors import InterimError
from helpers.params import load_trial


def release(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Published report: reports/ia3/open.")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where the file is written.")],
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who hands it out; goes to the ledger.")
    ],
    params: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Parameters that it was made with (params/)."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Hand out a published report as one file for the readers of its audience.

    Refuses a folder that was edited by hand and whatever is no finished report, searches the
    finished bytes once more for what these readers may not get, writes a line into the ledger
    (releases.jsonl beside the reports), and packs pages, tables, results.csv and a short README
    into a zip whose name says trial, interim, audience and data cut-off. Executed notebooks stay
    where they are. All of that or nothing; a file that exists is never replaced.

    Example: [bold]interim release reports/ia3/open --to ~/sponsor --by "A. Tran"[/bold]
    """
    try:
        said = describe_release(folder, to, by, params)
    except InterimError as error:
        if as_json:
            _print_json({"exit_code": error.exit_code, "error": str(error)})
        raise
    if as_json:
        _print_json(said)
    else:
        print(make_plain(f"{said['path']}: for {said['audience']} readers"))  # noqa: T201 - command line
        print(make_plain(f"written down in {said['ledger']}"))  # noqa: T201 - command line


def describe_release(folder: Path, to: Path, by: str, params: Path | None) -> dict[str, Any]:
    """Hand out a report and say what was handed out: the ledger's line, and where it lies.

    Raises
    ------
    UsageError
        For a wrong call.
    RunError
        If the report may not be handed out.
    """
    # late: needs the libraries of pages
    from helpers.reporting.releasing.ledger import read_name
    from helpers.reporting.releasing.release import Release, release_folder

    name = read_name(by)
    chosen = find_folders(params, None, None).params
    say_defaults(params=(chosen, params))
    now = dt.datetime.now(dt.UTC)  # the only use of a clock: it goes to the ledger
    released = release_folder(Release(folder, to, name, now, chosen), load_trial(chosen))
    return {
        "exit_code": 0,
        "path": str(released.path),
        "ledger": str(released.ledger),
        **released.line,
    }


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False))  # noqa: T201 - what --json asks for
