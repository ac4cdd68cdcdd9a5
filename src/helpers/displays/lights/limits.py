"""The lights of the first page: each with its rule and the numbers behind it."""

from collections.abc import Iterator

from helpers.displays.lights.conduct import (
    show_accrual,
    show_completeness,
    show_findings,
)
from helpers.displays.lights.excess import show_excess
from helpers.displays.lights.recount import show_recount
from helpers.displays.lights.safety import show_serious, show_stopping, show_triggers
from helpers.displays.lights.shown import Shown
from helpers.displays.monitoring.pause import judges_triggers
from helpers.view import ClosedView, View


def show_lights(view: View) -> list[Shown]:
    """Every light that the audience may see: immediate triggers and the stopping rule first.

    Among these the red ones stand above the others, and a report whose numbers could not be
    confirmed says so above all.
    """
    monitored = list(_show_monitoring(view)) if isinstance(view, ClosedView) else []
    recount = show_recount(view) if isinstance(view, ClosedView) else None
    checked = [] if recount is None else [recount]
    monitored.sort(key=lambda shown: shown.light.state != "alert")
    if any(shown.light.state == "alert" for shown in checked):
        monitored, checked = [*checked, *monitored], []
    return [
        *monitored,
        show_serious(view),
        show_accrual(view),
        show_completeness(view),
        show_findings(view),
        *checked,
    ]


def _show_monitoring(view: ClosedView) -> Iterator[Shown]:
    if judges_triggers(view):
        yield show_triggers(view)
    if view.has("adstop"):
        yield from show_stopping(view)
    excess = show_excess(view)
    if excess is not None:
        yield excess
