"""The note of T-S-05 follows the numbers of participants and of categories at hand."""

import pandas as pd
import pytest
from sample_trial import ADSL, make_sample

from helpers.displays.baseline.characteristics import tabulate_baseline


def note_of(iv: int, it: int, control: int) -> str:
    """The note with so many participants in each arm, all categories of the sample in use."""
    arms = ["IV"] * iv + ["IT"] * it + ["CTL"] * control
    rows = [ADSL.iloc[[i % 6]] for i in range(len(arms))]
    adsl = pd.concat(rows, ignore_index=True).assign(TRT01P=arms)
    keys = [f"P{i:02}" for i in range(len(arms))]
    table = tabulate_baseline(make_sample(adsl=adsl.assign(USUBJID=keys, SUBJID=keys)))
    return next(note for note in table.notes if "balance" in note)


@pytest.mark.parametrize(
    ("arms", "words"),
    [
        ((5, 5, 5), "With 5 against 5 participants"),
        ((16, 16, 16), "With 16 against 16 participants"),
        ((12, 13, 12), "With 12 against 12 participants"),
        ((9, 6, 12), "With 6 against 12 participants"),
    ],
)
def test_the_smallest_comparison_at_hand_is_the_one_described(arms, words):
    assert words in note_of(*arms)


@pytest.mark.parametrize(("n", "sd"), [(5, "0.73"), (16, "0.37")])
def test_the_sd_is_that_of_the_arms_at_hand(n, sd):
    assert f"has an SD of {sd} by chance alone" in note_of(n, n, n)


def test_the_sd_is_said_to_be_larger_where_values_are_missing():
    text = note_of(5, 5, 5)
    assert "(the smallest of the comparisons with control)" in text
    assert "by chance alone, more where values are missing." in text


def test_no_source_speaks_of_a_day_0():
    assert "day 0" not in tabulate_baseline(make_sample()).source_note


def test_categories_have_a_median_and_a_percentile_by_their_number():
    # the sample has sex with 2 categories and age groups with 3
    text = note_of(16, 16, 16)
    assert "median and 90th percentile are 0.25 and 0.66 with 2, 0.43 and 0.83 with 3" in text
    assert "with 5" not in text


def test_no_fixed_bound_is_promised_whatever_the_numbers():
    assert not any("0.7 " in note_of(n, n, n) for n in (5, 16))


def test_of_arms_too_small_the_note_gives_no_number():
    text = note_of(4, 6, 6)
    assert "With fewer than 5 participants in an arm" in text
    assert "SD" not in text
