"""Notes below tables of adverse events say what the numbers at hand are, not what was planned."""

import pandas as pd
import pytest
from sample_events import ADAE, make_events
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.administration.dose_pairs import tabulate_dose_pairs
from helpers.displays.administration.lots import tabulate_lots
from helpers.displays.adverse_events.event_notes import (
    note_intervals,
    note_missing_grades,
    note_severe_not_serious,
    note_unsolicited,
)
from helpers.displays.adverse_events.special_interest import tabulate_special_interest
from helpers.view import View


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


TERMS = read_frame("""
AEDECOD AESICAT
Fever   FEVER_CHILLS
""")


def test_an_event_without_a_term_is_said_wherever_a_list_of_terms_counts() -> None:
    adae = ADAE.assign(
        AEDECOD=ADAE["AEDECOD"].mask(ADAE["USUBJID"].isin(["P5", "P7"]), None),
        DAYSINF=pd.array([0, 1, 17, 0, 5, None, None, None, None], dtype="Int64"),
        DOSEREF=ADAE["DOSEREF"].astype("Int64"),
    )
    view = make_events(adae=adae, aesi=TERMS)
    # the second event of P7 was before randomisation; P5 and P7 have one emergent event each
    named = "P5 (IT), 5 days after dose 1; P7 (CTL), grade 1, after no dose."
    lead = "2 treatment-emergent events without a preferred term are in no count of"
    bound = " Within 72 h after a dose: 0 in IV, 0 in IT; coded, at most that many more."
    special = tabulate_special_interest(view).notes
    assert f"{lead} a category of special interest: {named}" in special
    assert f"{lead} events on the prespecified list: {named}{bound}" in (
        tabulate_dose_pairs(view).notes
    )
    lots = make_events(adae=adae, adex=view["adex"].assign(LOT="L1"))
    assert f"{lead} events on the prespecified list: {named}{bound}" in tabulate_lots(lots).notes


def with_grades(*grades: int, serious: str | None) -> View:
    """Events of the safety set with these grades from the first on, serious or not."""
    adae = ADAE[ADAE["TRTEMFL"] == "Y"].reset_index(drop=True)
    adae = adae.assign(ATOXGR=pd.array([*grades, *[1] * (len(adae) - len(grades))], "Int64"))
    return make_events(adae=adae.assign(ASERFL=serious))


def test_a_grave_grade_that_no_count_of_serious_events_has_is_named() -> None:
    view = with_grades(4, 3, serious=None)
    who = view["adae"]["USUBJID"].iloc[0]
    persons = view["adsl"].set_index("USUBJID")
    arm = view.trial.arm(persons["TRT01A"][who]).label
    assert note_severe_not_serious(view) == (
        "Of grade 4 or 5 and not marked serious (C20), in no count of serious events: "
        f"{persons['SUBJID'][who]} ({arm})."
    )
    assert note_severe_not_serious(with_grades(4, 5, serious="Y")) == ""
    assert note_severe_not_serious(with_grades(3, 3, serious=None)) == ""
    assert note_severe_not_serious(make_events("open")) == ""


def test_no_solicited_event_is_said_to_be_none_asked_for() -> None:
    events = pd.DataFrame({"AEPRESP": ["N", "N"]})
    assert note_unsolicited(events) == (
        "No event is marked as solicited: nobody may have asked by a check list, and 0 of them "
        "tells nothing."
    )
    assert note_unsolicited(pd.DataFrame({"AEPRESP": ["N", "Y"]})) == ""
    assert note_unsolicited(pd.DataFrame({"AEDECOD": ["Fall"]})) == ""
