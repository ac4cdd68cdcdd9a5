import re
from pathlib import Path

import demo_pages as demo
import pytest
from chromium import DARK, dump_dom, print_pdf
from measure import measure_phone, run_axe

from helpers.reporting.page.index import render_interim_index, render_reports_index
from helpers.reporting.page.render import render_page

pytestmark = pytest.mark.browser


def make_pages() -> dict[str, str]:
    notebook = demo.make_notebook()
    pages = {
        "closed": render_page(notebook, demo.make_facts()),
        "open": render_page(notebook, demo.make_facts("open")),
        "masked": render_page(notebook, demo.make_facts("closed_masked")),
        "interim": render_interim_index(demo.make_interim_summary()),
        "reports": render_reports_index(demo.make_entries()),
    }
    return {name: page.decode("utf-8") for name, page in pages.items()}


PAGES = make_pages()


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_axe_finds_no_violation(name: str, look: str, tmp_path: Path, axe_source: str) -> None:
    flags = {"light": "--window-size=1280,900", "dark": DARK, "narrow": "--window-size=500,800"}
    result = run_axe(PAGES[name], tmp_path, axe_source, flags[look])
    assert result["violations"] == []
    assert result["passes"] > 10


def test_axe_would_find_a_picture_without_words(tmp_path: Path, axe_source: str) -> None:
    broken = PAGES["closed"].replace("<h1>", '<img src="data:,"><h1>')
    found = run_axe(broken, tmp_path, axe_source)["violations"]
    assert [rule for rule, _ in found] == ["image-alt"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_phone_of_390_pixels_never_scrolls_the_page_sideways(name: str, tmp_path: Path) -> None:
    assert measure_phone(PAGES[name], tmp_path) == (390, 390, [])


def test_the_page_prints_with_wide_listings_on_turned_sheets(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGES["closed"], encoding="utf-8")
    pdf = print_pdf(page)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    shapes = {"turned" if float(width) > float(height) else "upright" for width, height in sheets}
    assert pdf.startswith(b"%PDF")
    assert shapes == {"turned", "upright"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_browser_builds_no_element_out_of_hostile_text(name: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGES[name], encoding="utf-8")
    dom = dump_dom(page)
    elements = {tag.lower() for tag in re.findall(r"<([a-zA-Z]+)", dom)}
    assert elements.isdisjoint({"script", "img", "iframe", "object", "embed", "link", "form"})
