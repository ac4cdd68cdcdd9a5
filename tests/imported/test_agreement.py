import adam_files
import pandas as pd
import pytest

from helpers.imported.agreement import compare_datasets
from helpers.imported.dataset import Dataset
from helpers.imported.epochs import EPOCHS, name_epoch

DAYS_1960_TO_1970 = 3653


def notes(counted=(), **frames):
    datasets = {
        name: Dataset(name, frame, (), {}, counted=dict.fromkeys(counted, "1960-01-01"))
        for name, frame in {"adsl": adam_files.ADSL, **frames}.items()
    }
    return {
        (n.dataset, n.variable, n.severity): (n.records, n.what) for n in compare_datasets(datasets)
    }


def test_agreeing_data_sets_give_the_fatal_event_only():
    assert notes(adae=adam_files.ADAE) == {}
    odd = adam_files.ADAE.assign(AESER="N")
    assert notes(adae=odd)[("adae", "AESER", "E")][0] == 1


def test_two_rows_for_a_person_stop_the_import():
    twice = pd.concat([adam_files.ADSL, adam_files.ADSL.head(1)])
    assert notes(adsl=twice)[("adsl", "USUBJID", "S")][0] == 2


def test_records_of_persons_who_are_not_in_adsl_are_counted():
    frame = adam_files.ADAE.assign(USUBJID=["S1-01", "S1-99"])
    assert notes(adae=frame)[("adae", "USUBJID", "F")][0] == 1


def test_a_data_set_of_other_participants_stops_the_import():
    frame = adam_files.ADAE.assign(USUBJID=["S2-01", "S2-02"])
    assert "2 of 2" in notes(adae=frame)[("adae", "USUBJID", "S")][1]


@pytest.mark.parametrize("written", ["s1-01", "S1-1", "S1.01", "S1 001"])
def test_a_participant_who_is_only_written_otherwise_stops_the_import(written):
    frame = adam_files.ADAE.assign(USUBJID=[written, "S1-02"])
    assert "only written otherwise" in notes(adae=frame)[("adae", "USUBJID", "S")][1]


def test_dates_of_another_epoch_stop_the_import_and_name_it():
    shift = pd.Timedelta(days=DAYS_1960_TO_1970)
    shared = adam_files.ADAE.assign(TRTSDT=pd.to_datetime(["2014-01-02", "2014-02-03"]) - shift)
    records, what = notes(["TRTSDT"], adae=shared)[("adae", "TRTSDT", "S")]
    assert records == 2
    assert "-3653 days from adsl" in what
    assert 'epoch: "1970-01-01"' in what
    own = adam_files.ADAE.assign(ASTDT=adam_files.ADAE["ASTDT"] - shift)
    assert 'epoch: "1970-01-01"' in notes(["ASTDT"], adae=own)[("adae", "ASTDT", "S")][1]


def test_dates_that_were_no_numbers_are_to_be_corrected_in_the_source():
    shift = pd.Timedelta(days=DAYS_1960_TO_1970)
    text = adam_files.ADAE["ASTDT"].dt.strftime("%Y-%m-%d")
    frame = adam_files.ADAE.assign(ASTDT=adam_files.ADAE["ASTDT"] - shift, AESTDTC=text)
    records, what = notes(adae=frame)[("adae", "ASTDT", "S")]
    assert (records, "correct the source" in what) == (2, True)


def test_a_date_that_is_some_days_from_its_text_is_counted():
    text = ["2014-01-03", "2014-02-12"]
    records, what = notes(adae=adam_files.ADAE.assign(AESTDTC=text))[("adae", "ASTDT", "E")]
    assert records == 1
    assert what == "differs from AESTDTC, in the median by -2 days"


@pytest.mark.parametrize(
    ("dataset", "date", "text"),
    [
        ("adsl", "TRTSDT", "RFSTDTC"),
        ("adsl", "TRTSDT", "RFXSTDTC"),
        ("adsl", "DTHDT", "DTHDTC"),
        ("adae", "AENDT", "AEENDTC"),
        ("adae", "ASTDTM", "AESTDTC"),
        ("adlb", "ADT", "LBDTC"),
        ("adqs", "ADTM", "QSDTC"),
    ],
)
def test_each_date_is_held_against_its_own_text(dataset, date, text):
    base = adam_files.ADSL if dataset == "adsl" else adam_files.ADSL[["USUBJID"]]
    days = pd.Series(pd.Timestamp("2014-01-02"), index=base.index)
    frame = base.assign(**{date: days - pd.Timedelta(days=DAYS_1960_TO_1970), text: "2014-01-02"})
    assert (dataset, date, "S") in notes([date], **{dataset: frame})


@pytest.mark.parametrize("true", EPOCHS)
@pytest.mark.parametrize("read", EPOCHS)
def test_every_pair_of_epochs_is_named_by_its_distance(true, read):
    days = (pd.Timestamp(read) - pd.Timestamp(true)).days
    assert name_epoch(days, read) == (None if true == read else true)


def test_events_without_a_flag_for_serious_are_said_to_have_none():
    frame = adam_files.ADAE.drop(columns="AESER")
    assert ("adae", "AESER", "W") in notes(adae=frame)


def test_events_that_are_neither_serious_nor_not_are_counted():
    frame = adam_files.ADAE.assign(AESER=[None, "Y"])
    assert notes(adae=frame)[("adae", "AESER", "E")][0] == 1
