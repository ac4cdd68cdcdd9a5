"""F-S-20: the number of adverse events of each participant as dots."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from helpers.displays.adverse_events.kinds import find_emergent
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.events_each import (
    METHOD,
    estimate_limits,
    note_limits,
    say_means,
)
from helpers.displays.figures.parts import SMALL, add_empty_note
from helpers.displays.figures.style import (
    INK,
    PAPER,
    arm_colour,
    arm_marker,
    figure_style,
    render_svg,
)
from helpers.displays.formats import format_level, format_number
from helpers.displays.model import Figure, Withheld, join_notes
from helpers.displays.participants.counts_by_letter import CODE, TOO_FEW, plot_counts_by_letter
from helpers.displays.participants.stacked_panels import stack_panels
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import count_persons, of_persons, summarize_group
from helpers.view import ClosedView, Group, MaskedView, View

SERIOUS = "SERIOUS"
TALLEST = 20  # dots above each other; higher stacks are bars
NAMED = 24  # numbers of events up to which every bar has room for its number


@shown_as(
    "F-S-20",
    title="Number of adverse events of each participant",
    audiences={"closed_masked": "by label"},
    sentence={"closed_masked": TOO_FEW},
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    closed_variables=("TRTEMFL",),
)
def plot_event_counts(view: View) -> Figure | Withheld:
    """A dot per participant over the number of events, arms below each other.

    Masked: classes of numbers by letter (`plot_counts_by_letter`).

    Results: population SAF, arm, parameter NUMBER_OF_AE: n, mean, median, min, max, events, the
    interval of the mean; category `EVENTS 3`: n, N, pct, and those with a serious event under
    parameter SERIOUS; of up to 20 participants at a number category the key of the participant:
    events.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if isinstance(view, MaskedView):
        return plot_counts_by_letter(view)
    if not isinstance(view, ClosedView):
        raise TypeError("numbers are drawn by arm")
    groups = view.groups(view.safety)[:-1]
    events = find_emergent(view)
    counts = _count_events(view, events)
    flagged = events["ASERFL"] == "Y" if "ASERFL" in events else pd.Series(False, events.index)
    serious = pd.Index(sorted(set(events.loc[flagged, "USUBJID"])))
    dots = find_tallest(groups, counts) <= TALLEST
    results = [r for group in groups for r in _list_results(view, group, counts, serious)]
    results += [r for group in groups for r in (_list_each(view, group, counts) if dots else [])]
    level = format_level(view.interim.conf_level_safety)
    numbers = index_results(results)
    return Figure(
        population_line=f"{state_population(view, view.safety)} Treatment-emergent events, repeats "
        f"counted. {'A dot is a participant' if dots else 'Bars: participants'}; filled: with a "
        "serious event.",
        results=tuple(results),
        notes=join_notes(
            "Participants differ in length of follow-up (T-S-08); events by time at risk: F-S-07.",
            note_limits(level),
        ),
        source_note=f"adae with TRTEMFL = Y (ASERFL), {view.safety}; plot_event_counts.",
        headline=_state_headline(groups, numbers, level),
        alternative=" ".join(_describe(group, counts, numbers) for group in groups),
        svg=_draw(groups, counts, serious, dots),
    )


def _count_events(view: ClosedView, events: pd.DataFrame) -> pd.Series:
    """Events of everybody of the population, 0 where there is none, by USUBJID."""
    each = events.groupby("USUBJID").size()
    return each.reindex(view.total(view.safety).subjects, fill_value=0).astype(int)


def find_tallest(groups: Sequence[Group], counts: pd.Series) -> int:
    """Most participants of an arm with the same number of events."""
    return max(
        (int(own.value_counts().max()) for g in groups if len(own := _own(counts, g))), default=0
    )


def _own(counts: pd.Series, group: Group) -> pd.Series:
    return counts[counts.index.isin(group.subjects)]


def _list_results(
    view: ClosedView, group: Group, counts: pd.Series, serious: pd.Index
) -> list[Result]:
    own, key = _own(counts, group), Key(view.safety, group.label, CODE)
    summary = summarize_group(counts.astype("Float64"), group)
    results = rows_of(key, {name: summary[name] for name in ("n", "mean", "median", "min", "max")})
    results += rows_of(key, {"events": int(own.sum())})
    results += rows_of(key, estimate_limits(own, view.interim.conf_level_safety), METHOD)
    for number in range(int(own.max()) + 1 if len(own) else 0):
        place, who = key._replace(category=f"EVENTS {number}"), own.index[own == number]
        results += rows_of(place, count_persons(group, set(who)))
        grave = count_persons(group, set(who) & set(serious))
        results += rows_of(place._replace(parameter=SERIOUS), grave)
    return results


def _list_each(view: ClosedView, group: Group, counts: pd.Series) -> list[Result]:
    names = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID")
    key = Key(view.safety, group.label, CODE)
    own = _own(counts, group).sort_index()
    return [
        result
        for subject, number in own.items()
        for result in rows_of(key._replace(category=str(names[subject])), {"events": number})
    ]


def _state_headline(
    groups: Sequence[Group], numbers: Mapping[Key, Mapping[str, float]], level: str
) -> str:
    """Mean number of events by arm with its interval."""
    rows = {g.label: numbers[Key(g.population, g.label, CODE)] for g in groups if g.n}
    return say_means(rows, level)


def _describe(group: Group, counts: pd.Series, numbers: Mapping[Key, Mapping[str, float]]) -> str:
    if not group.n:
        return f"{group.label}: nobody."
    row = numbers[Key(group.population, group.label, CODE)]
    none = int((_own(counts, group) == 0).sum())
    median, most = format_number(row["median"], 1), int(row["max"])
    return f"{group.label} (N = {group.n}): none {none}, median {median}, most {most}."


@figure_style()
def _draw(groups: Sequence[Group], counts: pd.Series, serious: pd.Index, dots: bool) -> str:
    figure, axes = stack_panels(groups, above=0.5)
    highest = max(int(counts.max()) if len(counts) else 0, 3)
    tallest = max(find_tallest(groups, counts), 1)
    for axis, group in zip(axes, groups, strict=True):
        axis.set_xlim(-0.6, highest + 0.6)
        axis.set_ylim(0, tallest + 1 if dots else 1.2 * tallest)
        if not group.n:
            axis.text(0.5, 0.5, "nobody", transform=axis.transAxes, ha="center", va="center")
            continue
        _draw_arm(axis, group, _split(_own(counts, group), serious), dots)
    axes[-1].xaxis.set_major_locator(MaxNLocator(min(highest, 20), integer=True))
    axes[-1].set_xlabel("number of events of a participant")
    if len(counts):
        _add_legend(axes[0])
    else:
        add_empty_note(axes[0], "Nobody is counted")
    return render_svg(figure, "F-S-20")


def _split(own: pd.Series, serious: pd.Index) -> pd.DataFrame:
    """Participants with and without a serious event at each number of events."""
    grave = own.index.isin(serious)
    return (
        pd.DataFrame({"SERIOUS": own[grave].value_counts(), "OTHER": own[~grave].value_counts()})
        .fillna(0)
        .astype(int)
        .sort_index()
    )


def _draw_arm(axis: Axes, group: Group, table: pd.DataFrame, dots: bool) -> None:
    """Dots above each other, those with a serious event first; or bars with their numbers."""
    colour = arm_colour(group.position)
    for number, grave, other in table.itertuples():
        if dots:
            places = [step + 0.7 for step in range(grave + other)]
            look: dict[str, Any] = {
                "marker": arm_marker(group.position),
                "linestyle": "none",
                "color": colour,
            }
            axis.plot([number] * grave, places[:grave], **look)
            axis.plot([number] * other, places[grave:], **look, markerfacecolor=PAPER)
            continue
        axis.bar(number, grave, width=0.7, color=colour, edgecolor=colour)
        axis.bar(number, other, width=0.7, bottom=grave, color=PAPER, edgecolor=colour)
        if len(table) <= NAMED:
            text = str(grave + other)
            axis.text(number, grave + other, text, ha="center", va="bottom", fontsize=SMALL)


def _add_legend(axis: Axes) -> None:
    looks = {"with a serious event": INK, "without": PAPER}
    handles = [
        Line2D([], [], marker="o", linestyle="none", color=INK, markerfacecolor=fill)
        for fill in looks.values()
    ]
    axis.figure.legend(
        handles, list(looks), loc="lower right", bbox_to_anchor=(0.91, 0.99), ncols=2,
        handletextpad=0.3,
    )  # fmt: skip
