"""Figures of the monitor: the numbers drawn, the headline, and every number of arms."""

from dataclasses import replace

import pytest
from monitored_arms import ALERTED, arm_of
from sample_trial import make_empty, make_sample, without_arm
from scipy.stats import beta, binom

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.monitoring import path_figure, posterior_figure
from helpers.displays.monitoring.path_figure import plot_path
from helpers.displays.monitoring.posterior_figure import plot_posterior
from helpers.displays.results import Key
from helpers.params.interim import Stop
from helpers.view import View

MAKERS = (plot_path, plot_posterior)
DRAWN = ((plot_path, path_figure), (plot_posterior, posterior_figure))


def make(maker, **frames: object) -> Figure:
    shown = maker(make_sample(**frames))
    assert isinstance(shown, Figure)
    return shown


def test_the_path_holds_every_change_in_the_order_of_time() -> None:
    rows = make(plot_path, adstop=ALERTED).statistics
    path = [rows[Key("SAF", "IT", "STOPPING.PATH", "", f"{step}")] for step in range(1, 12)]
    counts = [(int(row["events"]), int(row["evaluable"])) for row in path]
    quiet = [(2, n) for n in range(3, 11)]
    assert counts == [(1, 1), (2, 2), *quiet, (3, 11)]


def test_a_rule_checked_at_looks_has_its_limits_there_and_nowhere_else() -> None:
    view = make_sample(adstop=ALERTED)
    interim = view.interim.model_copy(update={"stop": Stop(looks=(4, 8, 16))})
    shown = plot_path(replace(view, interim=interim))
    limits = {n: shown.statistics[Key(parameter="RULE", category=f"{n}")] for n in range(1, 17)}
    known = {n: row["alert_at"] for n, row in limits.items() if row["alert_at"] == row["alert_at"]}
    assert known == {4: 3, 8: 3, 16: 5}
    assert "only at 4, 8, 16 evaluable participants" in " ".join(shown.notes)


def test_the_band_is_the_central_range_of_a_binomial_count() -> None:
    rows = make(plot_path).statistics
    for n in (4, 10, 16):
        row = rows[Key(parameter="EXPECTED", category=f"{n}")]
        law = binom(n, 0.05)
        assert (row["min"], row["max"]) == (max(law.ppf(0.05), 0), law.ppf(0.95))


def test_the_rate_of_the_band_is_a_parameter() -> None:
    view = make_sample()
    interim = view.interim.model_copy(update={"stop": Stop(expected_rate=0.4)})
    shown = plot_path(replace(view, interim=interim))
    assert isinstance(shown, Figure)
    assert shown.statistics[Key(parameter="EXPECTED", category="16")]["max"] == 10
    assert ">expected at 40%<" in shown.svg


def test_densities_are_those_of_prior_and_posterior() -> None:
    rows = make(plot_posterior, adstop=ALERTED).statistics
    for code, law in (("PRIOR", beta(0.3, 1.7)), ("POSTERIOR", beta(3.3, 9.7))):
        row = rows[Key("SAF", "IT", f"STOPPING.{code}", "", "0.255")]
        assert row["density"] == pytest.approx(law.pdf(0.255))


def test_headline_and_text_alternative_say_the_numbers_of_each_arm() -> None:
    said = "IT: 3 of 11, rate 25% (95% credible interval 7 to 51%), above 15% with probability 0.80"
    shown = make(plot_posterior, adstop=ALERTED)
    assert said in shown.headline
    assert said in shown.alternative
    path = make(plot_path, adstop=ALERTED)
    assert path.headline == (
        "IV: 0 of 0, no limit reached. IT: 3 of 11, stopping rule first reached on 5 Dec 2021 "
        "with 2 of 2, companion first reached on 5 Dec 2021 with 2 of 2."
    )
    assert "IT: after each event 1 of 1, 2 of 2, 3 of 11." in path.alternative
    assert "IV: no event among 0 evaluable." in path.alternative


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("view", [make_empty(), without_arm("IT")])
def test_they_render_before_the_first_dose_and_with_an_empty_arm(maker, view: View) -> None:
    shown = maker(view)
    assert isinstance(shown, Figure)
    assert shown.svg.startswith("<svg")


@pytest.mark.parametrize("maker", MAKERS)
def test_open_readers_get_neither(maker) -> None:
    shown = maker(make_sample("open"))
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""


def many_arms(number: int) -> View:
    """The sample with so many arms that get the product, in one of them 40 participants."""
    view = make_sample(adstop=arm_of(40, 9, "A0"))
    template = view.trial.arms[0]
    arms = tuple(
        template.model_copy(update={"code": f"A{i}", "label": f"Arm {i} of a long name"})
        for i in range(number)
    )
    trial = view.trial.model_copy(update={"arms": (*arms, view.trial.arms[-1])})
    return replace(view, trial=trial)


@pytest.mark.parametrize("number", [1, 2, 3, 5])
@pytest.mark.parametrize(("maker", "module"), DRAWN)
def test_no_words_cover_each_other_however_many_arms(monkeypatch, number, maker, module) -> None:
    drawn: list[object] = []

    def keep(figure: object, name: str) -> str:
        drawn.extend(find_overlaps(figure))  # type: ignore[arg-type]
        return "<svg></svg>"

    monkeypatch.setattr(module, "render_svg", keep)
    maker(many_arms(number))
    assert drawn == []


def test_nothing_is_drawn_of_an_arm_without_the_product() -> None:
    shown = make(plot_path)
    assert {key.arm for key in shown.statistics} == {"", "IV", "IT"}
    assert ">CTL<" not in shown.svg
