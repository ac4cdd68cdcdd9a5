"""One-sided tests, other adjustments, information by variance: numbers by hand, and words."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sample_scores import make_scores, one_person
from scipy.stats import multivariate_normal, norm
from scipy.stats import t as student
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells
from trial_views import shared_view

from helpers.displays.efficacy.interpretation import show_interpretation
from helpers.displays.model import Display, Figure, Table, Withheld
from helpers.displays.results import Key
from helpers.displays.sequential.after_looks import tabulate_after_looks
from helpers.displays.sequential.bound_figure import plot_bounds
from helpers.displays.sequential.power_figure import plot_power
from helpers.displays.sequential.power_table import tabulate_power
from helpers.displays.sequential.story import Story, tell_story
from helpers.displays.supportive.shrunk import shrink_key
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.displays.treatment_effect.verdict import state_test
from helpers.models.family import Compared, compare_family
from helpers.models.spending_lines import list_spending
from helpers.view import ClosedView, View

ADSL = make_adsl({"IV": 8, "IT": 8, "CTL": 8})
VALUES = draw_values(ADSL)
KEY = Key("ITT", "", "NIHSSTOT", "M06")
LABELS = ("IV - C", "IT - C")
ONE = {"sides": 1, "alpha_total": 0.025}
CHOICES = [
    *({**ONE}, {"multiplicity": "hochberg"}, {"multiplicity": "none"}),
    *({**ONE, "multiplicity": "hochberg"}, {**ONE, "multiplicity": "none"}),
    *({"info_mode": "stat", "planned_sd": 2.0}, {**ONE, "info_mode": "stat", "planned_sd": 2.0}),
]
USUAL = (CHOICES[3], CHOICES[5])  # of the special cases of data; the others are slow
MAKERS: tuple[Callable[[View], Display], ...] = (
    *(tabulate_key_model, plot_bounds, tabulate_power, plot_power, tabulate_after_looks),
    show_interpretation,
)


def at(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


def moved(shift: float, arm: str = "IV") -> pd.DataFrame:
    """The key value of one arm lower, which is better, by so many points."""
    values = VALUES.copy()
    values.loc[values["USUBJID"].str.startswith(arm), "M06"] -= shift
    return values


def dated(values: pd.DataFrame, *cutoffs: str, **changes: object) -> View:
    """Scores of the n-th participant of each arm n days after 2023-01-01; looks at cut-offs."""
    view = at(view_values(values, ADSL), planned_info=48, **changes)
    rows = view["adeff"]
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rows["USUBJID"].str[-2:].astype(int), "D")
    looks = pd.DataFrame(
        {
            "INTERIM": [f"L{number}" for number, _ in enumerate(cutoffs, 1)],
            "SEQUENCE": range(1, len(cutoffs) + 1),
            "CUTDT": pd.to_datetime(list(cutoffs)),
            "LOOK": ["ALPHA"] * len(cutoffs),
        }
    )
    datasets = {**view.datasets, "adeff": rows.assign(ADT=days), "compared_looks": looks}
    return replace(view, datasets=datasets)


def words(display: Display) -> str:
    said = (display.headline, display.population_line, *display.notes)
    return " ".join((*said, *getattr(display, "sentences", ())))


def plain(view: View) -> dict[str, dict[str, float]]:
    """Unadjusted differences at the key visit."""
    rows = view.once(tabulate_key_model).statistics
    return {label: rows[KEY._replace(contrast=label, category="LSMEAN")] for label in LABELS}


def family(view: View, category: str) -> dict[str, dict[str, float]]:
    rows = view.once(tabulate_key_model).statistics
    return {label: rows[KEY._replace(contrast=label, category=category)] for label in LABELS}


def test_the_one_sided_bounds_are_those_of_the_reference() -> None:
    """sequential_boundaries.csv, three_equal, alpha 0.025: look 2 of 3."""
    view = at(dated(VALUES, "2023-01-04"), planned_info=36, **ONE)
    looks = tell_story(view).looks
    assert [look.t for look in looks] == pytest.approx([1 / 3, 2 / 3, 1])
    assert looks[0].z == pytest.approx(3.71030287326, abs=1e-6)
    assert looks[1].z == pytest.approx(2.51142748127, abs=1e-6)
    assert looks[0].nominal_p == pytest.approx(0.000103505718147, rel=1e-5)
    assert looks[1].spent == pytest.approx(0.00604838912991, rel=1e-5)
    assert looks[2].spent == pytest.approx(0.025)


def test_a_one_sided_p_is_small_for_benefit_alone() -> None:
    better, worse = (at(view_values(moved(shift), ADSL), **ONE) for shift in (4.0, -4.0))
    for view, small in ((better, True), (worse, False)):
        own = family(view, "LSMEAN.DUNNETT")["IV - C"]
        alone = plain(view)["IV - C"]
        single = student.cdf(alone["estimate"] / alone["se"], alone["df"])  # lower is better
        assert single <= own["p_adjusted"] <= 1 - (1 - single) ** 2 + 1e-12
        assert (own["p_adjusted"] < 0.025) is small
    story = tell_story(at(worse, planned_info=24))
    worst = next(own for own in story.contrasts if own.label == "IV - C")
    assert worst.upper > worst.lower > 0
    assert worst.z < -2
    assert not worst.crosses(story.now)


def test_the_interval_beside_a_one_sided_p_is_on_the_side_of_benefit_where_p_is_at_the_level() -> (
    None
):
    seen = set()
    for shift in np.arange(0.0, 6.0, 0.5):
        view = at(view_values(moved(shift), ADSL), **ONE)
        for row in family(view, "LSMEAN.DUNNETT").values():
            assert (row["upper"] < 0) == (row["p_adjusted"] <= 0.025)
            seen.add(bool(row["upper"] < 0))
    assert seen == {True, False}


def test_all_other_intervals_have_twice_the_error_of_the_one_sided_test() -> None:
    view = at(view_values(VALUES, ADSL), sides=1, alpha_total=0.05)
    row = plain(view)["IV - C"]
    margin = row["se"] * student.isf(0.05, row["df"])
    assert row["upper"] == pytest.approx(row["estimate"] + margin, rel=1e-9)
    assert "90% CI" in view.once(tabulate_key_model).population_line


@pytest.mark.parametrize("sides", [1, 2])
def test_hochberg_is_the_step_up_of_the_plain_p_with_bonferroni_limits(sides: int) -> None:
    rule = {"sides": sides, "alpha_total": 0.05 / (3 - sides), "multiplicity": "hochberg"}
    for shift in (0.0, 2.5, 5.0):
        view = at(view_values(moved(shift), ADSL), **rule)
        alone, own = plain(view), family(view, "LSMEAN.HOCHBERG")
        p = {}
        for label, row in alone.items():
            t = row["estimate"] / row["se"]
            p[label] = student.cdf(t, row["df"]) if sides == 1 else row["p"]
        for label, row in own.items():
            expected = (
                min(max(p.values()), 2 * p[label]) if p[label] < max(p.values()) else p[label]
            )
            assert row["p_adjusted"] == pytest.approx(expected, rel=1e-9)
            margin = alone[label]["se"] * student.isf(0.05 / 2 / 2, alone[label]["df"])
            assert row["lower"] == pytest.approx(row["estimate"] - margin, rel=1e-8)


def test_without_adjustment_p_and_interval_are_the_plain_ones_and_the_page_says_so() -> None:
    view = at(dated(moved(3.0), "2023-01-04"), multiplicity="none")
    for label, row in family(view, "LSMEAN.SINGLE").items():
        alone = plain(view)[label]
        assert row["p_adjusted"] == pytest.approx(alone["p"], rel=1e-12)
        assert (row["lower"], row["upper"]) == pytest.approx((alone["lower"], alone["upper"]))
    said = "The family-wise error is not controlled: 2 comparisons, each at 5% by itself"
    assert said in view.once(tabulate_key_model).headline
    assert show_interpretation(view).sentences[0].startswith(said)
    for make in (plot_bounds, tabulate_power, tabulate_after_looks):
        assert said in words(make(view))
    cells = read_cells(view.once(tabulate_key_model))
    assert "p, not adjusted for the arms" in cells
    assert "Dunnett" not in " ".join([*cells, *(words(make(view)) for make in MAKERS)])


def test_one_contrast_needs_no_adjustment_and_no_warning() -> None:
    adsl = make_adsl({"IV": 8, "CTL": 8})
    view = at(view_values(draw_values(adsl), adsl), planned_info=48)
    trial = view.trial.model_copy(
        update={"arms": tuple(a for a in view.trial.arms if a.code != "IT")}
    )
    view = replace(view, trial=trial)
    found = {}
    for method, category in (
        *(("dunnett", "DUNNETT"), ("hochberg", "HOCHBERG"), ("none", "SINGLE")),
    ):
        own = at(view, multiplicity=method)
        key = KEY._replace(contrast="IV - C", category=f"LSMEAN.{category}")
        found[method] = tabulate_key_model(own).statistics[key]
        assert "not controlled" not in words(tabulate_key_model(own))
    for method in ("hochberg", "none"):
        assert found[method] == pytest.approx(found["dunnett"], rel=1e-6)


@pytest.mark.parametrize("choice", CHOICES[:5])
def test_the_repeated_interval_goes_with_the_bound(choice: dict[str, object]) -> None:
    """Exactly where it is crossed; by Hochberg only where it is."""
    seen = set()
    for shift in np.arange(-6.0, 8.0, 2.0):
        view = dated(moved(shift), "2023-01-04", **choice)
        rows, story = tabulate_after_looks(view).statistics, tell_story(view)
        for own in story.contrasts:
            row = rows[KEY._replace(category="REPEATED", contrast=own.label)]
            off = row["upper"] < 0 or (row["lower"] > 0 and "sides" not in choice)
            crossed = own.crosses(story.now)
            seen.add(bool(crossed))
            assert off <= crossed if choice.get("multiplicity") == "hochberg" else off == crossed
    assert seen == {True, False}


def test_the_estimate_by_stages_of_a_one_sided_trial_has_no_lower_bound_before() -> None:
    """The SE is that of the t interval, so the chances are those of a bivariate normal."""
    view = at(dated(VALUES, "2023-01-04"), planned_info=48, **ONE, spending="ld_pocock")
    story = tell_story(view)
    rows = tabulate_after_looks(view).statistics
    own = story.contrasts[1]
    found = rows[KEY._replace(category="STAGEWISE", contrast=own.label)]
    wider = student.isf(0.025, own.df) / norm.isf(0.025)
    t = np.array([look.t for look in story.looks[:2]])
    p = story.looks[0].nominal_p
    (early,) = ((x.upper - x.estimate) / x.se for x in compare_at(story, p) if x.label == own.label)
    bound, z = norm.isf(student.sf(early, own.df)), own.wald / wider
    ratio = math.sqrt(t[0] / t[1])
    for name, chance in (("estimate", 0.5), ("upper", 0.025), ("lower", 0.975)):
        drift = -found[name] / (own.se * wider * math.sqrt(t[1]))
        both = multivariate_normal.cdf(
            [bound, z], drift * np.sqrt(t), [[1, ratio], [ratio, 1]], abseps=1e-9, releps=1e-9
        )
        assert 1 - both == pytest.approx(chance, abs=1e-5)


def compare_at(story: Story, p: float) -> list[Compared]:
    return compare_family(story.planned, story.effects.model, 1 - p)


def test_the_page_says_that_the_test_is_one_sided_and_what_its_intervals_are() -> None:
    view = dated(moved(3.0), "2023-01-04", **ONE)
    said = (
        "The test is one-sided, in the direction of benefit, at 2.5%: a difference in favour of "
        "the control crosses no bound, however large. Intervals are two-sided 95%: each end by "
        "itself is a one-sided 97.5% limit."
    )
    for make in (tabulate_key_model, plot_bounds, tabulate_power, tabulate_after_looks):
        assert said in words(make(view))
        assert "|Z|" not in words(make(view))
    page = words(show_interpretation(view))
    assert said in page
    assert "adjusted by Dunnett, one-sided 2.5% in the direction of benefit over all looks" in page
    assert "Dunnett-adjusted one-sided p" in read_cells(view.once(tabulate_key_model))
    assert "The test is one-sided" not in words(tabulate_key_model(view_values(VALUES, ADSL)))


def test_a_large_harm_is_named_as_such_and_crosses_nothing() -> None:
    view = dated(moved(-9.0), "2023-01-04", **ONE, spending="ld_pocock")
    headline = tabulate_after_looks(view).headline
    assert "IV - C" in headline
    assert "excludes 0 in favour of the control; the bound is not crossed" in headline
    assert "In favour of the control at this look: IV - C" in words(plot_bounds(view))
    assert "IV - C beyond" not in plot_bounds(view).headline
    crossed = dated(moved(-9.0), "2023-01-04", spending="ld_pocock")
    assert "excludes 0; the bound is crossed" in tabulate_after_looks(crossed).headline


def test_the_figure_has_z_with_its_sign() -> None:
    two, one = (plot_bounds(dated(moved(-4.0), **choice)) for choice in ({}, ONE))
    for figure, symbol in ((two, "|Z|"), (one, "Z")):
        assert figure.population_line.split("month 6. ")[1].startswith(f"{symbol} is the")
    own = one.statistics[KEY._replace(category="LOOK.FIN", contrast="IV - C")]
    assert own["z"] == pytest.approx(norm.isf(own["p_adjusted"]), rel=1e-9)
    assert own["z"] < 0


@pytest.mark.parametrize("choice", CHOICES)
def test_power_uses_the_z_and_the_bound_of_the_choice(choice: dict[str, object]) -> None:
    view = dated(moved(2.0), **choice)
    rows, story = tabulate_power(view).statistics, tell_story(view)
    t, c = story.now.t, story.looks[-1].z
    for own in story.contrasts:
        place = KEY._replace(category="POWER.PREDICTIVE", contrast=own.label)
        expected = norm.cdf((own.z - c * math.sqrt(t)) / math.sqrt(1 - t))
        assert rows[place]["power"] == pytest.approx(expected, abs=1e-12)


def test_t_e_17_says_the_same_of_the_bound() -> None:
    for choice in CHOICES[:5]:
        view = dated(moved(9.0), **choice)
        assert isinstance(view, ClosedView)
        assert state_test(shrink_key(view).main).endswith("its bound is crossed by IV - C.")


def test_information_by_variance_is_named_with_its_source() -> None:
    view = dated(VALUES, "2023-01-04", info_mode="stat", planned_sd=2.0)
    table = view.once(tabulate_key_model)
    look = table.statistics[KEY._replace(arm="Total", category="LOOK")]
    alone = plain(view)
    largest = max(row["se"] ** 2 for row in alone.values())
    assert look["variance"] == pytest.approx(largest, rel=1e-9)
    assert look["variance_planned"] == pytest.approx(4 * 2 / 16)
    assert look["fraction"] == pytest.approx(0.5 / largest)
    assert "at information by variance, 0.500 planned / " in words(table)
    notes = words(tabulate_power(view))
    assert "by variance: 0.500 planned for the end (SD 2, 16 participants per arm) over" in notes
    assert "24 participants of 48 have the key change" in notes
    assert "10% less: fraction" in notes
    less = tabulate_power(view).statistics[
        KEY._replace(arm="Total", category="POWER.PREDICTIVE.LESS")
    ]
    assert less["fraction"] == pytest.approx(look["fraction"] / 0.9)
    page = show_interpretation(view).statistics[KEY._replace(arm="Total")]
    assert "fraction" not in page  # that of the participants is another number


def test_information_that_fell_is_said_on_the_page() -> None:
    late = VALUES["USUBJID"].str[-2:].astype(int) > 4
    noise = np.where(np.arange(len(VALUES)) % 2, 15.0, -15.0)
    values = VALUES.assign(M03=np.nan, M12=np.nan, M06=VALUES["M06"] + np.where(late, noise, 0))
    view = dated(values, "2023-01-05", info_mode="stat", planned_sd=1.0)
    assert "The information by variance fell from" in words(tabulate_power(view))
    assert "The information by variance fell from" in words(view.once(tabulate_key_model))


def test_without_any_variance_the_page_says_why_there_is_no_information() -> None:
    same = VALUES.assign(**dict.fromkeys(VALUES.columns[2:], VALUES["BL"]))
    view = at(view_values(same, ADSL), info_mode="stat", planned_sd=2.0)
    table = tabulate_power(view)
    said = "Information fraction 0.00, by variance: no difference can be estimated"
    assert said in words(table)
    assert table.empty == "Not applicable: no information yet."


@pytest.fixture(scope="module")
def real(export) -> dict[str, View]:
    return {name: shared_view(export, name) for name in ("ia3", "fin")}


@pytest.mark.parametrize("choice", [CHOICES[0], {"info_mode": "stat", "planned_sd": 4.0}])
def test_an_earlier_look_is_found_again_as_it_was(real, choice: dict[str, object]) -> None:
    """Of the built-in export: the line of IA3 as FIN computes it is that of IA3."""
    (then,) = list_spending(at(real["ia3"], **choice))
    again, now = list_spending(at(real["fin"], **choice))
    assert again == then
    assert now.t >= then.t


@pytest.mark.parametrize(
    "choice", [pytest.param(x, marks=() if x in USUAL else pytest.mark.slow) for x in CHOICES]
)
@pytest.mark.parametrize("make", MAKERS)
def test_special_cases_are_displays_or_nothing(make, choice: dict[str, object]) -> None:
    adsl = make_adsl({"IV": 6, "CTL": 5})
    same = VALUES.assign(**dict.fromkeys(VALUES.columns[2:], VALUES["BL"]))
    for view in (
        make_scores("ia3", **dict(one_person().datasets)),
        view_values(draw_values(adsl), adsl),
        view_values(same, ADSL),
        dated(VALUES, "2022-01-01"),  # an earlier look without information
    ):
        assert make(at(view, **choice))._repr_mimebundle_()


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", ["ia2", "ia4"])
def test_a_look_without_alpha_shows_nothing_between_arms(choice, name: str) -> None:
    view = at(view_values(VALUES, ADSL, name), **choice)
    for make in MAKERS[:-1]:
        assert isinstance(make(view), Withheld)
    page = show_interpretation(view)
    assert not [key for key, _ in page.statistics.items() if key.contrast]
    assert not any(isinstance(make(view), Table | Figure) for make in MAKERS[:-1])
