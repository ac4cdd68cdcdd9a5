"""One scoring option changes a score everywhere."""

from pathlib import Path

import pytest

from helpers.checks.scores import build_score_options
from helpers.errors import UsageError
from helpers.params import Trial, load_trial
from helpers.params.loading import check_model, read_yaml
from helpers.params.score_choice import choose_scores
from helpers.scales.registry import build_instruments
from helpers.scales.sf36_norms import SCALES

COMPONENTS = ("PCS", "MCS")
PARAMS = Path(__file__).parents[1] / "trial" / "params"
TOTAL = {"minimum": 0, "maximum": 30, "direction": -1, "label": "Peg test"}


def trial_with(**scoring):
    content = read_yaml(PARAMS / "trial.yaml")
    content["scoring"] = content["scoring"] | scoring
    return choose_scores(check_model(Trial, content, "trial.yaml"))


@pytest.mark.parametrize(
    ("definition", "same"),
    [
        ("fma_motor", "FMATOT"),
        ("fma_ue", "FMAUE"),
        ("fma_le", "FMALE"),
        ("fma_wrist_hand", "FMAWH"),
    ],
)
def test_fms_has_range_response_and_classes_of_the_score_it_stands_for(definition, same):
    scores = trial_with(fms_definition=definition).scores
    for name in ("range", "direction", "responder", "classes", "decimals"):
        assert getattr(scores["FMS"], name) == getattr(scores[same], name)
    assert scores[same].label in scores["FMS"].label
    assert scores[same].label in scores["FMS"].note


def test_with_only_a_total_the_other_scores_of_the_form_are_gone_everywhere():
    trial = trial_with(fms_definition="total_only", fms_total=TOTAL)
    assert [code for code, score in trial.scores.items() if score.form == "FMA"] == ["FMS"]
    fms = trial.scores["FMS"]
    assert (fms.range, fms.direction, fms.responder) == ((0, 30), -1, None)
    assert fms.label == "FMS (Peg test)"
    assert "FMATOT" not in {row.variable for row in trial.baseline_table}
    assert "FMATOT" not in trial.checks.plausible_change


def test_rand_has_no_component_summaries_and_no_t_scores():
    codes = set(trial_with(sf36_version="rand").scores)
    assert "SF36PF" in codes
    assert not codes & {"SF36PCS", "SF36MCS", "SF36PFT"}


def test_the_ordinal_coding_of_tone_reaches_5():
    assert trial_with().scores["MASUE"].range == (0, 4)
    assert trial_with(mas_coding="ordinal_0_5").scores["MASUE"].range == (0, 5)


@pytest.mark.parametrize(
    "scoring",
    [
        {},
        {"sf36_version": "rand"},
        {"sf36_version": "v1", "sf36_norms": "us1990"},
        {"fms_definition": "fma_le"},
        {"fms_definition": "total_only", "fms_total": TOTAL},
        {"mas_coding": "ordinal_0_5"},
    ],
)
def test_declared_scores_are_those_that_the_scales_yield_with_their_direction(scoring):
    trial = trial_with(**scoring)
    made = {
        parameter.paramcd: (qscat, parameter.direction)
        for qscat, instrument in build_instruments(build_score_options(trial)).items()
        for parameter in instrument.parameters
    }
    declared = {code: (score.form, score.direction) for code, score in trial.scores.items()}
    assert declared == made


def test_choosing_twice_changes_nothing_and_the_result_is_valid_parameters():
    for scoring in ({}, {"fms_definition": "total_only", "fms_total": TOTAL}):
        trial = trial_with(**scoring)
        assert choose_scores(trial) == trial
        assert Trial.model_validate_json(trial.model_dump_json()) == trial


def test_a_declared_range_is_that_of_the_scale_and_computed_scores_have_none():
    trial = load_trial(PARAMS)
    for instrument in build_instruments(build_score_options(trial)).values():
        for parameter in instrument.parameters:
            declared = trial.scores[parameter.paramcd].range
            computed = declared is None
            assert computed or declared == (parameter.low, parameter.high)
            assert computed == (parameter.column[-2:] == "_T" or parameter.column in COMPONENTS)


def test_a_norm_based_score_names_its_raw_scale_and_a_repeated_score_the_one_it_repeats():
    scores = trial_with(fms_definition="fma_ue").scores
    normed = {code: score.norm_of for code, score in scores.items() if score.norm_of}
    assert normed == {f"SF36{scale}T": f"SF36{scale}" for scale in SCALES}
    assert {code: score.same_as for code, score in scores.items() if score.same_as} == {
        "FMS": "FMAUE"
    }


@pytest.mark.parametrize(
    ("key", "other"), [("norm_of", "SF36XX"), ("fills_in", "SF36XX"), ("fills_in", "SF36PFT")]
)
def test_a_score_computed_from_itself_or_one_that_does_not_exist_is_refused(key, other):
    content = read_yaml(PARAMS / "trial.yaml")
    content["scores"]["SF36PFT"][key] = other
    with pytest.raises(UsageError, match=rf"scores.SF36PFT.{key}: found {other}"):
        check_model(Trial, content, "trial.yaml")


def test_a_form_has_the_sentences_of_the_chosen_options_and_of_no_others():
    def tell(**scoring):
        trial = trial_with(**scoring)
        return trial.scoring.choose_notes(trial.forms["MAS"])

    (usual,), (ordinal,) = tell(), tell(mas_coding="ordinal_0_5")
    assert "1+ counts as 1.5" in usual
    assert "count as 0 to 5" in ordinal
    trial = trial_with()
    assert trial.scoring.choose_notes(trial.forms["NIHSS"]) == ()
    content = read_yaml(PARAMS / "trial.yaml")
    content["forms"]["MAS"]["notes"] = {"mas_codings": {"x": "y"}}
    with pytest.raises(UsageError, match=r"forms.MAS: mas_codings is no option of scoring"):
        check_model(Trial, content, "trial.yaml")
