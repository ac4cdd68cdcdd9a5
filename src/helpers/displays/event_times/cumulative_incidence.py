"""F-S-06: cumulative incidence of first adverse events, death competing."""

from collections.abc import Iterator, Mapping, Sequence

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import control_contrasts
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.columns import name_contrast, state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.curves import (
    LIMITS,
    Panel,
    list_curve_results,
    note_ends,
    note_few,
)
from helpers.displays.event_times.drawing import draw_panels
from helpers.displays.event_times.first_events import (
    AJ,
    DAYS,
    NO_TIMES,
    Kind,
    find_kinds,
    read_shares,
)
from helpers.displays.event_times.no_event_yet import (
    find_without_event,
    list_limits,
    note_without_event,
)
from helpers.displays.event_times.panels import as_percent, build_panel, describe_ends
from helpers.displays.figures.style import figure_style, render_svg
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Figure, Withheld, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.stats.survival import compare_incidences
from helpers.view import ClosedView, View

ROWS = ("teae", "serious", "aesi", "related")
LEAD = "serious"  # the kind of the headline


@shown_as(
    "F-S-06",
    title="Cumulative incidence of first adverse events",
    needs=("adtte",),
    absent=NO_TIMES,
)
def plot_cumulative_incidence(view: View) -> Figure | Withheld:
    """Aalen-Johansen curves of first events by arm with limits and counts below.

    Results: population SAF, arm, parameter of adtte: N; category `DAY n`: at_risk, events,
    censored, competing at the ticks, estimate, lower, upper there and at every step; contrasts
    with the control at the day of the headline; `NONE BY DAY n`: n, N, exact upper limit where
    nobody had the event.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("curves are drawn by arm")
    kinds = _list_kinds(view)
    panels = [build_panel(view, kind, view.safety) for kind in kinds]
    if not panels:
        return Withheld(sentence=NO_TIMES)
    lead = next((p for p, k in zip(panels, kinds, strict=True) if k.row == LEAD), panels[0])
    day = _choose_day(lead)
    results = [result for panel in panels for result in list_curve_results(view.safety, panel)]
    results += _compare(view, lead, day)
    none = find_without_event(panels, view.interim.conf_level_safety)
    results += list_limits(view.safety, none)
    level = format_level(view.interim.conf_level_safety)
    return Figure(
        population_line=f"{state_population(view, view.safety)} Percent of participants with a "
        f"first treatment-emergent event since randomisation, with {level} CI.",
        results=tuple(results),
        notes=join_notes(
            "Aalen-Johansen, a death before the event competes. Below: at risk at the beginning of "
            "the day; with the event, censored or dead by the day before; they add up to N.",
            note_ends(panels),
            note_few(panels),
            note_without_event(none, view.interim.conf_level_safety),
            _note_left_out(view, panels),
            note_intervals(view),
            "Differences from the control: Wald interval, with the variances of both curves."
            if any(result.key.contrast for result in results)
            else "",
        ),
        source_note=f"adtte, {view.safety}; plot_cumulative_incidence; {AJ}, limits on the scale "
        "log of minus log.",
        headline=_state_headline(view, lead, day, results),
        svg=_draw(panels),
        alternative=" ".join(describe_ends(panel) for panel in panels),
    )


def _list_kinds(view: ClosedView) -> list[Kind]:
    """The four of the trial; every time of given data that names none."""
    known = find_kinds(view.trial)
    if view.trial.time_to_event:
        return [known[row] for row in ROWS if row in known]
    named = view["adtte"].drop_duplicates("PARAMCD").sort_values("PARAMCD")
    labels = named["PARAM"] if "PARAM" in named else named["PARAMCD"]
    pairs = zip(named["PARAMCD"], labels, strict=True)
    return [Kind(str(code), str(label), "") for code, label in pairs]


def _choose_day(panel: Panel) -> int | None:
    """The latest of the days of T-S-17 that every arm with participants has reached."""
    lasts = [curve.last for curve in panel.curves if curve.n]
    return max((day for day in DAYS if lasts and day <= min(lasts)), default=None)


def _compare(view: ClosedView, panel: Panel, day: int | None) -> Iterator[Result]:
    """Estimates on the day of the headline, and their differences from the control."""
    if day is None:
        return
    level, at = view.interim.conf_level_safety, f"BY DAY {day}"
    curves = {curve.label: curve.steps for curve in panel.curves if curve.n}
    for curve in panel.curves:
        if curve.n:
            numbers = read_shares(curve.steps, curve.n, [day])[0]
            yield from rows_of(Key(view.safety, curve.label, panel.code, "", at), numbers, AJ)
    for label, *codes in control_contrasts(view):
        first, second = (curves.get(view.trial.arm(code).label) for code in codes)
        if first is None or second is None:
            continue
        row = compare_incidences(first, second, [day], level=level).iloc[0]
        key = Key(view.safety, "", panel.code, "", at, label)
        yield from rows_of(key, {name: row[name] for name in LIMITS}, "wald")


def _state_headline(
    view: ClosedView, panel: Panel, day: int | None, results: Sequence[Result]
) -> str:
    """The first serious event by the latest common day, and the differences from control."""
    if panel.is_empty:
        return "Nobody was followed by the cut-off."
    if day is None:
        counts = ", ".join(
            f"{int(curve.steps['n_event'].sum())} of {curve.n} in {curve.label}"
            for curve in panel.curves
            if curve.n
        )
        return f"{panel.title} so far: {counts}; not every arm was followed to day {min(DAYS)}."
    numbers = index_results(results)
    level, at = format_level(view.interim.conf_level_safety), f"BY DAY {day}"
    keys = [Key(view.safety, curve.label, panel.code, "", at) for curve in panel.curves if curve.n]
    texts = [format_cell(Cell(key, show.share_or_count()), numbers) for key in keys]
    said = ", ".join(f"{key.arm} {text}" for key, text in zip(keys, texts, strict=True))
    return (
        f"{panel.title} by day {day}, % ({level} CI): {said}.{_say_differences(view, numbers, at)}"
    )


def _say_differences(view: ClosedView, numbers: Mapping[Key, Mapping[str, float]], at: str) -> str:
    """Every difference from the control in percentage points, in the order of the arms.

    Without limits where nobody in an arm had the event; none where nobody in both had it.
    """
    known = [
        key
        for key, row in numbers.items()
        if key.contrast
        and key.category == at
        and (row["lower"] == row["lower"] or abs(row["estimate"]) > 0)
    ]
    said = [
        f"{name_contrast(view, key.contrast)}: {format_cell(Cell(key, show.points()), numbers)}"
        for key in known
    ]
    return f" {'; '.join(said)} points." if said else ""


def _note_left_out(view: ClosedView, panels: Sequence[Panel]) -> str:
    """Arms without a curve because the event does not apply to them."""
    labels = [group.label for group in view.groups(view.safety)[:-1] if group.n]
    said = [
        f"{panel.title}: not applicable in {', '.join(missing)}."
        for panel in panels
        if (missing := [x for x in labels if x not in {curve.label for curve in panel.curves}])
    ]
    return " ".join(said)


@figure_style()
def _draw(panels: Sequence[Panel]) -> str:
    figure, _ = draw_panels([as_percent(panel) for panel in panels], "%", "Nobody was followed")
    return render_svg(figure, "F-S-06")
