"""How large a risk still can be where nobody of an arm has had the event."""

from collections.abc import Sequence
from typing import NamedTuple

from helpers.displays.event_times.curves import Curve, Panel
from helpers.displays.formats import FEWEST, format_level, format_number
from helpers.displays.results import Key, Result, rows_of
from helpers.stats.proportions import estimate_proportion

METHOD = "clopper_pearson"


class NoEvent(NamedTuple):
    """An arm without the event: day, whose outcome by then is known, the exact upper limit."""

    title: str
    code: str
    arm: str
    day: int
    known: int
    upper: float


def find_without_event(panels: Sequence[Panel], level: float) -> list[NoEvent]:
    """Curves at 0 to their end, which have no interval of their own.

    Read at the latest day below the figure that 3 or more reached, or died before, else as many as
    there are: who was censored before it is not taken as free of the event.
    """
    found = []
    for panel in panels:
        for curve in panel.curves:
            known = _count_known(panel, curve)
            if not curve.n or curve.steps["n_event"].sum() or not known:
                continue
            enough = min(FEWEST, max(known.values()))
            day = max(day for day, n in known.items() if n >= enough)
            n = known[day]
            upper = estimate_proportion(0, n, level=level, method=METHOD).upper
            found.append(NoEvent(panel.title, panel.code, curve.label, day, n, upper))
    return found


def _count_known(panel: Panel, curve: Curve) -> dict[int, int]:
    """Participants at risk on a day or dead by then, by day; days with nobody are left out."""
    each = {
        day: int(counts["at_risk"] + counts.get("competing", 0))
        for day, counts in zip(panel.ticks, curve.counts, strict=True)
    }
    return {day: n for day, n in each.items() if day and n}


def list_limits(population: str, found: Sequence[NoEvent]) -> list[Result]:
    """The limits as results: category `NONE BY DAY n`."""
    return [
        result
        for one in found
        for key in [Key(population, one.arm, one.code, "", f"NONE BY DAY {one.day}")]
        for result in [
            *rows_of(key, {"n": 0, "N": one.known}),
            *rows_of(key, {"upper": one.upper}, METHOD),
        ]
    ]


def note_without_event(found: Sequence[NoEvent], level: float) -> str:
    """`First event A 0 of 4 by day 91: up to 60.2%`; empty where every arm has an event."""
    if not found:
        return ""
    said = [
        f"{one.title} {one.arm} 0 of {one.known} by day {one.day}: up to "
        f"{format_number(100 * one.upper, 1)}%"
        for one in found
    ]
    return (
        "Where nobody has the event no interval is drawn; exact upper limit "
        f"({format_level(level)} CI) of those followed to the day or dead before: "
        f"{'; '.join(said)}."
    )
