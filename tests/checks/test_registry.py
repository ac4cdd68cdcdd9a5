"""The table of checks as a whole: complete, documented, blind, independent of order."""

import random
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from mini_export import (
    ARMS,
    PARAMS,
    RESTRICTED,
    MiniExport,
    reference,
    schemas,
    trial,
    type_rows,
)

from helpers.checks.context import CheckContext
from helpers.checks.documentation import STRUCTURE, is_visible
from helpers.checks.exclusion import count_excluded, exclude_and_null
from helpers.checks.raw_tables import KEYS, TABLES
from helpers.checks.registry import CHECKS, IDENTITY, check_records
from helpers.intake.findings import COLUMNS
from helpers.intake.records import Records
from helpers.intake.schema import load_access

# As the specification of the record checks gives them.
FATAL = {"C01", "C44"}
BY_RECORD = {"C08", "C10", "C12", "C24", "C28"}
WARNINGS = {
    *("C11", "C13", "C20", "C21", "C22", "C25", "C27", "C29", "C30", "C32", "C33b", "C34", "C36b"),
    *("C37", "C38", "C39", "C40", "C45", "C46", "C49", "C50", "C51", "C52", "C53"),
}
MILDER_HALVES = ("C33b", "C36b")
NEVER_OPEN = {f"C{number:02d}" for number in (*range(8, 14), 20, 22, 23, 37, 38, 50, 54)}
TELLING_WORDS = re.compile(
    r"\b(control|placebo|infusions?|lumbar|routes?|doses?|dosed|dosing|lots?|arms?|amounts?|"
    r"product|allocation|intrathecal|intravenous|administrations?)\b",
    re.IGNORECASE,
)


def break_everything():
    """At least one finding of nearly every check."""
    mini = MiniExport()
    one, two, three = ({"SUBJID": subject} for subject in ("001", "002", "003"))
    mini.add("cm", "999", CMSEQ="1", CMCAT="OTHER", CMTRT="x")
    mini.change("rand", one, RANDDTC="2021-02-01T09:00", RANDNO="R009")
    mini.change("ie", one | {"IETESTCD": "IN05"}, IEORRES="N")
    mini.change("dm", one, AGE="90", STROKEDTC="2015", DTHFL="Y", DTHDTC="2021-07-01")
    mini.change(
        "qs", one | {"QSCAT": "NIHSS"}, QSORRES="0", QSEVALBL="N", ENTRYDTC="2022-05-30T10:00"
    )
    mini.change("qs", two | {"VISIT": "M06", "QSTESTCD": "n2"}, QSORRES="7", QSDTC="2021-03-05")
    mini.change("qs", two | {"VISIT": "M12", "QSCAT": "FIM"}, QSORRES="7")
    mini.change("qs", two | {"VISIT": "M06", "QSCAT": "FIM"}, QSORRES="1")
    mini.change("qs", two | {"VISIT": "M03", "QSCAT": "FIM"}, QSORRES="1")
    mini.change("ex", one, EXROUTE="INTRATHECAL", EXENDTC="2021-01-01T10:00", EXWT="90")
    mini.change("ex", two | {"EXSEQ": "1"}, EXOCCUR="N", EXREASND="adverse event")
    mini.change("ex", two | {"EXSEQ": "2"}, EXLOT=None, EXADJ="INTERRUPTED")
    mini.drop("vs", SUBJID="002", DOSENUM="2", VSTPT="H24")
    mini.change("sv", two | {"VISIT": "D2A"}, SVSTDTC="2021-06-10")
    mini.change("vs", two | {"VISIT": "M06", "VSTESTCD": "TEMP"}, VSORRES="39.5")
    mini.change("vs", two | {"VISIT": "M06", "VSTESTCD": "PULSE"}, VSORRES="700")
    mini.change("vs", two | {"VISIT": "M06", "VSTESTCD": "SPO2"}, VSORRES="45")
    mini.change("vs", two | {"VISIT": "M06", "VSTESTCD": "WEIGHT"}, VSORRES="90")
    mini.change("vs", one | {"VSTPT": "H2"}, VSDTC="2021-03-05T13:00")
    values = {"AESER": "N", "AEOUT": "FATAL", "AEREL": "PROBABLE", "AESPODTC": "2021-07-20"}
    mini.change("ae", three, AEENDTC=None, AEDECOD="UNCODED", AETOXGR="4", **values)
    mini.add(
        "ae",
        "001",
        AESEQ="7",
        AEDECOD="Headache",
        AESTDTC="2021-03-06",
        AESER="Y",
        AEACN="DOSE_INTERRUPTED",
    )
    mini.add(
        "ae",
        "002",
        AESEQ="7",
        AEDECOD="Pregnancy",
        AESTDTC="2023-03-06",
        AEENDTC="2022",
        AESHOSP="Y",
    )
    mini.change("ho", three, HOSTDTC="2021-10-02", HOENDTC=None, AESEQ=None)
    mini.change("lb", three | {"VISIT": "M06"}, LBORRES="900", LBORNRLO="50", LBORNRHI="40")
    mini.change(
        "lb", three | {"VISIT": "SCR", "LBTESTCD": "ALT"}, LBORRESU="furlong", LBDTC="2021-01-01"
    )
    mini.change("sv", three | {"VISIT": "M03"}, SVSTDTC="2021-05-01")
    mini.drop("sv", SUBJID="002", VISIT="M12")
    end = {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY", "DSDECOD": "WITHDRAWAL_BY_SUBJECT"}
    mini.add("ds", "003", DSSEQ="9", DSSTDTC="2021-08-01", DSWCSCOPE="DATA_USE", **end)
    mini.add("cm", "003", CMSEQ="9", CMCAT="ANTISPASTIC", CMTRT="x", CMSTDTC="2021-08-20")
    return mini


BROKEN = break_everything().records()


@cache
def find_broken():
    """All findings of that export; no test changes them."""
    return all_findings(break_everything())


def open_schemas():
    return load_access(PARAMS, "open").limit(schemas())


def test_every_id_is_there_once_in_order_with_its_severity():
    numbered = [f"C{number:02d}" for number in range(1, 55)]
    assert [check.id for check in CHECKS] == sorted([*numbered, *MILDER_HALVES])
    for check in CHECKS:
        expected = "F" if check.id in FATAL else "W" if check.id in WARNINGS else "E"
        assert check.severity == ("E/W" if check.id in BY_RECORD else expected), check.id


def test_every_structure_finding_of_the_reader_is_documented():
    project = Path(__file__).parents[2]
    files = [project / "src/helpers/intake" / name for name in ("export.py", "private_side.py")]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    assert set(re.findall(r'"(STRUCT-[A-Z]+)"', source)) == {name for name, *_ in STRUCTURE}


def test_tables_and_keys_are_those_of_the_declared_raw_tables():
    for name, table in TABLES.items():
        assert table.date == schemas()[name].date
        assert set(table.piece) <= set(schemas()[name].columns)
    assert {name: ("SUBJID", *key) for name, key in KEYS.items() if name not in ("qry", "lot")} == {
        name: tuple(s.key) for name, s in schemas().items() if name not in ("qry", "lot")
    }
    assert set(KEYS) == set(schemas())


def test_needs_name_declared_columns():
    for check in CHECKS:
        for table, columns in check.needs.items():
            assert set(columns) <= set(schemas()[table].columns), check.id


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_needs_are_all_that_a_check_reads(check):
    tables = {}
    for table, columns in check.needs.items():
        schema = schemas()[table]
        kept = {"STUDYID", "SUBJID", "ENTRYDTC", "RECSTAT", "SRCROW", *schema.key, *columns}
        frame = BROKEN[table]
        tables[table] = frame[[name for name in frame if name in kept]]
    records = Records(tables, reference(), BROKEN.extract, None)
    findings = check.find(CheckContext.of(records, trial()), trial())
    assert set(findings["id"]) <= {check.id}


def test_a_clean_export_is_silent_at_both_stages():
    mini = MiniExport()
    assert mini.check().empty
    assert mini.check("cut").empty


def test_an_export_without_any_row_is_silent():
    mini = MiniExport(empty=True)
    assert mini.check().empty
    assert mini.check("cut").empty


def all_findings(mini, *without):
    return pd.concat([mini.check(stage, *without) for stage in ("raw", "cut")])


def test_no_text_tells_an_arm_whatever_is_broken():
    findings = find_broken()
    assert len(set(findings["id"])) > 40
    arms = "|".join([*ARMS.values(), *(arm.name for arm in trial().arms), "control", "placebo"])
    routes = "|".join(arm.route for arm in trial().arms if arm.route)
    for text in findings["text"]:
        assert not re.search(rf"\b({arms}|{routes})\b", text), text
        assert not re.search(rf"({routes})", text, re.IGNORECASE), text


def open_records(mini):
    """What the reader gives the open audience: allowed tables, columns and rows only."""
    tables = {}
    for name, schema in open_schemas().items():
        rows = [
            {column: row.get(column) for column in schema.columns}
            for row in mini.rows[name]
            if all(row.get(column) in allowed for column, allowed in schema.rows.items())
        ]
        tables[name] = type_rows(rows, schema)
    return Records(tables, reference(), mini.extract, mini.cutoff)


def test_open_readers_get_only_checks_of_their_view_in_harmless_words():
    records = open_records(break_everything())
    findings = pd.concat([check_records(records, trial(), stage=s) for s in ("raw", "cut")])
    visible = {check.id for check in CHECKS if is_visible(check, open_schemas())}
    assert not visible & NEVER_OPEN
    assert set(findings["id"]) <= visible | {check.id for check in IDENTITY}
    assert len(set(findings["id"])) > 10
    assert not set(findings["table"]) & set(RESTRICTED)
    says = [check.says for check in (*IDENTITY, *CHECKS) if check.id in visible]
    for text in [*findings["text"], *says]:
        assert not TELLING_WORDS.search(text), text


def test_findings_of_the_open_view_do_not_depend_on_what_tells_the_arm():
    mini = break_everything()
    before = check_records(open_records(mini), trial())
    for table in ("rand", "ex"):
        for row, subject in zip(mini.rows[table], ["003", "001", "002", "001"], strict=False):
            row["SUBJID"] = subject
    mini.drop("sv", VISIT="D1A")
    mini.drop("vs", VSTPT="H24")
    mini.change("ae", {}, AEREL="DEFINITE", AERELPR="DEFINITE", AEACN="DOSE_INTERRUPTED")
    after = check_records(open_records(mini), trial())
    pd.testing.assert_frame_equal(before.drop(columns="row"), after.drop(columns="row"))


@pytest.mark.parametrize("missing", RESTRICTED[:2])
def test_without_a_restricted_table_nothing_for_closed_readers_is_said(missing):
    findings = all_findings(break_everything(), missing)
    closed = {check.id for check in CHECKS if check.closed_only}
    assert closed >= NEVER_OPEN
    assert not set(findings["id"]) & closed


def test_findings_do_not_depend_on_the_order_of_rows():
    mini = break_everything()
    before = find_broken().drop(columns="row").reset_index(drop=True)
    shuffle = random.Random(7)
    for rows in mini.rows.values():
        shuffle.shuffle(rows)
    mini.touched = set(mini.rows)
    after = all_findings(mini).drop(columns="row").reset_index(drop=True)
    pd.testing.assert_frame_equal(before, after)


def test_checks_change_nothing_and_give_the_same_twice():
    records = break_everything().records()
    copies = {name: frame.copy() for name, frame in records.tables.items()}
    first = check_records(records, trial())
    pd.testing.assert_frame_equal(first, check_records(records, trial()))
    for name, frame in copies.items():
        pd.testing.assert_frame_equal(frame, records[name])
    assert tuple(first.columns) == COLUMNS


def test_fatal_records_go_illegal_answers_are_emptied_and_impossible_measurements_stay():
    mini = MiniExport()
    mini.add("cm", "999", CMSEQ="1", CMCAT="OTHER", CMTRT="x")
    values = {"DSDECOD": "WITHDRAWAL_BY_SUBJECT", "DSWCSCOPE": "DATA_USE", "DSSTDTC": "2022-03-11"}
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, **values)
    mini.change("qs", {"SUBJID": "001", "VISIT": "M03", "QSTESTCD": "n2"}, QSORRES="7")
    mini.change("qs", {"SUBJID": "001", "VISIT": "M03", "QSTESTCD": "n7"}, QSORRES="9")
    lab = {"SUBJID": "002", "VISIT": "M03", "LBTESTCD": "CREAT"}
    mini.change("lb", lab, LBORRES="9999999")
    pulse = {"SUBJID": "002", "VISIT": "M03", "VSTESTCD": "PULSE"}
    mini.change("vs", pulse, VSORRES="700")
    before = mini.records()
    findings = check_records(before, trial())
    after = exclude_and_null(before, findings)
    counts = count_excluded(before, after).set_index("table")["excluded"]
    items = sum(len(mini.pick("qs", SUBJID="003", VISIT="M12", QSCAT=f)) for f in trial().forms)
    excluded = {"cm": 1, "qs": items, "lb": 4, "vs": 6, "sv": 2}
    assert counts[counts > 0].to_dict() == excluded
    qs = after["qs"].set_index(["SUBJID", "VISIT", "QSTESTCD"])["QSORRES"]
    assert qs["001", "M03", "n2"] is None
    assert qs["001", "M03", "n7"] == "9"
    assert after["lb"].query("SUBJID == '002' and LBORRES == '9999999'").shape[0] == 1
    assert after["vs"].query("SUBJID == '002' and VSORRES == 700").shape[0] == 1
    texts = findings.set_index("id")["text"]
    assert "7 is not one of" in texts["C28"].iloc[0] + texts["C28"].iloc[1]
    assert texts["C33"].startswith("9999999 umol/L is impossible")
    assert texts["C36"].startswith("700 /min is impossible")


def test_what_is_left_after_exclusion_has_no_fatal_finding():
    records = BROKEN
    after = exclude_and_null(records, check_records(records, trial()))
    again = check_records(after, trial())
    assert not set(again["severity"]) & {"F"}
    assert "C28" not in set(again.loc[again["severity"] == "E", "id"])
