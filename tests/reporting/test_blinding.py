"""What an open reader could learn from the bytes of a published folder: nothing about arms."""

import base64
import gzip
import json
import re
from pathlib import Path

from altered_exports import (
    NUMBER,
    WORD,
    copy_export,
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


def test_an_open_bundle_does_not_depend_on_who_is_in_which_arm(export, published, tmp_path):
    other = copy_export(export, tmp_path / "export")
    reassign_arms(other, seed=1)
    assert read_all(run_open(other, tmp_path / "out")) == read_all(published / "ia3" / "open")


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
