"""The panel of P-E-01: the key result against its bound, or how complete the key values are."""

from dataclasses import replace

import pytest
from sample_response import make_response
from sample_scores import make_scores
from score_values import draw_values, make_adsl, view_values
from trial_views import shared_view

from helpers.displays.efficacy.interpretation import show_interpretation
from helpers.displays.model import Page
from helpers.displays.results import Key
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.view import View

ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 5})
VALUES = draw_values(ADSL)
KEY = Key("ITT", "", "NIHSSTOT", "M06", "KEY")


def show(view: View) -> Page:
    page = show_interpretation(view)
    assert isinstance(page, Page)
    return page


def at(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


def move(arm: str, by: float) -> View:
    """The values with one arm's key change moved, at full information."""
    moved = VALUES.copy()
    moved.loc[moved["USUBJID"].str.startswith(arm), "M06"] += by
    return at(view_values(moved, ADSL), planned_info=16)


def test_its_numbers_are_those_of_the_key_model() -> None:
    view = view_values(VALUES, ADSL)
    formal, panel = tabulate_key_model(view).statistics, show(view).statistics
    for label in ("IV - C", "IT - C"):
        expected = formal[KEY._replace(contrast=label, category="LSMEAN.DUNNETT")]
        row = panel[KEY._replace(contrast=label)]
        assert row == {name: expected[name] for name in row}
        assert set(row) == {"estimate", "lower", "upper", "p_adjusted"}
    look = formal[KEY._replace(arm="Total", category="LOOK")]
    assert panel[KEY._replace(arm="Total")]["boundary_p"] == look["boundary_p"]


def test_each_contrast_has_one_plain_sentence() -> None:
    sentences = show(move("IV", -20)).sentences
    assert sentences[0].startswith(
        "IV - C: the bound of this look is crossed in favour of the arm named first (adjusted p "
    )
    assert sentences[1].startswith("IT - C: the bound of this look is not crossed (adjusted p ")
    assert sentences[2] == (
        "A negative difference is in favour of the arm named first (lower is better)."
    )
    # every participant has the value: no look follows, so no stop is spoken of
    assert sentences[3] == "For display only: what follows is for the committee to say."


def test_a_crossing_in_favour_of_the_control_says_so() -> None:
    assert "crossed in favour of the control (adjusted p" in show(move("IV", 20)).sentences[0]


def test_a_contrast_that_is_not_estimable_is_held_against_nothing() -> None:
    adsl = make_adsl({"IV": 6, "CTL": 5})
    sentences = show(view_values(draw_values(adsl), adsl)).sentences
    assert sentences[1] == "IT - C: not estimable, nothing is held against the bound."


def test_displays_of_the_formal_family_are_not_called_exploratory() -> None:
    text = " ".join(show(view_values(VALUES, ADSL)).sentences)
    others = text.partition("All other differences between arms (")[2].partition(")")[0].split(", ")
    assert "F-E-17" in others
    assert {"T-E-05", "T-E-05b", "F-E-14", "T-E-16", "F-E-15"}.isdisjoint(others)


def test_a_look_without_alpha_shows_how_complete_the_key_values_are() -> None:
    page = show(make_response("ia2"))
    rows = {key: row for key, row in page.statistics.items() if key.parameter == "NIHSS"}
    counts = {key.category: row["n"] for key, row in rows.items() if key.arm == "Total"}
    assert counts == {"RECEIVED": 5, "MISSED": 1, "IN_WINDOW": 1, "DEAD": 1, "LEFT": 2}
    assert not [key for key in page.statistics if key.contrast]
    assert page.table is not None
    assert page.table.title == "Forms of the key score at the key visit"


@pytest.mark.parametrize("name", ["ia2", "ia3"])
def test_masked_readers_get_the_completeness_of_all_arms_together(export, name: str) -> None:
    view = shared_view(export, name, "closed_masked")
    rows = [key for key in show(view).statistics if key.parameter == "NIHSS"]
    assert rows
    assert {key.arm for key in rows} == {"Total"}


def test_without_a_key_score_or_forms_there_is_no_panel() -> None:
    assert show(at(make_scores("ia2"), key_param=None)).table is None
    assert show(make_scores("ia2")).table is None
