"""The course of each participant: days of follow-up, how it ended, what happened on which day."""

from typing import NamedTuple

import pandas as pd

from helpers.displays.adverse_events.kinds import SEVERE
from helpers.displays.rows import of_persons
from helpers.view import ClosedView, Group

POPULATION = "ITT"
DOSE, OTHER, VISIT, GRADE, SERIOUS = "DOSE", "DOSE_OTHER_ROUTE", "VISIT", "GRADE3", "SERIOUS"
DEATH, LEFT, ONGOING, COMPLETED = "DEATH", "LEFT", "ONGOING", "COMPLETED"
MARKS = {
    DOSE: "dose",
    OTHER: "dose, other route",
    VISIT: "visit",
    GRADE: f"grade {SEVERE} or higher, not serious",
    SERIOUS: "serious event",
}
ENDS = {DEATH: "death", LEFT: "discontinued", ONGOING: "ongoing"}


class Courses(NamedTuple):
    """`bars`: SUBJID, DAYS, END by USUBJID; `marks`: USUBJID, KIND, NAME, DAY; `undated` events.

    Day 1 is that of randomisation.
    """

    bars: pd.DataFrame
    marks: pd.DataFrame
    undated: int

    def of_group(self, group: Group) -> pd.DataFrame:
        """Bars of a group, the longest follow-up first."""
        own = self.bars[self.bars.index.isin(group.subjects)]
        return own.sort_values(["DAYS", "SUBJID"], ascending=[False, True], kind="stable")


def read_courses(view: ClosedView) -> Courses:
    """Follow-up, doses, visits, and severe or serious events of who was randomised."""
    persons = view.population(POPULATION)
    persons = persons[persons["RANDDT"].notna() & persons["TIMEONST"].notna()]
    bars = pd.DataFrame(
        {
            "SUBJID": of_persons(persons, "SUBJID").astype(str),
            "DAYS": of_persons(persons, "TIMEONST").astype(int),
            "END": _name_ends(persons),
        }
    )
    events = find_grave(view)
    events = events[events["USUBJID"].isin(bars.index)]
    listed = (_list_doses(view), _list_visits(view), _list_events(events))
    # empty ones have no type of their own, and pandas will take theirs into account
    marks = pd.concat([rows for rows in listed if len(rows)] or [_no_marks()])
    start = of_persons(persons, "RANDDT")
    marks = marks[marks["USUBJID"].isin(bars.index)]
    day = (marks["DATE"].dt.normalize() - marks["USUBJID"].map(start)).dt.days + 1
    marks = marks.assign(DAY=day)[day >= 1]
    order = ["USUBJID", "KIND", "DAY", "NAME"]
    marks = marks.sort_values(order, kind="stable").reset_index(drop=True)
    return Courses(bars, marks[order], int(events["ASTDT"].isna().sum()))


def find_grave(view: ClosedView) -> pd.DataFrame:
    """Events after randomisation that are serious or of grade 3 or higher; KIND says which.

    A serious event is SERIOUS whatever its grade. None where the data say neither.
    """
    if not view.has("adae", "ASTDT"):
        return pd.DataFrame({"USUBJID": [], "ASTDT": pd.to_datetime([]), "KIND": []})
    events = view["adae"]
    if "AFTRANFL" in events:
        events = events[events["AFTRANFL"] == "Y"]
    no = pd.Series(False, index=events.index)
    serious = events["ASERFL"] == "Y" if "ASERFL" in events else no
    severe = (events["ATOXGR"] >= SEVERE).fillna(False) if "ATOXGR" in events else no
    kinds = pd.Series(GRADE, index=events.index, dtype=object).mask(serious, SERIOUS)
    return events.assign(KIND=kinds)[serious | severe.astype(bool)]


def _name_ends(persons: pd.DataFrame) -> pd.Series:
    """How follow-up ended by the cut-off."""
    states = of_persons(persons, "EOSSTT").astype(object)
    named = states.map({"COMPLETED": COMPLETED, "DISCONTINUED": LEFT}).fillna(ONGOING)
    if "DTHFL" in persons:
        named = named.mask(of_persons(persons, "DTHFL") == "Y", DEATH)
    return named


def _list_doses(view: ClosedView) -> pd.DataFrame:
    """Given doses, by their number in time; those by another route than allocated apart."""
    if not view.has("adex", "GIVENFL", "ASTDTM", "DOSEORD"):
        return _no_marks()
    given = view["adex"][view["adex"]["GIVENFL"] == "Y"]
    other = given["ROUTECAT"] == "OTHER" if "ROUTECAT" in given else False
    return pd.DataFrame(
        {
            "USUBJID": given["USUBJID"],
            "KIND": pd.Series(DOSE, index=given.index, dtype=object).mask(other, OTHER),
            "NAME": "DOSE" + given["DOSEORD"].astype("string").astype(object),
            "DATE": given["ASTDTM"],
        }
    )


def _list_visits(view: ClosedView) -> pd.DataFrame:
    """First day of each planned visit of which a form was received."""
    if not view.has("advisit", "ADT"):
        return _no_marks()
    rows = view["advisit"]
    first = rows[rows["ADT"].notna()].groupby(["USUBJID", "AVISIT"])["ADT"].min().reset_index()
    return first.rename(columns={"AVISIT": "NAME", "ADT": "DATE"}).assign(KIND=VISIT)


def _list_events(events: pd.DataFrame) -> pd.DataFrame:
    """Dated events, numbered within participant and kind by their start."""
    dated = events[events["ASTDT"].notna()].sort_values(["USUBJID", "ASTDT"], kind="stable")
    number = dated.groupby(["USUBJID", "KIND"]).cumcount() + 1
    named = dated.assign(NAME=number.astype(str), DATE=dated["ASTDT"])
    return named[["USUBJID", "KIND", "NAME", "DATE"]]


def _no_marks() -> pd.DataFrame:
    return pd.DataFrame({"USUBJID": [], "KIND": [], "NAME": [], "DATE": pd.to_datetime([])})
