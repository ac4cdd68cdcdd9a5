"""The program `interim`: words in, calls and exit codes out."""

import importlib.metadata
import inspect
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from helpers.commands import (
    check,
    design,
    import_data,
    new,
    new_trial,
    open_copy,
    release,
    run,
    schedule,
    score,
    simulate,
    unmask,
)
from helpers.commands.plain_help import PlainCommand, PlainGroup, describe_fault
from helpers.commands.plain_text import make_plain
from helpers.errors import InterimError

DISTRIBUTION = "interim-reports"


def fill(text: str) -> str:
    """Help text with one line per paragraph; the terminal breaks lines where it likes."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


app = typer.Typer(
    name="interim",
    cls=PlainGroup,
    help="Safety and efficacy reports of a running trial, interim by interim.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"interim {importlib.metadata.version(DISTRIBUTION)}")  # noqa: T201 - what was asked
        raise typer.Exit


@app.callback()
def _take_options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options of the program itself."""


COMMANDS: dict[str, Callable[..., None]] = {
    "run": run.run,
    "check": check.check,
    "score": score.score,
    "simulate": simulate.simulate,
    "schedule": schedule.schedule,
    "design": design.design,
    "new": new.new,
    "open-copy": open_copy.open_copy,
    "release": release.release,
    "unmask": unmask.unmask,
    "import": import_data.import_data,
    "new-trial": new_trial.new_trial,
}
for _name, _command in COMMANDS.items():
    app.command(_name, cls=PlainCommand, help=fill(inspect.getdoc(_command) or ""))(_command)


# a closed terminal (SIGHUP) ends a run as SIGTERM does; Windows has no such signal
ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or SIGHUP: unwinds everything, so that children and staging folders go."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.exit_code = 128 + signum


def main() -> NoReturn:
    """Run the program and exit: 0 done, 1 failed, 2 wrong usage, 128 + signal interrupted."""
    for signum in ENDING:
        if signal.getsignal(signum) != signal.SIG_IGN:  # under nohup a run outlives its terminal
            signal.signal(signum, _stop)
    try:
        code = app(prog_name="interim", standalone_mode=False)
    except InterimError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except TyperException as error:
        _say(describe_fault(error))
        sys.exit(error.exit_code)
    except Stopped as stopped:
        _say("interrupted; what was published before is unchanged")
        sys.exit(stopped.exit_code)
    sys.exit(code or 0)


def _stop(signum: int, frame: FrameType | None) -> None:
    for every in ENDING:
        signal.signal(every, signal.SIG_IGN)  # a second one must not stop the cleaning up
    raise Stopped(signum)


def _say(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        for line in text.splitlines():
            print(f"interim: {make_plain(line)}", file=sys.stderr)  # noqa: T201 - the command line


if __name__ == "__main__":
    main()
