"""F-S-07: mean cumulative number of adverse events per participant."""

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays import show
from helpers.displays.adverse_events.event_notes import note_imputed_starts, note_intervals
from helpers.displays.adverse_events.kinds import find_emergent
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.curves import (
    Curve,
    Panel,
    choose_ticks,
    list_curve_results,
    note_ends,
    note_few,
)
from helpers.displays.event_times.drawing import draw_panels
from helpers.displays.event_times.events_each import LEAST
from helpers.displays.event_times.first_events import DAYS, read_at
from helpers.displays.figures.parts import SMALL
from helpers.displays.figures.style import MUTED, figure_style, render_svg
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Figure, join_notes
from helpers.displays.results import Key, index_results, rows_of
from helpers.displays.summary.wording import count_of
from helpers.stats.survival import mean_cumulative
from helpers.view import ClosedView, Group, View

CODE = "MCF"


@shown_as(
    "F-S-07",
    title="Mean cumulative number of adverse events",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("TRTEMFL",),
)
def plot_mean_cumulative(view: View) -> Figure:
    """Mean number of treatment-emergent events per participant (Nelson), with repeats, by arm.

    Results: population SAF, arm, parameter MCF: N; category `DAY n`: at_risk, events, censored at
    the ticks, estimate, lower, upper there and at every step; `BY DAY n` of the headline.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("curves are drawn by arm")
    ends, starts = _read_follow_up(view), _read_starts(view)
    panel = _build_panel(view, ends, starts)
    day = max((d for d in DAYS if all_reach(panel, d)), default=None)
    results = list_curve_results(view.safety, panel)
    for curve in panel.curves if day is not None else ():
        if curve.n:
            key = Key(view.safety, curve.label, CODE, "", f"BY DAY {day}")
            results += rows_of(key, read_at(curve.steps, [float(day or 0)])[0], "nelson")
    late = int((starts["DAY"] > starts["USUBJID"].map(ends)).sum())
    return Figure(
        population_line=f"{state_population(view, view.safety)} Treatment-emergent events per "
        f"participant, repeats counted, with {format_level(view.interim.conf_level_safety)} CI.",
        results=tuple(results),
        notes=join_notes(
            "Day 1 is the day of the first dose, without a dose that of randomisation. Below: in "
            "follow-up at the beginning of the day; events and ends of follow-up, also by death, "
            "by the day before.",
            _note_doses(view),
            note_ends([panel]),
            note_few([panel]),
            f"The CI rests on the variance between participants: none of fewer than {LEAST}.",
            f"After the end of follow-up, in no curve: {late} events." if late else "",
            note_imputed_starts(find_emergent(view)),
            note_intervals(view),
        ),
        source_note=f"adae with TRTEMFL = Y (ASTDT), adsl (RISKSTDT, EXITDT), {view.safety}; "
        "plot_mean_cumulative; Nelson's estimate, variance of Lawless and Nadeau, limits on the "
        "log scale.",
        headline=_state_headline(view, panel, day, index_results(results)),
        svg=_draw(view, panel),
        alternative=_describe(panel),
    )


def _read_follow_up(view: ClosedView) -> pd.Series:
    """Days of follow-up by participant, both ends counted."""
    persons = view.population(view.safety).set_index("USUBJID")
    days = (persons["EXITDT"] - persons["RISKSTDT"]).dt.days + 1
    return days[days > 0].astype(float)


def _read_starts(view: ClosedView) -> pd.DataFrame:
    """USUBJID and DAY of every treatment-emergent event whose start is known."""
    events = find_emergent(view)[["USUBJID", "ASTDT"]].dropna()
    begin = view["adsl"].set_index("USUBJID")["RISKSTDT"]
    day = (events["ASTDT"] - events["USUBJID"].map(begin)).dt.days + 1
    return events.assign(DAY=day.astype(float))[["USUBJID", "DAY"]]


def _build_panel(view: ClosedView, ends: pd.Series, starts: pd.DataFrame) -> Panel:
    groups = view.groups(view.safety)[:-1]
    most = max((group.n for group in groups), default=0)
    ticks = choose_ticks(float(ends.max()) if len(ends) else 0.0, most)
    level = view.interim.conf_level_safety
    curves = [_build_curve(group, ends, starts, ticks, level) for group in groups]
    return Panel(CODE, "Treatment-emergent events per participant", curves, ticks)


def _build_curve(
    group: Group, ends: pd.Series, starts: pd.DataFrame, ticks: Sequence[int], level: float
) -> Curve:
    own = ends[ends.index.isin(group.subjects)]
    events = starts[starts["USUBJID"].isin(own.index)]
    observed = events[events["DAY"] <= events["USUBJID"].map(own)]
    counts = [
        {
            "at_risk": float((own >= day).sum()),
            "events": float((observed["DAY"] < day).sum()),
            "censored": float((own < day).sum()),
        }
        for day in ticks
    ]
    steps = mean_cumulative(observed, own, level=level)
    return Curve(group.label, group.position, len(own), steps, counts)


def all_reach(panel: Panel, day: float) -> bool:
    """Whether the curve of every arm with participants is drawn on a day."""
    ends = [float(curve.drawn["time"].iloc[-1]) - curve.is_cut for curve in panel.curves if curve.n]
    return bool(ends) and day <= min(ends)


def _state_headline(
    view: ClosedView, panel: Panel, day: int | None, numbers: dict[Key, dict[str, float]]
) -> str:
    if panel.is_empty:
        return "Nobody was followed by the cut-off."
    if day is None:
        counts = ", ".join(
            f"{curve.label} {int(curve.steps['n_event'].sum())} in "
            f"{count_of(curve.n, 'participant')}"
            for curve in panel.curves
            if curve.n
        )
        return f"Events so far: {counts}; not every curve goes to day {min(DAYS)}."
    level = format_level(view.interim.conf_level_safety)
    said = [f"{curve.label} {_say(view, curve, day, numbers)}" for curve in panel.curves if curve.n]
    return f"Events per participant by day {day} ({level} CI): {', '.join(said)}."


def _say(view: ClosedView, curve: Curve, day: int, numbers: dict[Key, dict[str, float]]) -> str:
    """The mean with its limits; of few participants how many events they had."""
    key = Key(view.safety, curve.label, CODE, "", f"BY DAY {day}")
    if numbers[key]["estimate"] == 0:
        return "none"
    if curve.n < LEAST:
        steps = curve.steps
        events = int(steps.loc[steps["time"] <= day, "n_event"].sum())
        return f"{events} in {count_of(curve.n, 'participant')}"
    return format_cell(Cell(key, show.interval(1)), numbers)


def _plan_doses(view: ClosedView) -> list[int]:
    """Days on which doses are planned; none of a trial without single doses in some arm."""
    plan = view.trial.doses
    if not view.trial.active_arms or not view.has("adsl", "DOSES"):
        return []
    return [1 + number * plan.target_interval for number in range(plan.planned)]


def _note_doses(view: ClosedView) -> str:
    days = _plan_doses(view)
    if not days:
        return ""
    return f"Vertical lines: planned doses (day {', '.join(map(str, days))})."


def _describe(panel: Panel) -> str:
    """Where each curve ends, in words."""
    ends = [
        f"{curve.label} {float(curve.drawn['estimate'].iloc[-1]):.1f} by day "
        f"{int(curve.drawn['time'].iloc[-1])}"
        for curve in panel.curves
        if curve.n
    ]
    return f"Events per participant: {', '.join(ends) or 'nobody'}."


@figure_style()
def _draw(view: ClosedView, panel: Panel) -> str:
    drawn = panel._replace(curves=[_hide_limits(curve) for curve in panel.curves])
    figure, (axis, *_) = draw_panels([drawn], "events per participant", "Nobody was followed")
    if not panel.is_empty:
        _mark_doses(axis, _plan_doses(view))
    return render_svg(figure, "F-S-07")


def _hide_limits(curve: Curve) -> Curve:
    """The curve of few participants without limits: between them the variance is too small."""
    if curve.n >= LEAST:
        return curve
    return curve._replace(steps=curve.steps.assign(lower=math.nan, upper=math.nan))


def _mark_doses(axis: Axes, days: Sequence[int]) -> None:
    """A line per planned dose, named at its top."""
    for number, day in enumerate(days, start=1):
        if day > axis.get_xlim()[1]:
            continue
        axis.axvline(day, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        axis.annotate(
            f"dose {number}",
            (day, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            va="top",
            fontsize=SMALL,
            color=MUTED,
        )
