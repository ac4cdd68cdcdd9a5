"""F-S-20 for masked readers: participants by class of number of events, and none alone."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.adverse_events.kinds import choose_counted
from helpers.displays.adverse_events.procedure_rows import note_complaints
from helpers.displays.columns import state_population
from helpers.displays.event_times.events_each import (
    METHOD,
    estimate_limits,
    note_limits,
    say_means,
)
from helpers.displays.figures.parts import SMALL
from helpers.displays.figures.style import arm_colour, figure_style, render_svg
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, Withheld, join_notes
from helpers.displays.participants.stacked_panels import stack_panels
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import count_persons
from helpers.view import Group, MaskedView

CODE = "NUMBER_OF_AE"
TITLE = "Participants by number of adverse events"
TOO_FEW = (
    "Too few participants for a figure by letter in which nobody stands alone; T-S-10 has events."
)
FEWEST_OF_LETTER = 2  # participants of each letter in a class: nobody stands alone
Range = tuple[int, int | None]


def plot_counts_by_letter(view: MaskedView) -> Figure | Withheld:
    """Bars of participants over classes of number of events, letters below each other.

    Who has most events is somebody whom a site knows; so no class holds fewer than two
    participants of any letter, and whose number is known can be in each of them.

    Results: population ITT, letter, parameter NUMBER_OF_AE: n, mean, events, interval; category
    `EVENTS 1 TO 2`: n, N, pct.
    """
    flag, population, name, _ = choose_counted(view)
    groups = view.groups(population)[:-1]
    counts = count_events(view, flag, population)
    classes = choose_classes([counts[counts.index.isin(g.subjects)] for g in groups])
    if len(classes) < 2:
        return Withheld(sentence=TOO_FEW)
    results = [r for group in groups for r in _list_results(view, group, counts, classes)]
    level, numbers = format_level(view.interim.conf_level_safety), index_results(results)
    rows = {g.label: numbers[Key(g.population, g.label, CODE)] for g in groups}
    return Figure(
        title=TITLE,
        population_line=f"{state_population(view, population)} {name}, repeats counted. Bars: "
        "participants.",
        results=tuple(results),
        notes=join_notes(
            f"A class of numbers holds {FEWEST_OF_LETTER} participants or more of every letter, so "
            "that a number of events tells nobody's letter.",
            note_complaints(view),
            "Participants differ in length of follow-up (T-S-08).",
            note_limits(level),
        ),
        source_note=f"adae with {flag} = Y, {population}; plot_counts_by_letter.",
        headline=say_means(rows, level),
        alternative=" ".join(_describe(group, classes, numbers) for group in groups),
        svg=_draw(groups, classes, numbers),
    )


def count_events(view: MaskedView, flag: str, population: str) -> pd.Series:
    """Events of everybody of a population, 0 where there is none, by USUBJID."""
    each = view.flagged("adae", flag).groupby("USUBJID").size()
    return each.reindex(view.total(population).subjects, fill_value=0).astype(int)


def choose_classes(each: Sequence[pd.Series], fewest: int = FEWEST_OF_LETTER) -> list[Range]:
    """Classes of numbers from 0 up, each as narrow as every group has `fewest` members in it.

    The last one is open: who is left above joins it. None where a group is too small for one.
    """
    highest = max((int(own.max()) for own in each if len(own)), default=0)
    starts = [0]
    for end in range(highest + 1):
        if all(int(own.between(starts[-1], end).sum()) >= fewest for own in each):
            starts.append(end + 1)
    ends = [start - 1 for start in starts[1:]]
    closed: list[Range] = list(zip(starts, ends, strict=False))
    return [*closed[:-1], (closed[-1][0], None)] if closed else []


def _name(numbers: Range) -> str:
    low, high = numbers
    if high is None:
        return f"{low} or more"
    return f"{low}" if low == high else f"{low} to {high}"


def _key(group: Group, numbers: Range) -> Key:
    category = f"EVENTS {_name(numbers).upper()}"
    return Key(group.population, group.label, CODE, category=category)


def _list_results(
    view: MaskedView, group: Group, counts: pd.Series, classes: Sequence[Range]
) -> list[Result]:
    own = counts[counts.index.isin(group.subjects)]
    key = Key(group.population, group.label, CODE)
    results = rows_of(key, {"n": len(own), "mean": float(own.mean()), "events": int(own.sum())})
    results += rows_of(key, estimate_limits(own, view.interim.conf_level_safety), METHOD)
    for low, high in classes:
        who = own.index[own.between(low, own.max() if high is None else high)]
        results += rows_of(_key(group, (low, high)), count_persons(group, set(who)))
    return results


def _describe(
    group: Group, classes: Sequence[Range], numbers: Mapping[Key, Mapping[str, float]]
) -> str:
    said = [f"{_name(one)} events {int(numbers[_key(group, one)]['n'])}" for one in classes]
    return f"{group.label} (N = {group.n}): {', '.join(said)}."


@figure_style()
def _draw(
    groups: Sequence[Group], classes: Sequence[Range], numbers: Mapping[Key, Mapping[str, float]]
) -> str:
    figure, axes = stack_panels(groups, above=0.3)
    for axis, group in zip(axes, groups, strict=True):
        _draw_letter(axis, group, [int(numbers[_key(group, one)]["n"]) for one in classes])
    axes[-1].set_xticks(range(len(classes)), [_name(one) for one in classes])
    axes[-1].set_xlabel("number of events of a participant")
    return render_svg(figure, "F-S-20")


def _draw_letter(axis: Axes, group: Group, counts: Sequence[int]) -> None:
    axis.bar(range(len(counts)), counts, width=0.7, color=arm_colour(group.position))
    for place, number in enumerate(counts):
        axis.text(place, number, str(number), ha="center", va="bottom", fontsize=SMALL)
    axis.margins(y=0.2)
