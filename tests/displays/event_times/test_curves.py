import math
import random

import pandas as pd
import pytest
from sample_events import make_events, without_arm, without_doses, without_events, without_persons
from sample_times import all_dead, among, make_times

from helpers.displays.event_times import cumulative_incidence, mean_cumulative
from helpers.displays.event_times.cumulative_incidence import (
    _say_differences,
    plot_cumulative_incidence,
)
from helpers.displays.event_times.curves import (
    Curve,
    Panel,
    choose_ticks,
    find_day_below,
    note_ends,
    note_few,
)
from helpers.displays.event_times.drawing import draw_panels
from helpers.displays.event_times.first_events import count_until, estimate_incidence
from helpers.displays.event_times.mean_cumulative import all_reach, plot_mean_cumulative
from helpers.displays.event_times.panels import describe_ends
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key

PLOTS = (plot_cumulative_incidence, plot_mean_cumulative)
VARIANTS = (without_doses, without_events, without_persons)


def day(figure, arm, code, number):
    return figure.statistics[Key("SAF", arm, code, category=f"DAY {number}")]


@pytest.mark.parametrize(
    ("last", "most", "ticks"),
    [
        (0, 3, (0,)),
        (29, 3, (0,)),
        (45, 3, (0, 30)),
        (370, 16, (0, 30, 91, 183, 274, 365)),
        (370, 500, (0, 91, 183, 274, 365)),
        (365, 16, (0, 30, 91, 183, 274, 365)),
        (800, 16, (0, 183, 365, 548, 730)),
    ],
)
def test_counts_stand_under_the_month_and_quarters_of_a_year(last, most, ticks) -> None:
    assert choose_ticks(last, most) == ticks


def test_the_counts_below_a_curve_are_those_by_hand() -> None:
    figure = plot_cumulative_incidence(make_times())
    # IV: P1 day 11, P2 day 20, P3 censored on day 31
    at_30, at_91 = (day(figure, "IV", "TTFAE", number) for number in (30, 91))
    assert (at_30["at_risk"], at_30["events"], at_30["censored"]) == (1, 2, 0)
    assert (at_91["at_risk"], at_91["events"], at_91["censored"]) == (0, 2, 1)
    assert at_30["estimate"] == pytest.approx(2 / 3)
    assert math.isnan(at_91["estimate"])


def test_what_stands_below_adds_up_to_the_arm() -> None:
    figure = plot_cumulative_incidence(make_times())
    seen = 0
    for key, row in figure.statistics.items():
        if "at_risk" in row:
            total = figure.statistics[key._replace(category="")]["N"]
            parts = (row[name] for name in ("at_risk", "events", "censored", "competing"))
            assert sum(parts) == total
            seen += 1
    assert seen > 20


def test_a_curve_is_in_the_file_at_each_of_its_steps() -> None:
    figure = plot_cumulative_incidence(make_times())
    assert day(figure, "IT", "TTFAE", 8)["estimate"] == pytest.approx(1 / 2)
    assert day(figure, "IT", "TTFAE", 94)["estimate"] == pytest.approx(1)
    assert any({"TTFAE", "DAY 8", "IT"} <= set(row) for row in figure.csv_copy()[1])


def test_a_related_event_has_no_curve_in_a_control() -> None:
    figure = plot_cumulative_incidence(make_times())
    assert Key("SAF", "CTL", "TTREL") not in figure.statistics
    assert any("not applicable in CTL" in note for note in figure.notes)


def test_few_at_risk_are_said_from_the_day_after_which_they_are_few() -> None:
    steps = estimate_incidence(pd.DataFrame({"AVAL": [5.0, 9, 20, 30], "CNSR": [0, 1, 0, 1]}), 0.95)
    assert find_day_below(steps, 5) == 0
    assert find_day_below(steps, 4) == 5
    assert find_day_below(steps, 2) == 20
    notes = plot_cumulative_incidence(make_times()).notes
    assert any(note.startswith("Every arm has fewer than 8 participants") for note in notes)
    (panel, *_) = make_panels(1, 16, "A")
    (curve,) = panel.curves
    assert f"kind 0 A 0 {int(find_day_below(curve.steps, 8))}." in note_few([panel])


def test_a_difference_without_limits_is_not_in_the_headline() -> None:
    rows = make_times()["adtte"]
    quiet = rows.assign(CNSR=1, AVAL=365)
    assert "NE" not in plot_cumulative_incidence(make_times(adtte=quiet)).headline


def test_a_difference_from_an_arm_without_events_is_in_the_headline_without_limits() -> None:
    """It may be the most that there is to say: it is the estimate that counts, not its limits."""
    place = Key("SAF", "", "X", "", "BY DAY 90")
    numbers = {
        place._replace(contrast="IT - C"): {"estimate": 0.4, "lower": math.nan, "upper": math.nan},
        place._replace(contrast="IV - C"): {"estimate": 0.1, "lower": -0.1, "upper": 0.3},
    }
    assert _say_differences(make_events(), numbers, "BY DAY 90") == (
        " IT \u2212 CTL: +40.0 (NE); IV \u2212 CTL: +10.0 (\u221210.0 to 30.0) points."
    )


def test_the_method_of_the_differences_is_named_where_there_are_any() -> None:
    said = "Differences from the control: Wald interval, with the variances of both curves."
    assert said in plot_cumulative_incidence(make_times()).notes
    short = make_times()["adtte"].assign(CNSR=1, AVAL=5)  # nobody has reached a day to compare
    assert said not in plot_cumulative_incidence(make_times(adtte=short)).notes


def test_the_mean_number_of_events_is_that_by_hand() -> None:
    figure = plot_mean_cumulative(make_times())
    # IV from the first dose: P1 355 days, events on day 1 and 93; P2 148 days, day 18; P3 3 days
    assert day(figure, "IV", "MCF", 1)["estimate"] == pytest.approx(1 / 3)
    assert day(figure, "IV", "MCF", 18)["estimate"] == pytest.approx(1 / 3 + 1 / 2)
    assert day(figure, "IV", "MCF", 93)["estimate"] == pytest.approx(1 / 3 + 1 / 2 + 1 / 2)
    at = day(figure, "IV", "MCF", 183)
    assert (at["at_risk"], at["events"], at["censored"]) == (1, 3, 2)


def test_of_fewer_than_eight_participants_events_are_counted_and_no_mean_is_said() -> None:
    steps = pd.DataFrame({"time": [0.0, 10, 80, 95], "n_event": [0, 1, 2, 1]})
    curve = Curve("IT", 1, 7, steps, ())
    key = Key("SAF", "IT", "MCF", "", "BY DAY 90")
    numbers = {key: {"estimate": 1.5, "lower": 0.9, "upper": 2.4}}
    assert mean_cumulative._say(make_times(), curve, 90, numbers) == "3 in 7 participants"
    more = curve._replace(n=8)
    assert mean_cumulative._say(make_times(), more, 90, numbers) == "1.5 (0.9 to 2.4)"


def test_a_mean_number_of_fewer_than_eight_participants_is_drawn_without_limits() -> None:
    steps = pd.DataFrame({"time": [0.0, 10], "lower": 1.0, "upper": 2.0})
    for n, hidden in ((7, True), (8, False)):
        drawn = mean_cumulative._hide_limits(Curve("IV", 0, n, steps, ())).steps
        assert drawn[["lower", "upper"]].isna().all(axis=None) == hidden
    said = "none of fewer than 8."
    assert any(said in note for note in plot_mean_cumulative(make_times()).notes)


def test_an_event_after_the_end_of_follow_up_is_said_and_not_drawn() -> None:
    view = make_times()
    adae = view["adae"]
    late = adae["ASTDT"].mask((adae["USUBJID"] == "P2"), pd.Timestamp("2022-07-05"))
    figure = plot_mean_cumulative(make_times(adae=adae.assign(ASTDT=late)))
    assert any("After the end of follow-up, in no curve: 1 events" in n for n in figure.notes)
    assert day(figure, "IV", "MCF", 183)["events"] == 2


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("make", [*VARIANTS, lambda: without_arm("IT")])
def test_they_are_made_and_shown_whatever_is_missing(plot, make) -> None:
    assert "<svg" in show_html(plot(among(make())))


@pytest.mark.parametrize("plot", PLOTS)
def test_they_are_made_where_everybody_died(plot) -> None:
    assert "<svg" in show_html(plot(all_dead()))


def test_open_readers_get_neither() -> None:
    for plot in PLOTS:
        assert isinstance(plot(make_events("open")), Withheld)


def make_panels(arms: int, size: int, label: str, last: int = 380, count: int = 4) -> list[Panel]:
    dice = random.Random(arms * 1000 + size)
    panels = []
    for number in range(count):
        curves = []
        for arm in range(arms):
            rows = pd.DataFrame(
                {
                    "AVAL": [float(dice.randint(1, last)) for _ in range(size)],
                    "CNSR": [dice.choice([0, 1, 1, 2]) for _ in range(size)],
                }
            )
            ticks = choose_ticks(last, size)
            steps = estimate_incidence(rows, 0.95)
            counts = count_until(rows, ticks)
            curves.append(Curve(f"{label} {arm}", arm, size, steps, counts))
        panels.append(Panel(f"P{number}", f"First event of kind {number}", curves, ticks))
    return panels


@pytest.mark.parametrize(
    ("arms", "size", "label"),
    [
        *((1, 3, "IV"), (3, 16, "Xanomeline High Dose"), (6, 500, "Xanomeline High Dose")),
        pytest.param(6, 3, "IV", marks=pytest.mark.slow),
        pytest.param(6, 500, "IV", marks=pytest.mark.slow),
    ],
)
def test_nothing_covers_anything_with_1_to_6_arms(arms, size, label) -> None:
    figure, _ = draw_panels(make_panels(arms, size, label), "%", "nobody")
    assert find_overlaps(figure) == []


@pytest.mark.parametrize("plot", PLOTS)
def test_texts_of_the_sample_do_not_cover_each_other(plot, monkeypatch) -> None:
    seen = []

    def look(figure, name):
        seen.extend(find_overlaps(figure))
        return "<svg></svg>"

    for module in (cumulative_incidence, mean_cumulative):
        monkeypatch.setattr(module, "render_svg", look)
    plot(make_times())
    assert seen == []


FEW_LEFT = pd.DataFrame({"AVAL": [5.0, 9, 20, 30, 40], "CNSR": [0, 1, 1, 1, 0]})


def make_curve(times: pd.DataFrame) -> Curve:
    return Curve("IV", 0, len(times), estimate_incidence(times, 0.95), ())


def test_a_curve_ends_before_an_event_among_fewer_than_three_at_risk() -> None:
    curve = make_curve(FEW_LEFT)
    # one of five on day 5; on day 40 one is left, and its event would draw 100%
    assert curve.steps["estimate"].max() == pytest.approx(1)
    assert curve.is_cut
    assert curve.drawn["estimate"].max() == pytest.approx(1 / 5)
    assert curve.drawn["time"].iloc[-1] == 40
    panel = Panel("TTSAE", "First serious event", [curve], (0,))
    assert note_ends([panel]).endswith(
        "It ends earlier, with an event among fewer than 3 left after others were censored; events "
        "in all: First serious event IV 2."  # one of them after the last count below
    )
    assert describe_ends(panel) == (
        "First serious event: IV 20.0% before day 40, then too few at risk; 2 of 5 in all."
    )


def test_where_nobody_was_censored_the_curve_is_the_proportion_to_its_end() -> None:
    curve = make_curve(pd.DataFrame({"AVAL": [1.0, 2, 5, 6], "CNSR": [0, 0, 0, 0]}))
    assert not curve.is_cut
    assert list(curve.drawn["estimate"]) == pytest.approx([0, 1 / 4, 2 / 4, 3 / 4, 1])


def test_a_curve_that_rests_on_three_goes_to_the_last_observed_day() -> None:
    curve = make_curve(FEW_LEFT.assign(CNSR=[0, 1, 0, 1, 1]))  # on day 20 three are at risk
    assert not curve.is_cut
    assert curve.drawn["time"].iloc[-1] == curve.last == 40
    assert curve.drawn["estimate"].iloc[-1] == pytest.approx(1 / 5 + 4 / 5 / 3)
    assert "ends earlier" not in note_ends([Panel("TTSAE", "", [curve], (0,))])


def test_a_day_after_the_end_of_a_curve_is_no_day_to_compare_arms_on() -> None:
    panel = Panel("MCF", "", [make_curve(FEW_LEFT)], (0,))
    assert all_reach(panel, 39)
    assert not all_reach(panel, 40)  # the day of the event among too few
    whole = Panel("MCF", "", [make_curve(FEW_LEFT.assign(CNSR=1))], (0,))
    assert all_reach(whole, 40)
    assert not all_reach(whole, 41)


def test_without_a_common_day_the_headline_tells_the_events_so_far() -> None:
    early = make_times()["adtte"].assign(AVAL=lambda rows: rows["AVAL"].clip(upper=80))
    # the fever of P1 and the pneumonia of P8
    assert plot_cumulative_incidence(make_times(adtte=early)).headline == (
        "First serious adverse event so far: 1 of 3 in IV, 0 of 2 in IT, 1 of 2 in CTL; not every "
        "arm was followed to day 90."
    )


def test_an_axis_of_percent_on_which_everything_is_zero_ends_at_ten() -> None:
    """An axis up to 1% would make a hundredth look like a scale."""
    counts = (dict.fromkeys(("at_risk", "events", "censored", "competing"), 0),)
    steps = pd.DataFrame({"time": [0.0, 90.0], "n_risk": [3, 3], "estimate": [0.0, 0.0]})
    none = steps.assign(lower=math.nan, upper=math.nan)
    some = steps.assign(lower=[0.0, 1.0], upper=[0.0, 40.0])
    for drawn, top in ((none, 10.0), (some, 42.0)):
        panel = Panel("TTX", "First response", [Curve("IV", 0, 3, drawn, counts)], (0,))
        _, axes = draw_panels([panel], "%", "Nobody was followed")
        assert axes[0].get_ylim() == (0, pytest.approx(top))


def test_a_curve_of_few_is_described_by_its_participants() -> None:
    """One of two with the event is no 50%; of four at risk it is a share."""

    def describe(days: list[int]) -> str:
        states = [0, *[1] * (len(days) - 1)]  # the first has the event, the others are censored
        times = pd.DataFrame({"AVAL": [float(d) for d in days], "CNSR": states})
        steps = estimate_incidence(times, 0.95)
        curve = Curve("IV", 0, len(days), steps, count_until(times, (0,)))
        return describe_ends(Panel("TTX", "First event", [curve], (0,)))

    assert describe([10, 50]) == "First event: IV 1 / 2 by day 50."
    assert describe([10, 50, 60, 70]) == "First event: IV 25.0% by day 70."
