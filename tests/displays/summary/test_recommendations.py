"""P-S-02: the committee's recommendations on earlier reports."""

import datetime as dt

import pandas as pd
from sample_trial import make_sample

from helpers.datasets.looks.committee import build_committee
from helpers.displays.model import Listing, Withheld
from helpers.displays.render import show_html
from helpers.displays.summary.recommendations import list_recommendations
from helpers.params.committee import Answer, Committee, Recommendation, Version
from helpers.view import View

HOSTILE = "<script>alert(1)</script> =1+1"
FIRST = Recommendation(
    interim="IA1",
    date=dt.date(2022, 3, 10),
    recommendation="continue_with_changes",
    arms=("IT",),
    text="One operator.",
    answer=Answer(date=dt.date(2022, 3, 18), text="Done."),
    closes_alerts=("IT",),
)
SECOND = Recommendation(
    interim="IA2", date=dt.date(2022, 9, 1), recommendation="continue_unchanged", text=HOSTILE
)
PROTOCOL = (
    Version(version="1.0", date=dt.date(2021, 3, 1)),
    Version(version="2.0", date=dt.date(2022, 6, 1)),
)


def shown(*entries: Recommendation, protocol: tuple[Version, ...] = PROTOCOL) -> View:
    committee = Committee(protocol=protocol, recommendations=entries)
    return make_sample(committee=build_committee(committee, []))


def read(view: View) -> Listing:
    listing = list_recommendations(view)
    assert isinstance(listing, Listing)
    return listing


def test_each_recommendation_stands_with_its_answer() -> None:
    listing = read(shown(FIRST, SECOND))
    rows = [dict(zip(listing.headers, row, strict=True)) for row in listing.rows]
    assert rows[0] == {
        "After": "IA1",
        "Recommended on": "10 Mar 2022",
        "Recommendation": "Continue with changes",
        "Arms": "IT",
        "In words": "One operator.",
        "Answered on": "18 Mar 2022",
        "Answer": "Done.",
        "Answers the alerts of": "IT",
    }
    assert rows[1]["Answered on"] == "not answered"
    assert rows[1]["Answers the alerts of"] == "none"


def test_the_versions_that_hold_are_the_last_ones() -> None:
    assert read(shown()).population_line == (
        "Protocol version 2.0 (1 Jun 2022). Committee charter: no version recorded."
    )


def test_without_a_recommendation_the_page_says_so() -> None:
    assert "No recommendation on an earlier report is recorded" in show_html(read(shown()))


def test_hostile_words_are_escaped() -> None:
    html = show_html(read(shown(SECOND)))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_without_a_file_and_for_open_readers_there_is_nothing() -> None:
    for view in (make_sample(), make_sample("open", committee=pd.DataFrame())):
        display = list_recommendations(view)
        assert isinstance(display, Withheld)
        assert show_html(display) == ""
