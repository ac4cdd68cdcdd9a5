"""Columns and cells of rows that mean something only in arms that get doses."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from helpers.displays.model import NOT_APPLICABLE, Cell
from helpers.view import TOTAL, ClosedView, Group


def active_groups(view: ClosedView, population: str = "SAF") -> tuple[Group, ...]:
    """Arms that get doses, and their total: who gets none is in no denominator."""
    arms = [view.arm_group(population, arm.code) for arm in view.arms if arm.active]
    subjects = pd.Index([subject for group in arms for subject in group.subjects], dtype=object)
    return (*arms, Group(TOTAL, TOTAL, "", None, subjects, population))


def narrow_groups(groups: Sequence[Group], members: pd.Index) -> tuple[Group, ...]:
    """The same columns with those of their participants who are among `members`."""
    return tuple(replace(g, subjects=g.subjects[g.subjects.isin(members)]) for g in groups)


def place_cells(
    view: ClosedView, groups: Sequence[Group], cells: Sequence[Cell | str]
) -> tuple[Cell | str, ...]:
    """Cells under their arms and the total; `n.a.` under an arm that has no cell."""
    by_label = {group.label: cell for group, cell in zip(groups, cells, strict=True)}
    arms = [by_label.get(arm.label, NOT_APPLICABLE) for arm in view.arms]
    return (*arms, by_label[TOTAL])
