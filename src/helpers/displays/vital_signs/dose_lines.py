"""F-S-13: vital signs around doses, a thin line per participant, a thick one for the mean."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.displays.administration.active_arms import active_groups
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.participant_lines import choose_participants
from helpers.displays.figures.parts import add_arm_legend, add_empty_note, add_side_labels, shorten
from helpers.displays.figures.style import (
    INK,
    WIDTH,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import FEWEST, NO_BREAK_SPACE
from helpers.displays.measurements.readings import list_tests, values_at
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import summarize_group
from helpers.displays.vital_signs.timed import (
    LATER,
    find_places,
    list_doses,
    list_points,
    read_timed,
    select,
    state_alarms,
)
from helpers.params.trial import Trial
from helpers.view import ClosedView, Group, View

POPULATION = "SAF"
PANEL = 1.55  # inches
MOST = 200  # participants drawn per arm
MARGIN = 0.85  # inches at the right, for the names of limits
LONGEST, LETTERS = 60, 24  # letters of a sign above its row, and of an arm in the legend
RING: Mapping[str, Any] = {
    "marker": "o",
    "linestyle": "none",
    "markersize": 8,
    "markerfacecolor": "none",
    "markeredgecolor": INK,
}


@shown_as(
    "F-S-13",
    title="Vital signs around doses, every participant",
    needs=("advs",),
    absent="There are no vital signs in this trial.",
    variables=("DOSENUM", "ALARM"),
)
def plot_dose_lines(view: View) -> Figure:
    """Signs that have an alarm down, doses across; alarms ringed, their limits dashed.

    Results: population SAF, active arm, parameter `SYSBP.H1`, visit the dose, category AVAL: n and
    mean of everybody, whether drawn or not.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("values around doses tell the arm")
    groups = active_groups(view)[:-1]
    rows = read_timed(view["advs"])
    signs = _list_signs(rows, view.trial)
    members = [subject for group in groups for subject in group.subjects]
    rows = rows[rows["USUBJID"].isin(members) & rows["PARAMCD"].isin(list(signs))]
    impossible = int((rows["IMPOSSFL"] == "Y").sum())
    crowded = any(group.n > MOST for group in groups)
    return Figure(
        population_line=f"{state_population(view, POPULATION)} Arms that get doses. Thin lines: "
        "participants; thick ones: means of everybody with a value.",
        results=tuple(_summarize(rows, groups, view.trial)),
        notes=join_notes(
            "Dashed: limits of the alarms, where they lie near the values; a change since before "
            "the dose is an alarm too. Ringed: alarms, the sign in the ring is that of the arm. "
            "Numbers: T-S-22, alarms one by one: L-S-07.",
            f"A thick line needs {FEWEST} values. Values at no time point stand between these by "
            "their hours after the start; later ones of the stay are not drawn.",
            f"Impossible values, not drawn: {impossible} (L-S-07)." if impossible else "",
            f"{MOST} participants per arm are drawn, chosen by the seed {view.interim.seed}, and "
            "everybody with an alarm."
            if crowded
            else "",
        ),
        source_note="advs with ATPT and DOSENUM (AVAL, ALARMFL), SAF; plot_dose_lines.",
        headline=state_alarms(rows, groups),
        alternative="One panel per vital sign and dose; values before, changes after and alarms "
        "are in T-S-22.",
        svg=_draw(view, rows, groups, signs),
    )


def _list_signs(rows: pd.DataFrame, trial: Trial) -> dict[str, str]:
    """Signs that have an alarm; all where the trial has none."""
    named = list_tests(rows, trial.vital_signs.labels)
    alarmed = {alarm.test for alarm in trial.vital_signs.alarms}
    return {code: name for code, name in named.items() if code in alarmed or not alarmed}


def _summarize(rows: pd.DataFrame, groups: Sequence[Group], trial: Trial) -> list[Result]:
    results: list[Result] = []
    places = find_places(rows)
    for code in list_tests(rows, trial.vital_signs.labels):
        for dose in list_doses(rows):
            for point in list_points(rows, trial):
                values = values_at(select(rows, places, code, dose, point), "AVAL")
                for group in groups:
                    key = Key(POPULATION, group.label, f"{code}.{point}", f"DOSE{dose}", "AVAL")
                    summary = summarize_group(values, group)
                    results += rows_of(key, {name: summary[name] for name in ("n", "mean")})
    return results


@figure_style()
def _draw(
    view: ClosedView, rows: pd.DataFrame, groups: Sequence[Group], signs: Mapping[str, str]
) -> str:
    doses = list_doses(rows)
    lines, columns = max(len(signs), 1), max(len(doses), 1)
    height = PANEL * lines + 0.9
    figure, axes = new_figure(
        height,
        rows=lines,
        columns=columns,
        sharey="row",
        gridspec_kw={
            "wspace": 0.1,
            "hspace": 0.55,
            "top": 1 - 0.75 / height,
            "right": 1 - MARGIN / WIDTH,
        },
    )
    if rows.empty:
        for axis in axes:
            add_empty_note(axis, "No vital sign was taken around a dose")
        return render_svg(figure, "F-S-13")
    points = list_points(rows, view.trial)
    for row, (code, name) in enumerate(signs.items()):
        for column, dose in enumerate(doses):
            axis = axes[row * columns + column]
            own = rows[(rows["PARAMCD"] == code) & (rows["DOSENUM"] == dose)]
            _draw_panel(axis, view, own, groups, list(points))
            axis.set_title(_name_panel(name, dose, first=column == 0, top=row == 0))
            axis.set_xticks(range(len(points)), [_shorten(text) for text in points.values()])
            axis.set_xlim(-0.3, len(points) - 0.7)
        own = [axes[row * columns + column] for column in range(columns)]
        _draw_limits(own, view.trial, code)
    labels = [f"{shorten(group.label, LETTERS)} (N = {group.n})" for group in groups]
    positions = [group.position for group in groups]
    add_arm_legend(figure, labels, positions, lines=True, more={"alarm": RING})
    return render_svg(figure, "F-S-13")


def _name_panel(name: str, dose: int, *, first: bool, top: bool) -> str:
    """The sign above the first panel of its row, which has the row to itself; doses at the top."""
    sign = shorten(name, LONGEST) if first else ""
    return f"Dose {dose}\n{sign}" if top else sign


def _shorten(text: str) -> str:
    return {"end of dose": "end"}.get(text, text)


def _draw_panel(
    axis: Axes,
    view: ClosedView,
    own: pd.DataFrame,
    groups: Sequence[Group],
    points: Sequence[str],
) -> None:
    own = own[own["AVAL"].notna() & (own["DOSETIM"] != LATER)]
    own = own.assign(X=_place_values(own, points, view.trial), Y=own["AVAL"].astype(float))
    for group in groups:
        members = own[own["USUBJID"].isin(group.subjects)].sort_values("X", kind="stable")
        alarmed = members.loc[members["ALARMFL"] == "Y", "USUBJID"]
        people = pd.Index(members["USUBJID"].unique()).sort_values()
        drawn = set(choose_participants(people, view.interim.seed)) | set(alarmed)
        shown = members.loc[members["USUBJID"].isin(drawn), ["USUBJID", "X", "Y"]]
        line = shown[["X", "Y"]].to_numpy(float)
        parts = shown.reset_index(drop=True).groupby("USUBJID").indices
        paths = [line[parts[subject]] for subject in sorted(parts)]
        colour = arm_colour(group.position)
        axis.add_collection(LineCollection(paths, colors=colour, linewidths=0.6, alpha=0.35))
        timed = members[members["ATPT"].notna()].groupby("X")["Y"]
        means = timed.mean()[timed.size() >= FEWEST]
        style = {**arm_points(group.position), "linestyle": "-", "markersize": 4}
        axis.plot(means.index, means.to_numpy(), **style)
    hits = own[own["ALARMFL"] == "Y"]
    axis.plot(hits["X"], hits["Y"], **RING)
    for group in groups:
        alarmed = hits[hits["USUBJID"].isin(group.subjects)]
        axis.plot(alarmed["X"], alarmed["Y"], **{**arm_points(group.position), "markersize": 3})
    axis.autoscale_view()
    axis.margins(y=0.12)


def _place_values(own: pd.DataFrame, points: Sequence[str], trial: Trial) -> pd.Series:
    """Place of each value on the axis: its time point, or between them by the hours since."""
    places = {point: float(place) for place, point in enumerate(points)}
    hours = {trial.checks.timepoint_end: 0.0, **trial.checks.timepoint_hours}
    known = [(hours[point], places[point]) for point in points if point in hours]
    placed = own["ATPT"].map(places)
    if not known:
        return placed
    since = own["HRSDOSE"].astype(float)
    between = np.interp(since, [hour for hour, _ in known], [place for _, place in known])
    return placed.fillna(pd.Series(between, index=own.index).where(since.notna()))


def _draw_limits(axes: Sequence[Axes], trial: Trial, code: str) -> None:
    """Limits of the alarms of a sign that lie within its row or just beyond; named at the right."""
    low, high = axes[-1].get_ylim()
    room = 0.15 * (high - low)
    drawn: dict[float, str] = {}
    for alarm in trial.vital_signs.alarms:
        for sign, limit in (("\u2265", alarm.at_least), ("<", alarm.below)):
            if alarm.test == code and limit is not None and low - room <= limit <= high + room:
                drawn[limit] = f"{alarm.label} {sign}{NO_BREAK_SPACE}{limit:g}"
    for axis in axes:
        for limit in drawn:
            axis.axhline(limit, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    add_side_labels(axes[-1], drawn)
