"""Sequence numbers of rows whose neighbours are hidden."""

from dataclasses import replace

import pandas as pd
from mini_export import PARAMS, schemas

from helpers.intake.renumber import find_sequences, renumber_rows
from helpers.intake.schema import load_access


def open_schema(name):
    return load_access(PARAMS, "open").limit(schemas())[name]


def rows(**columns):
    frame = pd.DataFrame(columns)
    numbers = {name: "Int64" for name in frame if name.endswith("SEQ")}
    return frame.astype(numbers)


def test_rows_of_a_filtered_table_are_numbered_from_1_for_each_participant():
    frame = rows(SUBJID=["1", "1", "1", "2", "2"], DSSEQ=[1, 2, 4, 1, 7])
    found = renumber_rows(frame, open_schema("ds"))
    assert found["DSSEQ"].tolist() == [1, 2, 3, 1, 2]
    assert frame["DSSEQ"].tolist() == [1, 2, 4, 1, 7]


def test_who_has_a_hidden_row_and_who_has_none_get_the_same_numbers():
    dosed = rows(SUBJID=["1"] * 3, DSSEQ=[1, 2, 4])  # 3 was the end of treatment
    control = rows(SUBJID=["1"] * 3, DSSEQ=[1, 2, 3])
    pd.testing.assert_frame_equal(
        renumber_rows(dosed, open_schema("ds")), renumber_rows(control, open_schema("ds"))
    )


def test_rows_keep_their_order_and_an_empty_number_stays_empty():
    frame = rows(SUBJID=["1"] * 4, CMSEQ=[9, None, 3, 5])
    found = renumber_rows(frame, open_schema("cm"))["CMSEQ"]
    assert found.isna().tolist() == [False, True, False, False]
    assert found.dropna().tolist() == [3, 1, 2]


def test_visits_are_numbered_within_their_visit():
    frame = rows(SUBJID=["1"] * 3, VISIT=["UNS", "UNS", "M03"], SVSEQ=[2, 5, 3])
    assert renumber_rows(frame, open_schema("sv"))["SVSEQ"].tolist() == [1, 2, 1]


def test_without_hidden_rows_the_numbers_of_the_site_stay():
    frame = rows(SUBJID=["1", "1"], DSSEQ=[2, 4])
    assert renumber_rows(frame, schemas()["ds"]) is frame
    assert renumber_rows(frame, replace(open_schema("ds"), rows={})) is frame


def test_every_table_that_an_open_reader_sees_in_part_is_renumbered():
    filtered = {name for name, schema in load_access(PARAMS, "open").limit(schemas()).items()
                if schema.rows}  # fmt: skip
    assert {name for name in filtered if find_sequences(open_schema(name))} == {
        "ds", "sv", "cm", "mh", "dv"
    }  # fmt: skip
