"""Serious adverse events and deaths by arm, for the first page of closed reports."""

from collections.abc import Sequence

from helpers.displays.adverse_events.procedure_rows import complaint_rows, note_complaints
from helpers.displays.columns import build_headers, state_arm
from helpers.displays.model import Line, Table, join_notes
from helpers.displays.results import Key, Result
from helpers.displays.rows import Row, RowContext, collect_rows, count_row
from helpers.displays.summary.events import deaths, knows_serious, serious_events
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView, Group, MaskedView, View

PERSONS = ("participant", "participants")


def tabulate_by_arm(view: View) -> Table | None:
    """Participants with a serious event, a related one, and deaths, in the safety population.

    The rows on events are those of the overview of adverse events, under the same codes.
    None where the audience knows no arms, or the data no treatment.
    """
    if isinstance(view, MaskedView):
        return _tabulate_by_letter(view)
    if not isinstance(view, ClosedView) or not view.has("adsl", "SAFFL", "TRT01A"):
        return None
    groups = view.groups(view.safety)
    lines, results = collect_rows(_list_rows(view, groups))
    return _build(groups, lines, results)


def _build(groups: Sequence[Group], lines: tuple[Line, ...], results: tuple[Result, ...]) -> Table:
    return Table(
        id="",
        title="Serious adverse events and deaths by arm",
        population_line="",
        results=results,
        stub="Participants, n (%)",
        headers=build_headers(groups),
        lines=lines,
    )


def _tabulate_by_letter(view: MaskedView) -> Table:
    """The same of everybody randomised, for events after randomisation, without causality."""
    groups = view.groups("ITT")
    rows = [count_row(RowContext(Key("ITT", "", "died"), groups), "Died", deaths(view))]
    if knows_serious(view):
        context = RowContext(Key("ITT", "", "serious"), groups)
        serious = serious_events(view)
        label = "With a serious adverse event"
        rows = [
            count_row(context, label, serious["USUBJID"]),
            *complaint_rows(view, context, "AFTRANFL", "ASERFL"),
            *rows,
        ]
    lines, results = collect_rows(rows)
    return _build(groups, lines, results)


def _list_rows(view: ClosedView, groups: Sequence[Group]) -> list[Row]:
    rows = []
    if view.has("adae", "ASERFL", "TRTEMFL"):
        events = view.flagged("adae", "ASERFL", "TRTEMFL")
        kinds = [("serious", "With a serious adverse event", events)]
        if "RELFL" in events:
            related = events[events["RELFL"] == "Y"]
            kinds.append(("serious_related", "With a related serious adverse event", related))
        rows = [
            count_row(RowContext(Key(view.safety, "", code), groups), label, chosen["USUBJID"])
            for code, label, chosen in kinds
        ]
    return [
        *rows,
        count_row(RowContext(Key(view.safety, "", "died"), groups), "Died", deaths(view)),
    ]


def note_not_by_arm(view: View) -> tuple[str, ...]:
    """Whom the columns by arm leave out, and where deaths and fatal events do not agree."""
    if isinstance(view, MaskedView):
        return note_complaints(view)
    if not isinstance(view, ClosedView) or not view.has("adsl", "SAFFL", "TRT01A"):
        return ()
    safe, died = set(view.population(view.safety)["USUBJID"]), deaths(view)
    left_out = ""
    if view.has("adae", "ASERFL", "TRTEMFL"):
        counted = set(view.flagged("adae", "ASERFL", "TRTEMFL")["USUBJID"]) & safe
        left_out = _say_left_out(set(serious_events(view)["USUBJID"]) - counted, died - safe)
    return join_notes(
        f"By arm: {_name_counted(view)}, treatment-emergent.", left_out, _compare_fatal(view)
    )


def _name_counted(view: ClosedView) -> str:
    """`safety population, as treated`."""
    name = view.name_population(view.safety)
    return f"{name[:1].lower()}{name[1:]}, {state_arm(view, view.safety)}"


def _say_left_out(serious: set[str], died: set[str]) -> str:
    parts = [
        f"{count_of(len(who), *PERSONS)} {what}"
        for who, what in ((serious, "with a serious event"), (died, "who died"))
        if who
    ]
    said = " and ".join(parts)
    return f"In no column by arm: {said}, not dosed or before the first dose." if parts else ""


def _compare_fatal(view: View) -> str:
    """Deaths without a fatal event, and fatal events in participants not recorded as dead."""
    if not view.has("adae", "FATALFL"):
        return ""
    events, died = view["adae"], deaths(view)
    fatal = set(events.loc[events["FATALFL"] == "Y", "USUBJID"])
    fatal &= set(view.population("ITT")["USUBJID"])
    parts = [
        text.format(count_of(len(who), *PERSONS))
        for text, who in (
            ("{} died without a fatal adverse event in the data", died - fatal),
            ("{} had a fatal adverse event and is not recorded as dead", fatal - died),
        )
        if who
    ]
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if parts else ""
