import pandas as pd
import pytest
from sample_trial import ADSL, make_empty, make_sample, without_arm

from helpers.displays.conduct.accrual_curve import plot_accrual
from helpers.displays.results import Key


def test_the_curve_has_a_point_at_every_day_of_randomisation() -> None:
    numbers = plot_accrual(make_sample()).statistics
    assert numbers[Key("ITT", "Total", "TO_DATE", "2022-01-20")] == {"n": 2}
    assert numbers[Key("ITT", "Total", "TO_DATE", "2022-12-20")] == {"n": 6}
    assert numbers[Key("ITT", "IT", "TO_DATE", "2022-12-20")] == {"n": 2}


def test_the_plan_is_drawn_from_the_first_consent_to_its_number() -> None:
    numbers = plot_accrual(make_sample()).statistics
    planned = {key.visit: values["count"] for key, values in numbers.items() if "count" in values}
    assert list(planned) == ["2021-12-01", "2022-12-31", "2024-03-31"]


def test_the_alternative_says_when_each_curve_begins_and_ends() -> None:
    text = plot_accrual(make_sample()).alternative
    assert "Intravenous: first 1 Jan 2022, 2 by 20 Jan 2022." in text
    assert "Total: first 1 Jan 2022, 6 by 20 Dec 2022." in text


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


def test_an_end_that_is_out_of_sight_is_said_and_not_drawn() -> None:
    long_ago = pd.Timedelta(days=9000)
    adsl = ADSL.assign(RFICDT=ADSL["RFICDT"] - long_ago, RANDDT=ADSL["RANDDT"] - long_ago)
    figure = plot_accrual(make_sample(adsl=adsl))
    assert "Person 48 is expected by" in figure.notes[1]
    assert "<svg" in figure.svg
