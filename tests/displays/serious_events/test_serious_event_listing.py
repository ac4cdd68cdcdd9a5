import pandas as pd
import pytest
from sample_events import ADAE, make_events, without_events, without_persons
from view_factory import read_frame

from helpers.displays.model import Listing, Withheld
from helpers.displays.payload import stack_columns
from helpers.displays.render import show_html
from helpers.displays.serious_events.listing import list_serious_events, list_stopping_events
from helpers.view import View

HOSTILE = '<img src=x onerror=1> and =HYPERLINK("http://evil.example")'
MORE = read_frame("""
AESHOSP AESDTH AEREL    AERELPR     AEEXPECT AEOUT     AEONGO AESITDTC   AESPODTC
.       .      POSSIBLE NOT_RELATED Y        RECOVERED N      2022-04-14 2022-04-15
Y       Y      .        UNLIKELY    .        FATAL     Y      2022-03-26 .
""").assign(
    AESITDTC=lambda rows: pd.to_datetime(rows["AESITDTC"]),
    AESPODTC=lambda rows: pd.to_datetime(rows["AESPODTC"]),
)
DAYS = read_frame("""
ADY AENDY HRSINF DAYSINF ASTTMF ASTDTF AENDTF ONGCUTFL RELIMPFL
93  95    30.5   1       .      .      .      .        .
53  .     .      .       .      D      .      Y        Y
""")


def make_listing(**changes: object) -> View:
    """P1's second fever and P8's pneumonia with what the listing reads."""
    serious = ADAE[ADAE["ASERFL"] == "Y"].reset_index(drop=True)
    events = pd.concat([serious, MORE, DAYS], axis=1).assign(AETERM=HOSTILE, **changes)
    return make_events(adae=events)


def read(listing: Listing | Withheld) -> list[dict[str, str]]:
    assert isinstance(listing, Listing)
    return [
        {head: cell.replace("\u00a0", " ") for head, cell in zip(listing.headers, row, strict=True)}
        for row in listing.rows
    ]


def test_each_event_has_every_column_of_the_specification() -> None:
    (pneumonia, fever) = read(list_serious_events(make_listing()))
    assert fever == {
        "Participant": "101",
        "Arm": "IV",
        "Age": "40-54",
        "Sex": "F",
        "Preferred term": "Fever",
        "Verbatim": HOSTILE,
        "Start, day": "93",
        "After dose": "dose 2, 30.5 h",
        "End, day": "95",
        "Grade": "3",
        "Criteria": "none",
        "Related to product": "Possible",
        "Related to procedure": "Not related",
        "Expected": "yes",
        "Action": "None",
        "Outcome": "Recovered",
        "Site to sponsor, days": "1",
        "Remarks": "",
    }
    assert pneumonia["After dose"] == "n.a."
    assert pneumonia["End, day"] == "ongoing"
    assert pneumonia["Criteria"] == "death, hospital stay"
    assert pneumonia["Related to product"] == "missing"
    assert pneumonia["Expected"] == "missing"
    assert pneumonia["Site to sponsor, days"] == "missing"
    assert pneumonia["Remarks"] == "start imputed, ongoing at cut-off, causality missing"


def test_events_go_by_onset_day_then_person() -> None:
    rows = read(list_serious_events(make_listing(ADY=pd.array([5, 5], dtype="Int64"))))
    assert [row["Participant"] for row in rows] == ["101", "108"]
    rows = read(list_serious_events(make_listing(ADY=pd.array([None, -3], dtype="Int64"))))
    assert [(row["Participant"], row["Start, day"]) for row in rows] == [
        ("108", "\u22123"),
        ("101", ""),
    ]


@pytest.mark.parametrize(
    ("hours", "time_flag", "text"),
    [(168.0, None, "dose 2, 168.0 h"), (168.5, None, "dose 2, 1 d"), (30.5, "T", "dose 2, 1 d")],
)
def test_time_since_the_dose_is_in_days_after_a_week_or_without_a_time(
    hours: float, time_flag: str | None, text: str
) -> None:
    view = make_listing(HRSINF=pd.array([hours, None], dtype="Float64"), ASTTMF=[time_flag, None])
    assert read(list_serious_events(view))[1]["After dose"] == text


def test_an_event_that_is_not_emergent_says_so() -> None:
    rows = read(list_serious_events(make_listing(TRTEMFL=[None, "Y"])))
    assert rows[1]["Remarks"] == "not treatment-emergent"


@pytest.mark.filterwarnings("error")
def test_before_anybody_is_randomised_a_serious_event_has_no_arm() -> None:
    view = make_listing()
    nobody = pd.Series(None, view["adsl"].index, dtype=object)
    persons = view["adsl"].assign(TRT01A=nobody, TRT01P=nobody)
    listed = read(list_serious_events(make_events(**{**view.datasets, "adsl": persons})))
    assert [row["Arm"] for row in listed] == ["", ""]


def test_hostile_text_is_escaped_on_the_page() -> None:
    html = show_html(list_serious_events(make_listing()))
    assert "<img" not in html
    assert "&lt;img src=x onerror=1&gt;" in html


def test_columns_that_the_trial_does_not_collect_are_absent() -> None:
    view = make_listing()
    events = view["adae"].drop(columns=["AEEXPECT", "AESITDTC", "AERELPR"])
    heads = list(read(list_serious_events(make_events(adae=events)))[0])
    assert not {"Expected", "Site to sponsor, days", "Related to procedure"} & set(heads)
    assert "Outcome" in heads


def test_an_open_report_has_no_listing() -> None:
    assert isinstance(list_serious_events(make_events("open")), Withheld)


def test_without_events_the_listing_says_so() -> None:
    for view in (make_listing(ASERFL=None), without_persons()):
        adae = view["adae"].assign(ADY=pd.Series(dtype="Int64")) if view["adae"].empty else None
        shown = list_serious_events(view if adae is None else make_events(adae=adae))
        assert isinstance(shown, Listing)
        assert shown.rows == ()
        assert "No events reported" in show_html(shown)
    assert without_events()["adae"].empty


def test_a_stopping_event_is_marked_in_the_listing_of_serious_events() -> None:
    rows = read(list_serious_events(make_listing(SEVTOXFL=["Y", None])))
    assert {row["Participant"]: row["Remarks"].startswith("stopping event") for row in rows} == {
        "101": True,
        "108": False,
    }


def test_stopping_events_that_are_not_serious_are_listed_in_the_same_columns() -> None:
    view = make_listing(SEVTOXFL="Y", ASERFL=[None, "Y"])
    listing = list_stopping_events(view)
    assert [row["Participant"] for row in read(listing)] == ["101"]
    assert listing.headers == list_serious_events(view).headers  # type: ignore[union-attr]
    assert "L-S-01b" in show_html(listing)


def test_what_the_form_asks_of_serious_events_only_is_not_missing_in_others() -> None:
    empty = {"AEEXPECT": None, "AESPODTC": pd.NaT, "SEVTOXFL": "Y", "ASERFL": [None, "Y"]}
    view = make_listing(**empty)
    (other,), (serious,) = read(list_stopping_events(view)), read(list_serious_events(view))
    asked = ("Expected", "Site to sponsor, days")
    assert [other[head] for head in asked] == ["n.a.", "n.a."]
    assert [serious[head] for head in asked] == ["missing", "missing"]


def test_every_stopping_event_is_in_one_of_the_two_listings() -> None:
    view = make_listing(SEVTOXFL="Y", ASERFL=[None, "Y"])
    both = [*read(list_serious_events(view)), *read(list_stopping_events(view))]
    assert sorted(row["Participant"] for row in both) == ["101", "108"]
    assert all("stopping event" in row["Remarks"] for row in both)


def test_where_the_data_tell_no_seriousness_every_stopping_event_is_listed() -> None:
    view = make_listing(SEVTOXFL="Y")
    events = view["adae"].drop(columns=["ASERFL"])
    assert len(read(list_stopping_events(make_events(adae=events)))) == 2


def test_without_a_stopping_rule_and_for_open_readers_there_is_no_second_listing() -> None:
    for view in (make_listing(), make_events("open")):
        display = list_stopping_events(view)
        assert isinstance(display, Withheld)
        assert show_html(display) == ""


def test_without_such_an_event_the_second_listing_says_so() -> None:
    shown = list_stopping_events(make_listing(SEVTOXFL=None))
    assert "every stopping event is serious, or there is none" in show_html(shown)


def test_remarks_stand_beside_the_term_where_a_narrow_screen_shows_them() -> None:
    columns = stack_columns(list_serious_events(make_listing()))
    assert [head for head, *_ in columns][:3] == [
        "Participant\nArm",
        "Age\nSex",
        "Preferred term\nVerbatim\nRemarks",
    ]
