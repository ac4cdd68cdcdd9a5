"""Findings belong to a cut: records dated by the cut-off, of participants consented by then."""

import pandas as pd
import pytest
from mini_export import PARAMS, MiniExport, schemas, trial

from helpers.checks.registry import CHECKS, IDENTITY
from helpers.checks.registry import check_records as find
from helpers.datasets.build import build_view
from helpers.datasets.looks.cut_findings import count_findings, is_in_cut
from helpers.params import load_interim

# 001 consents 2021-02-20, randomised 03-01, doses 03-05 and 06-04; 003 has an event on 2021-07-01;
# 004 consents 2021-03-20.


def change(table, where, **values):
    def spoil(mini):
        mini.change(table, where, **values)

    return spoil


def add(table, subject, **values):
    def spoil(mini):
        mini.add(table, subject, **values)

    return spoil


def forget_vitals(mini):
    mini.drop("vs", SUBJID="001", DOSENUM="2", VSTPT="H24")


def forget_criterion(mini):
    mini.drop("ie", SUBJID="001", IETESTCD="IN05")


def crowd_a_group(mini):
    for number in range(20):
        mini.add(
            "rand", f"1{number:02d}", RANDNO=f"R{4 + number:03d}", ARMCD="IV",
            RANDDTC=f"2021-05-{number + 1:02d}T09:00",
        )  # fmt: skip


def repeat_sets(mini):
    for day in range(1, 8):
        for test, value in {"SYSBP": "120", "DIABP": "80", "PULSE": "70"}.items():
            mini.add(
                "vs", "003", VISIT="UNS", VSTESTCD=test, VSORRES=value, VSORRESU="mmHg",
                VSDTC=f"2021-08-{day:02d}",
            )  # fmt: skip


EVENT = {"SUBJID": "003", "AESEQ": "1"}


@pytest.mark.parametrize(
    ("spoil", "check", "since"),
    [
        (change("ae", EVENT, AEONGO="Y"), "C15", "2021-07-01"),
        (change("dm", {"SUBJID": "004"}, DTHDTC=None, DTHFL="Y"), "STRUCT-NULL", "2021-03-20"),
        # of somebody consented, about a criterion that matters only since the randomisation
        (change("ie", {"SUBJID": "001", "IETESTCD": "IN05"}, IEORRES="N"), "C04", "2021-03-01"),
        (forget_criterion, "C04", "2021-03-01"),
        (change("dm", {"SUBJID": "001"}, AGE="90"), "C05", "2021-03-01"),
        (change("dm", {"SUBJID": "001"}, STROKEDTC="2015"), "C06", "2021-03-01"),
        # what is missing has no record: it is dated by when it was due
        (forget_vitals, "C38", "2021-06-05"),
        (crowd_a_group, "C50", "2021-05-16"),  # 001 is the first of the group of sixteen
        (repeat_sets, "C52", "2021-08-01"),
        (add("cm", "999", CMSEQ="1", CMCAT="OTHER", CMTRT="x", CMSTDTC="2021-09-09"), "C01",
         "2021-09-09"),
        # without a date of its own a record takes that of its visit
        (change("qs", {"SUBJID": "003", "VISIT": "M06", "QSCAT": "MAS"}, QSDTC=None), "STRUCT-NULL",
         "2021-09-11"),
    ],
)  # fmt: skip
def test_a_finding_counts_from_the_day_of_its_record_and_consent_on(spoil, check, since):
    mini = MiniExport()
    spoil(mini)
    records = mini.records()
    findings = find(records, trial())
    assert check in set(findings["id"])
    last = pd.Timestamp(since)
    for cutoff, counts in ((last, True), (last - pd.Timedelta(days=1), False)):
        inside = findings[is_in_cut(findings, records, schemas(), cutoff)]
        assert (check in set(inside["id"])) is counts, cutoff


def build(mini, folder, cutoff, audience="closed_unmasked"):
    interim = load_interim(PARAMS, "ia2", trial())
    interim = interim.model_copy(update={"cutoff": pd.Timestamp(cutoff).date()})
    place = mini.write(folder / f"{cutoff}{audience}")
    return build_view(place, PARAMS, trial=trial(), interim=interim, audience=audience)


def test_a_row_that_stands_twice_is_dated_by_the_one_that_is_used(tmp_path):
    mini = MiniExport()
    (row,) = mini.pick("ae", **EVENT)
    mini.rows["ae"] += [dict(row), {**row, "AETOXGR": "2", "UPDDTC": "2021-08-01T10:00"}]
    for cutoff, found in (("2021-06-30", set()), ("2021-07-01", {"STRUCT-DUP", "STRUCT-KEY"})):
        assert set(build(mini, tmp_path, cutoff).findings["id"]) == found


def test_a_finding_about_a_file_as_a_whole_is_in_every_cut(tmp_path):
    mini = MiniExport()
    mini.change("ae", EVENT, RECSTAT="DELETED")
    view = build(mini, tmp_path, "2021-03-31")
    assert "STRUCT-DELETED" in set(view.findings["id"])


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_the_view_holds_the_findings_of_the_cut_and_the_number_of_the_whole_export(
    tmp_path, audience
):
    mini = MiniExport()
    mini.change("ae", EVENT, AEONGO="Y")  # later
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, AEONGO="Y")  # 2021-03-05
    view = build(mini, tmp_path, "2021-04-30", audience)
    assert list(view.findings["SUBJID"]) == ["001"]
    if audience == "open":  # of what comes after the cut they learn nothing
        assert not view.has("found")
        return
    assert view["found"].to_dict("records") == [
        {"id": "C15", "severity": "E", "table": "ae", "events": 2}
    ]


def test_without_a_finding_the_counts_are_an_empty_table():
    findings = find(MiniExport().records(), trial())
    counts = count_findings(findings)
    assert list(counts.columns) == ["id", "severity", "table", "events"]
    assert counts.empty


def test_every_finding_of_a_check_about_records_has_a_row_or_a_day():
    """Else it would count at every interim; what is left is about a list or a file as a whole."""
    mini = MiniExport()
    for spoil in (forget_vitals, forget_criterion, crowd_a_group, repeat_sets):
        spoil(mini)
    mini.change("ae", EVENT, AEONGO="Y", AESER="N", AETOXGR="4")
    findings = find(mini.records(), trial())
    assert len(set(findings["id"])) >= 6
    assert {check.id for check in (*IDENTITY, *CHECKS)} >= set(findings["id"])
    assert (findings["day"].notna() | (findings["row"] != -1)).all()


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_at_the_first_interim_nobody_counts_who_consented_later(export, audience):
    """Against the raw files: consent of dm.csv, and every day that a key of a finding tells."""
    interim = load_interim(PARAMS, "ia1", trial())
    view = build_view(export, PARAMS, trial=trial(), interim=interim, audience=audience)
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
