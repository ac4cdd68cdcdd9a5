"""T-S-16: participants by the strongest causality of their adverse events."""

import pandas as pd

from helpers.displays.administration.active_arms import active_groups
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    ONCE,
    note_conservative_flags,
    note_imputed_starts,
)
from helpers.displays.adverse_events.kinds import find_emergent
from helpers.displays.adverse_events.worst_levels import MISSING, level_rows
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import RowContext, collect_rows, name_code
from helpers.view import ClosedView, View

OPINIONS = ("AEREL", "AERELPR")  # of the product and of the procedure
NOT_RELATED = "NOT_RELATED"


@shown_as(
    "T-S-16",
    title="Adverse events by system organ class, preferred term and strongest causality",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("TRTEMFL", "AEREL"),
)
def tabulate_by_causality(view: View) -> Table:
    """Each participant once per row, under the strongest causality; arms that get the product.

    Results: as T-S-14, and below each row category `term/causality`: n, N, pct.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("terms are shown by arm")
    groups = active_groups(view, view.safety)
    levels = list_levels(view)
    events = find_emergent(view)
    events = events[events["USUBJID"].isin(groups[-1].subjects)]
    events = events.assign(LEVEL=find_strongest(events, tuple(levels)))
    label = "Any treatment-emergent event"
    context = RowContext(Key(view.safety), groups)
    lines, results = collect_rows(level_rows(view, context, label, events, levels))
    return Table(
        population_line=f"{state_population(view, view.safety)} Arms that get the product. "
        "Treatment-emergent events: participants n (%) [events], below them by strongest "
        "causality.",
        results=results,
        notes=join_notes(
            ONCE,
            "The stronger of the causality to the product and to the procedure. Without an "
            "opinion an event counts as related: below the weakest related opinion, above the "
            "others. Opinions that nobody has are left out below classes and terms.",
            _name_left_out(view, {group.label for group in groups}),
            "Sorted by decreasing total incidence of SOC, then PT; ties alphabetical.",
            note_conservative_flags(events),
            note_imputed_starts(events),
            AS_IN_EXTRACT,
        ),
        source_note=f"adae with TRTEMFL = Y (AEREL, AERELPR), {view.safety}; "
        "tabulate_by_causality.",
        stub="System organ class, preferred term, strongest causality",
        headers=build_headers(groups),
        lines=lines,
    )


def _name_left_out(view: ClosedView, shown: set[str]) -> str:
    """The arms without a column; empty where every arm gets the product."""
    labels = [group.label for group in view.groups(view.safety)[:-1] if group.label not in shown]
    if not labels:
        return ""
    return (
        f"Without a column, and not in the total: {', '.join(labels)}; causality does not apply to "
        "an arm without the product."
    )


def list_levels(view: View) -> dict[str, str]:
    """Opinions that mean related, the strongest first, then none, then all others together."""
    related = view.trial.adverse_events.related
    return {
        **{code: name_code(code).lower() for code in reversed(related)},
        MISSING: "no opinion (counted as related)",
        NOT_RELATED: "unlikely or not related",
    }


def find_strongest(events: pd.DataFrame, levels: tuple[str, ...]) -> pd.Series:
    """The stronger opinion of each event as one of the levels."""
    places = {level: place for place, level in enumerate(levels)}
    known = [name for name in OPINIONS if name in events]
    ranks = pd.DataFrame(
        {
            name: events[name]
            .map(places)
            .fillna(places[NOT_RELATED])
            .mask(events[name].isna(), places[MISSING])
            for name in known
        },
        index=events.index,
    )
    return ranks.min(axis=1).map(dict(enumerate(levels))).astype(object)
