"""T-S-17b on the times of the sample, as if a sponsor had given them."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from sample_events import make_events, without_arm, without_doses, without_events, without_persons
from sample_times import all_dead, among, make_times
from statsmodels.duration.hazard_regression import PHReg
from table_cells import read_cells

from helpers.displays.event_times.given_times import tabulate_given_times
from helpers.displays.model import Table, Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.view import View

FIRST = Key("SAF", "", "TTFAE")


def given(view: View) -> View:
    """The view of a trial that defines no times of its own."""
    return replace(view, trial=view.trial.model_copy(update={"time_to_event": {}}))


def tabulate(view: View) -> Table:
    table = tabulate_given_times(given(view))
    assert isinstance(table, Table)
    return table


def test_the_curve_and_its_quantiles_are_those_by_hand() -> None:
    """IV: events on days 11 and 20, P3 is censored on day 31."""
    rows = tabulate(make_times()).statistics
    own = {key.category: row for key, row in rows.items() if key[:3] == ("SAF", "IV", "TTFAE")}
    assert (own["EVENT"]["n"], own["CENSORED"]["n"], own["EVENT"]["N"]) == (2, 1, 3)
    assert [own[name]["estimate"] for name in ("P25", "P50")] == [11, 20]
    assert math.isnan(own["P75"]["estimate"])
    day = own["DAY 30"]
    assert (day["at_risk"], day["estimate"]) == (1, pytest.approx(1 / 3))
    assert day["se"] == pytest.approx(1 / 3 * math.sqrt(1 / 6 + 1 / 2))
    half = NormalDist().inv_cdf(0.975) * day["se"] / (1 / 3 * math.log(1 / 3))
    limits = [math.exp(math.log(1 / 3) * math.exp(sign * half)) for sign in (1, -1)]
    assert sorted(limits) == pytest.approx([day["lower"], day["upper"]])
    assert math.isnan(own["DAY 60"]["estimate"])  # nobody was followed so long


def test_whoever_dies_before_the_event_is_censored() -> None:
    rows = tabulate(make_times()).statistics
    head = rows[Key("SAF", "CTL", "TTAESI.HEADACHE", category="CENSORED")]
    assert (head["n"], head["N"]) == (2, 2)  # P8 died on day 59


def test_the_hazard_ratios_are_those_of_one_model_of_all_arms() -> None:
    """Against statsmodels, on times drawn for eighty participants of the arms of the sample."""
    draw = np.random.default_rng(5)
    arms = np.repeat(["IV", "IT", "CTL", "CTL"], 20)
    names = [f"S{n:02}" for n in range(80)]
    rows = pd.DataFrame({"USUBJID": names, "PARAMCD": "TTFAE", "PARAM": "First event"})
    rows["AVAL"] = draw.integers(1, 60, 80).astype(float)
    rows["CNSR"] = (draw.random(80) < 0.3).astype(int)
    adsl = make_events()["adsl"].iloc[[0] * 80].assign(USUBJID=names, TRT01P=arms, TRT01A=arms)
    found = tabulate(make_times(adsl=adsl.reset_index(drop=True), adtte=rows)).statistics
    exog = np.column_stack([arms == "IV", arms == "IT"]).astype(float)
    fit = PHReg(rows["AVAL"], exog, status=1 - rows["CNSR"], ties="efron").fit()
    for place, label in enumerate(("IV - C", "IT - C")):
        row = found[FIRST._replace(contrast=label, category="HAZARD")]
        assert row["ratio"] == pytest.approx(np.exp(fit.params[place]), rel=1e-6)
        limits = np.exp(fit.conf_int()[place])
        assert [row["lower"], row["upper"]] == pytest.approx(list(limits), rel=1e-6)


def test_the_headline_has_the_medians_of_the_first_time() -> None:
    view = make_times()
    rows = view["adtte"]
    table = tabulate(make_times(adtte=rows[rows["PARAMCD"] == "TTFAE"]))
    assert table.headline.startswith("First adverse event, median: IV 20 (")


@pytest.mark.parametrize(
    "view",
    [
        among(without_arm("IT")),
        among(without_doses()),
        among(without_events()),
        all_dead(),
    ],
)
def test_it_is_made_and_shown_whatever_is_missing(view) -> None:
    table = tabulate(view)
    assert "T-S-17b" in show_html(table)
    for row in table.statistics.values():
        assert row.get("n", 0) <= row.get("N", math.inf)


def test_without_participants_there_is_nothing_to_show() -> None:
    assert tabulate_given_times(given(among(without_persons()))) == Withheld(
        "T-S-17b", maker=tabulate_given_times.__module__ + ".tabulate_given_times"
    )


def test_an_empty_arm_has_no_numbers() -> None:
    cells = read_cells(tabulate(among(without_arm("IT"))))
    assert [cells[name][1] for name in ("With the event", "25% quantile (days)")] == [*("-", "NE")]


def test_a_trial_with_times_of_its_own_has_no_such_table() -> None:
    shown = tabulate_given_times(make_times())
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""


def test_open_readers_get_nothing() -> None:
    assert isinstance(tabulate_given_times(make_events("open")), Withheld)
