import json

import pytest

from helpers.displays import show
from helpers.displays.blocks import Block, Blocks
from helpers.displays.model import (
    MIME,
    Cell,
    Fact,
    Figure,
    Header,
    Light,
    Line,
    Listing,
    Page,
    Section,
    Table,
    Withheld,
    join_notes,
)
from helpers.displays.results import Key, rows_of

IV = Key("SAF", "IV", "teae")


def make_table() -> Table:
    return Table(
        id="T-X-01",
        title="Events",
        population_line="Safety population.",
        results=tuple(rows_of(IV, {"n": 4, "N": 16, "pct": 25}, "counted")),
        stub="Row",
        headers=(Header("IV", "N = 16", 0), Header("IT", "", None, "Difference")),
        lines=(Line("Any", (Cell(IV, show.n_pct()), "n.a.")), Line("Group", heading=True)),
    )


def test_a_display_brings_html_text_and_its_rows_into_the_notebook() -> None:
    bundle = make_table()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", MIME}
    assert bundle[MIME]["results"] == [
        ["SAF", "", "IV", "", "teae", "", "", "n", "4", "counted"],
        ["SAF", "", "IV", "", "teae", "", "", "N", "16", "counted"],
        ["SAF", "", "IV", "", "teae", "", "", "pct", "25", "counted"],
    ]
    assert json.loads(json.dumps(bundle)) == bundle


def test_the_twin_of_a_table_is_the_table_as_shown() -> None:
    assert make_table().csv_copy() == (
        ["Row", "IV N = 16", "Difference IT"],
        [["Any", "4 (25.0)", "n.a."], ["Group", "", ""]],
    )


def test_the_twin_of_a_figure_is_the_numbers_drawn() -> None:
    figure = Figure("F-X-01", "Curve", "", results=tuple(rows_of(IV, {"n": 4})))
    header, rows = figure.csv_copy()
    assert header[-2:] == ["statistic", "value"]
    assert rows == [["SAF", "", "IV", "", "teae", "", "", "n", "4"]]


def test_the_twin_of_a_listing_is_the_listing() -> None:
    listing = Listing("L-X-01", "Records", "", headers=("Key", "Term"), rows=(("1", "Fall"),))
    assert listing.csv_copy() == (["Key", "Term"], [["1", "Fall"]])


def test_a_page_hands_its_facts_and_lights_to_the_index() -> None:
    page = Page(
        "P-X-01",
        "Glance",
        "",
        facts=(Fact("Deaths", "0"),),
        lights=(Light("Accrual", "ok", "On plan", "48 of 48"),),
        sentences=("All is well.",),
    )
    payload = page.payload()
    assert payload["facts"] == [["Deaths", "0"]]
    assert payload["lights"] == [["Accrual", "ok", "On plan", "48 of 48"]]
    assert payload["rows"] == [
        ["fact", "Deaths", "0"],
        ["light", "Accrual", "On plan: 48 of 48"],
        ["text", "", "All is well."],
    ]


def test_a_withheld_display_gives_away_neither_title_nor_numbers() -> None:
    withheld = Withheld("T-X-02", "Events after a dose", "", results=tuple(rows_of(IV, {"n": 4})))
    bundle = withheld._repr_mimebundle_()
    assert "dose" not in json.dumps(bundle)
    assert bundle["text/html"] == bundle["text/plain"] == ""
    assert bundle[MIME] == {
        "id": "T-X-02",
        "kind": "withheld",
        "maker": "",
        "title": "",
        "results": [],
        "header": [],
        "rows": [],
        "sentence": "",
        "shown": {"id": "T-X-02", "kind": "withheld", "look": "", "sentence": ""},
    }


def test_a_section_shows_each_of_its_displays(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    table = make_table()
    Section((table, table))._ipython_display_()
    assert shown == [table, table]


def test_notes_keep_their_order_and_lose_the_empty_ones() -> None:
    assert join_notes("a", "", ["b", ""], ("c",)) == ("a", "b", "c")


def test_the_file_of_blocks_has_those_that_the_page_leaves_out() -> None:
    made = Blocks(blocks=(Block("A:", "one.", "q"),), file_blocks=(Block("B:", "two."),))
    assert made.csv_copy() == (
        ["record", "text", "as recorded"],
        [["A:", "one.", "q"], ["B:", "two.", ""]],
    )
