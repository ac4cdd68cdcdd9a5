"""Doses given in an arm after its alert, and participants still due one there."""

from typing import NamedTuple

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.monitoring.pause import find_met, judges_triggers
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.summary.wording import count_of
from helpers.params.trial import Arm
from helpers.view import ClosedView, View

DUE = ("NOT_DUE", "PENDING")


class Reached(NamedTuple):
    """The day on which an arm first alerted, and by what."""

    day: pd.Timestamp
    what: str


class After(NamedTuple):
    """Doses given after a day, participants who got them, participants still due one."""

    doses: int
    persons: int
    due: int

    def say(self, arm: Arm) -> str:
        """The three counts in words."""
        way = " by this route" if arm.route is not None else ""
        to = f"{way} to {count_of(self.persons, 'participant')}" if self.doses else way
        verb = "are" if self.due > 1 else "is"
        return (
            f"{count_of(self.doses, 'dose')} given{to}; {count_of(self.due, 'participant')} "
            f"randomised to {arm.label} {verb} still due a dose."
        )


def describe_after_alert(view: View) -> tuple[str, list[Result]]:
    """One sentence on each arm that has alerted; empty without an alert, and for open readers."""
    if not isinstance(view, ClosedView) or not view.has("adex"):
        return "", []
    said: list[str] = []
    results: list[Result] = []
    for arm in view.trial.active_arms:
        reached = find_reached(view, arm)
        if reached is None:
            continue
        after = count_after(view, arm, reached.day)
        results += list_results(arm, after)
        said.append(
            f"In {arm.label} after {reached.what} on {state_date(reached.day)}: {after.say(arm)}"
        )
    return " ".join(said), results


def list_results(arm: Arm, after: After) -> list[Result]:
    """The counts of one arm: doses as treated, participants still due one as randomised."""
    treated = Key("SAF", arm.label, "AFTER_ALERT", "", "DOSES")
    randomised = Key("ITT", arm.label, "AFTER_ALERT", "", "STILL_DUE")
    return [
        *rows_of(treated, {"events": after.doses, "n": after.persons}),
        *rows_of(randomised, {"n": after.due}),
    ]


def find_reached(view: ClosedView, arm: Arm) -> Reached | None:
    """First day of an alert of the stopping rule or of an immediate trigger, answered or not."""
    days: list[Reached] = []
    if view.has("adstop"):
        alert = monitor_arm(view, arm).first
        if alert is not None:
            days.append(Reached(alert.day, "the stopping rule first alerted"))
    if judges_triggers(view):
        days += [
            Reached(records.loc[records["METFL"] == "Y", "ADT"].min(), "the first trigger was met")
            for records in (met.records for met in find_met(view) if met.arm == arm.code)
        ]
    return min((one for one in days if pd.notna(one.day)), default=None)


def count_after(view: ClosedView, arm: Arm, day: pd.Timestamp) -> After:
    """Doses given by the way of an arm after a day, who got them, and who is still due one.

    A dose counts where it was given, whatever the first one was: the alert is about that way. One
    whose route is not recorded counts with the arm of its participant. Those still due a dose are
    counted where they were randomised: who has had none yet has no treatment.
    """
    persons = view.population("ITT")
    given = view.flagged("adex", "GIVENFL")
    given = given[given["USUBJID"].isin(persons["USUBJID"]) & _is_of_arm(given, view, arm)]
    given = given[given["ASTDTM"].dt.normalize() > day]
    own = persons[persons["TRT01P"] == arm.code]
    doses = range(1, view.trial.doses.planned + 1)
    due = {subject for dose in doses for subject in find_due(own, dose)}
    return After(len(given), int(given["USUBJID"].nunique()), len(due))


def find_due(persons: pd.DataFrame, dose: int) -> list[str]:
    """USUBJID of who may still get a dose; who completed the study without it will not."""
    if f"D{dose}STAT" not in persons:
        return []
    due = persons[f"D{dose}STAT"].isin(DUE)
    if "EOSSTT" in persons:
        due &= persons["EOSSTT"] != "COMPLETED"
    return list(persons.loc[due, "USUBJID"])


def _is_of_arm(given: pd.DataFrame, view: ClosedView, arm: Arm) -> pd.Series:
    """Whether doses were given by the route of an arm; without a route, to its participants."""
    persons = view.population("ITT")
    treated = given["USUBJID"].isin(persons.loc[persons["TRT01A"] == arm.code, "USUBJID"])
    routes = {other.route for other in view.trial.active_arms}
    if arm.route is None or "ROUTE" not in given:
        return treated
    known = given["ROUTE"].isin(routes)
    return pd.Series((given["ROUTE"] == arm.route).where(known, treated), dtype=bool)
