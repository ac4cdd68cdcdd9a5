"""Long item rows become one row per form."""

import pandas as pd
import pytest

from helpers.scales.forms import build_forms
from helpers.scales.items.read import ItemsError

LONG = pd.DataFrame(
    [
        ("002", "BL", "n2", "1"),
        ("001", "BL", "n1", "0"),
        ("002", "BL", "n1", "UN"),
        ("001", "M03", "n2", None),
        ("001", "M03", "x9", "7"),
    ],
    columns=["SUBJID", "VISIT", "QSTESTCD", "QSORRES"],
)
KEYS = ("SUBJID", "VISIT")


def test_forms_come_in_order_of_first_appearance_with_items_as_columns():
    forms = build_forms(LONG, ["n1", "n2"], keys=KEYS)
    assert forms.index.tolist() == [("002", "BL"), ("001", "BL"), ("001", "M03")]
    assert forms.index.names == list(KEYS)
    assert forms.to_numpy().tolist() == [["UN", "1"], ["0", None], [None, None]]


def test_a_form_without_any_known_item_is_still_a_form():
    assert len(build_forms(LONG, ["other"], keys=KEYS)) == 3


def test_a_missing_key_names_a_form_of_its_own():
    long = LONG.assign(VISIT=[None, "BL", None, "M03", "M03"])
    assert len(build_forms(long, ["n1", "n2"], keys=KEYS)) == 3


def test_two_rows_for_one_item_of_a_form_are_an_error_that_names_them():
    doubled = pd.concat([LONG, LONG.iloc[[2]]])
    with pytest.raises(ItemsError, match="two rows for one form: SUBJID 002, VISIT BL, item n1"):
        build_forms(doubled, ["n1", "n2"], keys=KEYS)


def test_a_lacking_column_is_an_error():
    with pytest.raises(ItemsError, match="item rows lack column QSORRES"):
        build_forms(LONG.drop(columns="QSORRES"), ["n1"], keys=KEYS)


def test_no_rows_give_no_forms():
    forms = build_forms(LONG.iloc[:0], ["n1"], keys=KEYS)
    assert (len(forms), list(forms.columns)) == (0, ["n1"])


@pytest.mark.parametrize("kind", ["category", "string"])
def test_the_kind_of_the_columns_does_not_matter(kind):
    forms = build_forms(LONG.astype(kind), ["n1", "n2"], keys=KEYS)
    assert forms.to_numpy(dtype=object, na_value=None).tolist()[0] == ["UN", "1"]
