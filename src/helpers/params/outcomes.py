"""Ordered outcomes of a participant, benefit and harm together, and what others have published."""

from itertools import product
from typing import ClassVar

from helpers.params.base import Code, Names, Params


class Outcome(Params):
    """One ordered outcome; it is that of a participant of whom all of its conditions hold.

    `died`, `response` (of the key score at the key visit), `serious` (an adverse event), `severe`
    (one of grade 3 or more): true, false, or, where it makes no difference, not given.
    """

    CONDITIONS: ClassVar[tuple[str, ...]] = ("died", "response", "serious", "severe")
    code: Code
    label: str
    died: bool | None = None
    response: bool | None = None
    serious: bool | None = None
    severe: bool | None = None

    def holds(self, facts: dict[str, bool]) -> bool:
        """Whether a participant with these facts has this outcome."""
        wanted = {name: getattr(self, name) for name in self.CONDITIONS}
        return all(value is None or facts[name] is value for name, value in wanted.items())


def check_outcomes(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Codes differ, and every participant there can be has exactly one of the outcomes.

    Raises
    ------
    ValueError
        With the first kind of participant that has none or several.
    """
    codes = [outcome.code for outcome in outcomes]
    if len(set(codes)) < len(codes):
        raise ValueError("two outcomes share a code")
    for values in product((True, False), repeat=len(Outcome.CONDITIONS)) if outcomes else ():
        facts = dict(zip(Outcome.CONDITIONS, values, strict=True))
        found = [outcome.code for outcome in outcomes if outcome.holds(facts)]
        if len(found) != 1:
            who = ", ".join(f"{name} {str(value).lower()}" for name, value in facts.items())
            raise ValueError(
                f"found {', '.join(found) or 'no outcome'} for {who}, allowed: exactly one"
            )
    return outcomes


class Published(Params):
    """What others have reported, for a reader to hold an estimate against; `result` in own words.

    `source` is enough to find it, `design` says how it was compared and who knew the arm.
    """

    source: str
    design: str
    participants: str
    results: Names
