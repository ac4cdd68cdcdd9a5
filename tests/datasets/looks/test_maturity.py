"""Verified records, empty fields of serious events, changes since the report before."""

import pandas as pd
import pytest
from mini_data import LATE, cut, derive_safety
from mini_export import MiniExport

from helpers.datasets.looks.maturity import build_adaemat, build_adsdv

FORMER = pd.Timestamp("2021-07-15")


def verified(mini: MiniExport) -> pd.DataFrame:
    adsl = derive_safety(mini)["adsl"]
    return build_adsdv(cut(mini), adsl).set_index(["DOMAIN", "SUBJID"])


def events(mini: MiniExport, former: pd.Timestamp | None = FORMER) -> pd.DataFrame:
    data = derive_safety(mini)
    rows = build_adaemat(cut(mini, LATE), data["adsl"], data["adae"], former)
    return rows.set_index(["SUBJID", "AESEQ"])


def flags(mini: MiniExport, who: str, sequence: int) -> list[object]:
    return events(mini).loc[(who, sequence), ["KNOWNFL", "CHGFL", "ADDEDFL"]].tolist()


def test_records_are_counted_by_participant_and_table() -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, SDV="Y")
    mini.change("ae", {"SUBJID": "001", "AESEQ": "2"}, SDV="N")
    rows = verified(mini)
    assert rows.loc[("ae", "001"), ["RECORDS", "VERIFIED"]].tolist() == [2, 1]
    assert rows.loc[("ae", "003"), ["RECORDS", "VERIFIED"]].tolist() == [1, 0]
    assert "qry" not in rows.index.get_level_values("DOMAIN")
    assert "ex" in rows.index.get_level_values("DOMAIN")


def test_records_after_the_cut_off_are_none_to_verify() -> None:
    mini = MiniExport()
    early = build_adsdv(cut(mini, "2021-05-01"), derive_safety(mini)["adsl"])
    of_001 = early[(early["DOMAIN"] == "ae") & (early["SUBJID"] == "001")]
    assert of_001["RECORDS"].tolist() == [1]  # of 5 March; not of 4 June


def test_a_serious_event_with_everything_lacks_nothing() -> None:
    assert events(MiniExport())["LACKING"].isna().all()


@pytest.mark.parametrize(
    ("values", "lacking"),
    [
        ({"AENARR": None, "AEEXPECT": None}, "AEEXPECT AENARR"),
        ({"AESHOSP": "N"}, "CRITERIA"),
        ({"AEENDTC": None}, "AEENDTC"),
        ({"AEENDTC": None, "AEONGO": "Y"}, None),
        ({"AETOXGR": None, "AEREL": None}, "AETOXGR AEREL"),
    ],
)
def test_what_a_serious_event_lacks_is_named(values, lacking) -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003", "AESEQ": "1"}, **values)
    found = events(mini).loc[("003", 1), "LACKING"]
    assert found == lacking or (lacking is None and pd.isna(found))


def test_an_event_that_is_not_serious_is_asked_for_nothing() -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, AENARR=None, AEOUT=None)
    assert pd.isna(events(mini).loc[("001", 1), "LACKING"])


def test_a_record_is_changed_when_it_was_known_and_changed_later() -> None:
    mini = MiniExport()
    # both entered in March and June; the report before knew records to 15 July
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, UPDDTC="2021-07-15T23:30")
    mini.change("ae", {"SUBJID": "001", "AESEQ": "2"}, UPDDTC="2021-07-16T08:00")
    assert flags(mini, "001", 1) == ["Y", "N", "N"]
    assert flags(mini, "001", 2) == ["Y", "Y", "N"]


def test_an_event_begun_before_and_entered_after_is_added() -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003", "AESEQ": "1"}, ENTRYDTC="2021-08-01T09:00")
    assert flags(mini, "003", 1) == ["N", "N", "Y"]
    mini.change("ae", {"SUBJID": "003", "AESEQ": "1"}, AESTDTC="2021-07-20")
    assert flags(mini, "003", 1) == ["N", "N", "N"]


def test_before_the_first_report_nothing_is_compared() -> None:
    rows = events(MiniExport(), None)
    assert rows[["KNOWNFL", "CHGFL", "ADDEDFL"]].isna().all(axis=None)


def test_a_former_extract_is_compared_by_its_minute() -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, UPDDTC="2021-07-15T12:30")
    moment = pd.Timestamp("2021-07-15T12:00")
    assert events(mini, moment).loc[("001", 1), "CHGFL"] == "Y"
