"""No count of participants larger than their number gets onto a page."""

from dataclasses import replace

import pandas as pd
import pytest
from job_runs import run_jobs
from small_views import build_small_view
from written_notebooks import FINDINGS, write_notebook

from helpers.bundle import pack_view
from helpers.displays.results import Key, rows_of, write_row
from helpers.errors import RunError
from helpers.reporting.jobs.job import Job
from helpers.reporting.notebooks.denominators import check_denominators, measure_groups

SIZES = {("SAF", "Verum"): 12, ("SAF", "Total"): 24}
KEY = Key("SAF", "Verum", "teae")


def display(values, key=KEY, name="T-S-10"):
    return {"id": name, "results": [write_row(row) for row in rows_of(key, values)]}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"n": 13, "N": 12}, "n is 13 of N 12 (SAF, Verum, teae)"),
        ({"n": 24, "N": 24, "evaluable": 25}, "evaluable is 25 of N 24"),
        ({"n": 13}, "n is 13 of N 12"),
        ({"n": 12, "N": 12, "pct": 108.3}, "pct is 108.3"),
        ({"floor_pct": 101.0}, "floor_pct is 101.0"),
    ],
)
def test_more_than_all_is_refused_with_the_count(values, says):
    with pytest.raises(RunError) as caught:
        check_denominators([display({"n": 1, "N": 2}), display(values)], SIZES, closed=True)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_open_readers_are_told_the_display_and_no_count():
    with pytest.raises(RunError) as caught:
        check_denominators([display({"n": 13, "N": 12})], SIZES, closed=False)
    assert str(caught.value).startswith("T-S-10: a count of participants is larger than")
    assert not {"13", "12", "Verum", "teae"} & set(str(caught.value).split())


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"n": 12, "N": 12, "pct": 100.0, "events": 40}, KEY),
        ({"n": 60, "N": 96}, Key("ITT", "Total", "ADQS")),  # forms of participants
        ({"n": 21_750}, Key("", "", "ae", "", "RECEIVED")),  # records
        ({"n": float("nan"), "N": 12}, KEY),
        ({"lower": 130.0, "count": 99, "max": 400}, KEY),
    ],
)
def test_all_of_them_and_numbers_of_other_things_pass(values, key):
    shown = display(values, key)
    shown["results"] = [[*row[:-2], "" if row[-2] == "nan" else row[-2], row[-1]]
                        for row in shown["results"]]  # fmt: skip
    check_denominators([shown], SIZES, closed=True)


def test_populations_are_measured_as_far_as_an_audience_knows_them():
    closed, pooled = (measure_groups(build_small_view(a)) for a in ("closed_unmasked", "open"))
    assert closed[("SAF", "Total")] == pooled[("SAF", "Total")] == 2
    assert {arm for _, arm in pooled} == {"Total"}
    assert sum(n for (name, arm), n in closed.items() if name == "SAF" and arm != "Total") == 2


def test_a_participant_who_stands_twice_stops_every_report():
    view = build_small_view()
    adsl = view.datasets["adsl"]
    twice = replace(view, datasets={"adsl": pd.concat([adsl, adsl.head(1)], ignore_index=True)})
    with pytest.raises(RunError, match="1 rows repeat a participant"):
        measure_groups(twice)


def test_nothing_of_a_report_with_more_than_all_is_published():
    view = build_small_view()
    adsl = pd.concat([view.datasets["adsl"]] * 2, ignore_index=True)
    views = (view, replace(view, datasets={"adsl": adsl}))
    jobs = [
        Job("ia3", "closed_unmasked", "safety", write_notebook(FINDINGS), pack_view(one))
        for one in views
    ]
    good, bad = run_jobs(*jobs)
    assert (good.error, bool(good.files)) == ("", True)
    assert bad.error.startswith("adsl: 3 rows repeat a participant")
    assert (dict(bad.files), bad.results) == ({}, b"")


def test_a_column_of_participants_as_treated_may_hold_more_than_were_randomised_to_it():
    crossed = {"id": "T-S-07", "results": []}
    for key, values in ((KEY, {"n": 13, "N": 13}), (KEY._replace(category="AMOUNT"), {"n": 13})):
        crossed["results"] += display(values, key)["results"]
    check_denominators([crossed], SIZES, closed=True)
    crossed["results"][-1:] = display({"n": 14}, KEY._replace(category="AMOUNT"))["results"]
    with pytest.raises(RunError, match="n is 14 of N 13"):
        check_denominators([crossed], SIZES, closed=True)
