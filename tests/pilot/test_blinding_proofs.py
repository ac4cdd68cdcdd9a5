"""The pilot: its open folder knows nothing of the restricted side, its masked one letters alone."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from leaks import find_in_bundle, read_all, unpack
from program import PARAMS, call
from whole_program import run_interim

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.datasets.masked import mask as masking
from helpers.datasets.reader import Reader
from helpers.masking.key import MaskKey
from helpers.masking.labels import draw_labels
from helpers.params import load_interim, load_trial

PILOT = PARAMS / "cdisc_pilot"
WORD, NUMBER = "Qx7Zcanary", 0.8372615940372
KEYS = ("SRCROW", "USUBJID")


def change(data: Path, how) -> None:
    """Every restricted data set with its columns, but the keys, changed."""
    for path in sorted((data / "restricted").glob("*.parquet")):
        frame = pd.read_parquet(path)
        for place, column in enumerate(name for name in frame if name not in KEYS):
            frame[column] = how(frame[column], place)
        frame.to_parquet(path, index=False)


def deal(values: pd.Series, place: int) -> pd.Series:
    return pd.Series(values.sample(frac=1, random_state=3 + place).to_numpy(), dtype=values.dtype)


def plant(values: pd.Series, place: int) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(NUMBER, index=values.index)
    return pd.Series([f"{WORD}{place}.{row}" for row in range(len(values))], index=values.index)


def run_open(data: Path, out: Path) -> dict[str, bytes]:
    run_interim("final", "--params", PILOT, "--data", data, "--out", out, "--audience", "open")
    return read_all(out / "final" / "open")


@pytest.fixture(scope="module")
def told(imported, tmp_path_factory):
    return run_open(imported, tmp_path_factory.mktemp("told"))


@pytest.mark.slow
def test_open_invariance_of_an_imported_study(imported, told, tmp_path):
    """Section 7.1: arms, doses, causality and action belong to others."""
    data = shutil.copytree(imported, tmp_path / "data")
    change(data, deal)
    before = pd.read_parquet(imported / "restricted" / "adsl.parquet")
    after = pd.read_parquet(data / "restricted" / "adsl.parquet")
    assert (before["TRT01P"] != after["TRT01P"]).sum() > 50
    assert run_open(data, tmp_path / "out") == told


@pytest.mark.slow
def test_no_canary_of_an_imported_study_is_in_its_open_folder(imported, told, tmp_path):
    """Section 7.3."""
    data = shutil.copytree(imported, tmp_path / "data")
    change(data, plant)
    assert run_open(data, tmp_path / "out") == told
    assert find_in_bundle(tmp_path / "out", WORD.encode(), str(NUMBER).encode()) == []


@pytest.mark.slow
def test_the_open_report_of_an_imported_study_needs_no_restricted_folder(imported, told, tmp_path):
    """Section 7.6."""
    data = shutil.copytree(imported, tmp_path / "data")
    shutil.rmtree(data / "restricted")
    assert run_open(data, tmp_path / "out") == told


# what the data and the parameters call the arms, and words that tell of doses
FORBIDDEN = re.compile(
    r"(?<![\w/.-])(?i:placebo|xanomeline|(?:low|high) dose|dose[sd]?|XANLO|XANHI|PBO|Pbo|controls?|"
    r"transdermal|54 mg|81 mg|sham|infusions?|injections?)(?![\w/-])"
)
ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
CODES = ("PBO", "XANHI", "XANLO")  # sorted, as letters are drawn
SECRETS = ("k" * 40, "m" * 40)


def letters_of(secret: str) -> dict[str, str]:
    return draw_labels(MaskKey(secret.encode()), "CDISCPILOT01", CODES)


def run_masked(data: Path, out: Path, secret: str) -> Path:
    words = ("run", "final", "--audience", "closed_masked", "--params", PILOT)
    key = {"PILOT_KEY": secret}
    ended = call(*words, "--data", data, "--out", out, "--mask-key", "env:PILOT_KEY", env=key)
    assert ended.code == 0, ended.err
    return out / "final" / "closed_masked"


@pytest.fixture(scope="module")
def masked(imported, tmp_path_factory) -> Path:
    return run_masked(imported, tmp_path_factory.mktemp("masked"), SECRETS[0])


def view_masked(data: Path) -> bytes:
    trial = load_trial(PILOT)
    reader = Reader("closed_masked", key=MaskKey(SECRETS[0].encode()))
    interim = load_interim(PILOT, "final", trial)
    return pack_view(build_view(data, PILOT, trial=trial, interim=interim, audience=reader))


@pytest.mark.slow
def test_no_word_of_an_arm_is_in_the_masked_folder_of_the_pilot(masked):
    """Section 7.4, on every file, unpacked, and on the names of files."""
    found = set()
    for name, content in read_all(masked).items():
        for piece in (name.encode(), *unpack(content)):
            text = re.sub(r"(?s)<style>.*?</style>", " ", piece.decode("utf-8", errors="replace"))
            for hit in FORBIDDEN.finditer(text):
                found.add(f"{name}: {text[max(0, hit.start() - 40) : hit.end() + 20]}")
    assert sorted(found) == []


@pytest.mark.slow
def test_the_masked_pages_of_the_pilot_hold_its_numbers_by_letter(imported, masked):
    """Randomised, left for an adverse event, died: counted here from the data as given."""
    adsl = pd.read_parquet(imported / "open" / "adsl.parquet").merge(
        pd.read_parquet(imported / "restricted" / "adsl.parquet"), on=list(KEYS)
    )
    word = {"PBO": ARMS[0], "XANLO": ARMS[1], "XANHI": ARMS[2]}
    results = pd.read_csv(masked / "results.csv", dtype=str, keep_default_na=False)
    shown = results[(results["display"] == "T-S-02") & (results["statistic"] == "n")]
    for code, letter in letters_of(SECRETS[0]).items():
        own = adsl[adsl["TRT01P"] == word[code]]
        left = int(((own["DCSREAS"] == "Adverse Event") & (own["EOSSTT"] == "DISCONTINUED")).sum())
        rows = shown[shown["arm"] == letter].set_index(["parameter", "category"])["value"]
        assert float(rows["LEFT_STUDY", "ADVERSE_EVENT"]) == left > 0
        assert float(rows["STUDY", "COMPLETED"]) == (own["EOSSTT"] == "COMPLETED").sum()


@pytest.mark.slow
def test_two_keys_give_the_pilot_the_same_numbers_under_other_letters(imported, masked, tmp_path):
    other = run_masked(imported, tmp_path / "out", SECRETS[1])
    first, second = (letters_of(secret) for secret in SECRETS)
    assert first != second
    to_first = {second[code]: first[code] for code in CODES}
    frames = []
    for folder, letters in ((masked, {}), (other, to_first)):
        rows = pd.read_csv(folder / "results.csv", dtype=str, keep_default_na=False)
        rows = rows[rows["contrast"] == ""].assign(arm=rows["arm"].replace(letters))
        keys = [name for name in rows if name not in ("value", "method")]
        frames.append(rows.set_index(keys)["value"].sort_index())
    one, two = (pd.to_numeric(frame, errors="coerce") for frame in frames)
    assert len(one) > 1500
    assert one.index.equals(two.index)
    pd.testing.assert_series_equal(one, two, rtol=1e-6, atol=1e-9)
    assert set(read_all(masked)) == set(read_all(other))


@pytest.mark.slow
def test_label_invariance_of_the_pilot(imported, tmp_path, monkeypatch):
    """Section 7.2: a report is a function of the packed view, so the view says it."""
    before = view_masked(imported)
    data = shutil.copytree(imported, tmp_path / "data")
    swap = dict(zip(ARMS, (*ARMS[1:], ARMS[0]), strict=True))
    code = dict(zip(ARMS, ("PBO", "XANLO", "XANHI"), strict=True))

    def swap_or_deal(values: pd.Series, place: int) -> pd.Series:
        return values.map(swap) if values.name == "TRT01P" else deal(values, place)

    change(data, swap_or_deal)
    letters = letters_of(SECRETS[0])
    swapped = {code[swap[arm]]: letters[code[arm]] for arm in ARMS}
    assert view_masked(data) != before
    monkeypatch.setattr(masking, "draw_labels", lambda *_: swapped)
    assert view_masked(data) == before


@pytest.mark.slow
def test_no_canary_of_the_restricted_side_is_in_a_masked_view_of_the_pilot(imported, tmp_path):
    """Section 7.3: of the restricted side the planned arm alone is read."""
    data = shutil.copytree(imported, tmp_path / "data")

    def plant_others(values: pd.Series, place: int) -> pd.Series:
        return values if values.name == "TRT01P" else plant(values, place)

    change(data, plant_others)
    assert view_masked(data) == view_masked(imported)


@pytest.mark.slow
def test_the_masked_report_of_the_pilot_is_not_made_without_its_restricted_folder(
    imported, tmp_path
):
    """Section 7.6: it fails closed."""
    data = shutil.copytree(imported, tmp_path / "data")
    shutil.rmtree(data / "restricted")
    words = ("run", "final", "--audience", "closed_masked", "--params", PILOT, "--data", data)
    key = {"INTERIM_MASK_KEY": SECRETS[0]}
    ended = call(*words, "--out", tmp_path / "out", env=key)
    assert ended.code == 1
    assert "adsl.TRT01P: cannot be read, so no arm can be masked" in ended.err
    assert not list((tmp_path / "out").rglob("safety.html"))
    assert "Placebo" not in ended.err
