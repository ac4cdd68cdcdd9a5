"""Rows of the disposition: who belongs to each analysis set, who reached each milestone."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.cells import Form
from helpers.displays.conduct.reasons import END_REASONS, occurring
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, category_rows, count_row, heading_row, of_persons
from helpers.params.design import Visit
from helpers.view import Group, View

SETS = ("ITT", "SAF", "EFF", "PP")
POPULATION = "ITT"


def choose_sets(view: View) -> tuple[str, ...]:
    """Analysis sets that this report speaks of: per protocol only where an analysis rests on it."""
    return tuple(code for code in SETS if code != "PP" or view.interim.uses_per_protocol)


def set_rows(view: View, persons: pd.DataFrame, groups: Sequence[Group]) -> list[Row]:
    """Members of each analysis set that this audience may know, in the arm of randomisation."""
    known = [code for code in choose_sets(view) if f"{code}FL" in persons]
    key = Key(POPULATION, "", "SET")
    return [
        heading_row("Analysis sets"),
        *(
            count_row(
                RowContext(key._replace(category=code), groups),
                view.name_population(code),
                persons.loc[persons[f"{code}FL"] == "Y", "USUBJID"],
            )
            for code in known
        ),
    ]


def milestone_rows(view: View, persons: pd.DataFrame, groups: Sequence[Group]) -> list[Row]:
    """Who reached what the data call a milestone; where asked, who left before it and why."""
    rows: list[Row] = []
    for code, milestone in view.trial.milestones.items():
        flag = f"{code}FL"
        if flag not in persons:
            continue
        reached = persons.loc[persons[flag] == "Y", "USUBJID"]
        rows.append(
            count_row(RowContext(Key(POPULATION, "", code), groups), milestone.label, reached)
        )
        if milestone.reasons:
            rows += _left_before(view, persons, groups, code)
    return [heading_row("Milestones"), *rows] if rows else []


def came_to(view: View, visit: Visit) -> set[str]:
    """USUBJID of those from whom any form of a visit was received."""
    if not view.has("advisit"):
        return set()
    forms = view["advisit"]
    came = (forms["AVISIT"] == visit.code) & (forms["STATUS"] == "RECEIVED")
    return set(forms.loc[came, "USUBJID"])


def window_opening(visit: Visit) -> int:
    """Days after day 0 on which a visit's protocol window opens; its target where it has none."""
    low, high = visit.protocol
    return visit.target if low == high == 0 else low


def find_reached(view: View, visit: Visit) -> set[str]:
    """USUBJID of those followed to the opening of a visit's window, or seen at the visit."""
    persons = view["adsl"].set_index("USUBJID")
    followed = (persons["EXITDT"] - persons["ANCHORDT"]).dt.days
    long_enough = (followed >= window_opening(visit)).fillna(False)
    return set(followed.index[long_enough]) | came_to(view, visit)


def visit_rows(view: View, key: Key, groups: Sequence[Group], form: Form) -> list[Row]:
    """Participants followed to the opening of each planned visit's window, or seen at the visit."""
    rows = []
    for visit in view.trial.visits:
        reached = find_reached(view, visit)
        label = f"Reached {visit.label.lower()} (day {window_opening(visit)}, or seen)"
        rows.append(
            count_row(RowContext(key._replace(visit=visit.code), groups, form=form), label, reached)
        )
    return rows


def _left_before(
    view: View, persons: pd.DataFrame, groups: Sequence[Group], code: str
) -> list[Row]:
    left = persons[(persons[f"{code}FL"] != "Y") & (persons["EOSSTT"] == "DISCONTINUED")]
    key = Key(POPULATION, "", f"{code}_LEFT_BEFORE")
    reasons = of_persons(left, "EOSREAS").fillna("OTHER").astype(object)
    labels = occurring({**END_REASONS, **view.trial.end_reasons}, reasons)
    return [
        count_row(RowContext(key, groups, level=2), "left the study before", left["USUBJID"]),
        *category_rows(RowContext(key, groups, level=3), labels, reasons),
    ]
