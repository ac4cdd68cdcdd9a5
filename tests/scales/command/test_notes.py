"""The note says what happened, in the order of the remarks."""

import numpy as np
import pandas as pd

from helpers.scales.command.notes import (
    join_remarks,
    remark_forms,
    remark_impossible,
    remark_items,
    remark_missing,
)
from helpers.scales.items.read import Item, encode_items, whole_numbers


def test_flagged_items_are_named_in_order_and_others_are_not():
    flags = np.array([[1, 0, 1], [1, 0, 0], [0, 0, 1]], dtype=bool)
    remark = remark_items("missing", ["a", "b", "c"], flags)
    assert remark.rows.tolist() == [0, 2]
    assert remark.texts.tolist() == ["missing a, b", "missing a, c"]


def test_fifty_items_keep_their_names_apart():
    names = [f"i{k}" for k in range(50)]
    remark = remark_items("x", names, np.eye(50, dtype=bool))
    assert remark.texts.tolist() == [f"x {name}" for name in names]


def test_an_empty_form_is_said_to_be_empty_instead_of_listing_its_items():
    notes = join_remarks(2, remark_missing(["a", "b"], np.array([[1, 1], [1, 0]], dtype=bool)))
    assert notes.tolist() == ["nothing recorded", "missing a"]


def test_remarks_on_one_form_are_joined_and_untouched_forms_stay_empty():
    remarks = [
        remark_forms("first", np.array([True, False, True])),
        remark_forms("second", np.array([False, False, True])),
        remark_forms("third", np.array([False, False, True])),
    ]
    assert join_remarks(3, remarks).tolist() == ["first", "", "first; second; third"]


def test_an_illegal_answer_is_quoted_the_same_from_text_and_from_numbers():
    item = Item("n1a", "x", whole_numbers(0, 3))
    for values in (["7", "3"], [7, 3], [7.0, 3.0]):
        frame = pd.DataFrame({"n1a": values})
        remark = remark_impossible(frame, (item,), encode_items(frame, (item,)))
        assert join_remarks(2, [remark]).tolist() == ["not a legal value n1a=7", ""]


def test_a_long_free_text_answer_is_shortened():
    item = Item("n1a", "x", whole_numbers(0, 3))
    frame = pd.DataFrame({"n1a": ["could not be woken up by the rater"]})
    remark = remark_impossible(frame, (item,), encode_items(frame, (item,)))
    assert remark.texts.tolist() == ["not a legal value n1a=could not be woken …"]
