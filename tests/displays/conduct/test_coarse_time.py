"""Times since randomisation: days for closed readers, whole months for open ones."""

import pandas as pd
import pytest
from sample_trial import make_sample
from table_cells import read_cells

from helpers.displays.conduct.coarse_time import time_unit
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up


def test_a_month_is_whole_when_its_days_have_passed():
    unit = time_unit(make_sample("open"))
    days = pd.Series([12, 30, 31, 61, 365], dtype="Int64")
    assert list(unit.count(days)) == [0, 0, 1, 2, 11]
    assert list(time_unit(make_sample()).count(days)) == list(days)


def test_a_missing_time_stays_missing():
    found = time_unit(make_sample("open")).count(pd.Series([None, 40], dtype="Int64"))
    assert pd.isna(found[0])
    assert found[1] == 1


def test_the_shortest_time_on_an_open_page_tells_no_day_of_randomisation():
    cells = read_cells(tabulate_disposition(make_sample("open")))
    # 12, 31, 61, 100, 334 and 365 days are 0, 1, 2, 3, 10 and 11 whole months: median 2.5
    assert cells["Whole months on study, crude median (range)"] == ("3 (0 to 11)",)
    assert not any("Days on study" in label for label in cells)


@pytest.mark.parametrize(("audience", "parameter"), [("open", "_MONTHS"), ("closed_unmasked", "")])
def test_each_unit_has_its_own_key_in_the_results(audience, parameter):
    view = make_sample(audience)
    on_study = {key.parameter for key in tabulate_disposition(view).statistics}
    assert {name for name in on_study if "TIMEONST" in name} == {f"TIMEONST{parameter}"}
    medians = {key.category for key in tabulate_follow_up(view).statistics}
    assert {name for name in medians if "MEDIAN" in name} == {f"MEDIAN{parameter}"}
