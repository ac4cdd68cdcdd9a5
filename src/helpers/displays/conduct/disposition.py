"""T-S-02: what became of the randomised participants."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.coarse_time import describe_pooled, pool_times, time_unit
from helpers.displays.conduct.deaths_note import describe_deaths
from helpers.displays.conduct.finding_notes import note_findings
from helpers.displays.conduct.open_notes import CONTACTS, explain_difference
from helpers.displays.conduct.reached import milestone_rows, set_rows
from helpers.displays.conduct.reasons import DOSE_STATES, END_REASONS, STUDY_STATES, occurring
from helpers.displays.declare import shown_as
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    number_row,
    of_persons,
    summarize_group,
)
from helpers.params.trial import Trial
from helpers.view import ClosedView, Group, View

POPULATION = "ITT"
NO_FIRST_DOSE = "NO_FIRST_DOSE"


@shown_as(
    "T-S-02",
    title="Disposition",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
def tabulate_disposition(view: View) -> Table:
    """Status of treatment (closed reports) and of the study, with reasons; time on study in days.

    Participants are counted in the arm they were randomised to.
    """
    groups, persons = view.groups(POPULATION), view.population(POPULATION)
    closed = isinstance(view, ClosedView)
    rows = treatment_rows(persons, groups, view.trial) if closed else []
    rows += study_rows(view, persons, groups)
    rows += milestone_rows(view, persons, groups)
    rows += set_rows(view, persons, groups) if closed else []
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%).",
        results=results,
        notes=join_notes(
            "The doses are counted among participants randomised to an arm that gets the product; "
            "n.a.: none is planned."
            if view.has("adsl", "D1STAT")
            else "",
            "Time on study runs from randomisation to the end of follow-up or the cut-off. The "
            "crude median is that of the times so far; T-S-08 has the reverse Kaplan-Meier one.",
            describe_pooled(view),
            "Lost to follow-up is one of the reasons to discontinue, as in F-S-02.",
            describe_deaths(view),
            note_findings(view, ("C44", "")),
            explain_difference(view, CONTACTS),
        ),
        source_note="adsl, ITTFL = Y; EOSSTT, EOSREAS, TIMEONST"
        f"{', dose status, EOTREAS' if closed else ''}; tabulate_disposition.",
        headline="" if len(persons) else "Nobody was randomised by the cut-off.",
        stub="Participants",
        headers=build_headers(groups),
        lines=lines,
    )


def treatment_rows(persons: pd.DataFrame, groups: Sequence[Group], trial: Trial) -> list[Row]:
    """One block per planned dose, then who stopped treatment and why."""
    codes = [arm.code for arm in trial.active_arms]
    active = persons.loc[persons["TRT01P"].isin(codes), "USUBJID"]
    rows: list[Row] = []
    for dose in range(1, trial.doses.planned + 1):
        name = f"D{dose}STAT"
        if name not in persons:
            continue
        status = of_persons(persons, name).reindex(active).astype(object)
        states = DOSE_STATES if dose > 1 else {**DOSE_STATES, "NOT_DUE": ""}
        labels = {code: label for code, label in states.items() if label}
        if dose > 1 and status.isna().any():
            labels |= {NO_FIRST_DOSE: "No first dose"}
            status = status.fillna(NO_FIRST_DOSE)
        key = Key(POPULATION, "", f"DOSE{dose}")
        rows += [
            heading_row(f"Dose {dose}"),
            *category_rows(
                RowContext(key, groups, among=active, only=codes, form=show.n_of()), labels, status
            ),
        ]
    if "EOTREAS" in persons:
        rows += stopped_rows(persons, groups, set(active), codes)
    return rows


def stopped_rows(
    persons: pd.DataFrame, groups: Sequence[Group], active: set[str], codes: Sequence[str]
) -> list[Row]:
    """Participants whose treatment ended early, by reason."""
    reasons = of_persons(persons, "EOTREAS").dropna()
    stopped = of_persons(persons, "EOTSTT")
    stopped = stopped.index[stopped == "DISCONTINUED"]
    key = Key(POPULATION, "", "TREATMENT_STOPPED")
    return [
        count_row(
            RowContext(key, groups, among=active, only=codes, form=show.n_of(), level=0),
            "Treatment stopped early",
            stopped,
        ),
        *category_rows(
            RowContext(key, groups, among=active, only=codes, form=show.n_of(), level=1),
            occurring(END_REASONS, reasons),
            reasons[reasons.index.isin(stopped)],
        ),
    ]


def study_rows(view: View, persons: pd.DataFrame, groups: Sequence[Group]) -> list[Row]:
    """Status of the study, reasons of those who left, time on study."""
    status, reasons = of_persons(persons, "EOSSTT"), of_persons(persons, "EOSREAS")
    left = reasons[status == "DISCONTINUED"].fillna("OTHER").astype(object)
    unit = time_unit(view)
    times = unit.count(of_persons(persons, "TIMEONST"))
    return [
        heading_row("Study"),
        *category_rows(RowContext(Key(POPULATION, "", "STUDY"), groups), STUDY_STATES, status),
        *category_rows(
            RowContext(Key(POPULATION, "", "LEFT_STUDY"), groups, level=2),
            occurring({**END_REASONS, **view.trial.end_reasons}, left),
            left,
        ),
        pool_times(
            view,
            number_row(
                RowContext(
                    Key(POPULATION, "", f"TIMEONST{unit.mark}"),
                    groups,
                    form=show.median_range(),
                    level=1,
                ),
                f"{unit.name.capitalize()} on study, crude median (range)",
                lambda group: summarize_group(times, group),
            ),
        ),
    ]
