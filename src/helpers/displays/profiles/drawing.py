"""A profile as a picture: events as bars, measurements below them, one axis of days."""

from collections.abc import Sequence
from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import Locator, LogLocator, MaxNLocator, NullLocator, ScalarFormatter

from helpers.displays.figures.parts import SMALL, add_empty_note, spread_labels
from helpers.displays.figures.style import (
    GRID,
    INK,
    MUTED,
    PAPER,
    POINTS_PER_INCH,
    WIDTH,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.free_text import clean_text
from helpers.displays.profiles.measured import Track
from helpers.displays.profiles.tracks import Event, Profile

MOST_EVENTS = 12
NAME_FONT = FontProperties(family="DejaVu Sans", weight="bold", size=SMALL)
WORD = 0.09  # share of the panel that the name of a dose takes
ROW, PANEL, EDGE = 0.17, 0.78, 0.75  # inches
NARROW_RANGE, WIDE_RANGE = 6, 100  # of multiples: plain ticks, ticks at powers of ten alone
LEFT = 0.37  # share of the width that names of events take
KEY = 0.125  # inches that a name beside its panel takes
# marker, line, and whether the marker is filled: as many as `MOST_TESTS`
SIGNS = (
    ("o", "solid", True),
    ("s", (0, (4, 1.5)), True),
    ("D", (0, (1.5, 1.2)), False),
    ("^", (0, (6, 1, 1.5, 1)), True),
    ("v", (0, (3, 3)), False),
    ("o", (0, (1, 2.5)), False),
)


def choose_events(events: Sequence[Event]) -> list[Event]:
    """Events that are drawn, in order of time: the grave ones first where there are too many."""
    ranked = sorted(range(len(events)), key=lambda i: (not events[i].grave, events[i].start, i))
    return [events[i] for i in sorted(ranked[:MOST_EVENTS])]


def draw_profile(profile: Profile, position: int | None, name: str) -> str:
    """SVG of one participant in the colour of the arm; `name` makes its ids its own."""
    return render_svg(build_figure(profile, position), name, crop=False)


@figure_style()
def build_figure(profile: Profile, position: int | None) -> Figure:
    """The panels of one participant, in the size in which they are shown."""
    events = choose_events(profile.events)
    heights = [ROW * max(len(events), 2), *map(_find_height, profile.tracks)]
    total = sum(heights) + 0.28 * len(profile.tracks) + EDGE
    figure, axes = new_figure(
        total,
        rows=len(heights),
        grid="none",
        gridspec_kw={
            "height_ratios": heights,
            "left": LEFT,
            "right": 0.98,
            "hspace": 0.28 * len(heights) / max(sum(heights), 1),
            "top": 1 - 0.3 / total,
            "bottom": 0.4 / total,
        },
    )
    for axis in axes:
        _draw_times(axis, profile, position)
    for axis in axes[:-1]:
        axis.xaxis.set_visible(False)  # the lowest panel has the days of all
    _draw_events(axes[0], events, profile)
    for axis, track in zip(axes[1:], profile.tracks, strict=True):
        _draw_track(axis, track, position)
    span = _find_span(profile)
    for axis in axes:
        axis.set_xlim(*span)  # an axis that is shared would have all its ticks made
    axes[-1].xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes[-1].set_xlabel("Study day; day 1: first dose, without a dose randomisation")
    return figure


def _find_height(track: Track) -> float:
    """Inches of a panel: more where more names stand beside it."""
    return max(PANEL, KEY * (len(set(track.points.names)) + 1))


def _find_span(profile: Profile) -> tuple[float, float]:
    """Everything that is drawn, with some room."""
    days = [0.0, profile.last, *profile.doses, *(event.start for event in profile.events)]
    days += [event.end for event in profile.events]
    for track in profile.tracks:
        days += track.points.days.tolist()
    low, high = min(days), max(days)
    room = max(high - low, 7) * 0.03
    return low - room, high + room


def _draw_times(axis: Axes, profile: Profile, position: int | None) -> None:
    for dose in profile.doses:
        axis.axvline(dose, color=arm_colour(position), linewidth=1.1, zorder=0.5)
    if profile.death is not None:
        axis.axvline(profile.death, color=INK, linewidth=1.4, linestyle=(0, (2, 1)), zorder=0.6)


def _draw_events(axis: Axes, events: Sequence[Event], profile: Profile) -> None:
    """One row per event; grave ones dark, an arrow where it goes on."""
    for row, event in enumerate(events):
        colour = INK if event.grave else MUTED
        axis.plot([event.start, event.end], [row, row], color=colour, linewidth=3.2)
        axis.plot([event.start], [row], color=colour, marker="|", markersize=7)
        if event.ongoing:
            axis.plot([event.end], [row], color=colour, marker=">", markersize=5)
    axis.set_ylim(max(len(events), 2) - 0.4, -0.6)
    names = [fit_name(event.name) for event in events]
    axis.set_yticks(range(len(events)), names, fontsize=SMALL)
    for label, event in zip(axis.get_yticklabels(), events, strict=True):
        label.set_fontweight("bold" if event.grave else "normal")
    axis.spines["bottom"].set_visible(False)
    _name_times(axis, profile)
    if not events:
        axis.text(0.5, 0.5, "No adverse event with a date", transform=axis.transAxes, ha="center")


def _name_times(axis: Axes, profile: Profile) -> None:
    """Doses and death above the events; names that would touch are moved apart."""
    named = [(dose, f"dose {number}") for number, dose in enumerate(profile.doses, start=1)]
    named += [] if profile.death is None else [(profile.death, "died")]
    low, high = _find_span(profile)
    shares = [(day - low) / (high - low) for day, _ in named]
    for place, (_, text) in zip(spread_labels(shares, WORD, WORD / 2), named, strict=True):
        axis.annotate(
            text,
            (place, 1),
            xycoords="axes fraction",
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
            color=MUTED,
        )


def fit_name(text: str) -> str:
    """The name of an event, its term cut where the margin is too narrow; the marks stay whole."""
    clean = clean_text(text)
    term, bracket, marks = clean.rpartition(" (")
    room = LEFT * WIDTH * POINTS_PER_INCH - 2 * SMALL
    shown = clean
    while len(term) > 1 and _measure(shown) > room:
        term = term[:-1]
        shown = f"{term.rstrip()}\u2026{bracket}{marks}"
    return shown


@cache  # many participants have the same events
def _measure(text: str) -> float:
    """Points that a text takes in the heavier weight."""
    width, _, _ = TextToPath().get_text_width_height_descent(text, NAME_FONT, ismath=False)
    return float(width)


def _choose_ticks(low: float, high: float) -> Locator:
    """Ticks of an axis of multiples: two or more in any range, and no more than a low one holds."""
    if high / low < NARROW_RANGE:
        return MaxNLocator(3)
    return LogLocator(subs=(1, 3) if high / low < WIDE_RANGE else (1,), numticks=6)


def _draw_track(axis: Axes, track: Track, position: int | None) -> None:
    """Lines with points by name; alarms and grades of 3 or more ringed, limits dashed."""
    # with its place given, matplotlib does not look for ticks that it could cover
    axis.set_title(track.title, fontsize=SMALL, fontweight="normal", pad=2, y=1.0)
    if not len(track.points.days):
        add_empty_note(axis, "No value")
        return
    axis.grid(axis="y")
    names = list(dict.fromkeys(track.points.names))
    for (marker, dash, filled), name in zip(SIGNS, names, strict=False):
        own = track.points.take(track.points.names == name)
        colour = arm_colour(position) if len(names) == 1 or name == names[0] else INK
        axis.plot(
            own.days,
            own.numbers,
            color=colour,
            marker=marker,
            markersize=3,
            markerfacecolor=colour if filled else PAPER,
            linestyle=dash,
            linewidth=0.9,
            label=name,
        )
    marked = track.points.take(track.points.marks)
    axis.plot(
        marked.days,
        marked.numbers,
        linestyle="none",
        marker="o",
        markersize=8,
        markerfacecolor="none",
        color=INK,
    )
    for limit in track.limits:
        axis.axhline(limit, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
    if track.ratio:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(_choose_ticks(*axis.get_ylim()))
        axis.yaxis.set_major_formatter(ScalarFormatter())
        axis.yaxis.set_minor_locator(NullLocator())  # each would be made, and none is seen
    else:
        whole = track.whole or bool((track.points.numbers % 1 == 0).all())
        # a score that stays the same has one whole number in its range, and no parts of it
        axis.yaxis.set_major_locator(
            MaxNLocator(3, integer=True, min_n_ticks=1) if whole else MaxNLocator(3)
        )
    axis.tick_params(axis="y", labelsize=SMALL)
    axis.spines["bottom"].set_color(GRID)
    if len(names) > 1:
        axis.legend(
            loc="upper right",
            bbox_to_anchor=(-0.09, 1.1),
            fontsize=SMALL,
            handlelength=2.2,
            borderaxespad=0,
        )
