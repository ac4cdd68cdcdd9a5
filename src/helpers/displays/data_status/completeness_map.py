"""F-S-03: which forms are complete, visit by visit."""

from collections.abc import Sequence

from helpers.displays.columns import state_population
from helpers.displays.conduct.open_notes import OTHER_VISITS, VISIT_WINDOWS, explain_difference
from helpers.displays.data_status.completeness_drawing import draw_panels
from helpers.displays.data_status.form_counts import (
    FormCounts,
    compute_completeness,
    count_forms,
    find_lowest,
)
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_percent
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.params.trial import Trial
from helpers.view import Group, View

POPULATION = "ITT"


@shown_as(
    "F-S-03",
    title="Completeness of the forms",
    audiences={"open": "pooled", "closed_masked": "pooled"},
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
        population_line=f"{state_population(view, POPULATION)} In each cell: received / due, and "
        "how many "
        "are still to come. The stronger the shade, the more was missed.",
        results=tuple(results),
        notes=join_notes(
            "Due: received or missed. Open windows, later visits, participants who left or died "
            "before are not due; all counts are in the file of this figure.",
            explain_difference(view, VISIT_WINDOWS, OTHER_VISITS),
        ),
        source_note="advisit; plot_completeness.",
        headline=describe_completeness(view.trial, total),
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
