import pandas as pd

from helpers.displays.measurements.limits import find_limits

SEXES = pd.Series({"A": "M", "B": "F", "C": "F"})


def test_limits_are_the_most_frequent_of_each_sex() -> None:
    rows = pd.DataFrame(
        {
            "USUBJID": ["A", "A", "A", "B", "B", "C"],
            "ANRLO": [130.0, 130, 117, 120, 120, None],
            "ANRHI": [170.0, 170, 184, 170, 170, 165],
        }
    )
    assert find_limits(rows, SEXES) == (120, 130, 170)


def test_without_limits_or_sexes_there_is_one_or_none() -> None:
    rows = pd.DataFrame({"USUBJID": ["A", "B", "B"], "ANRHI": [5.0, 5.0, 5.4]})
    assert find_limits(rows, pd.Series(dtype=object)) == (5,)
    assert find_limits(rows[["USUBJID"]], SEXES) == ()
