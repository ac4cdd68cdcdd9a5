"""Findings belong to a cut: records dated by the cut-off, of participants consented by then."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from crowd import Crowd, change, drop
from mini_export import PARAMS, MiniExport, schemas, trial
from trial_views import view_of_export

from helpers.checks.registry import CHECKS, IDENTITY
from helpers.checks.registry import check_records as find
from helpers.datasets.build import build_view
from helpers.datasets.looks.cut_findings import count_findings, is_in_cut
from helpers.params import load_interim

# 001 consents 2021-02-20, randomised 03-01, doses 03-05 and 06-04; 003 has an event on 2021-07-01;
# 004 consents 2021-03-20.


def crowd_a_group(mini):
    for number in range(20):
        mini.add(
            "rand", f"1{number:02d}", RANDNO=f"R{4 + number:03d}", ARMCD="IV",
            RANDDTC=f"2021-05-{number + 1:02d}T09:00",
        )  # fmt: skip


def repeat_sets(mini, who):
    for day in range(1, 8):
        for test, value in {"SYSBP": "120", "DIABP": "80", "PULSE": "70"}.items():
            mini.add(
                "vs", who, VISIT="UNS", VSTESTCD=test, VSORRES=value, VSORRESU="mmHg",
                VSDTC=f"2021-08-{day:02d}",
            )  # fmt: skip


FORGET_VITALS = drop("vs", DOSENUM="2", VSTPT="H24")
FORGET_CRITERION = drop("ie", IETESTCD="IN05")
CROWD = Crowd(without=())


@cache
def find_in_crowd():
    records = CROWD.mini.records()
    return records, find(records, trial())


def name_in_no_list(mini, who):
    """A participant of whom there is but one record."""
    for name, rows in mini.rows.items():
        mini.rows[name] = [row for row in rows if row.get("SUBJID") != who]
    mini.add("cm", who, CMSEQ="1", CMCAT="OTHER", CMTRT="x", CMSTDTC="2021-09-09")


EVENT = {"SUBJID": "003", "AESEQ": "1"}


@pytest.mark.parametrize(
    ("planted", "check", "since"),
    [
        (CROWD.plant("003", change("ae", {"AESEQ": "1"}, AEONGO="Y")), "C15", "2021-07-01"),
        (CROWD.plant("004", change("dm", DTHDTC=None, DTHFL="Y")), "STRUCT-NULL", "2021-03-20"),
        # of somebody consented, about a criterion that matters only since the randomisation
        (CROWD.plant("001", change("ie", {"IETESTCD": "IN05"}, IEORRES="N")), "C04", "2021-03-01"),
        (CROWD.plant("001", FORGET_CRITERION), "C04", "2021-03-01"),
        (CROWD.plant("001", change("dm", AGE="90")), "C05", "2021-03-01"),
        (CROWD.plant("001", change("dm", STROKEDTC="2015")), "C06", "2021-03-01"),
        # what is missing has no record: it is dated by when it was due
        (CROWD.plant("001", FORGET_VITALS), "C38", "2021-06-05"),
        (CROWD.plant("003", repeat_sets), "C52", "2021-08-01"),
        (CROWD.plant("004", name_in_no_list), "C01", "2021-09-09"),
        # without a date of its own a record takes that of its visit
        (
            CROWD.plant("003", change("qs", {"VISIT": "M06", "QSCAT": "MAS"}, QSDTC=None)),
            "STRUCT-NULL",
            "2021-09-11",
        ),
    ],
)
def test_a_finding_counts_from_the_day_of_its_record_and_consent_on(planted, check, since):
    records, findings = find_in_crowd()
    own = findings[(findings["SUBJID"] == planted.number) & (findings["id"] == check)]
    assert_counts_since(own, records, since)


def assert_counts_since(findings, records, since):
    assert len(findings)
    last = pd.Timestamp(since)
    for cutoff, counts in ((last, True), (last - pd.Timedelta(days=1), False)):
        assert is_in_cut(findings, records, schemas(), cutoff).any() == counts, cutoff


def test_a_finding_about_a_group_counts_from_the_day_on_which_it_is_full():
    mini = MiniExport()
    crowd_a_group(mini)
    records = mini.records()
    findings = find(records, trial())
    # 001 is the first of the group of sixteen
    assert_counts_since(findings[findings["id"] == "C50"], records, "2021-05-16")


@cache
def flawed(cutoff, audience="closed_unmasked"):
    """View of an export with findings before and after a day, and one about a file as a whole."""
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, AEONGO="Y")  # 2021-03-05
    (row,) = mini.pick("ae", **EVENT)  # 2021-07-01
    row["AEONGO"] = "Y"
    mini.rows["ae"] += [dict(row), {**row, "AETOXGR": "2", "UPDDTC": "2021-08-01T10:00"}]
    mini.change("ho", {"SUBJID": "003"}, RECSTAT="DELETED")
    interim = load_interim(PARAMS, "ia2", trial())
    interim = interim.model_copy(update={"cutoff": pd.Timestamp(cutoff).date()})
    with TemporaryDirectory() as place:
        folder = mini.write(Path(place))
        return build_view(folder, PARAMS, trial=trial(), interim=interim, audience=audience)


EARLY, LATE = "2021-06-30", "2021-07-01"


def test_a_row_that_stands_twice_is_dated_by_the_one_that_is_used():
    twice = {"STRUCT-DUP", "STRUCT-KEY"}
    assert not twice & set(flawed(EARLY).findings["id"])
    assert twice <= set(flawed(LATE).findings["id"])


def test_a_finding_about_a_file_as_a_whole_is_in_every_cut():
    for cutoff in (EARLY, LATE):
        assert "STRUCT-DELETED" in set(flawed(cutoff).findings["id"])


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_the_view_holds_the_findings_of_the_cut_and_the_number_of_the_whole_export(audience):
    view = flawed(EARLY, audience)
    assert list(view.findings.loc[view.findings["id"] == "C15", "SUBJID"]) == ["001"]
    assert set(view.findings["id"]) - {"STRUCT-DELETED"} == {"C15"}
    if audience == "open":  # of what comes after the cut they learn nothing
        assert not view.has("found")
        return
    counted = view["found"].set_index("id")
    assert counted.loc["C15"].to_dict() == {"severity": "E", "table": "ae", "events": 2}
    assert {"STRUCT-DUP", "STRUCT-KEY"} <= set(counted.index)


def test_without_a_finding_the_counts_are_an_empty_table():
    findings = find(MiniExport().records(), trial())
    counts = count_findings(findings)
    assert list(counts.columns) == ["id", "severity", "table", "events"]
    assert counts.empty


def test_every_finding_of_a_check_about_records_has_a_row_or_a_day():
    """Else it would count at every interim; what is left is about a list or a file as a whole."""
    mini = MiniExport()
    crowd_a_group(mini)
    for spoil, who in ((FORGET_VITALS, "001"), (FORGET_CRITERION, "001"), (repeat_sets, "003")):
        spoil(mini, who)
    mini.change("ae", EVENT, AEONGO="Y", AESER="N", AETOXGR="4")
    findings = find(mini.records(), trial())
    assert len(set(findings["id"])) >= 6
    assert {check.id for check in (*IDENTITY, *CHECKS)} >= set(findings["id"])
    assert (findings["day"].notna() | (findings["row"] != -1)).all()


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_at_the_first_interim_nobody_counts_who_consented_later(export, audience):
    """Against the raw files: consent of dm.csv, and every day that a key of a finding tells."""
    view = view_of_export(export, "ia1", audience)
    consent = pd.read_csv(export / "open" / "dm.csv", dtype=str).set_index("SUBJID")["RFICDTC"]
    last = view.cutoff.strftime("%Y-%m-%d")
    known = view.findings["SUBJID"].map(consent).dropna()
    assert len(known) > 20
    assert known.max() <= last < consent.max()
    days = view.findings["key"].str.findall(r"\d{4}-\d{2}-\d{2}").explode().dropna()
    if audience == "open":  # no day stands beside a participant
        assert days.empty
        return
    assert len(days) > 10
    assert days.max() <= last
    counted = view.findings["severity"].isin(["E", "F"]).sum()
    whole = view["found"]
    assert counted < whole.loc[whole["severity"].isin(["E", "F"]), "events"].sum()
