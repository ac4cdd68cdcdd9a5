"""Shifts of imputed values, and the differences after each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.displays.missing_data.imputed import Imputed, read_imputed
from helpers.displays.results import Key, Result, format_value, rows_of
from helpers.displays.treatment_effect.effects import ESTIMATE
from helpers.models.imputation import MAR, Shifts, list_imputed, shift_imputed
from helpers.models.missing_values import IMPUTED
from helpers.models.repeated_measures import name_contrast
from helpers.models.score_rows import ARM, BASE
from helpers.stats.estimates import NAN
from helpers.view import View

STEPS = tuple(number / 4 for number in range(9))  # times the threshold of response: 0 to 2
Grid = NDArray[np.float64]


@dataclass(frozen=True)
class TippingGrid:
    """Differences after shifting what was imputed.

    Attributes
    ----------
    imputed : the values that were imputed like their own arm (MAR).
    points : size of the shifts in the unit of the score, without a sign, smallest first.
    numbers : by contrast label and statistic the grid: control's shift down, active arms' across.
    table : the same as the statistics give it, with their notes.
    """

    imputed: Imputed
    points: tuple[float, ...]
    numbers: dict[str, dict[str, Grid]]
    table: pd.DataFrame

    @property
    def threshold(self) -> float:
        """Change that counts as response, without a sign."""
        rule = self.imputed.score.responder
        return abs(rule.change) if rule is not None else NAN

    @property
    def shifts(self) -> Shifts:
        """What is added to the changes: worse in the active arms, better in the control."""
        return make_shifts(self.points, self.imputed.score.direction)

    def estimable(self, label: str) -> bool:
        """Whether a contrast has an interval without a shift."""
        return bool(np.isfinite(self.numbers[label]["lower"][0, 0]))

    def favours(self, label: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Where the interval lies off 0: in favour of the active arm, and of the control."""
        own = self.numbers[label]
        above, below = own["lower"] > 0, own["upper"] < 0
        return (above, below) if self.imputed.score.direction > 0 else (below, above)


def make_shifts(points: Sequence[float], direction: int) -> Shifts:
    """Signed shifts: worse for the active arms, better for the control."""
    worse = tuple(-direction * point + 0.0 for point in points)
    return Shifts(worse, tuple(0.0 - value for value in worse))


def build_grid(view: View) -> TippingGrid:
    """The grid of a view: both sides from no shift to twice the threshold of response."""
    imputed = read_imputed(view)
    rule = imputed.score.responder
    size = abs(rule.change) if rule is not None else NAN
    points = tuple(step * size for step in STEPS)
    shifts = make_shifts(points, imputed.score.direction)
    table = shift_imputed(imputed.rows, imputed.choices, imputed.level, shifts)
    numbers: dict[str, dict[str, Grid]] = {}
    for label, arm, reference in imputed.contrasts:
        own = table[table["contrast"] == name_contrast(arm, reference)] if len(table) else table
        # active shifts are the slower of the two in the table
        numbers[label] = {
            name: own[name].to_numpy(dtype=np.float64).reshape(len(points), len(points)).T
            if len(own)
            else np.full((len(points), len(points)), NAN)
            for name in ESTIMATE
        }
    return TippingGrid(imputed, points, numbers, table)


def place_shift(key: Key, active: float, control: float) -> Key:
    """Key of the numbers after a pair of shifts."""
    return key._replace(
        category=f"SHIFT active {format_value(active)}, control {format_value(control)}"
    )


def list_results(grid: TippingGrid) -> list[Result]:
    """Imputed values of each arm, and the differences after every pair of shifts."""
    imputed = grid.imputed
    found: list[Result] = []
    counts = imputed.rows.count(IMPUTED)
    for group in imputed.view.groups(imputed.key.population)[:-1]:
        key = imputed.key._replace(arm=group.label, category="IMPUTED")
        found += rows_of(key, {"n": counts.get(group.code, 0), "N": group.n})
    for label, own in grid.numbers.items():
        key = imputed.key._replace(contrast=label)
        for down, control in enumerate(grid.shifts.control):
            for across, active in enumerate(grid.shifts.active):
                values = {name: float(own[name][down, across]) for name in ESTIMATE}
                place = place_shift(key, active, control)
                found += rows_of(place, values, "ancova, MAR shifted, jackknife")
    return found


def count_outside(grid: TippingGrid) -> tuple[int, int]:
    """Imputed values that the largest shifts put outside the range of the score, and all."""
    imputed = grid.imputed
    ends = imputed.score.range
    values = list_imputed(imputed.rows, imputed.choices)
    own = values[values["method"] == MAR]
    if ends is None or own.empty:
        return 0, len(own)
    active, control = grid.shifts.active[-1], grid.shifts.control[-1]
    shift = np.where(own[ARM] == imputed.rows.control, control, active)
    shifted = own[BASE].astype("float64") + own["value"].astype("float64") + shift
    return int((~shifted.between(*ends)).sum()), len(own)
