"""L-S-03: serious adverse events and deaths after the cut-off, one row each."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.columns import state_date, treated_else_planned
from helpers.displays.declare import shown_as
from helpers.displays.formats import NO_BREAK_SPACE
from helpers.displays.model import NOT_APPLICABLE, Listing, join_notes
from helpers.displays.serious_events.event_cells import (
    write_code,
    write_number,
    write_text,
)
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView, View

MOST = 1000  # rows on the page
SERIOUS, DEATH = "SAE", "DEATH"
EVENT_ONLY = ("Grade", "Related to product", "Related to procedure", "Outcome")
HEADERS = (
    "Participant", "Arm", "Record", "Preferred term", "Verbatim", "Date", "Day", "After dose",
    *EVENT_ONLY, "Remarks",
)  # fmt: skip
STACKED = frozenset({"Arm", "Verbatim", "Day", "Related to procedure"})
LATER = "consented after the cut-off"
RULED = "term of the stopping rule"
FEWEST_LETTERS = len("2023-05-01")  # of a date that names a day


@shown_as(
    "L-S-03",
    title="Serious adverse events and deaths after the cut-off",
    needs=("postcut",),
)
def list_after_cutoff(view: View) -> Listing:
    """Serious events that began, and deaths, after the cut-off that the extract already holds."""
    rows = view["postcut"]
    labels = {arm.code: arm.label for arm in view.trial.arms}
    causes = _find_causes(view)
    going_on = _count_going_on(view)
    # nobody's event counts in the rule in an arm that gets no dose
    ruled = frozenset(arm.code for arm in view.trial.active_arms)
    written = tuple(_write_row(row, labels, causes, ruled) for row in rows.itertuples(index=False))
    return Listing(
        population_line=f"From the day after the cut-off ({state_date(view.cutoff)}) to the "
        f"extract ({state_date(view.extract)}), in all participants, those too who consented after "
        f"the cut-off, by date. Records N = {len(rows)}."
        + (
            ""
            if going_on is None
            else f" In follow-up at the cut-off: {going_on} of {view.total('ITT').n} randomised "
            "participants."
        ),
        notes=join_notes(
            "In no other count, rate or rule of this report. As recorded in the extract: not "
            "checked against later entries, and less complete the nearer to it.",
            "Day 1 is the day of the first dose, without a dose by the cut-off that of "
            "randomisation; of an incomplete date the first possible day. The dose may be after "
            "the cut-off too.",
            "Term of the stopping rule: a report with a later cut-off counts it if it meets the "
            "rule of T-S-23."
            if any(RULED in row[-1] for row in written)
            else "",
            f"{len(rows) - MOST} more records are not shown." if len(rows) > MOST else "",
        ),
        source_note="postcut, adae (FATALFL, DTHCUTFL); list_after_cutoff.",
        headline=state_after_cutoff(rows, labels),
        headers=HEADERS,
        stacked=STACKED,
        rows=written[:MOST],
        file_rows=written[MOST:],
        empty="No serious event and no death after the cut-off in the extract"
        if going_on != 0
        else "No serious event and no death after the cut-off in the extract, where nobody was in "
        "follow-up any more",
    )


def _count_going_on(view: View) -> int | None:
    """Randomised participants in follow-up at the cut-off; None where the data do not say."""
    persons = view.population("ITT")
    return int((persons["EOSSTT"] == "ONGOING").sum()) if "EOSSTT" in persons else None


def _find_causes(view: View) -> dict[str, str]:
    """Fatal events by participant: what began before the cut-off, and what began after."""
    rows = view["postcut"]
    found = [rows[rows["FATALFL"] == "Y"]] if {"FATALFL", "AEDECOD"} <= set(rows) else []
    if view.has("adae", "DTHCUTFL", "AEDECOD", "SUBJID"):
        adae = view["adae"]
        found.append(adae[adae["DTHCUTFL"] == "Y"])
    events = pd.concat([part[["SUBJID", "AEDECOD"]] for part in found]) if found else rows.iloc[:0]
    return {
        str(subject): "; ".join(sorted({name_term(term) for term in own}))
        for subject, own in events.groupby("SUBJID")["AEDECOD"]
    }


def _write_row(
    row: Any, labels: Mapping[str, str], causes: Mapping[str, str], ruled: frozenset[str]
) -> tuple[str, ...]:
    arm = row.TRT01P if pd.isna(row.TRT01A) else row.TRT01A
    who = (row.SUBJID, labels.get(arm, "not randomised"))
    day = write_number(row.ADY) or "missing"
    if row.KIND == DEATH:
        cause = causes.get(row.SUBJID)
        remark = f"fatal event: {cause}" if cause else "no fatal event recorded"
        remark = f"{remark}, {LATER}" if row.LATERFL == "Y" else remark
        none = (NOT_APPLICABLE,) * len(EVENT_ONLY)
        return (*who, "Death", "", "", state_date(row.ADT), day, _write_dose(row), *none, remark)
    return (
        *who,
        "Serious event",
        name_term(row.AEDECOD),
        write_text(row.AETERM),
        _write_date(row),
        day,
        _write_dose(row),
        write_number(row.ATOXGR) or "missing",
        write_code(row.AEREL),
        write_code(row.AERELPR),
        write_code(row.AEOUT),
        _write_remarks(row, ruled=arm in ruled),
    )


def _write_date(row: Any) -> str:
    """The day; of a date without one the text as recorded."""
    recorded = write_text(row.AESTDTC)
    return state_date(row.ADT) if len(recorded) >= FEWEST_LETTERS else recorded


def _write_dose(row: Any) -> str:
    if pd.isna(row.DOSEREF):
        return NOT_APPLICABLE
    return f"dose{NO_BREAK_SPACE}{row.DOSEREF}, {row.DAYSINF}{NO_BREAK_SPACE}d"


def _write_remarks(row: Any, *, ruled: bool) -> str:
    said = {
        "fatal": row.FATALFL == "Y",
        RULED: ruled and not pd.isna(row.SEVTOX),
        LATER: row.LATERFL == "Y",
        "start incomplete": len(write_text(row.AESTDTC)) < FEWEST_LETTERS,
    }
    return ", ".join(text for text, holds in said.items() if holds)


def state_after_cutoff(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """How many serious events and deaths are known after the cut-off, and in which arms."""
    if rows.empty:
        return ""
    serious = rows[rows["KIND"] == SERIOUS]
    died = rows[rows["KIND"] == DEATH]
    events = count_of(len(serious), "serious event")
    deaths = count_of(len(died), "death")
    said = [f"{events}{_name_arms(serious, labels)}", f"{deaths}{_name_arms(died, labels)}"]
    later = int((rows["LATERFL"] == "Y").sum())
    of_later = f" Of these {later} in participants who {LATER}." if later else ""
    return f"After the cut-off: {' and '.join(said)}.{of_later}"


def describe_after_cutoff(view: View) -> str:
    """Sentence for the first page: what is counted nowhere in this report; empty without any."""
    if not isinstance(view, ClosedView) or not view.has("postcut") or view["postcut"].empty:
        return ""
    said = state_after_cutoff(view["postcut"], {arm.code: arm.label for arm in view.arms})
    return f"{said} In no count of this report (L-S-03)."


def _name_arms(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """` (A 2, B 1)`; nothing where there is no record."""
    arms = treated_else_planned(rows)
    counts = {label: int((arms == code).sum()) for code, label in labels.items()}
    counts["not randomised"] = int(arms.isna().sum())
    said = ", ".join(f"{label} {n}" for label, n in counts.items() if n)
    return f" ({said})" if said else ""
