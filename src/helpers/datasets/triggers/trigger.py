"""When each participant comes to count for the trigger of an interim, and when enough do.

A trigger is reached on the first day on which its condition holds. Instead of trying days, the day
is found from which each participant counts; the trigger is then an order statistic. A participant
who has not been dosed yet is anchored at randomisation, and at the dose from then on: such a
participant can count, stop counting on the day of the dose, and count again.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.datasets.subjects.anchor import build_anchor, build_doses
from helpers.datasets.triggers.trigger_events import (
    DAY,
    find_completed,
    find_dose_resolved,
    find_first,
    find_form_states,
    find_last,
    find_left,
    find_visit_done,
)
from helpers.intake.records import Records
from helpers.params.interim import Trigger
from helpers.params.trial import Trial

Moments = Callable[[pd.DataFrame], pd.Series]


def find_spans(records: Records, trial: Trial, trigger: Trigger) -> pd.DataFrame:
    """Days on which each randomised participant counts: SUBJID, FROM, UNTIL (NaT: for good).

    Parameters
    ----------
    records : usable records of the whole export, before any data cut.
    """
    persons = build_anchor(records, trial).set_index("SUBJID", drop=False)
    return _span(persons, _choose(records, trial, trigger))


def find_final_spans(records: Records, trial: Trial, trigger: Trigger) -> pd.DataFrame:
    """As `find_spans`, for participants in whom the form of the trigger cannot come any more.

    Received forms count too: nobody who is final can change the number of forms.
    """
    persons = build_anchor(records, trial).set_index("SUBJID", drop=False)

    def final(regime: pd.DataFrame) -> pd.Series:
        return find_form_states(records, regime, trial, str(trigger.visit), trigger.form)["FINAL"]

    return _span(persons, final)


def find_first_day(spans: pd.DataFrame, needed: int) -> pd.Timestamp | None:
    """First day on which `needed` participants count at once; None where there is none."""
    counts = count_by_day(spans)
    enough = counts.index[counts >= needed]
    return None if needed <= 0 or enough.empty else enough[0]


def count_by_day(spans: pd.DataFrame) -> pd.Series:
    """Participants who count, by the days on which the number changes."""
    begins = spans["FROM"].value_counts()
    ends = (spans["UNTIL"] + DAY).value_counts()
    return begins.sub(ends, fill_value=0).sort_index().cumsum().astype("int64")


def count_on(spans: pd.DataFrame, day: pd.Timestamp) -> int:
    """Participants who count on a day."""
    inside = (spans["FROM"] <= day) & ~(spans["UNTIL"] < day)
    return int(inside.sum())


def _span(persons: pd.DataFrame, moments: Moments) -> pd.DataFrame:
    """Spans of both regimes: before the first dose, and from it on."""
    dosed = persons["TRTSDTM"].notna()
    nothing = persons["TRTSDTM"].mask(dosed)
    waiting = persons.assign(ANCHORDT=persons["RANDDT"], TRTSDTM=nothing, TRT2DTM=nothing, DOSES=0)
    first = persons["TRTSDTM"].dt.normalize()
    before = _not_before(moments(waiting), persons["RANDDT"])
    after = _not_before(moments(persons), persons["RANDDT"])
    early = pd.DataFrame({"FROM": before, "UNTIL": (first - DAY).where(dosed)})
    early = early[before.notna() & ~(before >= first)]
    late = pd.DataFrame({"FROM": after.where(~(after < first), first), "UNTIL": nothing})
    late = late[dosed & after.notna()]
    return pd.concat([early, late]).rename_axis("SUBJID").reset_index()


def _not_before(moment: pd.Series, start: pd.Series) -> pd.Series:
    return moment.where(~(moment < start), start).astype("datetime64[s]")


def _choose(records: Records, trial: Trial, trigger: Trigger) -> Moments:
    """From participants as they stand in one regime to the day from which each counts."""
    if trigger.kind == "days_after_anchor":
        return lambda regime: find_first(
            regime["ANCHORDT"] + trigger.days * DAY,
            find_left(records, regime),
            find_completed(records, regime),
        )
    if trigger.kind == "visit_and_dose":
        return lambda regime: _find_visit_and_dose(records, regime, trial, trigger)
    if trigger.kind == "form_received":
        return lambda regime: find_form_states(
            records, regime, trial, str(trigger.visit), trigger.form
        )["RECEIVED"]
    return lambda regime: find_form_states(records, regime, trial, str(trigger.visit), None)[
        "FINAL"
    ]


def _find_visit_and_dose(
    records: Records, regime: pd.DataFrame, trial: Trial, trigger: Trigger
) -> pd.Series:
    """Visit done or missed, and dose given long enough ago or cancelled; or has left."""
    visit = find_visit_done(records, regime, trial, str(trigger.visit))
    given = build_doses(records)
    given = given[given["SUBJID"].isin(regime.index[regime["DOSES"] > 0])]
    dose = find_dose_resolved(records, regime, given, trial, trigger.dose or 1, trigger.days)
    ended = find_left(records, regime), find_completed(records, regime)
    return find_first(find_last(visit, dose), *ended)


def count_persons(records: Records, trial: Trial, day: pd.Timestamp | None = None) -> int:
    """Randomised participants, by a day where one is given."""
    randomised = build_anchor(records, trial)["RANDDT"]
    return int(np.sum(randomised <= day)) if day is not None else len(randomised)
