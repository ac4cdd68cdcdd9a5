"""F-S-21: baseline against the most extreme value after it, a panel per laboratory test."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.parts import add_empty_note
from helpers.displays.figures.shares import state_shares
from helpers.displays.figures.style import INK, arm_points
from helpers.displays.laboratory.baseline_drawing import (
    describe_beyond,
    draw_limits,
    draw_tests,
    find_near_limits,
    name_axes,
)
from helpers.displays.laboratory.baseline_pairs import (
    BEYOND,
    BEYOND_WORDS,
    NO_TESTS,
    SIDES,
    Panel,
    build_panels,
    count_beyond,
)
from helpers.displays.laboratory.extreme_listing import GRADE
from helpers.displays.laboratory.quartiles_by_letter import plot_quartiles_by_letter
from helpers.displays.laboratory.range_shifts import choose_compared
from helpers.displays.measurements.limits import WORDS
from helpers.displays.measurements.queried import mark_queries, note_queried
from helpers.displays.measurements.sampling import state_sampling
from helpers.displays.model import Figure, Withheld, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.view import ArmView, Group, MaskedView, View

SKEWED = 8  # times the median that the highest value must reach for axes in multiples
CROWD = 60  # participants from which points are drawn smaller
PLANNED = "BEYOND PLANNED"


@shown_as(
    "F-S-21",
    title="Laboratory tests: baseline against the most extreme value after it",
    audiences={"closed_masked": "by label"},
    sentence={"closed_masked": NO_TESTS},
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
)
def plot_baseline_worst(view: View) -> Figure | Withheld:
    """A panel per test of `laboratory.compared`, a point per participant with both values.

    Masked: quartiles by letter (`plot_quartiles_by_letter`).

    Results: population SAF, arm, parameter the test, category the key of the participant, visit the
    baseline or none for the extreme: measured; category BEYOND: n, N of those with both values who
    newly left the range, with the interval; BEYOND PLANNED by values at planned visits alone.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("values are drawn by arm")
    if not view.trial.laboratory.compared:
        return Withheld(sentence=NO_TESTS)
    if isinstance(view, MaskedView):
        return plot_quartiles_by_letter(view)
    groups = view.groups(view.safety)[:-1]
    panels = build_panels(view, view["adlb"])
    planned = build_panels(view, choose_compared(view["adlb"], view.trial))
    results = [r for panel in panels for r in _list(view, groups, panel)]
    for part, category in ((panels, BEYOND), (planned, PLANNED)):
        results += [r for panel in part for r in count_beyond(view, groups, panel, category)]
    sampled = state_sampling(view["adlb"], groups)
    headlined = planned if sampled else panels
    values = choose_compared(view["adlb"], view.trial) if sampled else view["adlb"]
    return Figure(
        population_line=f"{state_population(view, view.safety)} A point is a participant with a "
        "value at baseline and one after it: across baseline, up the highest or lowest later one, "
        "of all visits.",
        results=tuple(results),
        notes=join_notes(
            sampled,
            f"{WORDS} Dotted: no change.",
            f"An axis is in multiples (log) where the highest value is {SKEWED} times the median.",
            f"Ringed: a value of grade {GRADE} or higher after baseline (L-S-06)."
            if "ATOXGR" in view["adlb"]
            else "",
            f"Short dashes: where grade {GRADE} begins for the participant, which can depend on "
            "baseline, sex and laboratory; none where that is far beyond all values, or the test "
            "has no grades."
            if "GR3LIM" in view["adlb"]
            else "",
            "Impossible values are not drawn (L-S-06). Grades: T-S-20; range: T-S-20b.",
        ),
        source_note=f"adlb with ABLFL or POSTFL = Y (AVAL, ANRLO, ANRHI, ANRIND, ATOXGR), "
        f"{view.safety}; plot_baseline_worst; laboratory.compared.",
        headline=_state_headline(view, groups, headlined, bool(sampled))
        + _state_queried(view, values, headlined),
        alternative=" ".join(describe_beyond(panel, groups) for panel in panels),
        svg=draw_tests(groups, panels, partial(_draw_panel, groups=groups)),
    )


def _list(view: ArmView, groups: Sequence[Group], panel: Panel) -> list[Result]:
    """Both values of each participant."""
    names = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    results: list[Result] = []
    for group in groups:
        own = panel.pairs[panel.pairs.index.isin(group.subjects)]
        for subject, base, worst in own[["BASE", "WORST"]].itertuples():
            key = Key(view.safety, group.label, panel.code, category=str(names[subject]))
            results += rows_of(key._replace(visit=view.trial.baseline.code), {"measured": base})
            results += rows_of(key, {"measured": worst})
    return results


def _state_headline(
    view: ArmView, groups: Sequence[Group], panels: Sequence[Panel], planned: bool
) -> str:
    """The test in which most participants newly left the range; of equals the first.

    `planned` says that the panels are of planned visits alone, as arms are not sampled alike.
    """
    most = _choose_most(panels)
    if most is None:
        return ""
    name = most.name.partition(" (")[0]
    where = " at a planned visit" if planned else ""
    what = f"{name} newly {BEYOND_WORDS[most.way]} its limit{where}, most of the tests drawn"
    if not len(most.beyond):
        what = f"Nobody newly beyond a limit{where}; {name}"
    return state_shares(view, what, count_beyond(view, groups, most, BEYOND))


def _state_queried(view: ArmView, values: pd.DataFrame, panels: Sequence[Panel]) -> str:
    """Values of the headline's participants outside the limit that a check queries."""
    most = _choose_most(panels)
    if most is None or not len(most.beyond):
        return ""
    own = values["USUBJID"].isin(most.beyond) & (values["PARAMCD"] == most.code)
    out = values[own & (values["POSTFL"] == "Y") & (values["ANRIND"] == SIDES[most.way])]
    said = note_queried(view, mark_queries(view, out, "lb"), "Values of these", rule=False)
    return f" {said}" if said else ""


def _choose_most(panels: Sequence[Panel]) -> Panel | None:
    """The test in which most participants newly left the range; of equals the first."""
    known = [panel for panel in panels if len(panel.pairs)]
    return max(known, key=lambda panel: len(panel.beyond)) if known else None


def _draw_panel(axis: Axes, panel: Panel, groups: Sequence[Group]) -> None:
    if panel.pairs.empty:
        add_empty_note(axis, "No pair of values")
        return
    size = 2.6 if len(panel.pairs) > CROWD else 4.2
    for group in groups:
        own = panel.pairs[panel.pairs.index.isin(group.subjects)]
        look = {**arm_points(group.position), "markersize": size, "markeredgewidth": 0.9}
        axis.plot(own["BASE"], own["WORST"], **look, alpha=0.8)
    ringed = panel.pairs[panel.pairs.index.isin(panel.graded)]
    ring: dict[str, Any] = {
        "markersize": size + 5,
        "markerfacecolor": "none",
        "markeredgecolor": INK,
    }
    axis.plot(ringed["BASE"], ringed["WORST"], "o", **ring)
    axis.plot(
        panel.pairs["BASE"], panel.pairs["GRADE"], "_", color=INK, markersize=6, markeredgewidth=0.8
    )
    _set_axes(axis, panel)
    name_axes(axis, panel)


def _set_axes(axis: Axes, panel: Panel) -> None:
    """The same scale both ways, with the limits of the range and the line of no change."""
    values = pd.concat([panel.pairs["BASE"], panel.pairs["WORST"]])
    shown = panel.pairs["GRADE"].dropna()
    low, high = float(values.min()), float(values.max())
    drawn = find_near_limits(panel, low, high)
    low, high = min([low, *drawn, *shown]), max([high, *drawn, *shown])
    skewed = low > 0 and high >= SKEWED * float(values.median())
    room = (high / low) ** 0.08 if skewed else (high - low or 1.0) * 0.08
    ends = (low / room, high * room) if skewed else (low - room, high + room)
    draw_limits(axis, drawn, ends)
    for side, scale in ((axis.xaxis, axis.set_xscale), (axis.yaxis, axis.set_yscale)):
        side.set_major_locator(MaxNLocator(4, prune="upper"))
        if skewed:
            scale("log")
            side.set_major_locator(LogLocator(subs=(1, 3) if high / low < 300 else (1,)))
            side.set_minor_locator(NullLocator())
        side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_xlim(*ends)
    axis.set_ylim(*ends)
