"""Raw tables in the forms of other programs and countries: read, and said; never guessed."""

import csv
import io
import math
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini_export import PARAMS, MiniExport, schemas

from helpers.intake.collected_numbers import DOUBTFUL, unify_numbers
from helpers.intake.export import read_export
from helpers.intake.open_copy import build_open_copy
from helpers.intake.schema import load_access

FORMS = {
    "Macintosh": (lambda text: text.replace(b"\n", b"\r"), "line ends of old Macintosh"),
    "Windows": (lambda text: text.replace(b"\n", b"\r\n"), "has Windows line ends"),
    "semicolons": (lambda text: separate(text, ";"), "has semicolons between its cells"),
    "tabs": (lambda text: separate(text, "\t"), "has tabs between its cells"),
    "bars": (lambda text: separate(text, "|"), "has vertical bars between its cells"),
    "stated": (
        lambda text: b"\xef\xbb\xbfsep=;\r\n" + separate(text, ";").replace(b"\n", b"\r\n"),
        "begins with a line that states the separator",
    ),
}


def separate(text: bytes, sign: str) -> bytes:
    buffer = io.StringIO()
    rows = csv.reader(io.StringIO(text.decode(), newline=""))
    csv.writer(buffer, delimiter=sign, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


def write_mini(place: Path) -> Path:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "003"}, AENARR="fell;\tthen | slept")
    return mini.write(place / "export")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_mini(tmp_path)


def read(folder: Path, audience: str = "closed_unmasked"):
    return read_export(folder, schemas(), load_access(PARAMS, audience))


def rewrite(folder: Path, change) -> None:
    for path in folder.rglob("*.csv"):
        path.write_bytes(change(path.read_bytes()))


def change_cells(folder: Path, table: str, **changes) -> None:
    for path in folder.rglob(f"{table}.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column, change in changes.items():
            frame[column] = [change(cell) if cell else cell for cell in frame[column]]
        frame.to_csv(path, index=False)


def same(one, other) -> None:
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(other.tables[name], table)


# each form for who may see everything; for open readers that with most in it, the others are slow
READERS = [
    *((form, "closed_unmasked") for form in FORMS),
    *(
        pytest.param(form, "open", marks=() if form == "stated" else pytest.mark.slow)
        for form in FORMS
    ),
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The tables as they are, read once for each audience."""

    @cache
    def read_plain(audience: str):
        return read(write_mini(tmp_path_factory.mktemp("plain")), audience)

    return read_plain


@pytest.mark.parametrize(("form", "audience"), READERS)
def test_a_file_in_another_form_is_the_same_table_and_said(folder, form, audience, plain):
    change, says = FORMS[form]
    plain = plain(audience)
    rewrite(folder, change)
    other = read(folder, audience)
    same(plain, other)
    assert set(other.findings["severity"]) == {"W"}
    told = other.findings[other.findings["text"].str.contains(says, regex=False)]
    assert set(told["table"]) == set(plain.tables)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(form, marks=() if form in ("stated", "Macintosh") else pytest.mark.slow)
        for form in FORMS
    ],
)
def test_the_open_copy_of_a_file_in_another_form_tells_the_same(folder, form, tmp_path):
    rewrite(folder, FORMS[form][0])
    for path, content in build_open_copy(folder, schemas(), load_access(PARAMS, "open")).items():
        (tmp_path / "copy" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "copy" / path).write_bytes(content)
    whole, copy = read(folder, "open"), read(tmp_path / "copy", "open")
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(
            copy.tables[name].drop(columns="SRCROW"), table.drop(columns="SRCROW")
        )
    assert list(copy.findings["text"]) == list(whole.findings["text"])


def test_a_separator_that_nobody_writes_is_refused_by_name(folder):
    path = folder / "open" / "ae.csv"
    path.write_bytes(b"sep=^\n" + path.read_bytes())
    (text,) = read(folder).findings["text"]
    assert text.startswith("open/ae.csv states the separator '^', allowed: commas, semicolons")


def test_decimal_commas_and_thousands_are_read_by_column_and_counted(folder):
    plain = read(folder)
    change_cells(folder, "dm", WEIGHT=lambda x: f"{float(x):.1f}".replace(".", ","))
    change_cells(folder, "lb", LBORRES=lambda x: f"<{x.lstrip('<')},5")
    change_cells(folder, "vs", VSORRES=lambda x: f"{float(x) + 1000:,.1f}")
    other = read(folder)
    assert list(other.tables["dm"]["WEIGHT"]) == list(plain.tables["dm"]["WEIGHT"])
    assert list(other.tables["lb"]["LBORRES"].dropna()) == [
        f"<{cell.lstrip('<')}.5" for cell in plain.tables["lb"]["LBORRES"].dropna()
    ]
    assert list(other.tables["vs"]["VSORRES"].dropna()) == pytest.approx(
        list(plain.tables["vs"]["VSORRES"].dropna() + 1000)
    )
    said = {(f.table, f.column): f.text for f in other.findings.itertuples()}
    n = len(plain.tables["dm"])
    assert said[("dm", "WEIGHT")] == f"{n} numbers with a decimal comma; read as such"
    assert "numbers with a decimal comma" in said[("lb", "LBORRES")]
    assert "numbers with thousands set apart" in said[("vs", "VSORRES")]
    assert set(other.findings["severity"]) == {"W"}


def test_a_number_that_can_be_read_in_two_ways_is_empty_and_named_with_its_record(folder):
    change_cells(folder, "dm", WEIGHT=lambda x: f"{float(x):.0f}")
    frame = pd.read_csv(folder / "open" / "dm.csv", dtype=str, keep_default_na=False)
    frame.loc[0, "WEIGHT"] = "1,234"
    frame.to_csv(folder / "open" / "dm.csv", index=False)
    export = read(folder)
    row = export.findings.iloc[0]
    assert (row["id"], row["severity"], row["SUBJID"]) == ("STRUCT-TYPE", "E", "001")
    assert row["text"] == f"'1,234{DOUBTFUL}' is no num; read as empty"
    assert list(export.tables["dm"]["WEIGHT"].isna()) == [True, False, False, False]
    assert "1,234" not in " ".join(read(folder, "open").findings["text"])


MISSING = ("NA", "n/a", "NULL", ".A", ".", "NaN", "<NA>", " ", "UNK", "-")
COLUMNS = (("dm", "WEIGHT"), ("dm", "SEX"), ("ae", "AETERM"), ("ae", "AESTDTC"), ("ae", "AETOXGR"))
# every word in one column, every column with two words; the other pairs are slow
PAIRS = [
    pytest.param(*column, word, marks=() if i == j % 5 else pytest.mark.slow)
    for i, column in enumerate(COLUMNS)
    for j, word in enumerate(MISSING)
]


@pytest.mark.parametrize(("table", "column", "word"), PAIRS)
def test_a_word_for_missing_is_missing_in_every_kind_of_column_and_counted(
    folder, table, column, word
):
    change_cells(folder, table, **{column: lambda _: word})
    export = read(folder)
    found = export.findings[export.findings["id"] == "STRUCT-SENTINEL"]
    assert export.tables[table][column].isna().all()
    assert len(found) == len(export.tables[table])
    assert set(found["column"]) == {column}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_infinite_number_is_none(folder, form):
    path = folder / "open" / "dm.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if form == "csv":
        frame["WEIGHT"] = ["inf", "-Infinity", "1e999", "61"]
        frame.to_csv(path, index=False)
    else:
        path.unlink()
        frame["WEIGHT"] = [math.inf, -math.inf, math.inf, 61.0]
        frame.to_parquet(path.with_suffix(".parquet"), index=False)
    export = read(folder)
    assert list(export.tables["dm"]["WEIGHT"].isna()) == [True, True, True, False]
    assert list(export.findings["id"]) == ["STRUCT-TYPE"] * 3


def test_every_file_that_is_not_read_is_named_with_the_reason(folder):
    (folder / "open" / "ae.tsv").write_text("x")
    (folder / "open" / "zz.csv").write_text("x")
    (folder / "open" / "rand.csv").write_text("x")
    (folder / "open" / "old").mkdir()
    (folder / "restricted" / "notes\n.xlsx").write_text("x")
    found = read(folder).findings
    assert set(found["id"]) == {"STRUCT-EXTRA"}
    assert sorted(found["text"]) == [
        "open/ae.tsv is none of .csv, .parquet; not used",
        "open/old is no file; not used",
        "open/rand.csv is no table that the parameters have there; not used",
        "open/zz.csv is no table that the parameters have there; not used",
        "restricted/notes\\n.xlsx is none of .csv, .parquet; not used",
    ]
    assert read(folder, "open").findings.empty


@pytest.mark.parametrize(
    ("cells", "likely", "read_as"),
    [
        (["12,5", "1.234", "7"], False, ["12.5", "1234", "7"]),
        (["12.5", "1,234", "<0.5"], False, ["12.5", "1234", "<0.5"]),
        (["<0,5", "> 12,25", "NT", "1+"], False, ["<0.5", "> 12.25", "NT", "1+"]),
        (["1.234", "7"], False, ["1.234", "7"]),
        (["1.234", "7"], True, ["1.234" + DOUBTFUL, "7"]),
        (["12.5", "12,5", "1,234", "1.234"], False,
         ["12.5", "12.5", "1,234" + DOUBTFUL, "1.234" + DOUBTFUL]),
        (["1 234", "12 345,6", "\u22123"], False, ["1234", "12345.6", "-3"]),
        (["1e3", "+5", "5.", ".5"], False, ["1e3", "+5", "5.", ".5"]),
        (["2021-03-01", "12:30", "a,b"], True, ["2021-03-01", "12:30", "a,b"]),
    ],
)  # fmt: skip
def test_a_column_says_how_its_numbers_are_written(cells, likely, read_as):
    column, _ = unify_numbers(pd.Series(cells, dtype=object), commas_likely=likely)
    assert list(column) == read_as


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.decimals(-9999, 9999, places=2), min_size=1, max_size=8), st.booleans())
def test_numbers_come_back_from_their_decimal_comma(numbers, apart):
    texts = [f"{n:,}" if apart else str(n) for n in numbers]
    commas = [t.replace(",", " ").replace(".", ",") for t in texts]
    column, counts = unify_numbers(pd.Series([*commas, None], dtype=object), commas_likely=False)
    assert list(column)[:-1] == [str(n) for n in numbers]
    assert column.iloc[-1] is None
    assert counts == {"numbers with a decimal comma": len(numbers)}
