import pandas as pd

from helpers.displays.measurements.readings import choose_decimals, read_decimals


def test_decimals_are_those_of_values_that_were_not_converted() -> None:
    rows = pd.DataFrame(
        {
            "AVAL": [85.0, 79.0, 88.42, 97.262],
            "AVALU": "umol/L",
            "LBORRESU": ["umol/L", "umol/L", "mg/dL", "mg/dL"],
        }
    )
    assert read_decimals(rows) == 0
    assert read_decimals(rows[rows["LBORRESU"] == "mg/dL"]) == 2
    assert read_decimals(rows[["AVAL"]]) == 2


def test_a_few_odd_values_do_not_decide_the_decimals() -> None:
    assert choose_decimals(pd.Series([36.5] * 9 + [36.55])) == 1
    assert choose_decimals(pd.Series([36.5] * 8 + [36.55] * 2)) == 2
    assert choose_decimals(pd.Series([], dtype=float)) == 0
