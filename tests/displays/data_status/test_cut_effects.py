from sample_trial import make_sample
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.data_status.cut_effects import tabulate_cut_effects
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key

ROWS = read_frame("""
TABLE EFFECT       VARIABLE ROWS
dm    BEFORE       .        10
dm    LATER        .        0
dm    CONSENT      .        2
dm    UNDATED      .        0
dm    KEPT         .        8
dm    KEPT_UNDATED .        0
dm    CHANGED      .        1
dm    ROLLED       DTHFL    1
dm    ROLLED       DTHDTC   1
ae    BEFORE       .        20
ae    LATER        .        4
ae    CONSENT      .        3
ae    UNDATED      .        0
ae    KEPT         .        13
ae    KEPT_UNDATED .        2
ae    CHANGED      .        3
ae    ROLLED       AEENDTC  3
ae    ROLLED       AEOUT    3
dm    KEPT_UNDATED DTHDTC   1
""")
WITHOUT_DATE = read_frame("""
TABLE EFFECT  VARIABLE ROWS
codes BEFORE  .        5
codes LATER   .        0
codes CONSENT .        0
codes UNDATED .        0
codes KEPT    .        5
codes CHANGED .        0
""")


def make(rows: object) -> Table:
    table = tabulate_cut_effects(make_sample(cuteffect=rows))
    assert isinstance(table, Table)
    return table


def test_a_table_has_its_rows_before_left_out_kept_and_rolled_back() -> None:
    table = make(ROWS)
    cells = read_cells(table)
    assert cells["Adverse events (ae)"] == ("20", "4", "3", "0", "13", "2", "3")
    assert cells["Demography (dm)"] == ("10", "0", "2", "0", "8", "0", "1")
    assert table.statistics[Key("", "Total", "ae", "", "KEPT")]["n"] == 13


def test_what_was_rolled_back_is_named_and_what_follows_from_it_is_not() -> None:
    table = make(ROWS)
    cells = read_cells(table)
    assert cells["Deaths after the cut-off: alive then"][-1] == "1"
    assert cells["Ends of adverse events: ongoing then"][-1] == "3"
    assert [line.label for line in table.lines if line.level] == [
        "Deaths after the cut-off: alive then",
        "Ends of adverse events: ongoing then",
    ]
    assert table.headline == (
        "Of 30 rows 21 were kept. Rolled back: 1 death and 3 ends of adverse events."
    )


def test_the_note_says_which_undated_rows_are_kept_and_why() -> None:
    assert any(
        note.startswith("Undated rows that are kept: 2 of adverse events, since none may be lost")
        and note.endswith("; 1 of deaths, which count as deaths by the cut-off.")
        for note in make(ROWS).notes
    )


def test_a_table_whose_rows_have_no_date_says_so_and_keeps_its_own_name() -> None:
    table = make(WITHOUT_DATE)
    assert read_cells(table)["codes"] == ("5", "0", "0", "0", "5", "n.a.", "0")
    assert any("no date of their own" in note for note in table.notes)
    assert "Rolled back to the cut-off" not in read_cells(table)


def test_open_readers_get_nothing_and_imported_data_one_missing_table() -> None:
    assert isinstance(tabulate_cut_effects(make_sample("open")), Withheld)
    assert make(ROWS[:0]).headline == ""


def test_what_is_not_rolled_back_is_said_in_full() -> None:
    (said,) = [note for note in make(ROWS).notes if note.startswith("Grade, seriousness")]
    assert "of adverse events are those of the extract" in said
    assert not any(note.startswith("Otherwise") for note in make(ROWS).notes)
