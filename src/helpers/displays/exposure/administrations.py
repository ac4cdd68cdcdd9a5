"""T-S-07: what was given, by dose and arm."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.columns import build_headers, state_date
from helpers.displays.conduct.finding_notes import note_findings
from helpers.displays.exposure.dose_dates import (
    note_dose_dates,
    note_intervals_between,
    note_unrecorded,
)
from helpers.displays.exposure.dose_rows import SHORT, dose_rows
from helpers.displays.exposure.routes import (
    describe_columns,
    describe_lacking_lots,
    describe_routes,
    list_those,
)
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    heading_row,
    of_persons,
    summary_rows,
)
from helpers.view import TOTAL, Group, View

POPULATION = "ITT"


def tabulate_administrations(view: View) -> Table:
    """Administrations by dose in the arms that get the product, then doses per participant.

    A participant counts in the arm of the first route given; who was never dosed, in the arm of
    randomisation. Amounts are those of given doses.
    """
    groups = list_exposed_groups(view)
    rows = [
        row
        for dose in range(1, view.trial.doses.planned + 1)
        for row in dose_rows(view, groups, dose)
    ]
    lines, results = collect_rows([*rows, *person_rows(view, groups)])
    return Table(
        title="Administrations",
        population_line="Participants randomised to an arm that gets the product, or dosed; by the "
        "arm of "
        f"the first dose, else as randomised, N = {groups[-1].n}. Participants n (%). "
        f"Data to {state_date(view.cutoff)}.",
        results=results,
        notes=join_notes(
            "Percentages are of all participants of the arm, of given doses where the row says so.",
            "Mean and SD need 3 participants; of fewer, the range shows every value.",
            describe_routes(view),
            note_dose_dates(view, note_intervals_between(view)),
            note_unrecorded(view),
            describe_columns(view, name_exposed_arm(view)),
            describe_lots(view),
            describe_lacking_lots(view),
            describe_moved(view),
            describe_durations(view),
            note_findings(view, ("C10", "ex"), ("C22", "ae")),
        ),
        source_note="adsl, adex; GIVENFL = Y for amounts; tabulate_administrations.",
        headline="" if groups[-1].n else "Nobody was randomised to the product by the cut-off.",
        stub="Administrations",
        headers=build_headers(groups),
        lines=lines,
    )


def name_exposed_arm(view: View) -> pd.Series:
    """Arm of the first route given, else as randomised, by USUBJID of randomised participants."""
    persons = view.population(POPULATION)
    planned, treated = (of_persons(persons, name) for name in ("TRT01P", "TRT01A"))
    return treated.where(treated.notna(), planned)


def list_exposed_groups(view: View) -> tuple[Group, ...]:
    """The arms that get the product, then all of them together."""
    arms, place = name_exposed_arm(view), view.trial.arm_position
    groups = [
        Group(arm.label, arm.name, arm.code, place(arm.code), arms.index[arms == arm.code])
        for arm in view.trial.active_arms
    ]
    subjects = arms.index[arms.isin([group.code for group in groups])]
    return (*groups, Group(TOTAL, TOTAL, "", None, subjects))


def describe_moved(view: View) -> str:
    """Who counts in another arm than randomised."""
    persons = view.population(POPULATION)
    arms = name_exposed_arm(view)
    planned, keys = (of_persons(persons, name) for name in ("TRT01P", "SUBJID"))
    moved = (
        f"{keys[person]} ({view.trial.arm(arms[person]).label} instead of "
        f"{view.trial.arm(planned[person]).label})"
        for person in arms.index[arms != planned]
    )
    return list_those(
        "Counted in another arm than randomised, by the recorded route of the first dose", moved
    )


def describe_durations(view: View) -> str:
    """How many given doses are in no row of durations."""
    if not view.has("adex", "DURMIN"):
        return ""
    adex = view["adex"]
    lacking = int(((adex["GIVENFL"] == "Y") & adex["DURMIN"].isna()).sum())
    if not lacking:
        return ""
    return f"Given doses without a duration, as an end is missing or before the start: {lacking}."


def describe_lots(view: View) -> str:
    """Names of the lots that were given."""
    adex = view["adex"]
    lots = sorted(adex.loc[adex["GIVENFL"] == "Y", "LOT"].dropna().unique())
    return f"Lots used: {', '.join(lots)}." if lots else ""


def person_rows(view: View, groups: Sequence[Group]) -> list[Row]:
    """Doses per participant and the amount of all of them."""
    persons = view.population(POPULATION)
    doses = of_persons(persons, "DOSES").astype("Int64").astype(str)
    labels = {str(n): name_count(n) for n in range(view.trial.doses.planned + 1)}
    given = view.flagged("adex", "GIVENFL")
    total = given.groupby("USUBJID")["CELLKG"].sum(min_count=1)
    unit = view.trial.doses.unit
    members = doses[doses.index.isin(groups[-1].subjects)]
    return [
        heading_row("Per participant"),
        *category_rows(RowContext(Key(POPULATION, "", "DOSES"), groups), labels, members),
        *summary_rows(
            RowContext(Key(POPULATION, "", "TOTAL_CELLKG"), groups),
            total,
            2,
            label=f"All doses ({unit} per kg), {{}}",
            shown=SHORT,
        ),
    ]


def name_count(doses: int) -> str:
    """`No dose`, `1 dose`, `2 doses`."""
    return "No dose" if doses == 0 else f"{doses} dose{'s' if doses > 1 else ''}"
