"""Fugl-Meyer motor scale: 33 arm and 17 leg items of 0-2, total 0-100, higher is better.

Structure and maxima after Fugl-Meyer 1975; the gate (a reflex item counts only when the part
before it is full) after the University of Gothenburg protocol. Neutral labels only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.notes import (
    Remark,
    Text,
    join_remarks,
    remark_forms,
    remark_impossible,
    remark_items,
    repeat_text,
)
from helpers.scales.fms import FMS_SCORES, TotalScale, check_definition, score_total_only
from helpers.scales.items.read import (
    MISSING,
    Codes,
    Item,
    check_item_columns,
    encode_items,
    sum_small,
    whole_numbers,
)

_REFLEX = {"0": 0, "2": 2}
_GRADE = whole_numbers(0, 2)
_LABELS = {
    "ue01_reflex_flexors": "arm reflexes, flexors",
    "ue02_reflex_extensors": "arm reflexes, extensors",
    "ue03_sh_retraction": "shoulder retraction",
    "ue04_sh_elevation": "shoulder elevation",
    "ue05_sh_abduction": "shoulder abduction",
    "ue06_sh_ext_rotation": "shoulder external rotation",
    "ue07_elbow_flexion": "elbow flexion",
    "ue08_supination": "supination",
    "ue09_sh_adduction_int_rot": "shoulder adduction and internal rotation",
    "ue10_elbow_extension": "elbow extension",
    "ue11_pronation": "pronation",
    "ue12_hand_to_back": "hand to back",
    "ue13_sh_flexion_0_90": "shoulder flexion 0-90",
    "ue14_pro_sup_elbow_90": "pronation and supination, elbow 90",
    "ue15_sh_abduction_0_90": "shoulder abduction 0-90",
    "ue16_sh_flexion_90_180": "shoulder flexion 90-180",
    "ue17_pro_sup_elbow_0": "pronation and supination, elbow 0",
    "ue18_normal_reflex": "arm, normal reflex activity",
    "ue19_wrist_stab_elbow_90": "wrist stability, elbow 90",
    "ue20_wrist_rep_elbow_90": "wrist repeated, elbow 90",
    "ue21_wrist_stab_elbow_0": "wrist stability, elbow 0",
    "ue22_wrist_rep_elbow_0": "wrist repeated, elbow 0",
    "ue23_wrist_circumduction": "wrist circumduction",
    "ue24_mass_flexion": "hand, mass flexion",
    "ue25_mass_extension": "hand, mass extension",
    "ue26_grasp_hook": "grasp, hook",
    "ue27_grasp_thumb_add": "grasp, thumb adduction",
    "ue28_grasp_pincer": "grasp, pincer",
    "ue29_grasp_cylinder": "grasp, cylinder",
    "ue30_grasp_sphere": "grasp, sphere",
    "ue31_tremor": "arm tremor",
    "ue32_dysmetria": "arm dysmetria",
    "ue33_time": "arm time",
    "le01_reflex_flexors": "leg reflexes, flexors",
    "le02_reflex_extensors": "leg reflexes, extensors",
    "le03_hip_flexion": "hip flexion",
    "le04_knee_flexion": "knee flexion",
    "le05_ankle_dorsiflexion": "ankle dorsiflexion",
    "le06_hip_extension": "hip extension",
    "le07_hip_adduction": "hip adduction",
    "le08_knee_extension": "knee extension",
    "le09_ankle_plantarflexion": "ankle plantarflexion",
    "le10_knee_flexion_sitting": "knee flexion, sitting",
    "le11_ankle_dorsiflexion_sitting": "ankle dorsiflexion, sitting",
    "le12_knee_flexion_standing": "knee flexion, standing",
    "le13_ankle_dorsiflexion_standing": "ankle dorsiflexion, standing",
    "le14_normal_reflex": "leg, normal reflex activity",
    "le15_tremor": "leg tremor",
    "le16_dysmetria": "leg dysmetria",
    "le17_time": "leg time",
}
ITEMS = tuple(
    Item(code, label, _REFLEX if code[2:4] in ("01", "02") else _GRADE)
    for code, label in _LABELS.items()
)
PATTERN = r"(ue|le)\d+"
CODES = tuple(_LABELS)
ARM, LEG = CODES[:33], CODES[33:]
SUMS = {
    "ue_A": ARM[0:18],
    "ue_B": ARM[18:23],
    "ue_C": ARM[23:30],
    "ue_D": ARM[30:33],
    "ue_total": ARM,
    "ue_wrist_hand": ARM[18:30],
    "le_E": LEG[0:14],
    "le_F": LEG[14:17],
    "le_total": LEG,
    "motor_total": CODES,
}
RULE = "Fugl-Meyer motor: sums of items after the gates, a blank item makes its sums missing"
COLUMNS = (*SUMS, "gate_violations", "n_missing", "fms", "rule", "note")


@dataclass(frozen=True)
class Gate:
    """A reflex item that counts only when the part before it is full.

    Attributes
    ----------
    gated : the item
    needs : items that must all be 2
    part : name of that part
    """

    gated: str
    needs: tuple[str, ...]
    part: str


PARTS = {
    "A arm": SUMS["ue_A"],
    "B wrist": SUMS["ue_B"],
    "C hand": SUMS["ue_C"],
    "D arm coordination": SUMS["ue_D"],
    "E leg": SUMS["le_E"],
    "F leg coordination": SUMS["le_F"],
}
GATES = (Gate(ARM[17], ARM[14:17], "A-IV"), Gate(LEG[13], LEG[11:13], "E-IV"))


def score_fugl_meyer(
    items: pd.DataFrame, *, definition: str = "fma_motor", total: TotalScale | None = None
) -> pd.DataFrame:
    """Parts, limb totals and motor total of each Fugl-Meyer form.

    Parameters
    ----------
    items : one row per form, columns `ue01_...` to `le17_...`, 0/1/2 (reflex items 0/2); other
        columns are ignored. An illegal value counts as blank. Only the items that `definition`
        needs must be there; the others count as not collected.
    definition : which score is `fms` (scores and parts do not change)
    total : range of the recorded number when `definition` is `total_only`

    Returns
    -------
    One row per form, same index: `ue_A ue_B ue_C ue_D ue_total ue_wrist_hand le_E le_F le_total
    motor_total` (points), `gate_violations` (limbs, 0-2), `n_missing` (before the gate), `fms`,
    `rule`, `note`. NaN where a sum is missing. With `total_only`: see `score_total_only`.

    Raises
    ------
    ItemsError
        A column is lacking, doubled or unknown, or the definition is.
    """
    check_definition(definition, total)
    if definition == "total_only" and total is not None:
        return score_total_only(items, total)
    needed = SUMS[FMS_SCORES[definition].column]
    check_item_columns(items, ITEMS, PATTERN, required=needed)
    collected = tuple(item for item in ITEMS if item.code in items.columns)
    codes = np.full((len(ITEMS), len(items)), MISSING, dtype=np.uint8)
    codes[[CODES.index(item.code) for item in collected]] = encode_items(items, collected)
    gated, closed = apply_gates(codes)
    violations = closed & (codes > 0) & (codes < MISSING)
    columns: dict[str, NDArray[np.generic]] = {
        name: _sum_part(gated, members) for name, members in SUMS.items()
    }
    was_collected = np.array([code in items.columns for code in CODES])
    missing = (codes >= MISSING) & was_collected[:, None]
    columns["gate_violations"] = sum_small(violations)
    columns["n_missing"] = sum_small(missing)
    columns["fms"] = columns[FMS_SCORES[definition].column].copy()
    columns["rule"] = repeat_text(_say_rule(definition, len(collected)), codes.shape[1])
    columns["note"] = _note(items, codes, closed, missing)
    return pd.DataFrame(columns, index=items.index, copy=False)


def apply_gates(codes: Codes) -> tuple[Codes, NDArray[np.bool_]]:
    """Codes with closed gates set to 0, and where they were closed.

    Parameters
    ----------
    codes : shape (50, forms)

    Returns
    -------
    Codes after the gate, and a flag array of the same shape.
    """
    closed = np.zeros(codes.shape, dtype=bool)
    for gate in GATES:
        full = (codes[[CODES.index(name) for name in gate.needs]] == 2).all(axis=0)
        closed[CODES.index(gate.gated)] = ~full
    return np.where(closed, np.uint8(0), codes), closed


def _sum_part(codes: Codes, members: tuple[str, ...]) -> NDArray[np.float64]:
    rows = slice(CODES.index(members[0]), CODES.index(members[-1]) + 1)
    blank = (codes[rows] >= MISSING).any(axis=0)
    points = np.where(codes[rows] < MISSING, codes[rows], np.uint8(0))
    return np.where(blank, np.nan, sum_small(points))


def _say_rule(definition: str, n_collected: int) -> str:
    limits = "" if n_collected == len(ITEMS) else f"; {n_collected} of {len(ITEMS)} items collected"
    return f"{RULE}{limits}; FMS = {FMS_SCORES[definition].label}"


def _note(
    items: pd.DataFrame, codes: Codes, closed: NDArray[np.bool_], missing: NDArray[np.bool_]
) -> Text:
    empty = (codes == MISSING).all(axis=0)
    blank = missing & (codes == MISSING) & ~empty
    remarks: list[Remark] = [
        remark_impossible(items, ITEMS, codes),
        remark_forms("nothing recorded", empty),
        remark_items("missing", CODES, blank & ~closed),
        remark_items("not rated, gate closed:", CODES, blank & closed),
    ]
    for gate in GATES:
        row = CODES.index(gate.gated)
        for value in (1, 2):
            was = closed[row] & (codes[row] == value)
            text = f"set to 0, {gate.part} not full: {gate.gated}={value}"
            remarks.append(Remark(np.flatnonzero(was), repeat_text(text, int(was.sum()))))
    return join_remarks(codes.shape[1], remarks)
