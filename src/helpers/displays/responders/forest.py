"""F-E-04: differences of responders at the key visit, a row per score and contrast."""

from collections.abc import Sequence

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import find_level, note_comparisons
from helpers.displays.efficacy.content import list_page_scores, list_score_notes
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.figures.forest import GAP, ROW
from helpers.displays.figures.style import figure_style, render_svg
from helpers.displays.formats import format_level
from helpers.displays.model import Figure, join_notes
from helpers.displays.responders.by_visit import MAIN
from helpers.displays.responders.difference_rows import (
    Entry,
    draw_entry,
    finish_panel,
    list_entries,
    new_panel,
)
from helpers.displays.responders.response import (
    find_response,
    list_later_visits,
    list_response_scores,
    note_thresholds,
    note_unseen,
    state_estimand,
)
from helpers.displays.responders.share_rows import Share, share_row
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key, Result, index_results
from helpers.params.trial import Score
from helpers.view import View


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
            "Main scores; T-E-10 has the others. One participant can respond in many: rows are no "
            "independent evidence.",
            "No value, no baseline and death are no response; T-E-10 has the other rules.",
            note_unseen(assessed, scores, [str(view.interim.key_visit)]),
            note_thresholds(scores),
            list_score_notes(view, scores),
        ),
        source_note="adeff (CRIT1FL) with ANL01FL = Y, advisit (STATUS); plot_responder_forest; "
        f"{view.interim.ci_diff}.",
        alternative=f"A point with limits per score and contrast at {visit}; their numbers are in "
        "T-E-10.",
        svg=_draw(entries, results),
    )


def choose_rows(assessed: Assessed) -> dict[str, Score]:
    """Main scores of T-E-10 that are planned at the key visit; every score where none is main.

    Twenty scores that hold each other are no more evidence than seven, and cannot be read on paper.
    """
    visit = str(assessed.view.interim.key_visit)
    scores = list_page_scores(list_response_scores(assessed))
    every = {c: s for c, s in scores.items() if visit in list_later_visits(assessed.view, s)}
    key = assessed.view.interim.key_param
    return {c: s for c, s in every.items() if s.main or c == key} or every


def _name(assessed: Assessed, code: str) -> Key:
    return Key(assessed.population, "", code, str(assessed.view.interim.key_visit), MAIN)


def _estimate(assessed: Assessed, code: str) -> Sequence[Result]:
    """Counts of the arms and differences, exactly as in T-E-10."""
    key = _name(assessed, code)
    response = find_response(assessed, code, key.visit)
    return share_row(assessed, Share("", key, response.responders, response.due)).results


def _list_entries(assessed: Assessed, scores: dict[str, Score]) -> list[Entry]:
    return [
        entry
        for code, score in scores.items()
        for entry in list_entries(assessed, _name(assessed, code), score.label)
    ]


@figure_style()
def _draw(entries: Sequence[Entry], results: Sequence[Result]) -> str:
    blocks = sum(bool(entry.name) for entry in entries)
    figure, axis = new_panel(ROW * len(entries) + GAP * blocks)
    statistics, place = index_results(results), 0.0
    for entry in entries:
        place += ROW + (GAP if entry.name else 0)
        draw_entry(axis, place, entry, statistics)
    finish_panel(axis, place, "points")
    return render_svg(figure, "F-E-04")
