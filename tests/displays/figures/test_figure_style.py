import re
import subprocess
import sys
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from helpers.displays.figures.parts import (
    LINE,
    add_arm_legend,
    add_empty_note,
    add_end_labels,
    add_risk_table,
    find_overlaps,
    fit_columns,
    spread_labels,
)
from helpers.displays.figures.style import (
    ARM_COLOURS,
    INK,
    arm_colour,
    arm_marker,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)

TERM = 'Pain & <b>"x"</b> $\\alpha 0.205907 #0072b2'


def draw(term: str = TERM) -> Figure:
    with figure_style():
        figure, (axis,) = new_figure(2.0)
        for place in range(3):
            axis.plot([0, 1.0 / 3, 2], [place, 2, 1], **arm_points(place))
        axis.text(1, 1, term)
        axis.set_xlabel("days")
    return figure


def make_curves(ends: tuple[float, ...]) -> Figure:
    with figure_style():
        figure, (axis,) = new_figure(2.6)
        axis.set_xlim(0, 365)
        axis.set_ylim(0, 80)
        axis.set_xticks([0, 91, 183, 365])
        axis.set_xlabel("days")
        add_end_labels(axis, ["IV", "IT", "CTL"], ends, [0, 1, 2])
        rows = {name: ["16", "11", "8", "2"] for name in ("IV", "IT", "CTL")}
        add_risk_table(axis, [0, 91, 183, 365], rows, [0, 1, 2])
    return figure


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert render_svg(draw(), "F-S-05") == render_svg(draw(), "F-S-05")


def test_another_process_with_other_settings_gives_the_same_bytes(tmp_path) -> None:
    program = """
import matplotlib as mpl
mpl.rcParams.update({"font.size": 20, "axes.grid": True})
from helpers.displays.figures.style import *
figure, (axis,) = new_figure(2.0)
with figure_style():
    axis.plot([0, 1 / 3], [0, 1], **arm_points(1))
    axis.set_xlabel("days")
print(render_svg(figure, "F-S-05"), end="")
"""
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            cwd=tmp_path,
            env={"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": zone, "MPLCONFIGDIR": str(tmp_path)},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh"))
    }
    figure, (axis,) = new_figure(2.0)
    with figure_style():
        axis.plot([0, 1 / 3], [0, 1], **arm_points(1))
        axis.set_xlabel("days")
    assert runs == {render_svg(figure, "F-S-05").encode()}


def test_two_figures_on_one_page_share_no_id_and_point_at_their_own() -> None:
    found = []
    for name in ("F-S-05", "F-S-06"):
        soup = BeautifulSoup(render_svg(draw(), name), "html.parser")
        ids = {tag["id"] for tag in soup.find_all(id=True)}
        targets = set(re.findall(r'(?:url\(|href=")#([^")]+)', str(soup)))
        assert targets
        assert targets <= ids
        assert all(each.startswith(f"{name.lower()}-") for each in ids)
        found.append(ids)
    assert found[0].isdisjoint(found[1])


def test_text_stays_text_in_the_font_of_the_page() -> None:
    svg = render_svg(draw(), "F-S-05")
    soup = BeautifulSoup(svg, "html.parser")
    assert TERM in [text.get_text() for text in soup.find_all("text")]
    assert "font-family" not in svg
    assert soup.find("b") is None


def test_nothing_in_a_figure_tells_when_or_with_what_it_was_made() -> None:
    svg = render_svg(draw(), "F-S-05")
    for word in ("metadata", "matplotlib", "http", "date", "<style", "<!--", "<?xml", "xmlns"):
        assert word not in svg.lower()


def test_colours_are_variables_of_the_page_with_a_value_of_their_own() -> None:
    tags = "".join(re.findall(r"<[^>]*>", render_svg(draw(), "F-S-05")))
    for place in range(3):
        assert f"var(--arm-{place}, {ARM_COLOURS[place]})" in tags
    bare = re.sub(r"var\([^)]*\)", "", tags)
    assert not re.search(r"#[0-9a-f]{6}", bare)


def test_numbers_have_two_decimals_but_text_keeps_its_own() -> None:
    svg = render_svg(draw("p = 0.205907"), "F-S-05")
    assert not re.search(r"\d\.\d{3}", "".join(re.findall(r"<[^>]*>", svg)))
    assert "p = 0.205907" in svg


def test_settings_of_matplotlib_are_as_before_afterwards() -> None:
    before = dict(mpl.rcParams)
    render_svg(draw(), "F-S-05")
    with figure_style():
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert dict(mpl.rcParams) == before


def test_no_figure_stays_open() -> None:
    figure = draw()
    render_svg(figure, "F-S-05")
    assert plt.get_fignums() == []
    assert figure.axes == []


def test_a_bitmap_is_refused() -> None:
    figure, (axis,) = new_figure(2.0)
    axis.imshow(np.eye(3))
    with pytest.raises(ValueError, match="bitmap"):
        render_svg(figure, "F-S-03")


def test_arms_differ_in_colour_and_marker_and_everybody_is_ink() -> None:
    assert len({arm_colour(place) for place in range(5)}) == 5
    assert len({arm_marker(place) for place in range(5)}) == 5
    assert arm_colour(None) == INK


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [*ARM_COLOURS, INK])
def test_text_in_an_arms_colour_can_be_read_on_white(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_labels_that_would_touch_move_apart_as_little_as_possible() -> None:
    assert spread_labels([10, 11, 50], 10) == [5.5, 15.5, 50]
    assert spread_labels([50, 10, 10], 10) == [50, 5, 15]
    assert spread_labels([0, 40], 10) == [0, 40]
    assert spread_labels([], 10) == []
    assert spread_labels([0, 1, 80], 10, low=5, high=80) == [5, 15, 80]
    assert spread_labels([79, 80], 10, low=5, high=80) == [70, 80]


@given(st.lists(st.floats(0, 100), max_size=6), st.floats(1, 20))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_moved_labels_keep_their_order_and_their_distance(places: list[float], gap: float) -> None:
    moved = spread_labels(places, gap)
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    steps = [moved[b] - moved[a] for a, b in pairwise(order)]
    assert all(step >= gap - 1e-6 for step in steps)
    assert sum(moved) == pytest.approx(sum(places))


@pytest.mark.parametrize("ends", [(10.0, 50.0, 70.0), (50.0, 50.0, 50.0), (0.0, 1.0, 80.0)])
def test_labels_and_numbers_at_risk_never_cover_each_other(ends: tuple[float, ...]) -> None:
    assert find_overlaps(make_curves(ends)) == []


def test_overlapping_labels_are_found() -> None:
    figure, (axis,) = new_figure(2.0)
    axis.text(0.5, 0.5, "first")
    axis.text(0.5, 0.5, "second")
    assert find_overlaps(figure) == [("first", "second")]


def test_numbers_at_risk_stand_under_their_times() -> None:
    svg = BeautifulSoup(render_svg(make_curves((10, 50, 70)), "F-S-06"), "html.parser")
    places = {text.get_text(): float(text["x"]) for text in svg.find_all("text") if text.get("x")}
    assert places["8"] == pytest.approx(places["183"], abs=0.02)
    assert places["2"] == pytest.approx(places["365"], abs=0.02)
    assert LINE > 8


def test_a_legend_is_no_wider_than_its_figure() -> None:
    figure, _ = new_figure(2.0)
    assert fit_columns(figure, ["IV (N = 16)", "IT (N = 16)", "CTL (N = 16)"]) == 3
    assert fit_columns(figure, [f"Long arm A{n} (N = 100)" for n in range(6)]) == 3
    assert fit_columns(figure, ["x" * 200]) == 1
    assert fit_columns(figure, []) == 1


def test_legend_and_empty_panel_say_what_they_are() -> None:
    figure, (axis,) = new_figure(2.0)
    add_arm_legend(figure, ["A (N = 0)", "Total"], [0, None])
    add_empty_note(axis, "No persons")
    svg = render_svg(figure, "F-S-01")
    for text in ("A (N = 0)", "Total", "No persons"):
        assert f">{text}<" in svg
