"""The leak scan of finished bytes: words, places of the machine, texts beside pictures."""

import gzip
import json
import re
import sys
import time
from pathlib import Path

import pytest
from packed import draw_png, in_page, zip_up

from helpers.errors import RunError
from helpers.params import load_trial
from helpers.reporting.blinding.leak_scan import build_scan, check_leaks, find_leak
from helpers.reporting.blinding.unpack import Piece

TRIAL = load_trial(Path(__file__).parents[2] / "trial" / "params")
SOFTWARE = b"Software\x00Matplotlib version3.10.8, https://matplotlib.org/"


def find(content: bytes, audience: str = "open", name: str = "page.html") -> str:
    try:
        check_leaks({"a.csv": b"fine", name: content}, TRIAL, audience)
    except RunError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "content",
    [
        b"<p>the placebo</p>",
        zip_up(b"a,IT,1", "tables/x.csv"),
        zip_up(b"", "tables/dose.csv"),
        gzip.compress(json.dumps({"note": "nh\u00f3m ch\u1ee9ng"}).encode(), mtime=0),
        in_page(b"<svg><title>" + b" " * 60 + b"Intrathecal</title></svg>", "image/svg+xml"),
    ],
)
def test_a_word_is_found_however_it_is_packed_and_not_for_those_who_know_the_arms(content):
    assert "holds the word" in find(content)
    assert find(content, "closed_unmasked") == ""


def test_the_message_names_file_place_and_word_and_nothing_around():
    packed = zip_up(b"fine\nParticipant 7 got the placebo at dawn", "safety.html")
    assert find(packed, name="r.zip") == (
        "r.zip: safety.html: line 2 holds the word 'placebo', which open readers may not get; "
        "nothing is released"
    )


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
@pytest.mark.parametrize(
    "text",
    [
        f"{Path.home()}/x",
        f"{sys.prefix}/lib",
        "see /" + "home/anna/data",
        "/" + "Users/anna/data",
        "C:\\Users\\anna",
        "file:///etc",
        "&#47;home&#47;anna",
        '{"a": "\\/home\\/anna"}',
    ],
)
def test_a_place_of_the_machine_is_found_for_every_reader(text, audience):
    assert "holds a place or name of the machine" in find(text.encode(), audience)
    assert "place or name" in find(zip_up(text.encode()), audience, "r.zip")


OTHERS = ("and/or 3/4", "tables/T-S-01.csv", "../x", "n/" + "home/x", "Home: 3")


@pytest.mark.parametrize("text", OTHERS)
def test_other_strokes_are_no_place(text):
    assert find(text.encode()) == ""


def test_the_name_of_the_machine_is_found():
    scan = build_scan(TRIAL, "open", machine=["trial-host-7"])
    assert "name of the machine" in find_leak(Piece("a", b"made on trial-host-7 at"), scan)
    assert find_leak(Piece("a", b"trial-host-77"), scan) == ""


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_a_text_beside_a_picture_is_found_unless_the_library_writes_it_into_all(audience):
    assert find(in_page(draw_png((b"tEXt", SOFTWARE))), audience) == ""
    for chunk in ((b"tEXt", b"Author\x00A. Tran"), (b"tEXt", SOFTWARE + b" IT"), (b"eXIf", b"x")):
        assert "a text beside the picture" in find(in_page(draw_png(chunk)), audience)


def test_what_is_no_text_goes_to_nobody_who_may_not_know_the_arms():
    assert "is no text" in find(b"\xff\xd8\xff\xe0 a photograph")
    assert find(b"\xff\xd8\xff\xe0 a photograph", "closed_unmasked") == ""


def test_published_files_of_the_trial_pass_and_are_searched_fast(published):
    start = time.process_time()
    for audience in ("open", "closed_unmasked"):
        folder = published / "ia3" / audience
        files = {p.name: p.read_bytes() for p in folder.rglob("*") if re.search("html|csv", p.name)}
        check_leaks(files, TRIAL, audience)
    assert time.process_time() - start < 3  # seconds for a folder; here for two
