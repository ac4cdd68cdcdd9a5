"""F-S-21 for masked readers: quartiles of baseline and of the most extreme value, by letter."""

import math
from collections.abc import Mapping, Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays.columns import state_population
from helpers.displays.figures.parts import add_arm_legend, add_empty_note
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.laboratory.baseline_pairs import (
    BEYOND,
    BEYOND_WORDS,
    Panel,
    build_panels,
    count_beyond,
    narrow_groups,
)
from helpers.displays.measurements.limits import WORDS
from helpers.displays.measurements.units import split_unit
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.view import Group, MaskedView

FEWEST_DRAWN = 5  # participants of a letter; quartiles of fewer are nearly their values
QUARTILES = ("q1", "median", "q3")
SIZE, TITLE, COLUMNS = 2.35, 22, 3  # inches of a panel, letters of a title on one line
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
        alternative=" ".join(_describe(panel, groups) for panel in panels),
        svg=_draw(groups, panels, index_results(results)),
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


def _describe(panel: Panel, groups: Sequence[Group]) -> str:
    """Who newly left the range, by letter."""
    said = [
        f"{group.label} {len(set(panel.beyond) & set(group.subjects))} of {group.n}"
        for group in narrow_groups(groups, panel)
    ]
    side = BEYOND_WORDS[panel.way]
    return f"{panel.name}, {panel.way} value: newly {side} the limit {', '.join(said)}."


@figure_style()
def _draw(groups: Sequence[Group], panels: Sequence[Panel], numbers: Numbers) -> str:
    lines = max(math.ceil(len(panels) / COLUMNS), 1)
    height = SIZE * lines + 0.5
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=COLUMNS if panels else 1,
        grid="both",
        gridspec_kw={
            "wspace": 0.42,
            "hspace": 0.6,
            "top": 1 - 0.6 / height,
            "bottom": 0.45 / height,
        },
    )
    if not panels:
        add_empty_note(axes[0], "No value of these tests")
    for axis, panel in zip(axes, panels, strict=False):
        _draw_panel(axis, groups, panel, numbers)
    for axis in axes[max(len(panels), 1) :]:
        axis.set_axis_off()
    labels = [f"{group.label} (N = {group.n})" for group in groups]
    add_arm_legend(figure, labels, [group.position for group in groups])
    return render_svg(figure, "F-S-21")


def _draw_panel(axis: Axes, groups: Sequence[Group], panel: Panel, numbers: Numbers) -> None:
    name, unit = split_unit(panel.name)
    axis.set_title("\n".join(wrap(name, TITLE, max_lines=2, placeholder="\u2026")))
    axis.set_xlabel("baseline")
    axis.set_ylabel(f"{panel.way} after, {unit}" if unit else f"{panel.way} after")
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
    drawn = [limit for limit in panel.limits if low / 2 <= limit <= high * 2]
    low, high = min([low, *drawn]), max([high, *drawn])
    room = (high - low or 1.0) * 0.08
    for limit in drawn:
        for line in (axis.axhline, axis.axvline):
            line(limit, color=INK, linewidth=0.7, linestyle=(0, (4, 2)))
    ends = (low - room, high + room)
    axis.plot(ends, ends, color=MUTED, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=0)
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(4, prune="upper"))
    axis.set_xlim(*ends)
    axis.set_ylim(*ends)
