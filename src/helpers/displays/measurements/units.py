"""Units as readers write them: an export has `10^9/L`, `umol/L`, `C` for 10⁹/L, µmol/L, °C."""

import re

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
MICRO = "\u00b5"
DEGREES = {"C": "\u00b0C", "F": "\u00b0F"}
_UNIT = re.compile(r"\(([^()]*)\)(?=[^()]*$)")  # the last brackets of a name
_POWER = re.compile(r"(?<![A-Za-z])10\^(-?\d+)")
_MICRO = re.compile(r"\bu(?=(?:mol|kat|g|L|l|IU|U|m)\b)")
_SQUARE = re.compile(r"\bm([23])\b")


def write_units(name: str) -> str:
    """A name of a test with the unit in its last brackets as readers write it."""
    return _UNIT.sub(lambda found: f"({write_unit(found[1])})", name)


def split_unit(name: str) -> tuple[str, str]:
    """Name of a test and the unit in its last brackets; no unit where it has none."""
    found = _UNIT.search(name)
    if found is None or found.end() != len(name):
        return name, ""
    return name[: found.start()].rstrip(), found[1]


def write_unit(unit: str) -> str:
    """A unit as readers write it."""
    text = _POWER.sub(lambda found: f"10{found[1].translate(SUPERSCRIPTS)}", unit)
    text = _MICRO.sub(MICRO, text)
    text = _SQUARE.sub(lambda found: f"m{found[1].translate(SUPERSCRIPTS)}", text)
    return DEGREES.get(text, text)
