"""F-E-12: the key differences in subgroups as a forest."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import (
    SUBGROUP_FOREST,
    SUBGROUPS,
    made_where_possible,
)
from helpers.displays.figures.forest import Column, Look, draw_interval, write_text
from helpers.displays.figures.parts import shorten
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import NOT_ESTIMABLE, format_cell, format_level
from helpers.displays.model import Cell, Figure, join_notes
from helpers.displays.results import Key, index_results
from helpers.displays.supportive.subgroup_effects import (
    NO_INTERACTION,
    SubgroupEffects,
    fit_subgroup_effects,
    list_results,
    place_level,
    state_cells,
    state_small_cells,
)
from helpers.displays.treatment_effect.verdict import state_test
from helpers.view import ClosedView, View

ROW, GAP, HEAD = 0.19, 0.1, 1.0  # inches: a row, the room before a block, column heads and axis
LETTERS = 26  # of the name of a subgroup
LEVEL = Column(0, -242)
NAME, CONTRAST = Column(0, -250), Column(0, -122)
COUNTS, NUMBERS = Column(0, -8, "right"), Column(1, 8)


Statistics = dict[Key, dict[str, float]]


class Entry(NamedTuple):
    """One row: its text, how far from the one above, and the differences that it shows.

    `keys` are of the differences with their arms compared; none for the name of a characteristic,
    several where none of them can be estimated.
    """

    name: str
    gap: float = 0.0
    keys: tuple[tuple[Key, str, str], ...] = ()
    strong: bool = False


@shown_as("F-E-12", title="Key result in subgroups, as a forest", needs=("adeff", "adsl"))
@made_where_possible(SUBGROUP_FOREST)
def plot_subgroups(view: View) -> Figure:
    """One row per subgroup and difference from the control, all participants first, a line at 0.

    Results: as in T-E-14.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    found = fit_subgroup_effects(view)
    results = tuple(list_results(found))
    score = view.trial.scores[found.main.model.code]
    return Figure(
        population_line=f"{state_population(view, found.main.population)} Difference in the change "
        f"of {score.label} at {view.trial.visit_label(found.visit).lower()}, "
        f"{format_level(found.main.level)} CI. Estimand E1.",
        results=results,
        notes=join_notes(
            f"Exploratory, not adjusted. {NO_INTERACTION}",
            f"The model is stated below {SUBGROUPS}. n: values at the visit, arm v reference.",
            state_small_cells(),
            state_test(found.main),
        ),
        source_note="adeff, adsl; plot_subgroups; helpers.models.subgroups.",
        headline=state_cells(found),
        alternative="A point with limits per subgroup and difference, all participants first; "
        f"the numbers are in {SUBGROUPS}.",
        svg=_draw(
            found, list(_list_entries(found, index_results(results))), index_results(results)
        ),
    )


def _list_entries(found: SubgroupEffects, statistics: Statistics) -> Iterable[Entry]:
    yield from _list_rows(found, found.key, "All participants", statistics)
    for model in found.models:
        yield Entry(model.label, GAP, strong=True)
        for level in model.levels:
            yield from _list_rows(found, place_level(found, model, level), level, statistics)


def _list_rows(
    found: SubgroupEffects, key: Key, name: str, statistics: Statistics
) -> Iterable[Entry]:
    """A row per difference; one for all of them where none can be estimated."""
    keys = tuple((key._replace(contrast=label), a, b) for label, a, b in found.contrasts)
    if all(statistics[own]["estimate"] != statistics[own]["estimate"] for own, _, _ in keys):
        yield Entry(name, keys=keys)
        return
    for number, own in enumerate(keys):
        yield Entry("" if number else name, keys=(own,), strong=not key.subgroup)


@figure_style()
def _draw(found: SubgroupEffects, entries: Sequence[Entry], statistics: Statistics) -> str:
    height = HEAD + sum(ROW + entry.gap for entry in entries)
    figure, (axis,) = new_figure(
        height,
        grid="x",
        gridspec_kw={"left": 0.4, "right": 0.77, "top": 1 - 0.1 / height, "bottom": 0.5 / height},
    )
    place = ROW
    write_text(axis, ROW * 0.4, "n", COUNTS, Look(MUTED))
    write_text(axis, ROW * 0.4, "difference (CI)", NUMBERS, Look(MUTED))
    for entry in entries:
        place += ROW + entry.gap
        _draw_entry(found, axis, place, entry, statistics)
    score = found.main.view.trial.scores[found.main.model.code]
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.set_ylim(place + ROW, 0)
    axis.set_yticks([])
    axis.margins(x=0.05)
    side = "right" if score.direction > 0 else "left"
    better = f"; {side} of 0: arm named first better" if score.direction_decided else ""
    axis.set_xlabel(f"Difference in change{better}")
    return render_svg(figure, SUBGROUP_FOREST)


def _draw_entry(
    found: SubgroupEffects,
    axis: Axes,
    place: float,
    entry: Entry,
    statistics: Statistics,
) -> None:
    view = found.main.view
    column = NAME if entry.strong else LEVEL
    write_text(axis, place, shorten(entry.name, LETTERS), column, Look(bold=entry.strong))
    counts = "; ".join(_write_counts(found, entry_key, statistics) for entry_key in entry.keys)
    write_text(axis, place, counts, COUNTS)
    if len(entry.keys) != 1:
        write_text(axis, place, NOT_ESTIMABLE if entry.keys else "", NUMBERS, Look(MUTED))
        return
    key, arm, _ = entry.keys[0]
    position = view.trial.arm_position(arm)
    decimals = view.trial.scores[found.main.model.code].decimals + 1
    write_text(
        axis, place, shorten(key.contrast, LETTERS // 2), CONTRAST, Look(arm_colour(position))
    )
    text = format_cell(Cell(key, show.interval(decimals)), statistics)
    write_text(axis, place, text, NUMBERS, Look(MUTED if text == NOT_ESTIMABLE else INK))
    draw_interval(axis, place, statistics[key], position)


def _write_counts(
    found: SubgroupEffects, compared: tuple[Key, str, str], statistics: Statistics
) -> str:
    """Values of the two arms of a difference: `9 v 14`."""
    key, *arms = compared
    trial = found.main.view.trial
    own = [key._replace(contrast="", arm=trial.arm(code).label) for code in arms]
    return " v ".join(format_cell(Cell(place, show.n()), statistics) for place in own)
