"""Functional Independence Measure: 18 items of 1-7, total 18-126, higher is better.

Trademark and copyright of UDSMR: only neutral labels here, no definitions. Not testable (NT) and
activity did not occur (0) score 1; a blank makes every sum it belongs to missing.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.notes import (
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
    Codes,
    Item,
    check_item_columns,
    encode_items,
    sum_small,
    whole_numbers,
)

_CODING = whole_numbers(0, 7, NT=UNTESTABLE)
POINTS = (1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)  # what did not occur scores as the lowest level
_LABELS = {
    "fim01_eating": "eating",
    "fim02_grooming": "grooming",
    "fim03_bathing": "bathing",
    "fim04_dress_upper": "dressing, upper body",
    "fim05_dress_lower": "dressing, lower body",
    "fim06_toileting": "toileting",
    "fim07_bladder": "bladder",
    "fim08_bowel": "bowel",
    "fim09_transfer_bed_chair": "transfer bed, chair",
    "fim10_transfer_toilet": "transfer toilet",
    "fim11_transfer_tub_shower": "transfer tub, shower",
    "fim12_walk_wheelchair": "walking or wheelchair",
    "fim13_stairs": "stairs",
    "fim14_comprehension": "comprehension",
    "fim15_expression": "expression",
    "fim16_social_interaction": "social interaction",
    "fim17_problem_solving": "problem solving",
    "fim18_memory": "memory",
}
ITEMS = tuple(Item(code, label, _CODING) for code, label in _LABELS.items())
PATTERN = r"fim\d"
CODES = tuple(_LABELS)
DOMAINS = {
    "self_care": CODES[0:6],
    "sphincter": CODES[6:8],
    "transfers": CODES[8:11],
    "locomotion": CODES[11:13],
    "communication": CODES[13:15],
    "social_cognition": CODES[15:18],
    "motor": CODES[0:13],
    "cognitive": CODES[13:18],
    "total": CODES,
}
RULE = "FIM: sums of item levels, NT and 0 score 1, a blank item makes its sums missing"
COLUMNS = (*DOMAINS, "n_special", "n_missing", "rule", "note")


def score_fim(items: pd.DataFrame) -> pd.DataFrame:
    """Domain sums, motor, cognitive and total score of each FIM form.

    Parameters
    ----------
    items : one row per form, columns `fim01_eating` ... `fim18_memory`, 1-7, `0` or `NT`; other
        columns are ignored. An illegal value counts as blank.

    Returns
    -------
    One row per form, same index: `self_care sphincter transfers locomotion communication
    social_cognition motor cognitive total` (points), `n_special` (0 and NT), `n_missing`, `rule`,
    `note`. NaN where a sum is missing.

    Raises
    ------
    ItemsError
        A column is lacking, doubled or unknown.
    """
    check_item_columns(items, ITEMS, PATTERN)
    codes = encode_items(items, ITEMS)
    special = (codes == 0) | (codes == UNTESTABLE)
    missing = (codes >= MISSING) & ~special
    points = np.where(missing, np.uint8(0), np.where(special, np.uint8(1), codes))
    columns: dict[str, NDArray[np.generic]] = {
        name: _sum_domain(points, missing, members) for name, members in DOMAINS.items()
    }
    columns["n_special"] = sum_small(special)
    columns["n_missing"] = sum_small(missing)
    columns["rule"] = repeat_text(RULE, codes.shape[1])
    columns["note"] = _note(items, codes)
    return pd.DataFrame(columns, index=items.index, copy=False)


def _sum_domain(
    points: Codes, missing: NDArray[np.bool_], members: tuple[str, ...]
) -> NDArray[np.float64]:
    rows = slice(CODES.index(members[0]), CODES.index(members[-1]) + 1)
    return np.where(missing[rows].any(axis=0), np.nan, sum_small(points[rows]))


def _note(items: pd.DataFrame, codes: Codes) -> Text:
    remarks = [
        remark_impossible(items, ITEMS, codes),
        *remark_missing(CODES, codes == MISSING),
        remark_items("not testable, scored 1", CODES, codes == UNTESTABLE),
        remark_items("did not occur, scored 1", CODES, codes == 0),
    ]
    return join_remarks(codes.shape[1], remarks)
