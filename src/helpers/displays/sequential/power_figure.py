"""F-E-15: conditional and predictive power, a row per assumption, a point per contrast."""

from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import POWER, POWER_FIGURE, made_where_possible
from helpers.displays.figures.parts import add_arm_legend
from helpers.displays.figures.style import (
    MUTED,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_number
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Result, index_results
from helpers.displays.sequential.power import (
    FUTILE,
    Power,
    find_futile,
    find_power,
    list_power,
    place_power,
)
from helpers.displays.sequential.power_table import ASSUMED, READ, state_predictive
from helpers.displays.sequential.story import Story, describe_key, state_information, tell_story
from helpers.view import View

ROW = 0.42  # inches per assumption
SPREAD = 0.5  # of the height of a row, over which its contrasts are spread
GREY = (
    f"Grey: predictive power below {format_number(FUTILE, 2)} (dotted line) in every arm; a "
    "colour, not a rule."
)


@shown_as("F-E-15", title="Conditional and predictive power", needs=("adeff",))
@made_where_possible(POWER_FIGURE)
def plot_power(view: View) -> Figure:
    """Power of every contrast with the control under four assumptions, on an axis from 0 to 1.

    Results: power as in T-E-16, without those of another information.
    """
    story = tell_story(view)
    power = find_power(story)
    results = tuple(list_power(story, power))
    return Figure(
        population_line=f"{state_population(view, story.effects.population)} Change from baseline "
        f"of {describe_key(story)}. {READ}",
        results=results,
        notes=join_notes(state_information(story), GREY, f"Numbers: {POWER}."),
        source_note="adeff (CHG, ADT) with ANL01FL = Y, compared_looks; plot_power; "
        "helpers.stats.sequential.conditional_power.",
        headline=state_predictive(power),
        alternative=f"One row per assumption, one point per contrast; the numbers are in {POWER}.",
        svg=_draw(story, power, results),
    )


@figure_style()
def _draw(story: Story, power: Power, results: tuple[Result, ...]) -> str:
    height = ROW * len(ASSUMED) + 0.9
    figure, (axis,) = new_figure(
        height, grid="x", gridspec_kw={"left": 0.4, "top": 1 - 0.15 / height}
    )
    statistics, contrasts, futile = index_results(results), story.contrasts, find_futile(power)
    for place, category in enumerate(ASSUMED):
        for number, own in enumerate(contrasts):
            row = statistics.get(place_power(story, category, own.label))
            if row is None or row["power"] != row["power"]:
                continue
            shift = SPREAD * ((number + 0.5) / len(contrasts) - 0.5)
            look = arm_points(story.view.trial.arm_position(own.arm))
            grey = {"color": MUTED, "markerfacecolor": MUTED} if futile else {}
            axis.plot([row["power"]], [place + shift], **{**look, **grey})
    _finish(axis)
    positions = [story.view.trial.arm_position(own.arm) for own in contrasts]
    add_arm_legend(figure, [own.label for own in contrasts], positions)
    return render_svg(figure, POWER_FIGURE)


def _finish(axis: Axes) -> None:
    axis.axvline(FUTILE, color=MUTED, linewidth=0.8, linestyle="dotted")
    axis.set_yticks(range(len(ASSUMED)), list(ASSUMED.values()))
    axis.set_ylim(len(ASSUMED) - 0.5, -0.5)
    axis.set_xlim(-0.02, 1.02)
    axis.set_xlabel("Probability")
