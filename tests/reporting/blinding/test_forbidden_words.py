"""The last look at what open readers get: one word that tells of arms stops the folder."""

import json
from pathlib import Path

import pytest

from helpers.errors import RunError
from helpers.masking.telling_words import build_words
from helpers.params import load_trial
from helpers.reporting.blinding.forbidden_words import check_words, find_word

PARAMS = Path(__file__).parents[2] / "trial" / "params"
TRIAL = load_trial(PARAMS)
WORDS = build_words(TRIAL)
PILOT = build_words(load_trial(PARAMS / "cdisc_pilot"))


def look(name: str, content: str, words=WORDS) -> str:
    hit = find_word(name, content.encode(), words)
    return "" if hit is None else f"{hit.where}: {hit.word}"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("the control had none", "control"),
        ("Two Controls", "controls"),
        ("who got a placebo", "placebo"),
        ("after the first dose", "dose"),
        ("a pre-dose sample", "dose"),
        ("dose_changed", "dose"),
        ("a lumbar puncture", "lumbar"),
        ("CSF cells", "csf"),
        ("nhóm chứng", "nhóm chứng"),
        ("Sau khi TRUYỀN", "truyền"),
        ("chọc do\u0300", "chọc dò"),  # composed otherwise
        ("liều thứ hai", "liều"),
        ("IV", "IV"),
        ("by CTL, then", "CTL"),
        ("intravenous", "intravenous"),
        ("INTRATHECAL", "intrathecal"),
        ("cont<b>rol</b>", "control"),
        ("d&#111;se", "dose"),
        ("lumb&#97;r", "lumbar"),
    ],
)
def test_a_word_that_tells_of_arms_or_doses_is_found_in_both_languages(text, word):
    assert look("page.html", f"<p>\n{text}\n</p>").split(": ")[1].casefold() == word.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "iv. the fourth", "controlled", "overdose", "a spine", "routed", "plots", "allotted",
        TRIAL.title, TRIAL.study, "closed_unmasked", "Alo", "slots of time",
    ],
)  # fmt: skip
def test_other_words_pass(text):
    assert look("page.html", f"<p>{text}</p>") == ""


@pytest.mark.parametrize("arm", TRIAL.arms, ids=lambda arm: arm.code)
def test_what_the_trial_calls_its_arms_is_found(arm):
    for text in (arm.label, arm.name, arm.code, arm.route):
        assert not text or look("results.csv", f"1,{text},2") != ""


def test_what_another_trial_calls_its_arms_is_found_there_and_not_here():
    for text in ("XANHI", "Low dose", "xanomeline low dose", "transdermal", "Placebo"):
        assert look("x.csv", text, PILOT) != ""
    assert look("x.csv", "transdermal, XANHI") == ""


@pytest.mark.parametrize("name", ["safety.html", "index.html", "results.csv", "findings.csv"])
def test_a_hit_is_one_line_that_names_file_place_and_word_and_nothing_around_it(name):
    with pytest.raises(RunError) as error:
        check_words({"a.csv": b"fine", name: b"fine\nPatient 7 got the placebo at dawn"}, TRIAL)
    assert str(error.value) == (
        f"{name}: line 2 holds the word 'placebo', which open readers may not get; "
        "nothing is published"
    )
    assert error.value.exit_code == 1


@pytest.mark.parametrize("place", ["source", "output", "key", "metadata"])
def test_a_notebook_is_searched_in_every_cell_and_in_its_metadata(place):
    output = {"data": {"text/html": ["<p>the con", "trol</p>"]}, "output_type": "display_data"}
    cell = {
        "cell_type": "code",
        "source": ["x = 1\n", "# a dose" if place == "source" else "y"],
        "outputs": [output] if place == "output" else [],
        "metadata": {"placebo": 1} if place == "key" else {},
    }
    about = {"title": "sham"} if place == "metadata" else {}
    found = look("safety.ipynb", json.dumps({"cells": [cell], "metadata": about}))
    assert found.split(": ")[0] == ("its metadata" if place == "metadata" else "cell 1")


def test_the_name_of_a_file_is_searched():
    assert look("tables/T-dose-1.csv", "fine") == "its name: dose"
