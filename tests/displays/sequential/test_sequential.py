"""Bounds, power and estimates after looks, against integrals, formulas and the key model."""

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sample_response import make_response
from sample_scores import make_scores, one_person, without_baseline
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells
from trial_views import view_of_export

from helpers.displays.efficacy.interpretation import show_interpretation
from helpers.displays.model import Display, Figure, Table, Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.sequential.after_looks import tabulate_after_looks
from helpers.displays.sequential.bound_figure import plot_bounds
from helpers.displays.sequential.power import find_power
from helpers.displays.sequential.power_figure import plot_power
from helpers.displays.sequential.power_table import tabulate_power
from helpers.displays.sequential.story import tell_story
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.view import View

SIZES = {"IV": 8, "IT": 8, "CTL": 8}
ADSL = make_adsl(SIZES)
VALUES = draw_values(ADSL)
KEY = Key("ITT", "", "NIHSSTOT", "M06")
MAKERS: tuple[Callable[[View], Display], ...] = (
    *(plot_bounds, tabulate_power, plot_power, tabulate_after_looks),
)

UNBIASED = "Median-unbiased, by the order of stages, one contrast alone, not adjusted for 2 arms"


def at(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


def looks(*cutoffs: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "INTERIM": [f"L{number}" for number, _ in enumerate(cutoffs, 1)],
            "SEQUENCE": range(1, len(cutoffs) + 1),
            "CUTDT": pd.to_datetime(list(cutoffs)),
            "LOOK": ["ALPHA"] * len(cutoffs),
        }
    )


def dated(values: pd.DataFrame, *cutoffs: str, planned: int = 24) -> View:
    """Everybody's scores on one day, a participant of each arm after the other from 2023-01-01."""
    view = at(view_values(values, ADSL), planned_info=planned)
    rows = view["adeff"]
    order = rows["USUBJID"].str[-2:].astype(int)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(order, "D")
    datasets = {**view.datasets, "adeff": rows.assign(ADT=days), "compared_looks": looks(*cutoffs)}
    return replace(view, datasets=datasets)


def bound_by_integral(t: float, first: float, alpha: float) -> float:
    """The second bound that leaves alpha in all, by the bivariate normal distribution."""
    covariance = [[1, math.sqrt(t)], [math.sqrt(t), 1]]

    def excess(c: float) -> float:
        inside = multivariate_normal.cdf(
            [first, c], [0, 0], covariance, lower_limit=[-first, -c], abseps=1e-10, releps=1e-10
        )
        return 1 - float(inside) - alpha

    return float(brentq(excess, 1.5, 4.0))


@pytest.fixture(scope="module")
def real(export) -> dict[str, View]:
    return {name: view_of_export(export, name) for name in ("ia3", "fin")}


def test_the_bounds_of_the_built_in_looks_are_those_of_normal_integrals(real) -> None:
    """IA3 by the spending formula itself, FIN at the correlation of the information reached."""
    rows = plot_bounds(real["fin"]).statistics
    first = rows[KEY._replace(arm="Total", category="LOOK.IA3")]
    last = rows[KEY._replace(arm="Total", category="LOOK.FIN")]
    spent = 2 * (2 - 2 * norm.cdf(norm.ppf(1 - 0.05 / 4) / math.sqrt(first["fraction"])))
    assert first["spent"] == pytest.approx(spent, rel=1e-9)
    assert first["boundary_z"] == pytest.approx(norm.isf(spent / 2), abs=1e-7)
    ratio = first["fraction"] / last["fraction"]
    assert ratio == pytest.approx(first["n"] / last["n"])
    expected = bound_by_integral(ratio, first["boundary_z"], 0.05)
    assert last["boundary_z"] == pytest.approx(expected, abs=1e-6)
    assert last["boundary_p"] == pytest.approx(2 * norm.sf(expected), rel=1e-5)


def test_an_earlier_look_is_found_again_as_it_was(real) -> None:
    then = plot_bounds(real["ia3"]).statistics
    now = plot_bounds(real["fin"]).statistics
    mine = {key: row for key, row in then.items() if key.category == "LOOK.IA3"}
    assert len(mine) == 3
    for key, row in mine.items():
        assert row == pytest.approx(now[key], rel=1e-9), key


def test_the_look_to_come_has_the_bound_of_the_rest_of_the_error(real) -> None:
    rows = plot_bounds(real["ia3"]).statistics
    first = rows[KEY._replace(arm="Total", category="LOOK.IA3")]
    coming = rows[KEY._replace(arm="Total", category="PLANNED.2")]
    assert (coming["fraction"], coming["spent"]) == (1.0, pytest.approx(0.05))
    assert "n" not in coming
    expected = bound_by_integral(first["fraction"], first["boundary_z"], 0.05)
    assert coming["boundary_z"] == pytest.approx(expected, abs=1e-6)


def test_z_is_the_equivalent_of_the_adjusted_p_and_positive_for_benefit(real) -> None:
    table = tabulate_key_model(real["fin"]).statistics
    rows = plot_bounds(real["fin"]).statistics
    for label in ("IV - C", "IT - C"):
        formal = table[KEY._replace(contrast=label, category="LSMEAN.DUNNETT")]
        own = rows[KEY._replace(contrast=label, category="LOOK.FIN")]
        assert own["p_adjusted"] == pytest.approx(formal["p_adjusted"], rel=1e-12)
        assert abs(own["z"]) == pytest.approx(norm.isf(formal["p_adjusted"] / 2), rel=1e-9)
        assert (own["z"] > 0) == (formal["estimate"] < 0)  # lower is better


def test_power_follows_the_formulas_of_brownian_motion(real) -> None:
    rows = tabulate_power(real["ia3"]).statistics
    place = rows[KEY._replace(arm="Total", category="POWER.PREDICTIVE")]
    t, c = place["fraction"], place["boundary_z"]
    for label in ("IV - C", "IT - C"):
        mine = {key.category: row for key, row in rows.items() if key.contrast == label}
        z = mine["Z"]["z"]
        b = z * math.sqrt(t)
        for category, theta in (("TREND", b / t), ("NULL", 0.0), ("DESIGN", 2.8016)):
            expected = norm.cdf((b + theta * (1 - t) - c) / math.sqrt(1 - t))
            assert mine[f"POWER.{category}"]["power"] == pytest.approx(expected, abs=1e-12)
        expected = norm.cdf((z - c * math.sqrt(t)) / math.sqrt(1 - t))
        assert mine["POWER.PREDICTIVE"]["power"] == pytest.approx(expected, abs=1e-12)
        low, high = (mine[f"POWER.PREDICTIVE.{name}"]["power"] for name in ("LESS", "MORE"))
        assert low < expected < high or low > expected > high


def test_the_published_anchors_of_power_hold_for_a_contrast_with_z_1() -> None:
    """Z = 1 at t = 0.5 with the bound 1.9686: 0.2165, 0.0372, 0.5781, 0.2897."""
    story = tell_story(at(view_values(VALUES, ADSL), planned_info=48))
    one = replace(story.contrasts[0], z=1.0)
    story.family[story.now.name][:] = [one]
    power = find_power(story)
    assert (power.t, power.bound) == (0.5, pytest.approx(1.9686, abs=1e-4))
    (own,) = power.by_contrast.values()
    assert own.trend == pytest.approx(0.2165, abs=1e-4)
    assert own.null == pytest.approx(0.0372, abs=1e-4)
    assert own.design == pytest.approx(0.5781, abs=1e-4)
    assert own.predictive == pytest.approx(0.2897, abs=1e-4)


def test_the_drift_of_the_design_is_a_choice() -> None:
    view = at(view_values(VALUES, ADSL), planned_info=48)
    key = KEY._replace(category="POWER.DESIGN", contrast="IV - C")
    small, large = (tabulate_power(at(view, drift=d)).statistics[key] for d in (1.0, 3.0))
    assert small["power"] < large["power"]


def test_what_an_error_of_the_information_would_do_is_said() -> None:
    table = tabulate_power(at(view_values(VALUES, ADSL), planned_info=48))
    notes = " ".join(table.notes)
    assert "Information fraction 0.50, actual: 24 participants with the key change of 48" in notes
    assert "10% less: fraction 0.56, last bound" in notes
    assert "10% more: fraction 0.45, last bound" in notes


def test_error_that_is_spent_stays_spent_at_another_information(real) -> None:
    """Only the correlation of the looks changes: the bound by the bivariate normal distribution."""
    rows = tabulate_power(real["ia3"]).statistics
    spent = plot_bounds(real["ia3"]).statistics[KEY._replace(arm="Total", category="LOOK.IA3")]
    published = {"LESS": (0.9, 1.9654, 0.436, 0.359), "MORE": (1.1, 1.9680, 0.513, 0.440)}
    for name, (factor, bound, first, second) in published.items():
        category = f"POWER.PREDICTIVE.{name}"
        own = rows[KEY._replace(arm="Total", category=category)]
        assert own["fraction"] == pytest.approx(spent["fraction"] / factor)
        expected = bound_by_integral(own["fraction"], spent["boundary_z"], 0.05)
        assert own["boundary_z"] == pytest.approx(expected, abs=1e-6)
        assert own["boundary_z"] == pytest.approx(bound, abs=5e-5)
        for label, power in (("IV - C", first), ("IT - C", second)):
            found = rows[KEY._replace(contrast=label, category=category)]["power"]
            assert found == pytest.approx(power, abs=5e-4)


def test_information_that_cannot_be_reached_any_more_is_said(real) -> None:
    """At IA3 23 have the key change, 9 wait for it and 11 are to come: 43 of 48."""
    notes = " ".join(tabulate_power(real["ia3"]).notes)
    assert "can no longer be reached: 5 values are lost" in notes
    assert "43 is the most, fraction 0.90" in notes
    within = tabulate_power(at(real["ia3"], planned_info=43)).notes
    assert "no longer be reached" not in " ".join(within)


def test_there_is_no_power_at_the_last_look_and_the_table_says_why() -> None:
    view = at(view_values(VALUES, ADSL), planned_info=24)
    table = tabulate_power(view)
    assert isinstance(table, Table)
    assert not table.lines
    assert "no information is to come" in table.empty
    assert not [row for row in table.statistics.values() if "power" in row]
    assert [line.label for line in table.file_lines] == ["Z, equivalent of the Dunnett-adjusted p"]
    assert "n.a." not in " ".join(table.csv_copy()[1][0])
    assert isinstance(plot_power(view), Withheld)


def test_futility_is_grey_only_when_every_arm_is_below_a_tenth() -> None:
    worse = VALUES.copy()
    worse.loc[~worse["USUBJID"].str.startswith("CTL"), ["M03", "M06", "M12"]] += 4
    both = at(view_values(worse, ADSL), planned_info=48)
    figure = plot_power(both)
    assert isinstance(figure, Figure)
    assert "Below 0.10 in every arm." in figure.headline
    assert "--arm-0" not in figure.svg.split("Probability")[0].split("Predictive")[-1]
    assert all(
        row["power"] < 0.1
        for key, row in figure.statistics.items()
        if key.category == "POWER.PREDICTIVE" and key.contrast
    )
    one = VALUES.copy()
    one.loc[one["USUBJID"].str.startswith("IV"), ["M03", "M06", "M12"]] -= 6
    assert "in every arm" not in plot_power(at(view_values(one, ADSL), planned_info=48)).headline


def test_the_planned_information_gives_the_looks_to_come() -> None:
    view = at(view_values(VALUES, ADSL), planned_info=80, planned_t=(0.25, 0.5, 0.75, 1.0))
    rows = plot_bounds(view).statistics
    coming = {
        key.category: row["fraction"] for key, row in rows.items() if "PLANNED" in key.category
    }
    assert coming == {"PLANNED.2": 0.5, "PLANNED.3": 0.75, "PLANNED.4": 1.0}
    assert "planned at this look: 0.25" in " ".join(plot_bounds(view).notes)


def test_the_repeated_interval_excludes_0_exactly_where_the_bound_is_crossed() -> None:
    """It is the Dunnett interval at the nominal p of the look."""
    for shift in np.arange(0.0, 6.0, 1.0):
        moved = VALUES.copy()
        moved.loc[moved["USUBJID"].str.startswith("IV"), "M06"] -= shift
        view = dated(moved, "2023-01-04")
        rows, story = tabulate_after_looks(view).statistics, tell_story(view)
        for own in story.contrasts:
            row = rows[KEY._replace(category="REPEATED", contrast=own.label)]
            assert (row["lower"] > 0 or row["upper"] < 0) == own.crosses(story.now)
            assert row["estimate"] == own.estimate


def test_the_naive_line_is_the_difference_of_the_key_model() -> None:
    view = dated(VALUES, "2023-01-04")
    formal = tabulate_key_model(view).statistics
    rows = tabulate_after_looks(view).statistics
    for label in ("IV - C", "IT - C"):
        naive = rows[KEY._replace(category="NAIVE", contrast=label)]
        same = formal[KEY._replace(category="LSMEAN", contrast=label)]
        assert naive == {name: same[name] for name in ("estimate", "lower", "upper")}


def test_an_earlier_look_that_could_not_stop_leaves_the_naive_interval() -> None:
    """All error kept for the end: the order of stages is then that of the final look alone."""
    view = at(dated(VALUES, "2023-01-04"), spending="none")
    rows = tabulate_after_looks(view).statistics
    for label in ("IV - C", "IT - C"):
        naive, staged = (
            rows[KEY._replace(category=name, contrast=label)] for name in ("NAIVE", "STAGEWISE")
        )
        assert staged == pytest.approx(naive, rel=1e-6)


def test_what_comes_after_a_crossing_is_called_over_run() -> None:
    moved = VALUES.copy()
    moved.loc[moved["USUBJID"].str.startswith("IV"), "M06"] -= 15
    view = at(dated(moved, "2023-01-05"), spending="ld_pocock")
    table = tabulate_after_looks(view)
    assert KEY._replace(category="STAGEWISE", contrast="IV - C") not in table.statistics
    said = "IV - C was beyond the bound at L1. Its numbers of this look are an over-run analysis"
    for display in (table, plot_bounds(view), tabulate_power(view)):
        assert [note for note in display.notes if note.startswith(said)]
    assert read_cells(table)[UNBIASED][0] == "n.a."
    assert not [note for note in table.notes if note.startswith("IT - C was")]


def test_the_headline_after_looks_is_that_of_the_bound_and_the_line_to_quote_is_named(real) -> None:
    """At FIN two lines exclude 0 and the repeated interval does not: the bound is not crossed."""
    table = tabulate_after_looks(real["fin"])
    for label in ("IV - C", "IT - C"):
        alone = table.statistics[KEY._replace(category="STAGEWISE", contrast=label)]
        assert alone["upper"] < 0
        own = table.headline.partition(label)[2].partition(". ")[0]
        assert own.rstrip(".").endswith("contains 0; the bound is not crossed")
    assert UNBIASED in read_cells(table)
    (quoted,) = [note for note in table.notes if note.startswith("Quote the repeated CI")]
    assert "exclude 0 in IV - C and IT - C although the bound is not crossed" in quoted


def test_lines_outside_the_formal_family_are_named_on_the_page_on_reading(real) -> None:
    said = "In T-E-05b only the repeated CI belongs to this family"
    now, before = (" ".join(show_interpretation(real[name]).sentences) for name in ("fin", "ia3"))
    assert said in now
    assert "T-E-05b" not in before  # no earlier look has spent alpha


def test_the_headline_after_looks_says_a_crossing() -> None:
    moved = VALUES.copy()
    moved.loc[moved["USUBJID"].str.startswith("IV"), "M06"] -= 8
    table = tabulate_after_looks(dated(moved, "2023-01-04"))
    assert "excludes 0; the bound is crossed. IT - C" in table.headline
    assert "IV - C although" not in " ".join(table.notes)


def test_without_an_earlier_look_no_estimate_has_to_allow_for_one() -> None:
    assert isinstance(tabulate_after_looks(view_values(VALUES, ADSL)), Withheld)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("name", ["ia2", "ia4"])
def test_a_look_without_alpha_has_none_of_them(make: Callable[[View], Display], name: str) -> None:
    view = view_values(VALUES, ADSL, name)
    assert isinstance(make(view), Withheld)
    assert isinstance(make(at(view, nonlook_contrasts=True)), Withheld)


@pytest.mark.parametrize("make", MAKERS)
def test_special_cases_are_displays_or_nothing(make: Callable[[View], Display]) -> None:
    adsl = make_adsl({"IV": 6, "CTL": 5})
    same = VALUES.assign(**dict.fromkeys(VALUES.columns[2:], VALUES["BL"]))
    none = view_values(VALUES, ADSL)
    for view in (
        *(make_scores(name, **dict(one_person().datasets)) for name in ("ia3", "fin")),
        make_scores("ia3", **dict(without_baseline("NIHSS").datasets)),
        make_response("ia3"),
        view_values(draw_values(adsl), adsl),
        view_values(same, ADSL),
        at(dated(VALUES, "2022-01-01"), spending="none"),  # an earlier look without information
        at(dated(VALUES, "2023-02-01"), planned_info=48),  # no new information since
        replace(none, trial=none.trial.model_copy(update={"control": None})),
    ):
        shown = make(view)
        assert isinstance(shown, Table | Figure | Withheld)
        assert shown._repr_mimebundle_()


def test_a_look_that_nothing_can_cross_says_why_in_words() -> None:
    """A bound that is infinite is none: no Inf, and no p that a difference could fall below."""
    stale = at(dated(VALUES, "2023-02-01"), planned_info=48)  # nothing new since the look before
    empty = at(dated(VALUES, "2022-01-01"), planned_info=48, spending="none")
    for view, why in ((stale, "no new information"), (empty, "nothing to spend")):
        said = f"{why}: nothing can cross at this look"
        model, figure = tabulate_key_model(view), plot_bounds(view)
        panel = show_interpretation(view)
        assert panel.sentences[0].startswith(f"IV - C: {said} (adjusted p ")
        assert figure.headline.startswith(f"{said[0].upper()}{said[1:]}. |Z|: IV - C ")
        assert f" none ({said}; spent " in " ".join(figure.notes)
        assert f"; {said}. " in " ".join(model.notes)
        assert set(read_cells(model)["bound of this look (p)"]) == {"", "none"}
        for display in (panel, model, figure):
            assert not re.search(r"\bInf\b", show_html(display))
    table = tabulate_after_looks(stale)
    said = "no new information: nothing can cross at this look"
    assert table.headline == f"No repeated CI: {said}."
    repeated = next(cells for name, cells in read_cells(table).items() if name.startswith("Rep"))
    assert set(repeated) == {"none"}
    assert [
        note for note in table.notes if note.endswith(f"none, {said}, so that no limit is known.")
    ]
    assert not re.search(r"\bInf\b|0\.0000", show_html(table))


def test_an_interval_off_0_without_a_crossing_is_said_to_be_none() -> None:
    """Its 95% is not adjusted for the looks: who reads the headline alone must not take it so."""
    moved = VALUES.copy()
    moved.loc[moved["USUBJID"].str.startswith("IV"), "M06"] -= 2
    view = at(view_values(moved, ADSL), planned_info=48)
    table = tabulate_key_model(view)
    own = table.statistics[KEY._replace(category="LSMEAN.DUNNETT", contrast="IV - C")]
    look = table.statistics[KEY._replace(arm="Total", category="LOOK")]
    assert own["upper"] < 0  # in favour of IV
    assert own["p_adjusted"] > look["boundary_p"]
    assert table.headline.endswith(
        "No difference crosses the bound of this look. IV - C: the interval leaves out 0, but is "
        "not adjusted for the looks: no crossing."
    )
    sentences = show_interpretation(view).sentences
    assert sentences[0].endswith(
        "; the interval leaves out 0, but is not adjusted for the looks: no crossing."
    )
    assert "leaves out" not in sentences[1]


def test_an_arm_without_values_is_not_estimable_and_the_other_is() -> None:
    adsl = make_adsl({"IV": 6, "CTL": 5})
    table = tabulate_power(view_values(draw_values(adsl), adsl))
    cells = read_cells(table)["Predictive (flat prior)"]
    assert cells[1] == "NE"
    assert cells[0] not in ("NE", "n.a.")
