import pandas as pd
import pytest
from sample_events import make_events
from view_factory import make_view

from helpers.displays.data_status.findings_listing import MOST, list_findings
from helpers.displays.model import Listing
from helpers.displays.render import show_html

COLUMNS = ["id", "severity", "table", "SUBJID", "key", "column", "text"]
FINDINGS = pd.DataFrame(
    [
        ["C49", "W", "ae", "101", "AESEQ=1", "", "entered late"],
        ["C14", "E", "ae", "102", "AESEQ=2", "AEENDTC", "<b>ends</b> before it starts"],
        ["C01", "F", "lb", "101", "", "", "not in dm"],
        ["STRUCT-EXTRA", "E", "dm", None, "", "COLOUR", "not declared"],
    ],
    columns=COLUMNS,
)


def test_findings_that_the_site_must_answer_stand_by_person_with_severity_in_words() -> None:
    shown = list_findings(make_view(findings=FINDINGS))
    assert isinstance(shown, Listing)
    assert [(row[0], row[1], row[2]) for row in shown.rows] == [
        ("", "E, flagged", "STRUCT-EXTRA"),
        ("101", "F, left out", "C01"),
        ("102", "E, flagged", "C14"),
    ]
    assert "Of severity W, in findings.csv only: 1." in shown.notes
    assert "<b>ends" not in show_html(shown)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_every_audience_sees_its_own_findings_and_none_is_said(audience: str) -> None:
    shown = list_findings(make_events(audience))
    assert shown.rows == ()  # type: ignore[union-attr]
    assert "No finding of severity F or E" in show_html(shown)


def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    many = pd.concat([FINDINGS.iloc[[1]]] * (MOST + 5), ignore_index=True)
    shown = list_findings(make_view(findings=many))
    assert isinstance(shown, Listing)
    assert len(shown.rows) == MOST
    assert "5 more are in findings.csv." in shown.notes


def test_findings_about_later_records_are_counted_and_not_listed() -> None:
    found = pd.DataFrame(
        {"id": ["C14", "C49"], "severity": ["E", "W"], "table": ["ae", "ae"], "events": [12, 40]}
    )
    notes = list_findings(make_view(findings=FINDINGS, found=found)).notes
    assert "About later records of the export (T-S-03c): 9." in notes
