import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from random import Random

import demo_pages as demo
import pytest
from bs4 import BeautifulSoup

from helpers.reporting.page.audiences import format_date, quote_css
from helpers.reporting.page.facts import IndexEntry, InterimSummary, Link, read_lights, read_numbers
from helpers.reporting.page.index import render_interim_index, render_reports_index
from helpers.reporting.publishing.index_pages import build_index_pages
from helpers.reporting.run import is_index_old


def parse(page: bytes) -> BeautifulSoup:
    return BeautifulSoup(page.decode("utf-8"), "html.parser")


def test_lights_and_numbers_are_those_of_the_summary_display() -> None:
    summary = demo.make_summary()
    payload = summary.payload()
    assert read_lights(payload) == summary.lights
    assert read_numbers(payload) == summary.facts
    assert read_lights({}) == ()


def test_the_interim_page_shows_status_links_lights_changes_and_files() -> None:
    page = parse(render_interim_index(demo.make_interim_summary()))
    text = page.main.get_text(" ", strip=True)
    for words in ("Both reports were published.", "Two further serious adverse events.", "Alert"):
        assert words in text
    hrefs = [a["href"] for a in page.main("a")]
    assert hrefs == [
        "../../index.html",
        "safety.html",
        "efficacy.html",
        "../../ia2/closed_unmasked/index.html",
        "results.csv",
        "manifest.json",
    ]
    assert page.h1.get_text() == "Interim analysis 3"
    assert page.body["data-audience"] == "closed_unmasked"
    assert "Synthetic data" in page.find(class_="band").get_text()


def test_the_first_interim_has_nothing_to_compare_with() -> None:
    first = replace(demo.make_interim_summary(), changes=(), previous=None)
    assert "Since the last interim" not in str(parse(render_interim_index(first)))
    same = replace(demo.make_interim_summary(), changes=())
    assert "No change to report." in str(parse(render_interim_index(same)))


def test_an_interim_without_a_summary_display_still_has_a_page() -> None:
    bare = InterimSummary(demo.make_facts("open", report=""), "Nothing published.", ())
    page = parse(render_interim_index(bare))
    assert [head.name for head in page.main.find_all(re.compile("h[1-6]"))] == ["h1"]


def test_all_interims_are_listed_newest_first_with_their_readers() -> None:
    page = parse(render_reports_index(demo.make_entries()))
    assert [head.get_text() for head in page("h2")] == [
        "Interim analysis 11",
        "Interim analysis 3",
        "Interim analysis 2",
    ]
    cards = page.find_all(class_="card")
    assert [card["data-audience"] for card in cards] == ["open", "closed_unmasked"] * 3
    assert cards[1].h3.a["href"] == "ia11/closed_unmasked/index.html"
    assert "independent statistician only" in cards[1].get_text()
    assert "sponsor" in cards[0].get_text()
    assert [a["href"] for a in cards[0].find(class_="go")("a")] == [
        "ia11/open/safety.html",
        "ia11/open/efficacy.html",
    ]


def test_the_order_in_which_folders_are_found_does_not_matter() -> None:
    entries = demo.make_entries()
    expected = render_reports_index(entries)
    for seed in range(5):
        Random(seed).shuffle(entries)
        assert render_reports_index(entries) == expected


def test_an_empty_index_says_so() -> None:
    page = parse(render_reports_index([]))
    assert "Nothing is published here yet." in page.main.get_text()
    assert "Synthetic" not in str(page)


def test_the_index_is_marked_synthetic_when_any_report_is() -> None:
    page = parse(render_reports_index(demo.make_entries()))
    assert "Synthetic data" in page.find(class_="band").get_text()
    real = [replace(entry, synthetic=False) for entry in demo.make_entries()]
    assert "ynthetic" not in str(parse(render_reports_index(real)))


def test_hostile_labels_stay_text_on_both_indexes() -> None:
    evil = '"><script>alert(1)</script>'
    entry = replace(demo.make_entries()[0], interim=evil, reports=(Link(evil, "a.html"),))
    summary = replace(
        demo.make_interim_summary(), status=evil, changes=(evil,), files=(Link(evil, "a.csv"),)
    )
    for page in (render_reports_index([entry]), render_interim_index(summary)):
        soup = parse(page)
        assert not soup("script")
        assert evil in soup.main.get_text()


def test_both_indexes_load_nothing_and_say_the_same_twice() -> None:
    for make in (
        lambda: render_reports_index(demo.make_entries()),
        lambda: render_interim_index(demo.make_interim_summary()),
    ):
        html = make().decode()
        assert make().decode() == html
        assert "http:" not in html
        assert "https:" not in html
        assert "default-src 'none'" in html


def test_an_unknown_audience_is_refused() -> None:
    entry: IndexEntry = replace(demo.make_entries()[0], audience="everybody")
    with pytest.raises(ValueError, match="everybody"):
        render_reports_index([entry])


def test_dates_do_not_depend_on_the_locale() -> None:
    assert format_date(dt.date(2022, 9, 4)) == "4 Sep 2022"


@pytest.mark.parametrize("text", ['"', "\\", "</style>", "\n", "a}b", "é", "Thử nghiệm"])
def test_a_css_string_holds_no_sign_that_could_end_it(text: str) -> None:
    quoted = quote_css(text)
    assert quoted[0] == quoted[-1] == '"'
    assert not set('"\n<>{}') & set(quoted[1:-1])
    unescaped = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), quoted[1:-1])
    assert unescaped == text


def publish(out: Path, place: str, sequence: int, word: str) -> None:
    """A published folder with one light."""
    folder = out / place
    folder.mkdir(parents=True)
    summary = {"lights": [["Stopping rule", "ok", word, "2 of 16."]], "facts": []}
    manifest = {
        "study": "S", "title": "T", "interim": f"IA{sequence}", "label": f"Interim {sequence}",
        "sequence": sequence, "audience": place.rpartition("/")[2], "cutoff": "2022-09-14",
        "extract": "2022-09-21", "synthetic": True,
        "parameters": {"values": {"reports": ["safety"]}},
        "reports": {"safety": {"summary": summary}},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_each_light_says_what_it_said_in_the_earlier_reports_of_its_audience(tmp_path) -> None:
    publish(tmp_path, "ia1/open", 1, "Clear")
    publish(tmp_path, "ia2/open", 2, "Near")
    publish(tmp_path, "ia2/closed_unmasked", 2, "SECRET")
    publish(tmp_path, "ia3/open", 3, "Alert")
    publish(tmp_path, "ia4/open", 4, "LATER")
    pages = build_index_pages(tmp_path)
    (why,) = BeautifulSoup(pages["ia3/open/index.html"], "html.parser").select("span.why")
    assert why.get_text() == "2 of 16. As published before: IA1 Clear, IA2 Near."
    assert b"As published before" not in pages["ia1/open/index.html"]
    assert b"SECRET" not in pages["ia3/open/index.html"]


def test_reports_of_other_trials_are_linked_from_the_index(tmp_path) -> None:
    publish(tmp_path, "ia1/open", 1, "Clear")
    assert b"Other trials" not in build_index_pages(tmp_path)["index.html"]
    (tmp_path / "index.html").write_bytes(build_index_pages(tmp_path)["index.html"])
    assert not is_index_old(tmp_path)
    publish(tmp_path, "another_trial/ia1/open", 1, "Clear")
    publish(tmp_path, "no_trial/ia1/open", 1, "Clear")
    (tmp_path / "another_trial" / "index.html").write_text("x")
    assert is_index_old(tmp_path)
    page = BeautifulSoup(build_index_pages(tmp_path)["index.html"], "html.parser")
    (link,) = page.select("#other-trials + ul a")
    assert (link.get_text(), link["href"]) == ("another_trial", "another_trial/index.html")
