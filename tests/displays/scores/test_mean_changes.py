import math
import re

import pandas as pd
import pytest
from sample_scores import ADEFF, make_scores, one_person, only_baseline, without_arm

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Withheld
from helpers.displays.results import Key
from helpers.displays.scores import mean_changes
from helpers.displays.scores.mean_changes import plot_mean_changes
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit


def test_above_zero_is_better_whatever_the_direction_of_the_score() -> None:
    figure = plot_mean_changes(make_scores())
    # NIHSS fell by 2, 0, 3; the Fugl-Meyer score rose by 10, 0, 6
    assert figure.statistics[Key("ITT", "IV", "NIHSSTOT", "M03", "IMP")]["mean"] == pytest.approx(
        5 / 3
    )
    assert figure.statistics[Key("ITT", "IV", "FMS", "M03", "IMP")]["mean"] == pytest.approx(16 / 3)


def test_looks_that_spend_alpha_have_t_intervals() -> None:
    """Mean 5/3, sd sqrt(7/3), n 3, t(0.975, 2) = 4.302653."""
    row = plot_mean_changes(make_scores()).statistics[Key("ITT", "IV", "NIHSSTOT", "M03", "IMP")]
    half = 4.302653 * math.sqrt(7 / 3) / math.sqrt(3)
    assert row["lower"] == pytest.approx(5 / 3 - half, abs=1e-6)
    assert row["upper"] == pytest.approx(5 / 3 + half, abs=1e-6)


def test_looks_without_alpha_have_means_only() -> None:
    figure = plot_mean_changes(make_scores("ia2"))
    assert {result.statistic for result in figure.results} == {"n", "mean"}
    assert "spends no alpha" in figure.population_line


def test_below_three_persons_there_is_no_mean() -> None:
    row = plot_mean_changes(make_scores()).statistics[Key("ITT", "IT", "NIHSSTOT", "M03", "IMP")]
    assert row["n"] == 2
    assert math.isnan(row["mean"])
    assert "lower" not in row


def test_its_numbers_of_persons_are_those_of_the_table() -> None:
    view = make_scores()
    table = tabulate_scores_by_visit(view).statistics
    for key, row in plot_mean_changes(view).statistics.items():
        assert row["n"] == table[key._replace(category="CHG")]["n"]


@pytest.mark.parametrize("interim", ["ia2", "ia3"])
def test_texts_do_not_cover_each_other(interim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        mean_changes, "render_svg", lambda figure, name: seen.extend(find_overlaps(figure)) or ""
    )
    rows = [
        ADEFF[ADEFF["PARAMCD"] == "FMS"].assign(PARAMCD=code)
        for code in ("FIMTOT", "MASUE", "MASLE", "SF36PCS", "SF36MCS")
    ]
    plot_mean_changes(make_scores(interim, adeff=pd.concat([ADEFF, *rows], ignore_index=True)))
    assert seen == []


def test_with_every_main_score_it_fits_a_printed_page_at_a_readable_size() -> None:
    """A page prints at most 192 mm; taller figures shrink, with their text."""
    codes = ("FIMTOT", "MASUE", "MASLE", "SF36PCS", "SF36MCS")
    rows = [ADEFF[ADEFF["PARAMCD"] == "FMS"].assign(PARAMCD=code) for code in codes]
    view = make_scores("ia2", adeff=pd.concat([ADEFF, *rows], ignore_index=True))
    height = re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', plot_mean_changes(view).svg)
    assert height
    assert 192 / 25.4 * 72 / float(height[1]) > 0.85


@pytest.mark.parametrize("interim", ["ia2", "ia3"])
def test_it_draws_with_one_person_or_an_arm_missing(interim: str) -> None:
    for view in (one_person(), without_arm("IT")):
        frames = dict(view.datasets)
        assert "<svg" in plot_mean_changes(make_scores(interim, **frames)).svg


def test_all_changes_equal_have_a_mean_and_no_limits() -> None:
    equal = ADEFF.assign(IMPRV=ADEFF["IMPRV"].where(ADEFF["IMPRV"].isna(), 0.0))
    row = plot_mean_changes(make_scores(adeff=equal)).statistics[
        Key("ITT", "IV", "FMS", "M03", "IMP")
    ]
    assert row["mean"] == 0
    assert math.isnan(row["lower"])


def test_before_any_follow_up_it_is_not_there() -> None:
    assert isinstance(plot_mean_changes(only_baseline()), Withheld)


def test_the_same_numbers_give_the_same_picture() -> None:
    assert plot_mean_changes(make_scores()).svg == plot_mean_changes(make_scores()).svg


def test_where_no_arm_has_enough_persons_the_intervals_are_drawn_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Changes of -4, -3 and 34: what looks like a fall of 9 is anything from -63 to 45."""
    axes = []
    monkeypatch.setattr(
        mean_changes, "render_svg", lambda figure, name: axes.extend(figure.axes) or ""
    )
    figure = plot_mean_changes(make_scores())
    row = figure.statistics[Key("ITT", "IV", "NIHSSTOT", "M06", "IMP")]
    (panel,) = [axis for axis in axes if axis.get_title("left") == "NIHSS total"]
    low, high = panel.get_ylim()
    assert low <= row["lower"]
    assert row["upper"] <= high


@pytest.mark.parametrize("interim", ["ia2", "ia3"])
def test_a_panel_without_a_mean_has_an_ordinary_axis(interim: str) -> None:
    """Two persons per arm: no mean, and no axis of 1e-17."""
    few = ADEFF[ADEFF["USUBJID"].isin(["A", "E", "H"])]
    svg = plot_mean_changes(make_scores(interim, adeff=few.reset_index(drop=True))).svg
    assert "1e" not in "".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    assert "\u22121" in svg
