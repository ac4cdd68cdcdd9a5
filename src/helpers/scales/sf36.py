"""36-item health survey: eight scales of 0-100, norm-based T scores, PCS and MCS.

Three scorings that must never be mixed: RAND 36-Item, SF-36 version 1, SF-36 version 2. Norms are
data (`sf36_norms.csv`), the recoding is in `sf36_recoding`. Higher is better in every scale, pain
included. SF-36 is a trademark of QualityMetric: no item wording here.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.notes import (
    Remark,
    join_remarks,
    remark_impossible,
    remark_items,
    remark_missing,
    repeat_text,
)
from helpers.scales.items.read import (
    MISSING,
    N_CODES,
    Codes,
    ItemsError,
    check_item_columns,
    encode_items,
)
from helpers.scales.sf36_norms import SCALES, Norms, choose_norms
from helpers.scales.sf36_recoding import (
    CODES,
    HALF,
    PATTERN,
    SCALE_ITEMS,
    VERSIONS,
    build_items,
    item_points,
    pain_points,
)

Scores = dict[str, NDArray[np.float64]]

RAND_COLUMNS = (*SCALES, "HC", *(f"{scale}_half" for scale in SCALES), "rule", "note")
MOS_COLUMNS = (*SCALES, *(f"{scale}_T" for scale in SCALES), "PCS", "MCS", "HT", "rule", "note")


def score_sf36(
    items: pd.DataFrame, *, version: str = "v2", norms: str | Norms | None = None
) -> pd.DataFrame:
    """Scale scores, T scores and component summaries of each form.

    Parameters
    ----------
    items : one row per form, columns `q1` ... `q36` with raw codes as printed on the form of that
        version; other columns are ignored. An illegal value counts as blank.
    version : `rand`, `v1` or `v2`
    norms : name of built-in norms (`us1990`, `us1998`, `us1998_one_week`) or norms from
        `read_norms`; None takes US 1990 for v1 and US 1998 for v2; RAND has none

    Returns
    -------
    One row per form, same index. `rand`: `PF RP BP GH VT SF RE MH` (0-100, mean of answered
    items), `HC` (0-100), the scales again with at least half of the items answered (`PF_half` ...).
    `v1`, `v2`: the scales (0-100, half-scale rule), `PF_T` ... `MH_T`, `PCS`, `MCS` (mean 50, SD 10
    in the norm population), `HT` (1-5). Then `rule`, `note`. NaN where missing.

    Raises
    ------
    ItemsError
        A column is lacking, doubled or unknown, or version and norms do not go together.
    """
    chosen = check_version(version, norms)
    definition = build_items(version)
    check_item_columns(items, definition, PATTERN)
    codes = encode_items(items, definition)
    answered = _count_answered(codes)
    scores = _score_rand(codes, answered) if chosen is None else _score_mos(codes, answered, chosen)
    columns: dict[str, NDArray[Any]] = dict(scores)
    columns["rule"] = repeat_text(describe_rule(version, chosen), codes.shape[1])
    remarks = [
        remark_impossible(items, definition, codes),
        *remark_missing(CODES, codes == MISSING),
        *_remark_scales(answered, version),
    ]
    columns["note"] = join_remarks(codes.shape[1], remarks)
    return pd.DataFrame(columns, index=items.index, copy=False)


def check_version(version: str, norms: str | Norms | None) -> Norms | None:
    """The norms that a version is scored with; None for RAND, which has none."""
    if version not in VERSIONS:
        raise ItemsError(f"SF-36 version {version!r} is none of {', '.join(VERSIONS)}")
    if version != "rand":
        return choose_norms(version, norms)
    if norms is not None:
        raise ItemsError("the RAND 36-Item scoring has no norms; use version v1 or v2")
    return None


def describe_rule(version: str, norms: Norms | None) -> str:
    """The scoring in one sentence, for the foot of a table."""
    if norms is None:
        return "RAND 36-Item: mean of the answered items, 0-100"
    return (
        f"SF-36 version {version[1:]}: half-scale rule with the participant's mean for blanks; "
        f"T scores with norms {norms.name} ({norms.recall} recall)"
    )


def _count_answered(codes: Codes) -> dict[str, NDArray[np.integer]]:
    given = codes < MISSING
    return {
        scale: given[_rows(members)].sum(axis=0, dtype=np.uint8)
        for scale, members in SCALE_ITEMS.items()
    }


def _score_rand(codes: Codes, answered: dict[str, NDArray[np.integer]]) -> Scores:
    points = item_points("rand")
    scores = {scale: _mean_points(codes, answered, scale, points) for scale in SCALES}
    scores["HC"] = _point_table(points["q2"])[codes[CODES.index("q2")]]
    for scale in SCALES:
        enough = answered[scale] >= HALF[scale]
        scores[f"{scale}_half"] = np.where(enough, scores[scale], np.nan)
    return scores


def _score_mos(codes: Codes, answered: dict[str, NDArray[np.integer]], norms: Norms) -> Scores:
    points = item_points(norms.version)
    scores: Scores = {}
    for scale in SCALES:
        if scale == "BP":
            scores[scale] = _pain_scores(codes)
        else:
            mean = _mean_points(codes, answered, scale, points)
            mean[answered[scale] < HALF[scale]] = np.nan
            scores[scale] = mean
    z = {
        scale: (scores[scale] - norms.mean[place]) / norms.sd[place]
        for place, scale in enumerate(SCALES)
    }
    scores |= {f"{scale}_T": 50 + 10 * z[scale] for scale in SCALES}
    for component in ("PCS", "MCS"):
        weights = norms.weights(component)
        scores[component] = 50 + 10 * sum(
            (z[scale] * weight for scale, weight in zip(SCALES, weights, strict=True)),
            start=np.zeros(codes.shape[1]),
        )
    scores["HT"] = _point_table((1.0, 2.0, 3.0, 4.0, 5.0))[codes[CODES.index("q2")]]
    return scores


def _rows(members: tuple[str, ...]) -> list[int]:
    return [CODES.index(name) for name in members]


def _point_table(points: tuple[float, ...], blank: float = np.nan) -> NDArray[np.float64]:
    """Lookup from item code to points."""
    table = np.full(N_CODES, blank)
    table[1 : len(points) + 1] = points
    return table


def _mean_points(
    codes: Codes,
    answered: dict[str, NDArray[np.integer]],
    scale: str,
    points: Mapping[str, tuple[float, ...]],
) -> NDArray[np.float64]:
    """Mean points of the answered items of a scale; NaN where none was answered."""
    total = np.zeros(codes.shape[1])
    for code in SCALE_ITEMS[scale]:
        total += _point_table(points[code], blank=0.0)[codes[CODES.index(code)]]
    mean = np.full(codes.shape[1], np.nan)
    np.divide(total, answered[scale], out=mean, where=answered[scale] > 0)
    return mean


def _pain_scores(codes: Codes) -> NDArray[np.float64]:
    """BP of versions 1 and 2, looked up by the pair of raw answers."""
    table = np.full((N_CODES, N_CODES), np.nan)
    for first in (None, *range(1, 7)):
        for second in (None, *range(1, 6)):
            found = pain_points(first, second)
            if found is not None:
                table[first or 0, second or 0] = found
    first, second = (codes[CODES.index(name)] for name in SCALE_ITEMS["BP"])
    pairs = np.where(first < MISSING, first, 0), np.where(second < MISSING, second, 0)
    scores: NDArray[np.float64] = table[pairs]
    return scores


def _remark_scales(answered: dict[str, NDArray[np.integer]], version: str) -> list[Remark]:
    """Which scales could not be scored, and which rest on fewer answers than they have items."""
    needed = dict.fromkeys(SCALES, 1) if version == "rand" else HALF
    filled = "mean of answered items for" if version == "rand" else "blanks filled by own mean in"
    few = np.array([answered[scale] < needed[scale] for scale in SCALES])
    part = np.array([answered[scale] < len(SCALE_ITEMS[scale]) for scale in SCALES]) & ~few
    return [
        remark_items("too few answers for", SCALES, few),
        remark_items(filled, SCALES, part),
    ]
