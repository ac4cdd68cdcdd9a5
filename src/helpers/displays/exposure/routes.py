"""Recorded route against route allocated, dose by dose: what T-S-07 and F-S-02 say of it."""

from collections.abc import Iterable

import pandas as pd

from helpers.displays import show
from helpers.displays.rows import Row, RowContext, count_row, name_code, of_persons
from helpers.params.trial import Trial
from helpers.view import View

ALLOCATED, OTHER, UNKNOWN = "ALLOCATED", "OTHER", "UNKNOWN"
CATEGORIES = {
    ALLOCATED: "Recorded route as allocated",
    OTHER: "Another route recorded",
    UNKNOWN: "Route not recorded",
}
UNCONFIRMED = "; no deviation of that day, to be confirmed by the site"
NO_ROUTE = "NONE"  # allocated to a participant who was to get no dose


def given_doses(view: View) -> pd.DataFrame:
    """Given doses with their words: CHANGE (recorded against allocated), WHICH (dose, whose)."""
    rows = view.flagged("adex", "GIVENFL")
    routes = {arm.code: arm.route for arm in view.trial.active_arms}
    arms, keys = (
        rows["USUBJID"].map(of_persons(view["adsl"], name)) for name in ("TRT01P", "SUBJID")
    )
    planned = arms.map(routes).astype(object)
    rows = rows.assign(PLANNED=planned.where(planned.notna(), NO_ROUTE))
    change = [
        f"{name_route(given)} recorded, {name_route(planned)} allocated"
        for given, planned in zip(rows["ROUTE"], rows["PLANNED"], strict=True)
    ]
    which = [f"dose {dose} of {key}" for dose, key in zip(rows["DOSEORD"], keys, strict=True)]
    rows = rows.assign(CHANGE=change, WHICH=pd.Series(which, rows.index, dtype=object))
    return rows.sort_values(["USUBJID", "DOSEORD"], kind="stable")


def name_route(code: object) -> str:
    """A route in words: its code in small letters, with blanks."""
    return "no route" if code == NO_ROUTE else name_code(str(code)).lower()


def route_rows(trial: Trial, context: RowContext, given: pd.DataFrame) -> list[Row]:
    """Given doses with the allocated route recorded, another one, none; each by route.

    Parameters
    ----------
    context : key of the dose.
    given : doses of one order (`given_doses`), indexed by USUBJID.
    """
    by = ["ROUTE", "PLANNED"]
    order = {arm.route: number for number, arm in enumerate(trial.active_arms)}
    share = context.like(among=given.index, form=show.n_of())
    share = share.at(parameter=f"{context.key.parameter}.ROUTE")
    rows: list[Row] = []
    for category, label in CATEGORIES.items():
        members = given[given["ROUTECAT"] == category]
        rows.append(count_row(share.at(category=category), f"{label}, of given", members.index))
        if category == UNKNOWN:
            continue
        ranked = members.sort_values(by, key=lambda codes: codes.map(order), kind="stable")
        for (route, planned), part in ranked.groupby(by, sort=False):
            same = category == ALLOCATED
            text = name_route(route).capitalize() if same else part["CHANGE"].iloc[0].capitalize()
            code = f"{category}:{route}" if same else f"{category}:{route}:{planned}"
            rows.append(count_row(share.at(category=code).like(level=2), text, part.index))
    return rows


def describe_routes(view: View) -> str:
    """Doses with another route recorded than allocated, or with none, and whose.

    What other records of the day say stands beside the route: spinal fluid taken, a deviation. All
    are records, and the site knows which is right.
    """
    given = given_doses(view)
    beside = _describe_day(view, given)
    other, unknown = (given[given["ROUTECAT"] == category] for category in (OTHER, UNKNOWN))
    changes = (f"{row.WHICH} ({row.CHANGE}{beside[row.Index]})" for row in other.itertuples())
    parts = (
        list_those("Another route recorded than allocated", changes),
        list_those("Route not recorded", unknown["WHICH"]),
    )
    return " ".join(part for part in parts if part)


def _describe_day(view: View, given: pd.DataFrame) -> pd.Series:
    """What other records of the day of each dose say of its route, in words."""
    if "ASTDTM" not in given:
        return pd.Series("", index=given.index)
    days = list(zip(given["USUBJID"], given["ASTDTM"].dt.normalize(), strict=True))
    taken, deviant = (_find_days(view, name) for name in ("adlb", "addv"))
    said = [
        ("; spinal fluid taken that day" if one in taken else "")
        + ("; a deviation of that day is recorded" if one in deviant else UNCONFIRMED)
        for one in days
    ]
    return pd.Series(said, index=given.index, dtype=object)


def _find_days(view: View, name: str) -> set[tuple[str, pd.Timestamp]]:
    """Participants and days of values of spinal fluid, or of deviations."""
    if not view.has(name, "ADT"):
        return set()
    rows = view[name]
    if name == "adlb":
        rows = rows[rows["PARAMCD"].isin(view.trial.laboratory.spinal_fluid.tests)]
    return set(zip(rows["USUBJID"], rows["ADT"], strict=True))


def describe_columns(view: View, arms: pd.Series) -> str:
    """Doses that stand in the column of another route; `arms` (by USUBJID) says in which column."""
    given = _find_misplaced(view, arms)
    parts = [
        f"{row.WHICH} ({name_route(row.ROUTE)}, in {arm.label})"
        for arm in view.trial.active_arms
        for row in given[given["COLUMN"] == arm.code].itertuples()
    ]
    return list_those("In the column of the first dose, with another route recorded", parts)


def name_other_routes(view: View, arms: pd.Series) -> dict[str, str]:
    """`dose 2`, the route of it, by USUBJID: doses that stand in the column of another route."""
    given = _find_misplaced(view, arms)
    said = [f"dose {row.DOSEORD} {name_route(row.ROUTE)}" for row in given.itertuples()]
    words = pd.Series(said, index=given.index, dtype=object).groupby(given["USUBJID"])
    return {str(subject): ", ".join(own) for subject, own in words}


def _find_misplaced(view: View, arms: pd.Series) -> pd.DataFrame:
    """Given doses with another route recorded than that of the arm in whose COLUMN they stand."""
    routes = {arm.code: arm.route for arm in view.trial.active_arms}
    given = given_doses(view)
    given = given[given["ROUTECAT"] != UNKNOWN].assign(COLUMN=given["USUBJID"].map(arms))
    expected = given["COLUMN"].map(routes)
    return given[expected.notna() & (given["ROUTE"] != expected)]


def describe_lacking_lots(view: View) -> str:
    """Given doses without a lot, and whose."""
    given = given_doses(view)
    return list_those("Lot not recorded", given.loc[given["LOT"].isna(), "WHICH"])


def list_those(label: str, doses: Iterable[str]) -> str:
    """`Lot not recorded: dose 1 of 012.`; empty where there is none."""
    listed = ", ".join(doses)
    return f"{label}: {listed}." if listed else ""
