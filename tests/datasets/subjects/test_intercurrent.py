"""Intercurrent events: which, from when, for which forms."""

import pandas as pd
import pytest
from crowd import Crowd, add, change, plant_event
from mini_data import LATE, cut
from mini_export import MiniExport, trial
from score_export import pick, score

from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.subjects.intercurrent import build_intercurrent

# 001 dosed 2021-03-05 (IV) and 2021-06-04; 003 control, randomised 2021-03-12.


# Each case is a participant of this crowd, a copy of one of them with changes.


def derive_events(mini, cutoff):
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    return {"events": build_intercurrent(records, adsl, trial()), "adeff": score(mini, cutoff)}


CROWD = Crowd(derive_events, without=())


def events(planted):
    rows = planted.rows("events").itertuples()
    return [(row.ICE, row.ICEDT.date().isoformat(), row.FORM) for row in rows]


def reasons(planted, form):
    rows = pick(planted.rows("adeff"), FORM=form).drop_duplicates("AVISIT")
    return dict(zip(rows["AVISIT"], rows["ICEREAS"], strict=True))


NO_DOSE_2 = CROWD.plant(
    "001", change("ex", {"DOSENUM": "2"}, EXOCCUR="N", EXSTDTC=None, EXENDTC=None)
)
OTHER_ROUTE = CROWD.plant("001", change("ex", {"DOSENUM": "2"}, EXROUTE="INTRATHECAL"))
UNMASKED = change("qs", {"QSCAT": "FIM"}, QSEVALBL="N")
RATED_BY_WHO_KNEW = CROWD.plant("003", UNMASKED)


def with_event(term, start, *changes):
    return plant_event(CROWD, "003", *changes, AEDECOD=term, AESTDTC=start)


STROKE_ON_DAY = with_event("Recurrent stroke", "2021-09-11")
STROKE_AND_RATING = with_event("Recurrent stroke", "2021-08-01", UNMASKED)


def with_drug(drug, kind, start):
    more = add("cm", CMSEQ="9", CMTRT=drug, CMCAT=kind, CMSTDTC=start, CMONGO="Y")
    return CROWD.plant("003", more, name=f"{drug} {kind} {start}")


def with_hours(hours):
    more = {"CMTRT": "x", "CMCAT": "REHABILITATION", "CMSTDTC": "2021-08-01", "CMDOSE": hours}
    return CROWD.plant("003", add("cm", CMSEQ="9", **more), name=hours)


def test_the_clean_export_has_none():
    clean = derive_events(MiniExport(), LATE)
    assert clean["events"].empty
    assert clean["adeff"]["ICEFL"].isna().all()


def test_a_dose_that_was_not_given_counts_from_the_day_it_was_due():
    assert events(NO_DOSE_2) == [("DOSE2_NOT_GIVEN", "2021-06-04", None)]
    found = reasons(NO_DOSE_2, "FIM")
    assert found == {"BL": None, "M03": None, "M06": "DOSE2_NOT_GIVEN", "M12": "DOSE2_NOT_GIVEN"}


def test_a_dose_by_another_route_than_allocated_counts_from_that_dose():
    assert events(OTHER_ROUTE) == [("WRONG_ROUTE", "2021-06-04", None)]


@pytest.mark.parametrize(
    ("planted", "days"),
    [
        (with_event("Recurrent stroke", "2021-08-01"), ["2021-08-01"]),
        (with_event("Recurrent stroke", "2021-03"), ["2021-03-12"]),
        (with_event("Recurrent stroke", "2021-02"), []),
        (with_event("Recurrent stroke", None), ["2021-03-12"]),
        (with_event("Headache", "2021-08-01"), []),
    ],
)
def test_a_recurrent_stroke_after_the_anchor_is_one(planted, days):
    assert events(planted) == [("RECURRENT_STROKE", day, None) for day in days]


@pytest.mark.parametrize(
    ("planted", "count"),
    [
        (with_drug("Botulinum toxin", "OTHER", "2021-08-01"), 1),
        (with_drug("baclofen", "ANTISPASTIC", "2021-08-01"), 1),
        (with_drug("baclofen", "ANTISPASTIC", "2020-08"), 0),
        (with_drug("baclofen", "ANTISPASTIC", None), 0),
        (with_drug("aspirin", "OTHER", "2021-08-01"), 0),
    ],
)
def test_a_new_drug_against_spasticity_concerns_tone_alone(planted, count):
    assert events(planted) == [("NEW_ANTISPASTIC", "2021-08-01", "MAS")] * count
    if count:
        assert reasons(planted, "MAS")["M06"] == "NEW_ANTISPASTIC"
        assert reasons(planted, "MAS")["M03"] is None
        assert reasons(planted, "FIM")["M06"] is None


@pytest.mark.parametrize(("planted", "count"), [(with_hours("6"), 0), (with_hours("6.5"), 1)])
def test_a_programme_of_more_than_one_and_a_half_times_the_hours_is_one(planted, count):
    assert len(events(planted)) == count


def test_a_value_of_the_day_of_the_event_is_not_after_it():
    found = reasons(STROKE_ON_DAY, "NIHSS")
    assert (found["M06"], found["M12"]) == (None, "RECURRENT_STROKE")


def test_a_rating_by_who_knew_the_arm_is_an_event_of_that_form_after_baseline():
    found = reasons(RATED_BY_WHO_KNEW, "FIM")
    assert found["BL"] is None
    assert {found[visit] for visit in ("M03", "M06", "M12")} == {"RATER_UNMASKED"}
    assert reasons(RATED_BY_WHO_KNEW, "NIHSS")["M03"] is None


def test_several_events_are_named_in_order():
    assert reasons(STROKE_AND_RATING, "FIM")["M06"] == "RATER_UNMASKED RECURRENT_STROKE"
