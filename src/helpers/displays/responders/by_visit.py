"""T-E-10: responders by score and visit, under each rule for missing values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import (
    find_level,
    list_compared,
    name_method,
    note_comparisons,
)
from helpers.displays.efficacy.content import (
    has_ends,
    list_page_scores,
    list_score_notes,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import format_level
from helpers.displays.model import Table, join_notes
from helpers.displays.responders.response import (
    Response,
    describe_threshold,
    find_based,
    find_response,
    find_unable,
    list_later_visits,
    list_response_scores,
    note_drugs,
    note_thresholds,
    note_unseen,
    state_estimand,
)
from helpers.displays.responders.share_rows import (
    Share,
    build_share_headers,
    share_row,
)
from helpers.displays.responders.states import Assessed, assess
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, count_row, heading_row
from helpers.params.trial import Score
from helpers.view import View

MAIN, ABLE, JUDGED, WORST = "RESPONDER", "RESPONDER_ABLE", "RESPONDER_JUDGED", "RESPONDER_WORST"
UNABLE = "UNABLE"


class Rule(NamedTuple):
    """How missing values are counted: label of its row (empty: the visit), whom it counts."""

    label: str
    choose: Callable[[Response], tuple[pd.Index, pd.Index]]


RULES: Mapping[str, Rule] = {
    MAIN: Rule("", lambda response: (response.responders, response.due)),
    ABLE: Rule("able", lambda response: (response.responders, response.able)),
    JUDGED: Rule("observed", lambda response: (response.responders, response.judged)),
}


@shown_as(
    "T-E-10",
    audiences={"closed_masked": "by label"},
    title="Responders by score and visit",
    needs=("adeff", "advisit"),
)
@made_where_possible("T-E-10")
def tabulate_responders(view: View) -> Table:
    """Responders of each arm at every visit: of those due, able to respond, and observed.

    Results: population, arm, PARAMCD, visit; category RESPONDER (of those due, no value is no
    response), RESPONDER_ABLE (of those whose baseline allows one), RESPONDER_JUDGED (of those with
    a change, dead, or gone for an adverse event), of main scores at looks that spend alpha
    RESPONDER_WORST (a missing value of the control counts as response): n, N, pct, lower, upper;
    at those looks contrasts: estimate, lower, upper. Baseline visit, UNABLE: n, N, pct of those
    with a baseline.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    assessed = assess(view)
    named = list_response_scores(assessed)
    page = list_page_scores(named)
    lines, results = collect_rows(
        row for code in page for row in _list_score_rows(assessed, code, _choose_rules(page[code]))
    )
    others, more = collect_rows(
        row
        for code, score in named.items()
        if (rules := _choose_file_rules(score, on_page=code in page))
        for row in _list_score_rows(assessed, code, rules)
    )
    return Table(
        population_line=f"{state_population(view, assessed.population)} Participants with a "
        f"response at the visit, of those due, with {format_level(find_level(view))} CI. "
        f"{state_estimand(view)}",
        results=(*results, *more),
        notes=join_notes(
            note_thresholds(page),
            "Not counted are participants without a value whose visit was not due or whose window "
            "was open at the cut-off; who died or left, if the planned day of the visit had not "
            "come. No value, no baseline and death are no response.",
            "Able: of those due, participants with a baseline from which the best possible value "
            "would be a response. Observed: of those with a change; death, and leaving for an "
            "adverse event, stay no response.",
            note_unseen(assessed, page, view.trial.visit_codes),
            note_drugs(view, page),
            note_comparisons(view),
            _note_worst_case(view),
            list_score_notes(view, page),
            "In the CSV copy of this table, not on this page: able and observed of other than main "
            "scores, and scores that follow from those shown.",
        ),
        source_note="adeff (CRIT1FL, UNABLEFL) with ANL01FL = Y, advisit (STATUS), adsl (EOSREAS); "
        f"tabulate_responders; {view.interim.ci_prop}{name_method(view, view.interim.ci_diff)}.",
        stub="Score, visit",
        headers=build_share_headers(assessed),
        lines=lines,
        file_lines=others,
    )


def _choose_rules(score: Score) -> Sequence[str]:
    """Rules that the page shows of a score."""
    return tuple(RULES) if score.main else (MAIN,)


def _choose_file_rules(score: Score, *, on_page: bool) -> Sequence[str]:
    """Rules that only the CSV copy shows of a score."""
    if not on_page:
        return (MAIN,)
    return tuple(rule for rule in RULES if rule not in _choose_rules(score))


def _note_worst_case(view: View) -> str:
    if view.trial.control is None or not list_compared(view):
        return ""
    control = view.trial.arm(view.trial.control).label
    return f"Worst case: a missing value counts as response in {control} and as none elsewhere."


def _has_worst_case(view: View) -> bool:
    return view.trial.control is not None and bool(list_compared(view))


def _list_score_rows(assessed: Assessed, code: str, rules: Sequence[str]) -> Iterator[Row]:
    """Name and threshold of a score, who cannot reach it, then its visits."""
    view = assessed.view
    score = view.trial.scores[code]
    unable = find_unable(assessed, code)
    yield heading_row(f"{score.label}: {describe_threshold(score)}")
    if MAIN in rules and (len(unable) or (score.main and _tells_unable(assessed, code))):
        yield _build_unable_row(assessed, code, unable)
    for visit in list_later_visits(view, score):
        response = find_response(assessed, code, visit)
        key = Key(assessed.population, "", code, visit)
        for rule in rules:
            if rule != ABLE or len(unable):
                yield _build_row(assessed, key._replace(category=rule), response)
        if score.main and MAIN in rules and _has_worst_case(view):
            yield _build_worst_row(assessed, key._replace(category=WORST), response)


def _tells_unable(assessed: Assessed, code: str) -> bool:
    """Whether the data say who cannot respond, and the score has ends, so that none is a count."""
    rows = assessed.scores.get((code, assessed.view.trial.baseline.code))
    return rows is not None and "UNABLEFL" in rows and has_ends(assessed.scores, code)


def _build_unable_row(assessed: Assessed, code: str, unable: pd.Index) -> Row:
    """Participants with a baseline from which no possible value would be a response."""
    row = count_row(
        RowContext(
            Key(assessed.population, "", code, assessed.view.trial.baseline.code, UNABLE),
            assessed.arms,
            among=find_based(assessed, code),
            form=show.n_of(),
        ),
        "cannot respond from their baseline",
        unable,
    )
    blank = ("",) * len(list_compared(assessed.view))
    return row._replace(line=replace(row.line, cells=(*row.line.cells, *blank)))


def _build_row(assessed: Assessed, key: Key, response: Response) -> Row:
    rule = RULES[key.category]
    counted, among = rule.choose(response)
    return share_row(assessed, Share(_name_row(assessed, key, rule.label), key, counted, among))


def _build_worst_row(assessed: Assessed, key: Key, response: Response) -> Row:
    """Missing values against the active arms: response in the control, none elsewhere."""
    code = assessed.view.trial.control
    control = next(group.subjects for group in assessed.arms if group.code == code)
    missing = response.due.difference(response.judged).intersection(control)
    counted = response.responders.union(missing)
    label = _name_row(assessed, key, "worst case")
    return share_row(assessed, Share(label, key, counted, response.due))


def _name_row(assessed: Assessed, key: Key, rule: str) -> str:
    visit = assessed.view.trial.visit_label(key.visit)
    return f"{visit}, {rule}" if rule else visit
