"""Trigger day and randomisation days name people: neither is on an open page or behind it."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from leaks import read_all

from helpers.displays.columns import state_date


@pytest.fixture(scope="module")
def pieces(published: Path) -> dict[str, str]:
    """Text of every open file; not the findings, whose records the site must find by their key."""
    folder = read_all(published / "ia3" / "open")
    return {
        name: content.decode("utf-8", errors="replace")
        for name, content in folder.items()
        if name != "findings.csv"
    }


def randomisation_days(export: Path, until: str) -> list[pd.Timestamp]:
    """Days of randomisation by both tables that name them, up to the cut-off of the page."""
    days = set()
    for path, column in (("open/ds.csv", "DSSTDTC"), ("restricted/rand.csv", "RANDDTC")):
        with (export / path).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        days |= {r[column][:10] for r in rows if r.get("DSDECOD", "RANDOMIZED") == "RANDOMIZED"}
    full = [pd.Timestamp(day) for day in sorted(days) if len(day) == 10]
    return [day for day in full if day <= pd.Timestamp(until)]


def test_no_day_of_randomisation_is_in_an_open_page_its_tables_numbers_or_manifest(
    export: Path, pieces: dict[str, str]
) -> None:
    days = randomisation_days(export, "2023-04-18")
    assert len(days) > 30
    # a finding names the record by its own date, which may be a day on which others were randomised
    own_dates = re.compile(r"(?:AESTDTC|QSDTC|SVSTDTC|LBDTC|VSDTC|DVSTDTC|CMSTDTC)=[\d-]+")
    found = [
        (name, words)
        for name, text in ((name, own_dates.sub("", text)) for name, text in pieces.items())
        for day in days
        for words in (day.date().isoformat(), state_date(day))
        if re.search(rf"(?<!\d){words}(?!\d)", text)
    ]
    assert found == []


def test_open_times_since_randomisation_are_whole_months(published: Path) -> None:
    with (published / "ia3" / "open" / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["display"] in ("T-S-02", "T-S-08")]
    values = {
        float(row["value"])
        for row in rows
        if row["parameter"].startswith("TIMEONST") and row["statistic"] in ("min", "max", "median")
    }
    values |= {
        float(row["value"])
        for row in rows
        if row["category"].startswith("MEDIAN") and row["value"] not in ("", "NaN")
    }
    assert len(values) >= 3
    assert all(value == int(value) and value < 30 for value in values)
