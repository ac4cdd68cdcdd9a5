"""T-S-30b: administrations followed by adverse events, by lot of the product."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.recorded_doses import note_moved_events
from helpers.displays.administration.window_kinds import (
    Kind,
    list_kinds,
    name_window,
    primary_window,
)
from helpers.displays.administration.windows import Doses, collect_doses
from helpers.displays.adverse_events.event_notes import note_imputed_starts
from helpers.displays.adverse_events.uncoded_notes import note_uncoded
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, rows_of
from helpers.displays.rows import Row, collect_rows, name_code
from helpers.displays.summary.wording import count_of
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, ClosedView, View

POPULATION = "SAF"
UNKNOWN = "NOT_RECORDED"
ALL = "ALL"
GIVEN = "LOT"
GIVEN_HEAD = "Administrations"
MOST_NAMED = 3  # equal lots that the headline names


@shown_as(
    "T-S-30b",
    title="Adverse events by lot of the product",
    needs=("adae", "adex"),
    variables=("TRTEMFL",),
    absent="This trial has no single administrations with a lot.",
)
def tabulate_lots(view: View) -> Table:
    """Given administrations of each lot, by arm, and those followed by events of each kind.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("lots are counted by arm")
    kinds, window = list_kinds(view), primary_window(view)
    doses = [collect_doses(view, kind.events) for kind in kinds]
    given = doses[0].given
    lots = given["LOT"].astype(object).fillna(UNKNOWN)
    rows = [_lot_row(view, str(lot), kinds, doses, lots == lot) for lot in sorted(lots.unique())]
    everything = pd.Series(True, index=lots.index)
    rows.append(_lot_row(view, ALL, kinds, doses, everything))
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Given administrations; with an "
        f"event within {name_window(view, window)} / evaluable (%).",
        results=results,
        notes=join_notes(
            "Unit: administrations. Evaluable: the window had ended, or holds an event of the "
            "kind. Listed: on the prespecified list of the primary outcome.",
            "A lot is given at one time and to few participants: arm and calendar time are mixed "
            "with it.",
            note_uncoded(view, "events on the prespecified list"),
            note_moved_events(view),
            note_imputed_starts(doses[0].events),
        ),
        source_note="adex (GIVENFL, LOT), adae with TRTEMFL = Y (window flags, DOSEREF), adlot; "
        "tabulate_lots.",
        headline=_state_headline(view, doses, lots),
        stub="Lot",
        headers=_build_headers(view, kinds),
        lines=lines,
    )


def _build_headers(view: ClosedView, kinds: Sequence[Kind]) -> tuple[Header, ...]:
    arms = (
        Header(arm.label, "", view.trial.arm_position(arm.code), GIVEN_HEAD)
        for arm in view.trial.active_arms
    )
    group = f"Followed within {name_window(view, primary_window(view))} by"
    counted = (Header(kind.short, "", None, group) for kind in kinds)
    state = (Header("State"),) if view.has("adlot") else ()
    return (*state, *arms, Header(TOTAL, "", None, GIVEN_HEAD), *counted)


def _lot_row(
    view: ClosedView, lot: str, kinds: Sequence[Kind], doses: Sequence[Doses], own: pd.Series
) -> Row:
    """One lot, or all: administrations by arm, then with an event of each kind."""
    key = Key(POPULATION, TOTAL, GIVEN, "", lot)
    given = doses[0].given[own.to_numpy()]
    arms = given["USUBJID"].map(view["adsl"].set_index("USUBJID")["TRT01A"])
    counts = {arm.label: int((arms == arm.code).sum()) for arm in view.trial.active_arms}
    counts[TOTAL] = len(given)
    results = []
    cells: list[Cell | str] = [_find_state(view, lot)] if view.has("adlot") else []
    for label, n in counts.items():
        place = key._replace(arm=label)
        results += rows_of(place, {"count": n})
        cells.append(Cell(place, show.number("count")))
    for kind, followed in zip(kinds, doses, strict=True):
        status = followed.classify_administrations(primary_window(view))[own.to_numpy()]
        status = status[status["EVALUABLE"]]
        n, total = int(status["EVENT"].sum()), len(status)
        place = key._replace(parameter=f"{GIVEN}.{kind.code}")
        results += rows_of(
            place, {"n": n, "total": total, "pct": 100 * n / total if total else NAN}
        )
        cells.append(Cell(place, show.n_of()))
    return Row(Line(_name_lot(lot), tuple(cells), strong=lot == ALL), tuple(results))


def _name_lot(lot: str) -> str:
    return {UNKNOWN: "Not recorded", ALL: "All lots"}.get(lot, lot)


def _find_state(view: ClosedView, lot: str) -> str:
    """Latest state of a lot; all that it had where one of them is a finding."""
    rows = view["adlot"]
    states = rows.loc[rows["LOT"] == lot].sort_values("LOTDT", kind="stable")["LOTSTAT"].dropna()
    if states.empty:
        return "" if lot in (ALL, UNKNOWN) else "not listed"
    found = [state for state in states if state in view.trial.checks.lot_findings]
    return ", ".join(name_code(state) for state in dict.fromkeys([*found, states.iloc[-1]]))


def _state_headline(view: ClosedView, doses: Sequence[Doses], lots: pd.Series) -> str:
    """The lots with the most administrations followed by an event of any kind; all equal ones."""
    if lots.empty:
        return "Nobody was dosed by the cut-off."
    window = primary_window(view)
    status = doses[0].classify_administrations(window)
    counted = status["EVENT"].groupby(lots.to_numpy()).agg(["sum", "size"])
    known = lots[lots != UNKNOWN].nunique()
    counted = counted.sort_values(["sum", "size"], ascending=[False, True], kind="stable")
    most = int(counted["sum"].max())
    if not most:
        return f"No administration was followed by an event within {name_window(view, window)}."
    said = [
        f"{_name_lot(str(lot))}, {row['sum']} of {row['size']}"
        for lot, row in counted[counted["sum"] == most].iterrows()
    ]
    within = f"with an event within {name_window(view, window)}"
    leading = f"most {within}: {'; '.join(said)}"
    if len(said) > MOST_NAMED:
        followed = "1 was" if most == 1 else f"{most} were"
        leading = (
            f"of no lot more than {followed} followed by an event within "
            f"{name_window(view, window)}"
        )
    lacking = int((lots == UNKNOWN).sum())
    without = f" ({lacking} without a recorded lot)" if lacking else ""
    given = count_of(len(lots), "administration")
    return f"{count_of(known, 'lot')} in {given}{without}; {leading}."
