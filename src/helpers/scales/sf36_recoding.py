"""Item map of the 36-item health survey: which raw answer gives how many of 100 points.

The recoding tables are those of the RAND 36-Item instructions and of the MOS scoring rules for
versions 1 and 2. Every scale is a mean of answered items, because the MOS rule (sum of final item
values with the participant's mean for blanks, moved to 0-100) is linear in that mean. Neutral
labels.
"""

from collections.abc import Mapping

from helpers.scales.items.read import Item, whole_numbers

VERSIONS = ("rand", "v1", "v2")

SCALE_ITEMS: dict[str, tuple[str, ...]] = {
    "PF": tuple(f"q{number}" for number in range(3, 13)),
    "RP": ("q13", "q14", "q15", "q16"),
    "BP": ("q21", "q22"),
    "GH": ("q1", "q33", "q34", "q35", "q36"),
    "VT": ("q23", "q27", "q29", "q31"),
    "SF": ("q20", "q32"),
    "RE": ("q17", "q18", "q19"),
    "MH": ("q24", "q25", "q26", "q28", "q30"),
}
HALF = {"PF": 5, "RP": 2, "BP": 1, "GH": 3, "VT": 2, "SF": 1, "RE": 2, "MH": 3}
CODES = tuple(f"q{number}" for number in range(1, 37))
PATTERN = r"q\d+$"

_REVERSED = {"q20", "q22", "q23", "q26", "q27", "q30", "q34", "q36"}
_RAND_REVERSED = _REVERSED | {"q1", "q2", "q21"}
_GH1 = (5.0, 4.4, 3.4, 2.0, 1.0)
_BP1 = (6.0, 5.4, 4.2, 3.1, 2.2, 1.0)
_BP2_AFTER_BP1 = (5.0, 4.0, 3.0, 2.0, 1.0)
_BP2_ALONE = (6.0, 4.75, 3.5, 2.25, 1.0)

_LABELS = (
    "health rating",
    "change over a year",
    *(f"activity {number}" for number in range(1, 11)),
    *(f"role, physical {number}" for number in range(1, 5)),
    *(f"role, emotional {number}" for number in range(1, 4)),
    "social extent",
    "pain severity",
    "pain interference",
    "energy a",
    "mood b",
    "mood c",
    "mood d",
    "energy e",
    "mood f",
    "energy g",
    "mood h",
    "energy i",
    "social time",
    *(f"health statement {letter}" for letter in "abcd"),
)


def highest_answer(code: str, version: str) -> int:
    """Largest raw code of an item; the smallest is 1."""
    number = int(code[1:])
    if 3 <= number <= 12:
        return 3
    if 13 <= number <= 19:
        return 5 if version == "v2" else 2
    if number == 21:
        return 6
    if 23 <= number <= 31:
        return 5 if version == "v2" else 6
    return 5


def build_items(version: str) -> tuple[Item, ...]:
    """The 36 items with the raw codes of a version."""
    return tuple(
        Item(code, label, whole_numbers(1, highest_answer(code, version)))
        for code, label in zip(CODES, _LABELS, strict=True)
    )


def item_points(version: str) -> Mapping[str, tuple[float, ...]]:
    """Points (0-100) for the raw codes 1, 2, ... of each item; pain of v1 and v2 is `pain_points`.

    Parameters
    ----------
    version : `rand`, `v1` or `v2`
    """
    upside_down = _RAND_REVERSED if version == "rand" else _REVERSED | {"q2"}
    points = {}
    for code in CODES:
        top = highest_answer(code, version)
        values = [float(raw) for raw in range(1, top + 1)]
        points[code] = _to_points(values[::-1] if code in upside_down else values)
    if version != "rand":
        points["q1"] = _to_points(_GH1)
    return points


def pain_points(severity: int | None, interference: int | None) -> float | None:
    """BP of versions 1 and 2 (0-100) from both raw answers; None where neither is given.

    Interference counts 6 only beside no pain at all; a lone answer stands for both.
    """
    if severity is None and interference is None:
        return None
    if severity is None and interference is not None:
        return _to_points(_BP2_ALONE)[interference - 1]
    first = _BP1[severity - 1] if severity is not None else 0.0
    if interference is None:
        second = first
    elif interference == 1 and severity == 1:
        second = 6.0
    else:
        second = _BP2_AFTER_BP1[interference - 1]
    return round(100 * (first + second - 2) / 10, 10)


def _to_points(values: "tuple[float, ...] | list[float]") -> tuple[float, ...]:
    """Final item values moved to 0-100; rounded so that 4.4 gives 85 and not 85.00000000000001."""
    low, high = min(values), max(values)
    return tuple(round(100 * (value - low) / (high - low), 10) for value in values)
