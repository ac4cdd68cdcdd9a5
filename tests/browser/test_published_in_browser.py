"""The real pages of IA3 in a real browser."""

import re
from pathlib import Path

import pytest
from chromium import DARK, print_pdf
from measure import find_wide_tables, measure_phone, run_axe

pytestmark = pytest.mark.browser

PAGES = [
    f"{audience}/{page}.html"
    for audience in ("open", "closed_unmasked")
    for page in ("safety", "efficacy", "index")
]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, published: Path) -> str:
    return (published / "ia3" / request.param).read_text(encoding="utf-8")


@pytest.mark.parametrize("look", ["--window-size=1280,900", DARK], ids=["light", "dark"])
def test_axe_finds_no_violation(page: str, look: str, tmp_path: Path, axe_source: str) -> None:
    result = run_axe(page, tmp_path, axe_source, look)
    assert result["violations"] == []
    assert result["passes"] > 10


def test_a_phone_of_390_pixels_never_scrolls_the_page_sideways(page: str, tmp_path: Path) -> None:
    assert measure_phone(page, tmp_path) == (390, 390, [])


def test_the_adverse_events_by_arm_fit_on_a_screen_of_1280_pixels(
    published: Path, tmp_path: Path
) -> None:
    page = (published / "ia3/closed_unmasked/safety.html").read_text(encoding="utf-8")
    wide = {"T-S-10", "T-S-10b"}
    assert wide & set(find_wide_tables(page, tmp_path, 1280)) == set()
    assert wide & set(find_wide_tables(page, tmp_path, 700)) == wide  # so it can be measured


def test_every_page_prints(page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    pdf = print_pdf(file)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert pdf.startswith(b"%PDF")
    assert {round(min(map(float, sheet))) for sheet in sheets} == {595}  # A4, upright or turned
