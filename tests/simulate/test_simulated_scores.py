"""Scores as synthetic-data.md sections 4 and 5 describe them; scored here by plain sums."""

from functools import cache

import numpy as np
import pytest

from helpers.scales.parameters import score_form_parameters
from helpers.simulate.enrolment import plan_enrolment
from helpers.simulate.instruments import INSTRUMENTS
from helpers.simulate.persons import draw_person
from helpers.simulate.scenarios import SCENARIOS
from helpers.simulate.scores import draw_ratings
from helpers.simulate.streams import person_stream

PER_ARM, SEED = 1500, 8
GRADES = np.array([0, 1, 1.5, 2, 3, 4])


@cache
def draw(scenario):
    """Persons, and their levels by instrument as persons x visits x items."""
    story = SCENARIOS[scenario]
    slots = [slot for slot in plan_enrolment(SEED, story, PER_ARM) if slot.arm]
    persons = [draw_person(SEED, slot) for slot in slots]
    ratings = [
        draw_ratings(person_stream(SEED, one.slot.number, "qs"), one, story) for one in persons
    ]
    levels = {name: np.stack([one.levels[name] for one in ratings]) for name in INSTRUMENTS}
    return persons, levels


@cache
def totals(scenario, score):
    """Persons x visits."""
    _, levels = draw(scenario)
    if score == "NIHSS":
        return levels["NIHSS"].sum(axis=2).astype(float)
    if score == "FIM":
        return levels["FIM"].sum(axis=2) + 18.0
    if score == "FMA":
        reflex = np.array(["_reflex_" in code for code in INSTRUMENTS["FMA"].codes])
        return (levels["FMA"] * np.where(reflex, 2, 1)).sum(axis=2).astype(float)
    if score in ("arm", "leg"):
        items = slice(0, 3) if score == "arm" else slice(3, 6)
        return GRADES[levels["MAS"]][:, :, items].mean(axis=2)
    return np.stack([_component(levels["SF36"][:, visit], score) for visit in range(4)], axis=1)


def _component(levels, score):
    import pandas as pd

    instrument = INSTRUMENTS["SF36"]
    columns = {
        code: np.array(texts, dtype=object)[levels[:, place]]
        for place, (code, texts) in enumerate(zip(instrument.codes, instrument.texts, strict=True))
    }
    scores = score_form_parameters(pd.DataFrame(columns), "SF36")
    return scores.loc[scores["PARAMCD"] == score, "AVAL"].to_numpy()


def change(scenario, score, arm, visit=2):
    persons, _ = draw(scenario)
    mine = np.array([one.slot.arm == arm for one in persons])
    values = totals(scenario, score)
    return (values[mine, visit] - values[mine, 0]).mean()


# Mean, spread, and how far the fit of the thresholds may be off beside the sampling error.
BASELINE = {
    "FIM": (76, 22),
    "FMA": (46, 24),
    "arm": (1.6, None),
    "leg": (1.2, None),
    "SF36PCS": (33, 7),
    "SF36MCS": (42, 10),
}


@pytest.mark.parametrize("score", BASELINE)
def test_baseline_scores_have_the_stated_mean_and_spread(score):
    mean, sd = BASELINE[score]
    values = totals("null", score)[:, 0]
    assert abs(values.mean() - mean) < 3 * values.std() / len(values) ** 0.5 + 0.005 * mean
    if sd is not None:
        assert values.std() == pytest.approx(sd, rel=0.04)


def test_baseline_nihss_has_median_9_quartiles_7_and_12_and_nobody_below_5():
    values = totals("null", "NIHSS")[:, 0]
    assert np.quantile(values, [0.25, 0.5, 0.75]).tolist() == [7, 9, 12]
    assert values.min() == 5


@pytest.mark.parametrize("score", ["NIHSS", "FIM", "FMA", "SF36PCS"])
def test_scores_correlate_within_a_person_as_stated(score):
    table = np.corrcoef(totals("null", score).T)
    neighbours = [table[0, 1], table[1, 2], table[2, 3]]
    assert np.mean(neighbours) == pytest.approx(0.80, abs=0.04)
    assert table[0, 3] == pytest.approx(0.65, abs=0.04)


# Section 5, control persons at month 6; the standard error of a mean change is about 2 % of it.
CONTROL = {"NIHSS": -1.0, "FIM": 5, "FMA": 3.5, "SF36PCS": 1.5}


@pytest.mark.parametrize("score", CONTROL)
def test_control_persons_improve_as_stated_and_little_after_month_6(score):
    spread = (totals("null", score)[:, 2] - totals("null", score)[:, 0]).std()
    error = 3 * spread / PER_ARM**0.5
    at_six, at_twelve = (change("null", score, "CTL", visit) for visit in (2, 3))
    assert abs(at_six - CONTROL[score]) < error
    assert abs(at_twelve - at_six) < error


@pytest.mark.parametrize("scenario", ["null", "modest", "benefit", "harm_it"])
@pytest.mark.parametrize("score", ["NIHSS", "FMA", "SF36PCS"])
def test_differences_from_control_are_those_of_the_scenario(scenario, score):
    story = SCENARIOS[scenario]
    stated = {"NIHSS": story.nihss, "FMA": story.fma, "SF36PCS": story.pcs}[score]
    values = totals(scenario, score)
    error = 3 * (2 / PER_ARM) ** 0.5 * (values[:, 2] - values[:, 0]).std()
    for arm in ("IV", "IT"):
        found = change(scenario, score, arm) - change(scenario, score, "CTL")
        assert abs(found - stated[arm]) < error


def test_the_null_scenario_treats_all_arms_alike_person_by_person():
    # Same person, same stream: only the effect may move an answer.
    story = SCENARIOS["null"]
    slot = next(slot for slot in plan_enrolment(SEED, story, 16) if slot.arm == "IV")
    person = draw_person(SEED, slot)
    modest = draw_ratings(person_stream(SEED, slot.number, "qs"), person, SCENARIOS["modest"])
    nothing = draw_ratings(person_stream(SEED, slot.number, "qs"), person, story)
    for name in INSTRUMENTS:
        assert (modest.levels[name][0] == nothing.levels[name][0]).all()
    assert (modest.levels["FMA"][2] >= nothing.levels["FMA"][2]).all()


def test_only_the_weak_side_has_motor_points():
    persons, levels = draw("null")
    codes = list(INSTRUMENTS["NIHSS"].codes)
    for side, items in (("LEFT", ("n5b", "n6b")), ("RIGHT", ("n5a", "n6a"))):
        weak = np.array([one.weak_side == side for one in persons])
        assert not levels["NIHSS"][weak][:, :, [codes.index(item) for item in items]].any()


def test_aphasia_goes_with_left_and_neglect_with_right_lesions():
    persons, levels = draw("null")
    codes = list(INSTRUMENTS["NIHSS"].codes)
    left = np.array([one.side == "LEFT" for one in persons])
    right = np.array([one.side == "RIGHT" for one in persons])
    aphasia, neglect = (levels["NIHSS"][:, 0, codes.index(item)] > 0 for item in ("n9", "n11"))
    assert aphasia[left].mean() > 0.3
    assert not aphasia[right].any()
    assert neglect[right].mean() > 0.1
    assert not neglect[left].any()


def test_the_reflex_items_of_fugl_meyer_wait_for_their_gates():
    _, levels = draw("null")
    codes = list(INSTRUMENTS["FMA"].codes)
    for gate, reflex, full in (
        (("ue15", "ue16", "ue17"), "ue18", 6),
        (("le12", "le13"), "le14", 4),
    ):
        places = [at for at, code in enumerate(codes) if code.startswith(gate)]
        item = next(at for at, code in enumerate(codes) if code.startswith(reflex))
        closed = levels["FMA"][:, :, places].sum(axis=2) < full
        assert closed.any()
        assert not levels["FMA"][:, :, item][closed].any()
        assert levels["FMA"][:, :, item][~closed].any()


def test_worse_nihss_goes_with_worse_function():
    nihss = totals("null", "NIHSS")[:, 0]
    for score, sign in (("FIM", -1), ("FMA", -1), ("arm", 1), ("SF36PCS", -1)):
        assert sign * np.corrcoef(nihss, totals("null", score)[:, 0])[0, 1] > 0.3
