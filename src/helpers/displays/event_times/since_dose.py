"""F-S-09: adverse events by the time since the dose that they follow."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays import show
from helpers.displays.administration.active_arms import active_groups, narrow_groups
from helpers.displays.administration.recorded_doses import note_moved_events
from helpers.displays.adverse_events.event_notes import note_imputed_starts
from helpers.displays.adverse_events.kinds import find_emergent
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.events_each import LEAST, METHOD, estimate_limits
from helpers.displays.figures.parts import add_arm_legend, add_empty_note, shorten
from helpers.displays.figures.style import (
    GRID,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Figure, Withheld, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import of_persons
from helpers.view import ClosedView, Group, View

POPULATION = "SAF"
PER = 100  # participants
HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)
NOT_TIMED = "The data do not say which adverse events follow which dose."
ROW, HEAD = 0.17, 0.34  # inches of an arm in a bin, and of the title
LETTERS = 24  # of an arm in the legend
Numbers = Mapping[Key, Mapping[str, float]]
ROOM = 2.5  # times the highest number: an interval beyond is cut, with its end as an arrow


class Bin(NamedTuple):
    """A class of hours since a dose: its name, the hour from which it counts, whether timed.

    `parts` are the bins that it holds, where it holds several; `said` is its name in a sentence.
    """

    name: str
    begin: float
    timed: bool = True
    parts: tuple[str, ...] = ()
    said: str = ""

    @property
    def label(self) -> str:
        """Name on the axis."""
        return self.name if self.timed else f"{self.name},\nno time"


@shown_as(
    "F-S-09",
    title="Adverse events by time since the dose",
    needs=("adae", "adex"),
    absent="There are no adverse events after single doses in this trial.",
    variables=("TRTEMFL",),
)
def plot_since_dose(view: View) -> Figure | Withheld:
    """Events per 100 participants in each bin of hours, a panel per dose, arms beside each other.

    Results: population SAF, active arm, parameter the bin, visit the dose: n participants with an
    event, N observed at the beginning of the bin, events, rate per 100 participants, lower, upper.
    Parameter `WITHIN 72 h`: the bins of the primary window together with events without a time.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("times since a dose tell the arm")
    if not (view.has("adae", "BIN", "DOSEREF") and view.has("adex", "ASTDTM", "DOSEORD")):
        return Withheld(sentence=NOT_TIMED)
    groups = active_groups(view, POPULATION)[:-1]
    events = find_emergent(view)
    events = events[events["DOSEREF"].notna() & events["BIN"].notna()]
    spans = _read_spans(view)
    doses = sorted({int(number) for number in spans["DOSEORD"].dropna()})
    bins, lead = list_bins(view), _find_lead(view)
    counted = [*bins, lead]
    results = [
        result
        for dose in doses
        for one in counted
        for group in groups
        for result in _count(view, group, _at(spans, dose), _in(events, dose, one), one)
    ]
    level = format_level(view.interim.conf_level_safety)
    later, numbers = view.trial.adverse_events.later_bin, index_results(results)
    return Figure(
        population_line=f"{state_population(view, POPULATION)} Arms that get doses. "
        f"Treatment-emergent events per {PER} participants, repeats counted, by the hours since "
        f"the latest dose, with {level} CI.",
        results=tuple(results),
        notes=join_notes(
            "Out of participants with the dose who were in follow-up, without a later dose, when "
            f"the bin began. Bins differ in length. Not drawn: {later} after a dose, up to the "
            "next one or the end of follow-up (CSV copy).",
            f"{view.trial.adverse_events.date_only_bin}: events of the day of the dose or the day "
            "after of which no time is known.",
            f"CI: variance between participants, on the log scale; none without an event or of "
            f"fewer than {LEAST} participants. An arrow: it reaches further.",
            note_moved_events(view),
            note_imputed_starts(events),
        ),
        source_note="adae with TRTEMFL = Y (BIN, DOSEREF), adex with GIVENFL = Y (ASTDTM, "
        "DOSEORD), adsl (EXITDT), SAF; plot_since_dose.",
        headline=_state_headline(numbers, groups, doses, lead, level),
        alternative=_describe(numbers, groups, doses, bins),
        svg=_draw(groups, doses, [one for one in bins if one.name != later], numbers),
    )


def list_bins(view: View) -> list[Bin]:
    """Bins in the order of time, then that of events without a time."""
    rules = view.trial.adverse_events
    ends = list(rules.bins.values())
    begins = dict(zip(rules.bins, [0.0, *ends[:-1]], strict=True))
    known = [Bin(name, begin) for name, begin in begins.items()]
    later = Bin(rules.later_bin, ends[-1] if ends else 0.0)
    return [*known, later, Bin(rules.date_only_bin, 0.0, timed=False)]


def _find_lead(view: ClosedView) -> Bin:
    """The bins that lie in the primary window, with the events of the day without a time.

    A single short bin would leave out most of what the primary outcome counts.
    """
    rules, hours = view.trial.adverse_events, view.interim.admin_window_hours
    inside = {name: end for name, end in rules.bins.items() if end <= hours}
    inside = inside or dict([next(iter(rules.bins.items()))])
    end = f"{max(inside.values()):g} h"
    return Bin(f"WITHIN {end}", 0.0, True, (*inside, rules.date_only_bin), end)


def _read_spans(view: ClosedView) -> pd.DataFrame:
    """Given doses with HOURS: from the start to the next dose or the end of follow-up."""
    given = view["adex"][(view["adex"]["GIVENFL"] == "Y") & view["adex"]["ASTDTM"].notna()]
    given = given.sort_values(["USUBJID", "ASTDTM"], kind="stable")
    following = given.groupby("USUBJID")["ASTDTM"].shift(-1)
    exits = given["USUBJID"].map(of_persons(view["adsl"], "EXITDT")) + DAY
    end = following.where(following.notna(), exits)
    return given.assign(HOURS=(end - given["ASTDTM"]) / HOUR)[["USUBJID", "DOSEORD", "HOURS"]]


def _at(spans: pd.DataFrame, dose: int) -> pd.DataFrame:
    return spans[spans["DOSEORD"] == dose]


def _in(events: pd.DataFrame, dose: int, one: Bin) -> pd.DataFrame:
    return events[(events["DOSEREF"] == dose) & events["BIN"].isin(one.parts or (one.name,))]


def _count(
    view: ClosedView, group: Group, spans: pd.DataFrame, events: pd.DataFrame, one: Bin
) -> list[Result]:
    """Events of a group in a bin; whoever has one was observed in it."""
    seen = {*spans.loc[spans["HOURS"] > one.begin, "USUBJID"], *events["USUBJID"]}
    members = narrow_groups([group], pd.Index(sorted(seen)))[0].subjects
    each = events.groupby("USUBJID").size().reindex(members, fill_value=0)
    total = int(each.sum())
    dose = int(spans["DOSEORD"].iloc[0])
    key = Key(POPULATION, group.label, one.name, f"DOSE{dose}")
    rate = PER * total / len(members) if len(members) else float("nan")
    results = rows_of(key, {"n": int((each > 0).sum()), "N": len(members), "events": total})
    results += rows_of(key, {"rate": rate})
    if total:
        limits = estimate_limits(each, view.interim.conf_level_safety)
        results += rows_of(key, {name: PER * value for name, value in limits.items()}, METHOD)
    return results


def _key(group: Group, dose: int, one: Bin) -> Key:
    return Key(POPULATION, group.label, one.name, f"DOSE{dose}")


def _say(row: Mapping[str, float]) -> str:
    """`23.1 (8.9 to 60.0)`; without an interval the events out of participants."""
    if not row["N"]:
        return "nobody"
    if "lower" not in row:
        return f"{int(row['events'])} in {int(row['N'])}"
    key = Key()
    limits = {name: row[name] for name in ("rate", "lower", "upper")}
    return format_cell(Cell(key, show.rate()), {key: limits})


def _state_headline(
    numbers: Numbers,
    groups: Sequence[Group],
    doses: Sequence[int],
    lead: Bin,
    level: str,
) -> str:
    """The primary window of every dose, by arm."""
    if not doses or not groups:
        return "Nobody was dosed by the cut-off."
    said = [
        f"dose {dose} "
        + ", ".join(f"{g.label} {_say(numbers[_key(g, dose, lead)])}" for g in groups)
        for dose in doses
    ]
    known = any("lower" in numbers[_key(g, dose, lead)] for dose in doses for g in groups)
    within = f"within {lead.said} after a dose"
    what = f"Events per {PER} participants {within} ({level} CI)"
    return f"{what if known else f'Events in participants {within}'}: {'; '.join(said)}."


def _describe(
    numbers: Numbers, groups: Sequence[Group], doses: Sequence[int], bins: Sequence[Bin]
) -> str:
    """Events out of participants in every bin."""
    said = []
    for dose in doses:
        for group in groups:
            parts = [
                f"{one.name} {int(row['events'])} in {int(row['N'])}"
                for one in bins
                if (row := numbers[_key(group, dose, one)])
            ]
            said.append(f"Dose {dose}, {group.label}: {', '.join(parts)}.")
    return f"Events in participants. {' '.join(said)}" if said else "No dose was given."


@figure_style()
def _draw(
    groups: Sequence[Group],
    doses: Sequence[int],
    bins: Sequence[Bin],
    numbers: Numbers,
) -> str:
    body = max(ROW * len(groups), 0.25) * len(bins) + 0.2
    height = HEAD + body + 0.5
    figure, axes = new_figure(
        height,
        columns=max(len(doses), 1),
        grid="x",
        sharex=True,
        sharey=True,
        gridspec_kw={"wspace": 0.08, "top": 1 - HEAD / height, "bottom": 0.5 / height},
    )
    if not doses or not groups:
        add_empty_note(axes[0], "Nobody was dosed by the cut-off")
        return render_svg(figure, "F-S-09")
    drawn = {one.name for one in bins}
    known = [row for key, row in numbers.items() if key.parameter in drawn and row["N"]]
    highest = max((row["rate"] for row in known), default=0.0)
    widest = max((row.get("upper", 0.0) for row in known), default=0.0)
    edge = max(min(ROOM * highest, 1.05 * widest), 1.2 * highest, 1.0)
    for axis, dose in zip(axes, doses, strict=True):
        for number, group in enumerate(groups):
            shift = 0.8 / len(groups) * (number - (len(groups) - 1) / 2)
            rows = [numbers[_key(group, dose, one)] for one in bins]
            _draw_arm(axis, group, rows, shift, edge)
        axis.set_title(f"After dose {dose}")
        axis.set_xlabel(f"events per {PER} participants")
        axis.set_yticks(range(len(bins)), [one.label for one in bins])
        axis.set_ylim(len(bins) - 0.5, -0.5)
        axis.set_xlim(-0.03 * edge, edge)
        axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], prune="upper"))
        for place in range(1, len(bins)):
            axis.axhline(place - 0.5, color=GRID, linewidth=0.6)
    labels = [f"{shorten(group.label, LETTERS)} (N = {group.n})" for group in groups]
    add_arm_legend(figure, labels, [group.position for group in groups])
    return render_svg(figure, "F-S-09")


def _draw_arm(
    axis: Axes, group: Group, rows: Sequence[Mapping[str, float]], shift: float, edge: float
) -> None:
    """Points with intervals; one that reaches beyond the panel ends as an arrow."""
    colour = arm_colour(group.position)
    for place, row in enumerate(rows):
        if not row["N"]:
            continue
        if "lower" in row:
            end = min(row["upper"], edge * 0.99)
            axis.hlines(place + shift, row["lower"], end, color=colour, linewidth=1.2)
            if row["upper"] > end:
                axis.plot(end, place + shift, ">", color=colour, markersize=4)
        axis.plot(row["rate"], place + shift, **{**arm_points(group.position), "markersize": 5})
