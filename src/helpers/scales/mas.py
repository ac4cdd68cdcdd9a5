"""Modified Ashworth Scale: six grades 0, 1, 1+, 2, 3, 4 per muscle group, higher is worse.

Bohannon and Smith 1987. Grades are text: a reader that made numbers of them may have turned 1+
into 1, so numeric columns are refused.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.notes import (
    Text,
    join_remarks,
    remark_forms,
    remark_impossible,
    remark_missing,
    repeat_text,
)
from helpers.scales.items.read import (
    MISSING,
    Codes,
    Item,
    ItemsError,
    check_item_columns,
    encode_items,
    sum_small,
)

GRADES = ("0", "1", "1+", "2", "3", "4")
CODINGS: dict[str, tuple[float, ...]] = {
    "one_point_five": (0, 1, 1.5, 2, 3, 4),
    "ordinal_0_5": (0, 1, 2, 3, 4, 5),
}
ARM = ("mas_elbow_flexors", "mas_wrist_flexors", "mas_finger_flexors")
LEG = ("mas_hip_adductors", "mas_knee_flexors", "mas_ankle_plantarflexors")
PATTERN = r"mas_"
COLUMNS = (
    "ue_mean_15",
    "le_mean_15",
    "all_mean_15",
    "ue_mean_05",
    "le_mean_05",
    "all_mean_05",
    "sum_05",
    "worst_grade",
    "n_rated",
    "ue_mean",
    "le_mean",
    "all_mean",
    "worst",
    "rule",
    "note",
)
_CODING = {grade: rank for rank, grade in enumerate(GRADES)}


def build_items(muscles: Sequence[str] = ARM + LEG) -> tuple[Item, ...]:
    """The items of a muscle list; the label is the code in plain words."""
    return tuple(
        Item(code, code.removeprefix("mas_").replace("_", " "), _CODING, numeric=False)
        for code in muscles
    )


ITEMS = build_items()


def score_mas(
    items: pd.DataFrame,
    *,
    coding: str = "one_point_five",
    arm: Sequence[str] = ARM,
    leg: Sequence[str] = LEG,
    min_rated: int = 2,
) -> pd.DataFrame:
    """Limb means, worst grade and counts of each MAS form.

    Parameters
    ----------
    items : one row per form, one text or categorical column per muscle group; other columns are
        ignored. An illegal grade counts as not rated.
    coding : numbers behind `ue_mean`, `le_mean`, `all_mean`, `worst`: `one_point_five` (1+ is 1.5)
        or `ordinal_0_5` (ranks)
    arm, leg : the muscle groups of each limb
    min_rated : groups a limb needs for its mean (a default of this project, not published)

    Returns
    -------
    One row per form, same index: `ue_mean_15 le_mean_15 all_mean_15 ue_mean_05 le_mean_05
    all_mean_05 sum_05` (only when all groups are rated), `worst_grade` (text), `n_rated`; then
    `ue_mean le_mean all_mean worst` in the chosen coding, `rule`, `note`. NaN where missing.

    Raises
    ------
    ItemsError
        A column is lacking, doubled, unknown or numeric, or the coding is unknown.
    """
    if coding not in CODINGS:
        raise ItemsError(f"MAS coding {coding!r} is none of {', '.join(CODINGS)}")
    definition = build_items((*arm, *leg))
    check_item_columns(items, definition, PATTERN)
    _refuse_numbers(items, definition)
    codes = encode_items(items, definition)
    scores: dict[str, NDArray[np.generic]] = {}
    for suffix, name in (("_15", "one_point_five"), ("_05", "ordinal_0_5")):
        scores |= _score_means(codes, len(arm), min_rated, name, suffix)
    rated = codes < MISSING
    ranks = np.where(rated, codes, np.uint8(0))
    worst = ranks.max(axis=0, initial=0)
    any_rated = rated.any(axis=0)
    scores["sum_05"] = np.where(rated.all(axis=0), sum_small(ranks), np.nan)
    scores["worst_grade"] = np.where(any_rated, np.array(GRADES, dtype=object)[worst], np.nan)
    scores["n_rated"] = sum_small(rated)
    suffix = "_15" if coding == "one_point_five" else "_05"
    scores |= {name: scores[name + suffix].copy() for name in ("ue_mean", "le_mean", "all_mean")}
    scores["worst"] = np.where(any_rated, np.array(CODINGS[coding], dtype=float)[worst], np.nan)
    scores["rule"] = repeat_text(describe_rule(coding, min_rated), codes.shape[1])
    scores["note"] = _note(items, definition, codes, scores)
    return pd.DataFrame(scores, index=items.index, copy=False)


def _score_means(
    codes: Codes, n_arm: int, min_rated: int, coding: str, suffix: str
) -> dict[str, NDArray[np.generic]]:
    points = np.array([*CODINGS[coding], *[0.0] * 10])[codes]
    rated = codes < MISSING
    arm = _mean_rated(points[:n_arm], rated[:n_arm], min_rated)
    leg = _mean_rated(points[n_arm:], rated[n_arm:], min_rated)
    both = np.where(np.isnan(arm) | np.isnan(leg), np.nan, _mean_rated(points, rated, 1))
    return {f"ue_mean{suffix}": arm, f"le_mean{suffix}": leg, f"all_mean{suffix}": both}


def _mean_rated(
    points: NDArray[np.float64], rated: NDArray[np.bool_], min_rated: int
) -> NDArray[np.float64]:
    count = rated.sum(axis=0)
    enough = count >= max(min_rated, 1)
    mean = np.full(count.shape, np.nan)
    np.divide(points.sum(axis=0), count, out=mean, where=enough)
    return mean


def _refuse_numbers(items: pd.DataFrame, definition: Sequence[Item]) -> None:
    """A numeric column without any value has lost nothing and is taken as not rated."""
    for item in definition:
        if _holds_numbers(items[item.code]):
            raise ItemsError(
                f"{item.code} is numeric: MAS grades must be text, because a reader that made "
                "numbers of them may have lost 1+; read the column as text"
            )


def _holds_numbers(column: "pd.Series[Any]") -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.dtype.categories.to_series()
    if pd.api.types.is_numeric_dtype(column.dtype):
        return bool(column.notna().any())
    if column.dtype != object:
        return False
    kind = pd.api.types.infer_dtype(column, skipna=True)
    return kind in {"integer", "floating", "mixed-integer-float", "decimal", "boolean"} and bool(
        column.notna().any()
    )


def describe_rule(coding: str, min_rated: int = 2) -> str:
    """The scoring in one sentence, for the foot of a table."""
    number = "1+ counts 1.5" if coding == "one_point_five" else "grades counted as ranks 0-5"
    return f"MAS: mean of rated groups per limb, at least {min_rated} rated; {number}"


def _note(
    items: pd.DataFrame,
    definition: Sequence[Item],
    codes: Codes,
    scores: dict[str, NDArray[np.generic]],
) -> Text:
    names = [item.code for item in definition]
    any_rated = codes.min(axis=0, initial=MISSING) < MISSING
    no_arm = any_rated & np.isnan(scores["ue_mean_15"].astype(float))
    no_leg = any_rated & np.isnan(scores["le_mean_15"].astype(float))
    remarks = [
        remark_impossible(items, definition, codes),
        *remark_missing(names, codes == MISSING),
        remark_forms("too few groups rated in the arm", no_arm),
        remark_forms("too few groups rated in the leg", no_leg),
    ]
    return join_remarks(codes.shape[1], remarks)
