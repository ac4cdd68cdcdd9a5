"""One release: a published folder checked, scanned, written down and packed, or nothing at all."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import UsageError
from helpers.params.trial import Trial
from helpers.reporting.blinding.leak_scan import check_leaks
from helpers.reporting.blinding.places import check_place
from helpers.reporting.publishing.publish import locked
from helpers.reporting.publishing.state import LEDGER, release_lock_path
from helpers.reporting.releasing.archive import build_archive
from helpers.reporting.releasing.folder import (
    Published,
    check_trial_file,
    read_published_folder,
)
from helpers.reporting.releasing.handing_out import check_unused, hand_out, stage_file
from helpers.reporting.releasing.ledger import build_line, written_down


@dataclass(frozen=True)
class Release:
    """A call: which folder is handed out, where to, by whom and when.

    `params`: the parameter folder, whose trial.yaml has to be the one of the report.
    """

    folder: Path
    to: Path
    by: str
    when: dt.datetime
    params: Path | None = None


@dataclass(frozen=True)
class Released:
    """What was handed out: the file, the ledger, and the ledger's line."""

    path: Path
    ledger: Path
    line: Mapping[str, Any]


def release_folder(release: Release, trial: Trial) -> Released:
    """Hand out a published folder as one file; a second call for the same waits for the first.

    Raises
    ------
    UsageError
        If the folder holds no published report or one of other parameters, or the file exists.
    RunError
        If the folder was edited, a leak is found, or something cannot be written.
    """
    published = read_published_folder(release.folder)
    check_trial(published, trial)
    if release.params is not None:
        check_trial_file(published, release.params)
    archive = build_archive(published)
    target = release.to.resolve() / f"{archive.name}.zip"
    check_place(target.parent, closed=published.closed, what="a release")
    check_leaks({target.name: archive.content}, trial, published.audience)
    line = build_line(published, archive, by=release.by, when=release.when)
    ledger = published.out / LEDGER
    with locked(release_lock_path(published.out)):
        check_unused(target)
        staging = stage_file(target, archive.content, closed=published.closed)
        with staging as staged, written_down(ledger, line):
            hand_out(staged, target)
    return Released(target, ledger, line)


def check_trial(published: Published, trial: Trial) -> None:
    """Stop where the parameters are those of another trial: its words would not be looked for.

    Raises
    ------
    UsageError
        Naming both.
    """
    study = published.manifest["study"]
    if study != trial.study:
        raise UsageError(
            f"the report is of study {study}, trial.yaml says {trial.study}; give the parameters "
            "that it was made with: --params DIR"
        )
