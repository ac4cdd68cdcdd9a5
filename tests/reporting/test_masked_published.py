"""What stands in the bytes of a published masked folder: letters and keys, no word of an arm."""

import io
import json
import re
import stat
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from leaks import read_all, unpack
from program import call
from trial_views import view_of_export
from whole_program import run_interim

from helpers.displays.declare import VISIBLE, load_catalogue
from helpers.view import View

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ARMS = ("IV", "IT", "CTL")
ENGLISH = """intravenous intrathecal controls? placebo sham infusions? injections? lumbar punctures?
    spinal routes? dose[sd]? dosing undosed lots? csf premedications? unmasked"""
VIETNAMESE = ("đối chứng", "nhóm chứng", "giả dược", "truyền", "tủy sống", "tuỷ sống", "liều", "lô")
WORDS = "|".join([*ENGLISH.split(), *VIETNAMESE])
FORBIDDEN = re.compile(rf"(?<![\w/.-])(?:{'|'.join(ARMS)}|(?i:{WORDS}))(?![\w/-])")
FIGURES = ("F-S-02", "F-S-05", "F-S-20", "F-S-21", "F-E-07", "F-E-08", "F-E-13")


@pytest.fixture(scope="module")
def masked(make_once, export) -> Path:
    def run(folder: Path) -> None:
        run_interim("ia3", "--audience", "closed_masked", "--data", export, "--out", folder)

    return make_once("masked", run)


@pytest.fixture(scope="module")
def bundle(masked) -> dict[str, bytes]:
    return read_all(masked / "ia3" / "closed_masked")


@pytest.fixture(scope="module")
def view(export: Path) -> View:
    return view_of_export(export, "ia3", "closed_masked")


def test_no_word_in_a_masked_bundle_tells_of_arms_or_doses(bundle):
    found = set()
    for name, content in bundle.items():
        for piece in (name.encode(), *unpack(content)):
            text = re.sub(r"(?s)<style>.*?</style>", " ", piece.decode("utf-8", errors="replace"))
            for hit in FORBIDDEN.finditer(text):
                found.add(f"{name}: ...{text[max(0, hit.start() - 40) : hit.end() + 20]}...")
    assert sorted(found) == []


def test_no_unit_of_an_amount_given_stands_in_a_bundle_of_blind_readers(bundle, published):
    for name, content in {**bundle, **read_all(published / "ia3" / "open")}.items():
        for piece in unpack(content):
            assert re.search(rb"(?i)\bmillions?\b|/\s?kg\b", piece) is None, name


def test_a_masked_folder_is_for_its_owner_alone_and_says_who_reads_it(masked, bundle):
    folder = masked / "ia3" / "closed_masked"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    page = bundle["safety.html"].decode()
    assert "treatment arms under letters" in page
    assert "courtesy for a first reading, not protection" in page


def test_the_test_key_is_named_by_page_and_manifest(bundle):
    manifest = json.loads(bundle["manifest.json"])
    assert re.fullmatch("[0-9a-f]{64}", manifest["labels"]["seal"])
    assert "test key" in manifest["labels"]["note"]
    for report in ("safety", "efficacy"):
        assert "public test key" in bundle[f"{report}.html"].decode()


def test_a_masked_manifest_digests_the_view_and_no_file_of_the_export(bundle):
    manifest = json.loads(bundle["manifest.json"])
    assert list(manifest["inputs"]) == ["view"]
    assert "committee" not in manifest["parameters"]


def test_no_subject_number_stands_in_a_masked_folder(export, bundle):
    numbers = set(pd.read_csv(export / "open" / "dm.csv", dtype=str)["SUBJID"])
    for name in ("findings.csv", "results.csv", *(n for n in bundle if n.startswith("tables/"))):
        assert not re.search(rf"(?m)^(?:{'|'.join(sorted(numbers))}),", bundle[name].decode()), name


def test_findings_of_a_masked_folder_are_counts_by_check_and_name_nobody(export, bundle, view):
    """What a finding says of a key, an open one says of a number: both would be one person."""
    findings = pd.read_csv(io.BytesIO(bundle["findings.csv"]), dtype=str)
    assert list(findings) == ["id", "severity", "table", "findings", "participants"]
    assert findings["findings"].astype(int).sum() == len(view.findings) > 0
    keys = set(view["adsl"]["SUBJID"])
    assert len(keys) > 30
    for name, content in bundle.items():
        for piece in unpack(content):
            assert not keys & set(re.findall(r"[A-Z2-7]{8}", piece.decode(errors="replace"))), name
    assert "tables/L-S-08.csv" not in bundle
    assert "L-S-08" not in bundle["safety.html"].decode()


def test_a_masked_page_points_at_no_display_that_its_readers_do_not_get(bundle):
    catalogue = load_catalogue()
    for name in ("safety.html", "efficacy.html"):
        page = re.sub(r"(?s)<style>.*?</style>", " ", bundle[name].decode())
        named = set(re.findall(r"\b[TFL]-[SE]-\d\d[a-z]?\b", page))
        assert len(named) > 10
        without = {d for d in named if catalogue[d].given_to("closed_masked") == "nothing"}
        assert without == set(), name


def test_columns_stand_in_the_order_of_letters(bundle):
    for name in ("T-S-02", "T-S-05", "T-S-10", "T-S-04", "T-E-04"):
        head = bundle[f"tables/{name}.csv"].decode().splitlines()[0]
        assert re.search(r"A N = \d+,B N = \d+,C N = \d+,Total N = \d+", head), name
    contrasts = bundle["tables/T-S-10.csv"].decode().splitlines()[0]
    pairs = ["B \u2212 A", "C \u2212 A", "C \u2212 B"]
    assert re.findall("[ABC] \u2212 [ABC]", contrasts) == pairs


@pytest.mark.parametrize("name", ["T-S-13", "T-S-14"])
def test_complaints_of_a_procedure_are_the_one_pooled_row_of_a_table_by_letter(bundle, name):
    head, *rows = bundle[f"tables/{name}.csv"].decode().splitlines()
    assert re.search(r"A N = \d+,B N = \d+,C N = \d+,Total N = \d+", head)
    pooled = [row for row in rows if ",pooled," in row]
    assert len(pooled) == 1
    assert re.match(r"Procedure complaint \(in no row above\),pooled,pooled,pooled,\d", pooled[0])


def test_figures_are_there_by_letter(bundle):
    assert {f"tables/{name}.csv" for name in FIGURES} <= set(bundle)
    for name in FIGURES:
        assert not re.search(r"\b(?:IV|IT|CTL)\b", bundle[f"tables/{name}.csv"].decode())


def test_another_key_is_refused_and_nothing_is_made_anew(masked, export, tmp_path):
    before = read_all(masked / "ia3" / "closed_masked")
    words = ("run", "ia3", "--audience", "closed_masked", "--data", export, "--out", masked)
    ended = call(*words, "--mask-key", "env:OTHER", env={"OTHER": "k" * 40})
    assert ended.code == 2
    assert "sealed by another key" in ended.err
    short = call(*words, "--mask-key", "env:SHORT", env={"SHORT": "k" * 31})
    assert short.code == 2
    assert "has 31 bytes, allowed: at least 32" in short.err
    assert read_all(masked / "ia3" / "closed_masked") == before


def list_calls(tags: set[str]) -> set[str]:
    """Functions called with the view in cells that a masked run keeps or, without `masked`, not."""
    found = set()
    for path in NOTEBOOKS.glob("*_report.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            own = set(cell.metadata.get("tags", ())) & {"closed", "masked"}
            if cell.cell_type == "code" and own == tags:
                found |= set(re.findall(r"(\w+)\(view\b", cell.source))
    return found


def test_a_masked_run_keeps_the_cells_of_what_it_shows_and_no_other_closed_cell():
    catalogue = load_catalogue().values()
    makers = {d.maker.rpartition(".")[2]: d.given_to("closed_masked") for d in catalogue}
    assert {makers[name] for name in list_calls({"closed", "masked"})} <= set(VISIBLE)
    assert {makers[name] for name in list_calls({"closed"})} == {"nothing"}
