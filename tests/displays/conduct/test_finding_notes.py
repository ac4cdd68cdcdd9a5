"""Notes on findings: whose doubtful records a table rests on, for readers who may know it."""

import pandas as pd
import pytest
from sample_trial import make_sample

from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.conduct.finding_notes import SAYS, note_findings

FINDINGS = pd.DataFrame(
    [
        ("C19", "E", "cm", "S2"),
        ("C19", "E", "cm", "S1"),
        ("C19", "E", "cm", "S1"),
        ("C19", "E", "ae", "S5"),
        ("C19", "E", "cm", "S7"),  # never randomised
        ("C44", "F", "vs", "S3"),
    ],
    columns=["id", "severity", "table", "SUBJID"],
)


def test_participants_are_named_once_and_of_the_table_in_question_only() -> None:
    assert note_findings(make_sample(findings=FINDINGS), ("C19", "cm")) == (
        "Medication dated after death; kept as recorded (C19): S1, S2.",
    )


def test_a_check_that_found_nothing_says_nothing() -> None:
    assert note_findings(make_sample(findings=FINDINGS), ("C07", "qs"), ("C44", "cm")) == ()


@pytest.mark.parametrize("audience", ["open", "closed_masked"])
def test_other_readers_are_told_of_nobody(audience: str) -> None:
    assert note_findings(make_sample(audience, findings=FINDINGS), *SAYS) == ()


def test_disposition_names_who_withdrew_the_use_of_data_and_has_later_records() -> None:
    said = "Records dated after the use of data was withdrawn; not used (C44): S3."
    assert said in tabulate_disposition(make_sample(findings=FINDINGS)).notes
