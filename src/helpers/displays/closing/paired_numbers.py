"""Numbers of the report with those of the second computation, one pair each."""

from collections.abc import Mapping
from typing import NamedTuple

from helpers.displays.administration.primary_outcome import tabulate_primary_outcome
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.monitoring.monitor_numbers import MONITOR
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.displays.results import Key
from helpers.stats.estimates import NAN
from helpers.view import ClosedView

OVERVIEW, PRIMARY, RULE = "T-S-10", "T-S-11", "T-S-23"


class Number(NamedTuple):
    """A number that both ways give: where it stands, its name, and the two values."""

    display: str
    key: Key
    statistic: str
    report: float
    again: float

    @property
    def differs(self) -> bool:
        """Whether the report has another number, or none."""
        return self.report != self.again


def pair_numbers(view: ClosedView) -> list[Number]:
    """Every number of the second computation with that of the report; NaN where it has none."""
    return view.once(_pair_numbers)


def _pair_numbers(view: ClosedView) -> list[Number]:
    reported = {
        OVERVIEW: tabulate_ae_overview(view).statistics,
        PRIMARY: tabulate_primary_outcome(view).statistics,
        RULE: _index_monitor(view),
    }
    found = []
    for row in view["recount"].itertuples(index=False):
        key = Key(row.POPULATION, row.ARM, row.PARAMETER, row.VISIT, row.CATEGORY)
        report = reported[row.DISPLAY].get(key, {}).get(row.STATISTIC, NAN)
        if reported[row.DISPLAY]:
            found.append(Number(row.DISPLAY, key, row.STATISTIC, report, float(row.VALUE)))
    return found


def _index_monitor(view: ClosedView) -> Mapping[Key, Mapping[str, float]]:
    """Events and evaluable participants of each arm, as T-S-23 has them."""
    if not view.has("adstop"):
        return {}
    now = {arm.label: monitor_arm(view, arm).now for arm in view.trial.active_arms}
    return {
        Key("SAF", label, MONITOR): {"events": one.events, "evaluable": one.evaluable}
        for label, one in now.items()
    }
