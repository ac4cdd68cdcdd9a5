"""The looks in order, from views of a few participants."""

from dataclasses import replace

import pandas as pd
import pytest
from score_values import draw_values, make_adsl, view_values

from helpers.models.looks import find_looks, find_now, retime_looks
from helpers.view import ClosedView, View

ADSL = make_adsl({"IV": 8, "IT": 8, "CTL": 8})
VALUES = draw_values(ADSL)


def make(planned: int, *cutoffs: str, **changes: object) -> ClosedView:
    """24 key values, three a day from 2023-01-01, and earlier looks at these cut-offs."""
    view: View = view_values(VALUES, ADSL)
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
    datasets = {
        **view.datasets,
        "adeff": rows.assign(ADT=pd.Timestamp("2023-01-01") + days),
        "compared_looks": looks,
    }
    interim = view.interim.model_copy(update={"planned_info": planned, **changes})
    view = replace(view, interim=interim, datasets=datasets)
    assert isinstance(view, ClosedView)
    return view


def test_earlier_looks_count_the_key_values_dated_by_their_cut_offs() -> None:
    looks = find_looks(make(48, "2023-01-04"))
    assert [(look.state, look.n, look.t) for look in looks] == [
        ("earlier", 12, 0.25),
        ("now", 24, 0.5),
        ("to come", None, 1.0),
    ]


def test_what_is_planned_is_by_the_place_among_the_looks() -> None:
    planned = (0.2, 0.6, 0.9, 1.0)
    looks = find_looks(make(48, "2023-01-04", planned_t=planned))
    assert [look.planned_t for look in looks] == [0.2, 0.6, 0.9, 1.0]
    assert [look.t for look in looks] == [0.25, 0.5, 0.9, 1.0]


@pytest.mark.parametrize("planned", [24, 20])
def test_at_full_information_no_look_is_to_come_and_all_is_spent(planned: int) -> None:
    looks = find_looks(make(planned, "2023-01-04"))
    assert looks[-1] is find_now(looks)
    assert looks[-1].spent == pytest.approx(0.05)


def test_more_looks_than_planned_leave_the_final_one_to_come() -> None:
    looks = find_looks(make(48, "2023-01-02", "2023-01-04"))
    assert [look.state for look in looks] == ["earlier", "earlier", "now", "to come"]
    assert looks[-1].t == 1.0


def test_looks_to_come_change_no_bound_before_them() -> None:
    one, three = (
        find_looks(make(80, planned_t=planned)) for planned in ((1.0,), (0.3, 0.5, 0.7, 1.0))
    )
    assert find_now(one).z == find_now(three).z
    assert one[-1].z != three[-1].z


def test_a_look_without_alpha_has_none() -> None:
    assert find_looks(make(48, alpha_look=False)) == []


def test_another_information_at_the_end_moves_no_bound_that_was_set() -> None:
    view = make(48, "2023-01-04", planned_t=(0.25, 0.5, 0.8, 1.0))
    looks = find_looks(view)
    same, more = (retime_looks(view, looks, factor) for factor in (1.0, 1.1))
    for one, other in zip(looks, same, strict=True):
        assert (one.t, one.z, one.spent) == pytest.approx((other.t, other.z, other.spent))
    for one, other in zip(looks[:2], more[:2], strict=True):
        assert other.t == pytest.approx(one.t / 1.1)
        assert (one.z, one.spent) == pytest.approx((other.z, other.spent), rel=1e-6)
    assert [look.t for look in more[2:]] == [0.8, 1.0]
    assert more[-1].spent == pytest.approx(0.05)
