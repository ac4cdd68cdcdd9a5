"""Fewest events that alert in an arm, by number of evaluable participants, under both rules."""

from typing import NamedTuple

import numpy as np

from helpers.displays.monitoring.stopping import read_rule
from helpers.stats.stopping import pocock_boundary
from helpers.view import ClosedView


class Limits(NamedTuple):
    """Fewest events that alert among 0 to `last` participants; null where no number does.

    `bayesian` is the rule, null also where it is not checked; `companion` the frequentist one
    beside it.
    """

    last: int
    bayesian: np.ndarray
    companion: np.ndarray


def build_limits(view: ClosedView, evaluable: int = 0) -> Limits:
    """Limits up to the planned size of an arm, or to more participants where it has them."""
    last = max(view.trial.accrual.per_arm, evaluable)
    rule, companion = read_rule(view.interim.stop), view.interim.freq_stop
    counts = pocock_boundary(last, p0=companion.p0, alpha=companion.alpha)["alert_at"]
    bayesian = rule.boundary(last)
    if rule.looks is not None:
        bayesian = np.where(np.isin(np.arange(last + 1), rule.looks), bayesian, np.nan)
    return Limits(last, bayesian, np.concatenate([[np.nan], counts.to_numpy()]))
