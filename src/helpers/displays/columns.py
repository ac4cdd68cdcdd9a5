"""Columns of a display from the groups of participants, and the line that says who is counted."""

from collections.abc import Iterable

import pandas as pd

from helpers.displays.formats import MONTHS
from helpers.displays.model import Header
from helpers.view import ArmView, Group, View


def build_headers(groups: Iterable[Group], group: str = "") -> tuple[Header, ...]:
    """One header per group: its label, `N = ` below it, its colour; all under the title `group`."""
    return tuple(Header(g.label, f"N = {g.n}", g.position, group) for g in groups)


def name_contrast(view: ArmView, label: str) -> str:
    """A contrast by the labels of its arms, as its columns are headed: `X \u2212 C`.

    `label` is its name in the results, which goes by codes of arms.
    """
    labels = {arm.code: arm.label for arm in view.arms}
    named = {
        own: f"{labels[first]} \u2212 {labels[second]}" for own, first, second in view.contrasts
    }
    return named[label]


def state_population(view: View, population: str, *, among: str = "") -> str:
    """Sentence that says who is counted, by which arm, how many, and to which day.

    `among` limits the population in words: `in participants with a baseline value`.
    """
    name = _name_population(view, population, among)
    return f"{name}, N = {view.total(population).n}. Data to {state_date(view.cutoff)}."


def _name_population(view: View, population: str, among: str) -> str:
    words = [view.name_population(population), *([among] if among else [])]
    if isinstance(view, ArmView):
        words.append(f"by arm {state_arm(view, population)}")
    return " ".join(words)


def state_arm(view: ArmView, population: str) -> str:
    """By which arm a population counts its members: `as treated` or `as randomised`."""
    return "as treated" if population in view.ARM_VARIABLE else "as randomised"


def choose_arm(view: View, rows: pd.DataFrame) -> pd.Series:
    """Arm (ARMCD) under which listings of safety name the participant of each row.

    As treated, who was not as randomised; where safety displays count as randomised that arm.
    """
    if view.safety != "SAF" or "TRT01A" not in rows:
        return rows["TRT01P"]
    return treated_else_planned(rows) if "TRT01P" in rows else rows["TRT01A"]


def treated_else_planned(rows: pd.DataFrame) -> pd.Series:
    """Arm (ARMCD) as treated of the participant of each row, of who was not as randomised."""
    treated: pd.Series = rows["TRT01A"]
    return treated.where(treated.notna(), rows["TRT01P"])


def state_date(day: pd.Timestamp) -> str:
    """A day as `5 Sep 2022`, the same in every locale; empty where there is none."""
    return "" if pd.isna(day) else f"{day.day} {MONTHS[day.month - 1]} {day.year}"
