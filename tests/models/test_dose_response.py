"""Doses before a value, written out, and the slope against statsmodels."""

import math

import pandas as pd
import pytest
import statsmodels.formula.api as smf
from sample_scores import make_rows, make_scores
from score_values import make_adsl
from view_factory import read_frame

from helpers.models.dose_response import fit_dose_response, read_dose_rows
from helpers.models.score_rows import Selection
from helpers.view import View

ADSL = make_adsl({"IV": 6, "IT": 2, "CTL": 1})
NIHSS = read_frame("""
USUBJID BL M06
IV00    10 8
IV01    12 9
IV02    9  8
IV03    14 9
IV04    11 11
IV05    8  .
IT00    10 6
IT01    13 12
CTL00   9  9
""")
# the value of month 6 is of 1 July; IV03 had its second dose on that very day
DOSES = read_frame("""
USUBJID GIVENFL CELLKG ASTDTM
IV00    Y       1.5    2022-01-01
IV00    Y       1.4    2022-04-01
IV01    Y       1.5    2022-01-01
IV01    N       1.5    2022-04-01
IV02    Y       1.2    2022-01-01
IV02    Y       1.3    2022-04-01
IV03    Y       1.5    2022-01-01
IV03    Y       1.5    2022-07-01
IT00    Y       1.5    2022-01-01
IT00    Y       .      2022-04-01
IT01    Y       1.5    2022-01-01
IT01    Y       1.5    .
CTL00   Y       1.5    2022-01-01
""")
EXPECTED = {"IV00": 2.9, "IV01": 1.5, "IV02": 2.5, "IV03": 1.5, "IV04": 0.0}


def view_doses(doses: pd.DataFrame = DOSES) -> View:
    rows = make_rows(NIHSS, "NIHSSTOT", "NIHSS")
    dated = rows.assign(ADT=pd.Timestamp("2022-07-01"))
    return make_scores("fin", adsl=ADSL, adeff=dated, adex=doses)


def read(view: View):
    return read_dose_rows(view, "NIHSSTOT", "M06", Selection("ITT"))


def test_doses_before_the_day_of_the_value_add_up_and_none_is_zero() -> None:
    rows = read(view_doses())
    assert rows.frame.set_index("USUBJID")["DOSE"].to_dict() == pytest.approx(EXPECTED)
    assert rows.frame.set_index("USUBJID")["DOSES"].to_list() == [2, 1, 2, 1, 0]


def test_a_dose_without_amount_or_day_leaves_its_participant_out() -> None:
    rows = read(view_doses())
    assert rows.unknown == 2
    assert "IT00" not in set(rows.frame["USUBJID"])


def test_controls_and_participants_without_a_change_are_not_in_it() -> None:
    assert {"CTL00", "IV05"}.isdisjoint(read(view_doses()).frame["USUBJID"])


def test_the_slope_is_that_of_statsmodels() -> None:
    data = NIHSS[NIHSS["USUBJID"].isin(EXPECTED)].astype({"BL": float, "M06": float})
    data = data.assign(gain=data["BL"] - data["M06"], dose=data["USUBJID"].map(EXPECTED))
    fit = smf.ols("gain ~ dose + BL", data).fit()
    slope = fit_dose_response(read(view_doses()), "IV", 0.95)
    low, high = fit.conf_int().loc["dose"]
    assert (slope.estimate, slope.lower, slope.upper, slope.df) == pytest.approx(
        (fit.params["dose"], low, high, 2)
    )


def test_without_any_dose_everybody_has_zero_and_there_is_no_slope() -> None:
    rows = read(view_doses(DOSES.iloc[:0]))
    assert (rows.frame["DOSE"] == 0).all()
    assert math.isnan(fit_dose_response(rows, "IV", 0.95).estimate)
    assert math.isnan(fit_dose_response(rows, "XX", 0.95).estimate)
