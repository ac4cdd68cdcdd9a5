"""Planted errors: every one is found, and without them nothing is wrong."""

from collections import Counter

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


@pytest.mark.parametrize(("scenario", "seed"), [("modest", 20210705), ("harm_it", 3), ("null", 4)])
def test_every_planted_error_is_found_at_its_place(tmp_path, scenario, seed):
    folder = write(tmp_path / "x", scenario=scenario, seed=seed)
    planted = list_planted(folder)
    assert set(NAMED.split()) <= {error[0] for error in planted}
    assert set(planted) <= list_found(folder)[1]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_second_dose_dated_too_late_is_found_by_its_interval_and_by_its_other_records(
    tmp_path, scenario
):
    folder = write(tmp_path / "x", scenario=scenario)
    planted = [error for error in list_planted(folder) if error[0] == "C12"]
    found = [error for error in list_found(folder)[1] if error[0] == "C54"]
    assert found == [("C54", *error[1:]) for error in planted]


def test_a_small_trial_takes_its_share_of_the_errors(tmp_path):
    folder = write(tmp_path / "x", scenario="sparse")
    planted = list_planted(folder)
    assert len({error[0] for error in planted}) >= 34
    assert set(planted) <= list_found(folder)[1]


def test_no_two_errors_touch_the_same_record(tmp_path):
    planted = list_planted(write(tmp_path / "x"))
    records = Counter((table, subject, key) for _, table, subject, key, _ in planted if key)
    assert max(records.values()) == 1


def test_each_error_is_planted_once(tmp_path):
    planted = list_planted(write(tmp_path / "x"))
    assert max(Counter(error[0] for error in planted).values()) == 1
    assert len(planted) == len(CATALOGUE) + 1  # and the column too many


@pytest.mark.parametrize(
    ("scenario", "seed"), [*((name, 20210705) for name in SCENARIOS), ("modest", 11)]
)
def test_without_errors_nothing_is_found_but_warnings_with_a_reason(tmp_path, scenario, seed):
    found = check_folder(write(tmp_path / "x", scenario=scenario, seed=seed, errors=False))
    assert set(found["severity"]) <= {"W"}
    assert set(found["id"]) <= WARNINGS


def test_irregular_on_purpose_has_its_deviation_row(tmp_path):
    found = check_folder(write(tmp_path / "x", errors=False))
    counts = found["id"].value_counts()
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
