"""FIM: hand-made cases, domain sums, properties."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.scales.fim import CODES, COLUMNS, DOMAINS, score_fim

modest = settings(derandomize=True, deadline=None, max_examples=60)
SIZES = {
    "self_care": 6,
    "sphincter": 2,
    "transfers": 3,
    "locomotion": 2,
    "communication": 2,
    "social_cognition": 3,
    "motor": 13,
    "cognitive": 5,
    "total": 18,
}
PARTS = list(SIZES)[:6]
levels = st.sampled_from([*"1234567", "0", "NT"])
forms = st.fixed_dictionaries(dict.fromkeys(CODES, levels))


def score_one(level="4", **changes):
    return score_fim(pd.DataFrame([dict.fromkeys(CODES, level) | changes])).iloc[0]


def test_the_columns_are_those_promised():
    assert tuple(score_fim(pd.DataFrame([dict.fromkeys(CODES, 1)])).columns) == COLUMNS


@pytest.mark.parametrize(("domain", "size"), SIZES.items())
def test_every_domain_has_its_items_and_range(domain, size):
    assert len(DOMAINS[domain]) == size
    assert (score_one("1")[domain], score_one("7")[domain]) == (size, 7 * size)


@pytest.mark.parametrize("raw", ["NT", "0", 0, 0.0])
def test_not_testable_and_did_not_occur_score_one_and_are_counted(raw):
    row = score_one(fim11_transfer_tub_shower=raw)
    assert (row.transfers, row.total, row.n_special, row.n_missing) == (9, 69, 1, 0)
    assert "scored 1 fim11_transfer_tub_shower" in row.note


@pytest.mark.parametrize("raw", [None, "8", "-1", "4.5", "UN", "1+", 9])
def test_a_blank_or_impossible_level_takes_out_exactly_the_sums_it_belongs_to(raw):
    row = score_one(fim07_bladder=raw)
    for domain, members in DOMAINS.items():
        assert math.isnan(row[domain]) == ("fim07_bladder" in members)
    assert row.n_missing == 1
    wanted = "missing fim07_bladder" if raw is None else f"not a legal value fim07_bladder={raw}"
    assert row.note == wanted


def test_special_codes_in_a_row_of_an_integer_column_are_not_blanks():
    result = score_fim(pd.DataFrame([dict.fromkeys(CODES, 0), dict.fromkeys(CODES, 7)]))
    assert result.total.tolist() == [18, 126]
    assert result.n_special.tolist() == [18, 0]


@modest
@given(forms)
def test_domains_add_up_to_motor_cognitive_and_total(answer):
    row = score_fim(pd.DataFrame([answer])).iloc[0]
    assert sum(row[part] for part in PARTS[:4]) == row.motor
    assert sum(row[part] for part in PARTS[4:]) == row.cognitive
    assert row.motor + row.cognitive == row.total
    assert row.total == sum(max(int(v), 1) if v != "NT" else 1 for v in answer.values())
    assert 18 <= row.total <= 126


@modest
@given(forms, st.sampled_from(CODES))
def test_a_better_level_never_lowers_a_sum(answer, code):
    now = answer[code]
    better = answer | {code: "1" if now == "NT" else str(min(int(now) + 1, 7))}
    result = score_fim(pd.DataFrame([answer, better]))
    for domain in DOMAINS:
        assert result[domain].iloc[1] >= result[domain].iloc[0]


@modest
@given(forms, st.sampled_from(CODES))
def test_a_blank_never_changes_a_sum_it_is_no_part_of(answer, code):
    result = score_fim(pd.DataFrame([answer, answer | {code: None}]))
    for domain, members in DOMAINS.items():
        first, second = result[domain]
        assert math.isnan(second) if code in members else second == first
