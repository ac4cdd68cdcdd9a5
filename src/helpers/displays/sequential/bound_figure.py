"""F-E-14: |Z| of each contrast against information, the bounds, and below them the error spent."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.family_words import (
    describe_approximation,
    name_adjusted_p,
    name_p,
    name_z,
    state_sides,
    state_uncontrolled,
    state_uncrossable,
)
from helpers.displays.efficacy.other_plan import state_other_plan
from helpers.displays.efficacy.report_parts import KEY_MODEL, SEQUENTIAL, made_where_possible
from helpers.displays.figures.parts import SMALL, add_arm_legend
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_number, format_p
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, index_results
from helpers.displays.sequential.story import (
    FORMS,
    Story,
    describe_key,
    list_looks,
    state_information,
    state_overrun,
    tell_story,
)
from helpers.models.family import Compared
from helpers.models.looks import Look
from helpers.params.interim import Interim
from helpers.stats.sequential.spending import compute_spending
from helpers.view import TOTAL, View

PANELS = (2.3, 1.3)  # inches: bounds, error spent
BETWEEN = 0.75  # inches
DODGE = 0.014  # of the information, between contrasts at a look
TALLEST = 6.0  # of |Z|; a bound beyond it is named, not drawn
Statistics = Mapping[Key, Mapping[str, float]]


@shown_as("F-E-14", title="Looks, bounds and error spent", needs=("adeff",))
@made_where_possible(SEQUENTIAL)
def plot_bounds(view: View) -> Figure:
    """|Z| of every contrast at the looks so far, the bound of every look, the error spent.

    Results: population, PARAMCD, visit, category LOOK.<interim> or PLANNED.<number>: arm Total n
    (looks so far), fraction, boundary_z, boundary_p, spent; by contrast z (positive for benefit),
    p_adjusted.
    """
    story = tell_story(view)
    results = tuple(list_looks(story))
    interim = view.interim
    symbol = name_z(interim)
    return Figure(
        population_line=f"{state_population(view, story.effects.population)} Change from baseline "
        f"of {describe_key(story)}. {symbol} is the standard normal equivalent of the "
        f"{name_p(interim)}. Bounds are for display"
        f"{'' if story.final else ': no early stop for benefit is planned'}.",
        results=results,
        notes=join_notes(
            state_uncontrolled(interim, len(story.contrasts)),
            state_other_plan(view),
            state_information(story),
            _state_bounds(story),
            _state_spending(interim),
            state_sides(interim),
            _state_earlier(story),
            _state_unfavourable(story),
            state_overrun(story),
        ),
        source_note="adeff (CHG, ADT) with ANL01FL = Y, compared_looks; plot_bounds; "
        "helpers.stats.sequential.",
        headline=state_crossings(story),
        alternative=f"Two panels over the information fraction: {symbol} of each contrast with the "
        f"bounds, and the error spent; the numbers of this look are in {KEY_MODEL}.",
        svg=_draw(story, index_results(results)),
    )


def _state_spending(interim: Interim) -> str:
    """How the error is spent, and that the p of a family is held against bounds of one contrast."""
    sides = "two-sided" if interim.sides == 2 else "one-sided"
    alpha = format_number(interim.alpha_total, 3)
    spent = (
        f"{FORMS[interim.spending]}, {sides} {alpha} in all, bounds "
        "from the information reached; grey bars: to come, at the information planned."
    )
    if interim.multiplicity == "none":
        return spent
    return f"{spent} That an adjusted p is held against them is {describe_approximation(interim)}."


def state_crossings(story: Story) -> str:
    """Which contrasts are at or beyond the bound of this look, and on which side."""
    known = [own for own in story.contrasts if not math.isnan(own.p_adjusted)]
    if not known:
        return "No difference can be estimated."
    bound = format_number(story.now.z, 2)
    said = []
    for own in known:
        side = "beyond" if own.crosses(story.now) else "within"
        said.append(f"{own.label} {side} ({_write_z(story, own)})")
    symbol = name_z(story.view.interim)
    uncrossable = state_uncrossable(story.now.z, story.now.note)
    if uncrossable:
        values = "; ".join(f"{own.label} {_write_z(story, own)}" for own in known)
        return f"{uncrossable[0].upper()}{uncrossable[1:]}. {symbol}: {values}."
    return f"{symbol} against the bound of this look, {bound}: {'; '.join(said)}."


def _write_z(story: Story, own: Compared) -> str:
    return format_number(place_z(story, own.z), 2)


def place_z(story: Story, z: float) -> float:
    """Where a contrast stands on the scale of the bounds: its size, of one side with its sign."""
    return abs(z) if story.view.interim.sides == 2 else z


def _state_bounds(story: Story) -> str:
    said = []
    for look in story.looks:
        name = look.name or f"to come at {format_number(look.t, 2)}"
        spent = format_p(look.spent) if look.spent else "0"
        uncrossable = state_uncrossable(look.z, look.note)
        z, p = format_number(look.z, 3), format_p(look.nominal_p)
        bound = f"none ({uncrossable}; " if uncrossable else f"{z} (p {p}, "
        said.append(f"{name} {bound}spent {spent})")
    return f"Bounds: {'; '.join(said)}."


def _state_earlier(story: Story) -> str:
    names = [look.name for look in story.looks if look.state == "earlier"]
    if not names:
        return ""
    known = [name for name in names if name in story.family]
    shown = "computed again from the scores dated by its cut-off" if known else "not shown"
    return f"Points of an earlier look are {shown}: what was corrected since is in them."


def _state_unfavourable(story: Story) -> str:
    names = [own.label for own in story.contrasts if own.wald < 0]
    return f"In favour of the control at this look: {', '.join(names)}." if names else ""


@figure_style()
def _draw(story: Story, statistics: Statistics) -> str:
    height = sum(PANELS) + BETWEEN + 0.85
    figure, (above, below) = new_figure(
        height,
        rows=2,
        columns=1,
        grid="both",
        gridspec_kw={
            "height_ratios": PANELS,
            "hspace": BETWEEN / (sum(PANELS) / 2),
            "top": 1 - 0.35 / height,
        },
    )
    _draw_bounds(above, story, statistics)
    _draw_family(above, story, statistics)
    _draw_spent(below, story, statistics)
    right = max(1.0, *(look.t for look in story.looks))
    for axis in (above, below):
        axis.set_xlim(0, right * 1.04)
        axis.set_xlabel("Information fraction")
    positions = [story.view.trial.arm_position(own.arm) for own in story.contrasts]
    labels = [own.label for own in story.contrasts]
    add_arm_legend(figure, labels, positions, lines=True, more={"Bound": _bar(to_come=False)})
    return render_svg(figure, SEQUENTIAL)


def _bar(*, to_come: bool) -> dict[str, Any]:
    """A short bar, so that a point on it stays in sight; grey where the look is to come."""
    return {
        "color": MUTED if to_come else INK,
        "marker": "_",
        "linestyle": "none",
        "markersize": 16,
        "markeredgewidth": 1.4 if to_come else 2.2,
    }


def _draw_bounds(axis: Axes, story: Story, statistics: Statistics) -> None:
    """The bound of every look, joined; of a look that nothing can cross only its name."""
    rows = [statistics[story.key_of(look)._replace(arm=TOTAL)] for look in story.looks]
    finite = [row["boundary_z"] for row in rows if math.isfinite(row["boundary_z"])]
    top = min(max(finite, default=TALLEST), TALLEST)
    drawn = []
    for look, row in zip(story.looks, rows, strict=True):
        t, z = row["fraction"], row["boundary_z"]
        high = min(z, TALLEST) if math.isfinite(z) else top
        if math.isfinite(z):
            axis.plot([t], [high], **_bar(to_come=look.state == "to come"))
            drawn.append((t, high))
        axis.annotate(
            _name(look, z),
            (t, high),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=MUTED,
        )
    if drawn:
        axis.plot(*zip(*drawn, strict=True), color=MUTED, linewidth=0.8, linestyle="dotted")
    interim = story.view.interim
    axis.set_title(f"{name_z(interim)}, equivalent of the {name_adjusted_p(interim)}")
    axis.set_ylim(0, top * 1.25)


def _name(look: Look, z: float) -> str:
    """Name of a look and its bound, as written beside it."""
    bound = format_number(z, 2) if z <= TALLEST else f"> {format_number(TALLEST, 0)}"
    bound = bound if math.isfinite(z) else "none"
    return f"{look.name or 'to come'} {bound}"


def _draw_family(axis: Axes, story: Story, statistics: Statistics) -> None:
    """|Z| of every contrast over the looks so far, joined."""
    highest, lowest, middle = 0.0, 0.0, (len(story.contrasts) - 1) / 2
    for number, own in enumerate(story.contrasts):
        known, shift = [], DODGE * (number - middle)
        for look in story.looks:
            key = story.key_of(look)
            row = statistics.get(key._replace(contrast=own.label), {"z": math.nan})
            if not math.isnan(row["z"]):
                t = statistics[key._replace(arm=TOTAL)]["fraction"]
                known.append((t + shift, max(place_z(story, row["z"]), -TALLEST)))
        if known:
            look_of = arm_points(story.view.trial.arm_position(own.arm))
            axis.plot(*zip(*known, strict=True), **{**look_of, "linestyle": "-", "linewidth": 1.0})
            highest = max(highest, *(z for _, z in known))
            lowest = min(lowest, *(z for _, z in known))
    low, high = axis.get_ylim()
    axis.set_ylim(min(low, 1.1 * lowest), max(high, 1.1 * highest))
    if lowest < 0:
        axis.axhline(0, color=MUTED, linewidth=0.8)


def _draw_spent(axis: Axes, story: Story, statistics: Statistics) -> None:
    """Error spent at every look, with the spending function where there is one."""
    interim = story.view.interim
    if interim.spending.startswith("ld_"):
        times = np.linspace(0.0, 1.0, 101)
        curve = [
            compute_spending(t, interim.alpha_total, interim.spending, interim.sides) for t in times
        ]
        axis.plot(times, curve, color=MUTED, linewidth=1.0)
    for look in story.looks:
        row = statistics[story.key_of(look)._replace(arm=TOTAL)]
        axis.plot([row["fraction"]], [row["spent"]], **_bar(to_come=look.state == "to come"))
    axis.set_title("Type I error spent")
    axis.set_ylim(0, interim.alpha_total * 1.15)
