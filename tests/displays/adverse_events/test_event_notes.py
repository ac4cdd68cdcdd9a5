"""Notes below tables of adverse events say what the numbers at hand are, not what was planned."""

import pandas as pd
import pytest
from sample_trial import make_sample

from helpers.displays.adverse_events.event_notes import note_intervals, note_missing_grades


def test_the_note_on_intervals_gives_the_sizes_of_the_arms_at_hand() -> None:
    # safety set of the sample: two in IV, one in IT, two in control; 16 per arm are planned
    assert note_intervals(make_sample()) == (
        "Intervals: 95% CI, not adjusted for multiplicity; wide intervals reflect arms of 1 to 2 "
        "participants. No tests are made on safety data."
    )


def test_arms_of_one_size_are_named_once() -> None:
    adsl = make_sample()["adsl"]
    even = adsl.assign(SAFFL=adsl["SAFFL"].where(~adsl["USUBJID"].isin(["S2", "S6"])))
    assert "arms of 1 participants" not in note_intervals(make_sample(adsl=even))
    assert "arms of 1 participant." in note_intervals(make_sample(adsl=even))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (1, "1 event without a grade, in no row by grade; counted as grade 3 it would add"),
        (2, "2 events without a grade, in no row by grade; counted as grade 3 they would add"),
    ],
)
def test_one_event_without_a_grade_is_spoken_of_as_one(missing: int, said: str) -> None:
    events = pd.DataFrame(
        {
            "USUBJID": ["S1", "S2"][:missing],
            "ATOXGR": pd.array([pd.NA] * missing, dtype="Int64"),
        }
    )
    assert note_missing_grades(events, 3).startswith(said)
