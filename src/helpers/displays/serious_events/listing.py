"""L-S-01, L-S-01b: serious adverse events and other stopping events, one row each."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.event_counts import NO_EVENTS
from helpers.displays.adverse_events.event_notes import AS_IN_EXTRACT, note_imputed_starts
from helpers.displays.columns import state_date, treated_else_planned
from helpers.displays.declare import shown_as
from helpers.displays.model import NOT_APPLICABLE, Listing, join_notes
from helpers.displays.serious_events.event_cells import (
    Event,
    write_code,
    write_criteria,
    write_dose,
    write_number,
    write_text,
)
from helpers.view import View

STACKED = frozenset(
    ["Arm", "Sex", "Verbatim", "End, day", "Related to procedure", "Action", "Remarks"]
)
MOST = 1000  # rows on the page


class _Column(NamedTuple):
    """A column: its head, the variables it needs, and its text for an event."""

    head: str
    needs: tuple[str, ...]
    write: Callable[[Event], str]


class Words(NamedTuple):
    """What a listing of events says of itself, and instead of rows if there are none."""

    population_line: str
    note: str
    source_note: str
    empty: str


@shown_as(
    "L-S-01",
    title="Serious adverse events, one by one",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("ASERFL",),
)
def list_serious_events(view: View) -> Listing:
    """Serious events of all consented participants by onset day; columns that exist."""
    adae = view["adae"]
    marked = (
        "Events of the stopping rule are marked in the remarks, a participant counts once, with "
        "the first; those that are not serious are in L-S-01b."
    )
    return _build_listing(
        view,
        adae[adae["ASERFL"] == "Y"],
        Words(
            population_line="Serious events of all consented participants",
            note=marked if "SEVTOXFL" in adae else "",
            source_note="adae with ASERFL = Y, adsl; list_serious_events.",
            empty=NO_EVENTS,
        ),
    )


@shown_as(
    "L-S-01b",
    title="Stopping events that are not serious",
    needs=("adae",),
    variables=("SEVTOXFL",),
)
def list_stopping_events(view: View) -> Listing:
    """Events of the stopping rule that are not serious, in the columns of the serious ones."""
    adae = view["adae"]
    serious = adae["ASERFL"] == "Y" if "ASERFL" in adae else False
    stopping = (adae["SEVTOXFL"] == "Y") | _counts_by_other_date(adae)
    return _build_listing(
        view,
        adae[stopping & ~pd.Series(serious, index=adae.index)],
        Words(
            population_line="Events of the stopping rule that are in no row of L-S-01",
            note="A participant counts once in the stopping rule, with the first of these and "
            "L-S-01. n.a.: the form asks it of serious events only.",
            source_note="adae with SEVTOXFL = Y and ASERFL not Y, adsl; list_stopping_events.",
            empty="No such event: every stopping event is serious, or there is none",
        ),
    )


def _counts_by_other_date(adae: pd.DataFrame) -> pd.Series:
    """Events that the stopping rule counts only by the other recorded date of a dose."""
    if "ALTSTPFL" not in adae:
        return pd.Series(False, index=adae.index)
    return (adae["ALTSTPFL"] == "Y") & (adae["SEVTOXFL"] != "Y")


def _note_other_dates(events: pd.DataFrame) -> str:
    n = int(_counts_by_other_date(events).sum())
    if not n:
        return ""
    return (
        f"Not counted in the stopping rule, but counted if another recorded date of a dose is "
        f"true: {n}, named in the remarks; T-S-23 says what that would change, L-S-08 (C54) which "
        "dates differ."
    )


def _build_listing(view: View, events: pd.DataFrame, words: Words) -> Listing:
    """Events of a listing, one row each, with the columns that the data have."""
    events = prepare_events(view, events)
    columns = [c for c in _list_columns(view) if set(c.needs) <= set(events.columns)]
    rows = tuple(
        tuple(column.write(event) for column in columns)
        for event in events.head(MOST).itertuples(index=False)
    )
    return Listing(
        population_line=f"{words.population_line}, by onset day, then participant. Data to "
        f"{state_date(view.cutoff)}. "
        f"Events N = {len(events)}.",
        notes=join_notes(
            "Day 1 is the day of the first dose, without a dose that of randomisation.",
            "Arm: as treated, without a treatment as randomised.",
            words.note,
            _note_other_dates(events),
            note_imputed_starts(events),
            AS_IN_EXTRACT,
            f"{len(events) - MOST} more events are not shown." if len(events) > MOST else "",
        ),
        source_note=words.source_note,
        headers=tuple(column.head for column in columns),
        stacked=STACKED,
        rows=rows,
        empty=words.empty,
    )


def prepare_events(view: View, events: pd.DataFrame) -> pd.DataFrame:
    """Events with what the listing needs of the participant, in the order of the listing."""
    persons = view["adsl"].set_index("USUBJID")
    wanted = [name for name in ("SUBJID", "AGEGR1", "SEX", "TRT01P", "TRT01A") if name in persons]
    events = events.assign(**{name: events["USUBJID"].map(persons[name]) for name in wanted})
    if "TRT01A" in events:
        events = events.assign(ARM=treated_else_planned(events))
    return events.sort_values(["ADY", "SUBJID", "AESEQ"], kind="stable", na_position="last")


def _list_columns(view: View) -> list[_Column]:
    labels = {arm.code: arm.label for arm in view.trial.arms}
    return [
        _Column("Participant", ("SUBJID",), lambda e: write_text(e.SUBJID)),
        _Column("Arm", ("ARM",), lambda e: labels.get(e.ARM, "")),
        _Column("Age", ("AGEGR1",), lambda e: write_text(e.AGEGR1)),
        _Column("Sex", ("SEX",), lambda e: write_text(e.SEX)),
        _Column("Preferred term", ("AEDECOD",), lambda e: name_term(e.AEDECOD)),
        _Column("Verbatim", ("AETERM",), lambda e: write_text(e.AETERM)),
        # beside the term, so that a narrow screen shows them without being moved
        _Column("Remarks", ("ASTDTF",), _write_remarks),
        _Column("Start, day", ("ADY",), lambda e: write_number(e.ADY)),
        _Column("End, day", ("AENDY", "AEONGO"), _write_end),
        _Column("After dose", ("DOSEREF", "HRSINF", "DAYSINF"), write_dose),
        _Column("Grade", ("ATOXGR",), lambda e: write_number(e.ATOXGR) or "missing"),
        _Column("Criteria", ("AESDTH",), write_criteria),
        _Column("Related to product", ("AEREL",), lambda e: write_code(e.AEREL)),
        _Column("Related to procedure", ("AERELPR",), lambda e: write_code(e.AERELPR)),
        _Column("Expected", ("AEEXPECT",), _write_expected),
        _Column("Action", ("AEACN",), lambda e: write_code(e.AEACN)),
        _Column("Outcome", ("AEOUT",), lambda e: write_code(e.AEOUT)),
        _Column("Site to sponsor, days", ("AESITDTC", "AESPODTC"), _write_delay),
    ]


def _write_expected(event: Event) -> str:
    return {"Y": "yes", "N": "no"}.get(write_text(event.AEEXPECT), _name_gap(event))


def _name_gap(event: Event) -> str:
    """What stands for an empty field that the form asks of serious events only."""
    return "missing" if getattr(event, "ASERFL", "Y") == "Y" else NOT_APPLICABLE


def _write_end(event: Event) -> str:
    if pd.isna(event.AENDY):
        return "ongoing" if event.AEONGO == "Y" else "missing"
    return write_number(event.AENDY)


def _write_delay(event: Event) -> str:
    if pd.isna(event.AESITDTC) or pd.isna(event.AESPODTC):
        return _name_gap(event)
    return write_number((event.AESPODTC - event.AESITDTC).days)


def _write_remarks(event: Event) -> str:
    remarks = (
        ("SEVTOXFL", "stopping event", ("Y",)),
        ("ASTDTF", "start imputed", ("D", "M", "Y")),
        ("AENDTF", "end imputed", ("D", "M", "Y")),
        ("ONGCUTFL", "ongoing at cut-off", ("Y",)),
        ("DTHCUTFL", "fatal after cut-off", ("Y",)),
        ("SERIMPFL", "seriousness criterion met, AESER not Y", ("Y",)),
        ("RELIMPFL", "causality missing", ("Y",)),
    )
    said = [text for name, text, values in remarks if getattr(event, name, None) in values]
    said[:0] = _remark_other_date(event)
    if pd.isna(event.ASTDT):  # then nothing was imputed, whatever part of the date is known
        said = [text.replace("start imputed", "start incomplete") for text in said]
    if getattr(event, "TRTEMFL", "Y") != "Y":
        said.insert(0, "not treatment-emergent")
    return ", ".join(said)


def _remark_other_date(event: Event) -> list[str]:
    """What an event is by the other recorded date of a dose, where that differs."""
    own, other = (getattr(event, name, None) == "Y" for name in ("SEVTOXFL", "ALTSTPFL"))
    if not hasattr(event, "ALTSTPFL") or own == other:
        return []
    return ["stopping event by another dose date" if other else "none by another dose date"]
