"""The real pages of IA3 in a real browser."""

import re
from pathlib import Path

import pytest
from chromium import Browser, Look
from measure import find_wide_tables, measure_phone, run_axe

pytestmark = pytest.mark.browser

PAGES = [
    f"{audience}/{page}.html"
    for audience in ("open", "closed_unmasked")
    for page in ("safety", "efficacy", "index")
]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, published: Path) -> Path:
    return published / "ia3" / request.param


# the colours of the dark are those of style sheets, which every page has, and of what it shows:
# closed readers get all that open ones do
DARK_TOO = [page for page in PAGES if page.startswith("closed_unmasked/")]


@pytest.mark.parametrize(
    ("name", "dark"),
    [
        pytest.param(
            *(name, dark),
            id=f"{name}-{'dark' if dark else 'light'}",
            marks=[pytest.mark.slow] if dark and name not in DARK_TOO else [],
        )
        for name in PAGES
        for dark in (False, True)
    ],
)
def test_axe_finds_no_violation(
    browser: Browser, published: Path, name: str, dark: bool, axe_source: str
) -> None:
    page = published / "ia3" / name
    result = run_axe(browser, page, axe_source, Look(dark=dark))
    assert result["violations"] == []
    assert result["passes"] > 10


def test_a_phone_of_390_pixels_never_scrolls_the_page_sideways(
    browser: Browser, page: Path
) -> None:
    assert measure_phone(browser, page) == (390, 390, [])


def test_the_adverse_events_by_arm_fit_on_a_screen_of_1280_pixels(
    browser: Browser, published: Path
) -> None:
    page = published / "ia3/closed_unmasked/safety.html"
    wide = {"T-S-10", "T-S-10b"}
    assert wide & set(find_wide_tables(browser, page, 1280)) == set()
    assert wide & set(find_wide_tables(browser, page, 700)) == wide  # so it can be measured


def test_every_page_prints(browser: Browser, page: Path) -> None:
    with browser.open(page) as tab:
        pdf = tab.print()
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert pdf.startswith(b"%PDF")
    assert {round(min(map(float, sheet))) for sheet in sheets} == {595}  # A4, upright or turned
