"""F-S-11: peak transaminases against peak bilirubin, with potential Hy's law cases."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.parts import LINE, add_arm_legend, add_empty_note, spread_labels
from helpers.displays.figures.style import (
    INK,
    MUTED,
    POINTS_PER_INCH,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_number
from helpers.displays.measurements.queried import RULE, mark_queries
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import count_persons
from helpers.params.measurements import Hepatic
from helpers.view import ClosedView, Group, View

QUADRANTS = {
    "HYS_LAW": "Hy's law range",
    "TEMPLE": "Temple's corollary",
    "CHOLESTASIS": "Cholestasis",
    "NORMAL": "Below both lines",
}
LOWEST = 1 / 16  # a multiple below this is drawn here
MOST_NAMED = 12
MANY = 9  # ticks
NOT_MEASURED = "There is no rule for liver tests in this trial."


class Peaks(NamedTuple):
    """Peak multiples by USUBJID: of the higher transaminase and of bilirubin; timed cases."""

    table: pd.DataFrame
    cases: pd.Index


@shown_as(
    "F-S-11",
    title="Liver tests: peak transaminase against peak bilirubin (eDISH)",
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
    variables=("HYSFL",),
)
def plot_edish(view: View) -> Figure:
    """One point per participant with both tests after baseline, quadrants named and counted.

    Results: population SAF, arm, parameter EDISH, category the quadrant, `WITH BOTH` and `HYS_CASE`
    (the timed rule): n, N, pct; participants beyond a line: category their key, parameter
    `TRANSAMINASE` or BILIRUBIN, ratio.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("peaks are drawn by arm")
    groups = view.groups(view.safety)
    rule = view.trial.laboratory.hepatic
    peaks = find_peaks(view["adlb"], rule, groups[-1].subjects)
    queried = _name_queried(view, peaks, rule)
    results = _count_quadrants(groups, peaks, rule) + _list_beyond(view, peaks, rule)
    return Figure(
        population_line=f"{state_population(view, view.safety)} Participants with a transaminase "
        "and a "
        f"bilirubin after baseline, N = {len(peaks.table)}; peaks as multiples of the upper limit "
        "(ULN), whatever their dates.",
        results=tuple(results),
        notes=join_notes(_describe(rule), RULE if queried else ""),
        source_note=f"adlb with POSTFL = Y (XULN, HYSFL), {view.safety}; plot_edish.",
        headline=f"{_state_headline(groups, peaks)}{queried}",
        svg=_draw(view, groups, peaks, rule),
        alternative=_say_quadrants(groups, peaks, rule),
    )


def find_peaks(adlb: pd.DataFrame, rule: Hepatic | None, members: pd.Index) -> Peaks:
    """Highest multiples after baseline of members with both tests."""
    if rule is None:
        return Peaks(pd.DataFrame(columns=["X", "Y"], dtype=float), pd.Index([]))
    post = adlb[(adlb["POSTFL"] == "Y") & adlb["XULN"].notna() & adlb["USUBJID"].isin(members)]
    highest = post.groupby(["USUBJID", "PARAMCD"], sort=True)["XULN"].max().astype(float)
    wide = highest.unstack("PARAMCD").reindex(columns=[*rule.transaminases, rule.bilirubin])
    table = pd.DataFrame(
        {"X": wide[list(rule.transaminases)].max(axis=1), "Y": wide[rule.bilirubin]}
    )
    cases = post.loc[post["HYSFL"] == "Y", "USUBJID"].unique()
    return Peaks(table.dropna(), pd.Index(sorted(cases)))


def place_quadrants(table: pd.DataFrame, rule: Hepatic | None) -> pd.Series:
    """Quadrant of every participant; a peak on a line is beyond it."""
    if rule is None:
        return pd.Series(dtype=object)
    right, up = table["X"] >= rule.transaminase_multiple, table["Y"] >= rule.bilirubin_multiple
    place = pd.Series("NORMAL", index=table.index, dtype=object)
    return place.mask(right, "TEMPLE").mask(up, "CHOLESTASIS").mask(right & up, "HYS_LAW")


def _count_quadrants(groups: Sequence[Group], peaks: Peaks, rule: Hepatic | None) -> list[Result]:
    place = place_quadrants(peaks.table, rule)
    subjects = {code: place.index[place == code] for code in QUADRANTS}
    subjects |= {"WITH BOTH": peaks.table.index, "HYS_CASE": peaks.cases}
    return [
        result
        for code, who in subjects.items()
        for group in groups
        for result in rows_of(
            Key(group.population, group.label, "EDISH", category=code), count_persons(group, who)
        )
    ]


def _list_beyond(view: View, peaks: Peaks, rule: Hepatic | None) -> list[Result]:
    place = place_quadrants(peaks.table, rule)
    names = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    results: list[Result] = []
    for subject in place.index[place != "NORMAL"]:
        for parameter, column in (("TRANSAMINASE", "X"), ("BILIRUBIN", "Y")):
            key = Key(view.safety, "Total", parameter, category=str(names[subject]))
            results += rows_of(key, {"ratio": float(peaks.table[column][subject])})
    return results


def _describe(rule: Hepatic | None) -> list[str]:
    if rule is None:
        return [NOT_MEASURED]
    lines = (
        f"Lines at {rule.transaminase_multiple:g} \u00d7 ULN of {' or '.join(rule.transaminases)} "
        f"(the higher) and {rule.bilirubin_multiple:g} \u00d7 ULN of {rule.bilirubin}; a peak on a "
        f"line is beyond it. A multiple below {LOWEST:g} is drawn there."
    )
    timed = (
        f"Potential Hy's law case (ringed, named): bilirubin beyond its line on the day of the "
        f"transaminase peak or within {rule.days} days after it, and "
        f"{rule.alkaline_phosphatase} below {rule.alkaline_multiple:g} \u00d7 ULN meanwhile."
    )
    others = "No other test is part of the rule, a raised INR neither."
    return [lines, timed, others, "An impossible value is no peak (L-S-06)."]


def _state_headline(groups: Sequence[Group], peaks: Peaks) -> str:
    if peaks.table.empty:
        return ""
    if not len(peaks.cases):
        return "No participant meets the timed rule of a potential Hy's law case."
    counted = [
        f"{group.label} {len(set(peaks.cases) & set(group.subjects))}" for group in groups[:-1]
    ]
    n = len(peaks.cases)
    return f"{n} potential Hy's law {'case' if n == 1 else 'cases'}: {', '.join(counted)}."


def _name_queried(view: View, peaks: Peaks, rule: Hepatic | None) -> str:
    """Peaks of cases, and of participants beyond a line, that a check queries."""
    place = place_quadrants(peaks.table, rule)
    who = sorted({*peaks.cases, *place.index[place != "NORMAL"]})
    texts = [text for subject in who if (text := describe_queried_peaks(view, subject))]
    if not texts:
        return ""
    return f" Of these peaks and of those beyond a line a check queries: {'; '.join(texts)}."


def describe_queried_peaks(view: View, subject: str) -> str:
    """`029 ALT 5.6, AST 4.2 x ULN (C34)`: peaks of a participant that a check queries."""
    rule, rows = view.trial.laboratory.hepatic, view["adlb"]
    if rule is None or not {"POSTFL", "XULN", "HYSFL"} <= set(rows):
        return ""
    tests = [*rule.transaminases, rule.bilirubin]
    rows = rows[(rows["USUBJID"] == subject) & rows["PARAMCD"].isin(tests)]
    rows = mark_queries(view, rows[(rows["POSTFL"] == "Y") & rows["XULN"].notna()], "lb")
    peak = rows["XULN"] == rows.groupby("PARAMCD")["XULN"].transform("max")
    own = rows[(peak | (rows["HYSFL"] == "Y")) & rows["QUERY"].notna()]
    own = own.sort_values(["PARAMCD", "XULN"], kind="stable")
    if own.empty:
        return ""
    names = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    pairs = zip(own["PARAMCD"], own["XULN"], strict=True)
    values = ", ".join(f"{test} {format_number(float(times), 1)}" for test, times in pairs)
    checks = ", ".join(sorted(set(own["QUERY"])))
    return f"{names[subject]} {values} \u00d7 ULN ({checks})"


def _say_quadrants(groups: Sequence[Group], peaks: Peaks, rule: Hepatic | None) -> str:
    place = place_quadrants(peaks.table, rule)
    if place.empty:
        return "No participant has both tests after baseline."
    parts = []
    for code, name in QUADRANTS.items():
        own = set(place.index[place == code])
        by_arm = [f"{group.label} {len(own & set(group.subjects))}" for group in groups[:-1]]
        parts.append(f"{name}: {', '.join(by_arm)}")
    return f"Participants by quadrant. {'; '.join(parts)}."


@figure_style()
def _draw(view: ClosedView, groups: Sequence[Group], peaks: Peaks, rule: Hepatic | None) -> str:
    figure, (axis,) = new_figure(4.4, grid="both", gridspec_kw={"top": 0.9})
    if rule is None or peaks.table.empty:
        add_empty_note(axis, "No participant has both tests after baseline")
        return render_svg(figure, "F-S-11")
    for group in groups[:-1]:
        own = peaks.table[peaks.table.index.isin(group.subjects)].clip(lower=LOWEST)
        axis.plot(own["X"], own["Y"], **{**arm_points(group.position), "alpha": 0.85})
    _set_axes(axis, peaks.table, rule)
    _name_quadrants(axis, place_quadrants(peaks.table, rule))
    _mark_cases(axis, view, peaks)
    arms = groups[:-1]
    add_arm_legend(figure, [f"{g.label} (N = {g.n})" for g in arms], [g.position for g in arms])
    return render_svg(figure, "F-S-11")


def _set_axes(axis: Axes, table: pd.DataFrame, rule: Hepatic) -> None:
    """Both axes in doublings, from an eighth to beyond the lines and every point."""
    ends = (("X", rule.transaminase_multiple), ("Y", rule.bilirubin_multiple))
    axis.set_xscale("log", base=2)
    axis.set_yscale("log", base=2)
    for (column, line), side in zip(ends, (axis.xaxis, axis.yaxis), strict=True):
        low = min(1 / 8, max(float(table[column].min()), LOWEST)) / 1.3
        high = max(4 * line, 1.6 * float(table[column].max()))
        ticks = [2.0**power for power in range(-4, 14) if low <= 2.0**power <= high]
        side.set_major_locator(FixedLocator(ticks if len(ticks) < MANY else ticks[::2]))
        side.set_minor_locator(NullLocator())
        side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        (axis.set_xlim if column == "X" else axis.set_ylim)(low, high)
    axis.axvline(rule.transaminase_multiple, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    axis.axhline(rule.bilirubin_multiple, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    axis.set_xlabel(f"peak {' or '.join(rule.transaminases)}, multiple of the upper limit")
    axis.set_ylabel(f"peak {rule.bilirubin}, multiple of ULN")


def _name_quadrants(axis: Axes, place: pd.Series) -> None:
    """Name and number of participants in the corner of each quadrant."""
    corners: Mapping[str, tuple[float, float, str, str]] = {
        "HYS_LAW": (0.99, 0.99, "right", "top"),
        "TEMPLE": (0.99, 0.01, "right", "bottom"),
        "CHOLESTASIS": (0.01, 0.99, "left", "top"),
        "NORMAL": (0.01, 0.01, "left", "bottom"),
    }
    for code, (x, y, side, edge) in corners.items():
        axis.text(
            x,
            y,
            f"{QUADRANTS[code]}: {int((place == code).sum())}",
            transform=axis.transAxes,
            ha=side,
            va=edge,
            color=MUTED,
        )


def _mark_cases(axis: Axes, view: View, peaks: Peaks) -> None:
    """A ring and the key of each potential case, as long as they are few enough to read."""
    names = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    known = peaks.table[peaks.table.index.isin(peaks.cases)].clip(lower=LOWEST)
    axis.plot(
        known["X"], known["Y"], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK
    )
    if len(known) > MOST_NAMED:
        return
    axis.figure.canvas.draw()  # the scale is log: places in points are known once it is laid out
    dots = axis.transData.transform(known[["X", "Y"]].to_numpy()) * POINTS_PER_INCH
    dots = dots / axis.figure.dpi
    heights = spread_labels([float(y) for _, y in dots], LINE)
    for subject, (_, y), height in zip(known.index, dots, heights, strict=True):
        axis.annotate(
            str(names[subject]),
            tuple(known.loc[subject, ["X", "Y"]]),
            xytext=(8, height - y),
            textcoords="offset points",
            va="center",
        )
