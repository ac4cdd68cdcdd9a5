"""L-S-02: narratives of serious adverse events, one block each."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers.displays.administration.recorded_doses import note_moved_events
from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.event_counts import NO_EVENTS
from helpers.displays.adverse_events.event_notes import AS_IN_EXTRACT
from helpers.displays.blocks import Block, Blocks
from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.formats import NO_BREAK_SPACE
from helpers.displays.model import join_notes
from helpers.displays.serious_events.event_cells import write_number, write_text
from helpers.displays.serious_events.listing import prepare_events
from helpers.displays.serious_events.narrative_sentences import name_participant, write_sentences
from helpers.view import View

MOST = 200  # narratives on the page
NEAR = 7  # days
MOST_NEAR = 8  # other events named in one narrative
NAMED = ("AESEQ", "AEDECOD", "ADY", "ASTDT", "ATOXGR")  # what is read of another event


@shown_as(
    "L-S-02",
    title="Narratives of serious adverse events",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("ASERFL",),
)
def list_narratives(view: View) -> Blocks:
    """Serious events of all consented participants in sentences of a fixed order, by onset day.

    What the site wrote stands behind them as a quotation, as it was recorded.
    """
    events = view["adae"]
    serious = _mark_counted(view, prepare_events(view, events[events["ASERFL"] == "Y"]))
    labels = {arm.code: arm.label for arm in view.trial.arms}
    told = "AENARR" in serious
    near = _split_events(events)
    rule = ", adstop (SRCSEQ)" if "STOPSEQ" in serious else ""
    blocks = tuple(
        Block(
            name_participant(event, labels),
            _write_text(event, events.columns, near.get(event.USUBJID), told),
            write_text(getattr(event, "AENARR", None)),
        )
        for event in serious.itertuples(index=False)
    )
    more = len(blocks) - MOST
    return Blocks(
        population_line="Serious events of all consented participants, by onset day, then "
        f"participant. Data to {state_date(view.cutoff)}. Events N = {len(blocks)}.",
        notes=join_notes(
            "Sentences are made from the fields of the form, each in its place; what a form lacks "
            "is missing, not inferred. Day 1 is the day of the first dose, without a dose that of "
            "randomisation.",
            "In quotation marks: the words of the site as in the extract of "
            f"{state_date(view.extract)}. They may tell of what came after the cut-off, and are "
            "not checked against the fields."
            if told
            else "The data hold no narratives of the site.",
            AS_IN_EXTRACT,
            note_moved_events(view),
            "The same events in columns: L-S-01.",
            f"{more} more narratives are in the file only." if more > 0 else "",
        ),
        source_note=f"adae with ASERFL = Y (AENARR), adsl{rule}; list_narratives.",
        blocks=blocks[:MOST],
        file_blocks=blocks[MOST:],
        empty=NO_EVENTS,
    )


def _mark_counted(view: View, events: pd.DataFrame) -> pd.DataFrame:
    """Events with STOPSEQ, the number of the event that the stopping rule counts of the person."""
    if not view.has("adstop", "SRCSEQ"):
        return events
    counted = view["adstop"].set_index("USUBJID")["SRCSEQ"]
    return events.assign(STOPSEQ=events["USUBJID"].map(counted))


def _split_events(events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What is named of events, by USUBJID; nothing where the data lack a part of it."""
    if not set(NAMED) <= set(events):
        return {}
    named = events[["USUBJID", *NAMED]]
    return {str(who): named.take(at) for who, at in named.groupby("USUBJID").indices.items()}


def _write_text(
    event: Any, variables: Iterable[str], others: pd.DataFrame | None, told: bool
) -> str:
    said = [write_sentences(event, variables), _name_near(event, others)]
    if told and not write_text(event.AENARR):
        said.append("Narrative of the site: missing.")
    return " ".join(filter(None, said))


def _name_near(event: Any, events: pd.DataFrame | None) -> str:
    """Other events of the participant (`events`) begun at most `NEAR` days before or after."""
    if events is None or pd.isna(event.ADY):
        return ""
    own = events[events["AESEQ"] != event.AESEQ]
    near = own[((own["ASTDT"] - event.ASTDT).abs().dt.days <= NEAR).fillna(False)]
    if near.empty:
        return ""
    near = near.sort_values(["ADY", "AESEQ"], kind="stable")
    named = [_name_event(row) for row in near.head(MOST_NEAR).itertuples(index=False)]
    more = [f"{len(near) - MOST_NEAR} more"] if len(near) > MOST_NEAR else []
    return f"Others begun within {NEAR} days of it: {'; '.join([*named, *more])}."


def _name_event(event: Any) -> str:
    term = name_term(event.AEDECOD)
    grade = write_number(event.ATOXGR) or "missing"
    return f"{term}, day{NO_BREAK_SPACE}{write_number(event.ADY)}, grade {grade}"
