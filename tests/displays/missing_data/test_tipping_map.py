"""F-E-06: the grid is that of the statistics, its corner MAR, and its words what the grid says."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from left_early import make_left, make_participants, make_values, make_visits
from trial_views import shared_view

from helpers.displays.efficacy.report_parts import find_reason
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.missing_data import tipping_map
from helpers.displays.missing_data.reference_based import tabulate_reference_based
from helpers.displays.missing_data.tipping_grid import (
    TippingGrid,
    build_grid,
    count_outside,
    make_shifts,
    place_shift,
)
from helpers.displays.missing_data.tipping_map import plot_tipping_points
from helpers.displays.missing_data.tipping_words import state_contrast, state_uniform
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.view import View

KEY = Key("ITT", "", "NIHSSTOT", "M06")
NUMBERS = ("estimate", "se", "df", "lower", "upper")


def make(view: View) -> Figure:
    figure = plot_tipping_points(view)
    assert isinstance(figure, Figure)
    return figure


@cache
def make_sample() -> Figure:
    """The figure of the sample; a jackknife is made once."""
    return make(make_left())


@cache
def build_sample() -> TippingGrid:
    return build_grid(make_left())


@cache
def build(export: Path, name: str, audience: str = "closed_unmasked") -> View:
    return shared_view(export, name, audience)


def with_limits(lower: np.ndarray, upper: np.ndarray) -> TippingGrid:
    """A grid whose interval of IV - C is given; control's shift down, IV's across."""
    grid = build_sample()
    numbers = {**grid.numbers["IV - C"], "lower": lower, "upper": upper}
    return replace(grid, numbers={**grid.numbers, "IV - C": numbers})


def make_limits(upper: float, by_active: float, by_control: float) -> TippingGrid:
    """Limits that rise evenly with both shifts, 3 apart; NIHSS: lower is better."""
    steps = np.arange(9.0)
    ends = upper + by_active * steps[None, :] + by_control * steps[:, None]
    return with_limits(ends - 3.0, ends)


def test_without_a_shift_every_number_is_that_of_missing_at_random() -> None:
    own, at_random = make_sample().statistics, tabulate_reference_based(make_left()).statistics
    for contrast in ("IV - C", "IT - C"):
        key = KEY._replace(contrast=contrast)
        expected = {name: at_random[key._replace(category="MAR")][name] for name in NUMBERS}
        assert own[place_shift(key, 0.0, 0.0)] == pytest.approx(expected)


def test_the_grid_goes_to_twice_the_threshold_worse_and_better() -> None:
    """NIHSS responds from a fall of 4: active arms up to 8 higher, the control 8 lower."""
    grid = build_sample()
    assert grid.points == tuple(float(point) for point in range(9))
    assert grid.shifts.active[-1] == 8.0
    assert grid.shifts.control[-1] == -8.0
    assert make_shifts((0.0, 2.0), 1) == ((0.0, -2.0), (0.0, 2.0))
    shown = {key.category for key in make_sample().statistics if key.contrast}
    assert len(shown) == 81
    assert {"SHIFT active 0, control 0", "SHIFT active 8, control -8"} <= shown


def test_shifts_move_the_difference_against_the_active_arm() -> None:
    grid = build_sample()
    for own in grid.numbers.values():
        assert (np.diff(own["estimate"], axis=0) > 0).all()
        assert (np.diff(own["estimate"], axis=1) > 0).all()


def test_a_score_where_higher_is_better_is_the_mirror_image() -> None:
    """The changes with their sign turned, and the direction with it."""
    view = make_left()
    score = view.trial.scores["NIHSSTOT"]
    rule = score.responder.model_copy(update={"change": 4.0})
    turned = score.model_copy(update={"direction": 1, "responder": rule})
    rows = view["adeff"]
    other = replace(
        view,
        trial=view.trial.model_copy(update={"scores": {**view.trial.scores, "NIHSSTOT": turned}}),
        datasets={**view.datasets, "adeff": rows.assign(CHG=-rows["CHG"])},
    )
    one, two = build_grid(view), build_grid(other)
    for label in ("IV - C", "IT - C"):
        assert two.numbers[label]["estimate"] == pytest.approx(-one.numbers[label]["estimate"])
        assert two.numbers[label]["lower"] == pytest.approx(-one.numbers[label]["upper"])
        for first, second in zip(one.favours(label), two.favours(label), strict=True):
            assert (first == second).all()
    assert make(view).headline == make(other).headline


@pytest.mark.parametrize(
    ("upper", "by_active", "by_control", "words", "uniform"),
    [
        (1.0, 0.1, 0.1, "0 is inside without a shift (MAR) and everywhere", "0 inside everywhere"),
        (-9.0, 0.1, 0.1, "0 is outside, in favour of IV, at every shift", "0 outside everywhere"),
        (-1.5, 1.0, 0.0, "and inside once what is imputed for IV is worse by 2 (steps of 1)", ""),
        (-1.5, 0.1, 0.4, "only once CTL is better by 2 where IV is worse by 8", ""),
        (4.0, 0.1, 0.1, "0 is outside, in favour of CTL, without any shift",
         "0 outside everywhere"),
        (1.0, 1.0, 0.1, "(MAR); with larger shifts 0 is outside in favour of CTL", ""),
        (-0.5, 1.0, 0.0, "(steps of 1); with larger shifts 0 is outside in favour of CTL", ""),
    ],
)  # fmt: skip
def test_what_is_said_is_what_the_limits_are(
    upper: float, by_active: float, by_control: float, words: str, uniform: str
) -> None:
    grid = make_limits(upper, by_active, by_control)
    assert words in state_contrast(grid, "IV - C", "IV")
    assert state_uniform(grid, "IV - C") == uniform


def test_lines_are_drawn_between_the_cells_where_the_interval_changes_sides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tipping_map, "build_grid", lambda view: make_limits(-1.5, 1.0, 0.0))
    svg = make(make_left()).svg
    assert "in favour of the active arm" in svg
    assert "in favour of the control" in svg
    monkeypatch.setattr(tipping_map, "build_grid", lambda view: make_limits(1.0, 0.1, 0.1))
    assert "0 inside everywhere" in make(make_left()).svg


def test_the_figure_says_how_many_values_stand_behind_a_panel() -> None:
    figure = make_sample()
    assert "Imputed: IV 4 / 8, CTL 1 / 8" in figure.svg
    assert figure.statistics[KEY._replace(arm="IV", category="IMPUTED")] == {"n": 4, "N": 8}
    assert any("may only show that little is missing" in note for note in figure.notes)


def test_shifts_beyond_the_ends_of_the_scale_are_counted() -> None:
    """By hand: each imputed value plus its baseline, moved by 8."""
    grid = build_sample()
    outside, every = count_outside(grid)
    assert every == 6
    note = next((one for one in make_sample().notes if one.startswith("At the largest")), "")
    assert note.startswith(f"At the largest shifts {outside} of 6") or not outside


def test_the_text_alternative_gives_the_corners() -> None:
    figure = make_sample()
    key = KEY._replace(contrast="IV - C")
    for active, control in ((0, 0), (8, 0), (0, -8), (8, -8)):
        value = figure.statistics[place_shift(key, active, control)]["estimate"]
        assert f"{value:.1f}".replace("-", "\u2212") in figure.alternative
    assert "CSV copy" in figure.alternative


def test_the_csv_copy_has_every_cell() -> None:
    header, rows = make_sample().csv_copy()
    assert len([row for row in rows if row[header.index("statistic")] == "estimate"]) == 2 * 81


def test_the_picture_is_readable_in_grey() -> None:
    """No colour in it but greys: shading falls from one end to the other, numbers stand in it."""
    svg = make_sample().svg
    for colour in re.findall(r"#([0-9a-f]{6})", svg):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
        assert max(red, green, blue) - min(red, green, blue) < 24


@pytest.mark.parametrize("arms", [2, 3])
def test_texts_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch, arms: int) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        tipping_map, "render_svg", lambda figure, name: seen.extend(find_overlaps(figure)) or ""
    )
    view = make_left()
    kept = view.trial.arms[-arms:]
    trial = view.trial.model_copy(update={"arms": kept})
    codes = [arm.code for arm in kept]
    frames = dict(view.datasets)
    frames["adsl"] = frames["adsl"][frames["adsl"]["TRT01P"].isin(codes)].reset_index(drop=True)
    plot_tipping_points(replace(view, trial=trial, datasets=frames))
    assert seen == []


# the others ask the same question of the parameters
@pytest.mark.parametrize(
    "name", ["ia2", *(pytest.param(one, marks=pytest.mark.slow) for one in ("ia1", "ia4"))]
)
def test_a_look_without_alpha_has_none(export: Path, name: str) -> None:
    assert isinstance(plot_tipping_points(build(export, name)), Withheld)


@pytest.mark.parametrize("audience", ["open", "closed_masked"])
def test_other_readers_get_nothing(export: Path, audience: str) -> None:
    """At a look that spends alpha."""
    assert isinstance(plot_tipping_points(build(export, "ia3", audience)), Withheld)


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_the_built_in_trial_has_its_map(export: Path, name: str) -> None:
    figure = make(build(export, name))
    assert len([key for key in figure.statistics if key.contrast]) == 2 * 81
    assert all(np.isfinite(row["lower"]) for key, row in figure.statistics.items() if key.contrast)


def test_a_control_alone_has_a_sentence() -> None:
    view = make_left()
    alone = view.trial.model_copy(update={"arms": view.trial.arms[-1:]})
    other = replace(view, trial=alone)
    assert isinstance(plot_tipping_points(other), Withheld)
    assert find_reason(other, "F-E-06") == "The trial has no arm beside its control."


def test_a_score_without_a_threshold_or_direction_has_a_sentence() -> None:
    view = make_left()
    score = view.trial.scores["NIHSSTOT"]
    for changes, said in (
        ({"responder": None}, "NIHSS total has no threshold of response to shift values by."),
        ({"direction_decided": False}, "Which change of NIHSS total is the better one is not"),
    ):
        scores = {**view.trial.scores, "NIHSSTOT": score.model_copy(update=changes)}
        other = replace(view, trial=view.trial.model_copy(update={"scores": scores}))
        assert isinstance(plot_tipping_points(other), Withheld)
        assert find_reason(other, "F-E-06").startswith(said)


def test_with_nothing_missing_there_is_nothing_to_shift() -> None:
    adsl = make_participants()
    values = make_values(adsl)
    visits = make_visits(adsl)
    late = visits["AVISIT"] == "M06"
    waiting = visits.assign(STATUS=visits["STATUS"].mask(late, "IN_WINDOW"))
    view = make_left(values=values, visits=waiting)
    assert isinstance(plot_tipping_points(view), Withheld)
    assert find_reason(view, "F-E-06").startswith("No value of the key visit that was due")


def test_too_few_values_are_a_panel_that_says_so() -> None:
    adsl = make_participants()
    values = make_values(adsl)
    few = values.assign(M06=values["M06"].where(values["USUBJID"].isin(["IV05", "CTL05"])))
    figure = make(make_left(values=few))
    assert "no difference can be estimated" in figure.headline
    assert "Not estimable" in figure.svg
    assert any(note.startswith("Not estimable: fewer than 3") for note in figure.notes)
