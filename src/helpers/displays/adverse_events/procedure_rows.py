"""Complaints that only an arm with a procedure can have, in masked tables: all letters together."""

from dataclasses import replace

from helpers.displays.adverse_events.event_counts import event_row
from helpers.displays.model import join_notes
from helpers.displays.rows import POOLED, Row, RowContext
from helpers.masking.words import PROCEDURE
from helpers.view import TOTAL, ArmView, MaskedView

LABEL = "Procedure complaint (in no row above)"


def complaint_rows(view: ArmView, context: RowContext, *flags: str) -> list[Row]:
    """One row with a number for everybody and none by letter; none where the arms have names.

    Parameters
    ----------
    context : of the first row of the table; its columns end with the total.
    flags : of the events that the table counts.
    """
    if not isinstance(view, MaskedView) or "AEDECOD" not in view["adae"]:
        return []
    whole = view.pool().flagged("adae", *flags)
    *letters, total = context.groups
    own = RowContext(context.key._replace(parameter=PROCEDURE), [total], level=0)
    row = event_row(own, LABEL, whole[whole["AEDECOD"] == PROCEDURE])
    cells = (*[POOLED] * len(letters), *row.line.cells)
    return [Row(replace(row.line, cells=cells), row.results)]


def note_complaints(view: ArmView, population: str = "ITT") -> tuple[str, ...]:
    """What numbers by letter leave out, and how much of it is serious.

    Not how much is fatal: where all deaths are in one letter, that would name it.
    """
    if not isinstance(view, MaskedView) or "AEDECOD" not in view["adae"]:
        return ()
    whole = view.pool().flagged("adae", "AFTRANFL")
    members = view.total(population).subjects
    own = whole[(whole["AEDECOD"] == PROCEDURE) & whole["USUBJID"].isin(members)]
    who = own["USUBJID"].nunique()
    counts = f"{who} participant{'s' * (who != 1)}, {len(own)} event{'s' * (len(own) != 1)}"
    beside = f" ({int((own['ASERFL'] == 'Y').sum())} serious)" if "ASERFL" in own else ""
    return join_notes(
        f"In no number by letter or in their {TOTAL.lower()}: complaints of a procedure, which "
        f"would name an arm. All letters together: {counts}{beside}."
    )
