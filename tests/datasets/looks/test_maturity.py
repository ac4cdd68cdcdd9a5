"""Verified records, empty fields of serious events, changes since the report before."""

import pandas as pd
import pytest
from crowd import Crowd, Planted, change
from mini_data import LATE, cut, derive_safety
from mini_export import MiniExport

from helpers.datasets.looks.maturity import build_adaemat, build_adsdv

FORMER = pd.Timestamp("2021-07-15")


def derive_maturity(mini: MiniExport, cutoff: str) -> dict[str, pd.DataFrame]:
    data, records = derive_safety(mini, cutoff), cut(mini, cutoff)
    adsl, adae = data["adsl"], data["adae"]
    return {
        "adsdv": build_adsdv(records, adsl),
        "events": build_adaemat(records, adsl, adae, FORMER),
    }


# Each case is a participant of this crowd: 001 has two events, 003 a serious one.
CROWD = Crowd(derive_maturity)


def with_event(subject: str, seq: str = "1", **values: str | None) -> Planted:
    name = " ".join(values)
    return CROWD.plant(subject, change("ae", {"AESEQ": seq}, **values), name=name)


def events(mini: MiniExport, former: pd.Timestamp | None) -> pd.DataFrame:
    data = derive_safety(mini)
    rows = build_adaemat(cut(mini, LATE), data["adsl"], data["adae"], former)
    return rows.set_index(["SUBJID", "AESEQ"])


def flags(planted: Planted, sequence: int) -> list[object]:
    row = planted.row("events", AESEQ=sequence)
    return row[["KNOWNFL", "CHGFL", "ADDEDFL"]].tolist()


VERIFIED = CROWD.plant(
    "001", change("ae", {"AESEQ": "1"}, SDV="Y"), change("ae", {"AESEQ": "2"}, SDV="N")
)


def test_records_are_counted_by_participant_and_table() -> None:
    row = VERIFIED.row("adsdv", DOMAIN="ae")
    assert row[["RECORDS", "VERIFIED"]].tolist() == [2, 1]
    other = CROWD.untouched("003").row("adsdv", DOMAIN="ae")
    assert other[["RECORDS", "VERIFIED"]].tolist() == [1, 0]
    domains = set(CROWD.derive()["adsdv"]["DOMAIN"])
    assert "qry" not in domains
    assert "ex" in domains


def test_records_after_the_cut_off_are_none_to_verify() -> None:
    mini = MiniExport()
    early = build_adsdv(cut(mini, "2021-05-01"), derive_safety(mini)["adsl"])
    of_001 = early[(early["DOMAIN"] == "ae") & (early["SUBJID"] == "001")]
    assert of_001["RECORDS"].tolist() == [1]  # of 5 March; not of 4 June


def test_a_serious_event_with_everything_lacks_nothing() -> None:
    assert events(MiniExport(), FORMER)["LACKING"].isna().all()


@pytest.mark.parametrize(
    ("planted", "lacking"),
    [
        (with_event("003", AENARR=None, AEEXPECT=None), "AEEXPECT AENARR"),
        (with_event("003", AESHOSP="N"), "CRITERIA"),
        (with_event("003", AEENDTC=None), "AEENDTC"),
        (with_event("003", AEENDTC=None, AEONGO="Y"), None),
        (with_event("003", AETOXGR=None, AEREL=None), "AETOXGR AEREL"),
    ],
)
def test_what_a_serious_event_lacks_is_named(planted, lacking) -> None:
    found = planted.row("events", AESEQ=1)["LACKING"]
    assert found == lacking or (lacking is None and pd.isna(found))


NOT_SERIOUS = with_event("001", AENARR=None, AEOUT=None)


def test_an_event_that_is_not_serious_is_asked_for_nothing() -> None:
    assert pd.isna(NOT_SERIOUS.row("events", AESEQ=1)["LACKING"])


# both entered in March and June; the report before knew records to 15 July
KNOWN = with_event("001", "1", UPDDTC="2021-07-15T23:30")
CHANGED = with_event("001", "2", UPDDTC="2021-07-16T08:00")


def test_a_record_is_changed_when_it_was_known_and_changed_later() -> None:
    assert flags(KNOWN, 1) == ["Y", "N", "N"]
    assert flags(CHANGED, 2) == ["Y", "Y", "N"]


ADDED = with_event("003", ENTRYDTC="2021-08-01T09:00")
BEGUN_LATER = with_event("003", ENTRYDTC="2021-08-01T09:00", AESTDTC="2021-07-20")


def test_an_event_begun_before_and_entered_after_is_added() -> None:
    assert flags(ADDED, 1) == ["N", "N", "Y"]
    assert flags(BEGUN_LATER, 1) == ["N", "N", "N"]


def test_before_the_first_report_nothing_is_compared() -> None:
    rows = events(MiniExport(), None)
    assert rows[["KNOWNFL", "CHGFL", "ADDEDFL"]].isna().all(axis=None)


def test_a_former_extract_is_compared_by_its_minute() -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, UPDDTC="2021-07-15T12:30")
    moment = pd.Timestamp("2021-07-15T12:00")
    assert events(mini, moment).loc[("001", 1), "CHGFL"] == "Y"
