"""`interim design`: what the monitoring rules would do, before there is any data."""

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.commands.design_options import MOST_PARTICIPANTS, Asked, build_designs, read_whole
from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.options import AsJson, Params
from helpers.commands.plain_text import make_plain
from helpers.errors import InterimError, RunError, UsageError
from helpers.params import Interim, Trial, list_interims, load_interim, load_trial

if TYPE_CHECKING:
    from helpers.displays.monitoring.compare_designs import Named
    from helpers.displays.monitoring.design import Design

MOST_TRIALS = 1_000_000
LETTERS = "ABCDE"


def design(
    interim: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Interim whose rules are design A (the first one)."),
    ] = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(metavar="A,B", help="Beta prior of the rate: 0.3,1.7 has mean 15%."),
    ] = None,
    p_star: Annotated[
        list[str] | None,
        typer.Option(metavar="RATE", help="Rate considered too high: above 0.15."),
    ] = None,
    cut: Annotated[
        list[str] | None,
        typer.Option(metavar="P", help="Alert from this posterior probability: 0.9."),
    ] = None,
    per_arm: Annotated[
        list[str] | None,
        typer.Option(metavar="N", help=f"Participants of an arm, 1 to {MOST_PARTICIPANTS}."),
    ] = None,
    looks: Annotated[
        list[str] | None,
        typer.Option(metavar="N,N,..", help="When the rule is checked: 4,8,16 or continuous."),
    ] = None,
    p0: Annotated[
        str | None, typer.Option(metavar="RATE", help="Companion: acceptable rate.")
    ] = None,
    alpha: Annotated[
        str | None, typer.Option(metavar="P", help="Companion: error of ever crossing.")
    ] = None,
    arms: Annotated[
        str | None, typer.Option(metavar="N", help="Arms that get the product.")
    ] = None,
    trials: Annotated[
        str, typer.Option(metavar="N", help="Simulated arms for each rate; 0 for none.")
    ] = "100000",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page (.html).")] = None,
    params: Params = None,
    as_json: AsJson = False,
) -> None:
    """Show how often the monitoring rules would alert, for the planned design and for others.

    The first design, A, is that of the parameters. Each of --prior, --p-star, --cut, --per-arm and
    --looks can be given several times: every combination is one more design, five in all. Printed
    are the probability that an arm alerts and the participants exposed until then, by the true
    rate of stopping events: exact, and checked by simulation. --out writes a page for the
    committee, with figures and the fewest events that alert. No data of the trial are read.

    Examples: [bold]interim design --looks 4,8,16[/bold] ·
    [bold]interim design --prior 0.5,4.5 --cut 0.9 --cut 0.95 --out rules.html[/bold]
    """
    asked = Asked(prior or (), p_star or (), cut or (), per_arm or (), looks or (), p0, alpha, arms)
    try:
        trial, rules = _read_plan(params, interim)
        count = read_whole("--trials", trials, 0, MOST_TRIALS)
        _check_page(out)
        plan = plan_design(trial, rules)
        named = _simulate(build_designs(plan, asked), plan, count)
        if out is not None:
            write_page(out, named, trial, rules)
    except InterimError as error:
        if as_json:
            _print(json.dumps({"exit_code": error.exit_code, "error": str(error), "designs": []}))
        raise
    if as_json:
        content = [describe_design(one) for one in named]
        page = None if out is None else str(out)
        _print(json.dumps({"exit_code": 0, "page": page, "trials": count, "designs": content}))
        return
    from helpers.commands.design_table import print_designs

    print_designs(named)
    if out is not None:
        _print(make_plain(f"Page for the committee: {out}"))


def _read_plan(params: Path | None, interim: str | None) -> tuple[Trial, Interim]:
    folder = find_folders(params, None, None).params
    say_defaults(params=(folder, params))
    trial = load_trial(folder)
    known = list_interims(folder)
    if interim is None and not known:
        raise UsageError(f"{folder}: no interim whose rules could be design A; write one")
    return trial, load_interim(folder, interim or known[0], trial)


def _check_page(out: Path | None) -> None:
    if out is not None and out.suffix.casefold() != ".html":
        raise UsageError(f"--out: found {str(out)!r}, allowed: a file that ends in .html")


def plan_design(trial: Trial, rules: Interim) -> "Design":
    """The design that trial and interim set."""
    # late: needs the data libraries
    from helpers.displays.monitoring.design import build_design

    return build_design(trial, rules)


def _simulate(designs: "list[Design]", plan: "Design", trials: int) -> "list[Named]":
    from helpers.displays.monitoring.compare_designs import Named
    from helpers.displays.monitoring.simulated import simulate_design
    from helpers.stats.stopping.operating_characteristics import RATES

    if not trials:
        return [Named(LETTERS[i], one, one == plan) for i, one in enumerate(designs)]
    with _progress(len(designs) * len(RATES)) as advance:
        return [
            Named(LETTERS[i], one, one == plan, simulate_design(one, trials, advance), trials)
            for i, one in enumerate(designs)
        ]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, one line where there is none."""
    if not sys.stderr.isatty():
        print("interim: simulating", file=sys.stderr, flush=True)  # noqa: T201
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulated arms", total=total)
        yield lambda: bar.advance(task)


def write_page(path: Path, named: "list[Named]", trial: Trial, rules: Interim) -> None:
    """Write the page; it appears whole or not at all.

    Raises
    ------
    RunError
        If the place cannot be written.
    """
    from helpers.displays.monitoring.compare_designs import show_limits, show_rates, show_settings
    from helpers.displays.monitoring.design_figures import plot_curves, plot_limits
    from helpers.displays.monitoring.stopping_words import describe_stopping_event
    from helpers.reporting.page.design import render_design

    displays = (
        show_settings(named, describe_stopping_event(trial, rules)),
        plot_curves(named),
        show_rates(named),
        plot_limits(named),
        show_limits(named),
    )
    own = "" if named[0].planned else " with another companion or number of arms"
    lead = f"{trial.title}. {trial.study}. Design A is that of {rules.interim_label}{own}."
    made = "Made by the command interim design from the parameters of the trial; exact recursion."
    content = render_design(displays, study=trial.study, lead=lead, made=made)
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_bytes(content)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise RunError(f"{path}: cannot be written ({error.strerror})") from None


def describe_design(one: "Named") -> dict[str, object]:
    """A design with its numbers as plain values; unknown as None."""
    from helpers.displays.monitoring.simulated import describe_rates

    plan = one.design
    return {
        "name": one.label,
        "prior": list(plan.prior),
        "p_star": plan.p_star,
        "cut": plan.cut,
        "per_arm": plan.size,
        "looks": "continuous" if plan.checked is None else list(plan.checked),
        "p0": plan.p0,
        "alpha": plan.alpha,
        "arms": plan.arms,
        "alert_at": _plain_counts(plan.limits.reindex(range(1, plan.size + 1))),
        "bound": _plain_counts(plan.companion["alert_at"]),
        "rates": describe_rates(one),
    }


def _plain_counts(counts: Iterable[float]) -> list[int | None]:
    """Counts for JSON, which has no NaN: null where no number of events alerts."""
    return [None if math.isnan(count) else int(count) for count in counts]


def _print(text: str) -> None:
    print(text)  # noqa: T201 - this is the command line
