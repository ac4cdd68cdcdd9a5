"""No count of participants is larger than the number of participants it is a part of.

Each display counts participants once by its own means. This is the second look, at the result rows
of the executed notebook: a data set in which a row stands twice, or a join that repeats rows, shows
here whatever display it went through, and nothing is published.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from helpers.displays.results import Key, read_row
from helpers.displays.vocabulary import DENOMINATORS
from helpers.errors import RunError
from helpers.view import ArmView, View

COUNTS = ("n", "evaluable")
SHARES = ("pct", "floor_pct", "ceiling_pct")
TOLERANCE = 1e-9
Payload = Mapping[str, Any]
Sizes = Mapping[tuple[str, str], int]


def measure_groups(view: View) -> dict[tuple[str, str], int]:
    """Number of participants by population and arm, as far as this audience may know them.

    Raises
    ------
    RunError
        If a participant stands twice in the subject-level data: every N would be wrong.
    """
    repeated = int(view["adsl"]["USUBJID"].duplicated().sum()) if view.has("adsl", "USUBJID") else 0
    if repeated:
        raise RunError(
            f"adsl: {repeated} rows repeat a participant; one row each is needed, nothing is "
            "published. Look for rows that stand twice in the data (interim check)"
        )
    sizes: dict[tuple[str, str], int] = {}
    for population in view.population_names:
        if not view.has("adsl", f"{population}FL"):
            continue
        groups = [view.total(population)]
        if isinstance(view, ArmView):
            variable = view.ARM_VARIABLE.get(population, "TRT01P")
            groups = list(view.groups(population)) if view.has("adsl", variable) else groups
        sizes |= {(population, group.label): group.n for group in groups}
    return sizes


def check_denominators(displays: Sequence[Payload], sizes: Sizes, *, closed: bool) -> None:
    """Stop where a display counts more participants than there are.

    Parameters
    ----------
    sizes : participants by population and arm; a count without a denominator of its own is held
        against them
    closed : whether the message may say which count it is

    Raises
    ------
    RunError
        One line: the display and, for closed readers, the count and what it is a part of.
    """
    for display in displays:
        for wrong in _find_too_large(display, sizes):
            what = wrong if closed else "a count of participants is larger than their number"
            raise RunError(
                f"{display['id']}: {what}: a participant is counted more than once; nothing is "
                "published. Look for rows that stand twice in the data (interim check)"
            )


def _find_too_large(display: Payload, sizes: Sizes) -> Iterator[str]:
    """Counts above their denominator and percentages above 100, in words."""
    index = _index(display)
    groups = {**sizes, **_measure_columns(index)}
    for key, values in index.items():
        known = groups.get((key.population, key.arm), math.inf)
        whole = next((values[name] for name in DENOMINATORS if name in values), known)
        for name in COUNTS:
            if values.get(name, 0) > whole + TOLERANCE:
                yield f"{name} is {values[name]:g} of N {whole:g} ({_name(key)})"
        for name in SHARES:
            if values.get(name, 0) > 100 + TOLERANCE:
                yield f"{name} is {values[name]:.1f} ({_name(key)})"


def _measure_columns(index: Mapping[Key, Mapping[str, float]]) -> dict[tuple[str, str], float]:
    """The largest N of each column: a display may put participants into other arms (by treatment).

    Where it says how many they are, that is the limit of a count without a denominator of its own.
    """
    found: dict[tuple[str, str], float] = {}
    for key, values in index.items():
        group = (key.population, key.arm)
        if "N" in values:
            found[group] = max(found.get(group, 0), values["N"])
    return found


def _index(display: Payload) -> dict[Key, dict[str, float]]:
    """Known numbers of a display by what they are about; a hidden one is none."""
    index: dict[Key, dict[str, float]] = {}
    for row in display["results"]:
        result = read_row(row)
        if not math.isnan(result.value):
            index.setdefault(result.key, {})[result.statistic] = result.value
    return index


def _name(key: Key) -> str:
    return ", ".join(part for part in key if part)
