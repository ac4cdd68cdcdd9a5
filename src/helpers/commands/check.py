"""`interim check`: validate an export and say what is wrong with it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.options import AsJson, Data, Params
from helpers.errors import InterimError, UsageError

if TYPE_CHECKING:
    from helpers.commands.export_findings import Checked


def check(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="An interim: ia3 (the whole export).")
    ] = None,
    data: Data = None,
    params: Params = None,
    audience: Annotated[
        str,
        typer.Option(metavar="NAME", help="Whose view is checked; open never opens restricted/."),
    ] = "closed_unmasked",
    every: Annotated[
        bool, typer.Option("--list", help="Also every single finding, one line each.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check an export and show what is wrong with it, grouped by severity and check.

    With the NAME of an interim, as it would be published at its cut-off; without, the whole export.
    S stops every run (exit code 1), F leaves a record out, E keeps and flags it, W is a warning.
    Readers of letters (closed_masked) get counts by check, for which no key is needed.

    Examples: [bold]interim check --data ~/export[/bold] · [bold]interim check ia3 --list[/bold]
    """
    folders = find_folders(params, data, None)
    say_defaults(params=(folders.params, params), data=(folders.data, data))
    # late: needs the data libraries
    from helpers.commands.export_findings import collect_findings

    try:
        checked = collect_findings(folders.data, folders.params, name, audience)
        if checked.counted and every:
            raise UsageError(
                f"--list: {audience} readers get counts by check and no single finding; leave it "
                "out, or name another --audience"
            )
    except InterimError as error:
        if as_json:
            _print_json({"exit_code": error.exit_code, "error": str(error)})
        raise
    if as_json:
        _print_json(describe_checked(checked))
    else:
        from helpers.commands.tables import print_findings

        print_findings(checked, folders.data, every=every)
    raise typer.Exit(1 if checked.stops else 0)


def describe_checked(checked: "Checked") -> dict[str, object]:
    """What --json says: counts, groups, and every finding; of masked readers counts alone."""
    from helpers.commands.export_findings import count_findings, count_severities

    return {
        "exit_code": 1 if checked.stops else 0,
        "audience": checked.audience,
        "cutoff": checked.cutoff,
        "severities": count_severities(checked.findings),
        "checks": count_findings(checked.findings, quote=not checked.counted).to_dict("records"),
        "findings": [] if checked.counted else checked.findings.to_dict("records"),
    }


def _print_json(content: dict[str, object]) -> None:
    print(json.dumps(content))  # noqa: T201 - what --json asks for
