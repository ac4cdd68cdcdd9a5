"""A trial that has randomised more participants than planned is reported like any other."""

import importlib
from dataclasses import replace

import pytest
from sample_scores import make_scores
from sample_trial import make_sample

from helpers.displays.declare import load_catalogue
from helpers.displays.model import Withheld
from helpers.displays.results import write_row
from helpers.reporting.notebooks.denominators import check_denominators, measure_groups
from helpers.view import View

READ_THE_PLAN = {
    "P-S-01": make_sample(),
    "T-S-01": make_sample(),
    "F-S-01": make_sample(),
    "P-E-01": make_scores(),
}


@pytest.mark.parametrize("display_id", READ_THE_PLAN)
def test_more_participants_than_planned_stop_no_report(display_id: str) -> None:
    view = beyond_plan(READ_THE_PLAN[display_id])
    module, _, function = load_catalogue()[display_id].maker.rpartition(".")
    display = getattr(importlib.import_module(module), function)(view)
    assert not isinstance(display, Withheld)
    rows = [write_row(result) for result in display.results]
    assert rows
    check_denominators([{"id": display_id, "results": rows}], measure_groups(view), closed=True)


def beyond_plan(view: View) -> View:
    """The view of a trial that planned two participants and one value of its key result."""
    plan = view.trial.accrual.model_copy(update={"planned": 2})
    return replace(
        view,
        trial=view.trial.model_copy(update={"accrual": plan}),
        interim=view.interim.model_copy(update={"planned_info": 1}),
    )
