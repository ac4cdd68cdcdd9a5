"""What the monitoring committee recommended and what was answered: `committee.yaml`, optional.

The statistician keeps it beside the files of the interims. It is read for closed reports only.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from helpers.errors import UsageError
from helpers.params.base import Codes, Params
from helpers.params.interim import Interim
from helpers.params.loading import (
    COMMITTEE_FILE,
    check_model,
    list_interims,
    load_interim,
    nearest,
    read_yaml,
)
from helpers.params.trial import Trial

Recommended = Literal[
    "continue_unchanged", "continue_with_changes", "pause_arm", "stop_arm", "stop_trial"
]


class Version(Params):
    """A version of a document, and the day from which it holds."""

    version: str
    date: dt.date


class Answer(Params):
    """What the sponsor answered to a recommendation."""

    date: dt.date
    text: str


class Recommendation(Params):
    """What the committee recommended after the report of an interim.

    `interim` is the name of its file. `closes_alerts` are the arms whose alerts, as they stood in
    that report, the recommendation answers.
    """

    interim: str
    date: dt.date
    recommendation: Recommended
    arms: Codes = ()
    text: str = ""
    answer: Answer | None = None
    closes_alerts: Codes = ()

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        if self.answer is not None and self.answer.date < self.date:
            raise ValueError(
                f"answer.date: found {self.answer.date}, allowed: the day of the recommendation "
                f"({self.date}) or later"
            )
        if self.recommendation in ("pause_arm", "stop_arm") and not self.arms:
            raise ValueError(f"arms: missing; {self.recommendation} says of which")
        return self


class Unmasking(Params):
    """Who learned which letter is which arm, when, why, and of which masked report.

    `interim` is the name of its file, `seal` that of its manifest.
    """

    interim: str
    date: dt.date
    by: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    seal: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


Versions = Annotated[tuple[Version, ...], Field(strict=False)]


class Committee(Params):
    """Versions of protocol and charter, recommendations and unmaskings, by their dates."""

    protocol: Versions = ()
    charter: Versions = ()
    recommendations: Annotated[tuple[Recommendation, ...], Field(strict=False)] = ()
    unmaskings: Annotated[tuple[Unmasking, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        for key in ("protocol", "charter", "recommendations", "unmaskings"):
            dates = [entry.date for entry in getattr(self, key)]
            if dates != sorted(dates):
                raise ValueError(f"{key}: not in the order of their dates")
        return self

    def known_to(self, interim: Interim, interims: Mapping[str, Interim]) -> "Committee":
        """What the report of an interim may tell: recommendations on reports before it, unmaskings.

        Each names that report by the short name of its interim. Of protocol and charter, the
        versions that hold by the cut-off; all where that follows from a trigger.
        """
        last = interim.cutoff if isinstance(interim.cutoff, dt.date) else dt.date.max
        return Committee(
            protocol=tuple(version for version in self.protocol if version.date <= last),
            charter=tuple(version for version in self.charter if version.date <= last),
            recommendations=tuple(
                entry.model_copy(update={"interim": interims[entry.interim].interim_id})
                for entry in self.recommendations
                if interims[entry.interim].sequence < interim.sequence
            ),
            unmaskings=tuple(
                entry.model_copy(update={"interim": interims[entry.interim].interim_id})
                for entry in self.unmaskings
                if interims[entry.interim].sequence < interim.sequence
            ),
        )


def read_committee(folder: Path, trial: Trial, interim: Interim) -> Committee | None:
    """What the closed report of an interim may tell of the committee's file; None without one.

    Raises
    ------
    UsageError
        For an unknown key, interim or arm, a wrong type, or dates that cannot be.
    """
    path = folder / COMMITTEE_FILE
    committee = read_whole(folder)
    if committee is None:
        return None
    interims = {name: load_interim(folder, name, trial) for name in list_interims(folder)}
    for number, entry in enumerate(committee.recommendations):
        _check_entry(entry, trial, interims, f"{path}: recommendations.{number}")
    for number, unmasking in enumerate(committee.unmaskings):
        _check_dated(unmasking, interims, f"{path}: unmaskings.{number}")
    return committee.known_to(interim, interims)


def read_whole(folder: Path) -> Committee | None:
    """The committee's file as it is; None without one.

    Raises
    ------
    UsageError
        For an unknown key, a wrong type, or dates out of order.
    """
    path = folder / COMMITTEE_FILE
    return check_model(Committee, read_yaml(path), path) if path.is_file() else None


def digest_committee(folder: Path, trial: Trial, interim: Interim) -> str:
    """SHA-256 of what the closed report of an interim tells of the file; empty without one.

    Of the part that is told, not of the file: an answer to a later report makes no earlier one old.
    """
    committee = read_committee(folder, trial, interim)
    if committee is None:
        return ""
    return hashlib.sha256(committee.model_dump_json().encode()).hexdigest()


def _check_entry(
    entry: Recommendation, trial: Trial, interims: Mapping[str, Interim], where: str
) -> None:
    _check_dated(entry, interims, where)
    active = [arm.code for arm in trial.active_arms]
    for code in entry.arms:
        _check_known(f"{where}.arms", code, [arm.code for arm in trial.arms])
    for code in entry.closes_alerts:
        _check_known(f"{where}.closes_alerts", code, active)


def _check_dated(
    entry: Recommendation | Unmasking, interims: Mapping[str, Interim], where: str
) -> None:
    """An entry names an interim, and is not of a day before its cut-off."""
    _check_known(f"{where}.interim", entry.interim, list(interims))
    cutoff = interims[entry.interim].cutoff
    if isinstance(cutoff, dt.date):
        check_day(entry, cutoff, where)


def check_day(entry: Recommendation | Unmasking, cutoff: dt.date, where: str) -> None:
    """An entry on a report is not of a day before its cut-off.

    Raises
    ------
    UsageError
        Naming the entry.
    """
    if entry.date < cutoff:
        raise UsageError(
            f"{where}.date: found {entry.date}, allowed: the cut-off of {entry.interim} "
            f"({cutoff}) or later"
        )


def _check_known(where: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise UsageError(
            f"{where}: found {name!r}, allowed: {', '.join(known)}{nearest(name, known)}"
        )
