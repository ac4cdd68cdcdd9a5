"""Rows of one dose in T-S-07: what became of it, by which route, how much, from which lots."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.conduct.reasons import DOSE_STATES, occurring
from helpers.displays.exposure.routes import given_doses, route_rows
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    count_row,
    heading_row,
    name_code,
    number_row,
    of_persons,
    summary_rows,
)
from helpers.params.trial import Doses
from helpers.view import Group, View

POPULATION = "ITT"
ADJUSTMENTS = {
    "SLOWED": "Slowed",
    "INTERRUPTED": "Interrupted",
    "STOPPED_EARLY": "Stopped early",
}
SHORT = (("mean (SD)", show.mean_sd), ("median (range)", show.median_range))


def dose_rows(view: View, groups: Sequence[Group], dose: int) -> list[Row]:
    """One dose: status, reasons, amounts, adjustments, lots."""
    rules = view.trial.doses
    given = given_doses(view)
    given = given[given["DOSEORD"] == dose].set_index("USUBJID")
    context = RowContext(Key(POPULATION, "", f"DOSE{dose}"), groups)
    of_given = context.like(among=given.index, form=show.n_of())
    return [
        heading_row(f"Dose {dose}"),
        *status_rows(view, context, given, dose),
        *route_rows(view.trial, context, given),
        *amount_rows(of_given, given, rules),
        *(interval_rows(of_given, given, rules) if dose > 1 else []),
        *adjustment_rows(of_given, given),
        *lot_rows(of_given, given),
    ]


def status_rows(view: View, context: RowContext, given: pd.DataFrame, dose: int) -> list[Row]:
    """Given or not, and why not."""
    status = of_persons(view.population(POPULATION), f"D{dose}STAT").astype(object)
    status = status.mask(status.index.isin(given.index), "GIVEN")
    status = status[status.index.isin(context.groups[-1].subjects)]
    if dose > 1:
        status = status.fillna("NO_FIRST_DOSE")
    labels = occurring(
        {**DOSE_STATES, "NO_FIRST_DOSE": "No first dose"}, {"GIVEN", *status.dropna()}
    )
    reasons = list_reasons(view["adex"], status.index[status == "CANCELLED"], dose)
    rows = category_rows(context, labels, status)
    named = {text: name_code(text) for text in sorted(reasons.unique())}
    below = context.at(parameter=f"{context.key.parameter}.REASON").like(level=2)
    why = category_rows(below, named, reasons)
    place = next((i for i, code in enumerate(labels, 1) if code == "CANCELLED"), len(rows))
    return [*rows[:place], *why, *rows[place:]]


def list_reasons(adex: pd.DataFrame, cancelled: pd.Index, dose: int) -> pd.Series:
    """Why a dose was cancelled, in lower case, by USUBJID: one reason for each participant.

    An amount of 0 is nothing given, whatever the form says of the dose.
    """
    rows = adex[(adex["DOSENUM"] == dose) & (adex["GIVENFL"] != "Y")]
    rows = rows.drop_duplicates("USUBJID").set_index("USUBJID")
    reasons = rows["EXREASND"].str.lower()
    if "EXDOSE" in rows:
        nothing = (rows["EXOCCUR"] == "Y") & (rows["EXDOSE"] == 0).fillna(False)
        reasons = reasons.mask(nothing & reasons.isna(), "amount of 0 recorded")
    return reasons.reindex(cancelled).fillna("no reason").astype(object)


def amount_rows(of_given: RowContext, given: pd.DataFrame, rules: Doses) -> list[Row]:
    """Amounts of the given doses, and how many were full."""
    low, high = rules.full_percent
    amounts = (
        ("CELLS", f"Amount ({rules.unit})", 1),
        ("CELLKG", f"Amount ({rules.unit} per kg)", 2),
        ("PCTPLAN", "Amount (% of plan)", 1),
        ("EXVIAB", "Viability (%)", 1),
        ("DURMIN", "Duration (minutes)", 0),
    )
    label = f"Full dose, {low}% to {high}% of plan, of given"
    full = given.index[given["INRANGFL"] == "Y"]
    rows = [count_row(of_given.at(category="FULL"), label, full)]
    for column, name, decimals in amounts:
        if column in given:
            place, frame = of_given.at(category=column), f"{name}, {{}}"
            rows += summary_rows(place, given[column], decimals, label=frame, shown=SHORT)
    return rows


def interval_rows(of_given: RowContext, given: pd.DataFrame, rules: Doses) -> list[Row]:
    """Days from the dose before, and how many intervals lie outside the planned limits."""
    low, high = rules.interval_days
    days, frame = given["INTDAYS"], "Days from the dose before, {}"
    outside = given.index[((days < low) | (days > high)).fillna(False)]
    return [
        *summary_rows(of_given.at(category="INTDAYS"), days, label=frame, shown=SHORT),
        count_row(
            of_given.at(category="INTDAYS_OUTSIDE"),
            f"Interval outside {low} to {high} days, of given",
            outside,
        ),
    ]


def adjustment_rows(of_given: RowContext, given: pd.DataFrame) -> list[Row]:
    """Doses that were slowed, interrupted or stopped."""
    changed = given["ADJ"].astype(object)
    labels = {code: f"{label}, of given" for code, label in ADJUSTMENTS.items()}
    place = of_given.at(parameter=f"{of_given.key.parameter}.ADJ")
    return category_rows(place, labels, changed[changed != "NONE"])


def lot_rows(of_given: RowContext, given: pd.DataFrame) -> list[Row]:
    """How many lots the given doses came from, and how many of the doses name none."""
    lots = given["LOT"].dropna()

    def count(group: Group) -> dict[str, float]:
        return {"count": lots[lots.index.isin(group.subjects)].nunique()}

    without = given.index[given["LOT"].isna()]
    used = of_given.at(category="LOTS").like(form=show.number("count"))
    return [
        number_row(used, "Lots used", count),
        count_row(of_given.at(category="LOT_MISSING"), "Lot not recorded, of given", without),
    ]
