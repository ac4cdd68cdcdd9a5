"""The map of completeness: a heat map per group, visits across, or down where there are many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import fill

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from helpers.displays.data_status.form_counts import FormCounts
from helpers.displays.figures.style import (
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
from helpers.displays.formats import NO_DENOMINATOR
from helpers.params.trial import Trial
from helpers.view import Group

Panel = tuple[Group, list[FormCounts]]
MOST_ACROSS = 5  # visits
MARGIN = 0.9  # inches, names at the left of the panels
GAP = 0.2  # inches between two panels
WIDEST = 0.9  # inches, a cell
FONT, LETTER = 8, 5.0  # points, the numbers and one letter of them
TALL, LOW = 0.36, 0.27  # inches, a cell with and without a second line
HEAD = 0.62  # inches, title and one line of names above a panel
LINE = 0.15  # inches, each further line of names
NAME_LETTER = 5.6  # points, a letter of the names across
# one colour that the page may exchange for its own; what was missed makes it stronger
MISSED = LinearSegmentedColormap.from_list("missed", [to_rgba(MUTED, a) for a in (0.06, 0.56)])


@dataclass(frozen=True)
class Layout:
    """What stands across and down in every panel, as code and name, and the sizes in inches."""

    across: dict[str, str]
    down: dict[str, str]
    visits_down: bool
    columns: int
    cell: tuple[float, float]

    @property
    def width(self) -> float:
        """Width of the figure."""
        panels = self.columns * self.cell[0] * len(self.across)
        return MARGIN + panels + (self.columns - 1) * GAP

    @property
    def body(self) -> float:
        """Height of the cells of a panel."""
        return self.cell[1] * len(self.down)

    @property
    def head(self) -> float:
        """Height above the cells of a panel."""
        return HEAD + LINE * max(name.count("\n") for name in self.across.values())


def choose_layout(trial: Trial, panels: Sequence[Panel]) -> Layout:
    """Visits across where they are few; many stand below each other, with the forms across."""
    visits = {code: trial.visit_label(code) for code in trial.visit_codes}
    forms = {code: form.label for code, form in trial.forms.items()}
    visits_down = len(visits) > MOST_ACROSS
    across, down = (forms, visits) if visits_down else (visits, forms)
    lines = [line for _, counts in panels for c in counts for line in describe(c).split("\n")]
    narrowest = (max(map(len, lines), default=0) * LETTER + 4) / POINTS_PER_INCH
    fits = MARGIN + GAP + 2 * narrowest * len(across) <= WIDTH
    columns = 2 if len(panels) > 1 and fits else 1
    room = (WIDTH - MARGIN - (columns - 1) * GAP) / columns / len(across)
    cell = max(min(room, WIDEST), narrowest)
    letters = int(cell * POINTS_PER_INCH / NAME_LETTER)
    return Layout(
        across={code: fill(name, letters) for code, name in across.items()},
        down=down,
        visits_down=visits_down,
        columns=columns,
        cell=(cell, TALL if any(c.to_come for _, counts in panels for c in counts) else LOW),
    )


@figure_style()
def draw_panels(trial: Trial, panels: Sequence[Panel], display_id: str) -> str:
    """One or two panels in a row, all with the same cells."""
    layout = choose_layout(trial, panels)
    rows = ceil(len(panels) / layout.columns)
    height = rows * (layout.head + layout.body)
    figure, axes = new_figure(
        height,
        layout.width,
        rows=rows,
        columns=layout.columns,
        grid="none",
        sharey=True,
        gridspec_kw={
            "left": MARGIN / layout.width,
            "right": 1,
            "bottom": 0,
            "top": 1 - layout.head / height,
            "wspace": GAP / (layout.cell[0] * len(layout.across)),
            "hspace": layout.head / layout.body,
        },
    )
    figure.set_visible(False)  # seaborn draws it once a panel, to look at labels that are ours
    for axis, (group, counts) in zip(axes, panels, strict=False):
        draw_panel(axis, layout, group, counts)
    figure.set_visible(True)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    return render_svg(figure, display_id)


def draw_panel(axis: Axes, layout: Layout, group: Group, counts: Sequence[FormCounts]) -> None:
    """One panel, its cells darker the more was missed, with their numbers."""
    missed = arrange(layout, counts, share_missed)
    texts = arrange(layout, counts, describe)
    sns.heatmap(
        missed.astype(float),
        vmin=0,
        vmax=1,
        cmap=MISSED,
        cbar=False,
        linewidths=3,
        linecolor=PAPER,
        annot=texts.fillna(""),
        fmt="",
        annot_kws={"fontsize": FONT, "color": INK, "linespacing": 1.1},
        xticklabels=list(layout.across.values()),
        yticklabels=list(layout.down.values()),
        ax=axis,
    )
    axis.set(xlabel="", ylabel="")
    axis.xaxis.tick_top()
    axis.tick_params(axis="both", labelrotation=0)
    axis.set_title(f"{group.name} (N = {group.n})", color=arm_colour(group.position))


def arrange(
    layout: Layout, counts: Sequence[FormCounts], value: Callable[[FormCounts], float | str]
) -> pd.DataFrame:
    """Values of the cells as the panel shows them; empty where a form has no such visit."""
    table = pd.DataFrame(index=list(layout.down), columns=list(layout.across), dtype=object)
    for cell in counts:
        down, across = cell.form, cell.visit
        if layout.visits_down:
            down, across = across, down
        table.loc[down, across] = value(cell)
    return table


def share_missed(cell: FormCounts) -> float:
    """Share of the forms due that were missed; 0 where none was due."""
    return 1 - cell.received / cell.due if cell.due else 0.0


def describe(cell: FormCounts) -> str:
    """Text of a cell: received / due, and how many are to come."""
    due = f"{cell.received} / {cell.due}" if cell.due else NO_DENOMINATOR
    return f"{due}\n{cell.to_come} to come" if cell.to_come else due
