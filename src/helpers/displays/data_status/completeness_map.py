"""F-S-03: which forms are complete, visit by visit."""

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.displays.columns import state_population
from helpers.displays.conduct.open_notes import OTHER_VISITS, VISIT_WINDOWS, explain_difference
from helpers.displays.data_status.form_counts import (
    FormCounts,
    compute_completeness,
    count_forms,
    find_lowest,
)
from helpers.displays.declare import shown_as
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import NO_DENOMINATOR, format_percent
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.params.trial import Trial
from helpers.view import Group, View

POPULATION = "ITT"
SMALL = 6.5  # points
CELL = 0.36  # inches, height of one form
HEAD = 0.62  # inches, title and visits of a panel
Panel = tuple[Group, list[FormCounts]]


@shown_as(
    "F-S-03",
    title="Completeness of the forms",
    audiences={"open": "pooled"},
    needs=("adsl", "advisit"),
    small_counts="shown",
)
def plot_completeness(view: View) -> Figure:
    """Forms received of those due, by visit and form; a panel for everybody, then one per arm."""
    return build_completeness(view, "F-S-03")


def build_completeness(view: View, display_id: str) -> Figure:
    """The map under the number that it has in a report."""
    groups = view.groups(POPULATION)
    panels = [(group, count_forms(view, group)) for group in (groups[-1], *groups[:-1])]
    results = [row for group, counts in panels for row in list_results(group, counts)]
    total = panels[0][1]
    return Figure(
        id=display_id,
        counted=f"{state_population(view, POPULATION)} In each cell: received / due, and how many "
        "are still to come. Darker: more missed.",
        results=tuple(results),
        notes=join_notes(
            "Due: received or missed. Open windows, later visits, participants who left or died "
            "before are not due; all counts are in the file of this figure.",
            explain_difference(view, VISIT_WINDOWS, OTHER_VISITS),
        ),
        made="advisit; plot_completeness.",
        finding=describe_completeness(view.trial, total),
        svg=draw_panels(view.trial, panels, display_id),
        alternative=" ".join(describe_panel(view.trial, *panel) for panel in panels),
    )


def list_results(group: Group, counts: Sequence[FormCounts]) -> list[Result]:
    """Each status of each form and visit, the share received of each and of all."""
    results: list[Result] = []
    for cell in counts:
        key = Key(POPULATION, group.label, cell.form, cell.visit)
        for status, n in cell.statuses.items():
            results += rows_of(key._replace(category=status), {"n": n})
        results += rows_of(key, compute_completeness([cell]))
    return results + rows_of(Key(POPULATION, group.label, "ANY"), compute_completeness(counts))


def describe_completeness(trial: Trial, counts: Sequence[FormCounts]) -> str:
    """Sentence: share of all, and the worst form and visit."""
    overall, lowest = compute_completeness(counts), find_lowest(counts)
    if lowest is None:
        return "No form was due by the cut-off."
    share = format_percent(overall["n"], overall["total"])
    text = f"{share}% of the forms due were received ({overall['n']} of {overall['total']})"
    if lowest.received == lowest.due:
        return f"{text}."
    where = f"{trial.forms[lowest.form].label} at {trial.visit_label(lowest.visit).lower()}"
    worst = format_percent(lowest.received, lowest.due)
    return f"{text}; lowest: {where}, {worst}% ({lowest.received} of {lowest.due})."


def describe_panel(trial: Trial, group: Group, counts: Sequence[FormCounts]) -> str:
    """Received of due in one panel, in words."""
    forms = "; ".join(
        f"{form.label}: {', '.join(describe_cell(trial, c) for c in counts if c.form == code)}"
        for code, form in trial.forms.items()
    )
    return f"{group.name}, {group.n} participants. {forms}."


def describe_cell(trial: Trial, cell: FormCounts) -> str:
    """One form at one visit: `month 3 23 of 25`."""
    share = f"{cell.received} of {cell.due}" if cell.due else "none due"
    return f"{trial.visit_label(cell.visit).lower()} {share}"


@figure_style()
def draw_panels(trial: Trial, panels: Sequence[Panel], display_id: str) -> str:
    """Two panels in a row, all with the same cells."""
    columns = min(len(panels), 2)
    rows = ceil(len(panels) / columns)
    height = rows * (HEAD + CELL * len(trial.forms))
    width = 7.4 if columns > 1 else 4.6
    figure, axes = new_figure(
        height,
        width,
        rows=rows,
        columns=columns,
        grid="none",
        sharey=True,
        gridspec_kw={"wspace": 0.06, "hspace": HEAD / (CELL * len(trial.forms))},
    )
    for axis, (group, counts) in zip(axes, panels, strict=False):
        draw_panel(axis, trial, group, counts)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    return render_svg(figure, display_id)


def draw_panel(axis: Axes, trial: Trial, group: Group, counts: Sequence[FormCounts]) -> None:
    """One panel: visits across, forms down."""
    forms, visits = list(trial.forms), list(trial.visit_codes)
    axis.set_xlim(-0.5, len(visits) - 0.5)
    axis.set_ylim(len(forms) - 0.5, -0.5)
    axis.set_yticks(range(len(forms)), [trial.forms[form].label for form in forms])
    axis.set_xticks(range(len(visits)), [trial.visit_label(visit) for visit in visits])
    axis.xaxis.tick_top()
    axis.spines["bottom"].set_visible(False)
    axis.set_title(f"{group.name} (N = {group.n})", color=arm_colour(group.position))
    for cell in counts:
        draw_cell(axis, visits.index(cell.visit), forms.index(cell.form), cell)


def draw_cell(axis: Axes, x: int, y: int, cell: FormCounts) -> None:
    """One cell, darker the more was missed, with its numbers."""
    missed = 1 - cell.received / cell.due if cell.due else 0
    corner = (x - 0.47, y - 0.45)
    axis.add_patch(Rectangle(corner, 0.94, 0.9, facecolor=MUTED, alpha=0.06 + 0.5 * missed))
    text = f"{cell.received} / {cell.due}" if cell.due else NO_DENOMINATOR
    shift = 0.14 if cell.to_come else 0
    axis.text(x, y - shift, text, ha="center", va="center", fontsize=8.5, color=INK)
    if cell.to_come:
        small = f"{cell.to_come} to come"
        axis.text(x, y + 0.25, small, ha="center", va="center", fontsize=SMALL, color=INK)
