import re
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import demo_pages as demo
import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from helpers.displays.model import MIME, Figure, Page, Table, Withheld
from helpers.displays.render import show_html
from helpers.errors import RunError
from helpers.reporting.page.guard import check_fragment
from helpers.reporting.page.render import render_page


@pytest.fixture(scope="module")
def notebook() -> NotebookNode:
    return demo.make_notebook()


@pytest.fixture(scope="module")
def html(notebook: NotebookNode) -> str:
    return render_page(notebook, demo.make_facts()).decode("utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def render(*cells: NotebookNode, **changes: object) -> BeautifulSoup:
    notebook = v4.new_notebook(cells=list(cells))
    html = render_page(notebook, demo.make_facts(**changes)).decode("utf-8")
    return BeautifulSoup(html, "html.parser")


def prose(source: str) -> NotebookNode:
    return v4.new_markdown_cell(source)


def show(name: str, title: str = "A title") -> NotebookNode:
    return demo.show_cell(Table(name, title, "Everybody."))


def outline(page: BeautifulSoup) -> list[tuple[str, str]]:
    heads = page.main.find_all(["h1", "h2", "h3", "h4"])
    return [(head.name, head.get_text(" ", strip=True)) for head in heads]


def test_two_renderings_give_the_same_bytes(notebook: NotebookNode, html: str) -> None:
    again = render_page(demo.make_notebook(), demo.make_facts())
    assert again == html.encode("utf-8")
    assert again == render_page(notebook, demo.make_facts())


def test_cell_ids_and_run_times_of_the_notebook_leave_no_trace(notebook: NotebookNode) -> None:
    changed = NotebookNode(notebook | {"metadata": {"papermill": {"duration": 3.14159}}})
    changed.cells = [
        NotebookNode(cell | {"id": f"other-{i}"}) for i, cell in enumerate(notebook.cells)
    ]
    assert render_page(changed, demo.make_facts()) == render_page(notebook, demo.make_facts())


def test_the_notebook_is_not_changed_by_being_shown(notebook: NotebookNode) -> None:
    before = deepcopy(notebook)
    render_page(notebook, demo.make_facts())
    assert notebook == before


@pytest.mark.parametrize(
    "word",
    [
        demo.SECRET,
        "NOISE_ON_STDERR",
        "TITLE_CELL",
        "PROSE_WITHOUT_DISPLAY",
        "WITHHELD_TITLE",
        "interim = 'ia3'",
        "load()",
        MIME,
        "execution_count",
        "data-jp-theme",
    ],
)
def test_only_prose_and_displays_reach_the_page(html: str, word: str) -> None:
    assert word not in html


def test_errors_and_raw_cells_never_reach_the_page() -> None:
    error = v4.new_output("error", ename="E", evalue="TRACEBACK", traceback=["TRACEBACK"])
    cells = (v4.new_raw_cell("RAW"), v4.new_code_cell("x", outputs=[error]), show("T-X-01"))
    text = str(render(*cells))
    for word in ("TRACEBACK", "RAW"):
        assert word not in text


def test_an_open_page_has_no_place_for_what_is_no_display() -> None:
    picture = v4.new_output("display_data", data={"image/png": "UElDVFVSRQ==", "text/html": "P"})
    printed = v4.new_output("stream", name="stdout", text="PRINTED")
    frame = v4.new_output("execute_result", data={"text/html": "<table><td>CELL</table>"})
    cell = v4.new_code_cell("x", outputs=[picture, printed, frame])
    text = str(render(cell, show("T-X-01"), audience="open"))
    for word in ("UElDVFVSRQ", "PRINTED", "CELL", "<img"):
        assert word not in text


def test_the_page_has_one_title_and_no_level_is_skipped(page: BeautifulSoup) -> None:
    levels = [int(name[1]) for name, _ in outline(page)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.h1.get_text() == "Safety report – Interim analysis 3"


def test_a_heading_without_any_display_is_left_out_with_its_prose() -> None:
    page = render(
        prose("## Empty\n\nGONE"),
        prose("### Below\n\nGONE"),
        prose("## Full\n\nKEPT\n\n### Empty below\n\nGONE"),
        prose("### Full below\n\nKEPT"),
        show("T-X-01"),
        prose("## Last\n\nGONE"),
    )
    assert [text for _, text in outline(page)[1:]] == ["Full", "Full below", "T-X-01 A title"]
    assert "GONE" not in str(page)
    assert str(page).count("KEPT") == 2


def test_a_withheld_display_counts_only_when_it_says_something() -> None:
    silent = render(prose("## Section"), demo.show_cell(Withheld("T-X-01", "T", "")))
    speaking = Withheld("T-X-01", "T", "", sentence="Reviewed in closed session.")
    assert outline(silent)[1:] == []
    assert outline(render(prose("## Section"), demo.show_cell(speaking)))[1:] == [("h2", "Section")]


def test_a_heading_inside_a_block_of_code_is_not_a_heading() -> None:
    page = render(prose("## One\n\n```\n# comment\n## not one\n```"), show("T-X-01"))
    assert [text for _, text in outline(page)[1:]] == ["One", "T-X-01 A title"]
    assert page.pre.get_text() == "# comment\n## not one\n"


def test_a_display_before_the_first_heading_stands_right_under_the_title() -> None:
    assert outline(render(show("T-X-01")))[1:] == [("h2", "T-X-01 A title")]
    front = render(
        demo.show_cell(Page("P-X-00", "Title page", "")), prose("## Next"), show("T-X-01")
    )
    assert front.main.h2.find(class_="id").get_text() == "P-X-00"
    assert front.main.h2.find(class_="away").get_text() == "Title page"


def test_a_display_titled_like_its_section_says_it_once() -> None:
    page = render(
        prose("## At a glance"), show("P-X-01", "At a Glance"), show("T-X-02", "At a glance")
    )
    hidden = [len(head.find_all(class_="away")) for head in page.main.find_all(["h2", "h3"])]
    assert hidden == [0, 1, 0]
    assert not page.main.find_all(["h2", "h3"], class_="away")
    assert page.main.h3.find(class_="id").get_text() == "P-X-01"


def test_the_contents_list_sections_and_their_displays(page: BeautifulSoup) -> None:
    beside, above = page.find_all("nav", class_="toc")
    lines = [
        (item.get_text(" ", strip=True), item.a["href"], item.get("class", []))
        for item in beside("li")
    ]
    assert lines[:5] == [
        ("P-S-00 Title page", "#p-s-00", []),
        ("P-S-01 At a glance", "#p-s-01", []),
        ("Conduct", "#conduct", []),
        ("T-S-05 Baseline", "#t-s-05", ["nested"]),
        ("Adverse events", "#adverse-events", []),
    ]
    assert str(beside.ol) == str(above.ol)


def test_every_link_inside_the_page_leads_somewhere(page: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in page.find_all(id=True)]
    targets = {a["href"][1:] for a in page.find_all("a") if a["href"].startswith("#")}
    assert len(ids) == len(set(ids))
    assert targets <= set(ids)
    assert "t-s-10" in targets
    assert "T-S-99" in page.get_text()


def test_two_sections_of_one_name_have_two_anchors() -> None:
    page = render(prose("## T-X-01"), show("T-X-01"), prose("## T x 01!"), show("T-X-02"))
    assert [head["id"] for head in page.main.find_all("h2")] == ["t-x-01-2", "t-x-01-3"]


def test_html_in_prose_is_text_and_its_links_stay_in_the_folder() -> None:
    source = (
        "## S\n\nRead <script>alert(1)</script> [a](javascript:x) [b](http://evil.example) "
        '[c](//evil) ![d](http://evil.example/x.png) [e](results.csv) [f](#t-x-01 "t")\n\n'
        "<img src=x>\n"
    )
    main = render(prose(source), show("T-X-01")).main
    assert [a["href"] for a in main("a") if a.find_parent("p")] == ["results.csv", "#t-x-01"]
    assert not main(["script", "img"])
    assert "<script>alert(1)</script>" in main.get_text()


def test_an_underlined_heading_makes_no_second_title() -> None:
    page = render(prose("## S\n\nUnderlined\n===\n\ntext"), show("T-X-01"))
    assert len(page("h1")) == 1


def test_showing_a_display_twice_stops_the_page() -> None:
    with pytest.raises(RunError, match="T-X-01 is shown twice"):
        render(show("T-X-01"), show("T-X-01"))


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("<script>1</script>", "<script>"),
        ("<img src='data:,'>", "<img>"),
        ("<p onclick='x'>a</p>", "onclick in <p>"),
        ("<a href='http://x'>a</a>", "href in <a>"),
        ("<a href='javascript:x'>a</a>", "href in <a>"),
        ("<p style='background:url(http://x)'>a</p>", "style in <p>"),
        ("<p data-arm='IV'>a</p>", "data-arm in <p>"),
        ("<!-- IV -->", "a comment"),
        ("<svg><foreignObject></foreignObject></svg>", "<foreignobject>"),
        ("<svg><use xlink:href='#a'/></svg>", "xlink:href in <use>"),
        ("<style>a{}</style>", "<style>"),
        ("<iframe></iframe>", "<iframe>"),
        ("<script src='x", "a tag that is not finished"),
        ("<p", "a tag that is not finished"),
        ("<p>1 < 2</p>", "a tag that is not finished"),
        ("<p title", "a tag that is not finished"),
        ("<p id='a", "a tag that is not finished"),
        ('<p id="a>b</p>', "an end of <p> without its beginning"),
        ("<p>a", "<p> without its end"),
        ("<div/>", "<div> without its end"),
        ("</section>", "an end of <section> without its beginning"),
        ("</figure></section><p>outside</p>", "an end of <figure> without its beginning"),
        ("<p style='position: fixed'>a</p>", "style in <p>"),
        ("<section style='position: fixed'></section>", "style in <section>"),
        ("<section style='--room: 1; top: 0'></section>", "style in <section>"),
        ("<svg style='position: fixed'></svg>", "style in <svg>"),
        ("<svg style='fill: red; inset: 0'></svg>", "style in <svg>"),
        ("<svg><rect style='fill: image-set(\"http://x\" 1x)'/></svg>", "style in <rect>"),
        ("<svg><rect style='fill: url(#a), url(//x)'/></svg>", "style in <rect>"),
        ("<svg><rect fill='image-set(\"//x\" 1x)'/></svg>", "fill in <rect>"),
        ("<svg><rect fill='src(\"//x\")'/></svg>", "fill in <rect>"),
        ("<svg><rect style='fill: \\75rl(//x)'/></svg>", "style in <rect>"),
        ("<svg><rect style='background: paint(x)'/></svg>", "style in <rect>"),
    ],
)
def test_a_display_of_somebody_elses_making_cannot_bring_this(html: str, what: str) -> None:
    figure = Figure("F-X-01", "F", "", svg=f'<svg style="--w: 9"></svg>{html}')
    with pytest.raises(RunError, match=re.escape("F-X-01: its HTML holds ")) as error:
        render(demo.show_cell(figure))
    assert "\n" not in str(error.value)
    with pytest.raises(RunError, match=re.escape(f"F-X-01: its HTML holds {what}")):
        check_fragment(html, "F-X-01")


def test_what_our_own_displays_hold_passes_the_guard() -> None:
    for display in (demo.make_overview(), demo.make_listing(), *demo.make_figures()):
        assert check_fragment(show_html(display), display.id)


def test_two_figures_drawn_with_one_id_stop_the_page() -> None:
    svg = '<svg style="--w: 9"><g id="same"></g></svg>'
    figures = [Figure(name, "F", "", svg=svg) for name in ("F-X-01", "F-X-02")]
    with pytest.raises(RunError, match="two displays use the id same"):
        render(demo.show_cell(*figures))


def test_nothing_is_loaded_and_nothing_runs(html: str, page: BeautifulSoup) -> None:
    tags = "".join(re.findall(r"<[^>]*>", html))
    assert "http:" not in tags
    assert "https:" not in tags
    assert not page(["script", "img", "link", "iframe", "object", "embed", "form", "base"])
    assert not re.search(r"url\((?!#)|@import", html)
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.split("; ")[0] == "default-src 'none'"
    assert "script" not in policy


def test_hostile_records_are_on_the_page_as_text(page: BeautifulSoup) -> None:
    listing = page.find(id="l-s-01").find_parent("section").get_text()
    for text in demo.HOSTILE:
        assert text in listing


@pytest.mark.parametrize(
    ("audience", "words", "paper"),
    [
        ("open", "OPEN – pooled over all participants, no treatment arms.", "OPEN"),
        ("closed_masked", "CLOSED – treatment arms under letters", "CLOSED"),
        ("closed_unmasked", "CLOSED – shows treatment arms.", "CLOSED"),
    ],
)
def test_the_band_and_every_sheet_name_the_audience(audience: str, words: str, paper: str) -> None:
    page = render(show("T-X-01"), audience=audience)
    assert page.body["data-audience"] == audience
    assert words in page.find(class_="band").get_text()
    left, right = re.findall(r"@top-(?:left|right) \{ content: \"([^\"]*)\"", page.style.string)
    assert left.startswith(paper)
    assert left.endswith("SYNTHETIC DATA")
    assert right == "NCT05292625 · Safety report IA3 · cut-off 2022-09-14"


def test_synthetic_data_are_named_on_the_page_when_they_are_and_only_then() -> None:
    assert "Synthetic data" in render(show("T-X-01")).find(class_="band").get_text()
    real = render(show("T-X-01"), synthetic=False)
    assert "synthetic" not in str(real).lower()


def test_facts_cannot_break_out_of_style_or_title() -> None:
    evil = '"}</style><script>alert(1)</script>\\'
    page = render(show("T-X-01"), study=evil, title=evil, interim=evil, short=evil, report=evil)
    assert not page("script")
    assert len(page("style")) == 1
    assert evil in page.title.get_text()


def test_links_to_the_other_pages_come_first(page: BeautifulSoup) -> None:
    links = [(a["href"], a.get_text()) for a in page.find(class_="crumbs")("a")]
    assert links == [("index.html", "Interim analysis 3"), ("efficacy.html", "Efficacy report")]
    alone = replace(demo.make_facts(), index=None, others=())
    html = render_page(v4.new_notebook(cells=[show("T-X-01")]), alone).decode()
    assert 'class="crumbs"' not in html


def test_only_scrolling_regions_take_the_keyboard(page: BeautifulSoup) -> None:
    focusable = page.find_all(tabindex=True)
    assert {(tag["role"], tag["tabindex"]) for tag in focusable} == {("region", "0")}
    assert len(focusable) == len(page.select("section table")) + len(page("figure"))


def test_the_page_says_its_language(page: BeautifulSoup) -> None:
    assert page.html["lang"] == "en"
    assert render(show("T-X-01"), lang="vi").html["lang"] == "vi"


def test_words_that_name_an_arm_are_not_in_the_page_itself() -> None:
    text = str(render(show("T-X-01"), audience="open", title="T", subtitle="", study="S")).lower()
    for word in ("control", "placebo", "infusion", "lumbar", "route", "dose", "lot", "intravenous"):
        assert not re.search(rf"\b{word}\b", text), word
