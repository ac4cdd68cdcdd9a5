"""What counts as a given administration, told once for checks and data sets."""

import pandas as pd
import pytest

from helpers.intake.doses import is_given, is_withheld


@pytest.mark.parametrize(
    ("occurred", "start", "amount", "given", "withheld"),
    [
        ("Y", "2021-03-05T10:00", 90.0, True, False),
        ("Y", "2021-03-05T10:00", 0.1, True, False),
        ("Y", "2021-03-05T10:00", None, True, False),  # the amount may follow
        ("Y", "2021-03-05T10:00", 0.0, False, True),
        ("Y", None, 90.0, False, False),  # it cannot be placed
        ("N", None, None, False, True),
        ("N", "2021-03-05T10:00", 90.0, False, True),
        (None, "2021-03-05T10:00", 90.0, False, False),
    ],
)
def test_any_amount_with_a_start_is_given_and_0_is_withheld(
    occurred, start, amount, given, withheld
):
    ex = pd.DataFrame(
        {
            "EXOCCUR": pd.Series([occurred], dtype=object),
            "EXSTDTC": pd.to_datetime(pd.Series([start], dtype=object)),
            "EXDOSE": pd.Series([amount], dtype="Float64"),
        }
    )
    assert is_given(ex).tolist() == [given]
    assert is_withheld(ex).tolist() == [withheld]
