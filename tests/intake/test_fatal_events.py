"""Which events were fatal, case by case, and what stood at a cut-off before the death."""

import pandas as pd
import pytest
from mini_export import MiniExport, schemas

from helpers.intake.cutoff import cut_records
from helpers.intake.fatal_events import find_fatal_events

QUIET = {"AEOUT": "RECOVERED", "AESDTH": "N", "AETOXGR": 3, "AEENDTC": "2021-07-12"}


def is_fatal(died: str | None, **event: object) -> bool:
    """Whether an event of person 1 is fatal; `died` is the day of death, None of the living."""
    ae = pd.DataFrame([{"SUBJID": "1", **QUIET, **event}]).astype({"AETOXGR": "Int64"})
    dm = pd.DataFrame({"SUBJID": ["1", "2"], "DTHFL": ["Y" if died else "N", "Y"]}, dtype=object)
    return bool(find_fatal_events(ae, dm.assign(DTHDTC=[died or None, "2021-01-01"])).iloc[0])


@pytest.mark.parametrize(
    ("died", "event", "fatal"),
    [
        # what the form says counts, whatever the rest
        (None, {"AEOUT": "FATAL"}, True),
        (None, {"AESDTH": "Y"}, True),
        ("2021-08-01", {"AEOUT": "FATAL"}, True),
        # grade 5 alone is a death only where there is one
        (None, {"AETOXGR": 5}, False),
        (None, {"AETOXGR": 5, "AEENDTC": None, "AEOUT": "UNKNOWN"}, False),
        ("2021-07-12", {"AETOXGR": 5, "AEOUT": None}, True),
        ("2021-07", {"AETOXGR": 5, "AEENDTC": None, "AEOUT": "UNKNOWN"}, True),
        # somebody who died later of something else did not die of an event that had ended
        ("2021-08-01", {"AETOXGR": 5}, False),
        ("2021-08", {"AETOXGR": 5, "AEENDTC": "2021-08"}, True),
        # no death without a sign of one, even in somebody who died
        ("2021-07-12", {}, False),
        ("2021-07-12", {"AETOXGR": None}, False),
    ],
)
def test_fatal_is_what_the_form_says_or_a_grade_five_that_the_death_ended(died, event, fatal):
    assert is_fatal(died, **event) is fatal


def test_data_without_grades_or_criteria_have_the_outcome():
    ae = pd.DataFrame({"SUBJID": ["1", "2"], "AEOUT": ["FATAL", None], "AEENDTC": [None, None]})
    dm = pd.DataFrame({"SUBJID": ["1"], "DTHFL": ["Y"], "DTHDTC": ["2021-07-12"]}, dtype=object)
    assert find_fatal_events(ae, dm).tolist() == [True, False]


def at_cutoff(day: str, **event: str | None) -> pd.Series:
    """Event of 003, who died on 20 July 2021, as known on a day."""
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC="2021-07-20")
    mini.change("ae", {"SUBJID": "003"}, AETOXGR="5", **event)
    ae = cut_records(mini.records(), schemas(), pd.Timestamp(day))[0]["ae"]
    return ae[ae["SUBJID"] == "003"].iloc[0]


def test_before_the_death_its_event_has_grade_four_and_goes_on():
    row = at_cutoff("2021-07-19", AEOUT="FATAL", AEENDTC="2021-07-20")
    assert (row["AEOUT"], row["AETOXGR"], row["DTHCUTFL"]) == ("NOT_RECOVERED", 4, "Y")


def test_before_the_death_an_event_that_had_ended_stays_as_the_form_has_it():
    """Grade 5 of an event that ended in recovery is a mistake, not a death still to come."""
    row = at_cutoff("2021-07-19", AEOUT="RECOVERED", AEENDTC="2021-07-12")
    assert (row["AEOUT"], row["AETOXGR"], row["AEENDTC"]) == ("RECOVERED", 5, "2021-07-12")
    assert pd.isna(row["DTHCUTFL"])
