import pytest
from sample_trial import make_sample
from table_cells import read_cells
from view_factory import NOTHING

from helpers.displays.data_status.by_table import tabulate_data_currency
from helpers.displays.render import show_text


def test_rows_left_out_are_counted_by_why() -> None:
    cells = read_cells(tabulate_data_currency(make_sample()))
    # received 20 = 1 deleted + (2 entered later + 0 repeated + 1 excluded) + 4 later + 12 kept
    assert cells["Adverse events (ae)"] == ("20", "1", "3", "4", "12", "5 Jan 2023", "NE")
    assert cells["Demography (dm)"] == ("9", "0", "1", "0", "8", "21 Dec 2022", "2")


def test_received_rows_are_the_sum_of_what_became_of_them() -> None:
    table = tabulate_data_currency(make_sample())
    for key, numbers in table.statistics.items():
        if key.category == "RECEIVED":
            parts = ("DELETED", "LEFT_OUT", "AFTER_CUTOFF", "KEPT")
            found = [table.statistics[key._replace(category=part)]["n"] for part in parts]
            assert sum(found) == numbers["n"]


def test_without_any_table_the_display_says_so() -> None:
    columns = make_sample().counts.columns
    view = make_sample(counts=NOTHING.reindex(columns=columns))
    assert "No table was read" in show_text(tabulate_data_currency(view))


@pytest.mark.parametrize(("audience", "shown"), [("open", False), ("closed_unmasked", True)])
def test_open_readers_learn_no_number_of_events_from_the_rows_of_their_table(
    audience: str, shown: bool
) -> None:
    table = tabulate_data_currency(make_sample(audience))
    counted = {row.key.category for row in table.results if row.key.parameter == "ae"}
    hidden = {"RECEIVED", "DELETED", "LEFT_OUT", "AFTER_CUTOFF", "KEPT"}
    assert "ENTRY_LAG" in counted
    assert ("LAST_ENTRY" in counted) is shown  # the day of one entry can be that of a participant
    assert (counted >= hidden) is shown
    assert bool(counted & hidden) is shown
    assert {row.key.category for row in table.results if row.key.parameter == "dm"} >= hidden
    _, rows = table.csv_copy()
    (line,) = [cells for label, *cells in rows if label.startswith("Adverse events")]
    assert ("20" in line) is shown
    assert any(note.startswith("Suppressed: ") for note in table.notes) is not shown


def test_open_readers_are_told_why_a_closed_report_counts_more_rows() -> None:
    said = [
        any("Closed reports read more" in note for note in tabulate_data_currency(view).notes)
        for view in (make_sample("open"), make_sample())
    ]
    assert said == [True, False]
