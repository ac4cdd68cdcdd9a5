"""Every row of every reference file of item answers is one test (tests/reference/scales)."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from helpers.scales.fim import score_fim
from helpers.scales.fugl_meyer import score_fugl_meyer
from helpers.scales.mas import score_mas
from helpers.scales.nihss import score_nihss
from helpers.scales.sf36 import score_sf36

FOLDER = Path(__file__).parents[1] / "reference" / "scales"
SCORERS = {
    "nihss": (15, score_nihss),
    "fim": (18, score_fim),
    "mas": (6, score_mas),
    "fma_motor": (50, score_fugl_meyer),
    "sf36_rand": (36, partial(score_sf36, version="rand")),
    "sf36_v1_us1990": (36, partial(score_sf36, version="v1")),
    "sf36_v2_us1998": (36, partial(score_sf36, version="v2")),
}
FILES = {
    name: pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False).set_index("case_id")
    for name in SCORERS
}
CASES = [
    pytest.param(name, case, id=f"{name}-{case}") for name in SCORERS for case in FILES[name].index
]


def expected_columns(name):
    """Columns after `note` and the items."""
    return list(FILES[name].columns[1 + SCORERS[name][0] :])


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_scores_of_a_reference_form_are_those_of_the_reference_file(name, case):
    _, score = SCORERS[name]
    scored = score(FILES[name].loc[[case]]).loc[case]
    reference = FILES[name].loc[case]
    for column in expected_columns(name):
        wanted, found = reference[column], scored[column]
        if wanted == "":
            assert pd.isna(found), column
        elif column in ("severity", "worst_grade"):
            assert found == wanted, column
        elif "." in wanted:
            assert found == pytest.approx(float(wanted), abs=1e-5), column
        else:
            assert found == pytest.approx(int(wanted), abs=1e-9), column


@pytest.mark.parametrize("name", SCORERS)
def test_the_result_holds_the_columns_of_the_reference_file_in_order(name):
    _, score = SCORERS[name]
    wanted = expected_columns(name)
    result = score(FILES[name])
    assert list(result.columns[: len(wanted)]) == wanted
    assert list(result.columns[-2:]) == ["rule", "note"]
    assert result.index.equals(FILES[name].index)


@pytest.mark.parametrize("name", SCORERS)
def test_no_reference_form_holds_an_illegal_answer(name):
    _, score = SCORERS[name]
    assert not score(FILES[name])["note"].str.contains("not a legal value").any()
