"""F-S-05: terms by arm as dots, and their differences from control with intervals."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays.adverse_events.dot_terms import (
    FEWEST,
    POPULATION,
    Term,
    choose_shown,
    collect_terms,
    describe_nothing,
    name_reference,
    state_headline,
)
from helpers.displays.adverse_events.event_counts import control_contrasts
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.parts import add_arm_legend, add_empty_note
from helpers.displays.figures.style import (
    INK,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, index_results
from helpers.view import ClosedView, View

LINE = 0.27  # inches per term
LONGEST = 32  # letters of a term on the axis
SERIOUS, LISTED = "\u2021", "\u2020"  # marks of a term


@shown_as(
    "F-S-05",
    title="Adverse events by preferred term",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("TRTEMFL",),
)
def plot_ae_dots(view: View) -> Figure:
    """Percent per arm and difference by preferred term, largest excess over the control first.

    Results: population SAF, arm, parameter the term: n, N, pct, and n, N of serious events under
    category `serious`; contrasts as in T-S-10. Terms with two or more participants in some arm, at
    most 30, but every term that is serious or of special interest.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("terms are compared by arm")
    terms = collect_terms(view)
    shown = choose_shown(terms)
    level = format_level(view.interim.conf_level_safety)
    return Figure(
        population_line=f"{state_population(view, POPULATION)} Treatment-emergent events: left, % "
        "of "
        f"participants; right, difference from {name_reference(view)} in percentage points with "
        f"{level} CI. "
        f"Terms with {FEWEST} or more participants in some arm, {_name_order(view)} first. "
        f"{SERIOUS} with a serious event, {LISTED} of special interest.",
        results=tuple(result for term in shown for result in term.results),
        notes=join_notes(
            f"{len(terms) - len(shown)} more terms, none of them marked, with a smaller excess: "
            "T-S-14."
            if len(terms) > len(shown)
            else "All terms: T-S-14.",
            note_intervals(view),
        ),
        source_note="adae with TRTEMFL = Y, SAF; plot_ae_dots; differences "
        f"{view.interim.ci_diff}.",
        headline=state_headline(view, terms),
        svg=_draw(view, shown),
    )


@figure_style()
def _draw(view: ClosedView, terms: Sequence[Term]) -> str:
    height = 1.0 + LINE * max(len(terms), 3)
    figure, (left, right) = new_figure(
        height,
        columns=2,
        grid="x",
        sharey=True,
        gridspec_kw={"wspace": 0.08, "top": 1 - 0.45 / height, "bottom": 0.45 / height},
    )
    left.set_title("Participants with the event")
    right.set_title(f"Difference, {format_level(view.interim.conf_level_safety)} CI")
    left.set_xlabel("% of participants")
    right.set_xlabel(f"percentage points; right of 0: more than in {name_reference(view)}")
    if not terms:
        add_empty_note(left, describe_nothing(view))
        add_empty_note(right, describe_nothing(view))
        return render_svg(figure, "F-S-05")
    places = list(range(len(terms)))[::-1]
    left.set_yticks(places, [_label(term) for term in terms])
    left.set_ylim(-0.7, len(terms) - 0.3)
    _draw_percents(view, left, terms, places)
    _draw_differences(view, right, terms, places)
    groups = view.groups(POPULATION)[:-1]
    add_arm_legend(figure, [f"{g.label} (N = {g.n})" for g in groups], [g.position for g in groups])
    return render_svg(figure, "F-S-05")


def _name_order(view: ClosedView) -> str:
    if view.trial.control is None:
        return "largest difference"
    return f"largest excess over {view.trial.arm(view.trial.control).label}"


def _label(term: Term) -> str:
    name = term.name if len(term.name) <= LONGEST else f"{term.name[: LONGEST - 1]}\u2026"
    marks = f"{SERIOUS * term.serious}{LISTED * term.listed}"
    return f"{name} {marks}".rstrip()


def _draw_percents(
    view: ClosedView, axis: Axes, terms: Sequence[Term], places: Sequence[int]
) -> None:
    """One dot per arm; dots of arms with equal values stand a little apart."""
    groups = view.groups(POPULATION)[:-1]
    for number, group in enumerate(groups):
        shift = 0.18 * ((len(groups) - 1) / 2 - number)
        values = [_value(term, "pct", arm=group.label) for term in terms]
        axis.plot(values, [place + shift for place in places], **arm_points(group.position))
    axis.set_xlim(left=-2)
    axis.xaxis.set_major_locator(MaxNLocator(6, prune="upper"))


def _draw_differences(
    view: ClosedView, axis: Axes, terms: Sequence[Term], places: Sequence[int]
) -> None:
    contrasts = control_contrasts(view)
    for number, (label, code, _) in enumerate(contrasts):
        shift = 0.26 * ((len(contrasts) - 1) / 2 - number)
        position = view.trial.arm_position(code)
        low, middle, high = (
            [100 * _value(term, name, contrast=label) for term in terms]
            for name in ("lower", "estimate", "upper")
        )
        heights = [place + shift for place in places]
        axis.hlines(heights, low, high, color=arm_colour(position), linewidth=1.2)
        axis.plot(middle, heights, **{**arm_points(position), "markersize": 4.5})
    axis.axvline(0, color=INK, linewidth=0.8)
    # clear of the labels of the other panel
    axis.xaxis.set_major_locator(MaxNLocator(6, prune="both"))


def _value(term: Term, statistic: str, *, arm: str = "", contrast: str = "") -> float:
    key = Key(POPULATION, arm, term.name, contrast=contrast)
    return index_results(term.results)[key][statistic]
