"""Findings as open readers get them: codes, months and numbers, never a word of the site."""

import pandas as pd
import pytest
from mini_export import PARAMS, MiniExport, schemas, trial

from helpers.checks.publication import publish_findings
from helpers.intake.findings import PUBLISHED, build_findings, empty_findings, join_findings
from helpers.intake.schema import load_access

OPEN, CLOSED = load_access(PARAMS, "open"), load_access(PARAMS, "closed_unmasked")
WORD = "ask Dr. Minh in the ward"


def finding(table, key, subject="001", row=-1, **values):
    frame = pd.DataFrame([{"SUBJID": subject, "SRCROW": row, **values}])
    found = build_findings(frame, check="C00", severity="E", table=table, text="odd")
    return found.assign(key=key)


def publish(*findings, access=OPEN, tables=None):
    return publish_findings(join_findings(findings), tables or {}, schemas(), access, trial())


@pytest.mark.parametrize(
    ("table", "key", "shown"),
    [
        ("ds", "DSSEQ=4", ""),
        ("ae", "AESEQ=7", ""),
        ("sv", "VISIT=M03 SVSEQ=2", "VISIT=M03"),
        ("qry", "QRYID=Q020-17", ""),
        ("lb", "VISIT=BL LBSPEC=BLOOD LBTESTCD=ALT LBDTC=2021-03-09T08:00",
         "VISIT=BL LBSPEC=BLOOD LBTESTCD=ALT"),
        ("qs", "VISIT=M03 QSCAT=FIM QSTESTCD=fim01_eating QSDTC=2021-06",
         "VISIT=M03 QSCAT=FIM QSTESTCD=fim01_eating"),
        ("qs", "QSCAT=FIM QSDTC=2021-06-09T08:00", "QSCAT=FIM QSDTC=2021-06"),
        ("qs", "VISIT=M03 QSCAT=FIM QSTESTCD=ALL", "VISIT=M03 QSCAT=FIM QSTESTCD=ALL"),
        ("qs", f"VISIT=M03 QSTESTCD={WORD} QSCAT=FIM", "VISIT=M03 QSCAT=FIM"),
        ("qs", f"VISIT={WORD} QSCAT={WORD} QSDTC={WORD}", ""),
        # a text that looks like a key is read as one, and no better for it
        ("qs", f"QSTESTCD={WORD} VISIT=BL", "VISIT=BL"),
        ("ie", "IETESTCD=IN05", "IETESTCD=IN05"),
        ("ie", "IETESTCD=IN99", ""),
        ("ex", "EXSEQ=1", ""),  # not a table of this audience
        ("vs", "VISIT=BL DOSENUM=x VSTESTCD=TEMP", "VISIT=BL VSTESTCD=TEMP"),
    ],
)  # fmt: skip
def test_an_open_key_holds_codes_months_and_numbers_only(table, key, shown):
    assert publish(finding(table, key))["key"].tolist() == [shown]


def test_a_closed_key_is_what_it_was():
    found = finding("qs", f"QSTESTCD={WORD}", subject=WORD)
    pd.testing.assert_frame_equal(
        publish(found, access=CLOSED), join_findings([found])[[*PUBLISHED]]
    )


@pytest.mark.parametrize(
    ("recorded", "key"),
    [("2021-07-01T13:13", "AESTDTC=2021-07"), ("2021-07", "AESTDTC=2021-07"), (None, "")],
)
def test_the_month_of_the_record_stands_for_its_number(recorded, key):
    tables = {"ae": pd.DataFrame({"SRCROW": [5, 8], "AESTDTC": ["2020-01-01", recorded]})}
    found = publish(finding("ae", "AESEQ=3", row=8), tables=tables)
    assert found["key"].tolist() == [key]


def test_a_row_that_is_not_kept_has_the_month_of_its_finding():
    found = finding("ae", "AESEQ=3").assign(day=pd.Timestamp("2021-08-01"))
    assert publish(found)["key"].tolist() == ["AESTDTC=2021-08"]


@pytest.mark.parametrize("day", ["2021-09-02", "2021-09-30"])
def test_a_visit_is_named_without_its_date_and_an_event_by_its_month(day):
    """Visits run from the first dose: from a day, who was randomised when told 0.7 of the arms."""
    tables = {
        "qs": pd.DataFrame({"SRCROW": [1], "QSDTC": [day]}),
        "ae": pd.DataFrame({"SRCROW": [1], "AESTDTC": [day]}),
    }
    form = finding("qs", f"VISIT=M06 QSCAT=FIM QSDTC={day}", row=1)
    parts = [form, finding("ae", "AESEQ=2", row=1)]
    shown = publish(*parts, tables=tables)
    assert shown["key"].tolist() == ["AESTDTC=2021-09", "VISIT=M06 QSCAT=FIM"]


def test_a_date_that_open_readers_do_not_load_is_not_shown():
    tables = {"mh": pd.DataFrame({"SRCROW": [1]})}
    assert publish(finding("mh", "MHSEQ=1", row=1), tables=tables)["key"].tolist() == [""]


@pytest.mark.parametrize(("subject", "shown"), [("012", "012"), ("Mr T.", ""), ("", "")])
def test_a_subject_number_of_another_form_is_a_word_of_the_site(subject, shown):
    assert publish(finding("ae", "AESEQ=1", subject=subject))["SUBJID"].tolist() == [shown]


def test_nobody_is_named_by_a_query():
    tables = {"qry": pd.DataFrame({"SRCROW": [1], "QRYOPDTC": [pd.Timestamp("2021-04-01")]})}
    found = publish(finding("qry", "QRYID=Q001-1", row=1), tables=tables)
    assert found[["SUBJID", "key"]].to_numpy().tolist() == [["", "QRYOPDTC=2021-04"]]


def test_open_findings_stand_in_an_order_that_the_numbers_of_the_site_do_not_decide():
    tables = {"ae": pd.DataFrame({"SRCROW": [1, 2], "AESTDTC": ["2021-09-01", "2021-05-01"]})}
    parts = [finding("ae", "AESEQ=2", row=1), finding("ae", "AESEQ=4", row=2)]
    found = publish(*parts, tables=tables)
    assert found["key"].tolist() == ["AESTDTC=2021-05", "AESTDTC=2021-09"]


def test_without_a_finding_there_is_nothing_to_publish():
    assert publish(empty_findings()).empty
    assert tuple(publish().columns) == PUBLISHED


def test_the_study_end_of_control_and_dosed_looks_the_same():
    """The row is DSSEQ 3 for the one and 4 for the other, whose treatment has a row too."""
    mini = MiniExport()
    end = {"DSCAT": "DISPOSITION", "DSSCAT": "TREATMENT", "DSDECOD": "COMPLETED"}
    mini.change("ds", {"SUBJID": "001", "DSSEQ": "3"}, DSSEQ="4")
    mini.add("ds", "001", DSSEQ="3", DSSTDTC="2021-06-04", **end)
    mini.change("ds", {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY"}, ENTRYDTC="2022-05-30T10:00")
    found = mini.check().query("id == 'C49' and table == 'ds'")
    assert set(found["key"]) == {"DSSEQ=2", "DSSEQ=3", "DSSEQ=4"}  # what closed readers see
    shown = publish(found, tables=mini.records().tables)
    # by participant alone: the end follows the first dose, and one row is the randomisation
    assert set(shown["key"]) == {""}
