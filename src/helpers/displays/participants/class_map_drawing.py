"""The heat map of F-S-19: a panel per arm, all with the same classes down."""

from collections.abc import Sequence
from textwrap import fill, wrap
from typing import Any, NamedTuple

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgba

from helpers.displays.adverse_events.by_grade import SHADES
from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.event_counts import NO_EVENTS
from helpers.displays.figures.parts import add_empty_note, shorten
from helpers.displays.figures.style import (
    GRID,
    INK,
    MUTED,
    PAPER,
    WIDTH,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.results import Result
from helpers.view import Group

ROW, TALL = 0.21, 0.29  # inches of a class, and where one has two lines
HEAD, FOOT = 0.28, 0.35  # inches above the cells without the names of the arms, and below them
LINE = 0.15  # inches of a line of the name of an arm
LONGEST, MOST = 30, 60  # letters of a line of a class, and of both
LETTER = 0.073  # inches of a letter of a class
GAP = 0.12  # inches between two arms
NARROW = 0.13  # inches of a column beside which a name has no room unless turned
TITLE = 0.085  # inches of a letter above a panel
COUNTED = LinearSegmentedColormap.from_list("counted", [to_rgba(MUTED, a) for a in (0.02, 0.62)])
BY_GRADE = ListedColormap([PAPER, *(SHADES[str(grade)] for grade in range(1, 6))])


class Block(NamedTuple):
    """An arm: numbers of the cells, their texts, and the results behind them."""

    group: Group
    cells: pd.DataFrame
    texts: pd.DataFrame
    results: tuple[Result, ...]


@figure_style()
def draw_blocks(classes: Sequence[str], blocks: Sequence[Block], crowded: bool) -> str:
    """Panels side by side, as wide as they have columns; an arm without participants has none."""
    shown = [block for block in blocks if block.cells.shape[1]]
    names = [fill(shorten(name_term(soc), MOST), LONGEST) for soc in classes]
    margin = LETTER * max((len(x) for name in names for x in name.split("\n")), default=0) + 0.15
    widths = [block.cells.shape[1] for block in shown] or [1]
    room = WIDTH - margin - GAP * (len(widths) - 1)
    cell = room / sum(widths)
    titles = [_name(block.group, int(block.cells.shape[1] * cell / TITLE)) for block in shown]
    head = HEAD + LINE * max((title.count("\n") for title in titles), default=0)
    row = TALL if any("\n" in name for name in names) else ROW
    height = head + FOOT + row * max(len(classes), 3)
    figure, axes = new_figure(
        height,
        columns=len(widths),
        grid="none",
        sharey=True,
        width_ratios=widths,
        gridspec_kw={
            "left": margin / WIDTH,
            "right": 1,
            "top": 1 - head / height,
            "bottom": FOOT / height,
            "wspace": GAP / (room / len(widths)),
        },
    )
    if not classes or not shown:
        add_empty_note(axes[0], NO_EVENTS)
        return render_svg(figure, "F-S-19")
    look = _choose_look(shown, cell, crowded)
    figure.set_visible(False)  # seaborn draws it once a panel, to look at labels that are ours
    for axis, block, title in zip(axes, shown, titles, strict=True):
        _draw_panel(axis, block, names, look)
        axis.set_title(title, color=arm_colour(block.group.position))
        turned = 90 if not crowded and cell < 4 * NARROW else 0
        axis.tick_params(axis="x", labelrotation=turned, labelsize=min(7.0, 66 * cell), pad=3)
    figure.set_visible(True)
    if crowded:
        axes[0].set_xlabel("worst grade", loc="left")
    return render_svg(figure, "F-S-19")


def _choose_look(blocks: Sequence[Block], cell: float, crowded: bool) -> dict[str, Any]:
    """Shades of percentages or of grades, and text that fits a cell so wide."""
    text: dict[str, Any] = {"fontsize": min(7.0, 60 * cell)}
    if not crowded:
        return {"vmin": -0.5, "vmax": 5.5, "cmap": BY_GRADE, "annot_kws": text}
    highest = max(float(block.cells.max(axis=None)) for block in blocks) or 1.0
    return {"vmin": 0, "vmax": highest, "cmap": COUNTED, "annot_kws": {**text, "color": INK}}


def _draw_panel(axis: Axes, block: Block, names: Sequence[str], look: dict[str, Any]) -> None:
    sns.heatmap(
        block.cells.fillna(0).astype(float),
        cbar=False,
        linewidths=0.5,
        linecolor=GRID,
        annot=block.texts,
        fmt="",
        xticklabels=list(block.cells.columns),
        yticklabels=list(names),
        ax=axis,
        **look,
    )
    axis.set(xlabel="", ylabel="")
    axis.tick_params(axis="y", labelrotation=0)


def _name(group: Group, letters: int) -> str:
    """The label above its panel, with the number of participants on a line of its own."""
    lines = wrap(group.label, max(letters, 4), max_lines=3, placeholder="\u2026")
    return "\n".join([*lines, f"N = {group.n}"])
