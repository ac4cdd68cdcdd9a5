"""T-S-08: how long participants were followed."""

from dataclasses import dataclass

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.coarse_time import describe_pooled, pool_times, time_unit
from helpers.displays.conduct.open_notes import CONTACTS, VISIT_WINDOWS, explain_difference
from helpers.displays.conduct.reached import visit_rows
from helpers.displays.declare import shown_as
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
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


FROM_RANDOMISATION = Clock(
    "ITT", "RANDPYRS", "All randomised participants; years from randomisation"
)


@shown_as(
    "T-S-08",
    title="Length of follow-up",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
def tabulate_follow_up(view: View) -> Table:
    """Participant-years, median follow-up (reverse Kaplan-Meier), who reached each planned visit.

    Counted from randomisation; in closed reports also from the first dose, in the population of
    the safety displays.
    """
    clocks = [FROM_RANDOMISATION, *([clock_at_risk(view)] if isinstance(view, ClosedView) else [])]
    lines, results = collect_rows(row for clock in clocks for row in clock_rows(clock, view))
    closed = len(clocks) > 1
    return Table(
        population_line=state_population(view, "ITT"),
        results=results,
        notes=join_notes(
            "Follow-up ends with death, completion, the last contact of a participant lost, or the "
            "cut-off; both ends count, a year has "
            f"{view.trial.dates.year_days:g} days.",
            "Median follow-up by the reverse Kaplan-Meier method with its 95% CI: being "
            "observed no longer is the event, death is censoring. NE: not reached.",
            describe_pooled(view),
            describe_reached(closed),
            explain_difference(view, VISIT_WINDOWS, CONTACTS),
        ),
        source_note="adsl; RANDPYRS, TIMEONST, DTHFL"
        f"{', EXPYRS' if closed else ''}; tabulate_follow_up; kaplan_meier_loglog.",
        stub="Follow-up",
        headers=build_headers(view.groups("ITT")),
        lines=lines,
    )


def clock_at_risk(view: ClosedView) -> Clock:
    """Time at risk of treatment-emergent events, in the population that counts them."""
    name = view.name_population(view.safety)
    return Clock(view.safety, "EXPYRS", f"{name}; years at risk from dose 1, else randomisation")


def describe_reached(closed: bool) -> str:
    """What it is to have reached a visit, and from when its days are counted."""
    start = "the first dose, without one from randomisation" if closed else "randomisation"
    return (
        "Reached: followed to the day on which the protocol window of the visit opens, counted "
        f"from {start}; or with a form of the visit received."
    )


def clock_rows(clock: Clock, view: View) -> list[Row]:
    """Block of one clock."""
    groups, persons = view.groups(clock.population), view.population(clock.population)
    years = of_persons(persons, clock.years)
    unit = time_unit(view)
    times = unit.count((years * view.trial.dates.year_days).round())
    died = set(persons.loc[persons["DTHFL"] == "Y", "USUBJID"])
    key = Key(clock.population, "", clock.years)
    return [
        heading_row(clock.label),
        count_row(
            RowContext(key, groups, form=show.n()), "Participants", years.index[years.notna()]
        ),
        pool_times(
            view,
            number_row(
                RowContext(
                    key._replace(category="TIME"),
                    groups,
                    form=show.number("person_years", decimals=1),
                ),
                "Participant-years",
                lambda group: {"person_years": sum_years(years, group)},
            ),
        ),
        pool_times(
            view,
            number_row(
                RowContext(
                    key._replace(category=f"MEDIAN{unit.mark}"), groups, form=show.interval()
                ),
                f"Median {unit.name}, reverse Kaplan-Meier (95% CI)",
                lambda group: estimate_median(times, died, group),
                method="kaplan_meier_loglog",
            ),
        ),
        # the heads of the columns count the randomised: another population says its own number
        *visit_rows(view, key, groups, show.n_pct() if clock.population == "ITT" else show.n_of()),
    ]


def sum_years(years: pd.Series, group: Group) -> float:
    """Participant-years of a group; sorted first, so that the order of rows leaves no trace."""
    return float(years[years.index.isin(group.subjects)].dropna().sort_values().sum())


def estimate_median(times: pd.Series, died: set[str], group: Group) -> dict[str, float]:
    """Median follow-up of a group, with limits."""
    known = times[times.index.isin(group.subjects)].dropna()
    events = [int(subject in died) for subject in known.index]
    found = estimate_median_follow_up(known.to_numpy(dtype=float), events)
    return {"estimate": found.estimate, "lower": found.lower, "upper": found.upper}
