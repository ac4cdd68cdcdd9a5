"""Allocated, received, not received: the doses of one arm as a tree of counts."""

import pandas as pd

from helpers.displays.conduct.reasons import DOSE_STATES
from helpers.displays.exposure.routes import ALLOCATED, OTHER, UNKNOWN, given_doses, name_route
from helpers.displays.flow.node import Node, split_by
from helpers.displays.results import Key
from helpers.displays.rows import of_persons
from helpers.view import Group, View

ROUTES = {
    ALLOCATED: "route as allocated",
    OTHER: "another route recorded",
    UNKNOWN: "route not recorded",
}


def build_allocation(view: View, group: Group, persons: pd.DataFrame) -> Node:
    """Allocated = received dose 1 + did not; those who did divide by route and dose 2."""
    key = Key("ITT", group.label, "ALLOCATION")
    label, trial = f"Allocated to {group.name}", view.trial
    if "DOSES" not in persons:  # not a trial of single administrations
        return Node(label, key, len(persons))
    if not trial.arm(group.code).active or not trial.doses.planned:
        return Node(label, key, len(persons), (split_unplanned(view, key, persons),))
    return Node(label, key, len(persons), (split_doses(view, key, persons, 1),))


def split_unplanned(view: View, key: Key, persons: pd.DataFrame) -> tuple[Node, ...]:
    """Those of an arm without the product who received a dose all the same, by its route."""
    dosed = persons.loc[(persons["DOSES"] > 0).fillna(False), "USUBJID"]
    routes = read_doses(view, 1, "ROUTE").reindex(dosed).fillna(UNKNOWN)
    names = {code: name_route(code) for code in routes.unique()}
    names |= {UNKNOWN: ROUTES[UNKNOWN]}
    received = split_by("Received a dose", key._replace(category="DOSED"), routes, names)
    none = key._replace(category="NO_DOSE")
    return (Node("No dose, as planned", none, len(persons) - len(dosed)), received)


def split_doses(view: View, key: Key, persons: pd.DataFrame, dose: int) -> tuple[Node, ...]:
    """Those who received a dose, by route and by the next one, and those who did not, by why."""
    place = key._replace(visit=f"DOSE{dose}")
    status = of_persons(persons, f"D{dose}STAT").astype(object)
    received = status.index[status == "GIVEN"]
    below = [split_routes(view, place, received, dose)]
    if dose < view.trial.doses.planned:
        dosed = persons[persons["USUBJID"].isin(received)]
        below.append(split_doses(view, key, dosed, dose + 1))
    others = status[status != "GIVEN"].fillna("UNKNOWN")
    missed = split_by(f"No dose {dose}", place._replace(category="NOT_GIVEN"), others, DOSE_STATES)
    got = place._replace(category="GIVEN")
    return (Node(f"Received dose {dose}", got, len(received), tuple(below)), missed)


def split_routes(view: View, place: Key, received: pd.Index, dose: int) -> tuple[Node, ...]:
    """Recorded route against route allocated; one that is not recorded is drawn where it occurs."""
    found = read_doses(view, dose, "ROUTECAT").reindex(received).fillna(UNKNOWN)
    counts = {category: int((found == category).sum()) for category in ROUTES}
    return tuple(
        Node(
            label,
            place._replace(category=f"ROUTE_{category}"),
            counts[category],
            drawn=category != UNKNOWN or counts[category] > 0,
        )
        for category, label in ROUTES.items()
    )


def read_doses(view: View, dose: int, column: str) -> pd.Series:
    """A column of the given doses of one order, by USUBJID."""
    given = given_doses(view)
    return given[given["DOSEORD"] == dose].set_index("USUBJID")[column].astype(object)
