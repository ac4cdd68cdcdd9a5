"""The look of every figure, and the same SVG bytes from the same numbers.

Figures are made without pyplot: nothing is registered, nothing global stays changed. Arms are told
apart by position, with colour and marker; in the page the colours are variables, so that a figure
follows the reader's light or dark screen.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.transforms import BboxBase

INK = "#1f2328"
MUTED = "#57606a"
GRID = "#d0d7de"
PAPER = "#ffffff"
# Okabe-Ito blue and vermilion, the latter darkened until text in it has a contrast of 4.5
ARM_COLOURS = ("#0072b2", "#c25400", "#4d4d4d", "#00795a", "#9a4c7a")
ARM_MARKERS = ("o", "s", "D", "^", "v")
ARM_DASHES: tuple[Any, ...] = ("solid", "solid", (0, (5, 1.5)), (0, (3, 1.5)), (0, (1, 1)))
POINTS_PER_INCH = 72
WIDTH = 7.4  # inches; the text of a figure is then about as large as the text of a table
MARGIN = 0.05  # inches around what is drawn
_VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--line",
    PAPER: "--paper",
    **{colour: f"--arm-{position}" for position, colour in enumerate(ARM_COLOURS)},
}
_STYLE: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same extents on every machine
    "font.size": 9,
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a dollar sign in a term is a dollar sign
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,  # keeps the first label clear of the vertical axis' lowest
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 1.6,
    "lines.markersize": 5.5,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.transparent": True,
}


@contextmanager
def figure_style() -> Iterator[None]:
    """Style in force while a figure is made and drawn; what was set before comes back.

    Usable as `with figure_style():` and, on a function that makes a figure, `@figure_style()`.
    """
    before = _read_settings()
    dict.update(mpl.rcParams, _build_style())  # checked already
    try:
        yield
    finally:
        dict.update(mpl.rcParams, before)


@cache  # matplotlib checks each of its three hundred settings anew, and a report asks often
def _build_style() -> dict[Any, Any]:
    """The style as settings that matplotlib has checked."""
    style: dict[Any, Any] = {**mpl.rcParamsDefault, **_STYLE}
    del style["backend"]
    with mpl.rc_context(style):
        return _read_settings()


def _read_settings() -> dict[Any, Any]:
    """Settings in force, without the backend, which is a notebook's own choice."""
    settings = dict.copy(mpl.rcParams)
    settings.pop("backend", None)
    return settings


def new_figure(
    height: float = 3.0,
    width: float = WIDTH,
    rows: int = 1,
    columns: int = 1,
    grid: Literal["x", "y", "both", "none"] = "y",
    **options: Any,
) -> tuple[Figure, list[Axes]]:
    """A figure and its axes in reading order.

    Parameters
    ----------
    height, width
        Inches; keep the width unless the figure needs less room.
    rows, columns
        Panels.
    grid
        Direction in which values are read: light lines across it, none the other way.
    options
        As for `matplotlib.figure.Figure.subplots` (sharex, sharey, width_ratios, gridspec_kw ...).
    """
    with figure_style():
        figure = Figure(figsize=(width, height))
        FigureCanvasSVG(figure)
        panels = figure.subplots(rows, columns, squeeze=False, **options)
        axes = [axis for row in panels for axis in row]
        for axis in axes:
            if grid != "none":
                axis.grid(axis=grid)
    return figure, axes


def arm_colour(position: int | None) -> str:
    """Colour of the arm at a position; ink for all arms together."""
    return INK if position is None else ARM_COLOURS[position % len(ARM_COLOURS)]


def arm_marker(position: int | None) -> str:
    """Marker of the arm at a position."""
    return "o" if position is None else ARM_MARKERS[position % len(ARM_MARKERS)]


def arm_line(position: int | None) -> dict[str, Any]:
    """Keywords of a line of an arm: colour and dash."""
    dash = "solid" if position is None else ARM_DASHES[position % len(ARM_DASHES)]
    return {"color": arm_colour(position), "linestyle": dash}


def arm_points(position: int | None) -> dict[str, Any]:
    """Keywords of points of an arm: colour, marker, no line; every third arm is drawn hollow."""
    colour = arm_colour(position)
    hollow = position is not None and position % 3 == 2
    return {
        "color": colour,
        "marker": arm_marker(position),
        "linestyle": "none",
        "markerfacecolor": PAPER if hollow else colour,
        "markeredgewidth": 1.3,
    }


def render_svg(figure: Figure, display_id: str, *, crop: bool = True) -> str:
    """SVG of a figure, ready to stand in a page; the figure is emptied.

    Cropped to what is drawn, for which it is drawn twice; without that in the size that it has.

    The same figure gives the same text on every machine: no date, no program, ids that depend on
    `display_id` and on what is drawn only. Text stays text, in the font of the page.

    Raises
    ------
    ValueError
        If the figure holds a bitmap (draw a grid of values with `pcolormesh`, not `imshow`).
    """
    name = display_id.lower()
    buffer = io.StringIO()
    with figure_style(), mpl.rc_context({"svg.hashsalt": name}):
        box = measure_drawn(figure).padded(MARGIN) if crop else None
        _fix_empty_labels(figure)
        figure.savefig(
            buffer,
            format="svg",
            dpi=POINTS_PER_INCH,  # that of SVG: it has no pixels
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
            bbox_inches=box,
        )
    for axis in figure.axes:
        axis.remove()  # `figure.clear()` would make every panel anew to empty it
    return _embed(buffer.getvalue(), name)


def _fix_empty_labels(figure: Figure) -> None:
    """Give axes without a label a fixed place for it.

    Matplotlib would measure all their ticks once more to find a place for no words.
    """
    for axes in figure.axes:
        for axis, side in ((axes.xaxis, "bottom"), (axes.yaxis, "left")):
            if not axis.label.get_text() and axis.get_label_position() == side:
                axis.set_label_coords(0, 0)


def measure_drawn(figure: Figure) -> BboxBase:
    """Rectangle, in inches, around everything that a figure draws.

    The same as `savefig(bbox_inches="tight")` finds, which draws the whole figure for it.
    """
    figure.dpi = POINTS_PER_INCH
    width, height = figure.bbox.size
    renderer = RendererSVG(width, height, io.StringIO())  # type: ignore[no-untyped-call]
    return figure.get_tightbbox(renderer)


def _embed(document: str, name: str) -> str:
    """An SVG document as an element of a page: own ids, colours as variables, fonts of the page."""
    svg = document[document.index("<svg") :].rstrip()
    if "<image" in svg:
        raise ValueError(f"figure {name} holds a bitmap; draw it with shapes")
    for pattern in _DROPPED:
        svg = re.sub(pattern, "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", svg)
    svg = re.sub(r"<[^/>][^>]*>", lambda found: _rewrite_tag(found[0]), svg)
    return _number_ids(svg, name).replace("</g>", "</g>\n")


def _number_ids(svg: str, name: str) -> str:
    """Ids numbered as they come: two figures on one page must not share any."""
    known = re.findall(r'<[^>]*\bid="([^"]+)"', svg)
    ids = {old: f"{name}-{number}" for number, old in enumerate(known, start=1)}
    pattern = r'(\bid="|\bhref="#|\burl\(#)([^")]+)'
    return re.sub(pattern, lambda found: found[1] + ids.get(found[2], found[2]), svg)


_DROPPED = (
    r"<metadata>.*?</metadata>",
    r"<style type=\"text/css\">.*?</style>",  # would apply to the whole page
    r"<!--.*?-->",
    r"<defs>\s*</defs>",
)
_TAG_REWRITES = (
    (r"^<g id=\"[^\"]*\"", "<g"),  # names of parts say how it was drawn, and nothing points at them
    (r" xmlns(:\w+)?=\"[^\"]*\"", ""),
    (r"\bxlink:href=", "href="),
    (r"font-family: [^;\"]*(;\s*)?", ""),
    (r" transform=\"rotate\(-?0 [^\"]*\"", ""),
    (r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}"),  # processors differ beyond
    (r"\s+", " "),
    (r"^<svg width=\"([\d.]+)pt\" height=\"[\d.]+pt\"", r'<svg style="--w: \1" focusable="false"'),
    (r"#[0-9a-f]{6}\b", lambda found: _as_variable(found[0])),
)


def _rewrite_tag(tag: str) -> str:
    for pattern, replacement in _TAG_REWRITES:
        tag = re.sub(pattern, replacement, tag)
    return tag


def _as_variable(colour: str) -> str:
    variable = _VARIABLES.get(colour)
    return f"var({variable}, {colour})" if variable else colour
