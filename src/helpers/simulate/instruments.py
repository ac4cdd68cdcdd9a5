"""The five instruments as lists of items: which latent trait drives an item, and how hard it is.

An item's level is the number of its thresholds that the participant's value exceeds. Values have
mean 0 and SD 1 at baseline, so that a threshold can be read as a normal quantile. Labels are
neutral codes of the public scales, no wording.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Thresholds are moved and stretched (offset, factor) so that the scores of those who enter have
# the means and spreads of synthetic-data.md section 4; tests/simulate/test_scores.py looks.
FIT = {
    "NIHSS": (-0.637, 1.197),
    "FIM": (-0.096, 0.727),
    "FMA": (-0.099, 1.0),
    "MAS arm": (0.235, 1.0),
    "MAS leg": (0.231, 1.0),
    "SF36 physical": (-0.043, 1.869),
    "SF36 mental": (-0.212, 1.623),
}

TRAITS = ("arm", "leg", "mind", "mood", "pain")
# Severity correlates between traits; synthetic-data.md section 5 asks for 0.3 to 0.7.
CORRELATION = np.array(
    [
        [1.00, 0.70, 0.40, 0.30, 0.30],
        [0.70, 1.00, 0.40, 0.35, 0.35],
        [0.40, 0.40, 1.00, 0.40, 0.30],
        [0.30, 0.35, 0.40, 1.00, 0.50],
        [0.30, 0.35, 0.30, 0.50, 1.00],
    ]
)


@dataclass(frozen=True)
class Instrument:
    """Items with weights on the traits, thresholds, and texts for the levels."""

    name: str
    codes: tuple[str, ...]
    weights: Floats  # items x traits; positive = a severe participant scores high
    thresholds: Floats  # items x levels, padded with infinity
    texts: tuple[tuple[str, ...], ...]
    loading: float  # correlation of an item's value with its trait
    persist: float  # share of the item's own variance that stays with the participant


def _instrument(
    name: str,
    items: Sequence[tuple[str, Mapping[str, float], Sequence[float], Sequence[str]]],
    *,
    loading: float,
    persist: float,
    sign: float,
) -> Instrument:
    width = max(len(cuts) for _, _, cuts, _ in items)
    padded = [[*cuts, *[np.inf] * (width - len(cuts))] for _, _, cuts, _ in items]
    return Instrument(
        name=name,
        codes=tuple(code for code, *_ in items),
        weights=np.array([_weigh(mix, sign) for _, mix, *_ in items]),
        thresholds=np.array(padded),
        texts=tuple(tuple(texts) for *_, texts in items),
        loading=loading,
        persist=persist,
    )


def _weigh(mix: Mapping[str, float], sign: float) -> list[float]:
    raw = np.array([mix.get(trait, 0.0) for trait in TRAITS])
    return list(sign * raw / np.sqrt(raw @ CORRELATION @ raw))


def _fit(cuts: Sequence[float], part: str) -> list[float]:
    offset, factor = FIT[part]
    return [offset + factor * cut for cut in cuts]


def _levels(count: int, centre: float, gap: float) -> list[float]:
    return [centre + gap * (place - (count - 1) / 2) for place in range(count)]


def _numbers(first: int, last: int) -> list[str]:
    return [str(level) for level in range(first, last + 1)]


_ARM, _LEG, _MIND, _MOOD, _PAIN = ({trait: 1.0} for trait in TRAITS)
_BODY = {"arm": 1.0, "leg": 1.0}
_ALL = {"arm": 1.0, "leg": 1.0, "mind": 1.0}


def _nihss() -> Instrument:
    hard = [
        ("n1a", _MIND, [2.2]),
        ("n1b", _MIND, [1.15, 2.2]),
        ("n1c", _MIND, [1.5, 2.5]),
        ("n2", _ALL, [1.6, 2.9]),
        ("n3", _ALL, [1.1, 1.9, 3.0]),
        ("n4", _ARM, [-0.3, 1.1, 2.6]),
        ("n5a", _ARM, [-1.5, -0.35, 0.65, 1.5]),
        ("n5b", _ARM, [-1.5, -0.35, 0.65, 1.5]),
        ("n6a", _LEG, [-1.1, 0.1, 1.0, 1.9]),
        ("n6b", _LEG, [-1.1, 0.1, 1.0, 1.9]),
        ("n7", _LEG, [1.2, 2.2]),
        ("n8", _BODY, [-0.1, 1.5]),
        ("n9", _MIND, [0.80, 1.5, 2.3]),
        ("n10", _ALL, [0.0, 1.4]),
        ("n11", _MIND, [0.6, 1.6]),
    ]
    items = [(code, mix, _fit(cuts, "NIHSS"), _numbers(0, len(cuts))) for code, mix, cuts in hard]
    return _instrument("NIHSS", items, loading=0.80, persist=0.88, sign=1.0)


def _fim() -> Instrument:
    hard = [
        ("fim01_eating", _ARM, -0.9),
        ("fim02_grooming", _ARM, -0.5),
        ("fim03_bathing", _BODY, 0.3),
        ("fim04_dress_upper", _ARM, -0.1),
        ("fim05_dress_lower", _BODY, 0.3),
        ("fim06_toileting", _BODY, 0.0),
        ("fim07_bladder", {"leg": 1.0, "mind": 1.0}, -0.7),
        ("fim08_bowel", {"leg": 1.0, "mind": 1.0}, -0.8),
        ("fim09_transfer_bed_chair", _LEG, -0.2),
        ("fim10_transfer_toilet", _LEG, 0.0),
        ("fim11_transfer_tub_shower", _LEG, 0.6),
        ("fim12_walk_wheelchair", _LEG, 0.1),
        ("fim13_stairs", _LEG, 0.9),
        ("fim14_comprehension", _MIND, -1.0),
        ("fim15_expression", _MIND, -0.8),
        ("fim16_social_interaction", {"mind": 1.0, "mood": 1.0}, -0.9),
        ("fim17_problem_solving", _MIND, -0.3),
        ("fim18_memory", _MIND, -0.6),
    ]
    items = [
        (code, mix, _fit(_levels(6, centre - 0.01, 0.62), "FIM"), _numbers(1, 7))
        for code, mix, centre in hard
    ]
    return _instrument("FIM", items, loading=0.90, persist=0.85, sign=-1.0)


def _mas() -> Instrument:
    hard = [
        ("arm", "mas_elbow_flexors", _ARM, 0.0),
        ("arm", "mas_wrist_flexors", _ARM, 0.0),
        ("arm", "mas_finger_flexors", _ARM, 0.1),
        ("leg", "mas_hip_adductors", _LEG, 0.6),
        ("leg", "mas_knee_flexors", _LEG, 0.5),
        ("leg", "mas_ankle_plantarflexors", _LEG, 0.2),
    ]
    grades = ["0", "1", "1+", "2", "3", "4"]
    items = [
        (code, mix, _fit(_levels(5, centre + 0.15, 0.62), f"MAS {limb}"), grades)
        for limb, code, mix, centre in hard
    ]
    return _instrument("MAS", items, loading=0.75, persist=0.85, sign=1.0)


_FMA_ARM = (
    "reflex_flexors reflex_extensors sh_retraction sh_elevation sh_abduction sh_ext_rotation "
    "elbow_flexion supination sh_adduction_int_rot elbow_extension pronation hand_to_back "
    "sh_flexion_0_90 pro_sup_elbow_90 sh_abduction_0_90 sh_flexion_90_180 pro_sup_elbow_0 "
    "normal_reflex wrist_stab_elbow_90 wrist_rep_elbow_90 wrist_stab_elbow_0 wrist_rep_elbow_0 "
    "wrist_circumduction mass_flexion mass_extension grasp_hook grasp_thumb_add grasp_pincer "
    "grasp_cylinder grasp_sphere tremor dysmetria time"
)
_FMA_LEG = (
    "reflex_flexors reflex_extensors hip_flexion knee_flexion ankle_dorsiflexion hip_extension "
    "hip_adduction knee_extension ankle_plantarflexion knee_flexion_sitting "
    "ankle_dorsiflexion_sitting knee_flexion_standing ankle_dorsiflexion_standing normal_reflex "
    "tremor dysmetria time"
)
_ARM_HARD = (
    *(-1.2, -1.2, -0.5, -0.7, -0.2, 0.2, -0.6, 0.3, -0.4, -0.1, 0.2, 0.2, 0.0, 0.4, 0.4, 0.8),
    *(0.7, 0.9, 0.4, 0.7, 0.6, 0.9, 0.8, -0.3, 0.1, 0.5, 0.4, 0.6, 0.3, 0.4, 0.1, 0.4, 0.8),
)
_LEG_HARD = (
    *(-1.3, -1.3, -0.9, -0.7, -0.1, -0.6, -0.8, -0.8, -0.2, -0.5, 0.1, 0.4, 0.7, 0.8),
    *(-0.5, -0.1, 0.4),
)


def _fma() -> Instrument:
    arm = [(f"ue{n:02d}_{label}", _ARM) for n, label in enumerate(_FMA_ARM.split(), start=1)]
    leg = [(f"le{n:02d}_{label}", _LEG) for n, label in enumerate(_FMA_LEG.split(), start=1)]
    items: list[tuple[str, Mapping[str, float], Sequence[float], Sequence[str]]] = []
    for (code, mix), centre in zip(arm + leg, _ARM_HARD + _LEG_HARD, strict=True):
        if "_reflex_" in code:
            items.append((code, mix, _fit([centre], "FMA"), ["0", "2"]))
        else:
            cuts = _fit(_levels(2, centre, 0.9), "FMA")
            items.append((code, mix, cuts, _numbers(0, 2)))
    return _instrument("FMA", items, loading=0.92, persist=0.85, sign=-1.0)


PHYSICAL_QUESTIONS = frozenset(f"q{q}" for q in (1, *range(3, 17), 21, 22, 33, 34, 35, 36))
# SF-36 version 2: question, levels, whether a high code means better health, traits, centre.
_SF36: tuple[tuple[str, int, bool, Mapping[str, float], float], ...] = (
    ("1", 5, False, {"leg": 1.0, "pain": 0.7, "mood": 0.7}, 0.6),
    ("2", 5, False, {"leg": 1.0, "mood": 1.0}, 0.0),
    *((str(q), 3, True, {"leg": 1.0, "arm": 0.6, "pain": 0.3}, 0.2) for q in range(3, 13)),
    *((str(q), 5, True, {"arm": 0.7, "leg": 1.0, "mood": 0.3}, 0.3) for q in range(13, 17)),
    *((str(q), 5, True, {"mood": 1.0, "mind": 0.4}, -0.2) for q in range(17, 20)),
    ("20", 5, False, {"mood": 1.0, "leg": 0.6}, 0.1),
    ("21", 6, False, _PAIN, -0.1),
    ("22", 5, False, {"pain": 1.0, "leg": 0.4}, 0.0),
    ("23", 5, False, {"mood": 1.0, "pain": 0.5}, 0.3),
    ("24", 5, True, _MOOD, -0.2),
    ("25", 5, True, _MOOD, -0.3),
    ("26", 5, False, _MOOD, 0.1),
    ("27", 5, False, {"mood": 1.0, "pain": 0.5}, 0.3),
    ("28", 5, True, _MOOD, -0.2),
    ("29", 5, True, {"mood": 1.0, "pain": 0.5}, 0.0),
    ("30", 5, False, _MOOD, 0.1),
    ("31", 5, True, {"mood": 1.0, "pain": 0.5}, 0.0),
    ("32", 5, True, {"mood": 1.0, "leg": 0.6}, 0.0),
    ("33", 5, True, {"leg": 1.0, "mood": 0.7}, 0.1),
    ("34", 5, False, {"leg": 1.0, "mood": 0.7}, 0.3),
    ("35", 5, True, {"leg": 1.0, "mood": 0.7}, 0.1),
    ("36", 5, False, {"leg": 1.0, "mood": 0.7}, 0.4),
)


def _sf36() -> Instrument:
    items: list[tuple[str, Mapping[str, float], Sequence[float], Sequence[str]]] = []
    for question, count, rising, mix, centre in _SF36:
        texts = _numbers(1, count)
        part = "SF36 physical" if f"q{question}" in PHYSICAL_QUESTIONS else "SF36 mental"
        cuts = _fit(_levels(count - 1, centre, 0.75), part)
        items.append((f"q{question}", mix, cuts, texts if rising else texts[::-1]))
    return _instrument("SF36", items, loading=0.80, persist=0.80, sign=-1.0)


INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType(
    {one.name: one for one in (_nihss(), _fma(), _mas(), _fim(), _sf36())}
)
