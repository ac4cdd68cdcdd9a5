"""F-E-11: mean improvement of every item as a heat map, items down, visits across, per arm."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.style import (
    ARM_COLOURS,
    INK,
    PAPER,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import FEWEST, format_number
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.displays.scores.visit_axis import name_arm
from helpers.view import ClosedView, Group, View

ROW, HEAD, GAP = 0.17, 0.55, 0.52  # inches: an item, names of arms above, room between forms
LEFT = 0.3  # share of the width for the names of the items
BETTER, WORSE = ARM_COLOURS[3], ARM_COLOURS[4]
STRONG = 0.75
SHADES = LinearSegmentedColormap.from_list(
    "improvement",
    [
        (0.0, to_rgba(WORSE, STRONG)),
        (0.5, to_rgba(WORSE, 0)),
        (0.5, to_rgba(BETTER, 0)),
        (1.0, to_rgba(BETTER, STRONG)),
    ],
)
LONGEST = 28  # letters of the name of an item


class Block(NamedTuple):
    """A form: its code and name, its items or parts in order, its visits after baseline."""

    form: str
    label: str
    items: Sequence[str]
    visits: Sequence[str]


@shown_as("F-E-11", title="Improvement item by item", needs=("adqs", "adeff"))
@made_where_possible("F-E-11")
def plot_item_map(view: View) -> Figure:
    """Mean improvement of the items of every form in percent of their range, by arm and visit.

    Results: population, arm, form, visit, category the item or part: n, mean. No mean below 3
    participants.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("items are shown by arm")
    rows = read_items(view)
    groups = view.groups(view.interim.population_efficacy)[:-1]
    blocks = _list_blocks(view, rows)
    results = [result for block in blocks for result in _summarize(view, rows, block, groups)]
    return Figure(
        population_line=f"{state_population(view, view.interim.population_efficacy)} Mean "
        "improvement since baseline in percent of the range of the item; above 0 is better.",
        results=tuple(results),
        notes=join_notes(
            "Colours have the same limits in every arm and form, and are centred at 0. "
            f"Empty: fewer than {FEWEST} participants with both values.",
            "Parts of a long form: mean over those of their items that have both values. Each arm "
            "is described by itself; of so many cells some are far from 0 by chance.",
        ),
        source_note="adqs (IMPRPCT, QSPART) with ANL01FL = Y; plot_item_map.",
        alternative="A table of coloured cells, items down and visits across, a panel per form and "
        "arm; the numbers are in the CSV copy.",
        svg=_draw(view, blocks, groups, results),
    )


def read_items(view: View) -> pd.DataFrame:
    """Improvement per participant, form, visit and item or part: means over the items of a part."""
    rows = view["adqs"]
    used = rows[rows["IMPRPCT"].notna()]
    keys = ["USUBJID", "QSCAT", "AVISIT", "QSPART"]
    values = used["IMPRPCT"].astype(float).groupby([used[key] for key in keys], sort=True)
    return values.mean().reset_index()


def _list_blocks(view: View, rows: pd.DataFrame) -> list[Block]:
    names = view["adqs"].dropna(subset=["QSPART"]).drop_duplicates(["QSCAT", "QSPART"])
    found: list[Block] = []
    for code, form in view.trial.forms.items():
        seen = set(rows.loc[rows["QSCAT"] == code, "QSPART"])
        own = names[(names["QSCAT"] == code) & names["QSPART"].isin(seen)]
        visits = [v for v in form.visits if v != view.trial.baseline.code]
        if seen and visits:
            found.append(Block(code, form.label, order_items(own), visits))
    return found


def order_items(items: pd.DataFrame) -> list[str]:
    """Parts by their names; single items as on the form, by the numbers in their codes."""

    def place(row: tuple[str, str, str]) -> tuple[object, ...]:
        part, name, code = row
        pieces = re.split(r"(\d+)", code)
        numbered = tuple((int(p), "") if p.isdigit() else (-1, p) for p in pieces)
        return (part,) if part != name else ("", *numbered)

    columns = (items[name].astype(str) for name in ("QSPART", "QSTEST", "QSTESTCD"))
    rows = sorted(zip(*columns, strict=True), key=place)
    return [part for part, _, _ in rows]


def _summarize(
    view: View, rows: pd.DataFrame, block: Block, groups: Sequence[Group]
) -> list[Result]:
    found: list[Result] = []
    own = rows[rows["QSCAT"] == block.form]
    cells = {
        key: part.set_index("USUBJID")["IMPRPCT"]
        for key, part in own.groupby(["AVISIT", "QSPART"], sort=False)
    }
    for group in groups:
        for visit in block.visits:
            for item in block.items:
                values = cells.get((visit, item), pd.Series(dtype=float))
                summary = summarize_group(values, group)
                key = Key(view.interim.population_efficacy, group.label, block.form, visit, item)
                found += rows_of(key, {name: summary[name] for name in ("n", "mean")})
    return found


@figure_style()
def _draw(
    view: View, blocks: Sequence[Block], groups: Sequence[Group], results: Sequence[Result]
) -> str:
    """A row of panels per form, a column per arm."""
    heights = [ROW * len(block.items) for block in blocks]
    height = sum(heights) + GAP * (len(blocks) - 1) + HEAD + GAP
    figure, axes = new_figure(
        height,
        rows=len(blocks),
        columns=len(groups),
        grid="none",
        gridspec_kw={
            "height_ratios": heights,
            "left": LEFT,
            "right": 0.99,
            "top": 1 - HEAD / height,
            "bottom": GAP / height,
            "wspace": 0.06,
            "hspace": GAP / (sum(heights) / len(heights)),
        },
    )
    statistics = index_results(results)
    limit = max(
        (abs(r.value) for r in results if r.statistic == "mean" and r.value == r.value), default=1
    )
    figure.set_visible(False)  # seaborn draws it once a panel, to look at labels that are ours
    for row, block in enumerate(blocks):
        for column, group in enumerate(groups):
            axis = axes[row * len(groups) + column]
            means = _read_means(view, block, group, statistics)
            _draw_cells(axis, block, means, limit or 1.0)
            if column == 0:
                axis.set_yticks(
                    np.arange(len(block.items)) + 0.5, [_shorten(i) for i in block.items]
                )
                axis.tick_params(axis="y", labelsize=8, rotation=0)
                axis.set_title(block.label)
            if row == 0:
                name_arm(axis, group, above=18)
    figure.set_visible(True)
    return render_svg(figure, "F-E-11")


def _read_means(
    view: View, block: Block, group: Group, statistics: Mapping[Key, Mapping[str, float]]
) -> pd.DataFrame:
    """Means of an arm, items down and visits across."""
    key = Key(view.interim.population_efficacy, group.label, block.form)
    return pd.DataFrame(
        {
            visit: [
                statistics[key._replace(visit=visit, category=item)]["mean"] for item in block.items
            ]
            for visit in block.visits
        },
        index=list(block.items),
    )


def _draw_cells(axis: Axes, block: Block, means: pd.DataFrame, limit: float) -> None:
    texts = means.map(lambda value: "" if value != value else format_number(value, 0))
    sns.heatmap(
        means,
        annot=texts,
        fmt="",
        vmin=-limit,
        vmax=limit,
        cmap=SHADES,
        cbar=False,
        linewidths=0.6,
        linecolor=PAPER,
        annot_kws={"fontsize": 7.5, "color": INK},
        yticklabels=False,
        ax=axis,
    )
    axis.set(xlabel="", ylabel="")
    axis.set_xticks(np.arange(len(block.visits)) + 0.5, list(block.visits), rotation=0)
    axis.tick_params(axis="x", labelsize=8)


def _shorten(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}\u2026"
