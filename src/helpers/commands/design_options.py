"""Designs from the words of a call: those of an interim first, then every combination asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from helpers.errors import UsageError

if TYPE_CHECKING:
    from helpers.displays.monitoring.design import Design

MOST = 5  # designs that tables and figures hold side by side
MOST_PARTICIPANTS = 500
CONTINUOUS = "continuous"


@dataclass(frozen=True)
class Asked:
    """Options of a call as given; empty where the plan's own value holds."""

    prior: Sequence[str] = ()
    p_star: Sequence[str] = ()
    cut: Sequence[str] = ()
    per_arm: Sequence[str] = ()
    looks: Sequence[str] = ()
    p0: str | None = None
    alpha: str | None = None
    arms: str | None = None


def build_designs(plan: "Design", asked: Asked) -> "list[Design]":
    """The plan, then every combination that differs from it.

    Raises
    ------
    UsageError
        Naming the option, what was found and what is allowed.
    """
    base = replace(
        plan,
        p0=plan.p0 if asked.p0 is None else _read_share("--p0", asked.p0),
        alpha=plan.alpha if asked.alpha is None else _read_share("--alpha", asked.alpha),
        arms=plan.arms if asked.arms is None else read_whole("--arms", asked.arms, 1, 20),
        size=read_whole("accrual.per_arm", str(plan.size), 1, MOST_PARTICIPANTS),
    )
    sizes = [read_whole("--per-arm", n, 1, MOST_PARTICIPANTS) for n in asked.per_arm]
    combined = product(
        [read_prior(text) for text in asked.prior] or [base.prior],
        [_read_share("--p-star", share) for share in asked.p_star] or [base.p_star],
        [_read_share("--cut", share) for share in asked.cut] or [base.cut],
        sizes or [base.size],
        [read_looks(text) for text in asked.looks] or [base.looks],
    )
    found = [base]
    for prior, p_star, cut, size, looks in combined:
        made = replace(base, prior=prior, p_star=p_star, cut=cut, size=size, looks=looks)
        _check_reached(made, asked)
        if made not in found:
            found.append(made)
    if len(found) > MOST:
        raise UsageError(
            f"{len(found)} designs with the planned one, allowed: {MOST}; give fewer values"
        )
    return found


def read_prior(text: str) -> tuple[float, float]:
    """Parameters of a beta prior from `0.3,1.7`.

    Raises
    ------
    UsageError
        If they are not two positive numbers.
    """
    parts = text.split(",")
    try:
        a, b = (float(part) for part in parts)
    except ValueError:
        a = b = 0.0
    if not (0 < a <= 10_000 and 0 < b <= 10_000):
        raise UsageError(
            f"--prior: found {text!r}, allowed: two positive numbers A,B of a Beta(A, B), "
            "as 0.3,1.7"
        )
    return a, b


def read_looks(text: str) -> tuple[int, ...] | None:
    """Numbers of participants from `4,8,16`; None for `continuous`.

    Raises
    ------
    UsageError
        If they are not rising whole numbers.
    """
    if text == CONTINUOUS:
        return None
    parts = [part.strip() for part in text.split(",")]
    looks = tuple(int(part) for part in parts if part.isascii() and part.isdecimal())
    if len(looks) < len(parts) or looks[0] < 1 or list(looks) != sorted(set(looks)):
        raise UsageError(
            f"--looks: found {text!r}, allowed: {CONTINUOUS}, or rising numbers of participants, "
            "as 4,8,16"
        )
    return looks


def _check_reached(design: "Design", asked: Asked) -> None:
    if asked.looks and design.looks is not None and design.checked != design.looks:
        beyond = [str(n) for n in design.looks if n > design.size]
        raise UsageError(
            f"--looks: an arm of {design.size} participants does not reach {', '.join(beyond)}"
        )


def _read_share(option: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise UsageError(f"{option}: found {text}, allowed: above 0 and below 1, as 0.15")
    return value


def read_whole(option: str, text: str, low: int, high: int) -> int:
    """Whole number of an option.

    Raises
    ------
    UsageError
        If it is none, or not from `low` to `high`.
    """
    if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
        raise UsageError(f"{option}: found {text}, allowed: whole numbers {low} to {high}")
    return int(text)
