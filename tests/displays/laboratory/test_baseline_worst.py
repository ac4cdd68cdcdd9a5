from dataclasses import replace

import pandas as pd
from sample_measures import LABORATORY, make_finding
from sample_trial import make_sample

from helpers.displays.laboratory.baseline_pairs import build_panels
from helpers.displays.laboratory.baseline_worst import plot_baseline_worst
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.view import ClosedView, View


def make(view: View | None = None) -> Figure:
    made = plot_baseline_worst(view or make_sample(adlb=LABORATORY))
    assert isinstance(made, Figure)
    return made


def measured(made: Figure, arm: str, test: str, who: str) -> list[float]:
    rows, key = made.statistics, Key("SAF", arm, test, category=who)
    return [rows[key._replace(visit=visit)]["measured"] for visit in ("BL", "")]


def test_a_point_has_the_baseline_and_the_most_extreme_later_value() -> None:
    made = make()
    assert measured(made, "IV", "ALT", "S1") == [30, 250]
    assert measured(made, "IV", "ALT", "S2") == [60, 30]
    assert measured(made, "CTL", "ALT", "S5") == [20, 20]
    drawn = {key.category for key in made.statistics if key.parameter == "ALT"}
    assert drawn == {"S1", "S2", "S5", "BEYOND", "BEYOND PLANNED"}  # S3 has no baseline


def test_of_haemoglobin_the_lowest_value_is_the_extreme_one() -> None:
    rows = LABORATORY.assign(PARAMCD=LABORATORY["PARAMCD"].replace("ALT", "HGB"))
    assert measured(make(make_sample(adlb=rows)), "IV", "HGB", "S1") == [30, 90]


def test_who_was_out_of_range_at_baseline_does_not_leave_it() -> None:
    made = make()
    rows = made.statistics
    counts = {arm: rows[Key("SAF", arm, "ALT", category="BEYOND")] for arm in ("IV", "IT", "CTL")}
    assert [(counts[arm]["n"], counts[arm]["N"]) for arm in counts] == [(1, 2), (0, 0), (0, 1)]
    assert made.headline.startswith("Alanine newly above its limit")
    assert "IV 1 / 2 (50.0), 1.3 to 98.7; IT nobody; CTL 0 / 1" in made.headline


def test_where_arms_are_not_sampled_alike_the_headline_counts_planned_visits() -> None:
    around = LABORATORY.iloc[[2] * 40].assign(AVISIT="UNS", AVISITN=None, ANL01FL=None)
    planned = LABORATORY[(LABORATORY["PARAMCD"] == "ALT") & (LABORATORY["AVISIT"] != "M06")]
    rows = pd.concat([planned, around.astype(planned.dtypes)], ignore_index=True)
    made = make(make_sample(adlb=rows))
    rows = made.statistics
    assert rows[Key("SAF", "IV", "ALT", category="BEYOND")]["n"] == 1
    assert rows[Key("SAF", "IV", "ALT", category="BEYOND PLANNED")]["n"] == 1  # 90 at month 3
    assert "at a planned visit" in made.headline
    assert made.notes[0].startswith("Arms are not sampled alike")


def test_without_tests_to_compare_a_sentence_stands_there() -> None:
    view = make_sample(adlb=LABORATORY)
    laboratory = view.trial.laboratory.model_copy(update={"compared": {}})
    trial = view.trial.model_copy(update={"laboratory": laboratory})
    assert isinstance(plot_baseline_worst(replace(view, trial=trial)), Withheld)


def test_the_limit_of_a_grade_is_drawn_where_it_is_near_the_values() -> None:
    view = make_sample(adlb=LABORATORY.assign(GR3LIM=200.0))
    assert isinstance(view, ClosedView)
    near = next(panel for panel in build_panels(view, view["adlb"]) if panel.code == "ALT")
    assert set(near.pairs["GRADE"]) == {200.0}  # the highest value is 250
    far = make_sample(adlb=LABORATORY.assign(GR3LIM=9000.0))
    assert isinstance(far, ClosedView)
    panels = build_panels(far, far["adlb"])
    assert all(panel.pairs["GRADE"].isna().all() for panel in panels)
    assert any("Short dashes: where grade 3 begins" in note for note in make(view).notes)
    assert not any("Short dashes" in note for note in make().notes)


def test_a_value_of_the_headline_that_a_check_queries_is_named_in_it() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    finding = make_finding("S1", "VISIT=M06 LBTESTCD=ALT LBDTC=2022-07-02", "C34")
    made = make(make_sample(adlb=rows, findings=finding))
    assert made.headline.endswith(
        "Values of these that a check queries: S1 Alanine 250 U/L, Month 6 (C34)."
    )
    assert "check queries" not in make(make_sample(adlb=rows)).headline
