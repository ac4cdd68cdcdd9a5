"""Item columns of every kind become the same codes."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from helpers.errors import UsageError
from helpers.scales.items.read import (
    IMPOSSIBLE,
    MISSING,
    UNTESTABLE,
    UNTESTABLE_OLD,
    Item,
    ItemsError,
    check_item_columns,
    encode_column,
    encode_items,
    nearest_name,
    sum_small,
    whole_numbers,
)

PLAIN = Item("x", "plain", whole_numbers(0, 4))
SPECIAL = Item("x", "special", whole_numbers(0, 4, **{"UN": UNTESTABLE, "9": UNTESTABLE_OLD}))
GRADE = Item("x", "grade", {"0": 0, "1": 1, "1+": 2}, numeric=False)
FREE = Item("x", "free", {}, limits=(0, 20))
WANTED = [0, 4, 2, MISSING]
COLUMNS = {
    "text": pd.Series(["0", "4", "2", None]),
    "empty text": pd.Series(["0", "4", "2", ""]),
    "blanks around": pd.Series([" 0", "4 ", " 2 ", "  "]),
    "text of floats": pd.Series(["0.0", "4.0", "2.00", None]),
    "float": pd.Series([0.0, 4.0, 2.0, np.nan]),
    "float32": pd.Series([0.0, 4.0, 2.0, np.nan], dtype="float32"),
    "Int64": pd.Series([0, 4, 2, None], dtype="Int64"),
    "UInt8": pd.Series([0, 4, 2, None], dtype="UInt8"),
    "Float64": pd.Series([0, 4, 2, None], dtype="Float64"),
    "object of ints": pd.Series([0, 4, 2, None], dtype=object),
    "object of mixed kinds": pd.Series([0, "4", 2.0, pd.NA], dtype=object),
    "decimals": pd.Series([Decimal("0"), Decimal("4.0"), Decimal("2"), Decimal("NaN")]),
    "string": pd.Series(["0", "4", "2", None], dtype="string"),
    "arrow string": pd.Series(["0", "4", "2", None], dtype=pd.ArrowDtype(pa.string())),
    "arrow int": pd.Series([0, 4, 2, None], dtype=pd.ArrowDtype(pa.int32())),
    "arrow double": pd.Series([0, 4, 2, None], dtype=pd.ArrowDtype(pa.float64())),
    "arrow decimal": pd.Series(
        [Decimal(0), Decimal(4), Decimal(2), None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))
    ),
    "category of text": pd.Series(["0", "4", "2", None], dtype="category"),
    "category of numbers": pd.Series([0, 4, 2, None], dtype="category"),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_kind_of_a_column_does_not_change_its_codes(kind):
    assert encode_column(COLUMNS[kind], PLAIN).tolist() == WANTED


@pytest.mark.parametrize("dtype", ["int8", "int16", "int64", "uint8", "uint64"])
def test_whole_number_columns_of_any_width_give_the_same_codes(dtype):
    assert encode_column(pd.Series([0, 4, 2], dtype=dtype), PLAIN).tolist() == [0, 4, 2]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([5, 256, 260, 2**40]),
        pd.Series([-1, -252, -256, 10]),
        pd.Series([5, 255, 200, 10], dtype="uint8"),
        pd.Series([2**63, 2**64 - 1, 5, 256], dtype="uint64"),
        pd.Series([2.5, -0.5, np.inf, -np.inf]),
        pd.Series([1e300, 4.000001, -1.0, 5.0]),
        pd.Series([5, 99, -1, 1000], dtype="Int64"),
        pd.Series([True, False, True, False]),
        pd.Series(["five", "1+", "4,0", "0x1"]),
        pd.Series(["-0", "04", "4.5", "1e0"]),
        pd.Series(["NA", ".", "UNK", "9999"]),
        pd.Series(["٣", "３", "²", "UN"]),
        pd.to_datetime(pd.Series(["2020-01-01"] * 4)),
    ],
)
def test_what_is_no_legal_answer_is_impossible_and_never_a_neighbour(column):
    assert encode_column(column, PLAIN).tolist() == [IMPOSSIBLE] * 4


def test_untestable_is_a_code_only_where_the_item_allows_it():
    column = pd.Series(["UN", "9", "9.0", "un"])
    assert encode_column(column, PLAIN).tolist() == [IMPOSSIBLE] * 4
    old = [UNTESTABLE, UNTESTABLE_OLD, UNTESTABLE_OLD, IMPOSSIBLE]
    assert encode_column(column, SPECIAL).tolist() == old
    assert encode_column(pd.Series([9, 3]), SPECIAL).tolist() == [UNTESTABLE_OLD, 3]


def test_a_grade_is_compared_as_text():
    column = pd.Series(["1", "1+", " 1+ ", "1.0", "1.5", None])
    wanted = [1, 2, 2, IMPOSSIBLE, IMPOSSIBLE, MISSING]
    assert encode_column(column, GRADE).tolist() == wanted


def test_a_free_number_is_judged_by_its_limits():
    column = pd.Series(["0", "20", "20.5", "x", None])
    assert encode_column(column, FREE).tolist() == [0, 0, IMPOSSIBLE, IMPOSSIBLE, MISSING]
    assert encode_column(pd.Series([3.5, 21.0, np.nan]), FREE).tolist() == [0, IMPOSSIBLE, MISSING]


def test_items_are_taken_by_name_and_not_by_place():
    items = (Item("a", "a", whole_numbers(0, 9)), Item("b", "b", whole_numbers(0, 9)))
    frame = pd.DataFrame({"b": [1, 2], "other": ["x", "y"], "a": [3, 4]})
    assert encode_items(frame, items).tolist() == [[3, 4], [1, 2]]


def test_reading_leaves_the_frame_as_it_was():
    frame = pd.DataFrame({"x": ["1", "bad", None]})
    before = frame.copy(deep=True)
    encode_items(frame, (PLAIN,))
    pd.testing.assert_frame_equal(frame, before)


def test_allowed_answers_are_listed_in_order_without_the_old_nine():
    assert SPECIAL.allowed == ("0", "1", "2", "3", "4", "UN")
    assert (SPECIAL.lowest, SPECIAL.highest) == (0, 4)


def test_sums_of_a_hundred_points_do_not_overflow():
    assert sum_small(np.full((50, 3), 2, dtype=np.uint8)).tolist() == [100, 100, 100]


class TestColumns:
    ITEMS = tuple(Item(f"n{k}", "item", whole_numbers(0, 2)) for k in (1, 2, 3))

    def check(self, frame, **options):
        check_item_columns(frame, self.ITEMS, r"n\d+$", **options)

    def test_a_lacking_column_is_named_together_with_what_resembles_it(self):
        with pytest.raises(ItemsError, match=r"missing item column: n2 \('N2 ' looks like 'n2'\)"):
            self.check(pd.DataFrame({"n1": [0], "N2 ": [0], "n3": [0]}))

    def test_an_unknown_item_column_is_named_with_the_nearest_name(self):
        with pytest.raises(ItemsError, match="unknown item column 'n33'; did you mean 'n3'"):
            self.check(pd.DataFrame({"n1": [0], "n2": [0], "n3": [0], "n33": [0]}))

    def test_columns_that_do_not_look_like_items_are_left_alone(self):
        self.check(pd.DataFrame({"n1": [0], "n2": [0], "n3": [0], "note": ["x"], 7: [1]}))

    def test_a_doubled_column_is_refused(self):
        frame = pd.DataFrame([[0, 0, 0, 0]], columns=["n1", "n2", "n3", "n3"])
        with pytest.raises(ItemsError, match="more than once: n3"):
            self.check(frame)

    def test_two_rows_for_one_named_form_are_refused(self):
        index = pd.MultiIndex.from_tuples([("001", "BL")] * 2, names=["USUBJID", "AVISIT"])
        frame = pd.DataFrame({"n1": [0, 1], "n2": [0, 1], "n3": [0, 1]}, index=index)
        with pytest.raises(ItemsError, match=r"two rows for one form: USUBJID/AVISIT .*001.*BL"):
            self.check(frame)

    def test_only_the_required_columns_must_be_there(self):
        self.check(pd.DataFrame({"n2": [0]}), required=["n2"])

    def test_something_else_than_a_frame_is_refused(self):
        with pytest.raises(ItemsError, match="must be a pandas DataFrame, not dict"):
            self.check({"n1": [0]})

    def test_the_error_is_a_wrong_call_for_the_shell_and_for_python(self):
        assert issubclass(ItemsError, ValueError)
        assert issubclass(ItemsError, UsageError)


def test_the_nearest_name_ignores_case_and_gives_up_on_strangers():
    assert nearest_name("N5A", ["n5a", "n6a"]) == "n5a"
    assert nearest_name("weight", ["n5a", "n6a"]) is None
