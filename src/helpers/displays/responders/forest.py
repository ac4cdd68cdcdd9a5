"""F-E-04: differences of responders at the key visit, a row per score and contrast."""

from collections.abc import Sequence
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import find_level, list_compared, note_comparisons
from helpers.displays.efficacy.content import list_page_scores, list_score_notes
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.forest import (
    CONTRAST,
    COUNTS,
    GAP,
    HEAD,
    NAME,
    NUMBERS,
    ROW,
    Look,
    draw_points,
    write_text,
)
from helpers.displays.figures.parts import shorten
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Figure, join_notes
from helpers.displays.responders.by_visit import MAIN
from helpers.displays.responders.response import (
    find_response,
    list_later_visits,
    list_response_scores,
    note_thresholds,
    state_estimand,
)
from helpers.displays.responders.share_rows import Share, share_row
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key, Result, index_results
from helpers.params.trial import Score
from helpers.view import View

LONGEST = 34  # letters of the name of a score


class Entry(NamedTuple):
    """One row: key of the difference, name of the score (empty below its first), arms compared."""

    key: Key
    name: str
    contrast: str
    position: int
    counts: tuple[Key, Key]


@shown_as("F-E-04", title="Differences of responders at the key visit", needs=("adeff", "advisit"))
@made_where_possible("F-E-04")
def plot_responder_forest(view: View) -> Figure:
    """Differences of the shares of responders with limits, a row per score and contrast.

    Results: as RESPONDER of T-E-10 at the key visit.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    assessed = assess(view)
    scores = choose_rows(assessed)
    results = [result for code in scores for result in _estimate(assessed, code)]
    entries = _list_entries(assessed, scores)
    visit = view.trial.visit_label(str(view.interim.key_visit)).lower()
    return Figure(
        population_line=f"{state_population(view, assessed.population)} Responders at {visit} of "
        f"those due, difference in percentage points with {format_level(find_level(view))} CI; "
        f"right of 0 is more responders. {state_estimand(view)}",
        results=tuple(results),
        notes=join_notes(
            note_comparisons(view),
            "Scores overlap: totals hold their sub-scores, and one participant can respond in "
            "many. Rows are no independent evidence.",
            "No value, no baseline and death are no response; T-E-10 has the other rules.",
            note_thresholds(scores),
            list_score_notes(view, scores),
        ),
        source_note="adeff (CRIT1FL) with ANL01FL = Y, advisit (STATUS); plot_responder_forest; "
        f"{view.interim.ci_diff}.",
        alternative=f"A point with limits per score and contrast at {visit}; their numbers are in "
        "T-E-10.",
        svg=_draw(assessed, entries, results),
    )


def choose_rows(assessed: Assessed) -> dict[str, Score]:
    """Scores of the page of T-E-10 that are planned at the key visit."""
    visit = str(assessed.view.interim.key_visit)
    scores = list_page_scores(list_response_scores(assessed))
    return {c: s for c, s in scores.items() if visit in list_later_visits(assessed.view, s)}


def _name(assessed: Assessed, code: str) -> Key:
    return Key(assessed.population, "", code, str(assessed.view.interim.key_visit), MAIN)


def _estimate(assessed: Assessed, code: str) -> Sequence[Result]:
    """Counts of the arms and differences, exactly as in T-E-10."""
    key = _name(assessed, code)
    response = find_response(assessed, code, key.visit)
    return share_row(assessed, Share("", key, response.responders, response.due)).results


def _list_entries(assessed: Assessed, scores: dict[str, Score]) -> list[Entry]:
    arms = {group.code: group for group in assessed.arms}
    return [
        Entry(
            _name(assessed, code)._replace(contrast=label),
            "" if number else score.label,
            label,
            int(arms[arm].position or 0),
            (
                _name(assessed, code)._replace(arm=arms[arm].label),
                _name(assessed, code)._replace(arm=arms[reference].label),
            ),
        )
        for code, score in scores.items()
        for number, (label, arm, reference) in enumerate(list_compared(assessed.view))
    ]


@figure_style()
def _draw(assessed: Assessed, entries: Sequence[Entry], results: Sequence[Result]) -> str:
    blocks = sum(bool(entry.name) for entry in entries)
    height = HEAD + ROW * len(entries) + GAP * blocks
    figure, axes = new_figure(
        height,
        grid="x",
        gridspec_kw={
            "left": 0.46,
            "right": 0.76,
            "top": 1 - 0.35 / height,
            "bottom": 0.4 / height,
        },
    )
    axis, statistics = axes[0], index_results(results)
    place = 0.0
    for entry in entries:
        place += ROW + (GAP if entry.name else 0)
        counts = [format_cell(Cell(key, show.n_over()), statistics) for key in entry.counts]
        text = format_cell(Cell(entry.key, show.points()), statistics)
        draw_points(axis, place, statistics[entry.key], entry.position)
        write_text(axis, place, shorten(entry.name, LONGEST), NAME)
        write_text(axis, place, entry.contrast, CONTRAST, Look(arm_colour(entry.position)))
        write_text(axis, place, " v ".join(count.replace(" ", "") for count in counts), COUNTS)
        write_text(axis, place, text, NUMBERS)
    write_text(axis, ROW * 0.3, "n / N", COUNTS, Look(MUTED))
    write_text(axis, ROW * 0.3, "points (CI)", NUMBERS, Look(MUTED))
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.set_ylim(place + ROW, 0)
    axis.set_xlim(-100, 100)
    axis.set_xticks([-100, -50, 0, 50, 100])
    axis.set_yticks([])
    return render_svg(figure, "F-E-04")
