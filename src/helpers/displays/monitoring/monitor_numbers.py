"""The monitor of each arm with its limits, and its numbers as result rows."""

from dataclasses import dataclass

from helpers.displays.accrual.plan import is_over
from helpers.displays.monitoring.after_alert import find_due
from helpers.displays.monitoring.limits import Limits, build_limits
from helpers.displays.monitoring.states import STATES
from helpers.displays.monitoring.stopping import (
    ArmMonitor,
    Crossed,
    find_companion,
    monitor_arm,
    read_rule,
)
from helpers.displays.results import Key, Result, rows_of
from helpers.params.trial import Arm
from helpers.stats.stopping import predictive_probability
from helpers.view import ClosedView

MONITOR = "STOPPING"


@dataclass(frozen=True)
class Monitored:
    """One arm: its monitor, the limits, when the companion crossed, the predicted alert."""

    arm: Arm
    found: ArmMonitor
    limits: Limits
    crossed: Crossed | None
    predicted: float

    @property
    def word(self) -> str:
        """State of the rule in words; an alert stays until the committee has answered it."""
        return STATES["ALERT" if self.found.open_alert else self.found.state][1]


def read_arms(view: ClosedView) -> list[Monitored]:
    """Monitors of the arms that get the product, in their order."""
    return [read_arm(view, arm) for arm in view.trial.active_arms]


def read_arm(view: ClosedView, arm: Arm) -> Monitored:
    """Monitor of one arm as treated."""
    found = monitor_arm(view, arm)
    limits = build_limits(view, found.now.evaluable)
    crossed = find_companion(view, arm, limits.companion)
    to_come = count_to_come(view, arm, found, limits)
    return Monitored(arm, found, limits, crossed, predict_alert(view, found, limits, to_come))


def count_to_come(view: ClosedView, arm: Arm, found: ArmMonitor, limits: Limits) -> int:
    """Participants of an arm who may still become evaluable.

    Up to the planned size while the trial recruits; after that those dosed and not yet evaluable,
    and those who wait for their first dose.
    """
    if not is_over(view):
        return limits.last - found.now.evaluable
    persons = view.population("ITT")
    if "D1STAT" not in persons:
        return found.waiting
    return found.waiting + len(find_due(persons[persons["TRT01P"] == arm.code], 1))


def predict_alert(view: ClosedView, found: ArmMonitor, limits: Limits, to_come: int) -> float:
    """Probability that the rule alerts by the last participant who may become evaluable."""
    if found.state == "ALERT":
        return 1.0
    rule, last = read_rule(view.interim.stop), found.now.evaluable + to_come
    looks = None if rule.looks is None else [n for n in rule.looks if n <= last]
    if looks == [] or not to_come:
        return 0.0
    return predictive_probability(
        found.now.events,
        found.now.evaluable,
        limits.bayesian[1 : last + 1],
        prior=rule.prior,
        looks=looks,
    )


def list_numbers(one: Monitored) -> list[Result]:
    """The numbers of T-S-23 of one arm."""
    key, now = Key("SAF", one.arm.label, MONITOR), one.found.now
    names = ("events", "evaluable", "posterior_mean", "lower", "upper", "prob_above", "alert_at")
    numbers = {name: float(getattr(now, name)) for name in names}
    results = rows_of(key, numbers, now.method)
    bound = float(one.limits.companion[now.evaluable])
    results.append(Result(key, "bound", bound, "pocock"))
    for category, value in (("ONE_MORE", now.alert_at_next), ("TWO_MORE", now.alert_at_second)):
        results.append(Result(key._replace(category=category), "alert_at", value, now.method))
    results.append(Result(key._replace(category="NOT_EVALUABLE"), "n", float(one.found.waiting)))
    predicted = Result(key._replace(category="PREDICTED"), "prob_alert", one.predicted, now.method)
    results.append(predicted)
    if one.found.first:
        events, evaluable = one.found.first.counts
        place = key._replace(category="FIRST_ALERT")
        results += rows_of(place, {"events": events, "evaluable": evaluable})
    if one.found.later:
        events, evaluable = one.found.later.alert.counts
        place = key._replace(category="LAST_ALERT")
        results += rows_of(place, {"events": events, "evaluable": evaluable})
    return results
