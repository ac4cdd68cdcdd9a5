"""Who is evaluable for the stopping rule from which day, and with which event."""

import pandas as pd
import pytest
from mini_data import LATE, cut, derive_safety, interim, with_event
from mini_export import MiniExport, trial

from helpers.datasets.build import build_datasets
from helpers.datasets.events.adstop import build_adstop

# 001: first dose 2021-03-05 10:00; 002: 2021-03-15; 003 is a control, 004 was never randomised.
SEIZURE = {"AEDECOD": "Seizure", "AESTDTC": "2021-03-07T08:00"}
DEATH = {"AEDECOD": "Pneumonia", "AESTDTC": "2021-07-01", "AEREL": "POSSIBLE", "AEENDTC": None}
FATAL = {"AEOUT": "FATAL", "AESDTH": "Y", "AESER": "Y", "AETOXGR": "5", "AEONGO": "Y"}


def monitored(mini: MiniExport, cutoff: str = LATE) -> pd.DataFrame:
    data = derive_safety(mini, cutoff)
    return build_adstop(data["adsl"], data["adae"], trial()).set_index("SUBJID")


def days(mini: MiniExport, cutoff: str = LATE, subject: str = "001") -> tuple[str, str]:
    """Day evaluable and day of the event, `-` where there is none."""
    row = monitored(mini, cutoff).loc[subject]
    return tuple("-" if pd.isna(d) else str(d.date()) for d in (row["EVALDT"], row["STOPDT"]))


def with_death(**values: str | None) -> MiniExport:
    mini = with_event(**{**DEATH, **FATAL, **values})
    mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC="2021-07-20")
    return mini


def test_participants_of_active_arms_are_monitored_as_treated():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001"}, EXROUTE="INTRATHECAL")
    rows = monitored(mini)
    assert rows["TRT01A"].to_dict() == {"001": "IT", "002": "IT"}


@pytest.mark.parametrize(
    ("cutoff", "evaluable"),
    [("2021-03-11", "-"), ("2021-03-12", "2021-03-12"), ("2021-06-30", "2021-03-12")],
)
def test_a_participant_is_evaluable_seven_days_after_the_first_dose(cutoff, evaluable):
    assert days(MiniExport(), cutoff) == (evaluable, "-")


def test_an_event_or_a_death_makes_evaluable_at_once():
    assert days(with_event(**SEIZURE), "2021-03-08") == ("2021-03-07", "2021-03-07")
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC="2021-03-09")
    assert days(mini) == ("2021-03-09", "-")


def test_a_later_event_leaves_the_day_on_which_its_participant_was_evaluable():
    mini = with_event(**{**SEIZURE, "AESTDTC": "2021-06-05T12:00"})
    assert days(mini) == ("2021-03-12", "2021-06-05")


def test_the_first_of_several_events_counts():
    mini = with_event(**{**SEIZURE, "AESTDTC": "2021-06-05T12:00"})
    mini.change("ae", {"AESEQ": "2"}, AEDECOD="Anaphylaxis", AESTDTC="2021-05-02")
    assert monitored(mini).loc["001", "SRCSEQ"] == 2
    assert days(mini)[1] == "2021-05-02"


def test_an_event_that_counts_for_being_fatal_alone_counts_from_the_day_of_death():
    assert days(with_death())[1] == "2021-07-20"
    # the same event as known before the death is none, so no earlier report could count it
    assert days(with_death(), "2021-07-19")[1] == "-"


def test_an_event_that_would_count_anyway_counts_from_its_start_although_it_was_fatal():
    near = with_death(AESTDTC="2021-03-06T12:00")  # related and grade 5 within seven days
    assert days(near)[1] == "2021-03-06"


def test_a_death_that_is_not_related_is_no_stopping_event():
    assert days(with_death(AEREL="NOT_RELATED"))[1] == "-"


@pytest.mark.parametrize("cutoff", ["2021-03-08", "2021-06-30", "2021-07-19", LATE])
def test_the_days_known_at_an_earlier_cut_off_are_those_of_the_later_data(cutoff):
    late, then = monitored(with_death()), monitored(with_death(), cutoff)
    for name in ("EVALDT", "STOPDT"):
        known = late[name].where(late[name] <= pd.Timestamp(cutoff)).reindex(then.index)
        pd.testing.assert_series_equal(known, then[name])


def test_closed_data_sets_hold_it_and_open_ones_could_not():
    data = build_datasets(cut(MiniExport()), trial(), interim(), pd.Timestamp(LATE))
    assert list(data["adstop"]["SUBJID"]) == ["001", "002"]


def test_data_that_say_which_events_count_but_not_why_count_from_their_starts():
    data = derive_safety(with_death())
    given = data["adae"].drop(columns=["SEVTOX", "AESICAT"])
    rows = build_adstop(data["adsl"], given, trial()).set_index("SUBJID")
    assert str(rows.loc["001", "STOPDT"].date()) == "2021-07-01"


def test_an_event_without_a_day_counts_from_the_first_dose():
    data = derive_safety(with_event(**SEIZURE))
    undated = data["adae"].assign(ASTDT=pd.NaT).astype({"ASTDT": "datetime64[s]"})
    rows = build_adstop(data["adsl"], undated, trial()).set_index("SUBJID")
    assert str(rows.loc["001", "STOPDT"].date()) == "2021-03-05"


UNCODED = {"AEDECOD": "UNCODED", "AESTDTC": "2021-03-07T08:00"}


def days_if_coded(mini: MiniExport) -> tuple[str, str]:
    row = monitored(mini).loc["001"]
    return tuple("-" if pd.isna(d) else str(d.date()) for d in (row["UNCEVLDT"], row["UNCSTPDT"]))


def test_an_uncoded_event_gives_the_days_if_it_were_a_stopping_event():
    mini = with_event(**UNCODED)
    assert days(mini) == ("2021-03-12", "-")
    assert days_if_coded(mini) == ("2021-03-07", "2021-03-07")


def test_without_an_uncoded_event_the_days_are_those_of_the_rule():
    for mini in (MiniExport(), with_event(**SEIZURE), with_death()):
        assert days_if_coded(mini) == days(mini)


def test_an_uncoded_event_after_a_stopping_event_changes_no_day():
    mini = with_event(**SEIZURE)
    mini.change("ae", {"SUBJID": "001", "AESEQ": "2"}, **{**UNCODED, "AESTDTC": "2021-05-02"})
    assert days_if_coded(mini) == days(mini) == ("2021-03-07", "2021-03-07")


LATE_DOSE = {"EXSTDTC": "2021-06-13T10:00", "EXENDTC": "2021-06-13T11:00"}  # all else: 06-04


def with_doubtful_dose(**values: str | None) -> MiniExport:
    """Dose 2 of 001 is dated nine days after its visit and vital signs."""
    mini = with_event(**{**SEIZURE, **values})
    mini.change("ex", {"SUBJID": "001", "EXSEQ": "2"}, **LATE_DOSE)
    return mini


def derived(mini: MiniExport, name: str) -> pd.DataFrame:
    data = build_datasets(cut(mini), trial(), interim(), pd.Timestamp(LATE))[name]
    return data[data["SUBJID"] == "001"]


def test_a_dose_keeps_its_recorded_date_and_bears_the_other_one_with_its_records():
    doses = derived(with_doubtful_dose(), "adex").set_index("DOSENUM")
    assert str(doses.loc[2, "ASTDTM"]) == "2021-06-13 10:00:00"
    assert str(doses.loc[2, "ALTDT"].date()) == "2021-06-04"
    assert doses.loc[2, "ALTSRC"] == "vs sv"
    assert pd.isna(doses.loc[1, "ALTDT"])


def test_an_event_between_the_two_dates_of_a_dose_is_a_stopping_event_by_the_other_one_only():
    mini = with_doubtful_dose(AESTDTC="2021-06-06T08:00")
    row = derived(mini, "adstop").iloc[0]
    assert pd.isna(row["STOPDT"])
    assert (str(row["ALTSTPDT"].date()), row["ALTSEQ"]) == ("2021-06-06", 1)
    event = derived(mini, "adae").set_index("AESEQ").loc[1]
    assert (event["SEVTOXFL"], event["ALTSTPFL"]) == (None, "Y")


def test_an_event_after_the_later_date_of_a_dose_is_none_by_the_other_one():
    mini = with_doubtful_dose(AESTDTC="2021-06-14T08:00")
    row = derived(mini, "adstop").iloc[0]
    assert str(row["STOPDT"].date()) == "2021-06-14"
    assert pd.isna(row["ALTSTPDT"])


def test_without_a_doubtful_dose_the_other_dates_are_the_recorded_ones():
    mini = with_event(**SEIZURE)
    row = derived(mini, "adstop").iloc[0]
    assert (row["ALTEVLDT"], row["ALTSTPDT"], row["ALTSEQ"]) == (
        row["EVALDT"], row["STOPDT"], row["SRCSEQ"],
    )  # fmt: skip
    flags = derived(mini, "adae")
    assert flags["ALTSTPFL"].equals(flags["SEVTOXFL"])


def test_an_event_between_the_two_dates_is_in_the_primary_outcome_by_the_other_one_only():
    mini = with_doubtful_dose(AESTDTC="2021-06-06T08:00", AEDECOD="Fever", AETOXGR="1")
    event = derived(mini, "adae").set_index("AESEQ").loc[1]
    assert (event["AAFL"], event["ALTAAFL"]) == (None, "Y")
    same = derived(with_event(**SEIZURE), "adae")
    assert same["ALTAAFL"].equals(same["AAFL"])


def test_a_trigger_near_a_dose_is_counted_by_each_of_the_two_dates():
    stroke = {"AEDECOD": "Recurrent stroke", "AESTDTC": "2021-06-04T20:00"}
    event = derived(with_doubtful_dose(**stroke), "adae").set_index("AESEQ").loc[1]
    assert event["ALTTRGFL"] == "Y"
    after = derived(with_doubtful_dose(**{**stroke, "AESTDTC": "2021-06-13T20:00"}), "adae")
    assert after.set_index("AESEQ").loc[1, "ALTTRGFL"] is None
