"""What the site wrote freely, or wrote at all about hidden things, is not in an open view."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
import yaml
from mini_export import PARAMS, MiniExport, schemas, trial

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.datasets.open_readers.words import close_words
from helpers.intake.schema import load_access
from helpers.params import load_interim
from helpers.view import View

OPEN, CLOSED = "open", "closed_unmasked"
WORD = "zQxCanary"
ALLOWED = yaml.safe_load((PARAMS / "tables" / "audiences.yaml").read_text())["open"]["tables"]


def build_from(mini: MiniExport, audience: str, place: Path) -> View:
    interim = load_interim(PARAMS, "ia2", trial())
    interim = interim.model_copy(update={"cutoff": pd.Timestamp("2022-06-01").date()})
    folder = mini.write(place / audience)
    return build_view(folder, PARAMS, trial=trial(), interim=interim, audience=audience)


@pytest.fixture
def build(tmp_path):
    def write_and_build(mini: MiniExport, audience: str = OPEN) -> View:
        return build_from(mini, audience, tmp_path)

    return write_and_build


def find_loaded(*kinds):
    """Columns of open tables that an open run reads, of these kinds."""
    limited = load_access(PARAMS, OPEN).limit(schemas())
    return [
        (table, column.name)
        for table, schema in limited.items()
        for column in schema.columns.values()
        if column.kind in kinds and column.name not in ("SUBJID", "STUDYID")
    ]


def test_columns_of_free_text_that_an_open_run_reads_are_these():
    """Each new one needs a rule that keeps its words off the page."""
    assert set(find_loaded("id", "text")) == {
        ("ae", "AEBODSYS"), ("lb", "LBORRES"), ("lb", "LBORRESU"), ("vs", "VSORRESU"),
        ("qs", "QSTESTCD"), ("qs", "QSORRES"), ("mh", "MHDECOD"), ("qry", "QRYID"),
    }  # fmt: skip


def test_no_free_text_that_an_open_run_reads_is_in_its_view(build):
    mini = MiniExport()
    for table, column in find_loaded("id", "text"):
        for place, row in enumerate(mini.rows[table]):
            row[column] = f"{WORD}{table}{place}"
    mini.touched = set(mini.rows)
    view = build(mini)
    assert set(view.findings["id"]) >= {"C33", "C36"}  # what was planted is a mistake
    assert WORD.encode() not in pack_view(view)


def test_no_text_in_place_of_a_code_a_date_or_a_number_is_in_an_open_view(build):
    mini = MiniExport()
    planted = find_loaded("ct", "flag", "dtc", "date", "dtm", "int", "num")
    for place, (table, column) in enumerate(planted):
        rows = mini.rows[table]
        rows[place % len(rows)][column] = f"{WORD}{column}"
    mini.touched = set(mini.rows)
    view = build(mini)
    assert len(planted) > 60
    assert view.findings["id"].isin(["STRUCT-TERM", "STRUCT-TYPE"]).sum() > 40
    assert WORD.encode() not in pack_view(view)


@cache
def in_own_words(audience: str) -> View:
    """A name as a number of a participant, words as a class, queries about participants."""
    mini = MiniExport()
    mini.rows["ae"].append({**mini.rows["ae"][0], "SUBJID": WORD})
    mini.change("ae", {"SUBJID": "003"}, AEBODSYS="complaints after the second bag")
    for subject, number in (("003", "Q003-2"), ("001", "Q001-9")):
        mini.add("qry", subject, QRYID=number, QRYOPDTC="2021-03-02", QRYSTAT="OPEN", DOMAIN="ex")
    with TemporaryDirectory() as place:
        return build_from(mini, audience, Path(place))


def test_a_subject_number_that_is_a_name_is_not_in_an_open_view():
    view = in_own_words(OPEN)
    assert {"C01", "STRUCT-TYPE"} <= set(view.findings["id"])
    assert WORD.encode() not in pack_view(view)


def test_a_class_that_the_dictionary_has_not_is_uncoded_for_open_readers():
    classes = {
        audience: set(in_own_words(audience)["adae"]["AEBODSYS"]) for audience in (OPEN, CLOSED)
    }
    assert classes[OPEN] == {"UNCODED", "Nervous system", "General and administration site"}
    assert "complaints after the second bag" in classes[CLOSED]


def test_the_study_of_open_records_is_that_of_the_trial():
    records = MiniExport().records()
    records = records.with_tables(
        {
            name: frame.assign(STUDYID=WORD)
            for name, frame in records.tables.items()
            if name != "lot"
        }
    )
    closed = close_words(records, load_access(PARAMS, OPEN), trial())
    assert {study for frame in closed.tables.values() for study in frame["STUDYID"]} == {
        trial().study
    }
    assert close_words(records, load_access(PARAMS, CLOSED), trial()) is records


def test_open_readers_do_not_learn_whom_a_query_is_about():
    queries = in_own_words(OPEN)["adqry"]
    assert list(queries.columns) == ["QRYOPDTC", "QRYCLDTC", "QRYSTAT"]
    assert len(queries) == 3
    assert list(in_own_words(CLOSED)["adqry"]["QRYID"]) == ["Q001-9", "Q003-2", "Q1"]


TELLING_ROWS = [
    ("sv", {"VISIT": "D2A", "SVSEQ": "9", "SVSTDTC": "2021-06-04", "SVSTAT": "DONE"}),
    ("sv", {"VISIT": "D2A", "SVSEQ": "9", "SVSTDTC": None, "SVSTAT": "DONE"}),
    ("qs", {"VISIT": "D2A", "QSCAT": "FIM", "QSTESTCD": "fim01_eating", "QSORRES": "5",
            "QSDTC": "2021-06-04"}),
    ("qs", {"VISIT": "D1A", "QSCAT": "FIM", "QSTESTCD": "ALL", "QSSTAT": "NOT DONE"}),
    ("vs", {"VISIT": "D2A", "VSTESTCD": "PULSE", "VSORRES": "700", "VSDTC": "2021-06-04"}),
    ("vs", {"VISIT": "BL", "DOSENUM": "1", "VSTESTCD": "PULSE", "VSORRES": "700",
            "VSDTC": "2021-06-04"}),
    ("lb", {"VISIT": "D2A", "LBSPEC": "BLOOD", "LBTESTCD": "ALT", "LBORRES": "x",
            "LBDTC": "2021-06-04"}),
    ("lb", {"VISIT": "BL", "LBSPEC": "CSF", "LBTESTCD": "CSFWBC", "LBORRES": "x",
            "LBDTC": "2021-06-04"}),
    ("ds", {"DSCAT": "DISPOSITION", "DSSCAT": "TREATMENT", "DSSEQ": "9", "DSDECOD": "COMPLETED",
            "DSSTDTC": "2021-06-04"}),
    # the site forgot to say what ended
    ("ds", {"DSCAT": "DISPOSITION", "DSSEQ": "9", "DSDECOD": "COMPLETED",
            "DSSTDTC": "2021-06-04"}),
    ("ds", {"DSSEQ": "9", "DSDECOD": "COMPLETED", "DSSTDTC": "2021-06-04"}),
    ("ds", {"DSCAT": "DISPOSITION", "DSSEQ": "9", "DSDECOD": WORD, "DSSTDTC": WORD}),
    ("cm", {"CMCAT": "PREMEDICATION", "CMSEQ": "9", "CMTRT": "x", "CMSTDTC": "2021-06-04"}),
    ("cm", {"CMSEQ": "9", "CMTRT": "x", "CMSTDTC": "2021-06-04"}),
    ("dv", {"DVCAT": "DOSE", "DVSEQ": "9", "DVSTDTC": "2021-06-04"}),
    ("dv", {"DVSEQ": "9", "DVSTDTC": "2021-06-04"}),
    ("mh", {"MHCAT": "OTHER", "MHSEQ": "9", "MHTERM": "x"}),
]  # fmt: skip


def test_rows_that_tell_by_being_there_leave_no_trace_in_an_open_view(build):
    """Entered late and partly wrong, so that checks would have something to say of them."""
    before = pack_view(build(MiniExport()))
    mini = MiniExport()
    for number, (table, row) in enumerate(TELLING_ROWS):
        own = {name: str(100 + number) for name in row if name.endswith("SEQ")}
        mini.add(table, "003", **{**row, **own, "ENTRYDTC": "2022-05-30T10:00"})
    assert pack_view(build(mini)) == before


def test_a_hidden_row_between_others_does_not_move_their_numbers(build):
    """As a real export numbers them: all rows of a participant by date."""
    packed = []
    for number in ("3", "4"):
        mini = MiniExport()
        end = {"SUBJID": "002", "DSCAT": "DISPOSITION"}
        mini.change("ds", end, DSSEQ=number, ENTRYDTC="2022-05-30T10:00")
        drug = {"SUBJID": "003", "CMCAT": "ANTITHROMBOTIC"}
        mini.change("cm", drug, CMSEQ=number, ENTRYDTC="2022-05-30T10:00")
        mini.change("dv", {"SUBJID": "003"}, DVSEQ=number, ENTRYDTC="2022-05-30T10:00")
        mini.change("mh", {"SUBJID": "003"}, MHSEQ=number, ENTRYDTC="2022-05-30T10:00")
        visit = {"SUBJID": "003", "VISIT": "M06"}
        mini.change("sv", visit, SVSEQ=number, ENTRYDTC="2022-05-30T10:00")
        view = build(mini)
        late = view.findings.loc[view.findings["id"] == "C49", "table"]
        assert set(late) == {"ds", "cm", "sv", "dv"}
        packed.append(pack_view(view))
    assert packed[0] == packed[1]
