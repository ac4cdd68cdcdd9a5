"""Planted errors: every one is found, and without them nothing is wrong."""

from collections import Counter
from functools import cache

import pytest
from checked_export import check_folder, read_truth, write

from helpers.simulate.errors import CATALOGUE
from helpers.simulate.scenarios import SCENARIOS

# The ids that synthetic-data.md section 8 names.
NAMED = (
    "C01 C04 C07 C08 C10 C12 C14 C15 C16 C17 C19 C20 C21 C22 C24 C25 C26 C28 C29 C32 C33 C33b C34 "
    "C36 C36b C37 C40 C41 C43 C44 C45 C48 C50 C51 STRUCT-SENTINEL STRUCT-EXTRA"
)
# What is left on clean data, and why it is there (docs/synthetic_data.md).
WARNINGS = {"C08", "C10", "C12", "C29", "C30", "C34", "C46", "C49", "C50", "C51", "C53",
            "STRUCT-DELETED"}  # fmt: skip


def list_found(folder):
    found = check_folder(folder)
    return found, set(
        zip(
            found["id"],
            found["table"],
            found["SUBJID"],
            found["key"],
            found["column"],
            strict=True,
        )
    )


def list_planted(folder):
    return [
        tuple(error[name] for name in ("id", "table", "SUBJID", "key", "column"))
        for error in read_truth(folder)["errors"]
    ]


# The others differ from these in their scores only, which no error touches.
USUAL = ("modest", "sparse", "harm_it")
EVERY = [pytest.param(name, marks=() if name in USUAL else pytest.mark.slow) for name in SCENARIOS]


@pytest.fixture(scope="module")
def planted_and_found(tmp_path_factory):
    """What was planted in the export of a scenario, and what is found there; made once for each."""

    @cache
    def look(scenario):
        folder = write(tmp_path_factory.mktemp("errors") / scenario, scenario=scenario)
        return list_planted(folder), list_found(folder)[1]

    return look


@pytest.fixture(scope="module")
def found_in_clean(tmp_path_factory):
    """What is found in the export of a scenario without errors."""

    @cache
    def look(scenario):
        folder = tmp_path_factory.mktemp("clean") / scenario
        return check_folder(write(folder, scenario=scenario, errors=False))

    return look


@pytest.mark.parametrize("scenario", EVERY)
def test_every_planted_error_is_found_at_its_place(planted_and_found, scenario):
    planted, found = planted_and_found(scenario)
    if scenario != "sparse":  # a small trial takes its share (below)
        assert set(NAMED.split()) <= {error[0] for error in planted}
    assert set(planted) <= found


@pytest.mark.parametrize("scenario", EVERY)
def test_a_second_dose_dated_too_late_is_found_by_its_interval_and_by_its_other_records(
    planted_and_found, scenario
):
    planted, found = planted_and_found(scenario)
    too_late = [error for error in planted if error[0] == "C12"]
    assert [error for error in found if error[0] == "C54"] == [
        ("C54", *error[1:]) for error in too_late
    ]


def test_a_small_trial_takes_its_share_of_the_errors(planted_and_found):
    planted, found = planted_and_found("sparse")
    assert len({error[0] for error in planted}) >= 34
    assert set(planted) <= found


def test_no_two_errors_touch_the_same_record(planted_and_found):
    planted, _ = planted_and_found("modest")
    records = Counter((table, subject, key) for _, table, subject, key, _ in planted if key)
    assert max(records.values()) == 1


def test_each_error_is_planted_once(planted_and_found):
    planted, _ = planted_and_found("modest")
    assert max(Counter(error[0] for error in planted).values()) == 1
    assert len(planted) == len(CATALOGUE) + 1  # and the column too many


@pytest.mark.parametrize("scenario", EVERY)
def test_without_errors_nothing_is_found_but_warnings_with_a_reason(found_in_clean, scenario):
    found = found_in_clean(scenario)
    assert set(found["severity"]) <= {"W"}
    assert set(found["id"]) <= WARNINGS


def test_irregular_on_purpose_has_its_deviation_row(found_in_clean):
    counts = found_in_clean("modest")["id"].value_counts()
    # The other route and the dose stopped early: warnings, since dv explains them.
    assert counts["C08"] == 1
    assert counts["C10"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_sides_hold_over_forty_seeds(tmp_path, scenario):
    for seed in range(40):
        folder = write(tmp_path / f"errors{seed}", scenario=scenario, seed=seed)
        assert set(list_planted(folder)) <= list_found(folder)[1], seed
        clean = write(tmp_path / f"clean{seed}", scenario=scenario, seed=seed, errors=False)
        assert set(check_folder(clean)["severity"]) <= {"W"}, seed
