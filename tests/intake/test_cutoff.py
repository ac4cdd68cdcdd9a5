"""The data cut: what was known at the end of the cut-off day."""

from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini_export import MiniExport, schemas

from helpers.intake.cutoff import cut_records
from helpers.intake.records import Records

DAY = pd.Timedelta(days=1)


def cut(mini: MiniExport, cutoff: str) -> Records:
    return cut_records(mini.records(), schemas(), pd.Timestamp(cutoff))[0]


def event(mini: MiniExport, cutoff: str) -> pd.Series:
    ae = cut(mini, cutoff)["ae"]
    return ae[ae["SUBJID"] == "003"].iloc[0]


@pytest.mark.parametrize(
    ("start", "kept"),
    [
        ("2021-06-30T23:59", True),
        ("2021-07-01T00:00", False),
        ("2021-06-30", True),
        ("2021-07-01", False),
        ("2021-06", True),
        ("2021-07", False),
        ("2021", True),
        (None, True),
    ],
)
def test_an_event_stays_if_it_can_have_begun_by_the_end_of_the_day(start, kept):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AESTDTC=start)
    assert ("003" in set(cut(mini, "2021-06-30")["ae"]["SUBJID"])) == kept


def days_of(frame: pd.DataFrame, date: str) -> set[str]:
    """Days on which something is dated for one person."""
    return set(frame.loc[frame["SUBJID"] == "001", date].astype(str).str[:10])


@pytest.mark.parametrize(
    ("table", "last"),
    [
        ("ex", "2021-06-04"), ("lb", "2022-03-05"), ("vs", "2022-03-05"), ("qs", "2022-03-05"),
        ("sv", "2022-03-05"), ("ds", "2022-03-05"), ("rand", "2021-03-01"),
    ],
)  # fmt: skip
def test_each_table_is_cut_by_its_own_date(table, last):
    date = schemas()[table].date
    assert last in days_of(cut(MiniExport(), last)[table], date)
    before = (pd.Timestamp(last) - DAY).date().isoformat()
    assert last not in days_of(cut(MiniExport(), before)[table], date)


def test_who_consented_later_is_absent_and_who_was_randomised_later_is_screened_only():
    records = cut(MiniExport(), "2021-03-09")
    assert set(records["dm"]["SUBJID"]) == {"001", "002", "003"}
    assert set(records["rand"]["SUBJID"]) == {"001"}
    for name, frame in records.tables.items():
        if "SUBJID" in frame:
            assert "004" not in set(frame["SUBJID"]), name


def test_an_undated_form_takes_the_day_of_its_visit():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "001", "VISIT": "M06"}, QSDTC=None)
    kept = cut(mini, "2021-09-04")["qs"]
    assert (kept["VISIT"] == "M06").sum() == (mini.records()["qs"]["VISIT"] == "M06").sum() / 3
    assert "M06" not in set(cut(mini, "2021-09-03")["qs"]["VISIT"])


def test_a_row_that_nothing_dates_is_left_out_with_a_finding():
    mini = MiniExport()
    mini.change("ho", {"SUBJID": "003"}, HOSTDTC=None)
    records, findings, counts = cut_records(mini.records(), schemas(), pd.Timestamp("2022-06-01"))
    assert records["ho"].empty
    assert list(findings["id"]) == ["STRUCT-NULL"]
    row = counts.set_index("table").loc["ho"]
    assert (row["undated"], row["after_cutoff"], row["kept"]) == (1, 0, 0)


def test_a_dose_not_given_has_no_date_of_its_own_and_takes_the_day_it_was_entered():
    mini = MiniExport()
    mini.change(
        "ex", {"SUBJID": "001", "DOSENUM": "2"},
        EXOCCUR="N", EXREASND="x", EXSTDTC=None, ENTRYDTC="2021-06-10T08:00",
    )  # fmt: skip
    assert len(cut(mini, "2021-06-10")["ex"].query("SUBJID == '001'")) == 2
    assert len(cut(mini, "2021-06-09")["ex"].query("SUBJID == '001'")) == 1


def test_an_end_after_the_cutoff_is_not_known_yet():
    row = event(MiniExport(), "2021-07-11")
    assert (row["AEENDTC"], row["AEONGO"], row["AEOUT"]) == (None, "Y", "NOT_RECOVERED")
    assert row["ONGCUTFL"] == "Y"
    assert row["AETOXGR"] == 3


def test_an_end_on_the_day_of_the_cutoff_is_known():
    row = event(MiniExport(), "2021-07-12")
    assert (row["AEENDTC"], row["AEONGO"], row["AEOUT"]) == ("2021-07-12", "N", "RECOVERED")
    assert pd.isna(row["ONGCUTFL"])


def died(day: str) -> MiniExport:
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC=day)
    mini.change(
        "ae", {"SUBJID": "003"},
        AETOXGR="5", AEOUT="FATAL", AESDTH="Y", AEENDTC=day,
    )  # fmt: skip
    return mini


def test_who_died_after_the_cutoff_is_alive_and_the_event_is_not_fatal_yet():
    mini = died("2021-07-20")
    row = event(mini, "2021-07-19")
    assert (row["AEOUT"], row["AESDTH"], row["AETOXGR"]) == ("NOT_RECOVERED", "N", 4)
    assert (row["AEENDTC"], row["AEONGO"]) == (None, "Y")
    assert (row["ONGCUTFL"], row["DTHCUTFL"]) == ("Y", "Y")
    dm = cut(mini, "2021-07-19")["dm"].set_index("SUBJID").loc["003"]
    assert pd.isna(dm["DTHFL"])
    assert pd.isna(dm["DTHDTC"])


def test_who_died_on_the_day_of_the_cutoff_is_dead():
    row = event(died("2021-07-20"), "2021-07-20")
    assert (row["AEOUT"], row["AESDTH"], row["AETOXGR"]) == ("FATAL", "Y", 5)
    dm = cut(died("2021-07-20"), "2021-07-20")["dm"].set_index("SUBJID").loc["003"]
    assert (dm["DTHFL"], dm["DTHDTC"]) == ("Y", "2021-07-20")


def test_stays_treatments_and_queries_that_end_later_are_open():
    mini = MiniExport()
    mini.change("cm", {"SUBJID": "003"}, CMENDTC="2021-07-09", CMONGO="N")
    mini.change("qry", {"QRYID": "Q1"}, QRYCLDTC="2021-07-06", QRYSTAT="CLOSED")
    records = cut(mini, "2021-07-05")
    assert records["ho"]["HOENDTC"].isna().all()
    assert list(records["cm"]["CMONGO"]) == ["Y"]
    assert records["cm"]["CMENDTC"].isna().all()
    assert list(records["qry"]["QRYSTAT"]) == ["OPEN"]
    assert records["qry"]["QRYCLDTC"].isna().all()
    later = cut(mini, "2021-07-10")
    assert list(later["ho"]["HOENDTC"]) == ["2021-07-10"]
    assert list(later["qry"]["QRYSTAT"]) == ["CLOSED"]


def test_every_row_is_kept_or_counted():
    mini = MiniExport()
    _, _, counts = cut_records(mini.records(), schemas(), pd.Timestamp("2021-06-10"))
    for row in counts.itertuples():
        assert row.kept + row.after_cutoff + row.undated == len(mini.records()[row.table])


@cache
def records_of_a_death() -> Records:
    return died("2021-07-20").records()


CUTOFFS = st.dates(pd.Timestamp("2021-02-15").date(), pd.Timestamp("2022-06-30").date())


def cut_twice(first, second):
    early, late = sorted((pd.Timestamp(first), pd.Timestamp(second)))
    records = records_of_a_death()
    once = cut_records(records, schemas(), early)[0]
    later = cut_records(records, schemas(), late)[0]
    for again in (cut_records(once, schemas(), early)[0], cut_records(later, schemas(), early)[0]):
        for name, frame in once.tables.items():
            pd.testing.assert_frame_equal(again[name], frame)


@given(first=CUTOFFS, second=CUTOFFS)
@settings(max_examples=8)
def test_cutting_again_earlier_is_cutting_once_and_cutting_twice_changes_nothing(first, second):
    cut_twice(first, second)


@pytest.mark.slow
@given(first=CUTOFFS, second=CUTOFFS)
@settings(max_examples=200)
def test_so_it_is_for_two_hundred_pairs_of_days(first, second):
    cut_twice(first, second)


def test_a_cutoff_after_the_last_record_changes_nothing():
    records = died("2021-07-20").records()
    after = cut_records(records, schemas(), pd.Timestamp("2023-01-01"))[0]
    for name, frame in records.tables.items():
        pd.testing.assert_frame_equal(after[name][frame.columns], frame)
