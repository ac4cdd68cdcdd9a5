"""An imported study under letters: section 7 of the policy, and what is taken out of its data."""

import json
import re
import shutil
import struct
from pathlib import Path

import pandas as pd
import pytest
import yaml
from leaks import read_all, unpack
from masked_study import (
    PROCEDURE_TERM,
    TELLING_TERMS,
    TREATED,
    WORDS,
    change,
    list_subjects,
    write_study,
)
from program import PARAMS, call

from helpers.bundle import pack_view
from helpers.commands.check import check, describe_checked
from helpers.commands.export_findings import collect_findings
from helpers.commands.tables import print_findings
from helpers.commands.unmask import describe_letters
from helpers.datasets.build import build_view
from helpers.datasets.masked import mask as masking
from helpers.datasets.reader import Reader
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.baseline.characteristics import tabulate_baseline
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.scores.scores_by_visit import tabulate_scores_by_visit
from helpers.displays.summary.title_page import show_title_page
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.errors import ExportError, InterimError, UsageError
from helpers.masking.key import VARIABLE, MaskKey
from helpers.masking.labels import KEY_PATTERN, draw_labels
from helpers.masking.telling_words import build_words, find_in_text, list_given_words, mask_title
from helpers.params import load_interim, load_trial
from helpers.params.imported import Case
from helpers.params.trial import Trial
from helpers.reporting.publishing.seal import seal_trial
from helpers.view import BlindingError, MaskedView, View

KEY = MaskKey(b"a key of the tests, long enough to be one")
OTHER = MaskKey(b"another key of the tests, as long as that")
CODES = ("PLACEBO", "Z10M", "Z20M")
SWAP = dict(zip(WORDS, (*WORDS[1:], WORDS[0]), strict=True))
CANARY, NUMBER = "Qx7Zcanary", 0.8372615940372
NEEDLES = (CANARY.encode(), str(NUMBER).encode(), struct.pack("<d", NUMBER))
TABLES = (
    tabulate_disposition,
    tabulate_baseline,
    tabulate_ae_overview,
    tabulate_soc_pt,
    tabulate_scores_by_visit,
    tabulate_key_model,
)


@pytest.fixture(scope="session")
def study(make_once) -> tuple[Path, Path]:
    folder = make_once("masked study", lambda folder: write_study(folder))
    return folder / "data", folder / "params"


def view_of(data: Path, params: Path, key: MaskKey = KEY, of: Trial | None = None, **how) -> View:
    trial = of or load_trial(params)
    interim = load_interim(params, "final", load_trial(params))
    reader = Reader("closed_masked", key=key, **how)
    return build_view(data, params, trial=trial, interim=interim, audience=reader)


@pytest.fixture(scope="module")
def view(study) -> View:
    return view_of(*study)


def labels_of(key: MaskKey, interim: str = "") -> dict[str, str]:
    return draw_labels(key, "Z1", CODES, interim)


def test_planned_arms_are_letters_in_their_order_and_no_arm_is_a_control(view):
    assert isinstance(view, MaskedView)
    labels = labels_of(KEY)
    sizes = list_subjects()["ARM"].value_counts()
    groups = view.groups("ITT")
    assert [group.label for group in groups] == ["A", "B", "C", "Total"]
    assert {group.label: group.n for group in groups[:-1]} == {
        labels[code]: sizes[word] for code, word in zip(CODES, WORDS, strict=True)
    }
    assert [name for name, _, _ in view.contrasts] == ["B - A", "C - A", "C - B"]
    assert view.trial.control is None


def test_the_page_says_of_an_imported_study_only_what_is_known_of_it(view):
    said = " ".join(show_title_page(view).sentences)
    assert "courtesy for a first reading, not protection" in said
    assert "same arm in every masked report" in said
    assert "know who got what" not in said  # of a study with a placebo that is false


def test_participants_have_keys_in_every_data_set_and_stand_in_their_order(view):
    for name, frame in view.datasets.items():
        if "USUBJID" in frame:
            assert frame["USUBJID"].str.fullmatch(KEY_PATTERN).all(), name
    assert view["adsl"]["USUBJID"].is_monotonic_increasing
    assert re.search(rb"Z1-0|(?i:zanubex|placebo|Z10M|Z20M)", pack_view(view)) is None


def test_nothing_of_doses_is_in_the_view(view):
    for population in ("SAF", "PP"):
        with pytest.raises(BlindingError, match=f"no population {population}"):
            view.population(population)
    names = {name for frame in view.datasets.values() for name in frame}
    telling = {"TRT01A", "TRTSDT", "TRTEDT", "TRTSDTM", "TRTDURD", "CUMDOSE", "COHORT", "SITEID"}
    assert not names & telling
    assert not names & {"TRTEMFL", "AEREL", "RELFL", "AEACN", "AETERM", "AESICAT", "SAFFL"}
    assert not set(view.datasets) & {"advs", "adtte", "adex", "earlier_reports", "committee"}
    # the higher the dose, the later the first: days count from randomisation
    assert (view["adsl"]["ANCHORDT"] == view["adsl"]["RANDDT"]).all()


def test_visits_that_are_not_planned_and_tests_that_name_the_product_are_not_read(view):
    assert set(view["adlb"]["AVISIT"]) == {"BL", "W4"}
    assert set(view["adlb"]["PARAMCD"]) == {"ALT"}
    assert len(view["adlb"]) == 48


def test_terms_that_tell_of_an_arm_are_one_pooled_row(view):
    """Those of a procedure, named by the parameters, and those with a word of the product."""
    pooled = view.datasets["adae"]["AEDECOD"]
    assert set(pooled) == {"Headache", "Cough", "Nausea", "Procedure complaint"}
    assert (pooled == "Procedure complaint").sum() == len(TELLING_TERMS) + 24 // 7
    assert "Procedure complaint" not in set(view["adae"]["AEDECOD"])
    words = pack_view(view).decode(errors="replace")
    assert not [term for term in (*TELLING_TERMS, PROCEDURE_TERM) if term in words]


def test_terms_of_a_procedure_that_cannot_be_found_stop_the_report(study, tmp_path):
    data, params = study[0], Path(shutil.copytree(study[1], tmp_path / "params"))
    path = params / "tables" / "audiences.yaml"
    path.write_text(path.read_text().replace("AEDECOD, ", ""))
    with pytest.raises(UsageError, match="closed_masked: adae has no AEDECOD, by which"):
        view_of(data, params)


@pytest.mark.parametrize("scope", ["trial", "interim"])
def test_label_invariance_of_an_imported_study(scope, study, tmp_path, monkeypatch):
    """Section 7.2: other true arms, doses, causality under the same letters: the same bytes."""
    of = load_trial(study[1]).model_copy(update={"mask_scope": scope})
    before = pack_view(view_of(*study, of=of))
    data = Path(shutil.copytree(study[0], tmp_path / "data"))

    def deal(name: str, column: str, values: pd.Series) -> pd.Series:
        if column == "TRT01P":
            return values.map(SWAP)
        return pd.Series(values.sample(frac=1, random_state=5).to_numpy(), dtype=values.dtype)

    change(data, deal)
    of_word = dict(zip(WORDS, CODES, strict=True))
    letters = labels_of(KEY, "FINAL" if scope == "interim" else "")
    swapped = {of_word[SWAP[word]]: letters[of_word[word]] for word in WORDS}
    monkeypatch.setattr(masking, "draw_labels", lambda *_: swapped)
    assert pack_view(view_of(data, study[1], of=of)) == before
    monkeypatch.setattr(masking, "draw_labels", lambda *_: letters)
    assert pack_view(view_of(data, study[1], of=of)) != before


def test_two_keys_give_the_same_numbers_under_other_letters(study):
    def number(key: MaskKey) -> dict[tuple, float]:
        codes = {letter: code for code, letter in labels_of(key).items()}
        view = view_of(*study, key=key)
        found = {}
        for make in TABLES:
            for result in make(view).results:
                if not result.key.contrast:
                    arm = codes.get(result.key.arm, result.key.arm)
                    found[make.__name__, result.key._replace(arm=arm), result.statistic] = (
                        result.value
                    )
        return found

    assert labels_of(KEY) != labels_of(OTHER)
    first, second = number(KEY), number(OTHER)
    assert len(first) > 300
    assert first.keys() == second.keys()
    assert all(first[key] == pytest.approx(second[key], rel=1e-9, nan_ok=True) for key in first)


def test_no_canary_from_a_cell_that_is_not_allowed_is_in_a_masked_view(study, view, tmp_path):
    """Section 7.3: restricted columns but the planned arm, and open ones that no list names."""
    from helpers.intake.schema import load_access

    allowed = load_access(study[1], "closed_masked").tables
    data = Path(shutil.copytree(study[0], tmp_path / "data"))

    def plant(name: str, column: str, values: pd.Series) -> pd.Series:
        if column == "TRT01P" or column in allowed.get(name, {}).get("columns", ()):
            return values
        fill = NUMBER if pd.api.types.is_numeric_dtype(values) else CANARY
        return pd.Series(fill, index=values.index)

    change(data, plant, folders=("open", "restricted"))
    packed = pack_view(view_of(data, study[1]))
    assert [needle for needle in NEEDLES if needle in packed] == []
    assert packed == pack_view(view)


def test_without_the_restricted_folder_a_masked_report_is_not_made(study, tmp_path):
    """Section 7.6."""
    data = Path(shutil.copytree(study[0], tmp_path / "data"))
    shutil.rmtree(data / "restricted")
    with pytest.raises(ExportError, match=r"adsl\.TRT01P: cannot be read, so no arm can be masked"):
        view_of(data, study[1])


@pytest.mark.parametrize("number", [1, 7])
def test_a_study_of_one_arm_or_of_seven_has_no_letters(study, number):
    trial = load_trial(study[1])
    arms = tuple(
        trial.arms[0].model_copy(update={"code": f"ARM{n}", "label": f"Arm {n}"})
        for n in range(number)
    )
    few = trial.model_copy(update={"arms": arms, "control": None})
    with pytest.raises(UsageError, match=rf"the trial has {number} arms?, allowed: 2 to 6"):
        view_of(*study, of=few)


def test_an_arm_that_the_parameters_do_not_know_is_not_named(study):
    trial = load_trial(study[1])
    given = trial.given.model_copy(update={"arms": {"Placebo": "PLACEBO"}})
    with pytest.raises(UsageError, match="has no arm that it names") as raised:
        view_of(*study, of=trial.model_copy(update={"given": given}))
    assert "Zanubex" not in str(raised.value)


def test_who_was_randomised_must_be_known_without_the_arm(study):
    """Else nobody would be, and every number 0."""
    trial = load_trial(study[1])
    own = trial.given.subjects.model_copy(update={"randomised": {"ARM": ("Placebo",)}})
    given = trial.given.model_copy(update={"subjects": own})
    with pytest.raises(UsageError, match=r"given\.subjects\.randomised: ARM is not open to masked"):
        view_of(*study, of=trial.model_copy(update={"given": given}))


def test_nobody_is_randomised_by_a_variable_made_from_the_arm(study):
    trial = load_trial(study[1])
    made = {"WASRAND": (Case(value="Y", where={"TRT01P": ("Placebo",)}),)}
    update = {"randomised": {"WASRAND": ("Y",)}, "derived": made}
    given = trial.given.model_copy(
        update={"subjects": trial.given.subjects.model_copy(update=update)}
    )
    with pytest.raises(UsageError, match=r"given\.subjects\.randomised: WASRAND is not open to"):
        view_of(*study, of=trial.model_copy(update={"given": given}))


def test_a_rehearsal_deals_the_letters_anew_and_keeps_their_numbers(study, view):
    dealt = view_of(*study, rehearse=3)
    assert not dealt["adsl"]["TRT01P"].equals(view["adsl"]["TRT01P"])
    assert sorted(dealt["adsl"]["TRT01P"]) == sorted(view["adsl"]["TRT01P"])
    rest = [name for name in view["adsl"] if name not in ("TRT01P", "TRT01PN")]
    assert dealt["adsl"][rest].equals(view["adsl"][rest])


def test_words_for_an_arm_are_those_of_data_parameters_and_product(study):
    trial = load_trial(study[1])
    assert {"Placebo", "Zanubex", "Zanubex 10 mg"} <= list_given_words(trial)
    words = build_words(trial, masked=True)
    assert find_in_text("a level of ZANUBEX", words) == "zanubex"
    assert find_in_text("treatment arms under letters", words) == ""
    assert mask_title(trial) == "Z1"
    plain = trial.model_copy(update={"title": "A trial in mild fatigue"})
    assert mask_title(plain) == "A trial in mild fatigue"
    everyday = trial.given.model_copy(update={"arms": {"Treatment": "Z10M", "Control": "PLACEBO"}})
    assert "Treatment" not in list_given_words(trial.model_copy(update={"given": everyday}))


def test_where_a_population_rests_on_what_masked_readers_do_not_get_all_randomised_count(
    study, tmp_path
):
    assert view_of(*study).interim.population_efficacy == "EFF"
    params = Path(shutil.copytree(study[1], tmp_path / "params"))
    path = params / "tables" / "audiences.yaml"
    path.write_text(path.read_text().replace("ITTFL, EFFFL, EOSSTT", "ITTFL, EOSSTT"))
    assert view_of(study[0], params).interim.population_efficacy == "ITT"


def test_check_tells_masked_readers_counts_without_a_key(study, capsys, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    checked = collect_findings(*study, "final", "closed_masked")
    told = describe_checked(checked)
    assert told["findings"] == []
    of_errors = [row["findings"] for row in told["checks"] if row["severity"] == "E"]
    assert told["severities"]["E"] == sum(of_errors) > 0
    print_findings(checked, study[0], every=True)
    shown = capsys.readouterr().out
    assert "does not agree, or counts otherwise than it stands" in shown
    assert "Z1-0" not in shown
    assert "death without a date" not in shown  # what a single finding says
    with pytest.raises(UsageError, match="get counts by check and no single finding"):
        check("final", study[0], study[1], "closed_masked", every=True)


@pytest.mark.parametrize("name", ["ia3", None])
def test_check_of_an_export_names_no_participant_to_masked_readers(export, name):
    told = describe_checked(collect_findings(export, PARAMS, name, "closed_masked"))
    assert told["findings"] == []
    assert sum(row["findings"] for row in told["checks"]) > 50
    assert set(told["checks"][0]) == {"severity", "id", "findings", "persons", "tables", "what"}
    assert not any(re.search(r"\b\d{3}\b", row["what"]) for row in told["checks"])


def test_data_of_a_real_study_are_not_masked_without_a_key(study, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    trial = load_trial(study[1])
    with pytest.raises(UsageError, match="closed_masked needs a key of at least 32 random bytes"):
        seal_trial("", study[0], trial, {"final": load_interim(study[1], "final", trial)})


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory) -> Path:
    """The masked report of the study, made as a user makes it."""
    place = tmp_path_factory.mktemp("published")
    (place / "key").write_text("k" * 44 + "\n")
    (place / "key").chmod(0o600)
    words = ("run", "final", "--audience", "closed_masked", "--params", study[1])
    places = ("--data", study[0], "--out", place / "out")
    ended = call(*words, *places, "--mask-key", f"file:{place / 'key'}")
    assert ended.code == 0, ended.err
    return place / "out" / "final" / "closed_masked"


FORBIDDEN = re.compile(
    r"(?<![\w/.-])(?i:zanubex|placebo|Z10M|Z20M|10 mg|20 mg|control|dose[sd]?|injection|catheter|"
    r"sham|infusion)(?![\w/-])"
)


def test_no_word_of_an_arm_or_product_is_in_a_masked_folder_of_an_imported_study(folder):
    """Section 7.4, names of files included; the arms are those of the data."""
    assert set(TREATED) == set(WORDS)
    found = set()
    for name, content in read_all(folder).items():
        for piece in (name.encode(), *unpack(content)):
            text = re.sub(r"(?s)<style>.*?</style>", " ", piece.decode("utf-8", errors="replace"))
            for hit in FORBIDDEN.finditer(text):
                found.add(f"{name}: {text[max(0, hit.start() - 40) : hit.end() + 20]}")
    assert sorted(found) == []


def test_a_masked_folder_of_an_imported_study_has_seal_letters_and_no_participant(folder):
    files = read_all(folder)
    manifest = json.loads(files["manifest.json"])
    assert re.fullmatch("[0-9a-f]{64}", manifest["labels"]["seal"])
    assert (manifest["labels"]["scope"], manifest["labels"]["note"]) == ("trial", "")
    assert manifest["title"] == "Z1"
    assert list(manifest["inputs"]) == ["view"]
    head = files["tables/T-S-10.csv"].decode().splitlines()[0]
    assert re.search(r"A N = \d+,B N = \d+,C N = \d+,Total N = 24", head)
    for name, content in files.items():
        for piece in unpack(content):
            assert b"Z1-0" not in piece, name
    assert {"tables/T-S-14.csv", "tables/T-S-19.csv", "tables/T-E-04.csv"} <= set(files)
    withheld = {"T-S-07", "T-S-12", "T-S-16", "T-S-21", "T-S-17b", "T-S-20c", "T-E-07", "L-S-08"}
    assert not {f"tables/{name}.csv" for name in withheld} & set(files)


def test_a_masked_report_of_an_imported_study_is_unmasked_like_any_other(study, folder, tmp_path):
    params = Path(shutil.copytree(study[1], tmp_path / "params"))
    seal = json.loads((folder / "manifest.json").read_text())["labels"]["seal"]
    entry = f"{{interim: final, date: 2021-08-01, by: A. Tran, why: harm, seal: {seal}}}"
    (params / "committee.yaml").write_text(f"unmaskings: [{entry}]\n")
    key = f"file:{folder.parents[2] / 'key'}"
    told = describe_letters(folder, params, key)
    labels = draw_labels(MaskKey(b"k" * 44), "Z1", CODES)
    words = dict(zip(CODES, WORDS, strict=True))
    by_letter = {letter: words[code] for code, letter in labels.items()}
    assert told == [
        f"{letter} is {by_letter[letter]} ({by_letter[letter]})" for letter in sorted(by_letter)
    ]


def test_masked_readers_are_proposed_what_is_open_and_nothing_of_doses(study):
    masked = yaml.safe_load((study[1] / "tables" / "audiences.yaml").read_text())["closed_masked"]
    assert masked["labels"] is True
    assert set(masked["tables"]) == {"adsl", "adae", "adqs", "adlbc"}
    named = {name for table in masked["tables"].values() for name in table["columns"]}
    telling = {"TRTSDT", "TRTEDT", "SAFFL", "SITEID", "AEREL", "TRTEMFL", "COHORT", "AETERM"}
    assert {"RANDDT", "AEDECOD", "AVAL"} <= named
    assert not named & telling


def test_a_study_of_one_arm_is_proposed_no_letters(tmp_path):
    import small_trial

    words = {"Placebo": "Active"}
    adsl = small_trial.ADSL.assign(
        **{n: small_trial.ADSL[n].replace(words) for n in ("TRT01P", "TRT01A")}
    )
    _, params = small_trial.write_trial(tmp_path, adsl=adsl)
    assert "closed_masked:\n" not in (params / "tables" / "audiences.yaml").read_text()
    with pytest.raises(InterimError, match="audience 'closed_masked' is not declared"):
        view_of(tmp_path / "data", params)
