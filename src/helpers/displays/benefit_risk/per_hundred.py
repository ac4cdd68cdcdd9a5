"""F-E-18: benefit and risk per 100 participants on one axis."""

from collections.abc import Mapping, Sequence

from helpers.displays import show
from helpers.displays.benefit_risk.follow_up import describe_follow_up, state_size
from helpers.displays.benefit_risk.joint_facts import (
    Joint,
    describe_joint,
    find_key_score,
    note_other_deaths,
    read_joint,
)
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import find_level, list_compared, note_comparisons
from helpers.displays.efficacy.report_parts import BALANCE, made_where_possible
from helpers.displays.figures.forest import GAP, NAME, ROW, Look, write_text
from helpers.displays.figures.style import MUTED, figure_style, render_svg
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Figure, join_notes
from helpers.displays.responders.difference_rows import (
    Entry,
    draw_entry,
    finish_panel,
    list_entries,
    new_panel,
)
from helpers.displays.responders.share_rows import Share, share_row
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key, Result, index_results
from helpers.view import ClosedView, View

MEASURES: Mapping[str, str] = {
    "response": "Responders",
    "serious": "With a serious adverse event",
    "severe": "With an adverse event of grade 3 or more",
    "died": "Deaths",
}
BENEFIT = "response"


@shown_as(
    "F-E-18",
    title="Benefit and risk per 100 participants",
    needs=("adae", "adeff", "advisit", "adsl"),
    variables=("ASERFL", "ATOXGR"),
)
@made_where_possible(BALANCE)
def plot_per_hundred(view: View) -> Figure:
    """Differences per 100 participants of response and of three kinds of harm, with limits.

    Results: population, key score, key visit; category response, serious, severe, died: n, N, pct,
    lower, upper by arm, estimate, lower, upper by contrast.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("benefit and risk are weighed by arm")
    assessed = assess(view)
    joint = read_joint(assessed)
    results = [result for name in MEASURES for result in _estimate(assessed, joint, name)]
    entries = _list_entries(assessed)
    visit = view.trial.visit_label(str(view.interim.key_visit)).lower()
    return Figure(
        population_line=f"{state_population(view, assessed.population)} Participants due at "
        f"{visit}, difference per 100 participants with {format_level(find_level(view))} CI.",
        results=tuple(results),
        notes=join_notes(
            "Right of 0 is more: of responders that is good, of the others bad. All four are of "
            "the same participants by the same day, so that they can be held against each other; "
            "how much harm a response is worth, the figure does not say.",
            describe_joint(view),
            describe_follow_up(assessed, joint),
            note_other_deaths(assessed, joint),
            "One participant can be in several rows: who died of a serious event is in three. "
            "T-E-20 has each participant once.",
            note_comparisons(view),
        ),
        source_note="adeff (CRIT1FL) with ANL01FL = Y, advisit (STATUS, DUEDT), adae (AFTRANFL, "
        "ASERFL, ATOXGR, ASTDT), adsl (DTHDT, EOSDT, RANDDT); plot_per_hundred; "
        f"{view.interim.ci_prop}; differences {view.interim.ci_diff}.",
        headline=_state_headline(assessed, joint, results),
        alternative="A point with limits per measure and contrast: responders, serious adverse "
        "events, adverse events of grade 3 or more, deaths; the outcomes are in T-E-20.",
        svg=_draw(entries, results),
    )


def _name(assessed: Assessed, measure: str) -> Key:
    interim = assessed.view.interim
    return Key(
        assessed.population, "", str(interim.key_param), str(interim.key_visit), measure.upper()
    )


def _estimate(assessed: Assessed, joint: Joint, measure: str) -> Sequence[Result]:
    key = _name(assessed, measure)
    share = Share("", key, joint.having(measure), joint.facts.index)
    return share_row(assessed, share).results


def _list_entries(assessed: Assessed) -> list[Entry]:
    score = find_key_score(assessed.view).label
    names = {**MEASURES, BENEFIT: f"{MEASURES[BENEFIT]} ({score})"}
    return [
        entry
        for measure, name in names.items()
        for entry in list_entries(assessed, _name(assessed, measure), name)
    ]


def _state_headline(assessed: Assessed, joint: Joint, results: Sequence[Result]) -> str:
    """All differences of every arm, benefit and harm, in the same words at every look."""
    view, statistics = assessed.view, index_results(results)
    entries = _list_entries(assessed)
    if not any(statistics[entry.key]["lower"] <= 1 for entry in entries):  # NaN: an arm is empty
        return "There is no interval."
    said = []
    for contrast, code, reference in list_compared(view):
        own = ", ".join(
            f"{MEASURES[entry.key.category.lower()].lower()} "
            f"{format_cell(Cell(entry.key, show.points()), statistics)}"
            for entry in entries
            if entry.contrast == contrast
        )
        said.append(
            f"{view.trial.arm(code).label} against {view.trial.arm(reference).label}: {own}"
        )
    level = format_level(find_level(view))
    size = state_size(assessed, joint)
    return (
        f"More (+) or fewer (−) per 100 participants ({level} CI). {'. '.join(said)}. "
        f"Exploratory, not adjusted. {size}"
    )


@figure_style()
def _draw(entries: Sequence[Entry], results: Sequence[Result]) -> str:
    """Responders above a line, harm below it."""
    blocks = sum(bool(entry.name) for entry in entries)
    figure, axis = new_panel(ROW * (len(entries) + 2) + GAP * (blocks + 2))
    statistics, place, benefit = index_results(results), 0.0, BENEFIT.upper()
    for number, entry in enumerate(entries):
        headed = number == 0 or (entries[number - 1].key.category == benefit != entry.key.category)
        if headed:
            place += ROW + GAP
            good = entry.key.category == benefit
            text = "Benefit: right of 0 is better" if good else "Harm: right of 0 is worse"
            write_text(axis, place, text, NAME, Look(MUTED))
        place += ROW + (GAP if entry.name and not headed else 0)
        draw_entry(axis, place, entry, statistics)
    finish_panel(axis, place, "per 100")
    axis.set_xlabel("Difference per 100 participants")
    return render_svg(figure, "F-E-18")
