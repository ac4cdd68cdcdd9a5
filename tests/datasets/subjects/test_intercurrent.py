"""Intercurrent events: which, from when, for which forms."""

import pandas as pd
import pytest
from mini_data import cut
from mini_export import MiniExport, trial
from score_export import pick, score

from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.subjects.intercurrent import build_intercurrent

# 001 dosed 2021-03-05 (IV) and 2021-06-04; 003 control, randomised 2021-03-12.


def events(mini, subject):
    records = cut(mini)
    adsl = build_adsl(records, trial(), pd.Timestamp("2022-06-01"))
    found = build_intercurrent(records, adsl, trial())
    rows = found[found["SUBJID"] == subject]
    return [(row.ICE, row.ICEDT.date().isoformat(), row.FORM) for row in rows.itertuples()]


def reasons(mini, subject, form):
    rows = pick(score(mini), SUBJID=subject, FORM=form).drop_duplicates("AVISIT")
    return dict(zip(rows["AVISIT"], rows["ICEREAS"], strict=True))


def test_the_clean_export_has_none():
    records = cut(MiniExport())
    adsl = build_adsl(records, trial(), pd.Timestamp("2022-06-01"))
    assert build_intercurrent(records, adsl, trial()).empty
    assert score(MiniExport())["ICEFL"].isna().all()


def test_a_dose_that_was_not_given_counts_from_the_day_it_was_due():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "2"}, EXOCCUR="N", EXSTDTC=None, EXENDTC=None)
    assert events(mini, "001") == [("DOSE2_NOT_GIVEN", "2021-06-04", None)]
    found = reasons(mini, "001", "FIM")
    assert found == {"BL": None, "M03": None, "M06": "DOSE2_NOT_GIVEN", "M12": "DOSE2_NOT_GIVEN"}


def test_a_dose_by_another_route_than_allocated_counts_from_that_dose():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "2"}, EXROUTE="INTRATHECAL")
    assert events(mini, "001") == [("WRONG_ROUTE", "2021-06-04", None)]


@pytest.mark.parametrize(
    ("term", "start", "found"),
    [
        ("Recurrent stroke", "2021-08-01", [("RECURRENT_STROKE", "2021-08-01", None)]),
        ("Recurrent stroke", "2021-03", [("RECURRENT_STROKE", "2021-03-12", None)]),
        ("Recurrent stroke", "2021-02", []),
        ("Recurrent stroke", None, [("RECURRENT_STROKE", "2021-03-12", None)]),
        ("Headache", "2021-08-01", []),
    ],
)
def test_a_recurrent_stroke_after_the_anchor_is_one(term, start, found):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AEDECOD=term, AESTDTC=start)
    assert events(mini, "003") == found


@pytest.mark.parametrize(
    ("drug", "kind", "start", "count"),
    [
        ("Botulinum toxin", "OTHER", "2021-08-01", 1),
        ("baclofen", "ANTISPASTIC", "2021-08-01", 1),
        ("baclofen", "ANTISPASTIC", "2020-08", 0),
        ("baclofen", "ANTISPASTIC", None, 0),
        ("aspirin", "OTHER", "2021-08-01", 0),
    ],
)
def test_a_new_drug_against_spasticity_concerns_tone_alone(drug, kind, start, count):
    mini = MiniExport()
    mini.add("cm", "003", CMSEQ="9", CMTRT=drug, CMCAT=kind, CMSTDTC=start, CMONGO="Y")
    assert events(mini, "003") == [("NEW_ANTISPASTIC", "2021-08-01", "MAS")] * count
    if count:
        assert reasons(mini, "003", "MAS")["M06"] == "NEW_ANTISPASTIC"
        assert reasons(mini, "003", "MAS")["M03"] is None
        assert reasons(mini, "003", "FIM")["M06"] is None


@pytest.mark.parametrize(("hours", "count"), [("6", 0), ("6.5", 1)])
def test_a_programme_of_more_than_one_and_a_half_times_the_hours_is_one(hours, count):
    mini = MiniExport()
    more = {"CMTRT": "x", "CMCAT": "REHABILITATION", "CMSTDTC": "2021-08-01", "CMDOSE": hours}
    mini.add("cm", "003", CMSEQ="9", **more)
    assert len(events(mini, "003")) == count


def test_a_value_of_the_day_of_the_event_is_not_after_it():
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AEDECOD="Recurrent stroke", AESTDTC="2021-09-11")
    found = reasons(mini, "003", "NIHSS")
    assert (found["M06"], found["M12"]) == (None, "RECURRENT_STROKE")


def test_a_rating_by_who_knew_the_arm_is_an_event_of_that_form_after_baseline():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003", "QSCAT": "FIM"}, QSEVALBL="N")
    found = reasons(mini, "003", "FIM")
    assert found["BL"] is None
    assert {found[visit] for visit in ("M03", "M06", "M12")} == {"RATER_UNMASKED"}
    assert reasons(mini, "003", "NIHSS")["M03"] is None


def test_several_events_are_named_in_order():
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AEDECOD="Recurrent stroke", AESTDTC="2021-08-01")
    mini.change("qs", {"SUBJID": "003", "QSCAT": "FIM"}, QSEVALBL="N")
    assert reasons(mini, "003", "FIM")["M06"] == "RATER_UNMASKED RECURRENT_STROKE"
