"""F-E-02: the analyses of T-E-07 as a forest, differences from the control beside each other."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import (
    SENSITIVITY,
    SENSITIVITY_FOREST,
    made_where_possible,
)
from helpers.displays.figures.parts import add_arm_legend
from helpers.displays.figures.style import (
    INK,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, index_results
from helpers.displays.treatment_effect.effects import (
    fit_effects,
    list_key_contrasts,
    list_page_contrasts,
)
from helpers.displays.treatment_effect.sensitivity_lines import (
    analyse,
    find_left_out,
    list_results,
    place_analysis,
)
from helpers.displays.treatment_effect.verdict import state_alone
from helpers.models.reference_lines import LABELS
from helpers.models.sensitivity import Analysis
from helpers.view import ClosedView, View

ROW = 0.2  # inches per contrast of an analysis
SPREAD = 0.56  # of the height of a row, over which its contrasts are spread
DRAWN = ("estimate", "lower", "upper")
Statistics = dict[Key, dict[str, float]]


@shown_as("F-E-02", title="Sensitivity of the key result, as a forest", needs=("adeff",))
@made_where_possible(SENSITIVITY_FOREST)
def plot_sensitivity(view: View) -> Figure:
    """One row per analysis, one interval per difference from the control, a line at 0.

    Results: estimate, lower, upper as in T-E-07.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    analyses = analyse(view)
    contrasts = list_key_contrasts(view) or list_page_contrasts(view)
    named = {label for label, _, _ in contrasts}
    results = tuple(
        result
        for result in list_results(view, analyses)
        if result.statistic in DRAWN and result.key.contrast in named
    )
    interim = view.interim
    score = view.trial.scores[interim.key_param or ""]
    level = format_level(interim.interval_level)
    return Figure(
        population_line=f"{state_population(view, interim.population_efficacy)} Difference in the "
        f"change of {score.label} at {view.trial.visit_label(interim.key_visit or '').lower()}, "
        f"{level} CI.",
        results=results,
        notes=join_notes(
            f"Numbers and what each analysis uses: {SENSITIVITY}. Exploratory, not adjusted; the "
            "analyses use much the same values.",
            [f"{a.label}: {a.note}." for a in analyses if a.note and a.contrasts.empty],
            _state_reference(analyses),
        ),
        source_note="adeff, adsl; plot_sensitivity; helpers.models.sensitivity.",
        headline=state_alone(fit_effects(view, interim.key_param or "")),
        alternative=f"One row per analysis; the numbers are in {SENSITIVITY}.",
        svg=_draw(view, analyses, contrasts, index_results(results)),
    )


def _state_reference(analyses: Sequence[Analysis]) -> str:
    """What a narrow interval of a line with imputed values is worth; empty without such a line."""
    if not any(analysis.id in LABELS and len(analysis.contrasts) for analysis in analyses):
        return ""
    left_out = find_left_out(analyses)
    without = f" They are not imputed from {left_out}, which other lines use." if left_out else ""
    return (
        "J2R and CR: missing values of participants who left or stopped dosing come from the "
        "control, which varies less than what is observed; a narrower interval there is no "
        f"stronger evidence.{without}"
    )


@figure_style()
def _draw(
    view: ClosedView,
    analyses: Sequence[Analysis],
    contrasts: Sequence[tuple[str, str, str]],
    statistics: Statistics,
) -> str:
    rows = max(len(contrasts), 1)
    height = ROW * (rows + 0.6) * len(analyses) + 1.1
    figure, (axis,) = new_figure(
        height, grid="x", gridspec_kw={"left": 0.36, "top": 1 - 0.35 / height}
    )
    for place, analysis in enumerate(analyses):
        for number, (label, arm, _) in enumerate(contrasts):
            row = statistics[place_analysis(view, analysis)._replace(contrast=label)]
            if row["estimate"] != row["estimate"]:
                continue
            shift = SPREAD * ((number + 0.5) / rows - 0.5)
            position = view.trial.arm_position(arm)
            ends = (row["lower"], row["upper"])
            axis.hlines(place + shift, *ends, color=arm_colour(position), linewidth=1.2)
            axis.plot([row["estimate"]], [place + shift], **arm_points(position))
    _finish(view, axis, analyses)
    positions = [view.trial.arm_position(arm) for _, arm, _ in contrasts]
    add_arm_legend(figure, [label for label, _, _ in contrasts], positions, lines=True)
    return render_svg(figure, SENSITIVITY_FOREST)


def _finish(view: ClosedView, axis: Axes, analyses: Sequence[Analysis]) -> None:
    score = view.trial.scores[view.interim.key_param or ""]
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.set_yticks(range(len(analyses)), [analysis.label for analysis in analyses])
    axis.set_ylim(len(analyses) - 0.5, -0.5)
    axis.margins(x=0.06)
    side = "right" if score.direction > 0 else "left"
    better = f", {side} of 0 in favour of the arm named first" if score.direction_decided else ""
    axis.set_xlabel(f"Difference in change{better}")
