"""Which number the trial's outcome "FMS" is: one choice, used everywhere.

The registry says "Fine motor skills" and names no instrument; scores of the Fugl-Meyer motor scale
are the likeliest reading, so the choice is a parameter and every table says which one was made.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.scales.items.read import ItemsError

DEFINITIONS = ("fma_motor", "fma_ue", "fma_le", "fma_wrist_hand", "total_only")
TOTAL_COLUMN = "fms_total"


@dataclass(frozen=True)
class FmsScore:
    """A Fugl-Meyer sum that can stand for FMS.

    Attributes
    ----------
    column : column of `score_fugl_meyer`
    label : words for a table
    highest : largest value, points (smallest is 0, higher is better)
    """

    column: str
    label: str
    highest: int


@dataclass(frozen=True)
class TotalScale:
    """Another instrument of which only one number per visit is known (`total_only`).

    Attributes
    ----------
    minimum, maximum : range of the number
    direction : +1 higher is better, -1 lower is better
    label : name of the instrument for tables
    """

    minimum: float
    maximum: float
    direction: int = 1
    label: str = "FMS total as recorded"

    def __post_init__(self) -> None:
        if not self.minimum < self.maximum:
            raise ItemsError("FMS total: minimum must be below maximum")
        if self.direction not in (1, -1):
            raise ItemsError("FMS total: direction must be 1 or -1")


FMS_SCORES = {
    "fma_motor": FmsScore("motor_total", "Fugl-Meyer motor score", 100),
    "fma_ue": FmsScore("ue_total", "Fugl-Meyer arm score", 66),
    "fma_le": FmsScore("le_total", "Fugl-Meyer leg score", 34),
    "fma_wrist_hand": FmsScore("ue_wrist_hand", "Fugl-Meyer wrist and hand score", 24),
}


def check_definition(definition: str, total: TotalScale | None) -> None:
    """Stop at an unknown definition, or at `total_only` without a declared range."""
    if definition not in DEFINITIONS:
        raise ItemsError(f"FMS definition {definition!r} is none of {', '.join(DEFINITIONS)}")
    if definition == "total_only" and total is None:
        raise ItemsError("FMS definition total_only needs minimum, maximum, direction and label")


def describe_fms(definition: str = "fma_motor", total: TotalScale | None = None) -> str:
    """Two sentences for the foot of every table that shows FMS."""
    check_definition(definition, total)
    if definition == "total_only" and total is not None:
        better = "higher" if total.direction > 0 else "lower"
        chosen = f"{total.label} ({total.minimum:g}-{total.maximum:g}, {better} is better)"
    else:
        score = FMS_SCORES[definition]
        chosen = f"{score.label} (0-{score.highest}, higher is better)"
    return (
        f"FMS is taken as the {chosen}. "
        'The trial registry says "Fine motor skills" without naming an instrument.'
    )


def score_total_only(items: pd.DataFrame, total: TotalScale) -> pd.DataFrame:
    """FMS where one number per form was recorded and no item.

    Parameters
    ----------
    items : one row per form with the column `fms_total` (number or text)
    total : the declared range

    Returns
    -------
    One row per form, same index: `fms`, `n_missing` (0 or 1), `rule`, `note`; a number outside the
    declared range, or text, counts as missing.
    """
    if TOTAL_COLUMN not in items.columns:
        raise ItemsError(f"missing item column: {TOTAL_COLUMN}")
    raw = items[TOTAL_COLUMN].astype(object)
    blank = np.asarray(raw.isna() | (raw.astype(str).str.strip() == ""), dtype=bool)
    number = pd.to_numeric(raw.where(~blank), errors="coerce").to_numpy(dtype=np.float64)
    legal = (number >= total.minimum) & (number <= total.maximum)
    note = np.where(legal, "", np.where(blank, f"missing {TOTAL_COLUMN}", "")).astype(object)
    wrong = ~legal & ~blank
    note[wrong] = [f"not a legal value {TOTAL_COLUMN}={value}" for value in raw[wrong]]
    return pd.DataFrame(
        {
            "fms": np.where(legal, number, np.nan),
            "n_missing": (~legal).astype(np.int64),
            "rule": f"FMS: {total.label} as recorded, {total.minimum:g}-{total.maximum:g}",
            "note": note,
        },
        index=items.index,
    )
