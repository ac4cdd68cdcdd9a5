"""`interim run`: make the reports of one or more interims."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.listener import follow_run
from helpers.commands.options import Data, Params
from helpers.commands.plain_text import make_plain
from helpers.commands.stopwatch import Stopwatch
from helpers.errors import InterimError, UsageError
from helpers.reporting.page.audiences import REHEARSAL
from helpers.reporting.plan import Request, build_plan, rehearsal_folder
from helpers.reporting.publishing.claim import claim_targets
from helpers.reporting.run import INDEX, RunResult, run_plan
from helpers.reporting.spending.ledger import read_reason


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Interims, by the stem of their file: ia3."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every interim of the trial.")] = False,
    params: Params = None,
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where reports are published (reports/).")
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this report: safety or efficacy. Repeatable."),
    ] = None,
    audience: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only for this audience: open, closed_masked or closed_unmasked. Repeatable.",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Reports made at the same time (one per processor)."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Compute also what has not changed.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object on standard output instead of a table."),
    ] = False,
    make_data: Annotated[
        bool,
        typer.Option(
            "--make-data", help="First write the synthetic export, if the data folder has none."
        ),
    ] = False,
    mask_key: Annotated[
        str,
        typer.Option(
            metavar="REF",
            help="Where the secret behind the letters of closed_masked stands: env:NAME or "
            "file:PATH (mask_key_ref of the interim, else env:INTERIM_MASK_KEY, if set).",
        ),
    ] = "",
    rerun_reason: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Why a look that spent alpha is made again although it does not come out as "
            "alpha_ledger.jsonl holds it: written there.",
        ),
    ] = "",
    notebooks: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder with the notebooks (notebooks/).")
    ] = None,
    rehearse: Annotated[
        int | None,
        typer.Option(
            metavar="SEED",
            min=0,
            help="Deal the arms out anew: for practice, marked everywhere, never released.",
        ),
    ] = None,
) -> None:
    """Make the safety and efficacy reports of one or more interims.

    Checks the export, cuts it at the interim's cut-off, derives the analysis data sets, executes
    the notebooks and publishes pages, numbers and manifest. What has not changed is not computed
    again.

    Examples: [bold]interim run ia3[/bold] · [bold]interim run --all --audience open[/bold] ·
    [bold]interim run ia3 --data ~/export --out ~/reports[/bold]
    """
    try:
        if every and names:
            raise UsageError(f"found --all and {', '.join(names)}, allowed: one or the other")
        if not every and not names:
            raise UsageError("name the interims to run, or give --all")
        folders = find_folders(params, data, out, notebooks)
        request = Request(
            params=folders.params,
            data=folders.data,
            out=folders.out if rehearse is None else rehearsal_folder(folders.out, rehearse),
            notebooks=folders.notebooks,
            interims=tuple(dict.fromkeys(names or ())),
            reports=tuple(report or ()),
            audiences=tuple(audience or ()),
            jobs=jobs or available_processors(),
            force=force,
            mask_key=mask_key,
            rehearse=rehearse,
            rerun_reason=read_reason(rerun_reason),
        )
        say_defaults(
            params=(folders.params, params),
            data=(folders.data, data),
            notebooks=(folders.notebooks, notebooks),
        )
        if make_data:
            _make_data(folders.data)
        stopwatch = Stopwatch()
        result = _run_request(request, stopwatch)
    except InterimError as error:
        if as_json:
            _print_json({"exit_code": error.exit_code, "error": str(error), "reports": []})
        raise
    index = request.out / INDEX
    if as_json:
        from helpers.commands.run_json import describe_run

        _print_json(describe_run(result, index, stopwatch) | {"rehearsal": rehearse})
    else:
        from helpers.commands.tables import print_lines

        print_lines(result.lines, index)
    if rehearse is not None:
        _say(f"{REHEARSAL} (seed {rehearse}): for practice, `interim release` refuses it")
    _warn_of_open_decisions(folders.params)
    raise typer.Exit(result.exit_code)


def _warn_of_open_decisions(params: Path) -> None:
    """Say on the terminal what the parameters of a trial leave undecided."""
    from helpers.datasets.imported.decisions import describe_open_decisions

    undecided = describe_open_decisions(params)
    if undecided:
        _say(undecided)


def _say(text: str) -> None:
    print(f"interim: {text}", file=sys.stderr)  # noqa: T201 - this is the command line


def _run_request(request: Request, stopwatch: Stopwatch) -> RunResult:
    plan = build_plan(request)
    with follow_run(stopwatch) as listener, claim_targets(plan, listener) as claimed:
        return run_plan(claimed, listener)


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content))  # noqa: T201 - what --json asks for


def available_processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _make_data(folder: Path) -> None:
    if (folder / "export.json").is_file() or (folder / "open").is_dir():
        return
    from helpers.commands.simulate import write_whole_export

    text = f"writing the synthetic export to {make_plain(str(folder))}"
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the command line
    write_whole_export(folder)
