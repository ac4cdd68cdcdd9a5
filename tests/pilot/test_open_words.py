"""The open report of a real trial with a placebo and two doses: no word of it tells the arms."""

import html
import re
from pathlib import Path

from leaks import read_all, unpack

from helpers.params import load_trial

TITLE = load_trial(Path(__file__).parents[1] / "trial" / "params" / "cdisc_pilot").title
TELLING = re.compile(
    r"(?<!\w)(?:placebo|xanomeline|transdermal|xan(?:lo|hi)|(?:low|high) dose|doses?|dosed|pbo)"
    r"(?!\w)",
    re.IGNORECASE,
)


def find_words(folder: Path) -> set[str]:
    found = set()
    for name, content in read_all(folder).items():
        for piece in unpack(content):
            text = re.sub(r"(?s)<style>.*?</style>", " ", piece.decode("utf-8", errors="replace"))
            text = html.unescape(text).replace(TITLE, "")  # the title is public and names it
            found |= {f"{name}: {hit[0]}" for hit in TELLING.finditer(text)}
    return found


def test_no_word_in_the_open_report_of_the_pilot_tells_of_arms_or_doses(reports):
    assert find_words(reports / "open") == set()


def test_the_closed_report_of_the_pilot_is_full_of_them(reports):
    found = {hit.split(": ")[1].casefold() for hit in find_words(reports / "closed_unmasked")}
    assert {"placebo", "xanomeline", "dose"} <= found
