"""The rules of the monitor as a design: limits and behaviour, before there is any data."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.displays.monitoring.stopping import read_rule
from helpers.displays.results import Key, Result, rows_of
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.stats.stopping import operating_characteristics, pocock_boundary, stopping_boundary
from helpers.stats.stopping.operating_characteristics import RATES
from helpers.view import View

PARTS = (0.25, 0.5, 1.0)  # of an arm: a few looks beside a rule checked after everybody


@dataclass(frozen=True)
class Design:
    """Stopping rule and frequentist companion of an arm of `size` participants.

    The rule alerts where the posterior probability of a rate above `p_star` reaches `cut`; it is
    checked at `looks`, after every participant where there are none. The companion keeps the
    probability of ever crossing at the rate `p0` at `alpha`. `arms` get the product.
    """

    prior: tuple[float, float] = (0.3, 1.7)
    p_star: float = 0.15
    cut: float = 0.9
    size: int = 16
    looks: tuple[int, ...] | None = None
    p0: float = 0.1
    alpha: float = 0.1
    arms: int = 2

    @cached_property
    def bayesian(self) -> pd.DataFrame:
        """n, alert_at: fewest events that alert among 1 to `size` participants."""
        return stopping_boundary(self.size, prior=self.prior, p_star=self.p_star, cut=self.cut)

    @cached_property
    def companion(self) -> pd.DataFrame:
        """n, alert_at, constant, size: the same of the companion, and its error."""
        return pocock_boundary(self.size, p0=self.p0, alpha=self.alpha)

    @property
    def checked(self) -> tuple[int, ...] | None:
        """The looks that an arm of this size reaches; None: after every participant."""
        return None if self.looks is None else tuple(n for n in self.looks if n <= self.size)

    @property
    def limits(self) -> pd.Series:
        """Fewest events that alert, by the numbers of participants at which the rule is checked."""
        counts = self.bayesian.set_index("n")["alert_at"]
        return counts if self.checked is None else counts.loc[list(self.checked)]

    @property
    def other_looks(self) -> tuple[int, ...] | None:
        """What the checks are compared with: a few looks, or after every participant."""
        if self.looks is not None:
            return None
        return tuple(sorted({max(1, round(part * self.size)) for part in PARTS}))


def read_design(view: View) -> Design:
    """The design that the parameters of a view set."""
    return build_design(view.trial, view.interim)


def build_design(trial: Trial, interim: Interim) -> Design:
    """The design that a trial and an interim set."""
    companion, rule = interim.freq_stop, read_rule(interim.stop)
    return Design(
        rule.prior,
        rule.p_star,
        rule.cut,
        trial.accrual.per_arm,
        rule.looks,
        companion.p0,
        companion.alpha,
        len(trial.active_arms),
    )


def name_looks(looks: tuple[int, ...] | None) -> str:
    """When a rule is checked: `at 4, 8, 16`."""
    if looks is None:
        return "after every participant"
    return f"at {', '.join(map(str, looks))}" if looks else "never"


def characterise_rule(design: Design, looks: tuple[int, ...] | None) -> pd.DataFrame:
    """Rate, p_alert, expected_n, p_either of the stopping rule checked at these looks."""
    if looks == ():  # every look lies beyond the last participant
        never = [float("nan")] * design.size
        return operating_characteristics(never, rates=RATES, arms=design.arms)
    return operating_characteristics(design.bayesian, rates=RATES, looks=looks, arms=design.arms)


def characterise_companion(design: Design) -> pd.DataFrame:
    """The same of the companion, checked after every participant."""
    return operating_characteristics(design.companion, rates=RATES, arms=design.arms)


def rate_key(code: str, rate: float) -> Key:
    """Key of what a rule does at a true rate."""
    return Key(parameter=code, category=f"{rate:g}")


def list_characteristics(code: str, table: pd.DataFrame, method: str) -> list[Result]:
    """Probability of an alert and expected participants at each true rate."""
    results: list[Result] = []
    for row in table.itertuples(index=False):
        numbers = {"prob_alert": row.p_alert, "expected_n": row.expected_n}
        results += rows_of(rate_key(code, row.rate), numbers, method)
    return results


def limit_key(code: str, n: int) -> Key:
    """Key of the fewest events that alert among n participants."""
    return Key(parameter=code, category=f"{n}")


def find_steps(design: Design) -> list[tuple[int, int]]:
    """Ranges of participants in which neither rule's limit changes, as first and last."""
    return find_ranges(design.limits, design.companion.set_index("n")["alert_at"])


def find_ranges(*limits: pd.Series) -> list[tuple[int, int]]:
    """Ranges of participants, first and last, in which none of several limits changes.

    A limit that no number of events reaches (null) differs from one that is not checked (absent).
    """
    last = max((int(one.index.max()) for one in limits if len(one)), default=0)
    every = range(1, last + 1)
    known = pd.concat([one.fillna(-1).reindex(every, fill_value=-2) for one in limits], axis=1)
    firsts = [int(n) for n in known.index[(known != known.shift()).any(axis=1)]]
    lasts = [*(first - 1 for first in firsts[1:]), last]
    return list(zip(firsts, lasts, strict=True))
