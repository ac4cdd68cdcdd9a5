"""L-E-01: main scores of every participant at each planned visit."""

from collections.abc import Iterator, Mapping

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.content import (
    is_planned,
    list_known_scores,
    list_score_notes,
    read_values,
)
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import format_number
from helpers.displays.model import Listing, join_notes
from helpers.displays.responders.states import (
    DEAD,
    LEFT,
    MISSING,
    OBSERVED,
    TO_COME,
    Assessed,
    assess,
    find_states,
)
from helpers.displays.scores.listed_rows import cap_rows, read_participants
from helpers.params.trial import Score
from helpers.view import View

WORDS = {MISSING: "missing", DEAD: "died", LEFT: "left", TO_COME: ""}
Row = tuple[str, ...]


@shown_as("L-E-01", title="Scores of every participant", needs=("adeff",))
@made_where_possible("L-E-01")
def list_scores(view: View) -> Listing:
    """One row per participant and planned visit: main scores with their change from baseline.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    assessed = assess(view)
    scores = {c: s for c, s in list_known_scores(view, assessed.scores).items() if s.main}
    shown, more, note = cap_rows(tuple(_list_rows(assessed, scores)))
    return Listing(
        population_line=f"{state_population(view, assessed.population)} Value and, in brackets, "
        "change from baseline; by participant and visit.",
        notes=join_notes(
            "Day 1 is the day of the first dose, without a dose that of randomisation. A visit "
            "that is not due has no row; an empty cell is a form not due, or in an open window.",
            "Main scores. T-E-04 summarises these values and those of the other scores.",
            note,
            list_score_notes(view, scores),
        ),
        source_note="adeff (AVAL, CHG) with ANL01FL = Y, advisit (STATUS), adsl; list_scores.",
        headers=("Participant", "Arm", "Visit", "Day", *(s.label for s in scores.values())),
        rows=shown,
        file_rows=more,
        empty="No score is known",
    )


def _list_rows(assessed: Assessed, scores: Mapping[str, Score]) -> Iterator[Row]:
    """Rows with a value, or with a reason why there is none."""
    people = read_participants(assessed.view).sort_values("SUBJID", kind="stable")
    days = _read_days(assessed.view)
    visits = assessed.view.trial.visit_codes
    cells = {
        (code, visit): _write_cells(assessed, code, visit) for code in scores for visit in visits
    }
    for subject, name, arm in zip(people.index, people["SUBJID"], people["ARM"], strict=True):
        for visit in visits:
            texts = [cells[code, visit].get(subject, "") for code in scores]
            if any(texts):
                label = assessed.view.trial.visit_label(visit)
                day = days.get((subject, visit), "")
                yield (str(name), str(arm), label, day, *texts)


def _write_cells(assessed: Assessed, code: str, visit: str) -> dict[str, str]:
    """Text of a score at a visit by USUBJID; no words of a state where the data have none."""
    score = assessed.view.trial.scores[code]
    if not is_planned(assessed.view, score, visit):
        return {}
    values = read_values(assessed.scores, code, visit, "AVAL").to_dict()
    changes = read_values(assessed.scores, code, visit, "CHG").to_dict()
    states = find_states(assessed, code, visit)
    return {
        str(subject): _write_value(values[subject], changes.get(subject), score)
        if state == OBSERVED
        else (WORDS[state] if assessed.forms else "")
        for subject, state in states.items()
    }


def _write_value(value: float, change: float | None, score: Score) -> str:
    text = format_number(value, score.decimals)
    if change is None:
        return text
    return f"{text} ({format_number(change, score.decimals, sign=True)})"


def _read_days(view: View) -> dict[tuple[str, str], str]:
    """First and last study day of the forms of a visit, by USUBJID and visit."""
    rows = view["adeff"]
    if "ADY" not in rows:
        return {}
    used = rows[(rows["ANL01FL"] == "Y") & rows["AVAL"].notna() & rows["ADY"].notna()]
    ends = used.groupby(["USUBJID", "AVISIT"])["ADY"].agg(["min", "max"])
    return {
        (str(subject), str(visit)): _write_days(int(first), int(last))
        for (subject, visit), first, last in zip(ends.index, ends["min"], ends["max"], strict=True)
    }


def _write_days(first: int, last: int) -> str:
    low, high = (format_number(day, 0) for day in (first, last))
    return low if first == last else f"{low} to {high}"
