import re
from dataclasses import replace
from importlib.metadata import version

import pytest
from sample_trial import make_empty, make_sample

from helpers.bundle import pack_view, unpack_view
from helpers.displays.summary.title_page import show_title_page


def test_the_page_says_what_it_is_and_of_which_data() -> None:
    page = show_title_page(make_sample())
    assert {fact.label: fact.value for fact in page.facts} == {
        "Analysis": "IA3",
        "Randomised": "6 of 48",
        "Data fingerprint": "not packed",
        "Code": version("interim-reports"),
    }
    assert page.sentences[0].startswith(
        "NCT05292625, Interim analysis 3: planned at half of the information"
    )


def test_the_fingerprint_is_that_of_the_packed_data() -> None:
    view = make_sample()
    first, again = (unpack_view(pack_view(view)) for _ in range(2))
    other = unpack_view(pack_view(make_sample(adae=view["adae"].iloc[1:].reset_index(drop=True))))
    shown = [
        next(fact.value for fact in show_title_page(v).facts if fact.label == "Data fingerprint")
        for v in (first, again, other)
    ]
    assert re.fullmatch("[0-9a-f]{8}", shown[0])
    assert shown[0] == shown[1] != shown[2]


def test_every_reader_is_told_who_may_read_it() -> None:
    closed, opened = (
        " ".join(show_title_page(make_sample(a)).sentences)
        for a in (
            "closed_unmasked",
            "open",
        )
    )
    assert "Confidential, for the monitoring committee" in closed
    assert "no treatment arms" in opened
    assert "project proposal" in closed
    assert "project proposal" in opened


def test_only_synthetic_data_are_called_so() -> None:
    view = make_sample()
    assert any("Synthetic data" in text for text in show_title_page(view).sentences)
    real = show_title_page(replace(view, synthetic=False))
    assert not any("Synthetic data" in text for text in real.sentences)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_consent_nobody_is_randomised(audience: str) -> None:
    page = show_title_page(make_empty(audience))
    assert page.results[0].value == 0
