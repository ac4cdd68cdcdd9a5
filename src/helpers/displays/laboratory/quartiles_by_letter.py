"""F-S-21 for masked readers: quartiles of baseline and of the most extreme value, by letter."""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays.columns import state_population
from helpers.displays.figures.parts import add_empty_note
from helpers.displays.figures.style import arm_points
from helpers.displays.laboratory.baseline_drawing import (
    describe_beyond,
    draw_limits,
    draw_tests,
    find_near_limits,
    name_axes,
)
from helpers.displays.laboratory.baseline_pairs import BEYOND, Panel, build_panels, count_beyond
from helpers.displays.measurements.limits import WORDS
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.view import Group, MaskedView

FEWEST_DRAWN = 5  # participants of a letter; quartiles of fewer are nearly their values
QUARTILES = ("q1", "median", "q3")
Numbers = Mapping[Key, Mapping[str, float]]


def plot_quartiles_by_letter(view: MaskedView) -> Figure:
    """A cross per letter and test: medians where it meets, quartiles where its arms end.

    A point far out is somebody whom a site knows; so nobody is drawn alone.

    Results: population ITT, letter, parameter the test: n, q1, median, q3 at the baseline visit,
    and without a visit of the extreme; category BEYOND: n, N of those with both values who newly
    left the range, with the interval.
    """
    population = view.safety
    groups = view.groups(population)[:-1]
    panels = build_panels(view, view["adlb"])
    results = [r for panel in panels for r in _list_quartiles(view, groups, panel)]
    results += [r for panel in panels for r in count_beyond(view, groups, panel, BEYOND)]
    draw = partial(_draw_panel, groups=groups, numbers=index_results(results))
    return Figure(
        title="Laboratory tests: baseline against the most extreme value after it, quartiles",
        population_line=f"{state_population(view, population)} Participants with a value at "
        "baseline and one after it at a planned visit. A cross meets at the medians of its letter "
        "and ends at the quartiles: across baseline, up the highest or lowest later value.",
        results=tuple(results),
        notes=join_notes(
            f"{WORDS} Dotted: no change.",
            f"No cross of fewer than {FEWEST_DRAWN} participants. Quartiles: type 7.",
            "Impossible values are left out. Grades: T-S-20.",
        ),
        source_note=f"adlb with ABLFL or POSTFL = Y (AVAL, ANRLO, ANRHI, ANRIND), {population}; "
        "plot_quartiles_by_letter; laboratory.compared.",
        alternative=" ".join(describe_beyond(panel, groups) for panel in panels),
        svg=draw_tests(groups, panels, draw),
    )


def _list_quartiles(view: MaskedView, groups: Sequence[Group], panel: Panel) -> list[Result]:
    results: list[Result] = []
    for group in groups:
        key = Key(group.population, group.label, panel.code)
        for visit, name in ((view.trial.baseline.code, "BASE"), ("", "WORST")):
            summary = summarize_group(panel.pairs[name].astype("Float64"), group)
            drawn = QUARTILES if summary["n"] >= FEWEST_DRAWN else ()
            results += rows_of(
                key._replace(visit=visit), {stat: summary[stat] for stat in ("n", *drawn)}
            )
    return results


def _draw_panel(axis: Axes, panel: Panel, groups: Sequence[Group], numbers: Numbers) -> None:
    name_axes(axis, panel)
    shown: list[float] = []
    for group in groups:
        rows = [
            row
            for key, row in numbers.items()
            if (key.arm, key.parameter, key.category) == (group.label, panel.code, "")
            and "median" in row
        ]
        if not rows:
            continue
        across, up = rows  # baseline stands first
        shown += [row[stat] for row in rows for stat in QUARTILES]
        look = arm_points(group.position)
        axis.errorbar(
            across["median"],
            up["median"],
            xerr=[[across["median"] - across["q1"]], [across["q3"] - across["median"]]],
            yerr=[[up["median"] - up["q1"]], [up["q3"] - up["median"]]],
            ecolor=look["color"],
            elinewidth=1.0,
            **look,
        )
    if not shown:
        add_empty_note(axis, "Too few values")
        return
    _set_axes(axis, panel, min(shown), max(shown))


def _set_axes(axis: Axes, panel: Panel, low: float, high: float) -> None:
    """The same scale both ways, with near limits of the range and the line of no change."""
    drawn = find_near_limits(panel, low, high)
    low, high = min([low, *drawn]), max([high, *drawn])
    room = (high - low or 1.0) * 0.08
    ends = (low - room, high + room)
    draw_limits(axis, drawn, ends)
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(4, prune="upper"))
    axis.set_xlim(*ends)
    axis.set_ylim(*ends)
