"""Improvement by dose on the page: at the final look only, never as an effect of the dose."""

from dataclasses import replace

import pandas as pd
import pytest
import statsmodels.formula.api as smf
from sample_scores import make_rows, make_scores
from score_values import draw_values, make_adsl
from table_cells import read_cells

from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.displays.supportive.dose_response import tabulate_dose_response
from helpers.view import View

ADSL = make_adsl({"IV": 7, "IT": 6, "CTL": 6})
VALUES = draw_values(ADSL, seed=6)
# IV00 one dose, all others of the arm two; in IT two doses each, all equal
FIRST = ADSL.loc[ADSL["TRT01P"] != "CTL", "USUBJID"].to_list()
SECOND = [name for name in FIRST if name != "IV00"]


def make_doses() -> pd.DataFrame:
    amounts = {name: 1.4 + 0.02 * int(name[-1]) if name[:2] == "IV" else 1.5 for name in FIRST}
    rows = [(name, amounts[name], "2022-01-01") for name in FIRST]
    rows += [(name, amounts[name], "2022-04-01") for name in SECOND]
    doses = pd.DataFrame(rows, columns=["USUBJID", "CELLKG", "ASTDTM"])
    return doses.assign(ASTDTM=pd.to_datetime(doses["ASTDTM"]), GIVENFL="Y")


DOSES = make_doses()
KEY = Key("ITT", "IV", "NIHSSTOT", "M06")


def view_of(interim: str = "fin", planned: int = 19, doses: pd.DataFrame = DOSES) -> View:
    rows = make_rows(VALUES, "NIHSSTOT", "NIHSS").assign(ADT=pd.Timestamp("2022-07-01"))
    view = make_scores(interim, adsl=ADSL, adeff=rows, adex=doses)
    changed = view.interim.model_copy(update={"planned_info": planned})
    return replace(view, interim=changed)


def tabulate(view: View) -> Table:
    table = tabulate_dose_response(view)
    assert isinstance(table, Table)
    return table


def test_counts_doses_and_slope_are_those_of_a_second_computation() -> None:
    data = VALUES[VALUES["USUBJID"].str.startswith("IV")]
    dose = DOSES.groupby("USUBJID")["CELLKG"].sum()
    data = data.assign(gain=data["BL"] - data["M06"], dose=data["USUBJID"].map(dose))
    fit = smf.ols("gain ~ dose + BL", data).fit()
    rows = tabulate(view_of()).statistics
    slope = rows[KEY._replace(category="SLOPE")]
    low, high = fit.conf_int().loc["dose"]
    assert (slope["estimate"], slope["lower"], slope["upper"], slope["df"]) == pytest.approx(
        (fit.params["dose"], low, high, 4)
    )
    given = rows[KEY._replace(category="DOSE")]
    assert (given["n"], given["min"], given["max"]) == (7, 1.4, pytest.approx(2 * 1.52))
    assert rows[KEY._replace(category="FEWER_DOSES")]["n"] == 1


def test_equal_doses_have_no_slope_and_the_headline_says_so() -> None:
    table = tabulate(view_of())
    cells = read_cells(table)
    assert cells["improvement per million cells/kg (CI)"][1] == "NE"
    assert table.headline.startswith("Not randomised: slope of the improvement in NIHSS total")
    assert "1 of 7 with fewer than 2 doses; IT not estimable." in table.headline
    assert table.notes[0].startswith("The dose was not randomised.")


def test_no_control_and_no_p_stands_in_the_table() -> None:
    table = tabulate(view_of())
    assert [header.label for header in table.headers] == ["IV", "IT"]
    assert not [row for row in table.statistics.values() if "p" in row]


def test_doses_closer_than_the_unit_of_the_slope_are_named() -> None:
    close = DOSES[DOSES["ASTDTM"] == "2022-01-01"]
    notes = " ".join(tabulate(view_of(doses=close)).notes)
    assert "which reaches beyond them: IV 0.12, IT 0.00." in notes


def test_it_is_shown_at_the_final_look_alone() -> None:
    """Of 48 planned 19 have the key value and more can come: this is no final look."""
    for view in (view_of(planned=48), view_of("ia2")):
        assert isinstance(tabulate_dose_response(view), Withheld)


def test_data_without_doses_by_weight_have_no_such_table() -> None:
    assert isinstance(tabulate_dose_response(view_of(doses=DOSES.drop(columns="CELLKG"))), Withheld)


def test_nobody_dosed_is_ne() -> None:
    cells = read_cells(tabulate(view_of(doses=DOSES.iloc[:0])))
    assert cells["improvement per million cells/kg (CI)"] == ("NE", "NE")
    assert cells["of them with fewer than 2 doses before"] == ("7", "6")
