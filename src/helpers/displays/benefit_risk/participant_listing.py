"""L-S-29: doses, worst adverse event, change of the key score and outcome of each participant."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.benefit_risk.composite import ABSENT
from helpers.displays.benefit_risk.outcomes import find_score, name_outcomes
from helpers.displays.columns import choose_arm, state_population
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import NOT_APPLICABLE, Listing, join_notes
from helpers.params.trial import Score
from helpers.view import View

MOST = 1000  # rows on the page
HEADERS = ("Participant", "Arm", "Doses", "Adverse events", "Serious", "Worst grade", "Worst term")


@shown_as(
    "L-S-29",
    title="Benefit and risk together, one row per participant",
    needs=("adbr", "adsl"),
    absent=ABSENT,
)
def list_participants(view: View) -> Listing:
    """Participants of the population of safety displays by arm, the worst outcome first."""
    score = find_score(view)
    rows = view["adbr"]
    rows = rows.assign(ARM=choose_arm(view, rows))
    place = {arm.code: number for number, arm in enumerate(view.trial.arms)}
    rows = rows.assign(PLACE=rows["ARM"].map(place))
    order, ascending = ["PLACE", "OUTCOMEN", "IMPRV", "SUBJID"], [True, False, True, True]
    rows = rows.sort_values(order, ascending=ascending, kind="stable", na_position="last")
    texts = tuple(_write_row(row, view, score) for row in rows.itertuples(index=False))
    heads = [f"{score.label}, change from baseline"] if score is not None else []
    return Listing(
        population_line=f"{state_population(view, view.safety)} By arm, the worst outcome first.",
        notes=join_notes(
            "Adverse events: treatment-emergent. Worst term: the fatal event, else a serious one, "
            "one of the stopping rule, then by grade and start; the worst grade can be that of "
            "another event. Of one that is not coded: the words of the site.",
            f"Score: change of {score.label} at the latest planned visit with a value; "
            f"{'lower' if score.direction < 0 else 'higher'} is better."
            if score is not None
            else "No scores in this display.",
            "Outcome: the worst that applies, as counted in T-S-29.",
            _note_grade_five(rows),
            f"{len(texts) - MOST} more are not shown." if len(texts) > MOST else "",
        ),
        source_note="adbr; list_participants.",
        headers=(*HEADERS, *heads, "Outcome"),
        stacked=frozenset({"Arm", "Serious", "Worst term"}),
        rows=texts[:MOST],
        file_rows=texts[MOST:],
        empty="Nobody was treated by the cut-off",
    )


def _note_grade_five(rows: pd.DataFrame) -> str:
    """Grade 5 is death: whoever has it and no recorded death is a finding."""
    hit = (rows["WORSTGR"] == 5).fillna(False).astype(bool) & (rows["DTHFL"] != "Y")
    named = ", ".join(sorted(rows.loc[hit, "SUBJID"]))
    return f"Grade 5, but no recorded death, a finding (C17): {named}." if named else ""


def _write_row(row: Any, view: View, score: Score | None) -> tuple[str, ...]:
    labels: Mapping[str, str] = name_outcomes(view)
    arms = {arm.code: arm for arm in view.trial.arms}
    arm = arms.get(str(row.ARM))
    dosed = arm is not None and arm.active
    change = () if score is None else (_write_change(row, view, score),)
    return (
        str(row.SUBJID),
        "" if arm is None else arm.label,
        _number(row.DOSES) if dosed else NOT_APPLICABLE,
        _number(row.NAE),
        _number(row.NSAE),
        _number(row.WORSTGR) or ("missing" if row.NAE else NOT_APPLICABLE),
        name_term(row.WORSTPT) if row.NAE else "",
        *change,
        labels.get(str(row.OUTCOME), ""),
    )


def _write_change(row: Any, view: View, score: Score) -> str:
    """`+2 from 5, Month 12`."""
    if pd.isna(row.CHG):
        return "none yet"
    change = format_number(float(row.CHG), score.decimals, sign=True)
    base = format_number(float(row.BASE), score.decimals)
    return f"{change} from {base}, {view.trial.visit_label(str(row.AVISIT))}"


def _number(value: Any) -> str:
    return "" if pd.isna(value) else format_number(float(value), 0)
