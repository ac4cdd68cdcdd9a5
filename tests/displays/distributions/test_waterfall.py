"""Improvement of NIHSS at month 6 in the sample: A 4, B 3, C -34, E 2, H -1."""

import pandas as pd
import pytest
from sample_response import in_arms, make_response
from sample_scores import only_baseline, without_arm

from helpers.displays.distributions import waterfall
from helpers.displays.distributions.waterfall import order_participants, plot_waterfall
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit
from helpers.view import View

IMP = Key("ITT", "IV", "NIHSSTOT", "M06", "IMP")


def make(view: View) -> Figure:
    figure = plot_waterfall(view)
    assert isinstance(figure, Figure)
    return figure


def test_the_best_comes_first_then_the_dead_who_left_and_who_has_no_value() -> None:
    rows = pd.DataFrame(
        {
            "IMPRV": [None, 2.0, None, 5.0, None, 2.0, None],
            "STATE": ["M", "O", "D", "O", "L", "O", "N"],
            "POSITION": [0, 1, 0, 0, 1, 0, 0],
        },
        index=list("ABCDEFG"),
    )
    assert list(order_participants(rows).index) == ["D", "F", "B", "C", "E", "A"]


def test_everybody_is_counted_once() -> None:
    numbers = make(make_response()).statistics
    for arm, total in (("IV", 4), ("IT", 3), ("CTL", 3)):
        own = [IMP._replace(arm=arm, category=name) for name in ("IMP", "D", "L", "M", "N")]
        assert sum(numbers[key]["n"] for key in own) == total
    assert numbers[IMP._replace(category="D")]["n"] == 1
    assert numbers[IMP._replace(arm="CTL", category="N")]["n"] == 1


def test_its_improvements_are_the_changes_of_the_table() -> None:
    numbers = make(make_response()).statistics
    assert (numbers[IMP]["min"], numbers[IMP]["median"], numbers[IMP]["max"]) == (-34, 3, 4)
    table = tabulate_scores_by_visit(make_response()).statistics
    assert numbers[IMP]["n"] == table[IMP._replace(category="CHG")]["n"]


def test_a_value_without_a_baseline_is_no_change() -> None:
    rows = make_response()["adeff"]
    lost = (rows["USUBJID"] == "B") & (rows["PARAMCD"] == "NIHSSTOT")
    changed = rows.assign(CHG=rows["CHG"].mask(lost), IMPRV=rows["IMPRV"].mask(lost))
    numbers = make(make_response(adeff=changed)).statistics
    assert numbers[IMP]["n"] == 2
    assert numbers[IMP._replace(category="M")]["n"] == 1


@pytest.mark.parametrize(("interim", "panels"), [("ia3", 1), ("ia2", 3)])
def test_arms_share_a_panel_only_where_the_look_spends_alpha(
    interim: str, panels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    overlaps: list[tuple[str, str]] = []

    def look(figure: object, name: str) -> str:
        seen.append(len(figure.axes))  # type: ignore[attr-defined]
        overlaps.extend(find_overlaps(figure))  # type: ignore[arg-type]
        return ""

    monkeypatch.setattr(waterfall, "render_svg", look)
    figure = make(make_response(interim))
    assert seen == [panels]
    assert overlaps == []
    assert not [key for key in figure.statistics if key.contrast]


def test_special_trials_are_drawn_or_left_out() -> None:
    for interim in ("ia2", "ia3"):
        assert "<svg" in make(make_response(interim, **dict(without_arm("IT").datasets))).svg
        assert "<svg" in make(in_arms(make_response(interim), "IV")).svg
    assert isinstance(plot_waterfall(make_response(adeff=only_baseline()["adeff"])), Withheld)
