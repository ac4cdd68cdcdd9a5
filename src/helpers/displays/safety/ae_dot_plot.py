"""F-S-05: terms by arm as dots, and their differences from control with intervals."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays.audience import shown_as
from helpers.displays.columns import state_population
from helpers.displays.display import Figure, join_notes
from helpers.displays.figure_parts import add_arm_legend, add_empty_note
from helpers.displays.figure_style import (
    INK,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_level
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.safety.event_counts import (
    NO_EVENTS,
    contrast_results,
    control_contrasts,
    count_events,
)
from helpers.displays.safety.event_notes import note_intervals
from helpers.displays.safety.term_rows import PT, name_terms
from helpers.view import ClosedView, Group, View

MOST = 30
FEWEST = 2
LINE = 0.27  # inches per term
POPULATION = "SAF"
LONGEST = 34  # letters of a term on the axis


class _Term(NamedTuple):
    """One row of the plot: its numbers and how far apart the arms are."""

    name: str
    results: tuple[Result, ...]
    largest: float


@shown_as(
    "F-S-05",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("TRTEMFL",),
)
def plot_ae_dots(view: View) -> Figure:
    """Percent per arm and difference by preferred term, largest absolute difference first.

    Results: population SAF, arm, parameter the term: n, N, pct; contrasts as in T-S-10. Terms with
    two or more persons in some arm, at most 30.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("terms are compared by arm")
    terms = _collect_terms(view)
    shown = terms[:MOST]
    level = format_level(view.interim.conf_level_safety)
    return Figure(
        id="F-S-05",
        title="Adverse events by preferred term",
        counted=f"{state_population(view, POPULATION)} Treatment-emergent: left, % of persons; "
        f"right, difference from the reference in percentage points with {level} interval. Terms "
        f"with {FEWEST} or more persons in some arm, largest difference first.",
        results=tuple(result for term in shown for result in term.results),
        notes=join_notes(
            f"{len(terms) - MOST} more terms with smaller differences: T-S-14."
            if len(terms) > MOST
            else "All terms: T-S-14.",
            note_intervals(view),
        ),
        made=f"adae with TRTEMFL = Y, SAF; plot_ae_dots; differences {view.interim.ci_diff}.",
        finding=_state_finding(view, shown),
        svg=_draw(view, shown),
    )


def _collect_terms(view: ClosedView) -> list[_Term]:
    events = name_terms(view["adae"][view["adae"]["TRTEMFL"] == "Y"])
    groups = view.groups(POPULATION)[:-1]
    terms = [
        _build_term(view, str(name), rows, groups)
        for name, rows in events.groupby(PT)
        if any(count_events(rows, group)["n"] >= FEWEST for group in groups)
    ]
    return sorted(terms, key=lambda term: (-term.largest, term.name))


def _build_term(view: ClosedView, name: str, rows: pd.DataFrame, groups: Sequence[Group]) -> _Term:
    key = Key(POPULATION, "", name)
    results: list[Result] = []
    for group in groups:
        counts = count_events(rows, group)
        results += rows_of(
            key._replace(arm=group.label), {name: counts[name] for name in ("n", "N", "pct")}
        )
    shown = {label for label, _, _ in control_contrasts(view)}
    contrasts = [r for r in contrast_results(view, key, rows) if r.key.category in shown]
    sizes = [abs(r.value) for r in contrasts if r.statistic == "estimate" and r.value == r.value]
    return _Term(name, (*results, *contrasts), max(sizes, default=0.0))


@figure_style()
def _draw(view: ClosedView, terms: Sequence[_Term]) -> str:
    height = 1.0 + LINE * max(len(terms), 3)
    figure, (left, right) = new_figure(
        height,
        columns=2,
        grid="x",
        sharey=True,
        gridspec_kw={"wspace": 0.08, "top": 1 - 0.45 / height, "bottom": 0.45 / height},
    )
    left.set_title("Persons with the event")
    right.set_title(f"Difference, {format_level(view.interim.conf_level_safety)} interval")
    left.set_xlabel("% of persons")
    right.set_xlabel("percentage points; right of 0: more than in the reference")
    if not terms:
        add_empty_note(left, NO_EVENTS)
        add_empty_note(right, NO_EVENTS)
        return render_svg(figure, "F-S-05")
    places = list(range(len(terms)))[::-1]
    left.set_yticks(places, [_shorten(term.name) for term in terms])
    left.set_ylim(-0.7, len(terms) - 0.3)
    _draw_percents(view, left, terms, places)
    _draw_differences(view, right, terms, places)
    groups = view.groups(POPULATION)[:-1]
    add_arm_legend(figure, [f"{g.label} (N = {g.n})" for g in groups], [g.position for g in groups])
    return render_svg(figure, "F-S-05")


def _shorten(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}\u2026"


def _draw_percents(
    view: ClosedView, axis: Axes, terms: Sequence[_Term], places: Sequence[int]
) -> None:
    """One dot per arm; dots of arms with equal values stand a little apart."""
    groups = view.groups(POPULATION)[:-1]
    for number, group in enumerate(groups):
        shift = 0.18 * ((len(groups) - 1) / 2 - number)
        values = [_value(term, group.label, "", "pct") for term in terms]
        axis.plot(values, [place + shift for place in places], **arm_points(group.position))
    axis.set_xlim(left=-2)
    axis.xaxis.set_major_locator(MaxNLocator(6, prune="upper"))


def _draw_differences(
    view: ClosedView, axis: Axes, terms: Sequence[_Term], places: Sequence[int]
) -> None:
    contrasts = control_contrasts(view)
    for number, (label, code, _) in enumerate(contrasts):
        shift = 0.26 * ((len(contrasts) - 1) / 2 - number)
        position = view.trial.arm_position(code)
        low, middle, high = (
            [100 * _value(term, "", label, name) for term in terms]
            for name in ("lower", "estimate", "upper")
        )
        heights = [place + shift for place in places]
        axis.hlines(heights, low, high, color=arm_colour(position), linewidth=1.2)
        axis.plot(middle, heights, **{**arm_points(position), "markersize": 4.5})
    axis.axvline(0, color=INK, linewidth=0.8)
    # clear of the labels of the other panel
    axis.xaxis.set_major_locator(MaxNLocator(6, prune="both"))


def _value(term: _Term, arm: str, category: str, statistic: str) -> float:
    key = Key(POPULATION, arm, term.name, "", category)
    return index_results(term.results)[key][statistic]


def _state_finding(view: ClosedView, terms: Sequence[_Term]) -> str:
    """The term with the largest difference, in counts."""
    if not terms:
        return NO_EVENTS + "."
    first = terms[0]
    statistics = index_results(first.results)
    parts = [
        f"{int(statistics[key]['n'])} of {int(statistics[key]['N'])} in {group.label}"
        for group in view.groups(POPULATION)[:-1]
        for key in [Key(POPULATION, group.label, first.name)]
    ]
    return f"The arms differ most in {first.name}: {', '.join(parts)}."
