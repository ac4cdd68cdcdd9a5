"""Two open reports subtracted: no change of one or two participants with events comes out.

All ten pairs of the five interims. Serious and fatal events and deaths are exact by rule
(docs/blinding.md), and so are they in every other display; conduct tells of no event.
"""

import csv
import json
import re
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from whole_program import run_interim

from helpers.displays.declare import load_catalogue

INTERIMS = ("ia1", "ia2", "ia3", "ia4", "fin")
LIMIT = 3
EXACT = {  # by rule: a sponsor has to know them
    "T-S-10": {"serious", "fatal"},
    "T-S-13": {"ANY"},
    "T-S-18": {"DEATHS"},
}
GIVES_THE_COUNT = ("n", "events", "count", "pct", "rate", "estimate", "ratio", "person_years")
EVENTS = ("T-S-10", "T-S-13", "T-S-14", "T-S-18")
GLANCE = re.compile(r"SERIOUS|DEATHS|FATAL")


class Reading(NamedTuple):
    """Lowest and highest number of participants that a cell allows, and what it says."""

    low: int
    high: int
    text: str


@pytest.fixture(scope="module")
def published(make_once, export: Path) -> Path:
    def build(folder: Path) -> None:
        words = ("--audience", "open", "--report", "safety")
        run_interim(*INTERIMS, *words, "--data", export, "--out", folder)

    return make_once("five open reports", build)


def find_stepped() -> set[str]:
    """Displays for open readers in which a count of participants is a step."""
    return {
        name
        for name, declared in load_catalogue().items()
        if declared.given_to("open") == "pooled" and declared.small_counts != "shown"
    }


def read_results(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_table(folder: Path, display: str) -> dict[str, Reading]:
    """What every cell of a pooled table allows, by the label of its row."""
    path = folder / "tables" / f"{display}.csv"
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    total = int(re.fullmatch(r"Total N = (\d+)", header[-1])[1])
    return {row[0]: read_cell(row[-1], total) for row in rows if row[-1]}


def read_cell(text: str, total: int) -> Reading:
    step = re.fullmatch(r"(\d+) to (\d+)", text)
    if step:
        return Reading(int(step[1]), min(int(step[2]), total), text)
    if text == f"<{LIMIT}":
        return Reading(1, min(LIMIT - 1, total), text)
    if text == "not shown":
        return Reading(0, total, text)
    exact = int(re.match(r"\d+", text)[0])
    return Reading(exact, exact, text)


def read_events(folder: Path) -> dict[tuple[str, str], Reading]:
    """Rows about participants with events that are not exact by rule, made as narrow as may be."""
    found = {}
    for display in ("T-S-10", "T-S-14"):
        table = read_table(folder, display)
        serious = table.get("serious", Reading(0, 0, "")).low
        for label, reading in table.items():
            if label in ("serious", "fatal"):
                continue
            whole = label.startswith("Any event")
            least = max([serious, *(r.low for r in table.values())]) if whole else 0
            found[display, label] = reading._replace(low=max(reading.low, least))
    return found


NOBODY = Reading(0, 0, "0")  # a class without a row
PAIRS = list(combinations(INTERIMS, 2))


def test_there_are_ten_pairs_with_steps_in_all_reports(published):
    assert len(PAIRS) == 10
    for name in INTERIMS:
        texts = {reading.text for reading in read_events(published / name / "open").values()}
        assert any(text == "<3" for text in texts), name
        assert any(re.fullmatch(r"\d+ to \d+", text) for text in texts), name


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_no_change_of_one_or_two_participants_with_an_event_can_be_told(published, first, second):
    before, after = (read_events(published / name / "open") for name in (first, second))
    for row in before.keys() | after.keys():
        old, new = before.get(row, NOBODY), after.get(row, NOBODY)
        assert not tells_small_change(old, new), (row, old, new)


def tells_small_change(old: Reading, new: Reading) -> bool:
    """Whether one or two more participants have it, for all that two reports say."""
    changes = set(range(max(0, new.low - old.high), new.high - old.low + 1))
    first = (old.text, new.text) == ("0", "<3")  # what the step says by itself; not how many
    return bool(changes) and changes <= {1, 2} and not first


@pytest.mark.parametrize(
    ("before", "after", "total", "told"),
    [
        ("5", "6", 20, True),
        ("12", "14", 20, True),
        ("12", "15", 20, False),
        ("3 to 5", "6 to 8", 20, False),
        ("3 to 5", "3 to 5", 20, False),
        ("<3", "3 to 5", 20, False),
        ("0", "<3", 20, False),
        ("0", "1", 20, True),
        ("5", "6 to 8", 7, True),  # no more than everybody
        ("not shown", "6 to 8", 20, False),
        ("6 to 8", "3 to 5", 20, False),  # records were corrected
    ],
)
def test_what_two_cells_tell_is_known(before, after, total, told):
    assert tells_small_change(read_cell(before, total), read_cell(after, total)) is told


@pytest.mark.parametrize("name", INTERIMS)
def test_no_number_of_a_stepped_display_gives_a_count(published, name):
    stepped = find_stepped()
    assert set(EVENTS) <= stepped
    for row in read_results(published / name / "open"):
        exact = row["parameter"] in EXACT.get(row["display"], ())
        if row["display"] in stepped and not exact and row["statistic"] in GIVES_THE_COUNT:
            assert row["value"] in ("", "0"), row


@pytest.mark.parametrize("name", INTERIMS)
def test_a_step_of_the_numbers_is_a_multiple_of_its_width(published, name):
    for row in read_results(published / name / "open"):
        if row["display"] in EVENTS and row["statistic"] == "min" and row["value"]:
            assert int(row["value"]) % LIMIT == 0, row


@pytest.mark.parametrize("name", INTERIMS)
def test_a_page_says_what_the_tables_say_and_no_more(published, name):
    folder = published / name / "open"
    page = BeautifulSoup((folder / "safety.html").read_bytes(), "html.parser")
    for display in ("T-S-10", "T-S-14"):
        section = page.find(id=display.lower()).find_parent("section")
        table, compared = read_table(folder, display), 0
        for line in section.select("tbody tr"):
            cells = [" ".join(cell.get_text().split()) for cell in line.find_all(["th", "td"])]
            if len(cells) == 2 and cells[0] in table:
                assert cells[1].split(" (")[0] == table[cells[0]].text.split(" (")[0]
                compared += 1
        assert compared > 1
        words = section.get_text(" ", strip=True)
        assert not re.search(r"\b[12] (?:of \d+ )?(?:participants?|events?)\b", words), words[:300]


@pytest.mark.parametrize("name", INTERIMS)
def test_the_first_page_and_conduct_count_no_events_but_serious_ones_and_deaths(published, name):
    folder = published / name / "open"
    for row in read_results(folder):
        if row["display"] == "P-S-01" and row["statistic"] == "events":
            assert GLANCE.search(row["parameter"]) or row["parameter"] == "FINDINGS", row
        if row["display"] == "T-S-03" and row["parameter"] == "ae":
            assert row["statistic"] in ("median", "q1", "q3", "min", "max"), row
    summary = json.loads((folder / "manifest.json").read_text())["reports"]["safety"]["summary"]
    said = json.dumps(summary)
    assert not re.search(r"grade 3", said), said
