"""F-S-12: values before and after each dose, a line per participant."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from helpers.displays import show
from helpers.displays.administration.active_arms import active_groups
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import note_dose_dates
from helpers.displays.figures.participant_lines import (
    MOST,
    choose_participants,
    draw_participants,
)
from helpers.displays.figures.parts import add_arm_legend, add_empty_note, shorten
from helpers.displays.figures.style import (
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import FEWEST, format_cell, format_level
from helpers.displays.laboratory.dose_pairs import COLUMNS, pair_around_doses
from helpers.displays.measurements.readings import list_tests, read_decimals
from helpers.displays.model import Cell, Figure, Withheld, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.stats.means import estimate_mean
from helpers.view import ClosedView, Group, View

POPULATION = "SAF"
NO_TESTS = "The parameters name no test to be compared before and after a dose."
NO_DOSES = "No doses are given one by one in this trial."
SKEWED = 8  # times the median that the highest value must reach for an axis in multiples
PANEL = 1.75  # inches
LETTERS = 24  # of an arm in the legend, of a test above a panel twice as many
BEFORE, AFTER, CHANGE = "BEFORE", "AFTER", "CHANGE"
NAMED = 2  # arms beside each other that have room for the words before and after
GAP = 0.62  # between before and after of an arm; the next arm begins at 1


class Pairs(NamedTuple):
    """Rows of `pair_around_doses`, names and decimals of their tests, numbers of the doses."""

    rows: pd.DataFrame
    names: dict[str, str]
    decimals: dict[str, int]
    doses: list[int]

    def of(self, test: str, dose: int) -> pd.DataFrame:
        """BEFORE, AFTER and CHANGE of a test around a dose, by USUBJID."""
        own = self.rows[(self.rows["PARAMCD"] == test) & (self.rows["DOSEORD"] == dose)]
        own = own.set_index("USUBJID")[["BEFORE", "AFTER"]].astype(float)
        return own.assign(CHANGE=own["AFTER"] - own["BEFORE"])


@shown_as(
    "F-S-12",
    title="Values before and after each dose",
    needs=("adlb", "adex"),
    absent="There are no laboratory values around single doses in this trial.",
)
def plot_before_after(view: View) -> Figure | Withheld:
    """Tests of `laboratory.around_doses` down, doses across; arms that get doses side by side.

    Results: population SAF, active arm, visit the dose, parameter `CRP.BEFORE`, `CRP.AFTER`,
    `CRP.CHANGE`: n, mean, median, min, max of participants with both, of the change the interval of
    its mean; category the key of the participant: measured.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("values around doses tell the arm")
    rule = view.trial.laboratory.around_doses
    if not (rule.tests or rule.signs):
        return Withheld(sentence=NO_TESTS)
    if not view.has("adex", "GIVENFL", "ASTDTM", "DOSEORD"):
        return Withheld(sentence=NO_DOSES)
    groups = active_groups(view, POPULATION)[:-1]
    pairs = _read_pairs(view, groups)
    results = [r for test in pairs.names for r in _summarize(view, groups, pairs, test)]
    low, high = rule.hours
    level = format_level(view.interim.conf_level_safety)
    return Figure(
        population_line=f"{state_population(view, POPULATION)} Arms that get doses; participants "
        f"with a value before the dose and one {low:g} to {high:g} h after its start. Thin lines: "
        "participants; thick ones: means.",
        results=tuple(results),
        notes=join_notes(
            note_dose_dates(view, "Before and after go by the recorded date."),
            "Before: the last value since the dose before. After: the first one "
            f"{low:g} to {high:g} h after the start of the dose.",
            _tell_time_points(low, high) if set(rule.signs) & set(pairs.names) else "",
            f"{MOST} participants per arm and panel are drawn, chosen by the seed "
            f"{view.interim.seed}; means are of all."
            if any(group.n > MOST for group in groups)
            else "",
            f"An axis is in multiples (log) where the highest value is {SKEWED} times the median; "
            f"a mean needs {FEWEST} pairs. {level} CI of a mean change: t. Impossible values are "
            "not drawn (L-S-06, L-S-07).",
        ),
        source_note="adlb and advs (AVAL, ADTM), adex with GIVENFL = Y (ASTDTM, DOSEORD), SAF; "
        "plot_before_after; laboratory.around_doses.",
        headline=_state_headline(pairs, groups, results, level),
        alternative=_describe(pairs, groups, results),
        svg=_draw(groups, pairs, view.interim.seed),
    )


def _tell_time_points(low: float, high: float) -> str:
    """Why participants of a vital sign are not those of the table by time point."""
    return (
        "Vital signs by their hours, whatever the time point that the site gave, of participants "
        f"with both; T-S-22 goes by time points and takes each value alone, so that its numbers of "
        f"participants, and its values at a point within {low:g} to {high:g} h, can differ."
    )


def _read_pairs(view: ClosedView, groups: Sequence[Group]) -> Pairs:
    rule = view.trial.laboratory.around_doses
    members = [subject for group in groups for subject in group.subjects]
    parts = [(view["adlb"], rule.tests)]
    if view.has("advs", "ADTM"):
        parts.append((view["advs"], rule.signs))
    values = pd.concat(
        [rows[rows["PARAMCD"].isin(codes) & rows["USUBJID"].isin(members)] for rows, codes in parts]
    )
    names = list_tests(values, (*rule.tests, *rule.signs))
    decimals = {code: read_decimals(_of_test(parts, code)) for code in names}
    given = view["adex"][(view["adex"]["GIVENFL"] == "Y") & view["adex"]["ASTDTM"].notna()]
    paired = pair_around_doses(values, given, rule.hours) if len(values) else _no_pairs()
    doses = sorted({int(number) for number in given["DOSEORD"].dropna()})
    return Pairs(paired, names, decimals, doses)


def _of_test(parts: Sequence[tuple[pd.DataFrame, Sequence[str]]], code: str) -> pd.DataFrame:
    rows = next(rows for rows, codes in parts if code in codes)
    return rows[rows["PARAMCD"] == code]


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)


def _summarize(view: ClosedView, groups: Sequence[Group], pairs: Pairs, test: str) -> list[Result]:
    names = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    level = view.interim.conf_level_safety
    results: list[Result] = []
    for dose in pairs.doses:
        table = pairs.of(test, dose)
        for group in groups:
            own = table[table.index.isin(group.subjects)]
            for column in (BEFORE, AFTER, CHANGE):
                key = Key(POPULATION, group.label, f"{test}.{column}", f"DOSE{dose}")
                summary = summarize_group(own[column], group)
                kept = ("n", "mean", "median", "min", "max")
                results += rows_of(key, {name: summary[name] for name in kept})
                if column == CHANGE and summary["n"] >= FEWEST:
                    mean = estimate_mean(own[column], level=level)
                    results += rows_of(key, {"lower": mean.lower, "upper": mean.upper}, mean.method)
                if column != CHANGE:
                    for subject, value in own[column].items():
                        place = key._replace(category=str(names[subject]))
                        results += rows_of(place, {"measured": value})
    return results


def _key(test: str, group: Group, dose: int) -> Key:
    return Key(POPULATION, group.label, f"{test}.{CHANGE}", f"DOSE{dose}")


def _state_headline(
    pairs: Pairs, groups: Sequence[Group], results: Sequence[Result], level: str
) -> str:
    """Mean changes after the first dose, each with its interval."""
    if not pairs.doses or pairs.rows.empty:
        return ""
    numbers, dose = index_results(results), pairs.doses[0]
    said = []
    for test, name in pairs.names.items():
        parts = [
            f"{group.label} {_say_change(numbers[_key(test, group, dose)], pairs.decimals[test])}"
            for group in groups
        ]
        said.append(f"{name} {', '.join(parts)}")
    return f"Mean change after dose {dose} ({level} CI): {'; '.join(said)}."


def _say_change(row: Mapping[str, float], decimals: int) -> str:
    if row["n"] < FEWEST:
        return "no mean"
    key = Key()
    limits = {"estimate": row["mean"], "lower": row["lower"], "upper": row["upper"]}
    return format_cell(Cell(key, show.interval(decimals + 1)), {key: limits})


def _describe(pairs: Pairs, groups: Sequence[Group], results: Sequence[Result]) -> str:
    """Pairs and mean change of every panel."""
    if pairs.rows.empty:
        return "Nobody has a value before and one after a dose."
    numbers, said = index_results(results), []
    for test, name in pairs.names.items():
        for dose in pairs.doses:
            parts = [
                f"{group.label} n = {int(row['n'])}, {_say_change(row, pairs.decimals[test])}"
                for group in groups
                if (row := numbers[_key(test, group, dose)])
            ]
            said.append(f"{name}, dose {dose}: {'; '.join(parts)}.")
    return f"Mean change with its interval. {' '.join(said)}"


@figure_style()
def _draw(groups: Sequence[Group], pairs: Pairs, seed: int) -> str:
    rows, columns = max(len(pairs.names), 1), max(len(pairs.doses), 1)
    height = PANEL * rows + 0.7
    figure, axes = new_figure(
        height,
        rows=rows,
        columns=columns,
        sharey="row",
        gridspec_kw={
            "wspace": 0.1,
            "hspace": 0.5,
            "top": 1 - 0.55 / height,
            "bottom": 0.3 / height,
        },
    )
    if pairs.rows.empty:
        for axis in axes:
            add_empty_note(axis, "No value before and after a dose")
        return render_svg(figure, "F-S-12")
    for row, (test, name) in enumerate(pairs.names.items()):
        for column, dose in enumerate(pairs.doses):
            axis = axes[row * columns + column]
            _draw_panel(axis, groups, pairs.of(test, dose), seed)
            title = shorten(name, 2 * LETTERS)
            axis.set_title(f"{title}, dose {dose}" if column == 0 else f"dose {dose}")
        _set_scale(axes[row * columns], pairs, test)
    for axis in axes[-columns:] if len(groups) > NAMED else ():
        axis.set_xlabel("each arm: left before, right after the dose")
    labels = [f"{shorten(group.label, LETTERS)} (N = {group.n})" for group in groups]
    add_arm_legend(figure, labels, [group.position for group in groups], lines=True)
    return render_svg(figure, "F-S-12")


def _draw_panel(axis: Axes, groups: Sequence[Group], table: pd.DataFrame, seed: int) -> None:
    """Before and after of each arm beside each other; nobody: a sentence."""
    places: list[float] = []
    for number, group in enumerate(groups):
        places += [number, number + GAP]
        own = table[table.index.isin(group.subjects)]
        if len(own):
            _draw_arm(axis, group, own.loc[choose_participants(own.index, seed)], places[-2:])
        if len(own) >= FEWEST:
            look = {**arm_points(group.position), "linestyle": "-", "linewidth": 2.2}
            axis.plot(places[-2:], own[["BEFORE", "AFTER"]].mean().to_numpy(), **look)
    if table.empty:
        axis.text(0.5, 0.5, "nobody", transform=axis.transAxes, ha="center", va="center")
    if len(groups) <= NAMED:
        axis.set_xticks(places, ["before", "after"] * len(groups))
    else:
        axis.set_xticks([])
    axis.set_xlim(-0.3, len(groups) - 1 + GAP + 0.3)
    axis.set(xlabel="", ylabel="")


def _draw_arm(axis: Axes, group: Group, own: pd.DataFrame, places: Sequence[float]) -> None:
    """A thin line per participant."""
    long = own[["BEFORE", "AFTER"]].set_axis(list(places), axis=1).rename_axis("USUBJID")
    long = long.reset_index().melt("USUBJID", var_name="PLACE", value_name="VALUE")
    draw_participants(axis, long.astype({"PLACE": float}), group.position, width=0.7)
    points = {**arm_points(group.position), "markersize": 2.4, "markeredgewidth": 0.6}
    axis.plot(long["PLACE"].to_numpy(float), long["VALUE"], alpha=0.6, **points)


def _set_scale(axis: Axes, pairs: Pairs, test: str) -> None:
    values = pairs.rows.loc[pairs.rows["PARAMCD"] == test, ["BEFORE", "AFTER"]]
    known = values.to_numpy(dtype=float).ravel()
    if len(known) and known.min() > 0 and known.max() >= SKEWED * np.median(known):
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.yaxis.set_minor_locator(NullLocator())
    else:
        axis.yaxis.set_major_locator(MaxNLocator(5))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
