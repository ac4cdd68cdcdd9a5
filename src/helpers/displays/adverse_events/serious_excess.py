"""Serious events that are more frequent in an arm than in the control, in one sentence."""

from collections.abc import Iterable, Mapping

from helpers.view import ArmView

FEWEST = 2  # participants above the control from which it is said
NAMED = 3


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


def name_reference(view: ArmView) -> str:
    """Label of the arm that the others are compared with."""
    control = view.trial.control
    return "another arm" if control is None else view.trial.arm(control).label


def state_serious(view: ArmView, found: Iterable[tuple[int, str]]) -> str:
    """Sentence of what has an excess (first) of `FEWEST` or more, most first; empty without any."""
    ordered = sorted((-excess, text) for excess, text in found if excess >= FEWEST)
    grave = [text for _, text in ordered]
    if not grave:
        return ""
    more = f"; and {len(grave) - NAMED} more" if len(grave) > NAMED else ""
    named = "; ".join(grave[:NAMED])
    return (
        f"Serious, and in {FEWEST} or more participants above the share of "
        f"{name_reference(view)}: {named}{more}."
    )
