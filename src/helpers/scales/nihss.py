"""National Institutes of Health Stroke Scale: 15 items, 0-42, higher is worse.

Public domain. Blank items are never imputed; an untestable item (UN) adds nothing.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.notes import (
    Remark,
    Text,
    join_remarks,
    remark_impossible,
    remark_items,
    remark_missing,
    repeat_text,
)
from helpers.scales.items.read import (
    MISSING,
    UNTESTABLE,
    UNTESTABLE_OLD,
    Codes,
    Item,
    check_item_columns,
    encode_items,
    sum_small,
    whole_numbers,
)

_UN = {"UN": UNTESTABLE, "9": UNTESTABLE_OLD}

ITEMS = (
    Item("n1a", "alertness", whole_numbers(0, 3)),
    Item("n1b", "orientation questions", whole_numbers(0, 2)),
    Item("n1c", "commands", whole_numbers(0, 2)),
    Item("n2", "gaze", whole_numbers(0, 2)),
    Item("n3", "visual fields", whole_numbers(0, 3)),
    Item("n4", "facial palsy", whole_numbers(0, 3)),
    Item("n5a", "left arm motor", whole_numbers(0, 4, **_UN)),
    Item("n5b", "right arm motor", whole_numbers(0, 4, **_UN)),
    Item("n6a", "left leg motor", whole_numbers(0, 4, **_UN)),
    Item("n6b", "right leg motor", whole_numbers(0, 4, **_UN)),
    Item("n7", "limb ataxia", whole_numbers(0, 2, **_UN)),
    Item("n8", "sensory", whole_numbers(0, 2)),
    Item("n9", "language", whole_numbers(0, 3)),
    Item("n10", "dysarthria", whole_numbers(0, 2, **_UN)),
    Item("n11", "extinction and inattention", whole_numbers(0, 2)),
)
PATTERN = r"n\d+[a-z]?$"
CODES = tuple(item.code for item in ITEMS)
MOTOR = ("n5a", "n5b", "n6a", "n6b")
RULE = "NIHSS: sum of 15 items, UN adds 0, a blank item makes the total missing"
COLUMNS = (
    "total",
    "sum_available",
    "n_untestable",
    "n_missing",
    "max_attainable",
    "severity",
    "coma_inconsistent",
    "eligible_ge5",
    "motor",
    "rule",
    "note",
)

# In coma (n1a = 3) the instruction fixes n8 and n9; the rest are what training material expects.
COMA_FIXED = {"n8": 2, "n9": 3}
COMA_USUAL = {"n1b": 2, "n1c": 2, "n7": 0, "n10": 2, "n11": 2} | dict.fromkeys(MOTOR, 4)
_SEVERITY = np.array(
    ["none"] + ["minor"] * 4 + ["moderate"] * 11 + ["moderate_to_severe"] * 5 + ["severe"] * 22,
    dtype=object,
)


def score_nihss(items: pd.DataFrame) -> pd.DataFrame:
    """Total, counts, severity and consistency of each NIHSS form.

    Parameters
    ----------
    items : one row per form, columns `n1a` ... `n11`; other columns are ignored. `UN` (or the old
        code 9) is legal on 5a, 5b, 6a, 6b, 7 and 10. An illegal value counts as blank.

    Returns
    -------
    One row per form, same index: `total` (0-42, points), `sum_available`, `n_untestable`,
    `n_missing`, `max_attainable` (42 less the maxima of untestable items), `severity`,
    `coma_inconsistent` (1 when 1a is 3 but 8 is not 2 or 9 is not 3), `eligible_ge5`, `motor`
    (5a + 5b + 6a + 6b, 0-16), `rule`, `note`. NaN where a score is missing.

    Raises
    ------
    ItemsError
        A column is lacking, doubled or unknown.
    """
    check_item_columns(items, ITEMS, PATTERN)
    codes = encode_items(items, ITEMS)
    n_forms = codes.shape[1]
    untestable = (codes == UNTESTABLE) | (codes == UNTESTABLE_OLD)
    missing = (codes >= MISSING) & ~untestable
    n_missing = sum_small(missing)
    available = _sum_points(codes, CODES)
    total = np.where(n_missing == 0, available, np.nan)
    known = n_missing == 0
    severity = np.full(n_forms, np.nan, dtype=object)
    severity[known] = _SEVERITY[available[known]]
    coma = _coma_breaks(codes, COMA_FIXED, allow_untestable=False)
    motor_known = ~missing[_rows(MOTOR)].any(axis=0)
    columns = {
        "total": total,
        "sum_available": np.where(n_missing < len(ITEMS), available, np.nan),
        "n_untestable": sum_small(untestable),
        "n_missing": n_missing,
        "max_attainable": 42 - _highest_points(untestable),
        "severity": severity,
        "coma_inconsistent": coma.any(axis=0).astype(np.int64),
        "eligible_ge5": np.where(known, available >= 5, np.nan),
        "motor": np.where(motor_known, _sum_points(codes, MOTOR), np.nan),
        "rule": repeat_text(RULE, n_forms),
        "note": _note(items, codes, coma),
    }
    return pd.DataFrame(columns, index=items.index, copy=False)


def _rows(names: tuple[str, ...]) -> list[int]:
    return [CODES.index(name) for name in names]


def _sum_points(codes: Codes, names: tuple[str, ...]) -> NDArray[np.int64]:
    chosen = codes[_rows(names)]
    return sum_small(np.where(chosen < MISSING, chosen, np.uint8(0)))


def _highest_points(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Sum of the item maxima over the flagged items."""
    highest = np.array([item.highest for item in ITEMS], dtype=np.uint8)
    return sum_small(highest[:, None] * flags)


def _coma_breaks(
    codes: Codes, expected: dict[str, int], *, allow_untestable: bool
) -> NDArray[np.bool_]:
    """Which items differ from what coma demands; one row per item of `expected`."""
    coma = codes[CODES.index("n1a")] == 3
    found = codes[_rows(tuple(expected))]
    breaks = found != np.array(list(expected.values()), dtype=np.uint8)[:, None]
    if allow_untestable:
        breaks &= found < MISSING
    return np.asarray(breaks & coma)


def _note(items: pd.DataFrame, codes: Codes, coma: NDArray[np.bool_]) -> Text:
    usual = _coma_breaks(codes, COMA_USUAL, allow_untestable=True)
    remarks: list[Remark] = [
        remark_impossible(items, ITEMS, codes),
        *remark_missing(CODES, codes == MISSING),
        remark_items("untestable", CODES, codes == UNTESTABLE),
        remark_items("9 read as UN", CODES, codes == UNTESTABLE_OLD),
        remark_items("coma inconsistent with", tuple(COMA_FIXED), coma),
        remark_items("unusual in coma", tuple(COMA_USUAL), usual),
    ]
    return join_remarks(codes.shape[1], remarks)
