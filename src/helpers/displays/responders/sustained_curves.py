"""F-E-05: cumulative incidence of a sustained response, numbers at risk at the planned visits.

Looks that spend alpha have the arms in one panel; other looks a panel per arm, so that nothing
between arms is drawn.
"""

from collections.abc import Sequence

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import list_compared, note_no_alpha
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.event_times.curves import (
    Curve,
    Panel,
    list_curve_results,
    note_ends,
    note_few,
)
from helpers.displays.event_times.drawing import draw_panels
from helpers.displays.event_times.first_events import AJ, count_until
from helpers.displays.event_times.panels import as_percent, describe_ends
from helpers.displays.figures.style import figure_style, render_svg
from helpers.displays.model import Figure, join_notes
from helpers.displays.responders.sustained import (
    WHAT_COUNTS,
    Times,
    list_times,
    note_incidence,
)
from helpers.view import View


@shown_as("F-E-05", title="Time to sustained response", needs=("adeff", "adtte"))
@made_where_possible("F-E-05")
def plot_sustained_response(view: View) -> Figure:
    """Aalen-Johansen curves of the first sustained response by arm, counts below.

    Results: as in F-S-06, of the efficacy population.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    kinds = list_times(view)
    population = view.interim.population_efficacy
    panels = [_build_panel(view, kind) for kind in kinds]
    shown = panels if list_compared(view) else [one for p in panels for one in _split(p)]
    return Figure(
        population_line=f"{state_population(view, population)} Percent of participants with a "
        "first sustained response since randomisation. Estimand E6.",
        results=tuple(r for panel in panels for r in list_curve_results(population, panel)),
        notes=join_notes(
            WHAT_COUNTS,
            note_incidence(view),
            "Below, at the days on which visits are due: at risk at the beginning of the day; with "
            "the response, censored or dead by the day before.",
            note_ends(panels),
            note_few(panels),
            note_no_alpha(view),
        ),
        source_note=f"adtte; plot_sustained_response; {AJ}.",
        alternative=" ".join(describe_ends(panel) for panel in panels),
        svg=_draw(shown),
    )


def _build_panel(view: View, kind: Times) -> Panel:
    """Curves of the arms over a grid of the days on which visits are due."""
    ticks = (0, *(visit.target for visit in view.trial.visits))
    curves = [
        Curve(
            group.label,
            group.position,
            len(kind.times[group.label]),
            kind.curves[group.label],
            count_until(kind.times[group.label], ticks),
        )
        for group in kind.arms
    ]
    return Panel(kind.code, kind.label, curves, ticks)


def _split(panel: Panel) -> list[Panel]:
    """A panel per arm."""
    return [
        panel._replace(title=f"{panel.title}, {curve.label}", curves=[curve])
        for curve in panel.curves
    ]


@figure_style()
def _draw(panels: Sequence[Panel]) -> str:
    figure, _ = draw_panels([as_percent(panel) for panel in panels], "%", "Nobody was followed")
    return render_svg(figure, "F-E-05")
