"""The path of a stopping monitor: its counts after every change, and where the rule alerted.

Source: the rules of `monitor` by date; docs/monitoring.md.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.stats.stopping.monitor import (
    PosteriorMonitor,
    Prior,
    posterior_monitor,
    stopping_boundary,
)


@dataclass(frozen=True)
class StoppingRule:
    """A Bayesian stopping rule and when it is checked.

    ``prior``, ``p_star`` and ``cut`` are those of ``posterior_monitor``; ``looks`` the numbers of
    evaluable participants at which the rule is checked, once each, when that number is reached.
    Without ``looks`` it is checked after every change.
    """

    prior: Prior = (0.3, 1.7)
    p_star: float = 0.15
    cut: float = 0.9
    looks: tuple[int, ...] | None = None

    def monitor(self, events: int, evaluable: int) -> PosteriorMonitor:
        """Describe the posterior of these counts."""
        return posterior_monitor(
            events, evaluable, prior=self.prior, p_star=self.p_star, cut=self.cut
        )

    def boundary(self, n_max: int) -> np.ndarray:
        """Return the smallest counts that alert among 0 to ``n_max``; null where none does."""
        counts = stopping_boundary(n_max, prior=self.prior, p_star=self.p_star, cut=self.cut)
        return np.concatenate([[np.nan], counts["alert_at"].to_numpy()])


def build_path(evaluable: pd.Series, event: pd.Series) -> pd.DataFrame:
    """Tabulate events and evaluable participants after each change, in the order of time.

    Parameters
    ----------
    evaluable, event : pandas.Series of datetime
        Per participant, the day on which he or she became evaluable and that of the first event;
        null where that has not happened. An event makes its participant evaluable.

    Returns
    -------
    pandas.DataFrame
        day, events, evaluable: one row per change. On equal days events come first, those of
        participants already evaluable before others: the order in which the rule alerts soonest.
    """
    entered = evaluable.where(event.isna() | (evaluable < event), event)
    later = event.notna() & (entered < event)
    changes = pd.concat(
        [
            pd.DataFrame({"day": event[later], "order": 0, "events": 1, "evaluable": 0}),
            pd.DataFrame({"day": event[~later], "order": 1, "events": 1, "evaluable": 1}),
            pd.DataFrame({"day": entered[later], "order": 2, "events": 0, "evaluable": 1}),
            pd.DataFrame({"day": entered[event.isna()], "order": 2, "events": 0, "evaluable": 1}),
        ],
        ignore_index=True,
    ).dropna(subset=["day"])
    changes = changes.sort_values(["day", "order"], kind="stable", ignore_index=True)
    counts = changes[["events", "evaluable"]].astype("int64").cumsum()
    return pd.concat([changes[["day"]].astype("datetime64[s]"), counts], axis=1)


def counts_at(path: pd.DataFrame, day: pd.Timestamp) -> tuple[int, int]:
    """Return events and evaluable participants at the end of a day."""
    return _last_counts(path[path["day"] <= day])


def _last_counts(path: pd.DataFrame) -> tuple[int, int]:
    if path.empty:
        return 0, 0
    return int(path["events"].iloc[-1]), int(path["evaluable"].iloc[-1])


def list_checks(path: pd.DataFrame, rule: StoppingRule) -> list[int]:
    """List the steps of a path at which the rule is checked."""
    if rule.looks is None:
        return list(range(len(path)))
    reached = path["evaluable"].to_numpy()
    return [int(np.argmax(reached >= look)) for look in rule.looks if (reached >= look).any()]


def find_alert(path: pd.DataFrame, rule: StoppingRule, *, beyond: int = 0) -> int | None:
    """Find the first step of a path at which the rule is checked and alerts.

    Parameters
    ----------
    path : pandas.DataFrame
        From ``build_path``.
    rule : StoppingRule
    beyond : int
        Only steps with more events than this count.

    Returns
    -------
    int or None
        Place of the step in the path.
    """
    places, alerts = _judge_checks(path, rule)
    alerts &= path["events"].to_numpy()[places] > beyond
    return int(places[np.argmax(alerts)]) if alerts.any() else None


def list_alerts(path: pd.DataFrame, rule: StoppingRule) -> list[tuple[int, int | None]]:
    """List the stretches of a path in which the rule alerts, in the order of time.

    Returns
    -------
    list of (int, int or None)
        Place of the step with which the rule alerts, and of the next one at which it is checked and
        does not; None where it alerts at the last check.
    """
    places, alerts = _judge_checks(path, rule)
    before = np.concatenate([[False], alerts[:-1]]) if len(alerts) else alerts
    starts = [int(place) for place in places[alerts & ~before]]
    ends: list[int | None] = [int(place) for place in places[~alerts & before]]
    return list(zip(starts, [*ends, None], strict=False))


def _judge_checks(
    path: pd.DataFrame, rule: StoppingRule
) -> tuple[NDArray[np.int_], NDArray[np.bool_]]:
    """The steps at which the rule is checked, and whether it alerts at each."""
    boundary = rule.boundary(int(path["evaluable"].max()) if len(path) else 0)
    places = np.array(list_checks(path, rule), dtype=int)
    alerts = path["events"].to_numpy() >= boundary[path["evaluable"].to_numpy()]
    return places, alerts[places]


def find_crossing(path: pd.DataFrame, boundary: np.ndarray) -> int | None:
    """Find the first step of a path with at least the events of a boundary.

    Parameters
    ----------
    path : pandas.DataFrame
        From ``build_path``.
    boundary : numpy.ndarray
        Fewest events that cross among 0, 1, 2 ... participants; NaN where none do.

    Returns
    -------
    int or None
        Place of the step in the path.
    """
    over = path["events"].to_numpy() >= boundary[path["evaluable"].to_numpy()]
    return int(np.argmax(over)) if over.any() else None


def judge_path(path: pd.DataFrame, rule: StoppingRule) -> str:
    """State of the monitor after the last step, whatever it was before.

    Returns
    -------
    str
        ALERT: the rule alerts; with a list of looks, at the last look reached. NEAR: one more event
        would alert, with a list of looks at the next of them; or the counts would, were they those
        of a look. TOO_FEW: the rule alerts at no count of these participants or only at an event in
        each of them, or no look was reached. CLEAR otherwise.
    """
    events, evaluable = _last_counts(path)
    now = rule.monitor(events, evaluable)
    if rule.looks is None:
        few = now.state == "CLEAR" and not now.alert_at < evaluable
        return "TOO_FEW" if few else now.state
    checks = list_checks(path, rule)
    if checks:
        looked = rule.monitor(*_last_counts(path.iloc[: checks[-1] + 1]))
        if looked.state == "ALERT":
            return "ALERT"
    following = [look for look in rule.looks if look > evaluable]
    at_next = rule.boundary(following[0])[-1] if following else np.nan
    if now.state == "ALERT" or events + 1 >= at_next:
        return "NEAR"
    return "CLEAR" if checks else "TOO_FEW"
