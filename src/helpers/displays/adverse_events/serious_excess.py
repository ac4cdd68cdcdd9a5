"""Serious events that are more frequent in an arm than in the control, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from helpers.view import ArmView

FEWEST = 2  # participants above the control from which it is said
NAMED = 3
NAMED_FEW = 5  # of those that are too few to exceed


class Serious(NamedTuple):
    """A kind of serious event with its numbers by arm in words.

    `excess` and `beyond` are those of `find_excess` and `count_beyond`.
    """

    excess: int
    beyond: int
    text: str


def find_excess(view: ArmView, counts: Mapping[str, tuple[int, int]]) -> int:
    """Participants with an event above what the share of the control would give, largest arm.

    Parameters
    ----------
    counts : n and N by arm (ARMCD). Arms of equal size are compared by their numbers so; in a trial
        without a control with the arm of the smallest share.
    """
    control = view.trial.control
    shares = {code: n / size for code, (n, size) in counts.items() if size}
    least = shares.get(control, 0.0) if control else min(shares.values(), default=0.0)
    return max((round(n - size * least) for n, size in counts.values()), default=0)


def count_beyond(view: ArmView, counts: Mapping[str, tuple[int, int]]) -> int:
    """Participants with an event that nobody of the control has; 0 where somebody has it.

    In small arms a single serious event is no excess of two, and must not go unsaid.
    """
    control = view.trial.control
    n, size = counts.get(control, (0, 0)) if control else (0, 0)
    return 0 if n or not size else sum(n for n, _ in counts.values())


def name_reference(view: ArmView) -> str:
    """Label of the arm that the others are compared with."""
    control = view.trial.control
    return "another arm" if control is None else view.trial.arm(control).label


def state_serious(view: ArmView, found: Iterable[Serious]) -> str:
    """What exceeds by `FEWEST` or more, then what only others than the control have, most first."""
    found = list(found)
    large = sorted((-one.excess, one.text) for one in found if one.excess >= FEWEST)
    few = sorted((-one.beyond, one.text) for one in found if one.excess < FEWEST and one.beyond)
    reference, parts = name_reference(view), []
    if large:
        named = _name([text for _, text in large], NAMED)
        above = f"in {FEWEST} or more participants above the share of {reference}"
        parts.append(f"Serious, and {above}: {named}.")
    if few:
        also = "Also serious" if large else "Serious"
        named = _name([text for _, text in few], NAMED_FEW)
        parts.append(f"{also}, and in nobody of {reference}: {named}.")
    return " ".join(parts)


def _name(texts: Sequence[str], most: int) -> str:
    more = f"; and {len(texts) - most} more" if len(texts) > most else ""
    return f"{'; '.join(texts[:most])}{more}"


def note_serious(view: ArmView) -> str:
    """From how many participants on a serious event is named in the finding."""
    said = (
        f"The finding names what is serious in {FEWEST} or more participants above the share of "
        f"{name_reference(view)}"
    )
    return f"{said}." if view.trial.control is None else f"{said}, or in nobody of it."
