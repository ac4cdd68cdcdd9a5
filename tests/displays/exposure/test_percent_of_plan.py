import pandas as pd
import pytest
from sample_trial import ADEX, make_empty, make_sample

from helpers.displays.exposure import percent_of_plan
from helpers.displays.exposure.percent_of_plan import plot_percent_of_plan
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.view import View


def make(view: View | None = None) -> Figure:
    made = plot_percent_of_plan(view or make_sample())
    assert isinstance(made, Figure)
    return made


def test_every_given_dose_is_a_dot_at_its_percentage() -> None:
    rows = make().statistics
    each = {
        (key.arm, key.parameter, key.category): row["measured"]
        for key, row in rows.items()
        if key.category
    }
    assert each == {
        ("IV", "DOSE1", "S1"): 100,
        ("IV", "DOSE1", "S2"): 107,
        ("IT", "DOSE1", "S3"): 100,
        ("IV", "DOSE2", "S1"): 60,
    }


def test_doses_within_the_planned_range_are_counted_out_of_those_given() -> None:
    made = make()
    rows = made.statistics
    counts = {
        (arm, dose): (rows[Key("ITT", arm, dose)]["n"], rows[Key("ITT", arm, dose)]["N"])
        for arm in ("IV", "IT")
        for dose in ("DOSE1", "DOSE2")
    }
    assert counts == {
        ("IV", "DOSE1"): (2, 2),
        ("IV", "DOSE2"): (0, 1),
        ("IT", "DOSE1"): (1, 1),
        ("IT", "DOSE2"): (0, 0),
    }
    assert "Dose 2: IV 0 / 1, 0.0 to 97.5." in made.headline
    assert "no dose given" in made.svg


def test_a_dose_without_an_amount_is_counted_in_a_note() -> None:
    adex = ADEX.assign(PCTPLAN=ADEX["PCTPLAN"].where(ADEX["USUBJID"] != "S3", pd.NA))
    made = make(make_sample(adex=adex))
    assert made.notes[-1] == "Given doses without a planned or given amount, not drawn: 1."


def test_many_doses_are_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(percent_of_plan, "CROWD", 2)
    assert "2 doses of an arm or more: box" in make().notes[1]


def test_nobody_dosed_is_an_empty_panel_and_no_plan_a_sentence() -> None:
    assert make(make_empty()).headline == "Nobody was dosed by the cut-off."
    assert isinstance(
        plot_percent_of_plan(make_sample(adex=ADEX.drop(columns="PCTPLAN"))), Withheld
    )
