"""A word of the trial's rules that no code list has is refused: it would count nothing."""

import pytest
from mini_export import PARAMS, schemas

from helpers.errors import UsageError
from helpers.intake.trial_words import check_trial_words
from helpers.params import Trial
from helpers.params.check_model import check_model
from helpers.params.yaml_file import read_yaml


def refusal(*path: str | int, word: object) -> str:
    content = read_yaml(PARAMS / "trial.yaml")
    target = content
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = word
    with pytest.raises(UsageError) as caught:
        check_trial_words(check_model(Trial, content, "trial.yaml"), schemas(), PARAMS)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{PARAMS}/")


def test_a_misspelt_causality_is_refused_with_what_the_table_can_hold():
    assert refusal("adverse_events", "related", 0, word="POSIBLE") == (
        "trial.yaml: adverse_events.related: found 'POSIBLE', allowed: the code list of ae.AEREL: "
        "NOT_RELATED, UNLIKELY, POSSIBLE, PROBABLE, DEFINITE; did you mean 'POSSIBLE'?"
    )


@pytest.mark.parametrize(
    ("path", "word", "says"),
    [
        (("adverse_events", "dose_changed", 0), "INTERRUPTED", "the code list of ae.AEACN"),
        (("end_reasons",), {"DIED": "Died"}, "end_reasons: found 'DIED'"),
        (("checks", "lot_findings", 0), "QUARANTINE", "did you mean 'QUARANTINED'?"),
        (("checks", "timepoint_before"), "BEFORE", "the code list of vs.VSTPT"),
        (("checks", "timepoint_hours"), {"H3": 3.0}, "checks.timepoint_hours: found 'H3'"),
        (("checks", "tone_medication"), "ANTISPASTICS", "did you mean 'ANTISPASTIC'?"),
        (("baseline_sources", "medication"), {"X": "ASPIRIN"}, "the code list of cm.CMCAT"),
        (("baseline_sources", "laboratory", 0), "CPR", "baseline_sources.laboratory: found 'CPR'"),
        (("intercurrent", "medication", "NEW_ANTISPASTIC", "category"), "X", "NEW_ANTISPASTIC.cat"),
        (("intercurrent", "programmes", "NEW_REHABILITATION", "category"), "X", "cm.CMCAT"),
        (("laboratory", "labels"), {"HB": "Haemoglobin"}, "laboratory.labels: found 'HB'"),
        (("laboratory", "by_multiple", 0), "CRPP", "did you mean 'CRP'?"),
        (("laboratory", "hepatic", "bilirubin"), "BILIRUBIN", "laboratory.hepatic: found 'BILIR"),
        (("vital_signs", "labels"), {"BP": "x"}, "the code list of vs.VSTESTCD"),
        (("vital_signs", "alarms", 0, "test"), "TMP", "did you mean 'TEMP'?"),
    ],
)
def test_every_word_that_is_compared_with_recorded_values_must_be_in_their_list(path, word, says):
    assert says in refusal(*path, word=word)


def test_the_shipped_trial_has_no_such_word():
    content = read_yaml(PARAMS / "trial.yaml")
    check_trial_words(check_model(Trial, content, "trial.yaml"), schemas(), PARAMS)
