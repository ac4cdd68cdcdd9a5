"""Information by participants and by variance, from fitted variances by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from score_values import draw_values, make_adsl, view_values

from helpers.errors import RunError
from helpers.models.information import (
    find_planned_variance,
    find_variance,
    measure_information,
)
from helpers.models.looks import find_looks, find_now, retime_looks
from helpers.models.spending_lines import list_spending
from helpers.view import ClosedView, View

ADSL = make_adsl({"IV": 8, "IT": 6, "CTL": 8})
VALUES = draw_values(ADSL)
STAT = {"info_mode": "stat", "planned_sd": 1.5}


def make(values: pd.DataFrame, *cutoffs: str, adsl=ADSL, **changes: object) -> ClosedView:
    """Scores of the n-th participant of each arm n days after 2023-01-01; looks at cut-offs."""
    view: View = view_values(values, adsl)
    rows = view["adeff"]
    days = pd.to_timedelta(rows["USUBJID"].str[-2:].astype(int), "D")
    looks = pd.DataFrame(
        {
            "INTERIM": [f"L{n}" for n, _ in enumerate(cutoffs, 1)],
            "SEQUENCE": range(1, len(cutoffs) + 1),
            "CUTDT": pd.to_datetime(list(cutoffs)),
            "LOOK": "ALPHA",
        }
    )
    dated = rows.assign(ADT=pd.Timestamp("2023-01-01") + days)
    datasets = {**view.datasets, "adeff": dated, "compared_looks": looks}
    interim = view.interim.model_copy(update={"planned_info": 48, **STAT, **changes})
    view = replace(view, interim=interim, datasets=datasets)
    assert isinstance(view, ClosedView)
    return view


def variances_by_hand(values: pd.DataFrame, visit: str = "M06") -> dict[str, float]:
    """Of differences from the control: least squares of change on arm and baseline, by matrices."""
    arm = values["USUBJID"].str[:-2]
    design = np.column_stack(
        [np.ones(len(values)), arm == "IV", arm == "IT", values["BL"] - values["BL"].mean()]
    ).astype(float)
    change = (values[visit] - values["BL"]).to_numpy()
    inverse = np.linalg.inv(design.T @ design)
    residual = change - design @ (inverse @ (design.T @ change))
    spread = residual @ residual / (len(values) - 4)
    return {"IV": spread * inverse[1, 1], "IT": spread * inverse[2, 2]}


def only_key_visit(values: pd.DataFrame) -> pd.DataFrame:
    return values.assign(M03=np.nan, M12=np.nan)


def test_the_planned_variance_is_that_of_two_arms_of_the_planned_size() -> None:
    """48 over three arms are 16 each: 1.5 squared times 2/16."""
    assert find_planned_variance(make(VALUES)) == pytest.approx(1.5**2 * 2 / 16)


def test_the_share_is_the_planned_variance_over_the_larger_fitted_one() -> None:
    """One visit: the model is least squares, done here by matrices."""
    values = only_key_visit(VALUES)
    by_hand = variances_by_hand(values)
    assert by_hand["IT"] > by_hand["IV"]  # six against eight participants
    found = measure_information(make(values))
    assert found.variance == pytest.approx(by_hand["IT"], rel=1e-8)
    assert found.t == pytest.approx(1.5**2 * 2 / 16 / by_hand["IT"], rel=1e-8)
    assert found.n == 22
    assert 0 < found.t < 1


def test_an_earlier_look_has_the_variance_of_the_scores_dated_by_its_cut_off() -> None:
    values = only_key_visit(VALUES)
    view = make(values, "2023-01-06")
    early = values[values["USUBJID"].str[-2:].astype(int) <= 5]
    first, now, *_ = find_looks(view)
    by_hand = max(variances_by_hand(early).values())
    assert (first.n, first.variance) == (18, pytest.approx(by_hand, rel=1e-8))
    assert first.t == pytest.approx(find_planned_variance(view) / by_hand)
    assert now.t == measure_information(view).t


def test_participants_are_counted_unless_the_interim_says_otherwise() -> None:
    view = make(VALUES, info_mode="count", planned_sd=None)
    found = measure_information(view)
    assert (found.n, found.t) == (22, pytest.approx(22 / 48))
    assert np.isnan(found.variance)


def test_it_is_1_at_the_most_and_then_the_look_is_the_final_one() -> None:
    looks = find_looks(make(VALUES, planned_sd=50.0))
    assert find_now(looks).t == 1.0
    assert looks[-1] is find_now(looks)
    assert looks[-1].spent == pytest.approx(0.05)


def test_more_information_at_the_end_makes_the_share_smaller() -> None:
    view = make(VALUES)
    looks = find_looks(view)
    more = retime_looks(view, looks, 1.1)
    assert find_now(more).t == pytest.approx(find_now(looks).t / 1.1)
    assert find_now(more).z == find_now(looks).z


def test_without_a_difference_there_is_no_information() -> None:
    """Too few values; a constant response; nobody at the visit: nothing can be crossed."""
    same = VALUES.assign(**dict.fromkeys(("M03", "M06", "M12"), VALUES["BL"]))
    few = VALUES.copy()
    few.loc[few["USUBJID"].str[-2:].astype(int) > 1, "M06"] = np.nan
    for values in (same, few, VALUES.assign(M06=np.nan)):
        view = make(values)
        assert np.isnan(find_variance(view))
        now = find_now(find_looks(view))
        assert (now.t, now.z, now.nominal_p) == (0.0, np.inf, 0.0)


def test_an_arm_without_values_leaves_the_variance_of_the_other_difference() -> None:
    adsl = make_adsl({"IV": 8, "CTL": 8})
    values = only_key_visit(draw_values(adsl))
    arm = (values["USUBJID"].str[:-2] == "IV").to_numpy()
    design = np.column_stack([np.ones(16), arm, values["BL"]]).astype(float)
    change = (values["M06"] - values["BL"]).to_numpy()
    inverse = np.linalg.inv(design.T @ design)
    residual = change - design @ (inverse @ (design.T @ change))
    expected = residual @ residual / 13 * inverse[1, 1]
    assert find_variance(make(values, adsl=adsl)) == pytest.approx(expected, rel=1e-8)


def grow() -> pd.DataFrame:
    """Later participants vary so much that the variance of a difference grows with them."""
    values = only_key_visit(VALUES)
    late = values["USUBJID"].str[-2:].astype(int) > 4
    noise = np.where(np.arange(len(values)) % 2, 15.0, -15.0)
    return values.assign(M06=values["M06"] + np.where(late, noise, 0.0))


def test_information_that_falls_stops_the_booking_of_the_look() -> None:
    view = make(grow(), "2023-01-05")
    with pytest.raises(RunError, match=r"by variance fell from 0\.\d+ at L1 to 0\.\d+ at FIN"):
        list_spending(view)
    first, now, *_ = find_looks(view)
    assert now.t == first.t
    assert "fell from" in now.note


def test_participants_counted_never_fall() -> None:
    view = make(grow(), "2023-01-05", info_mode="count", planned_sd=None)
    first, now = list_spending(view)
    assert first.t < now.t


def test_the_ledger_gets_the_share_and_how_it_is_measured() -> None:
    view = make(VALUES, "2023-01-06")
    first, now = list_spending(view)
    looks = find_looks(view)
    assert (first.t, now.t) == (looks[0].t, looks[1].t)
    assert {line.info_mode for line in (first, now)} == {"stat"}


def test_scores_without_dates_leave_an_earlier_look_without_information() -> None:
    view = make(VALUES, "2023-01-06")
    rows = view["adeff"].drop(columns="ADT")
    undated = replace(view, datasets={**view.datasets, "adeff": rows})
    assert find_looks(undated)[0].t == 0.0
