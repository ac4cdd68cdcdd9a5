import pytest
from sample_events import make_events, without_doses, without_events, without_persons
from table_cells import read_cells

from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.serious_events.by_term import tabulate_serious_events


def test_serious_events_stand_by_class_and_term_each_with_a_line() -> None:
    assert read_cells(tabulate_serious_events(make_events())) == {
        "Any serious event": ("1 (33.3) [1]", "0", "1 (50.0) [1]", "2 (28.6) [2]"),
        "General": ("1 (33.3) [1]", "0", "0", "1 (14.3) [1]"),
        "Fever": ("1 (33.3) [1]", "0", "0", "1 (14.3) [1]"),
        "Infections": ("0", "0", "1 (50.0) [1]", "1 (14.3) [1]"),
        "Pneumonia": ("0", "0", "1 (50.0) [1]", "1 (14.3) [1]"),
    }


def test_the_keys_are_class_and_term() -> None:
    table = tabulate_serious_events(make_events())
    assert table.statistics[Key("SAF", "CTL", "Infections", "", "Pneumonia")]["n"] == 1
    assert table.statistics[Key("SAF", "Total", "ANY")]["N"] == 7


def test_the_open_table_tells_the_pooled_total_however_small() -> None:
    table = tabulate_serious_events(make_events("open"))
    assert read_cells(table) == {"Any serious event": ("2 (25.0) [2]",)}


@pytest.mark.parametrize(("audience", "population"), [("closed_unmasked", "SAF"), ("open", "ITT")])
def test_without_any_the_first_row_is_zero_and_says_so(audience: str, population: str) -> None:
    table = tabulate_serious_events(without_events(audience))
    assert next(iter(read_cells(table))) == "No events reported"
    assert table.statistics[Key(population, "Total", "ANY")]["n"] == 0


@pytest.mark.parametrize("view", [without_doses(), without_persons(), without_persons("open")])
def test_it_shows_when_nobody_is_there(view) -> None:
    assert "T-S-13" in show_html(tabulate_serious_events(view))
