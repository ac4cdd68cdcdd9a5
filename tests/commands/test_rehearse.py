"""`interim run --rehearse`: the same reports on other arms, marked, apart, and never released."""

import csv
import io
import json
import shutil
import stat
from pathlib import Path

import pytest
from program import call, put_notebooks, read_folder

MARK = "REHEARSAL - arms permuted"


@pytest.fixture(scope="module")
def made(make_once, export: Path) -> Path:
    """IA3 as it is and as a rehearsal, for open and closed readers, from tiny notebooks."""

    def build(folder: Path) -> None:
        folder.mkdir()
        notebooks = put_notebooks(folder / "notebooks")
        places = ("--data", export, "--out", folder / "out", "--notebooks", notebooks)
        for words in ((), ("--rehearse", 7)):
            ended = call("run", "ia3", *words, *places)
            assert ended.code == 0, ended.err

    return make_once("a rehearsal", build) / "out"


def rehearsed(made: Path) -> dict[str, bytes]:
    return read_folder(made / "rehearsals" / "7")


def read_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_it_lies_in_a_folder_of_its_own_and_the_real_reports_are_as_before(made):
    real = {name for name in read_folder(made) if not name.startswith("rehearsals/")}
    assert set(rehearsed(made)) == real
    for audience in ("open", "closed_unmasked"):
        assert "rehearsal" not in json.loads(
            (made / "ia3" / audience / "manifest.json").read_text()
        )


def test_every_page_says_so_on_the_screen_on_each_sheet_and_in_its_title(made):
    pages = {name: text.decode() for name, text in rehearsed(made).items() if "html" in name}
    assert len(pages) == 7
    for name, text in pages.items():
        assert f"<p><strong>{MARK}</strong></p>" in text, name
        if name != "index.html":
            assert f"<title>{MARK}" in text
            assert f"<h1>{MARK}" in text
            assert f'@top-left {{ content: "{MARK}' in text


def test_every_row_of_every_table_says_so(made):
    tables = {name: text for name, text in rehearsed(made).items() if name.endswith(".csv")}
    assert any("/tables/" in name for name in tables)
    for name, content in tables.items():
        header, *rows = read_rows(content)
        assert header[-1] == "rehearsal", name
        assert all(row[-1] == MARK for row in rows)


def test_notebooks_begin_with_it_and_manifests_hold_it_with_the_seed(made):
    for name, content in rehearsed(made).items():
        if name.endswith(".ipynb"):
            assert "".join(json.loads(content)["cells"][0]["source"]) == f"# {MARK}"
        if name.endswith("manifest.json"):
            assert json.loads(content)["rehearsal"] == {"mark": MARK, "seed": 7}


def test_no_real_page_table_or_notebook_says_so(made):
    for name, content in read_folder(made).items():
        if not name.startswith("rehearsals/"):
            assert b"REHEARSAL" not in content, name


def test_open_numbers_are_the_real_ones_but_for_the_mark(made):
    other = rehearsed(made)
    opened = {
        name: text for name, text in read_folder(made).items() if name.startswith("ia3/open/")
    }
    for name, content in opened.items():
        if name.endswith(".csv"):
            assert [row[:-1] for row in read_rows(other[name])] == read_rows(content), name
    view = [json.loads(files["ia3/open/manifest.json"])["inputs"] for files in (opened, other)]
    assert view[0] == view[1]


def test_the_closed_folder_of_a_rehearsal_is_for_its_owner_alone(made):
    folder = made / "rehearsals" / "7" / "ia3" / "closed_unmasked"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_rehearsal_is_released_whatever_its_audience(made, tmp_path):
    out = shutil.copytree(made, tmp_path / "out")
    for audience in ("open", "closed_unmasked"):
        folder = out / "rehearsals" / "7" / "ia3" / audience
        ended = call("release", folder, "--to", tmp_path / "to", "--by", "A")
        assert ended.code == 2
        assert "is a rehearsal, whose arms are permuted; it is never released" in ended.err
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text())
    del content["rehearsal"]
    manifest.write_text(json.dumps(content))
    ended = call("release", folder, "--to", tmp_path / "to", "--by", "A")
    assert (ended.code, "manifest.json: was changed" in ended.err) == (1, True)
    assert not (tmp_path / "to").exists()


def test_the_same_rehearsal_again_changes_nothing_and_says_what_it_is(export, made, tmp_path):
    out = shutil.copytree(made, tmp_path / "out")
    notebooks = put_notebooks(tmp_path / "notebooks")
    places = ("--data", export, "--out", out, "--notebooks", notebooks)
    ended = call("run", "ia3", "--rehearse", 7, "--json", *places)
    assert ended.code == 0
    assert ended.json["rehearsal"] == 7
    assert {report["status"] for report in ended.json["reports"]} == {"unchanged"}
    assert f"{MARK} (seed 7): for practice" in ended.err
    assert read_folder(out) == read_folder(made)


@pytest.mark.parametrize("seed", ["-1", "x"])
def test_a_seed_is_a_whole_number(seed):
    assert call("run", "ia3", "--rehearse", seed).code == 2
