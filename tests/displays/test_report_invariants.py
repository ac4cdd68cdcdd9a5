"""What must hold between displays whatever the data: on the synthetic export, by arm and pooled."""

import math
from pathlib import Path

import pandas as pd
import pytest
from trial_views import shared_display, shared_view

from helpers.bundle import pack_view, unpack_view
from helpers.displays.administration.primary_outcome import tabulate_primary_outcome
from helpers.displays.adverse_events.dot_plot import plot_ae_dots
from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.model import Display, Figure
from helpers.displays.monitoring.event_listing import list_monitored_events
from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.scores.baseline_scores import tabulate_baseline_scores
from helpers.displays.scores.mean_changes import plot_mean_changes
from helpers.displays.scores.score_lines import plot_score_lines
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.displays.serious_events.listing import list_serious_events, list_stopping_events
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.treatment_effect.effect_figure import plot_effect
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.displays.treatment_effect.other_scores import tabulate_other_models
from helpers.displays.treatment_effect.sensitivity_forest import plot_sensitivity
from helpers.displays.treatment_effect.sensitivity_lines import tabulate_sensitivity
from helpers.view import View

ARMS = ("IV", "IT", "CTL")
DEFINITIONS = ("list_and_window", "window_any", "related_any")
MAKERS = (
    *(tabulate_ae_overview, tabulate_first_event_rates, tabulate_primary_outcome),
    *(tabulate_serious_events, list_serious_events, tabulate_soc_pt, plot_ae_dots),
    *(tabulate_form_completeness, tabulate_baseline_scores, tabulate_scores_by_visit),
    *(plot_score_lines, plot_mean_changes, tabulate_key_model, plot_effect),
    *(tabulate_other_models, tabulate_sensitivity, plot_sensitivity),
)


@pytest.fixture(scope="module", params=["ia3", pytest.param("fin", marks=pytest.mark.slow)])
def closed(export: Path, request: pytest.FixtureRequest) -> View:
    return shared_view(export, request.param, "closed_unmasked")


def numbers(display: Display, statistic: str = "n") -> dict[tuple[str, ...], float]:
    return {key: row[statistic] for key, row in display.statistics.items() if statistic in row}


def test_the_arms_add_up_to_the_total(closed: View) -> None:
    for make in (tabulate_ae_overview, tabulate_serious_events, tabulate_soc_pt):
        display = closed.once(make)
        for statistic in ("n", "N", "events"):
            found = numbers(display, statistic)
            totals = [key for key in found if key.arm == "Total"]
            assert totals
            for key in totals:
                parts = [found.get(key._replace(arm=arm), 0) for arm in ARMS]
                assert sum(parts) == found[key], key


def test_windows_are_cumulative(closed: View) -> None:
    found = numbers(closed.once(tabulate_primary_outcome))
    teae = numbers(closed.once(tabulate_ae_overview))
    for key, n in found.items():
        order = ("W24", "W72", "W7D", "W30")
        by_window = key.parameter.removesuffix(".administrations") in DEFINITIONS
        if by_window and key.category in order[1:]:
            earlier = key._replace(category=order[order.index(key.category) - 1])
            assert found[earlier] <= n
        if key.visit != "ANY" and key.parameter == "list_and_window":
            assert n <= found[key._replace(visit="ANY")]
        if "administrations" not in key.parameter and key.arm in ARMS:
            assert n <= teae[key._replace(parameter="teae", visit="", category="")]


def test_a_term_is_within_its_class_and_a_class_within_the_overview(closed: View) -> None:
    found = numbers(closed.once(tabulate_soc_pt))
    overview = numbers(closed.once(tabulate_ae_overview))
    for key, n in found.items():
        assert n <= found[key._replace(category="")]
        assert n <= overview[key._replace(parameter="teae", category="")]
    for arm in (*ARMS, "Total"):
        first = next(k for k in found if k.parameter == "ANY" and k.arm == arm)
        assert found[first] == overview[first._replace(parameter="teae")]


def test_serious_events_agree_between_table_overview_and_listing(closed: View) -> None:
    table = closed.once(tabulate_serious_events)
    overview = closed.once(tabulate_ae_overview)
    for arm in (*ARMS, "Total"):
        key = next(k for k in overview.statistics if k.parameter == "serious" and k.arm == arm)
        first = table.statistics[key._replace(parameter="ANY")]
        assert first == overview.statistics[key]
    listing = closed.once(list_serious_events)
    events = table.statistics[key._replace(parameter="ANY")]["events"]
    assert len(listing.rows) >= events  # type: ignore[union-attr]


def test_open_and_closed_readers_are_told_the_same_serious_events(export: Path) -> None:
    views = [shared_view(export, "fin", audience) for audience in ("open", "closed_unmasked")]
    named = ("SERIOUS", "DEATHS")
    told = [
        {
            r.key.parameter: r.value
            for r in show_at_a_glance(view).results
            if r.key.parameter in named
        }
        for view in views
    ]
    assert told[0] == told[1]
    events = views[1]["adae"]
    serious = events[(events["ASERFL"] == "Y") & (events["AFTRANFL"] == "Y")]
    assert (serious["SERIMPFL"] == "Y").any()  # by a criterion alone: the export has one planted
    row = tabulate_serious_events(views[0]).statistics[Key("ITT", "Total", "ANY")]
    assert (row["n"], row["events"]) == (serious["USUBJID"].nunique(), len(serious))


def test_related_is_part_of_all_and_serious_related_of_both(closed: View) -> None:
    found = numbers(closed.once(tabulate_ae_overview))
    for key, n in found.items():
        if key.population == "SAF":
            assert n <= found[key._replace(parameter="teae", category="")]
            assert n <= found[key._replace(category="")]  # a criterion or action within its row
        if key.parameter == "serious_related":
            assert n <= found[key._replace(parameter="serious")]


def test_the_dots_are_the_numbers_of_the_terms(closed: View) -> None:
    counts = {"": closed.once(tabulate_soc_pt), "serious": closed.once(tabulate_serious_events)}
    terms: dict[tuple[str, str, str], float] = {}
    for category, table in counts.items():
        for key, row in table.statistics.items():
            if key.category:
                place = (category, key.arm, key.category)
                terms[place] = terms.get(place, 0) + row["n"]
    for key, row in closed.once(plot_ae_dots).statistics.items():
        if key.arm:
            assert row["n"] == terms.get((key.category, key.arm, key.parameter), 0)


def test_statuses_divide_everybody_at_every_visit(closed: View) -> None:
    table = closed.once(tabulate_form_completeness)
    everybody = closed.total("ITT").n
    rows = pd.DataFrame(
        [(*key[:5], row["n"]) for key, row in table.statistics.items() if key.category.isupper()],
        columns=["population", "arm", "form", "visit", "status", "n"],
    )
    total = rows[(rows["arm"] == "Total") & (rows["visit"] != "ANY")]
    assert (total.groupby(["form", "visit"])["n"].sum() == everybody).all()


def test_values_and_changes_of_scores_agree_between_displays(closed: View) -> None:
    by_visit = closed.once(tabulate_scores_by_visit).statistics
    baseline = closed.once(tabulate_baseline_scores).statistics
    for key, row in baseline.items():
        if key.category == "AVAL":
            assert {n: row[n] for n in ("n", "median", "min", "max")} == pytest.approx(
                {n: by_visit[key][n] for n in ("n", "median", "min", "max")}, nan_ok=True
            )
    directions = {code: score.direction for code, score in closed.trial.scores.items()}
    for key, row in closed.once(plot_mean_changes).statistics.items():
        change = by_visit[key._replace(category="CHG")]
        assert row["n"] == change["n"]
        assert row["mean"] == pytest.approx(directions[key.parameter] * change["mean"], nan_ok=True)


def test_a_norm_based_score_has_the_floor_and_ceiling_of_its_raw_scale(closed: View) -> None:
    found = closed.once(tabulate_scores_by_visit).statistics
    normed = {code: s.norm_of for code, s in closed.trial.scores.items() if s.norm_of}
    compared = 0
    for key, row in found.items():
        if key.parameter in normed and key.category == "AVAL":
            raw = found[key._replace(parameter=normed[key.parameter])]
            for name in ("floor_pct", "ceiling_pct"):
                assert row[name] == pytest.approx(raw[name], nan_ok=True), key
                compared += row[name] > 0
        if key.parameter in ("SF36PCS", "SF36MCS"):
            assert not {"floor_pct", "ceiling_pct"} & set(row)
    assert compared


def test_usable_forms_are_those_with_every_score_at_the_visit(closed: View) -> None:
    """The other way round: from the scores that summaries use, not from the forms."""
    scores = closed["adeff"]
    used = scores[(scores["ANL01FL"] == "Y") & scores["AVAL"].notna()]
    table = closed.once(tabulate_form_completeness)
    for form in closed.trial.forms:
        codes = {code for code, score in closed.trial.scores.items() if score.form == form}
        for visit in closed.trial.visit_codes:
            own = used[(used["AVISIT"] == visit) & used["PARAMCD"].isin(codes)]
            n = int((own.groupby("USUBJID")["PARAMCD"].nunique() == len(codes)).sum())
            assert table.statistics[Key("ITT", "Total", f"{form}.usable", visit)]["n"] == n


def test_the_forms_that_give_every_score_are_those_of_a_second_program(export: Path) -> None:
    closed = shared_display(tabulate_form_completeness, export, "ia3").statistics
    key = Key("ITT", "Total", "ANY.usable", "ANY")
    assert closed[key] == {"n": 480, "total": 530, "pct": 100 * 480 / 530}


def test_the_order_of_the_rows_changes_nothing(export: Path) -> None:
    closed = shared_view(export, "ia3")
    shuffled = unpack_view(pack_view(closed))
    for name in ("adae", "adex", "adeff", "advisit"):
        rows = closed[name].sample(frac=1, random_state=7).reset_index(drop=True)
        shuffled.datasets[name] = rows  # type: ignore[index]
    for make in MAKERS:
        first, second = shared_display(make, export, "ia3"), make(shuffled)
        assert first.payload() == second.payload(), make.__name__
        if isinstance(first, Figure):
            assert first.svg == second.svg


def test_open_displays_show_no_arm_and_no_small_count(export: Path) -> None:
    view = shared_view(export, "ia3", "open")
    for make in MAKERS:
        display = make(view)
        assert {key.arm for key in display.statistics} <= {"Total"}
        html = show_html(display)
        assert not [arm.name for arm in view.trial.arms if arm.name in html]
    for make in (tabulate_ae_overview, tabulate_soc_pt):
        for key, n in numbers(make(view)).items():
            told = key.parameter in ("serious", "fatal")
            assert math.isnan(n) or n == 0 or n >= 3 or told


def test_every_event_of_the_stopping_rule_is_serious_or_listed_beside_the_serious_ones(
    closed: View,
) -> None:
    monitored = getattr(closed.once(list_monitored_events), "rows", ())
    listings = (closed.once(list_serious_events), closed.once(list_stopping_events))
    listed = {(row[0], row[4]) for listing in listings for row in getattr(listing, "rows", ())}
    first = [row for row in monitored if row[-1] != "not the first of the participant"]
    assert first
    assert {(row[1], row[2]) for row in monitored} <= listed
    counted = {
        key.arm: n
        for key, n in numbers(closed.once(tabulate_monitor), "events").items()
        if key.parameter == "STOPPING" and not key.category
    }
    assert counted == {arm: sum(row[0] == arm for row in first) for arm in counted}
