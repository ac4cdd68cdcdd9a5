"""Who is followed, not heard of, left or died: the eight participants of the sample, by hand."""

import pandas as pd
import pytest
from sample_trial import ADSL, STATUSES, make_empty, make_sample, make_visits, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.conduct.contacts import find_contacts
from helpers.displays.conduct.retention import tabulate_retention
from helpers.displays.conduct.retention_figure import plot_retention
from helpers.displays.model import Figure, Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

# In follow-up at the cut-off, 31 December 2022: S3, S4, S5
CONTACTS = {"S1": "2022-12-31", "S2": "2022-04-29", "S3": "2022-10-31", "S4": "2022-12-22"}
CONTACTS |= {"S5": "2022-06-20", "S6": "2022-03-31", "S7": "2022-03-01", "S8": "2022-12-20"}
CLOSES = {"BL": "2022-02-01", "M03": "2022-05-17", "M06": "2022-08-24", "M12": "2023-03-03"}
TIMES = read_frame("""
USUBJID PARAMCD AVAL CNSR
S1      TTDISC  365  1
S2      TTDISC  100  0
S3      TTDISC  61   1
S4      TTDISC  12   1
S5      TTDISC  334  1
S6      TTDISC  31   2
S1      TTDTH   365  1
S2      TTDTH   100  1
S3      TTDTH   61   1
S4      TTDTH   12   1
S5      TTDTH   334  1
S6      TTDTH   31   0
""")


def sample(audience: str = "closed_unmasked", **frames: object) -> View:
    last = pd.to_datetime(ADSL["USUBJID"].map(CONTACTS)).astype("datetime64[s]")
    forms = make_visits(make_sample())
    closes = pd.to_datetime(forms["AVISIT"].map(CLOSES)).astype("datetime64[s]")
    given = {"adsl": ADSL.assign(LSTALVDT=last), "advisit": forms.assign(WINHI=closes)}
    return make_sample(audience, **{**given, "adtte": TIMES, **frames})


def test_the_states_at_the_cut_off_are_those_of_the_sample() -> None:
    cells = read_cells(tabulate_retention(sample()))
    assert cells["In follow-up"] == ("0", "2 (100.0)", "1 (50.0)", "3 (50.0)")
    assert cells["Completed"] == ("1 (50.0)", "0", "0", "1 (16.7)")
    assert cells["Left the study, not by death"] == ("1 (50.0)", "0", "0", "1 (16.7)")
    assert cells["Died"] == ("0", "0", "1 (50.0)", "1 (16.7)")


def test_last_contacts_count_among_those_in_follow_up() -> None:
    shown = tabulate_retention(sample())
    cells = read_cells(shown)
    # S3 on 31 October: 61 days; S4 9 days; S5 on 20 June, with month 6 missed since
    assert cells["More than 60 days before the cut-off"] == (
        *("-", "1 / 2 (50.0)", "1 / 1 (100.0)", "2 / 3 (66.7)"),
    )
    assert cells["and a planned visit without forms since"] == (
        "-",
        "0 / 2",
        "1 / 1 (100.0)",
        "1 / 3 (33.3)",
    )
    assert cells["Days since the last contact, median (range)"] == (
        *("-", "9, 61", "194", "61 (9 to 194)"),
    )
    assert any("missed since: S5 (CTL, 194 days)." in note for note in shown.notes)


def test_sixty_days_are_not_more_than_sixty() -> None:
    view = sample()
    later = view["adsl"].assign(
        LSTALVDT=view["adsl"]["LSTALVDT"].mask(ADSL["USUBJID"] == "S3", pd.Timestamp("2022-11-01"))
    )
    rows = find_contacts(sample(adsl=later)).set_index("USUBJID")
    assert (rows.loc["S3", "DAYS"], rows.loc["S3", "LATE"]) == (60, False)


def test_a_visit_with_one_form_missed_is_no_missed_visit() -> None:
    view = sample()
    forms = view["advisit"]
    one = forms[(forms["USUBJID"] == "S5") & (forms["AVISIT"] == "M06")].index[0]
    forms = forms.assign(STATUS=forms["STATUS"].where(forms.index != one, "RECEIVED"))
    assert STATUSES["S5"][2] == "MISSED"
    assert not find_contacts(sample(advisit=forms))["MISSED"].any()


def test_leaving_and_death_accumulate_over_time() -> None:
    rows = tabulate_retention(sample()).statistics
    # IV: S2 left on day 100, S1 was still there: nothing by day 91, one of two by day 183
    left = [rows[Key("ITT", "IV", "TTDISC", visit)]["estimate"] for visit in ("M03", "M06")]
    assert left == [0, 0.5]
    # CTL: S6 died on day 31, S5 was still there on day 91 and day 183
    died = [rows[Key("ITT", "CTL", "TTDTH", visit)]["estimate"] for visit in ("M03", "M06")]
    assert died == [0.5, 0.5]
    # a death competes with leaving
    assert rows[Key("ITT", "CTL", "TTDISC", "M03")]["estimate"] == 0
    # IT: nobody was followed to day 91
    assert read_cells(tabulate_retention(sample()))["by month 3 (day 91)"][1] == "NE"


def test_headline_says_who_left_who_died_and_who_was_not_heard_of() -> None:
    assert tabulate_retention(sample()).headline == (
        "Left the study: 1 / 2 (50.0) in IV, 0 / 2 in IT, 0 / 2 in CTL. "
        "Died: 0 / 2 in IV, 0 / 2 in IT, 1 / 2 (50.0) in CTL. "
        "In follow-up, long without contact and a visit without forms since: - in IV, 0 / 2 in IT, "
        "1 / 1 in CTL."
    )


def test_the_figure_tells_the_same_events() -> None:
    shown = plot_retention(sample())
    assert isinstance(shown, Figure)
    assert shown.headline == (
        "Left the study: 1 of 2 in IV, 0 of 2 in IT, 0 of 2 in CTL. "
        "Died: 0 of 2 in IV, 0 of 2 in IT, 1 of 2 in CTL."
    )
    at_91 = shown.statistics[Key("ITT", "CTL", "TTDISC", "", "DAY 91")]
    assert (at_91["at_risk"], at_91["events"], at_91["competing"]) == (1, 0, 1)
    table = tabulate_retention(sample()).statistics
    for arm in ("IV", "CTL"):
        own = shown.statistics[Key("ITT", arm, "TTDTH", "", "DAY 91")]["estimate"]
        assert own == table[Key("ITT", arm, "TTDTH", "M03")]["estimate"]


def test_deaths_before_the_event_stand_below_the_curves_of_leaving_alone() -> None:
    shown = plot_retention(sample())
    assert isinstance(shown, Figure)
    assert shown.svg.count("Died before the event") == 1  # nobody dies before dying
    assert "for leaving the study death competes; for death, leaving" in shown.notes[0]


def test_without_times_the_figure_is_a_sentence_and_the_table_has_the_states() -> None:
    none = sample(adtte=TIMES[TIMES["PARAMCD"] == "TTFAE"].assign(PARAMCD="TTFAE"))
    assert isinstance(plot_retention(sample(adtte=None)), Withheld)
    shown = tabulate_retention(sample(adtte=None))
    assert isinstance(shown, Table)
    assert "by month 3 (day 91)" not in read_cells(shown)
    assert isinstance(plot_retention(none), Figure)


def test_data_without_last_contacts_have_no_such_rows() -> None:
    cells = read_cells(tabulate_retention(sample(adsl=ADSL)))
    assert not [label for label in cells if "contact" in label]


@pytest.mark.parametrize("make", [make_empty, lambda: without_arm("IT"), lambda: without_arm("IV")])
def test_it_renders_with_nobody_and_with_an_empty_arm(make) -> None:
    known = make()
    people = known["adsl"]["USUBJID"]
    view = sample()
    frames = {
        name: rows[rows["USUBJID"].isin(people)].reset_index(drop=True)
        for name, rows in view.datasets.items()
        if "USUBJID" in rows
    }
    shown, drawn = tabulate_retention(sample(**frames)), plot_retention(sample(**frames))
    assert isinstance(shown, Table)
    assert isinstance(drawn, Figure)
    assert len(shown.headers) == 4
    if people.empty:
        assert shown.headline == drawn.headline == "Nobody was randomised by the cut-off."


def test_open_readers_get_nothing() -> None:
    for make in (tabulate_retention, plot_retention):
        shown = make(make_sample("open"))
        assert isinstance(shown, Withheld)
        assert shown.sentence == ""
