"""Parameter files: what is wrong is said with file, key, what was found and what is allowed."""

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from yaml_edits import edit, read_plain

from helpers.errors import UsageError
from helpers.params import list_interims, load_interim, load_trial

PARAMS = Path(__file__).parents[1] / "trial" / "params"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "params"
    shutil.copytree(PARAMS, copy, ignore=shutil.ignore_patterns("cdisc_pilot"))
    return copy


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
        ("ci_prop", "exact", "'clopper_pearson' or 'wilson'"),
        ("extract", "2023-01-01T10:00:00Z", "found"),
        ("key_visit", "M07", "did you mean 'M06'?"),
        ("key_param", "NIHSTOT", "did you mean 'NIHSSTOT'?"),
        ("reports", [], "at least 1 item"),
        ("audiences", ["everybody"], "'open', 'closed_masked' or 'closed_unmasked'"),
        ("cutoff", "2022-13-01", "2022-13-01"),
        ("cutoff", "soon", "found 'soon', allowed: a valid date or 'trigger'"),
        ("cutoff", dt.date(2999, 1, 1), "a day from 1900-01-01 to 2200-12-31"),
        ("interim_id", "../x", "pattern"),
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


@pytest.mark.parametrize(("key", "value"), [("days", 7), ("dose", 1)])
def test_a_trigger_says_nothing_that_its_kind_does_not_use(folder, key, value):
    text = refuse_interim(folder, lambda content: content["trigger"].update({key: value}))
    assert f"a trigger of kind form_received has no {key}; leave it out" in text


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
        (
            lambda c: c["scores"]["FMATOT"]["only"].update(fms_definition=["fma"]),
            "found 'fma' as fms",
        ),
        (
            lambda c: c["scores"]["FMS"]["variants"]["fms_definition"].update(fma={}),
            "found 'fma' as",
        ),
        (
            lambda c: c["scores"]["FMS"]["variants"]["fms_definition"]["fma_ue"].update(
                responder={"change": -1.0}
            ),
            "FMS.variants.fms_definition.fma_ue.responder.change: found -1, allowed: above 0",
        ),
        (lambda c: c["scoring"].update(fms_definition="total_only"), "needs fms_total"),
        (lambda c: c["scoring"].update(fms_total={"minimum": 0, "maximum": 9}), "total_only only"),
        (lambda c: c.update(given={"arms": {}}), "given: goes with level adam only"),
        (lambda c: c.update(exposure={"duration": "X"}), "duration goes with kind periods only"),
        (lambda c: c["baseline_table"][1].update(decimals=1), "decimals go with kind number"),
        (lambda c: c["baseline_table"][0].update(levels={"1": "x"}), "levels go with kind cat"),
        (lambda c: c["time_to_event"]["TTDTH"].update(serious=True), "serious goes with event adv"),
        (lambda c: c["time_to_event"]["TTFAE"].update(unconfirmed=True), "sustained_response only"),
        (lambda c: c["time_to_event"]["TTNIH"].update(score="FIMX"), "no score with a responder"),
        (lambda c: c["dates"].update(last_visit_before_dose2="M04"), "allowed: BL, M03, M06, M12"),
        (lambda c: c["vital_signs"]["alarms"].append({"test": "TEMP", "label": "x"}), "an alarm"),
        (lambda c: c["pause_triggers"].append({"code": "X", "label": "x"}), "events, fatal, lots"),
        (lambda c: c["pause_triggers"][0].update(lots=["X"]), "asks nothing of events"),
    ],
)
def test_a_trial_that_contradicts_itself_is_refused(folder, change, says):
    assert says in refuse_trial(folder, change)


def test_what_goes_with_the_scores_as_declared_but_not_as_scored_is_refused(folder):
    def change(content):
        content["scores"]["FMS"].update(responder={"change": 6.0})
        content["time_to_event"]["TTFMS"] = {
            **content["time_to_event"]["TTNIH"], "score": "FMS", "label": "Sustained FMS response",
        }  # fmt: skip
        total = {"minimum": 0, "maximum": 100}
        content["scoring"].update(fms_definition="total_only", fms_total=total)

    text = refuse_trial(folder, change)
    assert "under the options of scoring: time_to_event.TTFMS.score: FMS is no score with" in text


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
    with pytest.raises(UsageError, match=r"ia3\.yaml:9: key 'cutoff' is given twice"):
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


def line_of(path, word):
    lines = path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if word in line)


def test_a_fault_is_said_with_the_line_on_which_it_stands(folder):
    path = folder / "trial.yaml"
    path.write_text(path.read_text().replace("max_hours: 6.0", "max_hours: six"))
    with pytest.raises(UsageError) as caught:
        load_trial(folder)
    where = f"{path}:{line_of(path, 'max_hours')}"
    assert str(caught.value).startswith(f"{where}: doses.max_hours: found 'six', allowed: ")


def test_a_typo_among_the_standing_values_is_blamed_on_the_trial(folder):
    path = folder / "trial.yaml"
    path.write_text(path.read_text().replace("  key_visit: M06", "  key_vist: M06"))
    with pytest.raises(UsageError) as caught:
        load_trial(folder)
    where = f"{path}:{line_of(path, 'key_vist')}"
    assert str(caught.value).startswith(
        f"{where}: interim_defaults: key_vist: unknown key; did you mean 'key_visit'?"
    )


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("planned_info", "many", "interim_defaults: planned_info: found 'many'"),
        ("sides", 3, "interim_defaults: sides: found 3, allowed: 1 or 2"),
        ("arms", [], "interim_defaults: arms: belongs to trial.yaml"),
    ],
)
def test_a_standing_value_that_no_interim_can_have_is_refused(folder, key, value, says):
    text = refuse_trial(folder, lambda content: content["interim_defaults"].update({key: value}))
    assert says in text


def test_a_standing_value_that_one_interim_cannot_have_is_found_in_the_trial(folder):
    edit(folder / "trial.yaml", lambda c: c["interim_defaults"].update(extract="2000-01-01"))
    path = folder / "trial.yaml"
    path.write_text(path.read_text().replace("'2000-01-01'", "2000-01-01T10:00:00"))
    with pytest.raises(UsageError) as caught:
        load_interim(folder, "ia3", load_trial(folder))
    assert str(caught.value).startswith(f"{path}:{line_of(path, 'extract')}: extract: found 2000")


def test_a_key_of_an_interim_at_the_top_of_the_trial_is_told_where_it_belongs(folder):
    text = refuse_trial(folder, lambda content: content.update(alpha_look=True))
    assert "alpha_look: belongs to the file of an interim, or under interim_defaults" in text


def test_a_key_of_the_trial_in_an_interim_is_told_where_it_belongs(folder):
    text = refuse_interim(folder, lambda content: content.update(visits=[]))
    assert "visits: belongs to trial.yaml" in text


@pytest.mark.parametrize("key", ["sequence", "interim_id"])
def test_two_interims_with_one_place_or_identifier_are_refused(folder, key):
    first = read_plain(folder / "ia3.yaml")[key]
    edit(folder / "ia4.yaml", lambda content: content.update({key: first}))
    with pytest.raises(UsageError) as caught:
        load_interim(folder, "ia1", load_trial(folder))
    path = folder / "ia4.yaml"
    assert str(caught.value) == (
        f"{path}:{line_of(path, key)}: {key}: found {first}, which ia3.yaml has too; "
        f"allowed: one of its own"
    )


@pytest.mark.parametrize("name", ["..", "a b", ".hidden", "-x", "a/b".replace("/", "\\"), "x" * 65])
def test_a_file_that_cannot_be_an_interim_is_refused_by_name(folder, name):
    (folder / f"{name}.yaml").write_text((folder / "ia3.yaml").read_text())
    with pytest.raises(UsageError, match="as the name of an interim, allowed: "):
        list_interims(folder)


def test_the_mapping_of_an_import_is_no_interim(folder):
    (folder / "import.yaml").write_text("study: S1\n")
    assert "import" not in list_interims(folder)


@pytest.mark.parametrize("study", ["../../x", "..", ".", "a/b", "", "a\\b", "-x"])
def test_a_study_that_names_another_folder_is_refused(folder, study):
    assert "study: found" in refuse_trial(folder, lambda content: content.update(study=study))


@pytest.mark.parametrize("code", ["../x", "I V", ""])
def test_an_arm_that_names_another_folder_is_refused(folder, code):
    text = refuse_trial(folder, lambda content: content["arms"][1].update(code=code))
    assert "arms.1.code: found" in text


def test_the_program_ends_with_code_2_and_one_line_per_fault(folder):
    edit(folder / "trial.yaml", lambda content: content["doses"].update(plannd=2))
    call = [sys.executable, "-m", "helpers", "schedule", "--params", str(folder), "--data", "x"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("interim: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("nonlook_contrasts", True, "nonlook_contrasts: found true, allowed without alpha_look"),
        ("mmrm", {"cov_order": ["us", "us"]}, "found ['us', 'us'], allowed: each structure once"),
        ("mmrm", {"cov_order": []}, "mmrm.cov_order"),
        ("mmrm", {"df": "kr"}, "mmrm.df: found 'kr'"),
        ("spending", "obf", "spending: found 'obf', allowed: 'ld_obf'"),
    ],
)
def test_a_choice_of_the_comparison_that_cannot_be_is_refused(folder, key, value, says):
    assert says in refuse_interim(folder, lambda content: content.update({key: value}))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"sides": 3}, "sides: found 3, allowed: 1 or 2"),
        ({"sides": 1, "alpha_total": 0.5}, "alpha_total: found 0.5, allowed below 0.5"),
        ({"multiplicity": "holm"}, "multiplicity: found 'holm', allowed: 'dunnett'"),
        ({"info_mode": "stat"}, "planned_sd: missing; info_mode stat needs"),
        ({"planned_sd": 4.0}, "planned_sd: read under info_mode stat only"),
        ({"info_mode": "stat", "planned_sd": 0.0}, "planned_sd: found 0.0"),
        ({"pp_sensitivity": "no"}, "pp_sensitivity: found 'no'"),
    ],
)
def test_a_choice_of_the_test_that_cannot_be_is_refused(folder, values, says):
    assert says in refuse_interim(folder, lambda content: content.update(values))


FAMILY = {"sides": 1, "multiplicity": "hochberg", "info_mode": "stat", "planned_sd": 4.0}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"sides": 1}, "sides: found 2, but ia3.yaml, which spends alpha too, has 1"),
        ({"multiplicity": "none"}, "multiplicity: found dunnett, but ia3.yaml"),
        ({"spending": "ld_pocock"}, "spending: found ld_obf, but ia3.yaml"),
        ({"alpha_total": 0.025}, "alpha_total: found 0.05, but ia3.yaml, which spends alpha too"),
        ({"info_mode": "stat", "planned_sd": 4.0}, "info_mode: found count, but ia3.yaml"),
    ],
)
def test_looks_that_spend_alpha_have_one_test(folder, values, says):
    edit(folder / "ia3.yaml", lambda content: content.update(values))
    assert says in refuse_interim(folder, lambda content: None, "fin")
    assert load_interim(folder, "ia2", load_trial(folder)).sides == 2  # spends none


def test_looks_that_spend_alpha_have_one_planned_information(folder):
    edit(folder / "ia3.yaml", lambda content: content.update({"planned_info": 60}))
    says = "planned_info: found 48, but ia3.yaml, which spends alpha too, has 60; allowed: one for"
    with pytest.raises(UsageError, match=says) as refused:
        load_interim(folder, "fin", load_trial(folder))
    assert str(refused.value).startswith(str(folder / "trial.yaml"))  # where the other one stands


def test_the_test_of_all_looks_stands_among_the_standing_values(folder):
    edit(folder / "trial.yaml", lambda content: content["interim_defaults"].update(FAMILY))
    trial = load_trial(folder)
    for name in ("ia1", "ia3", "fin"):
        interim = load_interim(folder, name, trial)
        assert {key: getattr(interim, key) for key in FAMILY} == FAMILY


def test_a_one_sided_test_needs_a_direction_that_is_a_benefit(folder):
    def undecide(content):
        content["interim_defaults"]["sides"] = 1
        content["scores"]["NIHSSTOT"]["direction_decided"] = False

    edit(folder / "trial.yaml", undecide)
    with pytest.raises(UsageError, match="sides: found 1, allowed: 2, as no direction of NIHSSTOT"):
        load_interim(folder, "ia3", load_trial(folder))


@pytest.mark.parametrize(
    ("sides", "alpha", "level"), [(2, 0.05, 0.95), (1, 0.025, 0.95), (1, 0.05, 0.9)]
)
def test_each_end_of_an_interval_is_a_limit_at_the_level_of_a_one_sided_test(
    folder, sides, alpha, level
):
    values = {"sides": sides, "alpha_total": alpha}
    edit(folder / "trial.yaml", lambda content: content["interim_defaults"].update(values))
    interim = load_interim(folder, "ia3", load_trial(folder))
    assert interim.interval_level == pytest.approx(level, abs=1e-15)
    assert interim.family_level == 1 - alpha


SECRETS = (
    "8Jx0q+Zr1vYbT5mN3wKc7dLf2gHs9aPe=",
    "env:deadbeefdeadbeefdeadbeefdeadbeef",
    12345678901234,
)


@pytest.mark.parametrize("secret", [*SECRETS, "file:key", "ENV:NAME", "env:", ["env:A"]])
def test_what_may_be_the_mask_key_itself_is_refused_and_not_repeated(folder, secret):
    text = refuse_interim(folder, lambda content: content.update(mask_key_ref=secret))
    assert "mask_key_ref: found another form, allowed: env:NAME" in text
    assert "never the secret itself" in text
    if secret in SECRETS:
        assert str(secret).removeprefix("env:") not in text


@pytest.mark.parametrize("reference", ["env:MASK_KEY", "file:/safe/key of the trial"])
def test_a_reference_to_the_mask_key_may_hold_for_every_interim(folder, reference):
    edit(
        folder / "trial.yaml",
        lambda content: content["interim_defaults"].update(mask_key_ref=reference),
    )
    trial = load_trial(folder)
    assert load_interim(folder, "ia3", trial).mask_key_ref == reference


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("population_safety", "PP", "allowed: SAF or ITT; who deviated may be who was harmed"),
        ("population_safety", "EFF", "allowed: SAF or ITT; who has no score after baseline"),
        ("population_safety", "XX", "found 'XX', allowed: 'SAF' or 'ITT'"),
        ("arms_order", "label", "found 'label', allowed: 'registry' or 'mask'"),
        ("alpha_ledger", "looks.csv", "allowed: the path of a file NAME.jsonl"),
    ],
)
def test_what_safety_order_and_ledger_may_not_be(folder, key, value, words):
    text = refuse_interim(folder, lambda content: content.update({key: value}))
    assert f"{key}: " in text
    assert words in text
