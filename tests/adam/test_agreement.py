import adam_files
import pandas as pd

from helpers.adam.agreement import compare_datasets

DAYS_1960_TO_1970 = 3653


def notes(**frames):
    return {
        (n.dataset, n.variable, n.severity): (n.records, n.what)
        for n in compare_datasets({"adsl": adam_files.ADSL, **frames})
    }


def test_agreeing_data_sets_give_the_fatal_event_only():
    assert notes(adae=adam_files.ADAE) == {}
    odd = adam_files.ADAE.assign(AESER="N")
    assert notes(adae=odd)[("adae", "AESER", "E")][0] == 1


def test_two_rows_for_a_person_stop_the_import():
    twice = pd.concat([adam_files.ADSL, adam_files.ADSL.head(1)])
    found = compare_datasets({"adsl": twice})
    assert [(n.severity, n.records) for n in found] == [("S", 2)]


def test_records_of_persons_who_are_not_in_adsl_are_counted():
    frame = adam_files.ADAE.assign(USUBJID=["S1-01", "S1-99"])
    assert notes(adae=frame)[("adae", "USUBJID", "F")][0] == 1


def test_dates_of_another_epoch_are_seen_by_the_dates_of_adsl():
    shift = pd.Timedelta(days=DAYS_1960_TO_1970)
    shared = adam_files.ADAE.assign(TRTSDT=pd.to_datetime(["2014-01-02", "2014-02-03"]) - shift)
    records, what = notes(adae=shared)[("adae", "TRTSDT", "E")]
    assert records == 2
    assert "-3653 days" in what
    own = adam_files.ADAE.assign(ASTDT=adam_files.ADAE["ASTDT"] - shift)
    assert "epoch" in notes(adae=own)[("adae", "ASTDT", "E")][1]


def test_events_without_a_flag_for_serious_are_said_to_have_none():
    frame = adam_files.ADAE.drop(columns="AESER")
    assert ("adae", "AESER", "W") in notes(adae=frame)
