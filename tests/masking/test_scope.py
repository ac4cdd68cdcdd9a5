"""`mask_scope`: letters of the whole trial, or dealt anew at each interim."""

import hmac
import json
import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from dealt_tables import deal_hidden
from mini_export import PARAMS, trial
from program import OUT, call, put_notebooks
from text_export import Tables, copy, simulated, write_tables

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.datasets.masked import mask as masking
from helpers.datasets.reader import Reader
from helpers.displays.closing.recommendation import show_form
from helpers.displays.efficacy.title_page import show_efficacy_title_page
from helpers.displays.summary.title_page import show_title_page
from helpers.masking.key import TEST_KEY, MaskKey
from helpers.masking.labels import draw_labels, stream_bytes
from helpers.params import load_interim, load_trial
from helpers.params.trial import Trial
from helpers.view import View

KEY = MaskKey(b"a key of the tests, long enough to be one")
ARMS = ("IV", "IT", "CTL")
SWAP = {"IV": "IT", "IT": "CTL", "CTL": "IV"}
SCOPES = {scope: trial().model_copy(update={"mask_scope": scope}) for scope in ("trial", "interim")}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return copy(simulated(tmp_path_factory.mktemp("scope")))


@pytest.fixture(scope="module")
def folder(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tables, tmp_path_factory.mktemp("usual"))


def build(folder: Path, of: Trial, name: str = "ia3") -> View:
    interim = load_interim(PARAMS, name, trial())
    reader = Reader("closed_masked", key=KEY)
    return build_view(folder, PARAMS, trial=of, interim=interim, audience=reader)


@pytest.fixture(scope="module")
def usual(folder: Path) -> Callable[..., View]:
    """The masked view of the tables by scope and interim, built once."""

    @cache
    def build_usual(scope: str, name: str = "ia3") -> View:
        return build(folder, SCOPES[scope], name)

    return build_usual


def test_the_interim_enters_the_stream_and_nothing_else_does() -> None:
    stream = stream_bytes(KEY, "TRIAL", "IA3")
    block = hmac.digest(KEY.secret, b"arm-label|v1|TRIAL|IA3|0", sha256)
    assert bytes(next(stream) for _ in range(32)) == block


def test_letters_of_two_interims_say_nothing_of_each_other() -> None:
    """Of 3,000 keys each pair of maps occurs about 3000 / 36 times (SD 9)."""
    pairs = Counter()
    for number in range(3000):
        key = MaskKey(sha256(f"key {number}".encode()).digest())
        pairs[tuple(tuple(draw_labels(key, "T", ARMS, name).values()) for name in ("1", "2"))] += 1
    assert len(pairs) == 36
    assert all(45 <= n <= 125 for n in pairs.values())


def test_letters_of_the_trial_stay_and_those_of_interims_do_not(tables: Tables, usual) -> None:
    """Participants of two interims by arm are those of one letter, or of two."""
    codes = [arm.code for arm in trial().arms]
    by_arm = (
        tables["open/dm"]
        .merge(tables["restricted/rand"], on="SUBJID")
        .astype({"AGE": int})
        .groupby("ARMCD")["AGE"]
        .agg(sorted)
        .to_dict()
    )
    assert set(by_arm) == set(codes)
    for name in ("ia3", "fin"):
        interim = load_interim(PARAMS, name, trial())
        for scope, of in SCOPES.items():
            own = interim.interim_id if scope == "interim" else ""
            labels = draw_labels(KEY, of.study, codes, own)
            view = usual(scope, name)
            ages = view["adsl"].groupby("TRT01P")["AGE"].agg(sorted).to_dict()
            assert ages == {labels[code]: of_arm for code, of_arm in by_arm.items()}


def test_keys_of_participants_are_of_one_interim_in_both_scopes(usual) -> None:
    """With fresh letters a key that stayed would lead from one letter to the other."""
    for scope in SCOPES:
        first, second = (set(usual(scope, name)["adsl"]["SUBJID"]) for name in ("ia3", "fin"))
        assert first
        assert not first & second


@pytest.mark.parametrize("scope", SCOPES)
def test_label_invariance_in_both_scopes(scope, tables, usual, tmp_path, monkeypatch) -> None:
    """Section 7.2 of the policy: other true arms under the same letters give the same bytes."""
    of = SCOPES[scope]
    before = pack_view(usual(scope))
    own = load_interim(PARAMS, "ia3", trial()).interim_id if scope == "interim" else ""
    labels = draw_labels(KEY, of.study, ARMS, own)
    dealt = deal_hidden(tables, seed=12, audience="closed_masked")
    rand = dealt["restricted/rand"]
    rand["ARMCD"] = rand["ARMCD"].map(SWAP)
    letters = {SWAP[arm]: letter for arm, letter in labels.items()}
    monkeypatch.setattr(masking, "draw_labels", lambda *_: letters)
    assert pack_view(build(write_tables(dealt, tmp_path), of)) == before


@pytest.mark.parametrize("show", [show_title_page, show_efficacy_title_page])
def test_the_page_says_whether_letters_hold_at_other_interims(usual, show) -> None:
    whole, each = (" ".join(show(usual(scope)).sentences) for scope in SCOPES)
    assert "same arm in every masked report" in whole
    assert "dealt anew" not in whole
    assert "dealt anew at each interim: A here need not be A of another interim" in each
    assert "same arm in every masked report" not in each


def test_the_form_for_the_recommendation_asks_by_the_letters_of_its_own_report(usual):
    whole, each = (
        [question.label for part in show_form(usual(scope)).parts for question in part.questions]
        for scope in SCOPES
    )
    assert not [text for text in whole if "letters of this report alone" in text]
    assert len([text for text in each if "letters of this report alone" in text]) == 1


def test_no_data_set_of_a_masked_view_tells_an_earlier_result_by_letter(usual) -> None:
    """What is known of earlier interims is who was there, and had what: it has no letter."""
    for scope in SCOPES:
        view = usual(scope, "fin")
        assert not {"earlier_reports", "compared_looks", "committee"} & set(view.datasets)
        previous = view["previous"]
        assert len(previous)
        letters = {group.code for group in view.groups("ITT")} - {""}
        assert not any(previous[name].astype(str).isin(letters).any() for name in previous)


def copy_params(to: Path) -> Path:
    """The parameters, with letters of each interim."""
    folder = Path(shutil.copytree(PARAMS, to))
    with (folder / "trial.yaml").open("a") as file:
        file.write("\nmask_scope: interim\n")
    return folder


@pytest.fixture(scope="module")
def params(reports: Path) -> Path:
    """The parameters that the reports were made with."""
    return reports.parent / "params"


@pytest.fixture(scope="module")
def reports(export: Path, make_once) -> Path:
    """Masked reports of two interims, of tiny notebooks; no test changes what is in there."""

    def build_reports(folder: Path) -> None:
        folder.mkdir()
        notebooks = put_notebooks(folder / "notebooks")
        places = ("--data", export, "--out", folder / OUT, "--notebooks", notebooks)
        own = copy_params(folder / "params")
        words = ("run", "ia3", "fin", "--audience", "closed_masked", "--params", own)
        ended = call(*words, *places)
        assert ended.code == 0, ended.err

    return make_once("masked by interim", build_reports) / OUT


def read_seal(reports: Path, interim: str) -> str:
    manifest = json.loads((reports / interim / "closed_masked" / "manifest.json").read_text())
    assert manifest["labels"]["scope"] == "interim"
    return str(manifest["labels"]["seal"])


def test_a_folder_and_its_release_say_that_letters_are_dealt_anew(reports, params, tmp_path):
    for name in ("ia3", "fin"):
        index = (reports / name / "closed_masked" / "index.html").read_text()
        assert "Letters are dealt anew at each interim" in index
        summary = json.loads((reports / name / "closed_masked" / "manifest.json").read_text())
        said = json.dumps([report["summary"] for report in summary["reports"].values()])
        assert not any(f'"{letter}' in said for letter in ("A ", "B ", "C ", 'A"', 'B"', 'C"'))
    words = ("--params", params, "--to", tmp_path, "--by", "somebody")
    ended = call("release", reports / "ia3" / "closed_masked", *words)
    assert ended.code == 0, ended.err
    shutil.unpack_archive(next(tmp_path.glob("*.zip")), tmp_path / "out")
    readme = next((tmp_path / "out").rglob("README.txt")).read_text()
    assert "Letters are dealt anew at each interim: A here need not be A" in readme


def test_one_interim_is_unmasked_by_its_own_record_and_tells_its_own_letters(
    reports, params, tmp_path
):
    own = Path(shutil.copytree(params, tmp_path / "params"))
    seals = {name: read_seal(reports, name) for name in ("ia3", "fin")}
    assert seals["ia3"] != seals["fin"]
    entry = {
        "interim": "ia3",
        "date": load_interim(PARAMS, "ia3", trial()).cutoff,
        "by": "A. Tran",
        "why": "harm",
        "seal": seals["ia3"],
    }
    (own / "committee.yaml").write_text(yaml.safe_dump({"unmaskings": [entry]}))
    ended = call("unmask", reports / "ia3" / "closed_masked", "--params", own)
    assert ended.code == 0, ended.err
    of = load_trial(own)
    labels = draw_labels(TEST_KEY, of.study, [arm.code for arm in of.arms], "IA3")
    arms = {letter: of.arm(code) for code, letter in labels.items()}
    assert ended.out.splitlines() == [
        f"IA3: {letter} is {arms[letter].label} ({arms[letter].name})" for letter in sorted(arms)
    ]
    other = call("unmask", reports / "fin" / "closed_masked", "--params", own)
    assert (other.code, other.out) == (2, "")
    assert "no entry in `unmaskings` for this report" in other.err
    assert "interim: fin, date: " in other.err
    (own / "committee.yaml").write_text(
        yaml.safe_dump({"unmaskings": [{**entry, "interim": "fin"}]})
    )
    mixed = call("unmask", reports / "fin" / "closed_masked", "--params", own)
    assert (mixed.code, mixed.out) == (2, "")


def test_a_change_of_scope_during_a_trial_is_refused_and_changes_nothing(
    reports, export, params, tmp_path
):
    own = Path(shutil.copytree(PARAMS, tmp_path / "params"))
    before = read_seal(reports, "ia3")
    words = ("run", "ia3", "--audience", "closed_masked", "--params", own, "--data", export)
    ended = call(*words, "--out", reports, "--notebooks", reports.parent / "notebooks")
    assert ended.code == 2
    assert "its seal does not match" in ended.err
    assert "dealt with mask_scope: interim, and trial.yaml says trial" in ended.err
    assert read_seal(reports, "ia3") == before
