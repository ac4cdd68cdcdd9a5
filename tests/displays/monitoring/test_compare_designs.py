"""Designs side by side: figures with any of them, and a simulation that disagrees says so."""

import pandas as pd
import pytest

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.formats import format_cell
from helpers.displays.monitoring import design_figures
from helpers.displays.monitoring.compare_designs import (
    Named,
    describe_difference,
    describe_simulation,
    show_limits,
    show_rates,
)
from helpers.displays.monitoring.design import Design
from helpers.displays.monitoring.design_figures import plot_curves, plot_limits
from helpers.displays.results import Key
from helpers.stats.stopping.operating_characteristics import RATES

SIZES = {"A": 1, "B": 3, "C": 16, "D": 60, "E": 500}
MANY = [Named(letter, Design(size=size)) for letter, size in SIZES.items()]


@pytest.mark.parametrize("designs", [MANY[:1], MANY[2:3], MANY])
@pytest.mark.parametrize("plot", [plot_curves, plot_limits])
def test_no_words_cover_each_other_whatever_the_designs(monkeypatch, plot, designs) -> None:
    drawn: list[object] = []

    def keep(figure, name: str) -> str:
        drawn.extend(find_overlaps(figure))
        return "<svg></svg>"

    monkeypatch.setattr(design_figures, "render_svg", keep)
    assert plot(designs).alternative
    assert drawn == []


def test_an_arm_that_no_count_stops_says_so() -> None:
    assert "A: no number of events alerts." in plot_limits(MANY[:1]).headline
    curve = plot_curves(MANY[:1]).statistics
    assert curve[Key(arm="A", parameter="CURVE", category="0.5")]["prob_alert"] == 0


def test_limits_of_arms_of_different_size_end_where_the_arm_does() -> None:
    shown = show_limits(MANY[:3])
    assert shown.lines[-1].label == "13 to 16"
    assert shown.lines[-1].cells[:2] == ("", "")


def test_between_its_looks_a_design_has_no_limit() -> None:
    looks = Named("B", Design(looks=(4, 8, 16)))
    shown = show_limits([Named("A", Design()), looks])
    cells = {
        line.label: [format_cell(cell, shown.statistics) for cell in line.cells]
        for line in shown.lines
    }
    assert (cells["2 to 3"], cells["4"], cells["5 to 7"]) == (["2", ""], ["3", "3"], ["3", ""])
    assert {key.category for key in shown.statistics if key.arm == "B"} == {"4", "8", "16"}
    assert plot_limits([looks]).headline == "At the last check: B: 5 of 16 alert."


def test_a_design_is_named_by_what_differs_from_the_plan() -> None:
    other = Design(prior=(0.5, 4.5), p_star=0.2, cut=0.95, size=24, looks=(4, 8))
    assert describe_difference(other, Design()) == (
        "Beta(0.5, 4.5), above 20%, from 0.95, 24 per arm, at 4, 8"
    )
    assert describe_difference(Design(), Design()) == ""
    notes = [header.note for header in show_rates([MANY[2], MANY[3]]).headers]
    assert notes == ["", "60 per arm"]


def test_a_simulation_that_disagrees_with_the_recursion_is_not_passed_over() -> None:
    wrong = pd.DataFrame({"rate": RATES, "p_alert": [0.5] * len(RATES)})
    said = describe_simulation([Named("A", Design(), simulated=wrong, trials=1000)])
    assert said.endswith("That is more than chance gives: do not use these numbers.")
    never = Named("A", Design(size=1), simulated=wrong, trials=1000)
    assert "do not use these numbers" in describe_simulation([never])  # exactly 0 without an event
    assert describe_simulation(MANY) == ""
