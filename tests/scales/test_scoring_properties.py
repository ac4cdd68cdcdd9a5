"""What holds for every score function: order, kind and extra columns do not matter; speed does."""

import tracemalloc
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scales.command.options import ScoreOptions
from helpers.scales.items.read import ItemsError
from helpers.scales.registry import build_instruments

SCORERS = {qscat: form.score for qscat, form in build_instruments().items()} | {
    f"SF36 {version}": build_instruments(ScoreOptions(sf36_version=version))["SF36"].score
    for version in ("rand", "v1")
}
ITEMS = {qscat: form.items for qscat, form in build_instruments().items()} | {
    f"SF36 {version}": build_instruments(ScoreOptions(sf36_version=version))["SF36"].items
    for version in ("rand", "v1")
}
modest = settings(derandomize=True, deadline=None, max_examples=15)
every = pytest.mark.parametrize("name", SCORERS)
numeric = pytest.mark.parametrize("name", [name for name in SCORERS if name != "MAS"])


def draw_forms(name, n_forms, seed=1, blanks=0.05, wrong=0.02):
    """Forms as text with blanks, special codes and illegal answers."""
    draw = np.random.default_rng(seed)
    columns = {}
    for item in ITEMS[name]:
        column = draw.choice(np.array(item.allowed, dtype=object), n_forms)
        column[draw.random(n_forms) < wrong] = "8" if name != "MAS" else "1.5"
        column[draw.random(n_forms) < blanks] = None
        columns[item.code] = column
    return pd.DataFrame(columns)


def only_numbers(forms):
    """The same forms without the special codes that are no numbers."""
    return forms.where(~forms.isin(["UN", "NT"]), None)


@every
@modest
@given(seed=st.integers(0, 2**16))
def test_permuting_rows_permutes_the_results(name, seed):
    forms = draw_forms(name, 12, seed)
    order = np.random.default_rng(seed).permutation(12)
    wanted = SCORERS[name](forms).iloc[order]
    pd.testing.assert_frame_equal(SCORERS[name](forms.iloc[order]), wanted)


@every
def test_the_order_of_columns_and_columns_that_are_no_items_change_nothing(name):
    forms = draw_forms(name, 20)
    other = forms[forms.columns[::-1]].assign(USUBJID="1", AVISIT="BL", note="mine", total="7")
    pd.testing.assert_frame_equal(SCORERS[name](other), SCORERS[name](forms))


@every
def test_the_index_of_the_forms_is_kept(name):
    forms = draw_forms(name, 3)
    forms.index = pd.MultiIndex.from_tuples(
        [("1", "BL"), ("1", "M03"), ("2", "BL")], names=["USUBJID", "AVISIT"]
    )
    assert SCORERS[name](forms).index.equals(forms.index)


@every
@pytest.mark.parametrize("kind", ["string", "category", pd.ArrowDtype(pa.string())])
def test_every_kind_of_text_column_gives_the_same_result(name, kind):
    forms = draw_forms(name, 40)
    pd.testing.assert_frame_equal(SCORERS[name](forms.astype(kind)), SCORERS[name](forms))


@numeric
@pytest.mark.parametrize(
    "kind", ["float64", "Int64", "Float64", "category", pd.ArrowDtype(pa.int16()), "object"]
)
def test_every_kind_of_number_column_gives_the_result_of_text(name, kind):
    forms = only_numbers(draw_forms(name, 40))
    numbers = forms.astype("float64").astype("Int64").astype(kind)
    pd.testing.assert_frame_equal(SCORERS[name](numbers), SCORERS[name](forms))


@numeric
def test_integer_columns_give_the_result_of_text(name):
    forms = only_numbers(draw_forms(name, 200, blanks=0)).dropna()
    pd.testing.assert_frame_equal(SCORERS[name](forms.astype("int64")), SCORERS[name](forms))


@every
def test_scoring_leaves_the_forms_as_they_were(name):
    forms = draw_forms(name, 10)
    before = forms.copy(deep=True)
    SCORERS[name](forms)
    pd.testing.assert_frame_equal(forms, before)


@numeric
def test_no_two_columns_of_a_result_share_memory_nor_with_the_forms(name):
    forms = only_numbers(draw_forms(name, 10)).astype("float64")
    result = [column.to_numpy() for _, column in SCORERS[name](forms).items()]
    given_columns = [column.to_numpy() for _, column in forms.items()]
    for one, other in [*combinations(result, 2), *product(result, given_columns)]:
        assert not np.shares_memory(one, other)


@every
def test_zero_rows_give_zero_rows_of_the_same_columns_and_types(name):
    forms = draw_forms(name, 5)
    empty, full = SCORERS[name](forms.iloc[:0]), SCORERS[name](forms)
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


@every
def test_a_blank_form_has_no_score_and_says_so(name):
    forms = draw_forms(name, 1).astype(object)
    forms.iloc[:, :] = None
    result = SCORERS[name](forms)
    assert result["note"].iloc[0].startswith("nothing recorded")
    scored = list(result.select_dtypes("float"))
    assert result[scored].isna().all(axis=None)


@every
def test_an_item_column_that_is_lacking_is_an_error_with_its_name(name):
    forms = draw_forms(name, 2)
    with pytest.raises(ItemsError, match=f"missing item column: {forms.columns[3]}"):
        SCORERS[name](forms.drop(columns=forms.columns[3]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SF36", "NIHSS"])
def test_a_million_forms_of_integers_are_scored_in_two_gibibytes(name):
    draw = np.random.default_rng(3)
    columns = {
        item.code: draw.integers(item.lowest, item.highest + 1, 1_000_000) for item in ITEMS[name]
    }
    forms = pd.DataFrame(columns)
    tracemalloc.start()
    SCORERS[name](forms)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak + forms.memory_usage().sum() < 2 * 2**30


@every
def test_the_labels_hold_no_sentence(name):
    """Licensed wording is long; our labels are a few neutral words."""
    assert all(len(item.label) <= 42 for item in ITEMS[name])


def test_the_scales_import_errors_and_nothing_else_of_ours():
    folder = Path(__file__).parents[2] / "src" / "helpers" / "scales"
    for path in folder.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from helpers", "import helpers")):
                assert line.startswith(("from helpers.scales", "from helpers.errors")), path
