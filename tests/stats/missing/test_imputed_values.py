"""Values put in the place of missing ones: the comparison of them is that of the analysis."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.stats.ancova import fit_ancova
from helpers.stats.missing import METHODS, impute_values, reference_based
from helpers.stats.missing.imputation_design import ImputationRoles

ROLES = ImputationRoles(
    "CHG", "WHO", "VISIT", "ARM", "V3", "C", ("BASE",), ("BASE",), "GONE", "YET"
)


def draw(seed=3, n=10):
    make = np.random.default_rng(seed)
    rows = []
    for arm in ("C", "A", "B"):
        for number in range(n):
            base, own = make.normal(10, 2), make.normal()
            for place, visit in enumerate(("V1", "V2", "V3")):
                gone = number < 3 and place == 2
                value = own + make.normal() - place + 0.3 * base
                value = math.nan if gone or (number == 4 and place == 2) else value
                rows.append((f"{arm}{number}", arm, visit, value, base, gone, number == 4))
    columns = ["WHO", "ARM", "VISIT", "CHG", "BASE", "GONE", "LATE"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(YET=frame["LATE"] & (frame["VISIT"] == "V3"))


@pytest.mark.parametrize("method", METHODS)
def test_covariance_analysis_of_the_completed_values_is_the_reference_based_one(method):
    frame = draw()
    found = impute_values(frame, ROLES, [method])
    last = frame[frame["VISIT"] == "V3"].set_index("WHO")
    filled = last["CHG"].fillna(found.set_index("subject")["value"].astype(float))
    complete = last.assign(CHG=filled).dropna(subset="CHG")
    expected = fit_ancova(
        complete, response="CHG", arm="ARM", covariates=["BASE"], reference="C"
    ).contrasts(0.95, reference="C")
    table = reference_based(
        frame,
        response="CHG",
        subject="WHO",
        visit="VISIT",
        arm="ARM",
        key_visit="V3",
        reference="C",
        departed="GONE",
        covariates=["BASE"],
        method=method,
        not_due="YET",
    )
    by_contrast = expected.set_index("contrast")["estimate"]
    assert table["estimate"].to_list() == pytest.approx(by_contrast[table["contrast"]].to_list())


def test_one_row_per_method_and_missing_value_that_is_due():
    found = impute_values(draw(), ROLES, METHODS)
    assert len(found) == 3 * 9
    assert set(found["subject"]) == {f"{arm}{n}" for arm in "CAB" for n in range(3)}
    assert found["departed"].all()
    assert found["value"].notna().all()


def test_without_a_value_at_the_visit_nothing_is_imputed():
    frame = draw()
    later = frame["VISIT"] == "V3"
    for gone in (later, later & (frame["ARM"] == "C")):
        none = impute_values(frame.assign(CHG=frame["CHG"].mask(gone)), ROLES, METHODS)
        assert none.empty
        assert list(none.columns) == ["method", "subject", "value", "departed"]


def test_the_order_of_rows_does_not_matter():
    frame = draw()
    mixed = frame.sample(frac=1, random_state=1)
    one, other = (
        impute_values(rows, ROLES, METHODS).set_index(["method", "subject"])["value"].sort_index()
        for rows in (frame, mixed)
    )
    assert one.to_list() == pytest.approx(other.to_list())
