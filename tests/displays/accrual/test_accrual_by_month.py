import datetime as dt

import pandas as pd
import pytest
from sample_trial import ADSL, make_empty, make_sample
from table_cells import read_cells

from helpers.displays.accrual.by_month import tabulate_accrual
from helpers.displays.accrual.plan import list_months, project_end
from helpers.displays.columns import state_date


def test_screened_participants_divide_and_know_no_arm_yet() -> None:
    cells = read_cells(tabulate_accrual(make_sample()))
    assert cells["Screened"][:4] == ("n.a.", "n.a.", "n.a.", "8")
    assert cells["Excluded"][3] == "1 / 8 (12.5)"
    assert cells["IN05 not met: NIHSS 5 or more"][3] == "1 / 8 (12.5)"
    assert cells["In screening"][3] == "1 / 8 (12.5)"
    assert cells["Randomised"][:4] == ("2", "2", "2", "6")


def test_each_month_shows_arms_everybody_everybody_to_date_and_the_plan() -> None:
    cells = read_cells(tabulate_accrual(make_sample()))
    assert cells["Dec 2021"] == ("0", "0", "0", "0", "0", "1.7")  # 48 x 31 / 30.4375 / 28
    assert cells["Jan 2022"][:5] == ("2", "0", "0", "2", "2")
    assert cells["Dec 2022"] == ("0", "1", "0", "1", "6", "22.3")  # 48 x 396 / 30.4375 / 28


def test_the_predicted_day_stands_with_its_limits() -> None:
    view = make_sample()
    found, cells = project_end(view), read_cells(tabulate_accrual(view))
    assert cells["Still to randomise"][3] == "42"
    assert cells["Day of participant 48"][3] == state_date(found.date)
    assert cells["80% prediction interval, lower"][3] == state_date(found.lower)
    assert cells["80% prediction interval, upper"][3] == state_date(found.upper)


def test_with_fewer_than_three_participants_the_day_is_not_estimable() -> None:
    two = ADSL[ADSL["USUBJID"].isin(["S1", "S2", "S7"])].reset_index(drop=True)
    table = tabulate_accrual(make_sample(adsl=two.assign(EOSSTT="ONGOING")))
    assert read_cells(table)["Day of participant 48"][3] == "NE"
    assert any("fewer than 3" in note for note in table.notes)


def test_a_trial_in_which_nobody_is_followed_any_more_projects_nothing() -> None:
    left = ADSL.assign(EOSSTT=ADSL["EOSSTT"].mask(ADSL["EOSSTT"] == "ONGOING", "COMPLETED"))
    table = tabulate_accrual(make_sample(adsl=left))
    cells = read_cells(table)
    assert cells["Short of the plan"][3] == "42"  # 6 of 48
    assert not any("prediction" in label or "Day" in label for label in cells)
    assert any("Recruitment has ended" in note for note in table.notes)


def test_a_trial_that_is_full_shows_the_month_and_no_day() -> None:
    rows = [ADSL.iloc[[0]].assign(USUBJID=f"T{i}", SUBJID=f"T{i}") for i in range(48)]
    days = [dt.date(2022, 1, 1) + dt.timedelta(days=i) for i in range(48)]
    full = pd.concat(rows, ignore_index=True).assign(
        RANDDT=pd.to_datetime(pd.Series(days)).astype("datetime64[s]")
    )
    full["RANDMON"] = full["RANDDT"].dt.strftime("%Y-%m")
    table = tabulate_accrual(make_sample(adsl=full))
    cells = read_cells(table)
    assert cells["Still to randomise"][3] == "0"
    assert table.headline.startswith("48 randomised, the last in Feb 2022;")
    assert not any("prediction" in label or "Day" in label for label in cells)
    assert "Mar 2022" not in cells


def test_open_readers_see_everybody_together() -> None:
    table = tabulate_accrual(make_sample("open"))
    assert {result.key.arm for result in table.results} == {"Total"}
    assert read_cells(table)["Jan 2022"] == ("2", "2", "3.5")  # 48 x 62 / 30.4375 / 28


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_consent_the_table_says_so(audience: str) -> None:
    table = tabulate_accrual(make_empty(audience))
    assert table.headline == "Nobody has consented by the cut-off."
    assert read_cells(table)["Screened"][-3] == "0"


def test_without_days_of_consent_recruitment_begins_with_the_first_randomised() -> None:
    view = make_sample(adsl=ADSL.assign(RFICDT=pd.NaT))
    assert list_months(view)[0] == ADSL["RANDDT"].min().strftime("%Y-%m")
    assert "Nobody" not in tabulate_accrual(view).headline
