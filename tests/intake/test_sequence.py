"""Sequence numbers of a table from which rows were taken out."""

from dataclasses import replace

import pandas as pd
from mini_export import schemas

from helpers.intake.sequence import find_sequence, renumber_sequence

DS = schemas()["ds"]
LIMITED = replace(DS, rows={"DSSCAT": ("STUDY", None)})


def renumber(numbers: list[str | None], persons: list[str], schema=LIMITED) -> list[str | None]:
    rows = pd.DataFrame({"SUBJID": persons, "DSSEQ": numbers}, dtype=object)
    return list(renumber_sequence(rows, schema)["DSSEQ"])


def test_numbers_close_up_within_each_participant_in_their_order():
    assert renumber(["4", "1", "9", "2"], ["a", "a", "a", "b"]) == ["2", "1", "3", "1"]


def test_equal_numbers_stay_equal_so_that_a_double_key_is_still_found():
    assert renumber(["5", "5.0", "7"], ["a", "a", "a"]) == ["1", "1", "2"]


def test_what_is_no_number_stays_as_it_is():
    assert renumber([None, "x", "3"], ["a", "a", "a"]) == [None, "x", "1"]


def test_doing_it_twice_changes_nothing_more():
    once = renumber(["4", "1", "9"], ["a", "a", "a"])
    assert renumber(once, ["a", "a", "a"]) == once


def test_a_whole_table_keeps_the_numbers_of_the_site():
    assert renumber(["4", "1"], ["a", "a"], DS) == ["4", "1"]


def test_no_row_is_no_row():
    assert renumber([], []) == []


def test_the_sequence_is_the_counted_part_of_a_key():
    found = {name: find_sequence(schema) for name, schema in schemas().items()}
    assert (found["ds"], found["sv"], found["qs"]) == ("DSSEQ", "SVSEQ", None)
