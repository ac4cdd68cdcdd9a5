"""Trigger dates of the interims from an export: reached or not, when, how many are lacking."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.datasets.subjects.anchor import build_doses
from helpers.datasets.triggers.schedule_records import read_schedule_records, take_snapshot
from helpers.datasets.triggers.trigger import (
    count_on,
    count_persons,
    find_final_spans,
    find_first_day,
    find_spans,
)
from helpers.errors import ExportError, NotReachedError, UsageError
from helpers.intake.records import Records
from helpers.params import list_interims, load_interim
from helpers.params.interim import Interim, Trigger
from helpers.params.trial import Trial

COLUMNS = (
    "interim", "label", "condition", "reached", "date", "cutoff", "due", "needed", "counted",
    "lacking", "randomised", "pipeline", "all_doses",
)  # fmt: skip
NUMBERS = ("needed", "counted", "lacking", "randomised", "pipeline", "all_doses")


@dataclass(frozen=True)
class Reached:
    """What an export says of one trigger.

    `date` is None while it is not reached; then the numbers are those at the end of the export.
    `lacking` participants must still come to count. `randomised` had entered by then, of whom
    `pipeline` do not count yet and `all_doses` had every planned dose. `last` is the last day of
    the export.
    """

    date: pd.Timestamp | None
    last: pd.Timestamp
    needed: int
    counted: int
    randomised: int
    all_doses: int

    @property
    def lacking(self) -> int:
        """Participants still needed; 0 once the trigger is reached."""
        return 0 if self.date is not None else max(self.needed - self.counted, 1)

    @property
    def pipeline(self) -> int:
        """Participants who had entered and did not count yet."""
        return self.randomised - self.counted

    @property
    def cutoff(self) -> pd.Timestamp | None:
        """Last day of the month in which the trigger is reached.

        The day itself is the day of a dose plus a number that everybody knows: beside the days of
        randomisation it would tell who was dosed.
        """
        return None if self.date is None else self.date + pd.offsets.MonthEnd(0)

    @property
    def due(self) -> bool:
        """Whether the export goes to the cut-off."""
        return self.cutoff is not None and self.cutoff <= self.last


def find_trigger_cutoff(
    data: Path, params: Path, trial: Trial, interim: Interim, *, closed: bool
) -> pd.Timestamp:
    """Cut-off of an interim: the last day of the month in which its trigger is reached.

    Reads allocation and doses, whatever the audience of the report: the day is decided before it.
    What goes wrong is told in full to closed readers only: counts that step on the day of a dose,
    or a line of a restricted file, say who was dosed when.

    Raises
    ------
    UsageError
        If the interim has no trigger.
    ExportError
        If the export cannot be used.
    NotReachedError
        If the trigger is not reached in it, or the month is not over.
    """
    name = interim.interim_id
    if interim.trigger is None:
        raise UsageError(f"{name}: no trigger is given; write a date as its cutoff")
    try:
        records = read_schedule_records(data, params, trial)
    except ExportError:
        if closed:
            raise
        raise ExportError(f"{name}: {UNREADABLE}") from None
    found = find_reached(take_snapshot(records, interim), trial, interim.trigger)
    if found.cutoff is not None and found.due:
        return found.cutoff
    words = explain_wait(found, interim.trigger) if closed else NOT_DUE
    raise NotReachedError(
        f"{name}: {words}. Wait for a later export, or write a date as its cutoff"
    )


NOT_DUE = "not due: its trigger is not reached in this export, or the month is not over in it"
UNREADABLE = (
    "its cut-off cannot be found in this export; `interim schedule` says why to those who may "
    "see allocation and doses. Or write a date as its cutoff"
)


def explain_wait(found: Reached, trigger: Trigger) -> str:
    """Why an interim is not due, for closed readers."""
    if found.cutoff is not None:
        return (
            f"not due: its trigger is reached, its cut-off is the end of that month, "
            f"{found.cutoff:%Y-%m-%d}, and the export ends on {found.last:%Y-%m-%d}"
        )
    return (
        f"not due: its trigger is not reached: {describe_trigger(trigger)}; {found.counted} of "
        f"{found.needed} participants count by {found.last:%Y-%m-%d}, {found.lacking} lacking"
    )


def build_schedule(data: Path, params: Path, trial: Trial) -> pd.DataFrame:
    """One row per interim of the trial, in order: `COLUMNS`.

    `reached` is None for an interim without a trigger; counts are then empty.

    Raises
    ------
    ExportError
        If the export cannot be used.
    UsageError
        If an interim's parameters are faulty.
    """
    records = read_schedule_records(data, params, trial)
    rows = []
    for name in list_interims(params):
        interim = load_interim(params, name, trial)
        row: dict[str, object] = {"interim": name, "label": interim.interim_id}
        if interim.trigger is not None:
            found = find_reached(take_snapshot(records, interim), trial, interim.trigger)
            row |= {name: getattr(found, name) for name in COLUMNS[4:]}
            row |= {"condition": describe_trigger(interim.trigger)}
            row |= {"reached": found.date is not None}
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    days = dict.fromkeys(("date", "cutoff"), "datetime64[s]")
    known = {
        name: table[name].astype(object).where(table[name].notna(), None)
        for name in ("reached", "due")
    }
    return table.astype({**days, **dict.fromkeys(NUMBERS, "Int64")}).assign(**known)


def find_reached(records: Records, trial: Trial, trigger: Trigger) -> Reached:
    """What these records, up to the moment of their export, say of a trigger.

    A trigger that waits for a form also holds once nobody is left in whom it can still come. That,
    and what all must fulfil, holds only once the planned number is randomised: before, somebody is
    always still to come.
    """
    spans = find_spans(records, trial, trigger)
    everybody = max(count_persons(records, trial), trial.accrual.planned)
    needed = everybody if trigger.persons == "all" else trigger.persons
    days = [find_first_day(spans, needed)]
    if trigger.kind == "form_received":
        days.append(find_first_day(find_final_spans(records, trial, trigger), everybody))
    last = records.extract.normalize()
    reached = [day for day in days if day is not None and day <= last]
    date = min(reached, default=None)
    moment = last if date is None else date
    return Reached(
        date=date,
        last=last,
        needed=needed,
        counted=count_on(spans, moment),
        randomised=count_persons(records, trial, moment),
        all_doses=_count_all_doses(records, trial, moment),
    )


def describe_trigger(trigger: Trigger) -> str:
    """The condition in words."""
    who = "all planned" if trigger.persons == "all" else f"{trigger.persons} randomised"
    if trigger.kind == "days_after_anchor":
        return f"{who} at least {trigger.days} days after their first day"
    if trigger.kind == "visit_and_dose":
        return (
            f"{who} with {trigger.visit} done and, where doses are planned, "
            f"{trigger.days} days after dose {trigger.dose}"
        )
    if trigger.kind == "form_received":
        return f"{who} with form {trigger.form} of {trigger.visit} received, or nobody left who can"
    return f"{who} with {trigger.visit} received, missed, left or dead"


def _count_all_doses(records: Records, trial: Trial, day: pd.Timestamp) -> int:
    doses = build_doses(records)
    by_then = doses[doses["ASTDTM"].dt.normalize() <= day]
    return int((by_then.groupby("SUBJID").size() >= trial.doses.planned).sum())
