import pandas as pd

from helpers.datasets.flags import first_of, flag, yes_no

HIT = pd.Series([True, False, pd.NA], index=[5, 6, 7], dtype="boolean")


def test_a_record_flag_is_y_or_nothing():
    assert list(flag(HIT).where(flag(HIT).notna(), None)) == ["Y", None, None]
    assert list(flag(HIT).index) == [5, 6, 7]


def test_a_population_flag_is_y_or_n_and_unknown_is_n():
    assert list(yes_no(HIT)) == ["Y", "N", "N"]


def test_the_first_of_each_group_among_the_rows_hit():
    frame = pd.DataFrame({"WHO": ["a", "a", "b", "b"], "WHAT": [1, 1, 2, 3]})
    hit = pd.Series([False, True, True, True])
    assert list(first_of(frame, ["WHO"], hit).notna()) == [False, True, True, False]
    assert list(first_of(frame, ["WHO", "WHAT"], hit).notna()) == [False, True, True, True]


def test_no_row_no_flag():
    assert flag(pd.Series([], dtype=bool)).empty
