"""Trigger dates of the interims from an export: reached or not, when, how many are lacking."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.datasets.anchor import build_doses
from helpers.datasets.schedule_records import read_schedule_records, take_snapshot
from helpers.datasets.trigger import (
    count_on,
    count_persons,
    find_final_spans,
    find_first_day,
    find_spans,
)
from helpers.errors import NotReachedError, UsageError
from helpers.intake.records import Records
from helpers.params import list_interims, load_interim
from helpers.params.interim import Interim, Trigger
from helpers.params.trial import Trial

COLUMNS = (
    "interim", "label", "condition", "reached", "date", "needed", "counted", "lacking",
    "randomised", "pipeline", "all_doses",
)  # fmt: skip


@dataclass(frozen=True)
class Reached:
    """What an export says of one trigger.

    `date` is None while it is not reached; then the numbers are those at the end of the export.
    `lacking` participants must still come to count. `randomised` had entered by then, of whom
    `pipeline` do not count yet and `all_doses` had every planned dose.
    """

    date: pd.Timestamp | None
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


def find_trigger_date(data: Path, params: Path, trial: Trial, interim: Interim) -> pd.Timestamp:
    """Cut-off of an interim: the first day on which its trigger holds.

    Reads allocation and doses, whatever the audience of the report: the day is decided before it.

    Raises
    ------
    UsageError
        If the interim has no trigger.
    ExportError
        If the export cannot be used.
    NotReachedError
        If the trigger is not reached in it, with the number lacking.
    """
    if interim.trigger is None:
        raise UsageError(f"{interim.interim_id}: no trigger is given; write a date as its cutoff")
    records = read_schedule_records(data, params, trial)
    found = find_reached(take_snapshot(records, interim), trial, interim.trigger)
    if found.date is None:
        raise NotReachedError(
            f"{interim.interim_id}: its trigger is not reached in {data}: "
            f"{describe_trigger(interim.trigger)}; {found.counted} of {found.needed} participants "
            f"count by {_last_day(records):%Y-%m-%d}, {found.lacking} lacking. "
            f"Wait for a later export, or write a date as its cutoff"
        )
    return found.date


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
    numbers = dict.fromkeys(COLUMNS[5:], "Int64")
    return table.astype({**numbers, "date": "datetime64[s]", "reached": object}).assign(
        reached=table["reached"].where(table["reached"].notna(), None)
    )


def find_reached(records: Records, trial: Trial, trigger: Trigger) -> Reached:
    """What these records, up to the moment of their export, say of a trigger.

    A trigger that waits for a form also holds once nobody is left in whom it can still come.
    """
    spans = find_spans(records, trial, trigger)
    everybody = count_persons(records, trial)
    needed = everybody if trigger.persons == "all" else trigger.persons
    days = [find_first_day(spans, needed)]
    if trigger.kind == "form_received":
        days.append(find_first_day(find_final_spans(records, trial, trigger), everybody))
    last = _last_day(records)
    reached = [day for day in days if day is not None and day <= last]
    date = min(reached, default=None)
    moment = last if date is None else date
    return Reached(
        date=date,
        needed=needed,
        counted=count_on(spans, moment),
        randomised=count_persons(records, trial, moment),
        all_doses=_count_all_doses(records, trial, moment),
    )


def describe_trigger(trigger: Trigger) -> str:
    """The condition in words."""
    who = "all randomised" if trigger.persons == "all" else f"{trigger.persons} randomised"
    if trigger.kind == "days_after_anchor":
        return f"{who} at least {trigger.days} days after their first day"
    if trigger.kind == "visit_and_dose":
        return (
            f"{who} with {trigger.visit} done and, where doses are planned, "
            f"{trigger.days} days after dose {trigger.dose}"
        )
    if trigger.kind == "form_received":
        return f"{who} with form {trigger.form} of {trigger.visit} received, or nobody left"
    return f"{who} with {trigger.visit} received, missed, left or dead"


def _last_day(records: Records) -> pd.Timestamp:
    return records.extract.normalize()


def _count_all_doses(records: Records, trial: Trial, day: pd.Timestamp) -> int:
    doses = build_doses(records)
    by_then = doses[doses["ASTDTM"].dt.normalize() <= day]
    return int((by_then.groupby("SUBJID").size() >= trial.doses.planned).sum())
