"""F-S-16: leaving the study and death since randomisation, as curves by arm."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.columns import state_population
from helpers.displays.conduct.retention import find_ends
from helpers.displays.declare import shown_as
from helpers.displays.event_times.curves import Panel, list_curve_results, note_ends, note_few
from helpers.displays.event_times.drawing import draw_panels
from helpers.displays.event_times.first_events import AJ
from helpers.displays.event_times.panels import as_percent, build_panel, describe_ends
from helpers.displays.figures.style import figure_style, render_svg
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, Withheld, join_notes
from helpers.view import ClosedView, View

POPULATION = "ITT"
NO_TIMES = "The data hold no times to leaving the study or to death."


@shown_as("F-S-16", title="Retention over time", needs=("adtte", "adsl"), absent=NO_TIMES)
def plot_retention(view: View) -> Figure | Withheld:
    """Cumulative incidence of leaving the study (death competing) and of death, by arm.

    Results: population ITT, arm, parameter of adtte: N; category `DAY n` as in F-S-06.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("curves are drawn by arm")
    panels = [build_panel(view, kind, POPULATION) for kind in find_ends(view)]
    if not panels:
        return Withheld(sentence=NO_TIMES)
    level = format_level(view.interim.conf_level_safety)
    return Figure(
        population_line=f"{state_population(view, POPULATION)} Percent of participants since "
        f"randomisation, with {level} CI.",
        results=tuple(r for panel in panels for r in list_curve_results(POPULATION, panel)),
        notes=join_notes(
            "Aalen-Johansen: for leaving the study death competes; for death, leaving ends the "
            "observation. Below: at risk at the beginning of the day; with the event, censored or "
            "dead by the day before; they add up to N.",
            note_ends(panels),
            note_few(panels),
            note_intervals(view, POPULATION),
        ),
        source_note=f"adtte, ITT; plot_retention; {AJ}, limits on the scale log of minus log.",
        headline=_state_headline(panels),
        svg=_draw(panels),
        alternative=" ".join(describe_ends(panel) for panel in panels),
    )


def _state_headline(panels: Sequence[Panel]) -> str:
    """How many had each event, out of how many, by arm."""
    if all(panel.is_empty for panel in panels):
        return "Nobody was randomised by the cut-off."
    said = []
    for panel in panels:
        counts = ", ".join(
            f"{_count_events(curve.steps)} of {curve.n} in {curve.label}"
            for curve in panel.curves
            if curve.n
        )
        said.append(f"{panel.title}: {counts}.")
    return " ".join(said)


def _count_events(steps: pd.DataFrame) -> int:
    return int(steps["n_event"].sum())


@figure_style()
def _draw(panels: Sequence[Panel]) -> str:
    figure, _ = draw_panels([as_percent(panel) for panel in panels], "%", "Nobody was randomised")
    return render_svg(figure, "F-S-16")
