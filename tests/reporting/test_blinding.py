"""What an open reader could learn from the bytes of a published folder: nothing about arms."""

import base64
import gzip
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from altered_exports import (
    NUMBER,
    WORD,
    add_forms_of_dose_stays,
    copy_export,
    enter_late,
    number_anew,
    plant_canaries,
    read_table,
    reassign_arms,
)
from leaks import find_in_bundle, read_all, unpack
from whole_program import run_interim

# The labels of arms, and words that only somebody who knows the arm would use.
LABELS = ("IV", "IT", "CTL")
ENGLISH = r"""intravenous intrathecal controls? placebo sham infusions? lumbar puncture spinal
    routes? dose[sd]? dosing lots? csf premedication unmasked"""
VIETNAMESE = ("đối chứng", "giả dược", "truyền", "tủy sống", "tuỷ sống", "liều", "lô")
ANY = "|".join([*ENGLISH.split(), *VIETNAMESE])
FORBIDDEN = re.compile(rf"(?<![\w/.-])(?:{'|'.join(LABELS)}|(?i:{ANY}))(?![\w/-])")


def run_open(export: Path, out: Path, interim: str = "ia3") -> Path:
    run_interim(interim, "--audience", "open", "--data", export, "--out", out)
    return out / interim / "open"


@pytest.fixture(scope="module")
def telling(export, tmp_path_factory):
    """An export with what gave arms away once: late entries, forms of dose stays, all numbered."""
    folder = copy_export(export, tmp_path_factory.mktemp("telling") / "export")
    enter_late(folder)
    add_forms_of_dose_stays(folder)
    number_anew(folder)
    return folder


@pytest.fixture(scope="module")
def told(telling, tmp_path_factory):
    return read_all(run_open(telling, tmp_path_factory.mktemp("told")))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_open_bundle_does_not_depend_on_who_is_in_which_arm(telling, told, seed, tmp_path):
    other = copy_export(telling, tmp_path / "export")
    reassign_arms(other, seed=seed)
    assert read_all(run_open(other, tmp_path / "out")) == told


def test_a_study_end_has_neither_number_nor_day_and_no_form_of_a_dose_stay_is_named(told):
    """Of 48 dosed or not dosed, number 3 or 4 said which."""
    found = told["findings.csv"].decode()
    ends = re.findall(r"^C49,W,ds,\d{3},(.*),DSSTDTC,", found, re.MULTILINE)
    assert len(ends) > 10
    assert set(ends) == {""}
    for name, content in told.items():
        for piece in unpack(content):
            assert not re.search(rb"\b(?:DS|CM|DV|AE|SV|MH)SEQ=|\bQRYID=|VISIT=D[12]A", piece), name


def test_the_arms_were_dealt_anew_in_that_test(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    reassign_arms(other, seed=1)
    for name in ("restricted/rand.csv", "restricted/ex.csv", "restricted/vs.csv", "open/sv.csv"):
        before, after = read_table(export / name), read_table(other / name)
        assert len(before) == len(after)
        assert not before.equals(after), name


def test_no_canary_from_a_hidden_cell_is_in_an_open_bundle(export, tmp_path):
    other = copy_export(export, tmp_path / "export")
    assert plant_canaries(other) > 10_000
    folder = run_open(other, tmp_path / "out")
    assert find_in_bundle(tmp_path / "out", WORD.encode(), NUMBER.encode()) == []
    assert (folder / "safety.html").is_file()


def test_a_canary_would_be_found_wherever_it_is_packed(tmp_path):
    packed = base64.b64encode(gzip.compress(b"x" * 40 + WORD.encode() + b"y" * 40)).decode()
    notebook = {
        "cells": [{"outputs": [{"data": {"text/html": f"<a href='data:x;base64,{packed}'>"}}]}]
    }
    (tmp_path / "safety.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "page.html").write_text("<p>&#81;x7Zcanary</p>")
    found = find_in_bundle(tmp_path, WORD.encode())
    assert [line.split(":")[0] for line in found] == ["page.html", "safety.ipynb"]


DAY = re.compile(r"\d{4}-\d\d-\d\d")


def test_no_day_stands_beside_a_participant_anywhere_in_an_open_folder(published):
    """Findings are the only place that names participants, and they tell visits and months."""
    folder = published / "ia3" / "open"
    rows = pd.read_csv(folder / "findings.csv", dtype=str, keep_default_na=False)
    named = rows[rows["SUBJID"] != ""]
    assert len(named) > 20
    assert not named.apply(lambda column: column.str.contains(DAY)).any(axis=None)
    assert not named["key"].str.contains(r"VISIT=.*DTC=").any()
    assert named["key"].str.contains(r"DTC=\d{4}-\d\d$").any()
    (listing,) = [name for name in read_all(folder) if "L-S-08" in name]
    assert not DAY.search((folder / listing).read_text())


def test_open_readers_learn_nothing_of_findings_after_the_cut_nor_of_unmarked_severe_events(
    published,
):
    """Two lines "grade 4 or more" were two events, in a report that says `3 to 5` of them."""
    for audience, told in (("open", False), ("closed_unmasked", True)):
        folder = published / "ia3" / audience
        assert ("Whole export" in (folder / "tables" / "T-S-03c.csv").read_text()) is told
        assert (",EXPORT," in (folder / "results.csv").read_text()) is told
        assert (
            bool(re.search(r"^C20,", (folder / "findings.csv").read_text(), re.MULTILINE)) is told
        )
        page = (folder / "safety.html").read_text()
        assert told or "About later records of the export" not in page
        assert ("grade 4 or 5 not marked serious" in page) is told


def test_no_word_in_an_open_bundle_tells_of_arms_or_doses(published):
    found = set()
    for name, content in read_all(published / "ia3" / "open").items():
        for piece in unpack(content):
            text = re.sub(r"(?s)<style>.*?</style>", " ", piece.decode("utf-8", errors="replace"))
            for hit in FORBIDDEN.finditer(text):
                found.add(f"{name}: ...{text[max(0, hit.start() - 40) : hit.end() + 20]}...")
    assert sorted(found) == []


def test_such_a_word_would_be_found(published):
    text = (published / "ia3" / "closed_unmasked" / "safety.html").read_text()
    assert {"IV", "IT", "CTL", "dose", "control"} <= set(FORBIDDEN.findall(text))
