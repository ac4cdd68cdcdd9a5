"""The profile of norm-based scales: the means of T-E-04, broken where there is none."""

import math

import pandas as pd
import pytest
from sample_response import in_arms, make_response
from sample_scores import ADEFF, without_arm

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.displays.score_profiles import norm_profile
from helpers.displays.score_profiles.norm_profile import name_scale, plot_norm_profile
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit
from helpers.view import View


def view_of(interim: str = "ia3") -> View:
    """The values of FMS as those of two norm-based scales."""
    rows = ADEFF[ADEFF["PARAMCD"] == "FMS"]
    scales = [rows.assign(PARAMCD=code, FORM="SF36") for code in ("SF36PFT", "SF36MHT")]
    return make_response(interim, adeff=pd.concat([ADEFF, *scales], ignore_index=True))


def make(view: View) -> Figure:
    figure = plot_norm_profile(view)
    assert isinstance(figure, Figure)
    return figure


def test_its_means_are_those_of_the_table() -> None:
    """IV at baseline: 40, 60, 20, 0."""
    numbers = make(view_of()).statistics
    key = Key("ITT", "IV", "SF36PFT", "BL", "AVAL")
    assert numbers[key] == {"n": 4, "mean": 30}
    table = tabulate_scores_by_visit(view_of()).statistics
    for key, row in numbers.items():
        assert row["n"] == table[key]["n"]
        assert row["mean"] == pytest.approx(table[key]["mean"], nan_ok=True)


def test_fewer_than_three_values_have_no_mean() -> None:
    """IT at baseline: 30 and 50."""
    row = make(view_of()).statistics[Key("ITT", "IT", "SF36PFT", "BL", "AVAL")]
    assert row["n"] == 2
    assert math.isnan(row["mean"])


def test_a_scale_is_named_without_its_form() -> None:
    view = view_of()
    assert name_scale(view, view.trial.scores["SF36PFT"]) == "physical functioning"


@pytest.mark.parametrize("interim", ["ia2", "ia3"])
def test_every_arm_has_a_panel_at_every_look(interim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    overlaps: list[tuple[str, str]] = []

    def look(figure: object, name: str) -> str:
        seen.append(len(figure.axes))  # type: ignore[attr-defined]
        overlaps.extend(find_overlaps(figure))  # type: ignore[arg-type]
        return ""

    monkeypatch.setattr(norm_profile, "render_svg", look)
    figure = make(view_of(interim))
    assert seen == [3]
    assert overlaps == []
    assert not [key for key in figure.statistics if key.contrast]


def test_the_norm_and_the_version_of_the_scoring_are_named() -> None:
    notes = " ".join(make(view_of()).notes)
    assert "us1998" in notes
    assert "scored as version 2" in notes


def test_without_norm_based_scores_it_is_left_out_and_special_trials_are_drawn() -> None:
    assert isinstance(plot_norm_profile(make_response()), Withheld)
    assert "<svg" in make(in_arms(view_of(), "IV")).svg
    empty = dict(without_arm("IT").datasets)["adsl"]
    assert "<svg" in make(make_response(adsl=empty, adeff=view_of()["adeff"])).svg
