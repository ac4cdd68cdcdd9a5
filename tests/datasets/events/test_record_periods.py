"""Medication and medical history beside the start of treatment."""

import pandas as pd
import pytest

from helpers.datasets.events.record_periods import build_periods


class Tables(dict):
    """Records with one table."""


def build(start: str | None, end: str | None, anchor: str | None = "2021-03-05") -> pd.Series:
    cm = pd.DataFrame(
        {
            "SUBJID": ["001", "999"],
            "CMSEQ": pd.array([1, 1], dtype="Int64"),
            "CMSTDTC": pd.Series([start, None], dtype=object),
            "CMENDTC": pd.Series([end, None], dtype=object),
        }
    )
    adsl = pd.DataFrame(
        {
            "SUBJID": ["001"],
            "USUBJID": ["T-001"],
            "TRT01P": ["IV"],
            "ANCHORDT": pd.Series([anchor], dtype="datetime64[s]"),
        }
    )
    (row,) = build_periods(Tables(cm=cm), adsl, "cm").to_dict("records")
    return row


@pytest.mark.parametrize(
    ("start", "end", "prior", "during"),
    [
        ("2021-03-04", "2021-03-04", "Y", "N"),  # over the day before
        ("2021-03-04", "2021-03-05", "Y", "Y"),
        ("2021-03-04", None, "Y", "Y"),  # no end recorded: it goes on
        ("2021-03-05", None, "N", "Y"),  # begun on the day of the first dose
        ("2021-02", "2021-02", "Y", "N"),
        ("2021-03", "2021-03", "N", "Y"),  # the month of the first dose can mean before or after
        ("2020", "2021", "Y", "Y"),
        ("2021", None, "N", "Y"),
        (None, "2021-01-31", "N", "N"),
        (None, None, "N", "Y"),
    ],
)
def test_prior_is_what_had_surely_begun_and_not_concomitant_what_had_surely_ended(
    start, end, prior, during
):
    row = build(start, end)
    assert (row["PREFL"], row["ONTRTFL"]) == (prior, during)


def test_who_was_not_randomised_has_no_flag():
    row = build("2021-03-04", None, anchor=None)
    assert (row["PREFL"], row["ONTRTFL"]) == (None, None)


def test_a_partial_date_gives_no_day_and_is_never_imputed():
    row = build("2021-03", "2021-03-31")
    assert pd.isna(row["ASTDT"])
    assert row["AENDT"] == pd.Timestamp("2021-03-31")


def test_records_of_participants_without_consent_are_left_out_and_the_source_is_named():
    row = build("2021-03-04", None)
    assert (row["USUBJID"], row["SRCDOM"], row["SRCSEQ"]) == ("T-001", "cm", 1)
