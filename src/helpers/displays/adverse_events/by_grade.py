"""T-S-15 and F-S-18: participants by the worst grade of their adverse events."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.adverse_events.event_counts import NO_EVENTS
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    ONCE,
    name_grade_five,
    note_fatal_unrecorded,
    note_grade_five,
    note_imputed_starts,
)
from helpers.displays.adverse_events.kinds import SEVERE, choose_counted
from helpers.displays.adverse_events.procedure_rows import complaint_rows, note_complaints
from helpers.displays.adverse_events.term_rows import ANY
from helpers.displays.adverse_events.worst_levels import MISSING, find_worst, level_rows
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.parts import SMALL, add_empty_note
from helpers.displays.figures.shares import share_results, state_shares
from helpers.displays.figures.style import INK, PAPER, figure_style, new_figure, render_svg
from helpers.displays.model import Figure, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import RowContext, collect_rows, count_persons
from helpers.view import ArmView, ClosedView, Group, MaskedView, View

GRADES = {**{str(n): f"grade {n}" for n in (5, 4, 3, 2, 1)}, MISSING: "grade missing"}
# of masked readers the worst are one: a death in a letter whose serious events are all of a
# lower grade was a complaint of a procedure, which no number by letter counts
GRADES_MASKED = {
    str(SEVERE): f"grade {SEVERE} or higher",
    **{level: label for level, label in GRADES.items() if level in ("2", "1", MISSING)},
}
NONE = "none"
# from dark to light, and dashed where there is no grade: an order that survives print in grey
SHADES = {"5": "#000000", "4": "#3b3f46", "3": "#6e7781", "2": "#a9b1ba", "1": "#d5dae0"}
DASHES = (0, (2, 1.5))
WIDEST = 14  # letters of the name of an arm
NAMED = 4.5  # percent of a bar that has room for its number
ROW = 0.38  # inches


def _grade_events(view: ArmView, flag: str) -> pd.DataFrame:
    """Events of a flag with their grade as a word in LEVEL."""
    events = view.flagged("adae", flag)
    grades = events["ATOXGR"].astype("Int64")
    if isinstance(view, MaskedView):
        grades = grades.clip(upper=SEVERE)
    grades = grades.astype("string").astype(object)
    return events.assign(LEVEL=grades.where(events["ATOXGR"].notna(), MISSING))


@shown_as(
    "T-S-15",
    title="Adverse events by system organ class, preferred term and worst grade",
    audiences={"closed_masked": "by label"},
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("ATOXGR",),
    closed_variables=("TRTEMFL",),
)
def tabulate_by_grade(view: View) -> Table:
    """Each participant once per row, under the worst grade; any event first.

    Results: as T-S-14, and below each row category `term/grade`: n, N, pct.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("terms are shown by arm")
    flag, population, name, label = choose_counted(view)
    events, groups = _grade_events(view, flag), view.groups(population)
    context = RowContext(Key(population), groups)
    levels = GRADES_MASKED if isinstance(view, MaskedView) else GRADES
    rows = level_rows(view, context, label, events, levels)
    lines, results = collect_rows([*rows, *complaint_rows(view, context, flag)])
    return Table(
        population_line=f"{state_population(view, population)} {name}: "
        "participants n (%) [events], below them by worst grade.",
        results=results,
        notes=join_notes(
            ONCE,
            "A participant counts under the worst grade known; grade missing only where no event "
            "of the row has one. Grades that nobody has are left out below classes and terms.",
            "Sorted by decreasing total incidence of SOC, then PT; ties alphabetical.",
            note_grade_five(view, events) if isinstance(view, ClosedView) else "",
            note_fatal_unrecorded(view, events) if isinstance(view, ClosedView) else "",
            note_imputed_starts(events),
            AS_IN_EXTRACT,
            note_complaints(view),
        ),
        source_note=f"adae with {flag} = Y (ATOXGR), {population}; tabulate_by_grade.",
        headline=f"{NO_EVENTS}." if events.empty else "",
        stub="System organ class, preferred term, worst grade",
        headers=build_headers(groups),
        lines=lines,
    )


@shown_as(
    "F-S-18",
    title="Participants by worst grade of their adverse events",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("TRTEMFL", "ATOXGR"),
)
def plot_by_grade(view: View) -> Figure:
    """One stacked bar per arm: participants by worst grade, without a grade, without an event.

    Results: population SAF, arm, parameter ANY, category `/grade` as in T-S-15, `/none`: n, N,
    pct; `GE3`: n, N, pct, lower, upper.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("grades are drawn by arm")
    events, groups = _grade_events(view, "TRTEMFL"), view.groups(view.safety)[:-1]
    severe = _count_severe(view, events)
    results = [*(row for group in groups for row in _count_group(events, group)), *severe]
    numbers = index_results(results)
    grave = _choose_severe(events)
    beside = {group.label: name_grade_five(view, grave, group) for group in groups}
    return Figure(
        population_line=f"{state_population(view, view.safety)} Percent of participants, each "
        "once, by the worst grade of their treatment-emergent events.",
        results=tuple(results),
        notes=join_notes(
            "Darker is worse; numbers in the bars are participants. By class and term: T-S-15.",
            note_grade_five(view, events),
            note_fatal_unrecorded(view, events),
            AS_IN_EXTRACT,
        ),
        source_note=f"adae with TRTEMFL = Y (ATOXGR), {view.safety}; plot_by_grade.",
        headline=f"{NO_EVENTS}."
        if events.empty
        else state_shares(view, f"Grade {SEVERE} or higher", severe, beside),
        svg=_draw(groups, numbers),
        alternative=" ".join(_describe(group, numbers) for group in groups),
    )


def _count_group(events: pd.DataFrame, group: Group) -> list[Result]:
    worst = find_worst(events, GRADES)
    counts = {level: count_persons(group, set(worst.index[worst == level])) for level in GRADES}
    counts[NONE] = count_persons(group, set(group.subjects) - set(worst.index))
    key = Key(group.population, group.label, ANY)
    return [
        result
        for level, numbers in counts.items()
        for result in rows_of(key._replace(category=f"/{level}"), numbers)
    ]


def _choose_severe(events: pd.DataFrame) -> pd.DataFrame:
    return events[(events["ATOXGR"] >= SEVERE).fillna(False).astype(bool)]


def _count_severe(view: ClosedView, events: pd.DataFrame) -> list[Result]:
    """Participants with grade 3 or more by arm, with the interval of each percentage."""
    severe = _choose_severe(events)["USUBJID"]
    key = Key(view.safety, "", ANY, category=f"GE{SEVERE}")
    return share_results(view, key, view.groups(view.safety)[:-1], severe)


def _describe(group: Group, numbers: Mapping[Key, Mapping[str, float]]) -> str:
    key = Key(group.population, group.label, ANY)
    parts = [
        f"{label} {int(numbers[key._replace(category=f'/{level}')]['n'])}"
        for level, label in {**GRADES, NONE: "no event"}.items()
    ]
    return f"{group.label} (N = {group.n}): {', '.join(parts)}."


@figure_style()
def _draw(groups: Sequence[Group], numbers: Mapping[Key, Mapping[str, float]]) -> str:
    height = 1.0 + ROW * len(groups)
    figure, (axis,) = new_figure(
        height, grid="x", gridspec_kw={"top": 1 - 0.4 / height, "bottom": 0.5 / height}
    )
    if not any(group.n for group in groups):
        add_empty_note(axis, "Nobody is counted")
        return render_svg(figure, "F-S-18")
    for place, group in enumerate(reversed(groups)):
        _draw_bar(axis, place, Key(group.population, group.label, ANY), numbers)
    names = [f"{_shorten(group.label)} (N = {group.n})" for group in reversed(groups)]
    axis.set_yticks(range(len(groups)), names)
    axis.set_ylim(-0.6, len(groups) - 0.4)
    axis.set_xlim(0, 100)
    axis.set_xlabel("% of participants")
    handles, labels = axis.get_legend_handles_labels()
    shown = dict(zip(labels, handles, strict=True))
    figure.legend(
        shown.values(),
        shown.keys(),
        loc="lower center",
        bbox_to_anchor=(0.5, 1 - 0.34 / height),
        ncols=len(shown),
        handlelength=1.2,
        handletextpad=0.4,
        columnspacing=1.1,
    )
    return render_svg(figure, "F-S-18")


def _draw_bar(axis: Axes, place: int, key: Key, numbers: Mapping[Key, Mapping[str, float]]) -> None:
    """From the worst grade on the left to nobody's on the right, each part with its number."""
    left = 0.0
    for level, label in {**GRADES, NONE: "no event"}.items():
        row = numbers[key._replace(category=f"/{level}")]
        width = row["pct"] if row["N"] else 0.0
        fill = SHADES.get(level, PAPER)
        edge = DASHES if level == MISSING else "solid"
        style: dict[str, Any] = {"facecolor": fill, "edgecolor": INK, "linestyle": edge}
        axis.barh(place, width, left=left, height=0.62, label=label, linewidth=0.7, **style)
        if width >= NAMED:
            colour = PAPER if level in ("5", "4", "3") else INK
            middle = left + width / 2
            axis.text(
                middle, place, str(int(row["n"])), ha="center", va="center", color=colour,
                fontsize=SMALL,
            )  # fmt: skip
        left += width


def _shorten(label: str) -> str:
    return label if len(label) <= WIDEST else f"{label[: WIDEST - 1]}\u2026"
