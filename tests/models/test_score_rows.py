"""Which values enter a model of a score."""

import pandas as pd
import pytest
from sample_scores import ADEFF, ADSL, make_scores
from score_values import draw_values, make_adsl, view_values

from helpers.errors import UsageError
from helpers.models.score_rows import Selection, build_score_rows

ITT = Selection("ITT")
SIZES = {"IV": 5, "IT": 4, "CTL": 4}


def test_a_visit_enters_when_every_arm_has_three_values() -> None:
    """IT has two changes at month 3 (E, F), and one at month 6; nobody a value at month 12."""
    rows = build_score_rows(make_scores(), "NIHSSTOT", ITT)
    assert rows.visits == ()
    assert rows.counts.to_dict("index") == {
        "M03": {"CTL": 3, "IV": 3, "IT": 2},
        "M06": {"CTL": 1, "IV": 3, "IT": 1},
        "M12": {"CTL": 0, "IV": 0, "IT": 0},
    }
    assert rows.frame.empty


def test_one_row_per_participant_and_modelled_visit() -> None:
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    values.loc[values["USUBJID"].isin(["IT00", "IT01"]), "M12"] = None
    rows = build_score_rows(view_values(values, adsl), "NIHSSTOT", ITT)
    assert rows.visits == ("M03", "M06")  # IT has two values at month 12
    assert rows.other_visits == ["M12"]
    assert rows.arms == ("CTL", "IV", "IT")  # the control is what is compared with
    assert len(rows.frame) == 2 * 13
    assert not rows.frame.duplicated(["USUBJID", "AVISIT"]).any()
    first = rows.frame.set_index(["USUBJID", "AVISIT"]).loc[("IV00", "M06")]
    own = values.set_index("USUBJID").loc["IV00"]
    assert (first["CHG"], first["BASE"]) == (own["M06"] - own["BL"], own["BL"])


def test_an_arm_without_any_value_keeps_no_visit_out() -> None:
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    values.loc[values["USUBJID"].str.startswith("IT"), ["M03", "M06", "M12"]] = None
    rows = build_score_rows(view_values(values, adsl), "NIHSSTOT", ITT)
    assert rows.visits == ("M03", "M06", "M12")
    assert rows.empty_arms == ["IT"]
    assert list(rows.frame["ARM"].cat.categories) == ["CTL", "IV"]


def test_who_has_no_baseline_has_no_change() -> None:
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    values.loc[0, "BL"] = None
    rows = build_score_rows(view_values(values, adsl), "NIHSSTOT", ITT)
    assert "IV00" not in set(rows.frame["USUBJID"])


def test_rows_that_no_summary_uses_are_in_no_model() -> None:
    rows = build_score_rows(make_scores(), "NIHSSTOT", ITT)
    assert rows.counts.to_numpy().sum() == 13  # the row of 40 without ANL01FL and UNS are not there


def test_values_after_an_intercurrent_event_can_be_left_out() -> None:
    late = (ADEFF["USUBJID"] == "A") & (ADEFF["AVISIT"] == "M06") & (ADEFF["PARAMCD"] != "FMS")
    marked = ADEFF.assign(ICEREAS=pd.Series("DEATH RECURRENT", index=ADEFF.index).where(late))
    view = make_scores(adeff=marked)
    without = Selection("ITT", left_out_after=frozenset({"RECURRENT"}))
    assert build_score_rows(view, "NIHSSTOT", ITT).counts.loc["M06", "IV"] == 3
    assert build_score_rows(view, "NIHSSTOT", without).counts.loc["M06", "IV"] == 2
    other = Selection("ITT", left_out_after=frozenset({"RECUR"}))  # part of a name is no name
    assert build_score_rows(view, "NIHSSTOT", other).counts.loc["M06", "IV"] == 3


def test_a_population_leaves_out_who_is_not_in_it() -> None:
    adsl = make_adsl(SIZES)
    adsl.loc[adsl["USUBJID"] == "IV00", "PPFL"] = "N"
    view = view_values(draw_values(adsl), adsl)
    assert build_score_rows(view, "NIHSSTOT", Selection("PP")).counts.loc["M03", "IV"] == 4


def test_covariates_come_from_adsl_and_an_unknown_one_is_refused() -> None:
    adsl = make_adsl(SIZES).assign(AGE=60, GROUP="old")
    view = view_values(draw_values(adsl), adsl)
    rows = build_score_rows(view, "NIHSSTOT", Selection("ITT", covariates=("AGE", "GROUP")))
    assert rows.frame["AGE"].dtype == "float64"
    assert set(rows.frame["GROUP"]) == {"old"}
    with pytest.raises(UsageError, match="found AGES, allowed: a variable of adsl"):
        build_score_rows(view, "NIHSSTOT", Selection("ITT", covariates=("AGES",)))


def test_the_order_of_the_rows_of_adeff_changes_no_count() -> None:
    view = make_scores(adeff=ADEFF.sample(frac=1, random_state=3), adsl=ADSL[::-1])
    first = build_score_rows(make_scores(), "NIHSSTOT", ITT).counts
    assert build_score_rows(view, "NIHSSTOT", ITT).counts.equals(first)
