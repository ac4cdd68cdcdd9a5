import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.displays import show
from helpers.displays.model import (
    Cell,
    Display,
    Fact,
    Figure,
    Header,
    Light,
    Line,
    Listing,
    Page,
    Table,
    Withheld,
)
from helpers.displays.payload import count_note_lines
from helpers.displays.render import display_style, page_style, show_html, show_text
from helpers.displays.results import Key, rows_of

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-->]]></style></section><svg onload=alert(1)>",
    "&lt;script&gt;",
    "{{ 7 * 7 }}{% raw %}",
]
ALLOWED = {"section", "h3", "span", "p", "div", "table", "caption", "thead", "tbody", "tr", "th"}
ALLOWED |= {"td", "ol", "li", "details", "summary", "dl", "dt", "dd", "ul", "strong", "a"}
ALLOWED |= {"figure", "figcaption", "svg"}


def parse(display: Display) -> BeautifulSoup:
    return BeautifulSoup(show_html(display), "html.parser")


def texts(tags: list[Tag]) -> list[str]:
    return [tag.get_text(" ", strip=True) for tag in tags]


def make_table(**changes: object) -> Table:
    keys = [Key("SAF", arm, "teae") for arm in ("X", "Y", "Z")]
    results = [row for key in keys for row in rows_of(key, {"n": 4, "N": 16, "events": 9})]
    fields: dict[str, object] = {
        "id": "T-X-01",
        "title": "Overview",
        "population_line": "Safety population.",
        "results": tuple(results),
        "stub": "Persons with",
        "headers": (
            *(Header(arm, "N = 16", place) for place, arm in enumerate("XYZ")),
            Header("X", "", None, "Difference"),
            Header("Y", "", None, "Difference"),
        ),
        "lines": (
            Line("Any event", (*(Cell(key, show.n_pct_events()) for key in keys), "n.a.", "n.a.")),
            Line("By cause", heading=True),
            Line("related", tuple(Cell(key, show.n_pct()) for key in keys), level=1, strong=True),
        ),
    }
    return Table(**{**fields, **changes})


def test_a_display_has_one_heading_with_its_id_in_lower_case() -> None:
    heading = parse(make_table()).find_all("h3")
    assert [tag["id"] for tag in heading] == ["t-x-01"]
    assert texts(heading) == ["T-X-01 Overview"]


def test_the_population_line_stands_before_the_table() -> None:
    names = [
        tag.get("class", [tag.name])[0]
        for tag in parse(make_table()).section.find_all(True, recursive=False)
    ]
    assert names[:3] == ["h3", "of", "scroll"]


def test_groups_of_columns_span_them_and_other_heads_reach_down() -> None:
    upper, lower = parse(make_table()).thead.find_all("tr")
    spans = [
        (th.get_text(" ", strip=True), th["scope"], th.get("colspan"), th.get("rowspan"))
        for th in upper("th")
    ]
    assert spans == [
        ("Persons with", "col", None, "2"),
        ("X N = 16", "col", None, "2"),
        ("Y N = 16", "col", None, "2"),
        ("Z N = 16", "col", None, "2"),
        ("Difference", "colgroup", "2", None),
    ]
    assert [(th.get_text(), th["scope"]) for th in lower("th")] == [("X", "col"), ("Y", "col")]


def test_without_groups_the_head_is_one_row() -> None:
    table = make_table(headers=(Header("X", "N = 0", 0),), lines=())
    assert len(parse(table).thead.find_all("tr")) == 1


def test_arms_are_marked_by_their_place_and_not_by_their_name() -> None:
    first = [tag["class"] for tag in parse(make_table()).find_all("span", class_="arm")]
    names = (Header("Renamed", "", 0), Header("Other", "", 1), Header("Third", "", 2))
    second = [
        tag["class"] for tag in parse(make_table(headers=names, lines=()))("span", class_="arm")
    ]
    assert first == second == [["arm", "arm-0"], ["arm", "arm-1"], ["arm", "arm-2"]]


def test_every_row_starts_with_a_head_cell_and_has_all_its_columns() -> None:
    rows = parse(make_table()).select("tbody tr:not(.heading)")
    assert [row.th["scope"] for row in rows] == ["row", "row"]
    assert [len(row("td")) for row in rows] == [5, 5]


def test_a_heading_line_heads_a_group_of_rows() -> None:
    bodies = parse(make_table()).find_all("tbody")
    assert [len(body("tr")) for body in bodies] == [1, 2]
    head = bodies[1].tr.th
    assert (head["scope"], head["colspan"], head.get_text()) == ("rowgroup", "6", "By cause")


def test_level_and_weight_of_a_line_are_classes() -> None:
    row = parse(make_table()).select("tr.key")[0]
    assert row.th["class"] == ["level-1"]


def test_numbers_are_set_to_the_right_and_marks_are_muted() -> None:
    cells = parse(make_table()).select("tbody tr")[0]("td")
    assert [cell["class"] for cell in cells] == [["num"]] * 3 + [["num", "mark"]] * 2


def test_a_column_of_words_is_set_to_the_left_in_head_and_cells() -> None:
    table = Table(
        "T-X-01",
        "T",
        "",
        headers=(Header("Reason"), Header("Count")),
        lines=(Line("a", ("moved away", "3")),),
    )
    soup = parse(table)
    assert [th.get("class") for th in soup.thead("th")[1:]] == [["text"], None]
    assert [td.get("class") for td in soup.tbody("td")] == [None, ["num"]]


def test_an_empty_table_shows_its_shell_and_one_sentence() -> None:
    soup = parse(make_table(lines=(), empty="No events reported"))
    assert len(soup.thead("th")) == 7
    assert texts(soup.tbody("tr")) == ["No events reported"]
    assert soup.tbody.td["colspan"] == "6"


def test_the_scrolling_region_is_named_and_the_only_thing_in_the_tab_order() -> None:
    focusable = parse(make_table()).find_all(tabindex=True)
    assert [(tag["role"], tag["tabindex"], tag["aria-labelledby"]) for tag in focusable] == [
        ("region", "0", "t-x-01")
    ]


def test_notes_are_numbered_and_the_making_is_folded() -> None:
    soup = parse(make_table(notes=("First.", "Second."), source_note="By hand."))
    assert texts(soup.ol("li")) == ["First.", "Second."]
    assert not soup.details.has_attr("open")
    assert soup.details.get_text(" ", strip=True) == "How this was made By hand."


def test_ids_of_displays_in_a_text_become_links() -> None:
    soup = parse(make_table(notes=("Records: L-S-01, T-S-10b, T-S-130, T-S-10bc, XT-S-01.",)))
    links = [(a["href"], a.get_text()) for a in soup.ol("a")]
    assert links == [("#l-s-01", "L-S-01"), ("#t-s-10b", "T-S-10b")]


@pytest.mark.parametrize(
    ("notes", "lines"), [((), 0), (("Short.",), 1), (("Short.", "x" * 200), 4), (("x" * 9999,), 24)]
)
def test_the_room_for_notes_on_paper_is_counted_in_lines(
    notes: tuple[str, ...], lines: int
) -> None:
    assert count_note_lines(notes) == lines
    style = parse(make_table(notes=notes)).section.get("style")
    assert style == (f"--room: {lines}" if lines else None)


@pytest.mark.parametrize(
    ("letters", "lines"),
    [((), 0), ((64, 64, 64), 1), ((65, 1, 1, 1), 2), ((64,) * 7, 3), ((200, 64, 64), 4)],
)
def test_notes_of_a_turned_sheet_fill_three_columns_each_note_whole(
    letters: tuple[int, ...], lines: int
) -> None:
    assert count_note_lines(["x" * many for many in letters], " wide short") == lines


@pytest.mark.parametrize(
    ("columns", "looks"),
    [
        (6, ["short"]),
        (7, ["wide", "short"]),
        (9, ["wide", "short"]),
        (10, ["wide", "dense", "short"]),
    ],
)
def test_a_table_too_wide_for_a_sheet_is_turned_and_then_broken(
    columns: int, looks: list[str]
) -> None:
    heads = tuple(Header(str(i)) for i in range(columns))
    cells = tuple("13 (81.3) [31]" for _ in heads)
    table = make_table(headers=heads, lines=(Line("a", cells),))
    assert parse(table).section["class"] == ["display", "table", *looks]


def test_a_long_table_may_be_divided_between_sheets() -> None:
    long = make_table(lines=tuple(Line(str(i)) for i in range(16)))
    assert parse(long).section["class"] == ["display", "table"]


def test_a_listing_has_a_head_per_column_and_a_key_per_row() -> None:
    rows = (("1003", "Fall", "12"), ("1011", "Fever", "93"))
    soup = parse(Listing("L-X-01", "Records", "", headers=("Person", "Term", "Day"), rows=rows))
    assert [th["scope"] for th in soup.thead("th")] == ["col"] * 3
    assert texts(soup.select("tbody th[scope=row]")) == ["1003", "1011"]
    assert [td.get("class") for td in soup.tbody.tr("td")] == [None, ["num"]]


def test_an_empty_listing_says_so() -> None:
    soup = parse(Listing("L-X-01", "Records", "", headers=("A", "B"), empty="No records"))
    assert texts(soup.tbody("tr")) == ["No records"]


def test_a_cell_of_five_million_signs_is_cut_and_says_so() -> None:
    listing = Listing("L-X-01", "R", "", headers=("A", "B"), rows=(("1", "x" * 5_000_000),))
    assert "(5,000,000 characters, whole in the file)" in show_html(listing)
    assert len(show_html(listing)) < 5_000
    assert len(show_text(listing)) < 1_000


def test_a_figure_is_a_picture_with_words_and_a_finding() -> None:
    figure = Figure(
        "F-X-01",
        "Curve",
        "All.",
        headline="It rises.",
        svg='<svg style="--w: 9"></svg>',
        alternative='A "line" & <b>',
    )
    soup = parse(figure)
    assert (soup.svg["role"], soup.svg["aria-label"]) == ("img", 'A "line" & <b>')
    assert soup.figcaption.get_text() == "It rises."
    assert soup.svg.find_parent("figure")["aria-labelledby"] == "f-x-01"


def test_a_figure_without_words_of_its_own_uses_its_finding_then_its_title() -> None:
    svg = '<svg style="--w: 9"></svg>'
    assert parse(Figure("F-X-01", "Curve", "", headline="Up.", svg=svg)).svg["aria-label"] == "Up."
    assert parse(Figure("F-X-01", "Curve", "", svg=svg)).svg["aria-label"] == "Curve"


def test_a_light_has_a_word_beside_its_colour() -> None:
    lights = (
        Light("Accrual", "near", "Slow", "3 of 9"),
        Light("Rule", "alert", "Alert", "5 of 16"),
    )
    page = Page(
        "P-X-01", "Glance", "", facts=(Fact("Deaths", "0"),), lights=lights, sentences=("S.",)
    )
    soup = parse(page)
    assert texts(soup.select(".lights li")) == ["Slow Accrual 3 of 9", "Alert Rule 5 of 16"]
    assert [tag["class"] for tag in soup.select(".state")] == [
        ["state", "near"],
        ["state", "alert"],
    ]
    assert texts(soup.select("dl.facts > div")) == ["Deaths 0"]


def test_a_light_links_to_its_display_and_is_told_apart_without_colour() -> None:
    lights = (
        Light("Rule", "none", "Too few", "0 of 2", "T-X-02b"),
        Light("Data", "ok", "Fine", "1 of 2"),
    )
    soup = parse(Page("P-X-01", "Glance", "", lights=lights))
    assert [(a["href"], a.get_text()) for a in soup.select(".lights a")] == [("#t-x-02b", "Rule")]
    assert soup.select_one(".state")["class"] == ["state", "none"]  # type: ignore[index]
    marks = {
        state: re.search(rf"\.display \.{state}::before {{ content: \"(.)\"", display_style())
        for state in ("ok", "near", "alert", "none")
    }
    assert len({found[1] for found in marks.values() if found}) == 4


def test_a_page_shows_its_legend_and_its_numbers_by_arm() -> None:
    keys = [Key("SAF", arm, "died") for arm in ("X", "Y")]
    results = tuple(row for key in keys for row in rows_of(key, {"n": 1, "N": 4}))
    table = Table(
        "",
        "By arm",
        "",
        results=results,
        stub="n (%)",
        headers=(Header("X", "N = 4", 0), Header("Y", "N = 4", None)),
        lines=(Line("Died", tuple(Cell(key, show.n_pct()) for key in keys)),),
    )
    page = Page("P-X-01", "Glance", "", results=results, legend=("Legend.",), table=table)
    soup = parse(page)
    assert texts(soup.select("p.legend")) == ["Legend."]
    assert texts(soup.select("tr")) == ["n (%) X N = 4 Y N = 4", "Died 1 (25.0) 1 (25.0)"]
    assert ["count", "Died, X N = 4", "1 (25.0)"] in page.csv_copy()[1]
    assert ["text", "", "Legend."] in page.csv_copy()[1]


def test_a_dense_column_of_words_keeps_its_words_whole_unless_one_is_too_long() -> None:
    rows = (("1", "Recovered", "not related", "x" * 19, *["as it was before"] * 10),)
    heads = ("Person", "Outcome", "Relation", "Verbatim", *map(str, range(10)))
    soup = parse(Listing("L-X-01", "Records", "", headers=heads, rows=rows))
    assert "dense" in soup.section["class"]  # type: ignore[index]
    cells = soup.select("tbody td")
    assert [cell.get("class") for cell in cells[:4]] == [["fixed"], ["whole"], None, ["whole"]]


def test_a_withheld_display_is_one_sentence_or_nothing() -> None:
    withheld = Withheld("T-X-01", "SECRET", "SECRET", notes=("SECRET",))
    assert show_html(withheld) == show_text(withheld) == ""
    sentence = parse(replace(withheld, sentence="Reviewed in closed session."))
    assert sentence.get_text(strip=True) == "Reviewed in closed session."
    assert sentence.find("h3") is None


def everywhere(text: str) -> list[Display]:
    """Displays with this text in every place that takes text."""
    shared = {
        "id": "T-X-01",
        "title": text,
        "population_line": text,
        "notes": (text,),
        "source_note": text,
        "headline": text,
    }
    return [
        Table(
            **shared,
            stub=text,
            headers=(Header(text, text, 0, text),),
            lines=(Line(text, (text,)), Line(text, heading=True)),
            empty=text,
        ),
        Table(**shared, headers=(), lines=(), empty=text),
        Listing(**shared, headers=(text, text), rows=((text, text),), empty=text),
        Figure(**shared, svg='<svg style="--w: 9"></svg>', alternative=text),
        Page(
            **shared,
            facts=(Fact(text, text),),
            lights=(Light(text, "ok", text, text),),
            sentences=(text,),
        ),
        Withheld(**shared, sentence=text),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_wherever_it_stands(text: str) -> None:
    for display in everywhere(text):
        soup = parse(display)
        assert {tag.name for tag in soup.find_all(True)} <= ALLOWED
        assert not [
            name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")
        ]
        assert text in soup.get_text() or text in str(soup.find_all(attrs={"aria-label": text}))


@given(st.text(max_size=40))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_no_text_whatever_makes_an_element(text: str) -> None:
    for display, plain in zip(everywhere(text), everywhere("plain"), strict=True):
        shape = [tag.name for tag in parse(display).find_all(True)]
        expected = [tag.name for tag in parse(plain).find_all(True)]
        # the number of a display becomes a link within the page; nothing else becomes anything
        assert set(shape) - {"a"} == set(expected) - {"a"} or not text
        links = [tag["href"] for tag in parse(display).find_all("a")]
        assert all(re.fullmatch(r"#[a-z]-[a-z]-[0-9]{2}[a-z]?", link) for link in links)


def test_control_and_direction_signs_are_replaced() -> None:
    listing = Listing("L-X-01", "R", "", headers=("A",), rows=(("a\x00b\u202ec\x1b[31m",),))
    assert "a\ufffdb\ufffdc\ufffd[31m" in show_html(listing)


def test_the_same_display_gives_the_same_html() -> None:
    assert show_html(make_table()) == show_html(make_table())


def test_an_unknown_kind_of_display_is_refused() -> None:
    with pytest.raises(TypeError, match="no way to show a Display"):
        show_html(Display("X", "t", "c"))


def test_plain_text_lines_up_its_columns() -> None:
    lines = show_text(make_table(notes=("A note.",))).splitlines()
    assert lines[0] == "T-X-01  Overview"
    assert lines[2].index("X N = 16") == lines[3].index("4 (25.0) [9]")
    assert lines[-1] == "1. A note."


def test_the_style_for_a_notebook_follows_its_theme_and_wins_over_its_tables() -> None:
    style = page_style()
    assert style.startswith("<style>")
    assert style.endswith("</style>")
    assert style.count("<") == 2
    assert '[data-jp-theme-light="false"]' in style
    assert ":is(.display, #display) table" in style
    assert "http" not in style
    assert "url(" not in style
