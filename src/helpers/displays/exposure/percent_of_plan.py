"""F-S-04: the amount of each given dose in percent of its plan."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import MatplotlibDeprecationWarning
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.displays import show
from helpers.displays.administration.active_arms import narrow_groups
from helpers.displays.columns import state_date
from helpers.displays.conduct.finding_notes import note_findings
from helpers.displays.declare import shown_as
from helpers.displays.exposure.administrations import list_exposed_groups
from helpers.displays.exposure.routes import given_doses
from helpers.displays.figures.parts import add_empty_note, shorten
from helpers.displays.figures.shares import share_results
from helpers.displays.figures.style import (
    GRID,
    INK,
    MUTED,
    WIDTH,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_cell, format_level, format_number
from helpers.displays.model import Cell, Figure, Withheld, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import of_persons
from helpers.view import ClosedView, Group, View

POPULATION = "ITT"
NO_PLAN = "The data do not say how much of each dose was planned."
CROWD = 80  # doses of an arm from which boxes with the outlying ones stand for the dots
ROW, HEAD = 0.42, 0.34  # inches of an arm, and of the title of a dose
LONGEST = 24  # letters of an arm


@shown_as(
    "F-S-04",
    title="Amount given, percent of plan",
    needs=("adex", "adsl"),
    absent="The data hold no administrations.",
)
def plot_percent_of_plan(view: View) -> Figure | Withheld:
    """A dot per given dose, doses below each other, the planned range as a band.

    Results: population ITT, arm of the first route given, parameter DOSE1: n, N, pct, lower, upper
    of given doses within the range; category the key of the participant: pct.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("doses tell the arm")
    if not view.has("adex", "PCTPLAN", "GIVENFL", "DOSEORD"):
        return Withheld(sentence=NO_PLAN)
    groups = list_exposed_groups(view)[:-1]
    given = given_doses(view)
    known = given[given["PCTPLAN"].notna()]
    doses = sorted({int(number) for number in known["DOSEORD"].dropna()})
    shares = [r for dose in doses for r in _count_within(view, groups, known, dose)]
    each = [r for dose in doses for r in _list_each(view, groups, known, dose)]
    rules = view.trial.doses
    low, high = rules.full_percent
    unknown = len(given) - len(known)
    return Figure(
        population_line="Doses given in the arms that get the product, by the arm of the first "
        f"dose, N = {len(known)}. Data to {state_date(view.cutoff)}. Band: {low:g}% to {high:g}% "
        "of plan.",
        results=(*shares, *each),
        notes=join_notes(
            f"Planned: the amount recorded as planned for the dose ({rules.per_kg:g} {rules.unit} "
            "per kg). Amounts, viability and reasons: T-S-07.",
            f"{CROWD} doses of an arm or more: box (quartiles, median), whiskers to the furthest "
            "value within 1.5 of its height, values beyond as dots."
            if _is_crowded(groups, known, doses)
            else "",
            f"Given doses without a planned or given amount, not drawn: {unknown}."
            if unknown
            else "",
            note_findings(view, ("C10", "ex")),
        ),
        source_note="adex with GIVENFL = Y (PCTPLAN, INRANGFL, DOSEORD), adsl; "
        "plot_percent_of_plan.",
        headline=_state_headline(view, shares, doses),
        alternative=_describe(groups, known, doses),
        svg=_draw(view, groups, known, doses),
    )


def _of(known: pd.DataFrame, dose: int) -> pd.DataFrame:
    """Given doses of one number, by USUBJID."""
    own = known[known["DOSEORD"] == dose].drop_duplicates("USUBJID")
    return own.set_index("USUBJID").sort_index()


def _is_crowded(groups: Sequence[Group], known: pd.DataFrame, doses: Sequence[int]) -> bool:
    return any(
        int(_of(known, dose).index.isin(group.subjects).sum()) >= CROWD
        for dose in doses
        for group in groups
    )


def _count_within(
    view: ClosedView, groups: Sequence[Group], known: pd.DataFrame, dose: int
) -> list[Result]:
    own = _of(known, dose)
    within = own.index[own["INRANGFL"] == "Y"]
    key = Key(POPULATION, "", f"DOSE{dose}")
    return share_results(view, key, narrow_groups(groups, own.index), within)


def _list_each(
    view: ClosedView, groups: Sequence[Group], known: pd.DataFrame, dose: int
) -> list[Result]:
    names = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID")
    percents = _of(known, dose)["PCTPLAN"].astype(float)
    results: list[Result] = []
    for group in groups:
        for subject, percent in percents[percents.index.isin(group.subjects)].items():
            key = Key(POPULATION, group.label, f"DOSE{dose}", category=str(names[subject]))
            results += rows_of(key, {"measured": percent})
    return results


def _state_headline(view: ClosedView, shares: Sequence[Result], doses: Sequence[int]) -> str:
    """Given doses within the planned range, by dose and arm, with the interval of each share."""
    if not doses:
        return "Nobody was dosed by the cut-off."
    numbers = index_results(shares)
    low, high = view.trial.doses.full_percent
    said = []
    for dose in doses:
        parts = []
        for key, row in numbers.items():
            if key.parameter == f"DOSE{dose}" and row["N"]:
                text = format_cell(Cell(key, show.n_of()), numbers)
                limits = format_cell(Cell(key, show.percent_interval()), numbers)
                parts.append(f"{key.arm} {text}, {limits}")
        said.append(f"Dose {dose}: {'; '.join(parts)}.")
    level = format_level(view.interim.conf_level_safety)
    what = f"Within {low:g}% to {high:g}% of plan, n / doses given (%), {level} CI."
    return f"{what} {' '.join(said)}"


def _describe(groups: Sequence[Group], known: pd.DataFrame, doses: Sequence[int]) -> str:
    """Range and median of every dose and arm."""
    said = []
    for dose in doses:
        percents = _of(known, dose)["PCTPLAN"].astype(float)
        for group in groups:
            own = percents[percents.index.isin(group.subjects)]
            if len(own):
                low, middle, high = (
                    format_number(value, 1) for value in (own.min(), own.median(), own.max())
                )
                said.append(
                    f"Dose {dose}, {group.label}: n = {len(own)}, median {middle}%, {low}% to "
                    f"{high}%."
                )
    return " ".join(said) or "No dose was given."


@figure_style()
def _draw(
    view: ClosedView, groups: Sequence[Group], known: pd.DataFrame, doses: Sequence[int]
) -> str:
    body = ROW * max(len(groups), 1) + 0.1
    panels = max(len(doses), 1)
    height = panels * (body + HEAD) + 0.5
    names = [shorten(group.label, LONGEST) for group in groups]
    margin = 0.08 * max(map(len, names), default=0) + 0.2
    figure, axes = new_figure(
        height,
        rows=panels,
        grid="x",
        sharex=True,
        gridspec_kw={
            "left": margin / WIDTH,
            "right": 1,
            "hspace": HEAD / body,
            "top": 1 - HEAD / height,
            "bottom": 0.5 / height,
        },
    )
    if not doses:
        add_empty_note(axes[0], "Nobody was dosed by the cut-off")
        return render_svg(figure, "F-S-04")
    for axis, dose in zip(axes, doses, strict=True):
        axis.axvspan(*view.trial.doses.full_percent, color=GRID, alpha=0.55, linewidth=0)
        axis.axvline(100, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
        _draw_dose(axis, groups, _of(known, dose)["PCTPLAN"].astype(float))
        axis.set_yticks(range(len(groups)), names)
        axis.set_ylim(len(groups) - 0.45, -0.55)
        axis.set_title(f"Dose {dose}")
        axis.set(xlabel="", ylabel="")
    axes[-1].xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes[-1].set_xlabel("% of plan")
    with warnings.catch_warnings():  # dots that have no room stand at the edge of their row
        warnings.simplefilter("ignore", UserWarning)
        return render_svg(figure, "F-S-04")


def _draw_dose(axis: Axes, groups: Sequence[Group], percents: pd.Series) -> None:
    """Dots of each arm beside each other where they would cover one another; or a box."""
    for place, group in enumerate(groups):
        own = percents[percents.index.isin(group.subjects)]
        if own.empty:
            axis.text(100, place, "no dose given", ha="center", va="center", color=MUTED)
            continue
        at = np.full(len(own), float(place))
        look = arm_points(group.position)
        if len(own) >= CROWD:
            with warnings.catch_warnings():  # seaborn calls matplotlib by an older name
                warnings.simplefilter("ignore", MatplotlibDeprecationWarning)
                sns.boxplot(
                    x=own.to_numpy(), y=at, orient="h", native_scale=True, width=0.6, ax=axis,
                    fill=False, color=arm_colour(group.position), linewidth=1.3, fliersize=2.5,
                )  # fmt: skip
            continue
        sns.swarmplot(
            x=own.to_numpy(), y=at, orient="h", native_scale=True, ax=axis, size=4,
            color=look["color"], marker=look["marker"], edgecolor=INK, linewidth=0.4,
        )  # fmt: skip
