import pytest

from helpers.simulate.dates import DAY
from helpers.simulate.doses import Administration
from helpers.simulate.event import Event
from helpers.simulate.narratives import _timing

DOSE = Administration(2, 100 * DAY + 600, 30, "INTRAVENOUS", 60.0, 100.0, 95.0, True)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (20, ", on the day of dose 2"),
        (DAY, ", 1 day after dose 2"),
        (7 * DAY, ", 7 days after dose 2"),
        (-5 * DAY, ""),  # no dose before it
    ],
)
def test_the_time_since_the_dose_is_said_as_people_say_it(minutes: int, said: str) -> None:
    event = Event("Fever", DOSE.start + minutes, None, 1)
    assert _timing([DOSE], event) == said
