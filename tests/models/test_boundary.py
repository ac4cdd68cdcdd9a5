"""The boundary of a look from the participants who have the key value."""

from dataclasses import replace

import pandas as pd
import pytest
from score_values import draw_values, make_adsl, view_values

from helpers.models.boundary import find_boundary
from helpers.models.information import find_key_dates
from helpers.models.looks import is_anybody_left

ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 5})
VALUES = draw_values(ADSL)


def view_of(interim="fin", values=VALUES):
    return view_values(values, ADSL, interim)


def test_a_third_of_the_planned_participants_has_the_printed_bound():
    """O'Brien-Fleming-like at 1/3: 3.7103."""
    found = find_boundary(view_of())
    assert (found.n, found.planned, found.fraction) == (16, 48, pytest.approx(1 / 3))
    assert found.z == pytest.approx(3.7103, abs=5e-5)
    assert not found.final
    assert found.earlier == ()


def test_two_thirds_after_a_look_at_a_third_has_the_printed_bound():
    """2.5114 after 3.7103; the earlier look is counted in the present data by its cut-off."""
    view = view_of()
    rows, day = view["adeff"], pd.Timestamp("2022-06-01")
    late = rows["USUBJID"].isin(ADSL["USUBJID"].iloc[:8])
    dates = rows.assign(ADT=pd.Series(day, rows.index).mask(late, day + pd.Timedelta(90, "D")))
    looks = pd.DataFrame({"INTERIM": ["IA3"], "SEQUENCE": [3], "CUTDT": [day], "LOOK": ["ALPHA"]})
    half = view.interim.model_copy(update={"planned_info": 24})
    datasets = {**view.datasets, "adeff": dates, "compared_looks": looks}
    found = find_boundary(replace(view, interim=half, datasets=datasets))
    assert found.earlier == (pytest.approx(1 / 3),)
    assert found.fraction == pytest.approx(2 / 3)
    assert found.z == pytest.approx(2.5114, abs=5e-5)


def test_who_lacks_the_key_value_adds_no_information():
    values = VALUES.copy()
    values.loc[:2, "M06"] = None
    assert len(find_key_dates(view_of(values=values))) == 13


def test_a_look_without_alpha_has_no_boundary():
    assert find_boundary(view_of("ia2")) is None


def test_somebody_can_come_as_long_as_recruitment_is_open():
    view = view_of()
    assert is_anybody_left(view)
    closed = view.trial.accrual.model_copy(update={"planned": 16})
    full = replace(view, trial=view.trial.model_copy(update={"accrual": closed}))
    forms = pd.DataFrame({"USUBJID": ADSL["USUBJID"], "FORM": "NIHSS", "AVISIT": "M06"})
    for status, left in (("RECEIVED", False), ("NOT_DUE", True)):
        rows = forms.assign(STATUS=status)
        own = replace(full, datasets={**full.datasets, "advisit": rows})
        assert is_anybody_left(own) == left
