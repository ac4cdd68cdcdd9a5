"""Rows of one dose in T-S-07: what became of it, by which route, how much, from which lots."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.conduct.reasons import DOSE_STATES, occurring
from helpers.displays.exposure.routes import given_doses, route_rows
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
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
    key = Key(POPULATION, "", f"DOSE{dose}")
    return [
        heading_row(f"Dose {dose}"),
        *status_rows(view, key, groups, given, dose),
        *route_rows(view.trial, key, groups, given),
        *amount_rows(key, groups, given, rules),
        *(interval_rows(key, groups, given, rules) if dose > 1 else []),
        *adjustment_rows(key, groups, given),
        *lot_rows(key, groups, given),
    ]


def status_rows(
    view: View, key: Key, groups: Sequence[Group], given: pd.DataFrame, dose: int
) -> list[Row]:
    """Given or not, and why not."""
    status = of_persons(view.population(POPULATION), f"D{dose}STAT").astype(object)
    status = status.mask(status.index.isin(given.index), "GIVEN")
    status = status[status.index.isin(groups[-1].subjects)]
    if dose > 1:
        status = status.fillna("NO_FIRST_DOSE")
    labels = occurring(
        {**DOSE_STATES, "NO_FIRST_DOSE": "No first dose"}, {"GIVEN", *status.dropna()}
    )
    reasons = list_reasons(view["adex"], status.index[status == "CANCELLED"], dose)
    rows = category_rows(labels, key, groups, status)
    named = {text: name_code(text) for text in sorted(reasons.unique())}
    place = key._replace(parameter=f"{key.parameter}.REASON")
    why = category_rows(named, place, groups, reasons, level=2)
    below = next((i for i, code in enumerate(labels, 1) if code == "CANCELLED"), len(rows))
    return [*rows[:below], *why, *rows[below:]]


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


def amount_rows(key: Key, groups: Sequence[Group], given: pd.DataFrame, rules: Doses) -> list[Row]:
    """Amounts of the given doses, and how many were full."""
    low, high = rules.full_percent
    amounts = (
        ("CELLS", f"Amount ({rules.unit})", 1),
        ("CELLKG", f"Amount ({rules.unit} per kg)", 2),
        ("PCTPLAN", "Amount (% of plan)", 1),
        ("EXVIAB", "Viability (%)", 1),
        ("DURMIN", "Duration (minutes)", 0),
    )
    rows = [
        count_row(
            f"Full dose, {low}% to {high}% of plan, of given",
            key._replace(category="FULL"),
            groups,
            given.index[given["INRANGFL"] == "Y"],
            among=given.index,
            form=show.n_of(),
        )
    ]
    for column, label, decimals in amounts:
        if column in given:
            place = key._replace(category=column)
            rows += summary_rows(
                place, groups, given[column], decimals, label=f"{label}, {{}}", shown=SHORT
            )
    return rows


def interval_rows(
    key: Key, groups: Sequence[Group], given: pd.DataFrame, rules: Doses
) -> list[Row]:
    """Days from the dose before, and how many intervals lie outside the planned limits."""
    low, high = rules.interval_days
    days = given["INTDAYS"]
    outside = given.index[((days < low) | (days > high)).fillna(False)]
    place = key._replace(category="INTDAYS")
    return [
        *summary_rows(place, groups, days, 0, label="Days from the dose before, {}", shown=SHORT),
        count_row(
            f"Interval outside {low} to {high} days, of given",
            key._replace(category="INTDAYS_OUTSIDE"),
            groups,
            outside,
            among=given.index,
            form=show.n_of(),
        ),
    ]


def adjustment_rows(key: Key, groups: Sequence[Group], given: pd.DataFrame) -> list[Row]:
    """Doses that were slowed, interrupted or stopped."""
    changed = given["ADJ"].astype(object)
    return category_rows(
        {code: f"{label}, of given" for code, label in ADJUSTMENTS.items()},
        key._replace(parameter=f"{key.parameter}.ADJ"),
        groups,
        changed[changed != "NONE"],
        among=given.index,
        form=show.n_of(),
    )


def lot_rows(key: Key, groups: Sequence[Group], given: pd.DataFrame) -> list[Row]:
    """How many lots the given doses came from, and how many of the doses name none."""
    lots = given["LOT"].dropna()

    def count(group: Group) -> dict[str, float]:
        return {"count": lots[lots.index.isin(group.subjects)].nunique()}

    return [
        number_row(
            "Lots used", key._replace(category="LOTS"), groups, count, form=show.number("count")
        ),
        count_row(
            "Lot not recorded, of given",
            key._replace(category="LOT_MISSING"),
            groups,
            given.index[given["LOT"].isna()],
            among=given.index,
            form=show.n_of(),
        ),
    ]
