import re
from functools import cache
from pathlib import Path

import demo_pages as demo
import nbformat.v4 as v4
import pytest
from chromium import Browser, Look
from measure import measure_phone, run_axe

from helpers.displays.model import Display, Header, Line, Listing, Table
from helpers.reporting.page.index import render_interim_index, render_reports_index
from helpers.reporting.page.render import render_page

pytestmark = pytest.mark.browser


PAGES = {
    "closed": lambda: render_page(demo.make_notebook(), demo.make_facts()),
    "open": lambda: render_page(demo.make_notebook(), demo.make_facts("open")),
    "masked": lambda: render_page(demo.make_notebook(), demo.make_facts("closed_masked")),
    "interim": lambda: render_interim_index(demo.make_interim_summary()),
    "reports": lambda: render_reports_index(demo.make_entries()),
}
LOOKS = {"light": Look(), "dark": Look(dark=True), "narrow": Look(500, 800)}


@cache
def make_page(name: str) -> str:
    return PAGES[name]().decode("utf-8")


def write(html: str, folder: Path) -> Path:
    page = folder / "page.html"
    page.write_text(html, encoding="utf-8")
    return page


@pytest.mark.parametrize("look", sorted(LOOKS))
@pytest.mark.parametrize("name", sorted(PAGES))
def test_axe_finds_no_violation(
    browser: Browser, name: str, look: str, tmp_path: Path, axe_source: str
) -> None:
    result = run_axe(browser, write(make_page(name), tmp_path), axe_source, LOOKS[look])
    assert result["violations"] == []
    assert result["passes"] > 10


def test_axe_would_find_a_picture_without_words(
    browser: Browser, tmp_path: Path, axe_source: str
) -> None:
    broken = make_page("closed").replace("<h1>", '<img src="data:,"><h1>')
    found = run_axe(browser, write(broken, tmp_path), axe_source)["violations"]
    assert [rule for rule, _ in found] == ["image-alt"]


def test_dark_and_narrow_are_what_a_page_is_told(browser: Browser, tmp_path: Path) -> None:
    page = write(make_page("closed"), tmp_path)
    ask = "[matchMedia('(prefers-color-scheme: dark)').matches, innerWidth]"
    for look, told in (("light", [False, 1280]), ("dark", [True, 1280]), ("narrow", [False, 500])):
        with browser.open(page, LOOKS[look]) as tab:
            assert tab.evaluate(ask) == told


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_phone_of_390_pixels_never_scrolls_the_page_sideways(
    browser: Browser, name: str, tmp_path: Path
) -> None:
    assert measure_phone(browser, write(make_page(name), tmp_path)) == (390, 390, [])


def test_what_sticks_out_of_a_phone_would_be_found(browser: Browser, tmp_path: Path) -> None:
    wide = make_page("closed").replace("<h1>", '<p id="wide" style="width: 600px">x</p><h1>')
    width, _, found = measure_phone(browser, write(wide, tmp_path))
    assert width > 390
    assert [text for text in found if 'id="wide"' in text]


def print_page(browser: Browser, page: Path) -> bytes:
    with browser.open(page) as tab:
        return tab.print()


def test_the_page_prints_with_wide_listings_on_turned_sheets(
    browser: Browser, tmp_path: Path
) -> None:
    pdf = print_page(browser, write(make_page("closed"), tmp_path))
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    shapes = {"turned" if float(width) > float(height) else "upright" for width, height in sheets}
    assert pdf.startswith(b"%PDF")
    assert shapes == {"turned", "upright"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_browser_builds_no_element_out_of_hostile_text(
    browser: Browser, name: str, tmp_path: Path
) -> None:
    with browser.open(write(make_page(name), tmp_path)) as tab:
        dom = tab.read_dom()
    elements = {tag.lower() for tag in re.findall(r"<([a-zA-Z]+)", dom)}
    assert elements.isdisjoint({"script", "img", "iframe", "object", "embed", "link", "form"})


NOTES = ("A short note.", "A note that takes more than a line of the sheet. " * 4, "The last one.")


def make_long(number: int, rows: int) -> Display:
    """A table or a listing over more than one sheet, its rows and notes marked by its number."""
    name = f"T-X-{number:02d}"
    notes = tuple(f"note {number} {note}" for note in NOTES)
    if number % 2:
        cells = tuple((f"row {number} {row}", "3", "4\n5") for row in range(rows))
        return Listing(name, "Long", "All.", headers=("A", "B", "C"), rows=cells, notes=notes)
    lines = tuple(Line(f"row {number} {row}", ("3",)) for row in range(rows))
    return Table(name, "Long", "All.", headers=(Header("N"),), lines=lines, notes=notes)


def read_sheets(pdf: bytes) -> list[list[str]]:
    """Addresses of the links on each sheet of a printed page."""
    objects = {
        int(number): body for number, body in re.findall(rb"(?ms)^(\d+) 0 obj\n(.*?)\nendobj", pdf)
    }
    sheets = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    found = []
    for body in sheets:
        links = re.search(rb"/Annots \[(.*?)\]", body, re.DOTALL)
        numbers = re.findall(rb"(\d+) 0 R", links[1]) if links else []
        inline = [objects[int(number)] for number in numbers]
        found.append(re.findall(r"/URI \(http://x/([^)]*)\)", b"".join(inline).decode("latin-1")))
    return found


def print_sheets(
    browser: Browser, displays: list[Display], folder: Path, style: str = ""
) -> list[list[str]]:
    """What stands on each sheet: `title/3`, `row/3`, `note/3` of the display of that number."""
    notebook = v4.new_notebook(cells=[demo.show_cell(display) for display in displays])
    html = render_page(notebook, demo.make_facts()).decode("utf-8")
    html = re.sub(r"(?<=>)(row|note) (\d+)", r'<a href="http://x/\1/\2">\1 \2</a>', html)
    html = re.sub(r'(?<="id">)T-X-0?(\d+)', r'<a href="http://x/title/\1">\1</a>', html)
    page = write(html.replace("</style>", f"{style}</style>", 1), folder)
    return read_sheets(print_page(browser, page))


def test_notes_stand_on_a_sheet_with_a_row_of_their_table(browser: Browser, tmp_path: Path) -> None:
    # each begins a sheet, so that the tables end at every height of their last one
    displays = [make_long(number, rows) for number, rows in enumerate([*range(76, 94)] * 2)]
    sheets = print_sheets(browser, displays, tmp_path, ".display { break-before: page }")
    assert len(sheets) > 2 * len(displays)
    for number in range(len(displays)):
        holders = [sheet for sheet in sheets if f"note/{number}" in sheet]
        assert holders
        assert all(f"row/{number}" in sheet for sheet in holders), number


def test_a_title_stands_on_a_sheet_with_two_rows_of_its_table(
    browser: Browser, tmp_path: Path
) -> None:
    displays = [make_long(number, 16 + number % 7) for number in range(40)]
    sheets = print_sheets(browser, displays, tmp_path)
    for number in range(len(displays)):
        (sheet,) = [sheet for sheet in sheets if f"title/{number}" in sheet]
        assert sheet.count(f"row/{number}") >= 2, number


def test_a_line_of_the_second_level_stands_on_the_sheet_of_the_line_above_it(
    browser: Browser, tmp_path: Path
) -> None:
    displays: list[Display] = []
    for number in range(40):
        pairs = [
            Line(f"row {number} {row}", ("3",), level=level)
            for row in range(number % 7 + 16)
            for level in (1, 2)
        ]
        if number % 2:  # so that a sheet ends in the middle of a pair as well
            pairs.insert(2, Line("alone", ("3",)))
        headers, lines = (Header("N"),), tuple(pairs)
        displays.append(Table(f"T-X-{number:02d}", "Pairs", "", headers=headers, lines=lines))
    sheets = print_sheets(browser, displays, tmp_path)
    counts = [sheet.count(f"row/{number}") for number in range(40) for sheet in sheets]
    assert all(count % 2 == 0 for count in counts)
    assert sum(count > 0 for count in counts) > 45  # some tables are divided


def make_overview(number: int, notes: tuple[str, ...]) -> Table:
    """As wide as T-S-10 of three arms, its head higher: 22 rows, two differences with limits."""
    counts, points = "32 / 37 (86.5) [92]", "+15.4 (\u221211.6 to 42.8)"
    lines = tuple(
        Line(f"row {number} leading to dose modification", (*[counts] * 4, points, points), level=1)
        for _ in range(22)
    )
    heads = tuple(Header(arm, "N = 13") for arm in ("IV", "IT", "CTL", "Total"))
    heads += tuple(Header(arm, "", None, "Difference from control") for arm in ("IV", "IT"))
    texts = tuple(f"note {number} {text}" for text in notes)
    return Table(
        f"T-X-{number:02d}", "Overview", "Who is counted. " * 9, headers=heads, lines=lines,
        headline="What is seen, with its numbers. " * 7, notes=texts,
    )  # fmt: skip


OVERVIEW_NOTES = (54, 109, 79, 34, 156, 63, 122, 72, 124, 92, 64, 137)  # letters of those of T-S-10


def test_an_overview_of_22_rows_with_its_notes_stands_on_one_turned_sheet(
    browser: Browser, tmp_path: Path
) -> None:
    words = "Each counts once per row and goes on to the next line. " * 3
    displays: list[Display] = [
        make_overview(0, tuple(words[: letters - 7] for letters in OVERVIEW_NOTES)),
        make_overview(1, (words[:53],) * 12),
    ]
    sheets = print_sheets(browser, displays, tmp_path, ".display { break-before: page }")
    for number in range(2):
        (sheet,) = [sheet for sheet in sheets if f"row/{number}" in sheet]
        assert sheet.count(f"row/{number}") == 22
        assert sheet.count(f"note/{number}") == 12


MEASURE_NUMBERS = """
[].map.call(document.querySelectorAll('.notes'), function (list) {
  var number = document.createElement('span');
  number.textContent = list.children.length + '. ';
  number.style.whiteSpace = 'pre';
  list.lastElementChild.appendChild(number);
  return [number.getBoundingClientRect().width, parseFloat(getComputedStyle(list).paddingLeft)];
})
"""


@pytest.mark.parametrize("notes", [9, 12])
def test_the_numbers_of_notes_have_room_on_paper(
    browser: Browser, notes: int, tmp_path: Path
) -> None:
    texts = tuple(f"note {number}" for number in range(notes))
    table = Table("T-X-01", "Notes", "", headers=(Header("N"),), lines=(), notes=texts)
    cell = demo.show_cell(table)
    html = render_page(v4.new_notebook(cells=[cell]), demo.make_facts()).decode("utf-8")
    paper = write(html.replace("@media print", "@media all"), tmp_path)
    with browser.open(paper) as tab:
        (found,) = tab.evaluate(MEASURE_NUMBERS)
    number, room = found
    assert room > number + 3
