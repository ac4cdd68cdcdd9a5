"""One panel of cumulative incidences: a curve per arm of the time to one kind of event."""

from helpers.displays.event_times.curves import LIMITS, Curve, Panel, choose_ticks
from helpers.displays.event_times.first_events import (
    Kind,
    count_until,
    estimate_incidence,
    read_shares,
    read_times,
    times_of,
)
from helpers.displays.formats import FEWEST, format_number
from helpers.view import ClosedView


def build_panel(view: ClosedView, kind: Kind, population: str) -> Panel:
    """Curves of the arms; an arm whose participants have no such time has no curve."""
    times = read_times(view, kind.code)
    groups = view.groups(population)[:-1]
    own = {group.label: times_of(times, group) for group in groups}
    shown = [group for group in groups if len(own[group.label]) or not group.n]
    last = max((float(rows["AVAL"].max()) for rows in own.values() if len(rows)), default=0.0)
    ticks = choose_ticks(last, max(map(len, own.values()), default=0))
    curves = [
        Curve(
            group.label,
            group.position,
            len(own[group.label]),
            estimate_incidence(own[group.label], view.interim.conf_level_safety),
            count_until(own[group.label], ticks),
        )
        for group in shown
    ]
    return Panel(kind.code, kind.label, curves, ticks)


def as_percent(panel: Panel) -> Panel:
    """The panel with estimates and limits in percent."""
    return panel._replace(
        curves=[
            curve._replace(
                steps=curve.steps.assign(**{name: 100 * curve.steps[name] for name in LIMITS})
            )
            for curve in panel.curves
        ]
    )


def describe_ends(panel: Panel) -> str:
    """A panel in words: where each curve ends; n / N where an event came among few at risk."""
    ends = [f"{curve.label} {_describe_end(curve)}" for curve in panel.curves if curve.n]
    return f"{panel.title}: {', '.join(ends) or 'nobody'}."


def _describe_end(curve: Curve) -> str:
    last = curve.drawn.iloc[-1]
    if curve.is_cut:
        events = int(curve.steps["n_event"].sum())
        return (
            f"{format_number(100 * float(last['estimate']), 1)}% before day {int(last['time'])}, "
            f"then too few at risk; {events} of {curve.n} in all"
        )
    (end,) = read_shares(curve.steps, curve.n, [curve.last])
    share = (
        f"{end['n']:.0f} / {end['N']:.0f}"
        if end["fewest_at_risk"] < FEWEST
        else f"{format_number(100 * end['estimate'], 1)}%"
    )
    return f"{share} by day {int(curve.last)}"
