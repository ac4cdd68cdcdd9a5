"""Many participants by month since randomisation: how many were followed, what happened to them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from helpers.displays.adverse_events.kinds import SEVERE
from helpers.displays.figures.parts import name_column
from helpers.displays.figures.style import (
    INK,
    MUTED,
    PAPER,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.participants.courses import (
    DEATH,
    DOSE,
    GRADE,
    LEFT,
    OTHER,
    POPULATION,
    SERIOUS,
    Courses,
)
from helpers.displays.results import Key, Result, rows_of
from helpers.view import ClosedView, Group

FOLLOWED = "FOLLOW_UP"
LINES = {
    FOLLOWED: "in follow-up",
    DOSE: "doses",
    GRADE: f"grade \u2265{SEVERE}, not serious",
    SERIOUS: "serious events",
    DEATH: "deaths",
    LEFT: "discontinued",
}
UNITS = ((1, "month"), (3, "quarter"), (6, "half year"), (12, "year"))
MOST = 18  # columns
LONGEST = 60  # letters of the name of an arm
ROW, HEAD = 0.23, 0.5  # inches of a line, and of the title of an arm
SHADES = LinearSegmentedColormap.from_list("shades", [to_rgba(MUTED, a) for a in (0.04, 0.6)])


class Months(NamedTuple):
    """Counts by arm: lines down, months across; `unit` is the length of a column in words."""

    unit: str
    groups: Sequence[Group]
    counts: Sequence[pd.DataFrame]
    results: tuple[Result, ...]


def count_months(view: ClosedView, groups: Sequence[Group], courses: Courses) -> Months:
    """Numbers of each arm by month; by longer spans where follow-up is long."""
    month = view.trial.dates.month_days
    longest = float(courses.bars["DAYS"].max())
    length, unit = next((u for u in UNITS if longest / (u[0] * month) <= MOST), UNITS[-1])
    days = length * month
    columns = range(int((longest - 1) // days) + 1)
    counts = [_count_group(group, courses, days, columns) for group in groups]
    results = [
        result
        for group, table in zip(groups, counts, strict=True)
        for result in _list_results(group, table, length)
    ]
    return Months(unit, groups, counts, tuple(results))


def _count_group(
    group: Group, courses: Courses, days: float, columns: Sequence[int]
) -> pd.DataFrame:
    bars = courses.of_group(group)
    marks = courses.marks[courses.marks["USUBJID"].isin(bars.index)]
    kinds = marks["KIND"].replace(OTHER, DOSE)
    happened = {kind: marks.loc[kinds == kind, "DAY"] for kind in (DOSE, GRADE, SERIOUS)}
    happened |= {end: bars.loc[bars["END"] == end, "DAYS"] for end in (DEATH, LEFT)}
    table = {FOLLOWED: [int((bars["DAYS"] - 1 >= column * days).sum()) for column in columns]}
    for kind, when in happened.items():
        places = (when.to_numpy(float) - 1) // days
        table[kind] = [int((places == column).sum()) for column in columns]
    return pd.DataFrame(table, index=pd.Index(columns)).T.loc[list(LINES)]


def _list_results(group: Group, table: pd.DataFrame, length: int) -> list[Result]:
    results: list[Result] = []
    for column, counts in table.items():
        for kind, number in counts.items():
            key = Key(POPULATION, group.label, str(kind), category=f"MONTH {int(column) * length}")
            numbers = {"n": number, "N": group.n} if kind == FOLLOWED else {"events": number}
            results += rows_of(key, numbers)
    return results


@figure_style()
def draw_months(months: Months) -> str:
    """A heat map per arm, its numbers in the cells."""
    rows = len(months.groups)
    body = ROW * len(LINES)
    height = rows * (body + HEAD) + 0.4
    figure, axes = new_figure(
        height,
        rows=rows,
        grid="none",
        sharex=True,
        gridspec_kw={
            "left": 0.22,
            "right": 1,
            "top": 1 - HEAD / height * 0.6,
            "bottom": 0.45 / height,
            "hspace": HEAD / body,
        },
    )
    shares = [_share(table) for table in months.counts]
    highest = pd.concat(shares, axis=1).max(axis=1).replace(0, np.nan)
    figure.set_visible(False)  # seaborn draws it once a panel, to look at labels that are ours
    for axis, group, table, share in zip(axes, months.groups, months.counts, shares, strict=True):
        sns.heatmap(
            share.div(highest, axis=0).fillna(0).astype(float),
            vmin=0,
            vmax=1,
            cmap=SHADES,
            cbar=False,
            linewidths=1.5,
            linecolor=PAPER,
            annot=table.astype(str).where(table > 0, ""),
            fmt="",
            annot_kws={"fontsize": 7, "color": INK},
            yticklabels=list(LINES.values()),
            ax=axis,
        )
        axis.tick_params(axis="both", labelrotation=0)
        axis.set_title(name_column(group, LONGEST), color=arm_colour(group.position))
    figure.set_visible(True)
    axes[-1].set_xlabel(f"{months.unit} since randomisation")
    return render_svg(figure, "F-S-08")


def _share(table: pd.DataFrame) -> pd.DataFrame:
    """Per participant in follow-up at the beginning of the month; of follow-up, per all."""
    followed = table.loc[FOLLOWED].replace(0, np.nan)
    share = table.div(followed, axis=1)
    whole = max(int(table.loc[FOLLOWED].max()), 1)
    share.loc[FOLLOWED] = table.loc[FOLLOWED] / whole
    return share
