"""A cell that an analyst adds: never lost to closed readers, never without a rule to open ones."""

import json

import pytest
from bs4 import BeautifulSoup
from job_runs import FRAME, MARK, run_cells
from written_notebooks import FINDINGS, OWN_TABLE, outputs_of

PLOT = (
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nfrom IPython.display import display\n"
    "figure, axis = plt.subplots()\naxis.plot([1, 2])\nplt.close(figure)\n"
)
WORDS = PLOT + 'display(figure, metadata={"image/png": {"alt": "A line that rises"}})'
SEABORN = (
    "%matplotlib inline\nimport seaborn as sns\nimport matplotlib.pyplot as plt\n"
    "sns.histplot([1, 2, 2, 3])\nplt.show()"
)
PRINTED = "print('so many:', '<script>alert(1)</script>')"
DECLARED = """from helpers.displays import show
from helpers.displays.declare import shown_as
from helpers.displays.model import Cell, Header, Line, Table
from helpers.displays.results import Key, rows_of
@shown_as("T-X-2", audiences={"open": "pooled"})
def tabulate_weekdays(view):
    days = {"MONDAY": 2, "TUESDAY": 14, "SUNDAY": 0}
    keys = {day: Key("ITT", "Total", "weekday", "", day) for day in days}
    rows = [row for day, n in days.items()
            for row in rows_of(keys[day], {"n": n, "N": 37, "pct": 100 * n / 37, "events": n})]
    lines = tuple(Line(day, (Cell(keys[day], show.n_pct_events()),)) for day in days)
    heads = (Header("Total"),)
    return Table("T-X-2", "By weekday", "All.", tuple(rows), headers=heads, lines=lines)
tabulate_weekdays(view)"""


def read_page(outcome) -> BeautifulSoup:
    assert outcome.error == ""
    return BeautifulSoup(outcome.files["safety.html"].decode(), "html.parser")


def test_a_table_of_pandas_is_on_a_closed_page_as_text_and_marked():
    page = read_page(run_cells(FINDINGS, FRAME))
    (extra,) = page.select("section.extra")
    assert extra.p.get_text() == MARK
    heads = [(th.get_text(), th["scope"]) for th in extra.thead("th")]
    assert heads == [("", "col"), ("term", "col"), ("n", "col")]
    assert [td.get_text() for td in extra.tbody("td")] == ["<b>Fall</b>", "1", "Fever", "2"]
    assert not extra("b")
    assert not extra("style")


def test_a_printed_line_is_on_a_closed_page_escaped_and_marked():
    page = read_page(run_cells(FINDINGS, PRINTED))
    (extra,) = page.select("section.extra")
    assert extra.pre.get_text() == "so many: <script>alert(1)</script>"
    assert extra.p.get_text() == MARK
    assert not page("script")


LEFT_OPEN = "import seaborn as sns\nsns.histplot([1, 2, 2, 3])"


@pytest.mark.parametrize("source", [PLOT + "display(figure)", SEABORN, LEFT_OPEN])
def test_a_picture_is_on_a_closed_page_and_asks_for_words(source):
    page = read_page(run_cells(FINDINGS, source))
    (picture,) = page.select("section.extra img")
    assert picture["src"].startswith("data:image/png;base64,")
    assert picture["alt"] == "Picture without alternative text"
    assert "give it one: display(figure, metadata=" in picture.find_parent("figure").get_text()
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "img-src data:" in policy


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("from IPython.display import IFrame\nIFrame('https://example.org', 9, 9)", "text/html"),
        (
            "from IPython.display import Javascript\nJavascript('alert(1)')",
            "application/javascript",
        ),
        (
            "%config InlineBackend.figure_formats = ['pdf']\n" + LEFT_OPEN,
            "application/pdf",
        ),
    ],
)
def test_what_a_page_cannot_show_is_named_where_it_would_stand(source, kind):
    page = read_page(run_cells(FINDINGS, source))
    (extra,) = page.select("section.extra")
    assert extra.pre.get_text() == f"An output of type {kind}, not shown on a page"
    assert "example.org" not in str(page)
    assert "alert(1)" not in str(page)


def test_a_vector_drawing_of_a_cell_is_the_same_in_every_run():
    source = "%config InlineBackend.figure_formats = ['svg']\n" + LEFT_OPEN
    first, second = run_cells(FINDINGS, source), run_cells(FINDINGS, source)
    assert read_page(first).select("section.extra img")
    assert first.files == second.files


def test_a_picture_keeps_the_words_that_it_was_given():
    page = read_page(run_cells(FINDINGS, WORDS))
    (picture,) = page.select("section.extra img")
    assert picture["alt"] == "A line that rises"
    assert picture.find_parent("figure").figcaption is None


def test_a_table_built_in_a_cell_is_on_a_closed_page_marked_and_in_no_file_of_numbers():
    outcome = run_cells(FINDINGS, OWN_TABLE)
    section = read_page(outcome).find(id="t-x-1").find_parent("section")
    assert section.find(class_="uncatalogued").get_text() == MARK
    assert b"T-X-1" not in outcome.results
    assert "tables/T-X-1.csv" not in outcome.files


def test_every_file_that_a_page_links_is_published_beside_it():
    outcome = run_cells(FINDINGS, OWN_TABLE)
    page = read_page(outcome)
    hrefs = {a["href"] for a in page.select("main a[href]")} - {"index.html", "results.csv"}
    assert hrefs == {"tables/T-S-03c.csv"}
    assert hrefs <= outcome.files.keys()
    assert page.select("nav.crumbs a")[-1]["href"] == "results.csv"
    assert not page.find(id="t-x-1").find_parent("section").select("details.made a")


def test_declared_displays_carry_no_mark():
    page = read_page(run_cells(FINDINGS))
    assert page.find(id="t-s-03c") is not None
    assert MARK not in page.get_text()


@pytest.mark.parametrize("source", [FRAME, PRINTED, SEABORN, OWN_TABLE, "view", "1 + 1"])
def test_an_open_report_with_such_a_cell_is_refused_in_one_line_and_publishes_nothing(source):
    outcome = run_cells(FINDINGS, source, audience="open")
    assert outcome.files == {}
    assert outcome.results == b""
    assert outcome.error.startswith("cell 6 (")
    assert (
        '@shown_as(ID, title=..., audiences={"open": "pooled"}) in src/helpers/displays'
        in outcome.error
    )
    assert "\n" not in outcome.error


def test_a_display_that_an_analyst_declares_has_its_counts_as_steps_by_itself():
    outcome = run_cells(DECLARED, audience="open", more=("T-X-2",))
    rows = [td.get_text() for td in read_page(outcome).select("#t-x-2 ~ div td")]
    assert rows[0].strip("\u2007 ").startswith("<3")
    published = b"".join(outcome.files.values()) + outcome.results
    assert b"MONDAY,n,,\n" in outcome.results
    assert b"MONDAY,N,37,\n" in outcome.results
    assert b"TUESDAY,n,,\n" in outcome.results  # 14, as its step
    assert b"TUESDAY,min,12,\n" in outcome.results
    assert b"5.4054" not in published
    assert b"MONDAY,<3\n" in outcome.files["tables/T-X-2.csv"]
    assert b"T-X-2" in outcome.files["safety.ipynb"]


def test_the_same_display_is_refused_where_neither_package_nor_list_names_it():
    outcome = run_cells(DECLARED, audience="open")
    assert "T-X-2 is no display for open readers: the package does not declare it" in outcome.error
    assert (outcome.files, outcome.results) == ({}, b"")


def test_a_published_open_notebook_holds_displays_and_the_look_and_nothing_else():
    source = "import warnings\nwarnings.warn('careful')\nfrom IPython.display import HTML\n"
    source += "from helpers.displays.render import page_style\nHTML(page_style())"
    outcome = run_cells(source, FINDINGS, audience="open")
    kinds = [sorted(out["data"]) for out in outputs_of(outcome.files["safety.ipynb"])]
    assert [len(kind) for kind in kinds] == [1, 3]
    assert "careful" not in json.dumps(kinds)
    assert b"careful" not in b"".join(
        json.dumps(out).encode() for out in outputs_of(outcome.files["safety.ipynb"])
    )
