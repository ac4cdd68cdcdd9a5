"""F-S-10: laboratory values by visit and arm as boxes, with the limits of the range."""

import math
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import NDArray

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.parts import add_arm_legend, add_empty_note, shorten
from helpers.displays.figures.style import (
    INK,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_number
from helpers.displays.measurements.limits import WORDS, find_limits, read_sexes
from helpers.displays.measurements.queried import RULE, mark_queries, name_query
from helpers.displays.measurements.readings import choose_tests, list_visits, values_at
from helpers.displays.measurements.units import split_unit
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import summarize_group
from helpers.view import ClosedView, Group, View

FEW = 20  # up to so many values of an arm at a visit every one is drawn
SHARE = 0.1  # of participants who must have a value for a visit to be drawn
SKEWED = 8  # times the median that the highest value must reach for a log axis
MANY_VISITS = 5
PANEL = 1.8  # inches
TITLE = {2: 36, 3: 22}  # letters of a title on one line, by the number of panels beside each other
LETTERS = 24  # of an arm in the legend
FEWEST_BOX = 5
Numbers = NDArray[np.float64]
Line = list[tuple[float, float]]


class Shape(NamedTuple):
    """What is drawn of an arm at a visit: box and whiskers, median, points."""

    lines: list[Line]
    middle: list[Line]
    points: list[tuple[float, float]]


class Panel(NamedTuple):
    """One test: its name, values by visit, and the limits of its range."""

    code: str
    name: str
    by_visit: dict[str, pd.Series]
    limits: tuple[float, ...]


@shown_as(
    "F-S-10",
    title="Laboratory values over time",
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
)
def plot_laboratory_values(view: View) -> Figure:
    """A panel per test, a box per visit and arm; every value is within the axis.

    Results: population SAF, arm, parameter the test, visit, category AVAL: n, mean, sd, median, q1,
    q3, min, max of what is drawn.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("values are drawn by arm")
    groups = view.groups(view.safety)[:-1]
    rows = _read_rows(view)
    labels = list_visits(rows, view.trial)
    visits = _choose_visits(rows, labels, view.total(view.safety).n)
    panels = _build_panels(view, rows, visits)
    left_out = [labels[code] for code in labels if code not in visits]
    headline = _state_headline(view, rows, visits, [panel.code for panel in panels])
    return Figure(
        population_line=f"{state_population(view, view.safety)} Box: quartiles and median; "
        "whiskers: the "
        f"furthest values within 1.5 of its height; up to {FEW} values of an arm at a visit all "
        "are drawn, above that those beyond the whiskers.",
        results=tuple(_summarize(groups, panels)),
        notes=join_notes(
            WORDS,
            f"An axis is in multiples (log) where the highest value is {SKEWED} times the median "
            "or more. Numbers: T-S-19.",
            f"Not drawn, with values of under {100 * SHARE:g}% of participants: "
            f"{', '.join(left_out)}."
            if left_out
            else "",
            "Impossible values are not drawn (L-S-06).",
            RULE if "check queries" in headline else "",
        ),
        source_note=f"adlb with ANL01FL = Y (AVAL, ANRLO, ANRHI), {view.safety}; "
        "plot_laboratory_values.",
        headline=headline,
        alternative="One panel per test; number, median, quartiles and range of every visit and "
        "arm are in T-S-19.",
        svg=_draw(groups, panels, visits),
    )


def _read_rows(view: View) -> pd.DataFrame:
    rows = view["adlb"]
    kept = (rows["ANL01FL"] == "Y") & rows["AVISITN"].notna() & rows["AVAL"].notna()
    own = rows[kept & rows["USUBJID"].isin(view.total(view.safety).subjects)]
    return mark_queries(view, own, "lb")


def _choose_visits(rows: pd.DataFrame, labels: Mapping[str, str], n: int) -> list[str]:
    """Visits at which enough of the participants have a value."""
    people = rows.groupby("AVISIT")["USUBJID"].nunique()
    return [code for code in labels if people[code] >= SHARE * n]


def _build_panels(view: View, rows: pd.DataFrame, visits: Sequence[str]) -> list[Panel]:
    panels, sexes = [], read_sexes(view)
    for code, name in choose_tests(rows, view.trial).items():
        own = rows[rows["PARAMCD"] == code]
        values = {visit: values_at(own[own["AVISIT"] == visit], "AVAL") for visit in visits}
        panels.append(Panel(code, name, values, find_limits(own, sexes)))
    return panels


def _summarize(groups: Sequence[Group], panels: Sequence[Panel]) -> list[Result]:
    return [
        result
        for panel in panels
        for visit, values in panel.by_visit.items()
        for group in groups
        for result in rows_of(
            Key(group.population, group.label, panel.code, visit, "AVAL"),
            summarize_group(values, group),
        )
    ]


def _state_headline(
    view: ClosedView, rows: pd.DataFrame, visits: Sequence[str], tests: Sequence[str]
) -> str:
    """The value furthest above the upper limit of its record: of those drawn, and of all tests."""
    drawn = rows[rows["AVISIT"].isin(visits[1:]) & rows["PARAMCD"].isin(tests)]
    highest = _find_highest(drawn)
    text = ""
    if highest is not None:
        said = _say_highest(view, drawn, highest)
        text = f"Furthest above its upper limit at a visit after baseline: {said}."
    if "POSTFL" not in view["adlb"]:
        return text
    everything = view["adlb"]
    own = everything["USUBJID"].isin(view.total(view.safety).subjects)
    whole = mark_queries(view, everything[own & (everything["POSTFL"] == "Y")], "lb")
    most = _find_highest(whole)
    if most is None or (highest is not None and most["XULN"] <= highest["XULN"]):
        return text
    more = "Of all values after baseline, also those not drawn"
    return f"{text} {more}: {_say_highest(view, whole, most)}.".strip()


def _say_highest(view: ClosedView, rows: pd.DataFrame, highest: pd.Series) -> str:
    """The highest one; where a check queries it, the highest that none queries beside it."""
    queried = name_query(highest["QUERY"]) or highest["QUERY"]
    if not isinstance(queried, str):
        return _name(view, highest)
    sure = _find_highest(rows[rows["QUERY"].isna()])
    other = "none above its limit" if sure is None else _name(view, sure)
    return f"{_name(view, highest)}, {queried}; of the values that no check queries {other}"


def _find_highest(rows: pd.DataFrame) -> pd.Series | None:
    """The row with the highest multiple of its own upper limit, None where all are within."""
    if "XULN" not in rows and "ANRHI" in rows:
        upper = rows["ANRHI"].astype("Float64")
        rows = rows.assign(XULN=rows["AVAL"].astype("Float64") / upper.where(upper > 0))
    if "XULN" not in rows:
        return None
    above = rows[(rows["XULN"] > 1).fillna(False)]
    order = ["XULN", "USUBJID", "PARAMCD"]
    return above.sort_values(order, ascending=[False, True, True]).iloc[0] if len(above) else None


def _name(view: ClosedView, row: pd.Series) -> str:
    """Test, multiple, participant and arm: `Urea 6.9 times (011, arm)`."""
    person = view["adsl"].set_index("USUBJID").loc[row["USUBJID"]]
    name = view.trial.laboratory.labels.get(row["PARAMCD"], row["PARAMCD"])
    arm = view.trial.arm(person[view.arm_variable(view.safety)]).label
    return f"{name} {format_number(float(row['XULN']), 1)} times ({person['SUBJID']}, {arm})"


@figure_style()
def _draw(groups: Sequence[Group], panels: Sequence[Panel], visits: Sequence[str]) -> str:
    columns = 2 if len(visits) > MANY_VISITS or len(groups) > MANY_VISITS - 2 else 3
    lines = max(math.ceil(len(panels) / columns), 1)
    height = PANEL * lines + 0.8
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=columns,
        gridspec_kw={
            "wspace": 0.36 if columns == 3 else 0.24,
            "hspace": 0.62,
            "top": 1 - 0.6 / height,
        },
    )
    if not panels:
        add_empty_note(axes[0], "No laboratory value at a visit")
    for axis, panel in zip(axes, panels, strict=False):
        _draw_panel(axis, groups, panel, visits, TITLE[columns])
    for axis in axes[max(len(panels), 1) :]:
        axis.set_axis_off()
    labels = [f"{shorten(group.label, LETTERS)} (N = {group.n})" for group in groups]
    add_arm_legend(figure, labels, [group.position for group in groups])
    return render_svg(figure, "F-S-10")


def _draw_panel(
    axis: Axes, groups: Sequence[Group], panel: Panel, visits: Sequence[str], letters: int
) -> None:
    step = 0.86 / max(len(groups), 1)
    for number, group in enumerate(groups):
        shift = step * (number - (len(groups) - 1) / 2)
        shapes = [
            _shape_box(
                values[values.index.isin(group.subjects)].to_numpy(float), place + shift, step
            )
            for place, values in enumerate(panel.by_visit[visit] for visit in visits)
        ]
        _draw_arm(axis, group, [shape for shape in shapes if shape is not None])
    for limit in panel.limits:
        axis.axhline(limit, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    axis.autoscale_view()
    name, unit = split_unit(panel.name)
    axis.set_title("\n".join(wrap(name, letters, max_lines=2, placeholder="\u2026")), y=1.0)
    axis.set_ylabel(unit)
    axis.set_xticks(range(len(visits)), [_shorten(visit) for visit in visits])
    axis.set_xlim(-0.6, len(visits) - 0.4)
    known = pd.concat(list(panel.by_visit.values())) if panel.by_visit else pd.Series(dtype=float)
    known = known.astype(float)
    if len(known) and known.min() > 0 and known.max() >= SKEWED * known.median():
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.yaxis.set_minor_locator(NullLocator())


def _shorten(visit: str) -> str:
    """`Week 12` is `W12`: the codes of visits are short, words of other visits are not."""
    first, _, rest = visit.partition(" ")
    return f"{first[:1]}{rest}" if rest.isdigit() else visit


def _shape_box(own: Numbers, place: float, step: float) -> Shape | None:
    """A box from five values on; the values themselves where they are few."""
    if not len(own):
        return None
    lines: list[Line] = []
    middle: list[Line] = []
    beyond = own
    if len(own) >= FEWEST_BOX:
        q1, median, q3 = np.quantile(own, [0.25, 0.5, 0.75])
        reach = 1.5 * (q3 - q1)
        inside = own[(own >= q1 - reach) & (own <= q3 + reach)]
        left, right = place - 0.4 * step, place + 0.4 * step
        lines = [
            [(left, q1), (right, q1), (right, q3), (left, q3), (left, q1)],
            [(place, q1), (place, inside.min())],
            [(place, q3), (place, inside.max())],
        ]
        middle = [[(left, median), (right, median)]]
        beyond = own if len(own) <= FEW else own[(own < q1 - reach) | (own > q3 + reach)]
    spread = (
        np.linspace(-0.22, 0.22, len(beyond)) * step if len(beyond) > 1 else np.zeros(len(beyond))
    )
    return Shape(lines, middle, [*zip(place + spread, beyond, strict=True)])


def _draw_arm(axis: Axes, group: Group, shapes: Sequence[Shape]) -> None:
    """Boxes, medians and points of an arm, each as one thing: a figure of hundreds stays small."""
    colour = arm_colour(group.position)
    for field, width in (("lines", 1.0), ("middle", 2.2)):
        paths = [path for shape in shapes for path in getattr(shape, field)]
        axis.add_collection(LineCollection(paths, colors=colour, linewidths=width))
    points = [point for shape in shapes for point in shape.points]
    if points:
        look = {**arm_points(group.position), "markersize": 2.4, "markeredgewidth": 0.6}
        axis.plot(*zip(*points, strict=True), **look, alpha=0.7)
