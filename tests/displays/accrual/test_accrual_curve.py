import re

import pandas as pd
import pytest
from sample_trial import ADSL, make_empty, make_sample, without_arm

from helpers.displays.accrual.by_month import tabulate_accrual
from helpers.displays.accrual.curve import plot_accrual
from helpers.displays.render import show_html
from helpers.displays.results import Key


def test_the_curve_has_a_point_at_the_end_of_every_month() -> None:
    numbers = plot_accrual(make_sample()).statistics
    assert numbers[Key("ITT", "Total", "RANDOMISED.TO_DATE", "", "2021-12")] == {"n": 0}
    assert numbers[Key("ITT", "Total", "RANDOMISED.TO_DATE", "", "2022-01")] == {"n": 2}
    assert numbers[Key("ITT", "Total", "RANDOMISED.TO_DATE", "", "2022-12")] == {"n": 6}
    assert numbers[Key("ITT", "IT", "RANDOMISED.TO_DATE", "", "2022-12")] == {"n": 2}


def test_the_plan_goes_on_to_the_month_of_its_number() -> None:
    numbers = plot_accrual(make_sample()).statistics
    planned = {
        key.category: values["count"] for key, values in numbers.items() if "count" in values
    }
    assert (len(planned), min(planned), max(planned)) == (14, "2021-12", "2024-03")
    assert planned["2022-12"] == pytest.approx(48 * 396 / 30.4375 / 28)
    assert planned["2024-03"] == pytest.approx(48, abs=0.06)


def test_the_alternative_says_when_each_curve_begins_and_ends() -> None:
    text = plot_accrual(make_sample()).alternative
    assert "Intravenous: first in Jan 2022, 2 by Jan 2022." in text
    assert "Total: first in Jan 2022, 6 by Dec 2022." in text


def test_open_readers_see_one_curve() -> None:
    figure = plot_accrual(make_sample("open"))
    assert {result.key.arm for result in figure.results} == {"Total"}
    assert ">IV<" not in figure.svg


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_consent_an_empty_panel_says_so(audience: str) -> None:
    figure = plot_accrual(make_empty(audience))
    assert "Nobody has consented by the cut-off" in figure.svg
    assert figure.results == ()


def test_an_empty_arm_has_a_line_at_zero() -> None:
    assert "Intrathecal: nobody." in plot_accrual(without_arm("IT")).alternative


WORDS = "participant 48 expected"  # beside the bar of the projected end


def read_heights(svg: str) -> dict[str, float]:
    """Text of a figure -> its place from the top, in points."""
    found = re.findall(r'<text[^>]*y="([^"]*)"[^>]*>([^<]*)</text>', svg)
    return {text: float(y) for y, text in found}


def test_an_end_that_is_out_of_sight_is_said_and_not_drawn() -> None:
    long_ago = pd.Timedelta(days=9000)
    adsl = ADSL.assign(RFICDT=ADSL["RFICDT"] - long_ago, RANDDT=ADSL["RANDDT"] - long_ago)
    figure = plot_accrual(make_sample(adsl=adsl))
    assert "Participant 48 is expected by" in figure.notes[1]
    assert "later than the figure goes" in figure.notes[1]
    assert "the bar" not in " ".join(figure.notes)
    assert WORDS not in figure.svg


def test_an_end_in_sight_has_a_bar_of_its_own_above_the_plan() -> None:
    days = pd.Series(pd.date_range("2022-07-04", periods=26, freq="7D")).astype("datetime64[s]")
    followed = ADSL.iloc[[2]]
    rows = [followed.assign(USUBJID=f"T{i:02}", SUBJID=f"T{i:02}") for i in range(26)]
    adsl = pd.concat(rows, ignore_index=True).assign(RANDDT=days)
    figure = plot_accrual(make_sample(adsl=adsl.assign(RANDMON=days.dt.strftime("%Y-%m"))))
    assert figure.notes[1].endswith("the bar above the plan.")
    heights = read_heights(figure.svg)
    assert heights[WORDS] < heights["Plan"] - 10  # SVG counts downwards


def test_names_of_the_curves_and_of_the_plan_do_not_meet_when_the_trial_is_full() -> None:
    days = pd.Series(pd.date_range("2022-01-03", periods=48, freq="7D")).astype("datetime64[s]")
    rows = [ADSL.iloc[[0]].assign(USUBJID=f"T{i:02}", SUBJID=f"T{i:02}") for i in range(48)]
    adsl = pd.concat(rows, ignore_index=True).assign(RANDDT=days)
    full = make_sample(adsl=adsl.assign(RANDMON=days.dt.strftime("%Y-%m")))
    heights = read_heights(plot_accrual(full).svg)
    assert abs(heights["Plan"] - heights["All"]) >= 8


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_a_day_of_randomisation_moved_within_its_month_changes_no_accrual_display(
    audience: str,
) -> None:
    moved = {"S1": "2022-01-28", "S2": "2022-01-06", "S3": "2022-11-29", "S4": "2022-12-02"}
    adsl = make_sample(audience)["adsl"]
    days = adsl["USUBJID"].map(moved).astype("datetime64[s]").fillna(adsl["RANDDT"])
    before, after = make_sample(audience), make_sample(audience, adsl=adsl.assign(RANDDT=days))
    for make in (plot_accrual, tabulate_accrual):
        first, second = make(before), make(after)
        assert first.payload() == second.payload()
        assert show_html(first) == show_html(second)  # the drawing and its alternative too
