"""T-S-08: how long persons were followed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.displays.audience import shown_as
from helpers.displays.columns import build_headers, state_population
from helpers.displays.display import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    collect_rows,
    count_row,
    heading_row,
    number_row,
    of_persons,
)
from helpers.stats.survival import estimate_median_follow_up
from helpers.view import ClosedView, Group, View


@dataclass(frozen=True)
class Clock:
    """From where follow-up is counted: whose, by which variable of years, under which heading."""

    population: str
    years: str
    label: str


FROM_RANDOMISATION = Clock("ITT", "RANDPYRS", "From randomisation, all randomised persons")
AT_RISK = Clock("SAF", "EXPYRS", "At risk, safety population: from dose 1, else randomisation")


@shown_as("T-S-08", needs=("adsl",), small_counts="shown")
def tabulate_follow_up(view: View) -> Table:
    """Person-years, median follow-up (reverse Kaplan-Meier), persons past each planned visit.

    Counted from randomisation; in closed reports also from the first dose, in the safety
    population as treated.
    """
    clocks = [FROM_RANDOMISATION, *([AT_RISK] if isinstance(view, ClosedView) else [])]
    lines, results = collect_rows(row for clock in clocks for row in clock_rows(clock, view))
    closed = len(clocks) > 1
    return Table(
        id="T-S-08",
        title="Length of follow-up",
        counted=state_population(view, "ITT"),
        results=results,
        notes=join_notes(
            "Follow-up ends with death, completion, the last contact of a person lost, or the "
            "cut-off; both ends count, a year has "
            f"{view.trial.dates.year_days:g} days.",
            "Median follow-up by the reverse Kaplan-Meier method with 95 % limits: being "
            "observed no longer is the event, death is censoring. NE: not reached.",
        ),
        made="adsl; RANDPYRS, TIMEONST, DTHFL"
        f"{', EXPYRS' if closed else ''}; tabulate_follow_up; kaplan_meier_loglog.",
        stub="Follow-up",
        headers=build_headers(view.groups("ITT")),
        lines=lines,
    )


def clock_rows(clock: Clock, view: View) -> list[Row]:
    """Block of one clock."""
    groups, persons = view.groups(clock.population), view.population(clock.population)
    years = of_persons(persons, clock.years)
    days = (years * view.trial.dates.year_days).round()
    died = set(persons.loc[persons["DTHFL"] == "Y", "USUBJID"])
    key = Key(clock.population, "", clock.years)
    return [
        heading_row(clock.label),
        count_row("Persons", key, groups, years.index[years.notna()], form="n"),
        number_row(
            "Person-years",
            key._replace(category="TIME"),
            groups,
            lambda group: {"person_years": sum_years(years, group)},
            form="person_years:1",
        ),
        number_row(
            "Median days (95 % limits)",
            key._replace(category="MEDIAN"),
            groups,
            lambda group: estimate_median(days, died, group),
            form="interval:0",
            method="kaplan_meier_loglog",
        ),
        *milestone_rows(view, key, groups, days),
    ]


def milestone_rows(view: View, key: Key, groups: Sequence[Group], days: pd.Series) -> list[Row]:
    """Persons followed beyond the target day of each planned visit."""
    return [
        count_row(
            f"Past day {visit.target} ({visit.label.lower()})",
            key._replace(visit=visit.code),
            groups,
            days.index[(days > visit.target).fillna(False)],
        )
        for visit in view.trial.visits
    ]


def sum_years(years: pd.Series, group: Group) -> float:
    """Person-years of a group; sorted first, so that the order of persons leaves no trace."""
    return float(years[years.index.isin(group.subjects)].dropna().sort_values().sum())


def estimate_median(days: pd.Series, died: set[str], group: Group) -> dict[str, float]:
    """Median follow-up of a group in days, with limits."""
    known = days[days.index.isin(group.subjects)].dropna()
    events = [int(subject in died) for subject in known.index]
    found = estimate_median_follow_up(known.to_numpy(dtype=float), events)
    return {"estimate": found.estimate, "lower": found.lower, "upper": found.upper}
