"""`interim unmask`: which letter of a masked report is which arm, once that is written down."""

import datetime as dt
import hmac
from pathlib import Path
from typing import Annotated

import typer

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.plain_text import make_plain
from helpers.errors import RunError, UsageError
from helpers.masking.key import find_key
from helpers.masking.labels import draw_labels, seal_labels
from helpers.params import Trial, load_interim, load_trial
from helpers.params.committee import Unmasking, check_day, read_whole
from helpers.params.loading import COMMITTEE_FILE

AHEAD = dt.timedelta(hours=14)  # of the first place on earth where a day begins


def unmask(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Masked report: reports/ia3/closed_masked."),
    ],
    params: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Parameters that it was made with (params/)."),
    ] = None,
    mask_key: Annotated[
        str,
        typer.Option(
            metavar="REF",
            help="Where the secret behind its letters stands: env:NAME or file:PATH "
            "(mask_key_ref of the interim, else env:INTERIM_MASK_KEY, if set).",
        ),
    ] = "",
) -> None:
    """Say which letter of a masked report is which arm.

    Who learns it, when and why goes first into `unmaskings` of committee.yaml beside the
    parameters; without such an entry for this report nothing is said but what to write there. The
    letters are computed again from the key and held against the seal of the report. With
    mask_scope: interim they are those of this interim alone. The next closed report that names the
    arms tells of it on its title page. Each call that tells letters leaves a line in
    unmaskings.jsonl beside the reports.

    Example: [bold]interim unmask reports/ia3/closed_masked --mask-key file:key[/bold]
    """
    chosen = find_folders(params, None, None).params
    say_defaults(params=(chosen, params))
    for line in describe_letters(folder, chosen, mask_key):
        print(make_plain(line))  # noqa: T201 - this is the command line


def describe_letters(folder: Path, params: Path, reference: str) -> list[str]:
    """One line per letter of a masked report, once the call is written down beside the reports.

    Raises
    ------
    UsageError
        If it is no masked report or one of other parameters, the key cannot be used, or nobody has
        written down who asks, or of a day that cannot be.
    RunError
        If the report was changed, its seal is not that of the key, or no line can be written.
    """
    # late: needs the libraries of pages
    from helpers.reporting.publishing.seal import LABELS, MASKED
    from helpers.reporting.releasing.folder import check_trial_file, read_published_folder
    from helpers.reporting.releasing.unmaskings import write_down

    published = read_published_folder(folder)
    if published.audience != MASKED:
        raise UsageError(f"{folder}: is a report for {published.audience} readers, without letters")
    check_trial_file(published, params)
    trial, said = load_trial(params), published.manifest[LABELS]
    named = reference or load_interim(params, published.interim, trial).mask_key_ref or ""
    key = find_key(named, synthetic=bool(said["note"]))
    drawn = trial.name_draw(published.manifest["interim"])
    labels = draw_labels(key, trial.study, [arm.code for arm in trial.arms], drawn)
    if not hmac.compare_digest(seal_labels(key, labels, drawn), said["seal"]):
        raise RunError(f"{folder}: its seal is not that of this key; its letters are not known")
    now = dt.datetime.now(dt.UTC)
    entry = _find_written(params, published.interim, said["seal"], now)
    check_day(entry, dt.date.fromisoformat(published.manifest["cutoff"]), _name_entry(params))
    write_down(published, entry, now)
    where = f"{drawn}: " if drawn else ""
    return [f"{where}{letter} is {_name_arm(trial, code)}" for code, letter in _by_letter(labels)]


def _by_letter(labels: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(labels.items(), key=lambda pair: pair[1])


def _name_arm(trial: Trial, code: str) -> str:
    arm = trial.arm(code)
    return f"{arm.label} ({arm.name})"


def _find_written(params: Path, interim: str, seal: str, now: dt.datetime) -> Unmasking:
    """The last entry of the committee's file that says who unmasks this report, and why."""
    committee = read_whole(params)
    entries = () if committee is None else committee.unmaskings
    own = [entry for entry in entries if (entry.interim, entry.seal) == (interim, seal)]
    if not own:
        raise UsageError(
            f"{params / COMMITTEE_FILE}: no entry in `unmaskings` for this report; write who "
            "learns its letters and why, and call again: unmaskings: "
            f"[{{interim: {interim}, date: {now.date()}, by: NAME, why: REASON, seal: {seal}}}]"
        )
    latest = (now + AHEAD).date()
    if own[-1].date > latest:
        raise UsageError(
            f"{_name_entry(params)}.date: found {own[-1].date}, allowed: a day that has come"
        )
    return own[-1]


def _name_entry(params: Path) -> str:
    return f"{params / COMMITTEE_FILE}: unmaskings"
