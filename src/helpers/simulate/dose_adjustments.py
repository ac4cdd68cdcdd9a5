"""What an adverse event did to a dose: interrupted or stopped early."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from helpers.simulate.doses import Administration
from helpers.simulate.event import Event


def adjust_administrations(
    doses: Sequence[Administration], events: Iterable[Event]
) -> tuple[Administration, ...]:
    """Let the events that interrupted or stopped a dose show in the dose."""
    reasons = {
        (event.dose, event.action): event.term
        for event in events
        if event.action in ("DOSE_NOT_COMPLETED", "DOSE_INTERRUPTED")
    }
    return tuple(_adjust(dose, reasons) for dose in doses)


def _adjust(dose: Administration, reasons: dict[tuple[int | None, str], str]) -> Administration:
    stopped = reasons.get((dose.number, "DOSE_NOT_COMPLETED"))
    paused = reasons.get((dose.number, "DOSE_INTERRUPTED"))
    if stopped is not None:
        return replace(dose, adjusted="STOPPED_EARLY", why=stopped.lower())
    if paused is not None:
        return replace(
            dose, adjusted="INTERRUPTED", why=paused.lower(), duration=dose.duration + 15
        )
    return dose
