"""What a damaged export says: one clear line, never a traceback."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from mini_export import EXTRACT, PARAMS, MiniExport, schemas

from helpers.errors import ExportError, UsageError
from helpers.intake.export import Export, check_usable, read_export, read_info
from helpers.intake.read import read_header, read_text
from helpers.intake.schema import load_access

AE = Path("open") / "ae.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return MiniExport().write(tmp_path / "export")


@pytest.fixture
def read_of(tmp_path: Path):
    """Write rows, read them back, as of a snapshot if one is given."""

    def write_and_read(mini: MiniExport, extract: str | None = None) -> Export:
        folder = mini.write(tmp_path / "written")
        snapshot = None if extract is None else pd.Timestamp(extract)
        return read_export(folder, schemas(), load_access(PARAMS, "closed_unmasked"), snapshot)

    return write_and_read


def read(folder: Path, audience: str = "closed_unmasked") -> Export:
    return read_export(folder, schemas(), load_access(PARAMS, audience))


def refusal(folder: Path) -> str:
    with pytest.raises(ExportError) as error:
        check_usable(read(folder).findings)
    return str(error.value)


def found(folder: Path) -> list[tuple[str, str, str, str]]:
    rows = read(folder).findings
    return [(row.id, row.severity, row.table, row.text) for row in rows.itertuples()]


def rewrite(path: Path, change) -> None:
    path.write_bytes(change(path.read_bytes()))


def test_the_untouched_export_has_no_finding(folder):
    assert found(folder) == []


def test_a_missing_table_is_named_with_the_place_where_it_was_looked_for(folder):
    (folder / AE).unlink()
    assert refusal(folder) == (
        "STRUCT-TABLE ae: no ae.csv or ae.parquet in open/; export it, or check --data"
    )


def test_a_table_that_is_not_required_may_be_missing_and_is_then_empty(folder):
    (folder / "open" / "qry.csv").unlink()
    export = read(folder)
    check_usable(export.findings)
    assert export.tables["qry"].empty
    assert {"QRYID", "QRYSTAT"} <= set(export.tables["qry"])


def test_a_missing_required_column_is_named(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AETOXGR", b"GRADE", 1))
    assert refusal(folder) == "STRUCT-COLUMN ae: open/ae.csv has no column AETOXGR"


def test_an_unknown_column_is_a_warning_and_is_not_read(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AECONTRT", b"SITEMEMO", 1))
    assert found(folder) == [
        ("STRUCT-COLUMN", "W", "ae", "open/ae.csv has no column AECONTRT"),
        ("STRUCT-EXTRA", "W", "ae", "open/ae.csv has an unknown column, not used"),
    ]
    assert "SITEMEMO" not in read(folder).tables["ae"]


def test_an_audience_that_sees_some_columns_is_not_told_of_others(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AECONTRT", b"SITEMEMO", 1))
    assert read(folder, "open").findings.empty


def test_an_empty_file_is_not_an_empty_table(folder):
    (folder / AE).write_bytes(b"")
    assert refusal(folder) == (
        "STRUCT-FILE ae: open/ae.csv is empty; an empty table still needs its header line"
    )


def test_a_header_alone_is_a_table_without_rows(folder):
    rewrite(folder / AE, lambda text: text.split(b"\n")[0] + b"\n")
    export = read(folder)
    check_usable(export.findings)
    assert len(export.tables["ae"]) == 0
    assert export.tables["ae"]["AETOXGR"].dtype == "Int64"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_with_the_way_out(folder, encoding):
    rewrite(folder / AE, lambda text: text.decode().encode(encoding))
    assert refusal(folder) == ("STRUCT-FILE ae: open/ae.csv is UTF-16 or binary; save it as UTF-8")


@pytest.mark.parametrize("line", [1, 2])
def test_latin_1_is_refused_in_the_header_and_in_the_rows(folder, line):
    def spoil(text: bytes) -> bytes:
        return (
            text.replace(b"AECONTRT", b"AE\xe9", 1)
            if line == 1
            else text.replace(b",x,", b",\xe9,", 1)
        )

    rewrite(folder / AE, spoil)
    message = refusal(folder)
    assert message.startswith("STRUCT-FILE ae: open/ae.csv is not UTF-8")
    assert message.endswith("save it as UTF-8")


def test_a_byte_order_mark_and_windows_line_ends_are_read_and_said(folder):
    plain = read(folder).tables["ae"]
    rewrite(folder / AE, lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert [row[3] for row in found(folder)] == [
        "open/ae.csv has Windows line ends; read as if they were \\n",
        "open/ae.csv starts with a byte-order mark; read without it",
    ]
    assert read(folder).tables["ae"].equals(plain)


def test_a_quoted_newline_and_a_quoted_comma_belong_to_the_cell(folder):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AENARR='fell,\nthen "slept"')
    mini.write(folder)
    assert read(folder).tables["ae"]["AENARR"].iloc[-1] == 'fell,\nthen "slept"'


def test_a_header_that_names_a_column_twice_is_refused(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AEENDTC", b"AESTDTC", 1))
    assert refusal(folder) == (
        "STRUCT-FILE ae: open/ae.csv column AESTDTC stands twice in the header; keep one"
    )


def test_a_ragged_row_is_refused_with_its_line_and_without_its_content(folder):
    rewrite(folder / AE, lambda text: text + b"NCT05292625,001,secret\n")
    message = refusal(folder)
    assert "cells, the header has" in message
    assert "secret" not in message


def test_of_rows_with_one_key_the_one_changed_last_is_used(read_of):
    mini = MiniExport()
    first = dict(mini.pick("ae", SUBJID="003")[0])
    mini.rows["ae"].append({**first, "AETOXGR": "2", "UPDDTC": "2021-09-01T10:00"})
    export = read_of(mini)
    ae = export.tables["ae"]
    assert list(ae.loc[ae["SUBJID"] == "003", "AETOXGR"]) == [2]
    assert list(export.findings["id"]) == ["STRUCT-KEY"]
    assert list(export.counts.set_index("table").loc["ae"]) == [4, 0, 0, 1]


def test_an_exact_repeat_is_dropped_whatever_its_audit_columns_say(read_of):
    mini = MiniExport()
    first = dict(mini.pick("ae", SUBJID="003")[0])
    mini.rows["ae"].append({**first, "ENTRYDTC": "2021-07-05T10:00"})
    export = read_of(mini)
    assert len(export.tables["ae"]) == 3
    assert list(export.findings["id"]) == ["STRUCT-DUP"]


def test_a_cell_of_five_megabytes_is_a_cell(read_of):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AENARR="x" * 5_000_000)
    assert len(read_of(mini).tables["ae"]["AENARR"].iloc[-1]) == 5_000_000


@pytest.mark.parametrize(
    ("column", "value", "check", "says"),
    [
        ("AETOXGR", "severe", "STRUCT-TYPE", "'severe' is no int; read as empty"),
        ("AETOXGR", "UNK", "STRUCT-SENTINEL", "leave the cell empty; read as empty"),
        ("AEOUT", "recovered", "STRUCT-TERM", "'recovered' is not in the code list"),
        ("AESER", "yes", "STRUCT-TYPE", "'yes' is no flag; read as empty"),
        ("AESTDTC", "2021-13", "STRUCT-TYPE", "'2021-13' is no dtc; read as empty"),
        ("AESTDTC", "01.07.2021", "STRUCT-TYPE", "is no dtc; read as empty"),
        ("AESITDTC", "2021-07", "STRUCT-TYPE", "'2021-07' is no date; read as empty"),
        ("ENTRYDTC", "2021-07-01", "STRUCT-TYPE", "is no dtm; read as empty"),
    ],
)
def test_a_value_that_does_not_parse_becomes_empty_and_is_named(
    column, value, check, says, read_of
):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, **{column: value})
    export = read_of(mini)
    check_usable(export.findings)
    row = export.findings.iloc[0]
    assert (row["id"], row["severity"], row["SUBJID"], row["column"]) == (check, "E", "003", column)
    assert row["key"] == "AESEQ=1"
    assert says in row["text"]
    assert export.tables["ae"][column].isna().iloc[-1]


def test_a_missing_required_value_is_named(read_of):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AETOXGR=None)
    row = read_of(mini).findings.iloc[0]
    assert (row["id"], row["column"]) == ("STRUCT-NULL", "AETOXGR")


def test_a_folder_name_with_blanks_and_vietnamese_letters_is_a_folder(tmp_path):
    folder = MiniExport().write(tmp_path / "Dữ liệu thử nghiệm (bản sao 2)")
    assert found(folder) == []


def test_parquet_gives_the_same_tables_as_csv(folder):
    from_csv = read(folder)
    for path in sorted(folder.rglob("*.csv")):
        text = read_text(path, read_header(path))
        pa.parquet.write_table(pa.Table.from_pandas(text), path.with_suffix(".parquet"))
        path.unlink()
    from_parquet = read(folder)
    assert from_parquet.findings.empty
    for name, table in from_csv.tables.items():
        pd.testing.assert_frame_equal(from_parquet.tables[name], table)


def test_a_parquet_file_cut_short_is_refused(folder):
    (folder / AE).unlink()
    (folder / "open" / "ae.parquet").write_bytes(b"PAR1 and no more")
    assert refusal(folder) == (
        "STRUCT-FILE ae: open/ae.parquet cannot be read as Parquet; was it cut short?"
    )


def test_a_table_of_two_folders_is_one_table(folder):
    vs = read(folder).tables["vs"]
    assert vs["VSTPT"].notna().any()
    assert vs["VSTPT"].isna().any()


def test_every_reason_to_refuse_is_said_at_once(folder):
    (folder / AE).unlink()
    (folder / "open" / "dm.csv").write_bytes(b"")
    assert len(refusal(folder).splitlines()) == 2


def test_a_folder_that_is_no_export_says_what_is_missing(tmp_path):
    with pytest.raises(ExportError, match=r"export\.json: missing; it names study, extract"):
        read_info(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        read_info(tmp_path / "absent")
    (tmp_path / "export.json").write_text('{"study": "x"}')
    with pytest.raises(ExportError, match="must be JSON with study and extract"):
        read_info(tmp_path)


def test_the_snapshot_drops_later_entries_and_counts_them(read_of):
    mini = MiniExport()
    export = read_of(mini, extract="2021-04-01T12:00")
    counts = export.counts.set_index("table")
    assert counts.loc["ae", "entered_later"] == 2
    assert list(export.tables["ae"]["AEDECOD"]) == ["Headache"]
    assert export.findings.empty


def test_a_row_entered_after_the_export_was_made_is_left_for_the_checks(read_of):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, ENTRYDTC="2030-01-01T10:00")
    late = read_of(mini, extract="2022-05-01T00:00")
    assert len(late.tables["ae"]) == 3
    assert late.tables["ae"]["ENTRYDTC"].max() > EXTRACT


def test_deleted_rows_are_dropped_and_counted(read_of):
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001"}, RECSTAT="DELETED")
    export = read_of(mini)
    assert list(export.counts.set_index("table").loc["ae"]) == [3, 2, 0, 0]
    assert list(export.findings["text"]) == ["2 deleted rows dropped"]


def test_a_table_in_two_formats_is_refused(folder):
    pd.read_csv(folder / AE, dtype=str).to_parquet(folder / "open" / "ae.parquet")
    said = "STRUCT-FILE ae: open/ae.csv and ae.parquet are both there; keep one"
    assert refusal(folder) == said


def test_an_open_reader_is_told_of_another_encoding_in_a_column_it_does_not_see(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AECONTRT", b"T\xeate", 1))
    rewrite(folder / AE, lambda text: text.rstrip(b"\n") + b"\xea\n")
    lines = (folder / AE).read_bytes().count(b"\n")
    with pytest.raises(ExportError, match="is not UTF-8"):
        check_usable(read(folder, "open").findings)
    rewrite(folder / AE, lambda text: text.replace(b"T\xeate", b"AECONTRT", 1))
    with pytest.raises(ExportError, match=rf"is not UTF-8 \(line {lines}\)"):
        check_usable(read(folder, "open").findings)


def test_a_comma_in_the_name_of_an_unknown_column_is_part_of_it(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AECONTRT", b'"my note, 2"', 1))
    assert any("unknown column" in text for *_, text in found(folder))
    assert read_header(folder / AE).count("my note, 2") == 1


def test_blanks_around_a_name_in_the_header_are_part_of_it(folder):
    rewrite(folder / AE, lambda text: text.replace(b"AETOXGR", b" AETOXGR", 1))
    assert "has no column AETOXGR" in refusal(folder)
