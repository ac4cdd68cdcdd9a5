"""T-S-27: who is still followed, who has not been heard of, who left or died, over time."""

from collections.abc import Iterator

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Form
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.contacts import find_contacts
from helpers.displays.declare import shown_as
from helpers.displays.event_times.curves import note_few
from helpers.displays.event_times.first_events import (
    AJ,
    Kind,
    estimate_incidence,
    note_shares,
    read_shares,
    read_times,
    times_of,
)
from helpers.displays.event_times.panels import build_panel
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Table, join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.rows import (
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    number_row,
    of_persons,
    summarize_group,
)
from helpers.displays.summary.wording import name_some
from helpers.params.trial import Visit
from helpers.view import ClosedView, Group, View

POPULATION = "ITT"
MOST_NAMED = 20
STATE, CONTACT = "RETENTION", "LAST_CONTACT"
LEAVING, DEATH = "discontinuation", "death"


@shown_as("T-S-27", title="Retention", needs=("adsl",))
def tabulate_retention(view: View) -> Table:
    """Follow-up and last contacts at the cut-off, cumulative leaving and death by visit, by arm.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("retention is counted by arm")
    groups = view.groups(POPULATION)
    rows = [
        *_state_rows(view, groups),
        *_contact_rows(view, groups),
        *(row for kind in find_ends(view) for row in _time_rows(view, kind, groups)),
    ]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%).",
        results=results,
        notes=join_notes(*_list_notes(view)),
        source_note="adsl (EOSSTT, EOSREAS, DTHFL, LSTALVDT), advisit, adtte; tabulate_retention; "
        f"{AJ}, limits on the scale log of minus log.",
        headline=_state_headline(view, results),
        stub="Retention",
        headers=build_headers(groups),
        lines=lines,
    )


def find_ends(view: View) -> tuple[Kind, ...]:
    """The trial's times to leaving the study and to death, as far as the data hold them."""
    if not view.has("adtte", "PARAMCD", "AVAL", "CNSR"):
        return ()
    held = set(view["adtte"]["PARAMCD"])
    wanted = {LEAVING: "Left the study", DEATH: "Died"}
    return tuple(
        Kind(code, label, event)
        for event, label in wanted.items()
        for code, rule in view.trial.time_to_event.items()
        if rule.event == event and (code in held or not held)
    )


def _state_rows(view: ClosedView, groups: tuple[Group, ...]) -> list[Row]:
    persons = view.population(POPULATION)
    states, reasons = of_persons(persons, "EOSSTT"), of_persons(persons, "EOSREAS")
    died = of_persons(persons, "DTHFL") == "Y"
    left = (states == "DISCONTINUED") & (reasons != "DEATH")
    kinds = {
        "ONGOING": ("In follow-up", (states == "ONGOING") & ~died),
        "COMPLETED": ("Completed", states == "COMPLETED"),
        "LEFT": ("Left the study, not by death", left),
        "DIED": ("Died", died),
    }
    key = Key(POPULATION, "", STATE)
    return [
        heading_row("At the cut-off"),
        *(
            count_row(RowContext(key._replace(category=code), groups), label, hit.index[hit])
            for code, (label, hit) in kinds.items()
        ),
    ]


def _contact_rows(view: ClosedView, groups: tuple[Group, ...]) -> list[Row]:
    """Among those in follow-up: how long ago the last contact was, and visits missed since."""
    if "LSTALVDT" not in view["adsl"]:
        return []
    contacts = find_contacts(view).set_index("USUBJID")
    among, days = contacts.index, view.trial.dates.last_contact_days
    late, missed = contacts["LATE"], contacts["MISSED"]
    key = Key(POPULATION, "", CONTACT)

    def row(label: str, category: str, hit: pd.Series, level: int = 1, strong: bool = False) -> Row:
        return count_row(
            RowContext(
                key._replace(category=category),
                groups,
                among=among,
                form=show.n_of(),
                level=level,
                strong=strong,
            ),
            label,
            hit.index[hit],
        )

    return [
        heading_row("Last contact of those in follow-up"),
        row(f"More than {days} days before the cut-off", "LATE", late, strong=True),
        row("and a planned visit without forms since", "LATE_MISSED", late & missed, level=2),
        row("A planned visit without forms since, however long ago", "MISSED", missed),
        number_row(
            RowContext(key._replace(category="DAYS"), groups, form=show.median_range()),
            "Days since the last contact, median (range)",
            lambda group: summarize_group(contacts["DAYS"], group),
        ),
    ]


def _time_rows(view: ClosedView, kind: Kind, groups: tuple[Group, ...]) -> Iterator[Row]:
    """Cumulative incidence of one end of follow-up by the target day of each planned visit."""
    level = view.interim.conf_level_safety
    times = read_times(view, kind.code)
    own = {group.label: times_of(times, group) for group in groups}
    curves = {label: estimate_incidence(rows, level) for label, rows in own.items()}

    def row(visit: Visit) -> Row:
        return number_row(
            RowContext(
                Key(POPULATION, "", kind.code, visit.code), groups, form=show.share_or_count()
            ),
            f"by {visit.label.lower()} (day {visit.target})",
            lambda group: read_shares(curves[group.label], len(own[group.label]), [visit.target])[
                0
            ],
            method=AJ,
        )

    yield heading_row(f"{kind.label}, cumulative % ({format_level(level)} CI)")
    for visit in view.trial.visits:
        yield row(visit)


def _list_notes(view: ClosedView) -> Iterator[str]:
    if "LSTALVDT" in view["adsl"]:
        yield (
            "Last contact: the latest record that needs the participant alive. Planned visits can "
            "be further apart than the days of the row, so that no contact for long is not a loss "
            "by itself; a visit without forms since is the stronger sign."
        )
        yield _name_late(view)
    if find_ends(view):
        yield (
            "Cumulative %: Aalen-Johansen from randomisation, for leaving the study with death "
            "competing. NE: nobody of the arm has been followed so long. F-S-16 draws the curves."
        )
        yield note_shares()
        yield note_few([build_panel(view, kind, POPULATION) for kind in find_ends(view)])
    yield "Who left the study and then died stands in both rows."


def _name_late(view: ClosedView) -> str:
    """Who has not been heard of for long and missed a visit since."""
    contacts = find_contacts(view)
    rows = contacts[contacts["LATE"] & contacts["MISSED"]]
    if rows.empty:
        return ""
    rows = rows.sort_values(["DAYS", "SUBJID"], ascending=[False, True], kind="stable")
    named = (
        f"{row.SUBJID} ({view.trial.arm(str(row.TRT01P)).label}, {row.DAYS} days)"
        for row in rows.itertuples()
    )
    return (
        f"No contact for more than {view.trial.dates.last_contact_days} days and a planned visit "
        f"missed since: {name_some(named, MOST_NAMED)}."
    )


def _state_headline(view: ClosedView, results: tuple[Result, ...]) -> str:
    """Who left and who died by arm, and who has not been heard of."""
    if not view.total(POPULATION).n:
        return "Nobody was randomised by the cut-off."
    statistics = index_results(results)

    def say(category: str, parameter: str, form: Form) -> str:
        keys = [Key(POPULATION, arm.label, parameter, "", category) for arm in view.arms]
        texts = (f"{format_cell(Cell(key, form), statistics)} in {key.arm}" for key in keys)
        return ", ".join(texts)

    said = f"Left the study: {say('LEFT', STATE, show.n_of())}. "
    said += f"Died: {say('DIED', STATE, show.n_of())}."
    if "LSTALVDT" not in view["adsl"] or find_contacts(view).empty:
        return said
    late = say("LATE_MISSED", CONTACT, show.n_over())
    return f"{said} In follow-up, long without contact and a visit without forms since: {late}."
