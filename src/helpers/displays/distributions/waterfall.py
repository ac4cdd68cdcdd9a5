"""F-E-10: the key change of every participant, from the best to the worst.

Looks that spend alpha have all participants in one row; other looks have a panel per arm, so that
nothing between arms is drawn.
"""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import list_compared, note_no_alpha
from helpers.displays.efficacy.content import list_score_notes, read_values
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.participant_lines import MOST, choose_participants
from helpers.displays.figures.parts import LINE, add_arm_legend
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.model import Figure, join_notes
from helpers.displays.responders.response import describe_threshold, is_of_score, note_thresholds
from helpers.displays.responders.states import (
    DEAD,
    LEFT,
    MISSING,
    OBSERVED,
    STATES,
    TO_COME,
    Assessed,
    assess,
    find_states,
)
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import count_persons, summarize_group
from helpers.displays.scores.visit_axis import name_arm
from helpers.params.trial import Score
from helpers.view import View

IMPROVEMENT = "IMP"
SHOWN = ("n", "median", "q1", "q3", "min", "max")
CROWD = 60  # bars of a panel beyond which letters would touch
NO_CHANGE = (DEAD, LEFT, MISSING)  # in this order, after the bars


class Change(NamedTuple):
    """One row per participant drawn: USUBJID, IMPRV (empty without a change), STATE, POSITION."""

    score: Score
    visit: str
    rows: pd.DataFrame


@shown_as("F-E-10", title="Key change of every participant", needs=("adeff", "advisit"))
@made_where_possible("F-E-10")
def plot_waterfall(view: View) -> Figure:
    """A bar per participant: improvement in the key score at the key visit, best first.

    Results: population, arm, PARAMCD, visit; category IMP: n, median, q1, q3, min, max of the
    improvement; the letters of T-E-12 for participants without a change: n, N.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    assessed = assess(view)
    change = _read_change(assessed)
    label = view.trial.visit_label(change.visit).lower()
    crowded = any(group.n > MOST for group in assessed.arms)
    return Figure(
        population_line=f"{state_population(view, assessed.population)} {change.score.label} at "
        f"{label}: improvement since baseline, above 0 is better.",
        results=tuple(_summarize(assessed, change)),
        notes=join_notes(
            "Letters after the bars: participants due without a change (D died before, L left "
            "before, M missing or without a baseline). Who is not due, or whose window is open, is "
            "not drawn. A point at 0: no change.",
            f"Dashed: threshold of response ({describe_threshold(change.score)})."
            if is_of_score(change.score)
            else "",
            note_thresholds({"": change.score}),
            note_no_alpha(view),
            f"At most {MOST} participants per arm are drawn, chosen by the seed "
            f"{view.interim.seed}; the numbers are of all."
            if crowded
            else "",
            list_score_notes(view, {"": change.score}),
        ),
        source_note="adeff (IMPRV) with ANL01FL = Y, advisit (STATUS); plot_waterfall.",
        alternative=f"Bars of the improvement in {change.score.label} at {label}, a participant "
        "each; mean changes are in T-E-04.",
        svg=_draw(assessed, change),
    )


def _read_change(assessed: Assessed) -> Change:
    """The key change with a state: who has a value and no baseline has none."""
    code, visit = str(assessed.view.interim.key_param), str(assessed.view.interim.key_visit)
    states = find_states(assessed, code, visit)
    gained = read_values(assessed.scores, code, visit, "IMPRV").reindex(states.index)
    states = states.mask((states == OBSERVED) & gained.isna(), MISSING)
    arms = {subject: g.position for g in assessed.arms for subject in g.subjects}
    rows = pd.DataFrame({"IMPRV": gained, "STATE": states, "POSITION": states.index.map(arms)})
    return Change(assessed.view.trial.scores[code], visit, rows)


def _summarize(assessed: Assessed, change: Change) -> list[Result]:
    """Order statistics of the improvement, and who has none for what reason."""
    code = str(assessed.view.interim.key_param)
    found: list[Result] = []
    for group in assessed.arms:
        key = Key(assessed.population, group.label, code, change.visit, IMPROVEMENT)
        summary = summarize_group(change.rows["IMPRV"].dropna(), group)
        found += rows_of(key, {name: summary[name] for name in SHOWN})
        for letter in STATES:
            if letter != OBSERVED:
                own = change.rows.index[change.rows["STATE"] == letter]
                counts = count_persons(group, own)
                numbers = {name: counts[name] for name in ("n", "N")}
                found += rows_of(key._replace(category=letter), numbers)
    return found


def order_participants(rows: pd.DataFrame) -> pd.DataFrame:
    """Those with a change, best first, then the dead, those who left, those without a value."""
    due = rows[rows["STATE"] != TO_COME]
    place = due["STATE"].map({state: number for number, state in enumerate(NO_CHANGE, start=1)})
    ordered = due.assign(PLACE=place.fillna(0), NAME=due.index)
    return ordered.sort_values(
        ["PLACE", "IMPRV", "POSITION", "NAME"], ascending=[True, False, True, True], kind="stable"
    )


@figure_style()
def _draw(assessed: Assessed, change: Change) -> str:
    together = bool(list_compared(assessed.view))
    parts = [list(assessed.arms)] if together else [[group] for group in assessed.arms]
    figure, axes = new_figure(3.0, columns=len(parts), sharey="row", gridspec_kw={"wspace": 0.08})
    for axis, groups in zip(axes, parts, strict=True):
        seed = assessed.view.interim.seed
        drawn = [choose_participants(group.subjects, seed) for group in groups]
        kept = change.rows.index.isin([subject for own in drawn for subject in own])
        rows = order_participants(change.rows[kept])
        if not together:
            name_arm(axis, groups[0])
        if rows.empty:
            # the axis is shared: its ticks are those of the other panels
            axis.set_xticks([])
            axis.text(0.5, 0.5, "Nobody is due yet", transform=axis.transAxes, ha="center")
            continue
        _draw_bars(axis, rows, change.score)
    axes[0].set_ylabel("improvement")
    if together:
        labels = [f"{group.label} (N = {group.n})" for group in assessed.arms]
        add_arm_legend(figure, labels, [group.position for group in assessed.arms])
    return render_svg(figure, "F-E-10")


def _draw_bars(axis: Axes, rows: pd.DataFrame, score: Score) -> None:
    """Bars, a point for no change, letters for no value, the threshold."""
    changed = rows[rows["STATE"] == OBSERVED]
    for place, row in enumerate(changed.itertuples()):
        position = int(row.POSITION)
        if row.IMPRV == 0:
            axis.plot([place], [0], **{**arm_points(position), "markersize": 3.5})
        else:
            axis.bar(place, row.IMPRV, 0.8, color=arm_colour(position), linewidth=0)
    _write_letters(axis, rows["STATE"].iloc[len(changed) :], rows["POSITION"], len(changed))
    axis.axhline(0, color=INK, linewidth=0.8)
    if threshold := _read_threshold(score):
        axis.axhline(threshold, color=MUTED, linewidth=0.9, linestyle=(0, (4, 2)))
    axis.set_xlim(-1, max(len(rows), 4))
    axis.set_xticks([])
    _limit_height(axis, rows["IMPRV"].dropna(), score)


def _write_letters(axis: Axes, states: pd.Series, positions: pd.Series, start: int) -> None:
    """A letter per participant without a change; of many, their number and the letter."""
    if start + len(states) <= CROWD:
        for place, (subject, state) in enumerate(states.items(), start=start):
            _write(axis, place, 3, str(state), arm_colour(int(positions[subject])))
        return
    for line, state in enumerate(NO_CHANGE):
        own = [start + k for k, found in enumerate(states) if found == state]
        if own:
            _write(axis, sum(own) / len(own), 3 + LINE * line, f"{len(own)} {state}", INK)


def _write(axis: Axes, place: float, points: float, text: str, colour: str) -> None:
    axis.annotate(
        text,
        (place, 0),
        xytext=(0, points),
        textcoords="offset points",
        ha="center",
        fontsize=8,
        fontweight="bold",
        color=colour,
    )


def _read_threshold(score: Score) -> float:
    """Improvement from which on the change of the score is a response; 0 without such a rule."""
    rule = score.responder
    return abs(rule.change) if rule is not None and is_of_score(score) else 0.0


def _limit_height(axis: Axes, values: Sequence[float] | pd.Series, score: Score) -> None:
    """Room for every bar, the threshold and the letters above 0."""
    threshold = _read_threshold(score)
    low, high = min([0.0, *values]), max([0.0, threshold, *values])
    room = 0.12 * (high - low) or 1.0
    bottom, top = axis.get_ylim() if axis.get_autoscaley_on() is False else (low, high)
    axis.set_ylim(min(low - room, bottom), max(high + room, top))
