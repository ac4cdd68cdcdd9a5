"""IA3 as published by the notebooks of the project: what users, scripts and readers rely on."""

import csv
import hashlib
import html
import io
import json
import os
import re
import stat
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from altered_exports import FORMULA, SCRIPT, copy_export, write_hostile_texts
from bs4 import BeautifulSoup
from leaks import read_all, unpack
from whole_program import run_interim

from helpers.displays.results import COLUMNS
from helpers.displays.vocabulary import STATISTICS

PROJECT = Path(__file__).parents[2]
AUDIENCES = ("open", "closed_unmasked")
REPORTS = ("safety", "efficacy")


@pytest.fixture(params=AUDIENCES)
def bundle(request, published) -> Path:
    return published / "ia3" / request.param


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


class Outline(HTMLParser):
    """Ids, headings, links, tags and attributes of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.sources: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in {"src", "href", "xlink:href", "data", "srcset", "poster"}:
                self.sources.append(value or "")


def test_the_folder_holds_both_reports_their_numbers_and_nothing_unknown(bundle):
    names = set(read_all(bundle))
    fixed = {"index.html", "results.csv", "findings.csv", "manifest.json"}
    fixed |= {f"{report}.{kind}" for report in REPORTS for kind in ("html", "ipynb")}
    assert fixed <= names
    assert all(re.fullmatch(r"tables/[A-Z]-[A-Z]-\d\d[a-z]?\.csv", name) for name in names - fixed)


def test_results_are_tidy_unique_and_written_with_twelve_digits(bundle):
    header, *rows = read_csv((bundle / "results.csv").read_bytes())
    assert tuple(header) == COLUMNS
    keys = [tuple(row[:10]) for row in rows]
    assert len(set(keys)) == len(keys) > 300
    assert {row[0] for row in rows} == set(REPORTS)
    assert {row[9] for row in rows} <= set(STATISTICS)
    for row in rows:
        if row[10] not in ("", "Inf", "-Inf"):
            assert "e" not in row[10].lower()
            assert len(Decimal(row[10]).normalize().as_tuple().digits) <= 12


def test_each_table_has_a_twin_and_each_display_of_the_results_is_on_its_page(bundle):
    _, *rows = read_csv((bundle / "results.csv").read_bytes())
    for report in REPORTS:
        ids = set(Outline((bundle / f"{report}.html").read_bytes()).ids)
        shown = {row[1] for row in rows if row[0] == report}
        assert shown
        assert {display.lower() for display in shown} <= ids
        assert all((bundle / "tables" / f"{d}.csv").is_file() for d in shown if d[0] in "TL")


def test_the_manifest_digests_what_lies_beside_it(bundle):
    manifest = json.loads((bundle / "manifest.json").read_text())
    files = read_all(bundle)
    written = {name for name in files if name not in ("manifest.json", "index.html")}
    assert set(manifest["outputs"]) == written
    for name in written:
        assert manifest["outputs"][name] == hashlib.sha256(files[name]).hexdigest(), name
    assert manifest["audience"] == bundle.name
    assert (manifest["study"], manifest["interim"]) == ("NCT05292625", "IA3")


def test_only_the_closed_manifest_digests_files_that_tell_the_arms(export, published):
    inputs = {
        name: json.loads((published / "ia3" / name / "manifest.json").read_text())["inputs"]
        for name in AUDIENCES
    }
    assert set(inputs["open"]) == {"view"}
    digest = hashlib.sha256((export / "restricted" / "rand.csv").read_bytes()).hexdigest()
    assert inputs["closed_unmasked"]["files"]["restricted/rand.csv"] == digest


def test_only_the_owner_may_enter_the_closed_folder(published):
    modes = {name: stat.S_IMODE((published / "ia3" / name).stat().st_mode) for name in AUDIENCES}
    assert modes == {"open": 0o755, "closed_unmasked": 0o700}


@pytest.mark.parametrize("page", ["safety.html", "efficacy.html", "index.html"])
def test_a_page_loads_nothing_runs_nothing_and_is_well_ordered(bundle, page):
    content = (bundle / page).read_bytes()
    outline = Outline(content)
    assert outline.tags.isdisjoint({"script", "img", "iframe", "object", "embed", "link", "form"})
    assert outline.sources == [] or all(source.startswith("#") for source in outline.sources)
    assert not re.search(rb"@import|url\((?!#)|https?:", content)
    assert outline.headings.count(1) == 1
    assert outline.headings[0] == 1
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert len(set(outline.ids)) == len(outline.ids)
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    outside = {link for link in outline.links if not link.startswith("#")}
    assert all(link and not re.match(r"[a-z]+:|/", link) for link in outside)


def test_links_between_pages_lead_somewhere(published):
    for path in published.rglob("*.html"):
        for link in Outline(path.read_bytes()).links:
            if not link.startswith("#"):
                assert (path.parent / link).resolve().is_file(), (path, link)


@pytest.mark.parametrize("report", REPORTS)
def test_every_display_can_be_cited_by_the_id_that_is_seen_on_its_page(bundle, report):
    page = BeautifulSoup((bundle / f"{report}.html").read_bytes(), "html.parser")
    sections = page.select("section.display")
    assert len(sections) > 2
    for section in sections:
        shown = section.find(class_="id")
        assert re.fullmatch(r"[A-Z]-[A-Z]-\d\d[a-z]?", shown.get_text())
        assert not shown.find_parent(class_="away")
        assert section.find(["h2", "h3"])["id"] == shown.get_text().lower()


@pytest.mark.parametrize("report", REPORTS)
def test_every_display_that_a_text_of_its_page_names_is_a_link_to_it(bundle, report):
    page = BeautifulSoup((bundle / f"{report}.html").read_bytes(), "html.parser")
    ids = {shown.get_text() for shown in page.select("section.display .id")}
    for text in page.select("section.display :is(li, p)"):
        for name in re.findall(r"\b[A-Z]-[A-Z]-\d\d[a-z]?\b", text.get_text()):
            if name in ids:
                assert text.find("a", href=f"#{name.lower()}"), name


@pytest.mark.parametrize("report", REPORTS)
def test_no_code_and_no_warning_is_on_a_page(bundle, report):
    text = html.unescape((bundle / f"{report}.html").read_text())
    notebook = json.loads((bundle / f"{report}.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            last = "".join(cell["source"]).strip().splitlines()[-1]
            assert last not in text
            assert not [out for out in cell["outputs"] if out["output_type"] == "stream"]
    assert not re.search(r"[a-z]Warning|Traceback", text)


def test_the_band_says_who_may_read_it_and_that_the_data_are_synthetic(bundle):
    band = {"open": "OPEN", "closed_unmasked": "CLOSED"}[bundle.name]
    for page in bundle.glob("*.html"):
        text = page.read_text()
        assert re.search(rf'<div [^>]*class="band"[^>]*><p><strong>{band}', text)
        assert "Synthetic data" in text


def test_nothing_published_tells_of_the_machine_or_the_person(published):
    secrets = [str(PROJECT), str(Path.home()), os.uname().nodename, "/tmp/", "papermill"]
    secrets = [secret.encode() for secret in secrets if len(secret) > 4]
    for name, content in read_all(published).items():
        if ".state" in name:
            continue
        pieces = [piece for piece in unpack(content) if not name.endswith("manifest.json")]
        found = [secret for secret in secrets if any(secret in piece for piece in pieces)]
        assert found == [], name


def test_texts_that_attack_a_page_or_a_spreadsheet_arrive_as_harmless_text(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    write_hostile_texts(other)
    run_interim("ia3", "--data", other, "--out", tmp_path / "out", "--report", "safety")
    closed, opened = (tmp_path / "out" / "ia3" / name for name in ("closed_unmasked", "open"))
    for page in (closed / "safety.html", opened / "safety.html"):
        outline = Outline(page.read_bytes())
        assert outline.tags.isdisjoint({"script", "img"})
    words = html.escape(SCRIPT, quote=False)[:14]
    assert words in (closed / "safety.html").read_text()
    assert words not in (opened / "safety.html").read_text()  # no word of a site is there at all
    cells = [
        cell
        for path in [*closed.rglob("*.csv"), *opened.rglob("*.csv")]
        for row in read_csv(path.read_bytes())
        for cell in row
    ]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith("=")]
