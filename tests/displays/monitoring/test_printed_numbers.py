"""Every number that the interim plan prints for the monitor, on the page that shows it.

Copied by hand from the plan of the interim analyses, section 4 (4.2 Bayesian rule, 4.3 frequentist
companion): Beta(0.3, 1.7), alert where Pr(p > 0.15) >= 0.90; p0 = 0.10, alpha = 0.10; 16 per arm.
"""

from dataclasses import replace

import numpy as np
import pytest
from monitored_arms import arm_of
from sample_trial import make_sample

from helpers.displays.formats import format_cell, format_number
from helpers.displays.model import Table
from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.monitoring.operating import tabulate_limits, tabulate_operating
from helpers.displays.results import Key
from helpers.params.interim import Stop
from helpers.stats.stopping import operating_characteristics, posterior_monitor

RATES = ["2%", "5%", "10%", "15%", "20%", "30%", "40%", "50%"]
# 4.2: smallest x that alerts, n = 1 ... 16; "-": cannot alert
BAYESIAN = ["-", "2", "2", "3", "3", "3", "3", "3", "4", "4", "4", "4", "5", "5", "5", "5"]
# 4.2: P(alert), checked after every person
CONTINUOUS = ["0.002", "0.012", "0.066", "0.175", "0.329", "0.661", "0.884", "0.975"]
EXPECTED_N = ["15.98", "15.86", "15.35", "14.41", "13.13", "10.09", "7.31", "5.30"]
# 4.2: P(alert), looks at n = 4, 8, 16
THREE_LOOKS = ["0.000", "0.006", "0.046", "0.139", "0.283", "0.623", "0.867", "0.970"]
# 4.2: two arms with the same rate, looks 4, 8, 16: P(either alerts)
EITHER = {"5%": "0.012", "10%": "0.090", "15%": "0.26", "30%": "0.86"}
# 4.2: anchors of Pr(p > 0.15)
ANCHORS = {
    (0, 16): "0.00804",
    (1, 8): "0.3409",
    (2, 8): "0.69514",
    (3, 8): "0.90443",
    (3, 16): "0.5981",
    (4, 16): "0.80929",
    (5, 16): "0.92803",
    (0, 0): "0.32295",
}
# 4.3: boundary, attained size, P(cross) at true rates
COMPANION = ["-", "2", "2", "2", "3", "3", "3", "3", "3", "4", "4", "4", "4", "4", "5", "5"]
SIZE = "9.76%"
CROSSING = {"5%": "0.020", "15%": "0.233", "20%": "0.404", "30%": "0.725", "40%": "0.914"}


def make_operating(**stop: object) -> Table:
    view = make_sample()
    interim = view.interim.model_copy(update={"stop": Stop(**stop)})
    shown = tabulate_operating(replace(view, interim=interim))
    assert isinstance(shown, Table)
    return shown


def read_column(shown: Table, group: str, label: str, note: str = "") -> dict[str, str]:
    """Cells of a column by true rate, as the page shows them."""
    (place,) = [
        i
        for i, head in enumerate(shown.headers)
        if (head.group, head.label, head.note) == (group, label, note)
    ]
    return {line.label: format_cell(line.cells[place], shown.statistics) for line in shown.lines}


def test_the_rule_checked_after_every_participant() -> None:
    shown = make_operating()
    alerts = read_column(shown, "Stopping rule", "Pr(alert)")
    assert alerts == dict(zip(RATES, CONTINUOUS, strict=True))
    participants = read_column(shown, "Stopping rule", "Participants", "expected")
    assert participants == dict(zip(RATES, EXPECTED_N, strict=True))


def test_the_rule_checked_at_three_looks() -> None:
    beside = read_column(make_operating(), "Checked at 4, 8, 16", "Pr(alert)")
    assert beside == dict(zip(RATES, THREE_LOOKS, strict=True))
    planned = make_operating(looks=(4, 8, 16))
    assert read_column(planned, "Stopping rule", "Pr(alert)") == beside
    after_each = read_column(planned, "Checked after every participant", "Pr(alert)")
    assert after_each == dict(zip(RATES, CONTINUOUS, strict=True))


def test_two_arms_with_the_same_rate_at_three_looks() -> None:
    shown = make_operating(looks=(4, 8, 16))
    either = shown.statistics
    for rate, printed in EITHER.items():
        key = Key(parameter="RULE.ANY_ARM", category=f"{float(rate[:-1]) / 100:g}")
        decimals = len(printed.split(".")[1])
        assert format_number(either[key]["prob_alert"], decimals) == printed


def test_the_companion_crosses_as_printed() -> None:
    shown = make_operating()
    crossing = read_column(shown, "Companion", "Pr(cross)")
    assert {rate: crossing[rate] for rate in CROSSING} == CROSSING
    assert any(f"attained {SIZE}" in note for note in shown.notes)


def test_the_fewest_events_that_alert() -> None:
    shown = tabulate_limits(make_sample())
    assert isinstance(shown, Table)
    counts: list[list[str]] = []
    for line in shown.lines:
        first, _, last = line.label.partition(" to ")
        cells = [format_cell(cell, shown.statistics) for cell in line.cells]
        counts += [cells] * (int(last or first) - int(first) + 1)
    rule, companion = zip(*counts, strict=True)
    assert list(rule) == BAYESIAN
    assert list(companion) == COMPANION


def test_between_its_looks_the_rule_has_no_limit() -> None:
    view = make_sample()
    interim = view.interim.model_copy(update={"stop": Stop(looks=(4, 8, 16))})
    shown = tabulate_limits(replace(view, interim=interim))
    assert isinstance(shown, Table)
    rule = {line.label: format_cell(line.cells[0], shown.statistics) for line in shown.lines}
    assert {label: count for label, count in rule.items() if count} == {
        "4": "3",
        "8": "3",
        "16": "5",
    }
    assert "Empty: not checked." in shown.population_line


@pytest.mark.parametrize(("counts", "printed"), ANCHORS.items())
def test_the_probability_of_a_rate_above_the_limit(counts: tuple[int, int], printed: str) -> None:
    decimals = len(printed.split(".")[1])
    # nobody evaluable is the other arm of the sample
    arm, adstop = ("IT", arm_of(counts[1], counts[0])) if counts[1] else ("IV", arm_of(1, 0))
    shown = tabulate_monitor(make_sample(adstop=adstop))
    assert isinstance(shown, Table)
    value = shown.statistics[Key("SAF", arm, "STOPPING")]["prob_above"]
    assert format_number(value, decimals) == printed


def test_posterior_mean_and_interval_of_three_of_sixteen() -> None:
    shown = tabulate_monitor(make_sample(adstop=arm_of(16, 3)))
    assert isinstance(shown, Table)
    row = shown.statistics[Key("SAF", "IT", "STOPPING")]
    names = ("posterior_mean", "lower", "upper")
    assert [format_number(row[name], 4) for name in names] == ["0.1833", "0.0464", "0.3860"]


@pytest.mark.parametrize("looks", ["continuous", (4, 8, 16)])
def test_a_small_simulation_of_whole_arms_is_near_the_table(looks: object) -> None:
    compare_with_simulation(looks, trials=2_000, errors=4.5)


@pytest.mark.slow
@pytest.mark.parametrize("looks", ["continuous", (4, 8, 16)])
def test_a_simulation_of_100000_trials_agrees_within_three_standard_errors(looks: object) -> None:
    compare_with_simulation(looks, trials=100_000, errors=3.0)


def compare_with_simulation(looks: object, *, trials: int, errors: float) -> None:
    """Participants drawn one by one; the posterior is asked at each check, nothing is shared."""
    shown = make_operating(looks=looks)
    places = range(1, 17) if looks == "continuous" else looks
    alerts = {
        n: [posterior_monitor(x, n).prob_above >= 0.9 for x in range(n + 1)]
        for n in places  # type: ignore[attr-defined]
    }
    rng = np.random.default_rng(4)
    for rate in (0.05, 0.1, 0.15, 0.3, 0.5):
        seen = np.cumsum(rng.random((trials, 16)) < rate, axis=1)
        hit = np.column_stack([np.array(alerts[n])[seen[:, n - 1]] for n in alerts])
        share = hit.any(axis=1).mean()
        row = shown.statistics[Key(parameter="RULE", category=f"{rate:g}")]
        exact = row["prob_alert"]
        assert abs(share - exact) <= errors * (exact * (1 - exact) / trials) ** 0.5
        counts = np.array(list(alerts))
        stopped = np.where(hit.any(axis=1), counts[hit.argmax(axis=1)], 16)
        assert abs(stopped.mean() - row["expected_n"]) <= errors * stopped.std() / trials**0.5


def test_more_arms_alert_more_often() -> None:
    boundary = [float("nan"), 2, 2]
    two = operating_characteristics(boundary, rates=[0.1])
    three = operating_characteristics(boundary, rates=[0.1], arms=3)
    assert three["p_either"][0] == pytest.approx(1 - (1 - two["p_alert"][0]) ** 3)


@pytest.mark.parametrize("make", [tabulate_operating, tabulate_limits])
def test_an_arm_with_more_evaluable_than_planned_is_said_to_be_elsewhere(make) -> None:
    said = [
        [note for note in make(make_sample(adstop=arm_of(n, 0))).notes if "T-S-23 and" in note]
        for n in (16, 17)
    ]
    words = (
        "For the planned 16 participants of an arm; more are evaluable (17 in IT): their limits "
        "are in T-S-23 and F-S-15."
    )
    assert said == [[], [words]]
