"""F-E-07: every participant's scores over time, with the mean, a panel per score and arm."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    Scores,
    choose_scores,
    list_known_scores,
    list_score_notes,
    read_values,
    values_of,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.participant_lines import (
    MOST,
    choose_participants,
    draw_participants,
)
from helpers.displays.figures.parts import add_empty_note
from helpers.displays.figures.style import (
    MUTED,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import summarize_group
from helpers.displays.scores.visit_axis import (
    find_visit_days,
    name_arm,
    set_visit_axis,
    state_better,
)
from helpers.params.trial import Score
from helpers.view import ArmView, Group, View

PANEL = 1.75  # inches
VALUE = "AVAL"


@shown_as(
    "F-E-07",
    title="Scores of every participant over time",
    audiences={"closed_masked": "by label"},
    needs=("adeff",),
)
@made_where_possible("F-E-07")
def plot_score_lines(view: View) -> Figure:
    """One thin line per participant, a thick one for the mean; main scores down, arms across.

    Results: population, arm, PARAMCD, visit, category AVAL: n and mean of all participants, whether
    drawn or not.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ArmView):
        raise TypeError("scores are drawn by arm")
    population = view.interim.population_efficacy
    rows = choose_scores(view)
    scores = {c: s for c, s in list_known_scores(view, rows).items() if s.main}
    groups = view.groups(population)[:-1]
    results = _summarize_means(view, rows, scores, groups)
    crowded = any(group.n > MOST for group in groups)
    return Figure(
        population_line=f"{state_population(view, population)} A thin line is a participant, the "
        "thick one "
        "the mean of the arm at the visit.",
        results=tuple(results),
        notes=join_notes(
            list_score_notes(view, scores),
            "Visits stand at their planned day. The mean joins whoever has a value at a visit; "
            "numbers are in T-E-04.",
            f"{MOST} participants per arm are drawn, chosen by the seed {view.interim.seed}; the "
            "means are of all."
            if crowded
            else "",
        ),
        source_note="adeff with ANL01FL = Y; plot_score_lines.",
        alternative="One panel per main score and arm; the means of every visit are in T-E-04.",
        svg=_draw(view, rows, scores, groups, results),
    )


def _summarize_means(
    view: View, rows: Scores, scores: dict[str, Score], groups: Sequence[Group]
) -> list[Result]:
    results: list[Result] = []
    for code, score in scores.items():
        for visit in view.trial.forms[score.form].visits:
            values = read_values(rows, code, visit, VALUE)
            for group in groups:
                key = Key(view.interim.population_efficacy, group.label, code, visit, VALUE)
                summary = summarize_group(values, group)
                results += rows_of(key, {name: summary[name] for name in ("n", "mean")})
    return results


@figure_style()
def _draw(
    view: ArmView,
    rows: Scores,
    scores: dict[str, Score],
    groups: Sequence[Group],
    results: Sequence[Result],
) -> str:
    figure, axes = new_figure(
        PANEL * len(scores) + 0.4,
        rows=len(scores),
        columns=len(groups),
        sharey="row",
        gridspec_kw={"wspace": 0.08, "hspace": 0.55},
    )
    statistics = index_results(results)
    for number, (code, score) in enumerate(scores.items()):
        for place, group in enumerate(groups):
            axis = axes[number * len(groups) + place]
            visits = view.trial.forms[score.form].visits
            days = find_visit_days(view.trial)
            known = {
                days[visit]: values_of(read_values(rows, code, visit, VALUE), group)
                for visit in visits
            }
            _draw_participants(axis, known, group.position, view.interim.seed)
            keys = [
                Key(view.interim.population_efficacy, group.label, code, visit, VALUE)
                for visit in visits
            ]
            means = [statistics[key]["mean"] for key in keys]
            _draw_mean(view, axis, visits, means, group)
            title = f"{score.label}, {state_better(score)}" if place == 0 else ""
            axis.set_title(title)
            if number == 0:
                name_arm(axis, group)
    return render_svg(figure, "F-E-07")


def _draw_participants(
    axis: Axes, known: Mapping[int, pd.Series], position: int | None, seed: int
) -> None:
    """A line per participant; `known` has the values (by USUBJID) of each day."""
    table = pd.concat(known.values(), axis=1, keys=known.keys()).sort_index()
    if table.empty:
        add_empty_note(axis)
        return
    drawn = table.loc[choose_participants(table.index, seed)]
    long = drawn.rename_axis("USUBJID").reset_index()
    long = long.melt("USUBJID", var_name="PLACE", value_name="VALUE").dropna()
    draw_participants(axis, long, position)
    alone = long[long.groupby("USUBJID")["PLACE"].transform("size") == 1]
    colour = arm_colour(position)
    axis.plot(alone["PLACE"], alone["VALUE"], "o", color=colour, markersize=2, alpha=0.5)
    axis.set(xlabel="", ylabel="")


def _draw_mean(
    view: View, axis: Axes, visits: Sequence[str], means: Sequence[float], group: Group
) -> None:
    days = find_visit_days(view.trial)
    style = {
        **arm_points(group.position),
        "linestyle": "-",
        "linewidth": 2.0,
        "markersize": 5,
    }
    axis.plot([days[visit] for visit in visits], means, **style)
    set_visit_axis(axis, view.trial, visits, room=0.12)
    axis.tick_params(axis="y", labelcolor=MUTED)
