"""What an adverse event is, and what is known when the events of a participant are drawn."""

from dataclasses import dataclass

from helpers.simulate.conduct import Conduct
from helpers.simulate.doses import Administration
from helpers.simulate.persons import Person
from helpers.simulate.scenarios import Scenario


@dataclass(frozen=True)
class Event:
    """One adverse event; start and end in minutes, `end` empty while it goes on."""

    term: str
    start: int
    end: int | None
    grade: int
    timed: bool = False
    precision: str = "day"  # day, month or year: how much of the start is known
    serious: bool = False
    life_threat: bool = False
    stay: tuple[int, int] | None = None  # first and last day in hospital
    fatal: bool = False
    product: str = "NOT_RELATED"
    procedure: str = "NOT_RELATED"
    action: str = ""
    asked: bool = False
    peak: float | None = None  # highest temperature of a fever, degrees C
    dose: int | None = None


@dataclass(frozen=True)
class Setting:
    """One participant with course, scenario and given doses."""

    person: Person
    conduct: Conduct
    scenario: Scenario
    doses: tuple[Administration, ...]
