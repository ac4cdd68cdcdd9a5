"""Serious events and deaths by arm: the numbers of the overview, and whom they leave out."""

import pandas as pd
from sample_trial import ADAE, ADSL, make_empty, make_sample

from helpers.displays.model import Page, Table
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.summary.by_arm import note_not_by_arm, tabulate_by_arm


def cells(table: Table | None) -> dict[str, list[str]]:
    assert table is not None
    return {label: texts for label, *texts in table.csv_copy()[1]}


def test_each_row_counts_participants_as_treated() -> None:
    # SAF: S1 and S2 IV, S3 IT, S5 and S6 control; S1 has a related serious event, S6 died
    assert cells(tabulate_by_arm(make_sample())) == {
        "With a serious adverse event": ["1 (50.0)", "0", "1 (50.0)", "2 (40.0)"],
        "With a related serious adverse event": ["1 (50.0)", "0", "0", "1 (20.0)"],
        "Died": ["0", "0", "1 (50.0)", "1 (20.0)"],
    }


def test_the_page_holds_the_numbers_and_shows_the_table_once() -> None:
    page = show_at_a_glance(make_sample())
    assert isinstance(page, Page)
    assert page.statistics[Key("SAF", "IV", "serious_related")]["n"] == 1
    assert page.statistics[Key("ITT", "Total", "SERIOUS")] == {"n": 2}
    assert show_html(page).count("With a related serious adverse event") == 1


def test_open_readers_see_no_arm() -> None:
    assert tabulate_by_arm(make_sample("open")) is None
    assert note_not_by_arm(make_sample("open")) == ()
    html = show_html(show_at_a_glance(make_sample("open")))
    assert "<table" not in html


def test_who_is_in_no_column_is_said() -> None:
    # S4 was randomised and never dosed, and had a serious event before
    more = ADAE[ADAE["USUBJID"] == "S6"].assign(USUBJID="S4", TRTEMFL=None, FATALFL=None)
    view = make_sample(adae=pd.concat([ADAE, more], ignore_index=True))
    assert any(
        "In no column by arm: 1 participant with a serious event," in note
        for note in note_not_by_arm(view)
    )
    assert not any("In no column" in note for note in note_not_by_arm(make_sample()))


def test_deaths_and_fatal_events_that_differ_are_said() -> None:
    died = ADSL.assign(DTHFL=ADSL["DTHFL"].mask(ADSL["USUBJID"] == "S1", "Y"))
    notes = " ".join(note_not_by_arm(make_sample(adsl=died)))
    assert "1 participant died without a fatal adverse event in the data" in notes
    notes = " ".join(note_not_by_arm(make_sample(adsl=ADSL.assign(DTHFL=None))))
    assert "1 participant had a fatal adverse event and is not recorded as dead" in notes
    assert "died without" not in " ".join(note_not_by_arm(make_sample()))


def test_rows_that_the_data_do_not_allow_are_left_out() -> None:
    adae = ADAE.drop(columns=["RELFL"])
    assert list(cells(tabulate_by_arm(make_sample(adae=adae)))) == [
        "With a serious adverse event",
        "Died",
    ]
    adae = ADAE.drop(columns=["TRTEMFL"])
    assert list(cells(tabulate_by_arm(make_sample(adae=adae)))) == ["Died"]


def test_before_the_first_consent_the_table_stands_with_dashes() -> None:
    assert set(map(tuple, cells(tabulate_by_arm(make_empty())).values())) == {("-",) * 4}
