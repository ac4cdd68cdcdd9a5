"""F-S-05: terms by arm as dots, and their differences from control with intervals."""

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays.adverse_events.dot_terms import (
    FEWEST,
    Term,
    choose_shown,
    collect_terms,
    describe_nothing,
    state_headline,
)
from helpers.displays.adverse_events.event_counts import control_contrasts
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.adverse_events.kinds import choose_counted
from helpers.displays.adverse_events.procedure_rows import note_complaints
from helpers.displays.adverse_events.serious_excess import name_reference, note_serious
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
from helpers.view import ArmView, MaskedView, View

LINE = 0.27  # inches per term
LONGEST = 32  # letters of a term on a line of the axis, which has two
MARKS = (("o", "\u25cf"), ("s", "\u25a0"), ("D", "\u25c6"), ("^", "\u25b2"))  # of pairs of arms
SERIOUS, LISTED = "\u2021", "\u2020"  # marks of a term


@shown_as(
    "F-S-05",
    title="Adverse events by preferred term",
    audiences={"closed_masked": "by label"},
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    closed_variables=("TRTEMFL",),
)
def plot_ae_dots(view: View) -> Figure:
    """Percent per arm and difference by preferred term, largest excess over the control first.

    Results: population SAF, arm, parameter the term: n, N, pct, and n, N of serious events under
    category `serious`; contrasts as in T-S-10. Terms with two or more participants in some arm, at
    most 30, and every term that is serious or of special interest.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("terms are compared by arm")
    flag, population, name, _ = choose_counted(view)
    terms = collect_terms(view)
    shown = choose_shown(terms)
    level = format_level(view.interim.conf_level_safety)
    return Figure(
        population_line=f"{state_population(view, population)} {name}: left, % of "
        f"participants; right, difference from {name_reference(view)} in percentage points with "
        f"{level} CI. "
        f"Terms with {FEWEST} or more participants in some arm and every one with a mark, "
        f"{_name_order(view)} first. {_name_marks(view)}.",
        results=tuple(result for term in shown for result in term.results),
        notes=join_notes(
            _note_others(view, len(terms) - len(shown)),
            note_serious(view),
            note_complaints(view),
            note_intervals(view, population),
        ),
        source_note=f"adae with {flag} = Y, {population}; plot_ae_dots; differences "
        f"{view.interim.ci_diff}.",
        headline=state_headline(view, terms),
        svg=_draw(view, shown),
    )


@figure_style()
def _draw(view: ArmView, terms: Sequence[Term]) -> str:
    height, every = 1.0 + LINE * max(len(terms), 3), view.trial.control is None
    figure, (left, right) = new_figure(
        height,
        columns=2,
        grid="x",
        sharey=True,
        gridspec_kw={"wspace": 0.08, "top": 1 - 0.45 / height, "bottom": 0.45 / height},
    )
    left.set_title("Participants with the event")
    level = format_level(view.interim.conf_level_safety)
    right.set_title(f"Difference, {level} CI{_name_pairs(view)}")
    left.set_xlabel("% of participants")
    more = "in the arm named first" if every else f"than in {name_reference(view)}"
    right.set_xlabel(f"percentage points; right of 0: more {more}")
    if not terms:
        add_empty_note(left, describe_nothing(view))
        add_empty_note(right, describe_nothing(view))
        return render_svg(figure, "F-S-05")
    places = list(range(len(terms)))[::-1]
    left.set_yticks(places, [_label(term) for term in terms])
    left.set_ylim(-0.7, len(terms) - 0.3)
    _draw_percents(view, left, terms, places)
    _draw_differences(view, right, terms, places)
    groups = view.groups(choose_counted(view).population)[:-1]
    add_arm_legend(figure, [f"{g.label} (N = {g.n})" for g in groups], [g.position for g in groups])
    return render_svg(figure, "F-S-05")


def _name_order(view: ArmView) -> str:
    if isinstance(view, MaskedView):
        return "most frequent in all arms together"
    if view.trial.control is None:
        return "largest difference"
    return f"largest excess over {view.trial.arm(view.trial.control).label}"


def _name_marks(view: ArmView) -> str:
    """What the marks behind a term mean; who may not read of special interest sees none of it."""
    serious, listed = f"{SERIOUS} with a serious event", f"{LISTED} of special interest"
    return f"{serious}, {listed}" if view.has("adae", "AESICAT") else serious


def _note_others(view: ArmView, n: int) -> str:
    """How many terms are not drawn, and why not."""
    if not n:
        return "All terms: T-S-14."
    less = "less frequent" if isinstance(view, MaskedView) else "with a smaller excess"
    return f"{n} more terms, none of them marked, {less}: T-S-14."


def _label(term: Term) -> str:
    name = "\n".join(wrap(term.label, LONGEST, max_lines=2, placeholder="\u2026"))
    marks = f"{SERIOUS * term.serious}{LISTED * term.listed}"
    return f"{name} {marks}".rstrip()


def _draw_percents(view: ArmView, axis: Axes, terms: Sequence[Term], places: Sequence[int]) -> None:
    """One dot per arm; dots of arms with equal values stand a little apart."""
    population = choose_counted(view).population
    groups = view.groups(population)[:-1]
    for number, group in enumerate(groups):
        shift = 0.18 * ((len(groups) - 1) / 2 - number)
        at = Key(population, group.label)
        values = [_value(term, "pct", at) for term in terms]
        axis.plot(values, [place + shift for place in places], **arm_points(group.position))
    axis.set_xlim(left=-2)
    axis.xaxis.set_major_locator(MaxNLocator(6, prune="upper"))


def _draw_differences(
    view: ArmView, axis: Axes, terms: Sequence[Term], places: Sequence[int]
) -> None:
    """From the control in the colour of the other arm; of every pair with a mark of its own."""
    contrasts, every = control_contrasts(view), view.trial.control is None
    spread = 0.26 if len(contrasts) < len(MARKS) else 0.7 / len(contrasts)
    for number, (label, code, _) in enumerate(contrasts):
        shift = spread * ((len(contrasts) - 1) / 2 - number)
        look = arm_points(view.trial.arm_position(code))
        if every:
            mark = {"marker": MARKS[number % len(MARKS)][0], "markerfacecolor": INK}
            look |= {"color": INK, **mark}
        colour = INK if every else arm_colour(view.trial.arm_position(code))
        at = Key(choose_counted(view).population, contrast=label)
        low, middle, high = (
            [100 * _value(term, name, at) for term in terms]
            for name in ("lower", "estimate", "upper")
        )
        heights = [place + shift for place in places]
        axis.hlines(heights, low, high, color=colour, linewidth=1.2)
        axis.plot(middle, heights, **{**look, "markersize": 4.5})
    axis.axvline(0, color=INK, linewidth=0.8)
    # clear of the labels of the other panel
    axis.xaxis.set_major_locator(MaxNLocator(6, prune="both"))


def _name_pairs(view: ArmView) -> str:
    """What the marks of the differences mean, where every pair of arms has one."""
    if view.trial.control is not None:
        return ""
    pairs = [label for label, _, _ in control_contrasts(view)]
    named = [f"{MARKS[n % len(MARKS)][1]} {label}" for n, label in enumerate(pairs)]
    return f": {'  '.join(named)}" if len(named) > 1 else ""


def _value(term: Term, statistic: str, at: Key) -> float:
    return index_results(term.results)[at._replace(parameter=term.name)][statistic]
