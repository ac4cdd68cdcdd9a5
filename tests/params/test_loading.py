"""Parameter files: what is wrong is said with file, key, what was found and what is allowed."""

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from helpers.errors import UsageError
from helpers.params import list_interims, load_interim, load_trial

PARAMS = Path(__file__).parents[2] / "params"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "params"
    shutil.copytree(PARAMS, copy, ignore=shutil.ignore_patterns("cdisc_pilot"))
    return copy


def edit(path, change):
    """Load a YAML file, let `change` edit it, write it back."""
    content = yaml.safe_load(path.read_text())
    change(content)
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def refuse_trial(folder, change):
    edit(folder / "trial.yaml", change)
    with pytest.raises(UsageError) as caught:
        load_trial(folder)
    assert str(folder / "trial.yaml") in str(caught.value)
    assert caught.value.exit_code == 2
    return str(caught.value)


def refuse_interim(folder, change, name="ia3"):
    edit(folder / f"{name}.yaml", change)
    with pytest.raises(UsageError) as caught:
        load_interim(folder, name, load_trial(folder))
    assert str(folder / f"{name}.yaml") in str(caught.value)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_the_shipped_parameters_load_in_the_order_of_their_sequence():
    trial = load_trial(PARAMS)
    assert list_interims(PARAMS) == ("ia1", "ia2", "ia3", "ia4", "fin")
    sequence = [load_interim(PARAMS, name, trial).sequence for name in list_interims(PARAMS)]
    assert sequence == [1, 2, 3, 4, 5]


def test_an_unknown_key_is_refused_with_its_path_and_the_nearest_known_name(folder):
    text = refuse_trial(folder, lambda content: content["doses"].update(plannd=2))
    assert "doses.plannd: unknown key; did you mean 'planned'?" in text
    assert "Allowed here: " in text
    assert "interval_days" in text


def test_an_unknown_key_of_an_interim_is_refused_with_the_nearest_known_name(folder):
    text = refuse_interim(folder, lambda content: content.update(alpha_lok=True))
    assert "alpha_lok: unknown key; did you mean 'alpha_look'?" in text


def test_an_unknown_key_in_a_list_of_mappings_is_found(folder):
    text = refuse_trial(folder, lambda content: content["arms"][1].update(rout="X"))
    assert "arms.1.rout: unknown key; did you mean 'route'?" in text


@pytest.mark.parametrize(
    ("value", "says"),
    [("two", "found 'two', allowed: a valid integer"), (2.5, "found 2.5"), (True, "found True")],
)
def test_a_wrong_type_is_refused_and_never_converted(folder, value, says):
    text = refuse_trial(folder, lambda content: content["doses"].update(planned=value))
    assert "doses.planned: " in text
    assert says in text


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("alpha_total", 1.2, "less than 1"),
        ("admin_window_hours", 0, "greater than 0"),
        ("spending", "obf", "'ld_obf', 'ld_pocock', 'haybittle' or 'none'"),
        ("planned_t", [0.5, 0.4, 1.0], "rising shares that end with 1.0"),
        ("planned_t", [0.5], "rising shares that end with 1.0"),
        ("key_visit", "M07", "did you mean 'M06'?"),
        ("key_param", "NIHSTOT", "did you mean 'NIHSSTOT'?"),
        ("reports", [], "at least 1 item"),
        ("audiences", ["everybody"], "'open' or 'closed_unmasked'"),
        ("cutoff", "2022-13-01", "2022-13-01"),
        ("cutoff", "soon", "soon"),
    ],
)
def test_an_impossible_value_is_refused_with_what_is_allowed(folder, key, value, says):
    text = refuse_interim(folder, lambda content: content.update({key: value}))
    assert f"{key}" in text
    assert says in text


@pytest.mark.parametrize("looks", [[], [8, 4], [4, 4], [0, 4], "always"])
def test_looks_of_the_stopping_rule_are_continuous_or_rising_numbers(folder, looks):
    text = refuse_interim(folder, lambda content: content.update(stop={"looks": looks}))
    assert "stop.looks" in text


def test_an_extract_before_the_cutoff_is_refused_with_both_dates(folder):
    change = {"cutoff": dt.date(2022, 12, 31), "extract": dt.datetime(2022, 12, 30, 18, 0)}
    text = refuse_interim(folder, lambda content: content.update(change))
    assert "extract: found 2022-12-30 18:00:00, allowed: the day of cutoff (2022-12-31)" in text


def test_an_extract_on_the_day_of_the_cutoff_is_accepted(folder):
    change = {"cutoff": dt.date(2022, 12, 31), "extract": dt.datetime(2022, 12, 31, 0, 0)}
    edit(folder / "ia3.yaml", lambda content: content.update(change))
    assert load_interim(folder, "ia3", load_trial(folder)).extract == change["extract"]


def test_a_cutoff_by_trigger_needs_a_trigger(folder):
    def change(content):
        content.update(cutoff="trigger")
        del content["trigger"]

    assert "no trigger is given" in refuse_interim(folder, change)


@pytest.mark.parametrize("key", ["visit", "form"])
def test_a_trigger_says_what_its_kind_needs(folder, key):
    text = refuse_interim(folder, lambda content: content["trigger"].pop(key))
    assert f"a trigger of kind form_received needs {key}" in text


def test_a_trigger_may_only_name_what_the_trial_has(folder):
    text = refuse_interim(folder, lambda content: content["trigger"].update(form="NIHS"))
    assert "trigger.form: found 'NIHS'" in text
    assert "did you mean 'NIHSS'?" in text


def test_all_faults_of_a_file_are_said_at_once(folder):
    def change(content):
        content["doses"]["planned"] = "x"
        content["accrual"]["months"] = 0

    assert len(refuse_trial(folder, change).splitlines()) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["visits"][1].update(analysis=[137, 274]), "inside the window of M03"),
        (lambda c: c["visits"][1].update(target=300), "a window that holds the target 300"),
        (lambda c: c["visits"][1].update(code="M03"), "two of them share a code"),
        (lambda c: c["visits"][0].update(protocol=[105, 77]), "lower end 105 is above upper"),
        (lambda c: c["arms"][1].update(code="IV"), "two arms share a code"),
        (lambda c: c.update(control="X"), "is not among the arms"),
        (lambda c: c["forms"]["FIM"].update(visits=["M99"]), "M99 is no planned visit"),
        (lambda c: c["scores"]["FIMTOT"].update(form="FIN"), "FIN is no form"),
        (lambda c: c["scores"]["NIHSSTOT"]["responder"].update(change=4), "allowed: below 0"),
        (lambda c: c["scores"]["FIMTOT"].update(only={"version": ["x"]}), "no option of scoring"),
        (lambda c: c["scoring"].update(fms_definition="total_only"), "needs fms_total"),
        (lambda c: c["time_to_event"]["TTNIH"].update(score="FIMX"), "no score with a responder"),
        (lambda c: c["dates"].update(last_visit_before_dose2="M04"), "allowed: BL, M03, M06, M12"),
        (lambda c: c["vital_signs"]["alarms"].append({"test": "TEMP", "label": "x"}), "an alarm"),
        (lambda c: c["pause_triggers"].append({"code": "X", "label": "x"}), "events, fatal, lots"),
        (lambda c: c["pause_triggers"][0].update(lots=["X"]), "asks nothing of events"),
    ],
)
def test_a_trial_that_contradicts_itself_is_refused(folder, change, says):
    assert says in refuse_trial(folder, change)


def test_a_missing_required_key_is_named(folder):
    assert "arms: missing; it is required" in refuse_trial(folder, lambda c: c.pop("arms"))


def test_a_missing_interim_is_answered_with_the_known_ones(folder):
    with pytest.raises(UsageError, match="unknown interim 'ia5'; did you mean 'ia4'"):
        load_interim(folder, "ia5", load_trial(folder))


def test_a_missing_trial_file_or_folder_is_named(folder):
    (folder / "trial.yaml").unlink()
    with pytest.raises(UsageError, match=r"trial\.yaml: missing"):
        load_trial(folder)
    with pytest.raises(UsageError, match="no such parameter folder"):
        load_trial(folder / "nowhere")


def test_a_key_given_twice_is_refused_with_its_line(folder):
    path = folder / "ia3.yaml"
    path.write_text(path.read_text() + "cutoff: 2021-01-01\n")
    with pytest.raises(UsageError, match=r"ia3\.yaml: key 'cutoff' is given twice"):
        load_interim(folder, "ia3", load_trial(folder))


@pytest.mark.parametrize(
    ("text", "says"),
    [("a: [1", "not readable as YAML"), ("- 1\n", "expected keys and values"), ("", "expected")],
)
def test_a_file_that_is_no_mapping_is_refused(folder, text, says):
    (folder / "trial.yaml").write_text(text)
    with pytest.raises(UsageError, match=says):
        load_trial(folder)


def test_a_file_of_another_encoding_is_refused(folder):
    (folder / "trial.yaml").write_bytes("name: Nghiên cứu".encode("utf-16"))
    with pytest.raises(UsageError, match="not readable as YAML"):
        load_trial(folder)


def test_a_byte_order_mark_does_no_harm(folder):
    path = folder / "ia3.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_interim(folder, "ia3", load_trial(folder)).interim_id == "IA3"


def test_an_interim_of_another_trial_is_refused(folder):
    text = refuse_interim(folder, lambda content: content.update(trial_id="NCT1"))
    assert "trial_id is NCT1, but trial.yaml says NCT05292625" in text


def test_an_interim_file_wins_over_the_standing_values_of_the_trial(folder):
    edit(folder / "ia3.yaml", lambda content: content.update(key_visit="M12"))
    interim = load_interim(folder, "ia3", load_trial(folder))
    assert (interim.key_visit, interim.key_param) == ("M12", "NIHSSTOT")


def test_parameters_cannot_be_changed_after_loading():
    trial = load_trial(PARAMS)
    with pytest.raises(ValueError, match="frozen"):
        trial.doses.planned = 3


def test_the_program_ends_with_code_2_and_one_line_per_fault(folder):
    edit(folder / "trial.yaml", lambda content: content["doses"].update(plannd=2))
    call = [sys.executable, "-m", "helpers", "schedule", "--params", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("interim: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
