from dataclasses import replace

import pandas as pd
import pytest
from sample_events import (
    ADAE,
    ADEX,
    make_events,
    without_arm,
    without_doses,
    without_events,
    without_persons,
)
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.administration.primary_outcome import tabulate_primary_outcome
from helpers.displays.model import Display, Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.vocabulary import find_denominator
from helpers.view import View

LISTED = "list_and_window"


def count(table: Display, arm: str, code: str, visit: str, window: str) -> tuple[float, float]:
    row = table.statistics[Key("SAF", arm, code, visit, window)]
    return row["n"], find_denominator(row)


def with_interim(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


@pytest.mark.parametrize(
    ("visit", "window", "arms"),
    [
        ("ANY", "W24", [(1, 3), (0, 2), (1, 5)]),
        ("ANY", "W72", [(1, 2), (0, 2), (1, 4)]),
        ("ANY", "W7D", [(1, 2), (1, 2), (2, 4)]),
        ("ANY", "W30", [(2, 2), (1, 2), (3, 4)]),
        ("DOSE1", "W72", [(1, 2), (0, 2), (1, 4)]),
        ("DOSE1", "W30", [(2, 2), (1, 2), (3, 4)]),
        ("DOSE2", "W24", [(0, 1), (0, 1), (0, 2)]),
        ("DOSE2", "W72", [(1, 1), (0, 1), (1, 2)]),
    ],
)
def test_persons_are_counted_among_those_whose_window_can_be_judged(visit, window, arms) -> None:
    table = tabulate_primary_outcome(make_events())
    assert [count(table, arm, LISTED, visit, window) for arm in ("IV", "IT", "Total")] == arms


def test_the_control_is_not_applicable_and_has_no_number() -> None:
    table = tabulate_primary_outcome(make_events())
    assert read_cells(table)["within 72 h (primary window)"][2] == "n.a."
    assert not [key for key in table.statistics if key.arm == "CTL"]


def test_limits_are_exact_and_shown_for_the_primary_window() -> None:
    """1 of 2: 0.0126 to 0.9874 (Clopper and Pearson: 1 -+ sqrt(1 - 0.025) halves)."""
    table = tabulate_primary_outcome(make_events())
    row = table.statistics[Key("SAF", "IV", LISTED, "ANY", "W72")]
    lower = 1 - (1 - 0.025) ** 0.5
    assert (row["lower"], row["upper"]) == pytest.approx((lower, 1 - lower))
    assert read_cells(table)["95% CI, %"][0] == "1.3 to 98.7"


def test_arms_with_doses_are_compared_with_each_other() -> None:
    table = tabulate_primary_outcome(make_events())
    row = table.statistics[Key("SAF", "", LISTED, "ANY", "W72", "IT - IV")]
    assert row["estimate"] == pytest.approx(-0.5)
    assert [head.label for head in table.headers] == ["IV", "IT", "CTL", "Total", "IT \u2212 IV"]


def test_the_other_definitions_stand_beside_it() -> None:
    table = tabulate_primary_outcome(make_events())
    assert count(table, "IT", "window_any", "ANY", "W24") == (1, 2)
    assert [count(table, a, "related_any", "ANY", "") for a in ("IV", "IT", "Total")] == [
        (1, 3),
        (1, 2),
        (2, 5),
    ]


def test_the_primary_window_is_split_by_grade_seriousness_and_category() -> None:
    cells = read_cells(tabulate_primary_outcome(make_events()))
    assert cells["grade 3 or higher"][:2] == ("1 / 2 (50.0)", "0 / 2")
    assert cells["serious"][:2] == ("1 / 2 (50.0)", "0 / 2")
    assert cells["Febrile reactions"][:2] == ("1 / 2 (50.0)", "0 / 2")
    assert "Headache" not in cells  # only after the primary window


def test_administrations_count_each_dose_and_have_no_limits() -> None:
    table = tabulate_primary_outcome(make_events())
    code = f"{LISTED}.administrations"
    assert [count(table, a, code, "ANY", "W72") for a in ("IV", "IT", "Total")] == [
        (2, 3),
        (0, 3),
        (2, 6),
    ]
    assert "lower" not in table.statistics[Key("SAF", "IV", code, "ANY", "W72")]


def test_a_note_says_how_many_could_not_be_judged() -> None:
    notes = " ".join(tabulate_primary_outcome(make_events()).notes)
    assert "(any dose): 1 for 72 h, 1 for 7 days, 1 for 30 days." in notes


def test_an_event_in_an_open_window_counts_its_person() -> None:
    """P3's 72-hour window is open at the cut-off; an event in it makes the person known."""
    early = ADAE.iloc[[0]].assign(USUBJID="P3", AESEQ=1)
    table = tabulate_primary_outcome(make_events(adae=early))
    assert count(table, "IV", LISTED, "ANY", "W72") == (1, 3)


def test_the_definition_and_the_window_are_parameters() -> None:
    view = with_interim(make_events(), aa_definition="window_any", admin_window_hours=24)
    table = tabulate_primary_outcome(view)
    cells = read_cells(table)
    assert cells["within 24 h (primary window)"][:2] == ("1 / 3 (33.3)", "1 / 2 (50.0)")
    assert count(table, "IV", LISTED, "ANY", "W72") == (1, 2)
    related = tabulate_primary_outcome(with_interim(view, aa_definition="related_any"))
    assert related.lines[0].strong
    assert count(related, "IV", "related_any", "ANY", "") == (1, 3)


def test_a_primary_window_of_its_own_length_is_added() -> None:
    view = make_events(
        adae=ADAE.assign(ADMINFL=ADAE["W72FL"]), adex=ADEX.assign(ADMINDONE=ADEX["W72DONE"])
    )
    table = tabulate_primary_outcome(with_interim(view, admin_window_hours=96))
    assert read_cells(table)["within 4 days (primary window)"][0] == "1 / 2 (50.0)"


def test_an_open_report_says_that_it_is_reviewed_elsewhere() -> None:
    shown = tabulate_primary_outcome(make_events("open"))
    assert isinstance(shown, Withheld)
    assert shown.sentence == "The primary outcome is reviewed in closed session."


def test_a_trial_without_administrations_has_one_sentence() -> None:
    view = make_events()
    shown = tabulate_primary_outcome(
        replace(view, datasets={k: v for k, v in view.datasets.items() if k != "adex"})
    )
    assert isinstance(shown, Withheld)
    assert "no single administrations" in shown.sentence


@pytest.mark.parametrize(
    "view", [without_doses(), without_persons(), without_events(), without_arm("IV")]
)
def test_it_shows_when_nobody_was_dosed_or_nobody_is_there(view) -> None:
    assert "T-S-11" in show_html(tabulate_primary_outcome(view))


VISITS = read_frame("""
USUBJID AVISIT ADT        STATUS
P7      M03    2022-04-20 RECEIVED
""")


def test_the_background_counts_the_control_in_windows_of_the_same_place() -> None:
    """Waits 10, 2, 28, 2, 2 days: median 2. P7 gets 12 Jan and its month-3 visit on 20 Apr, P8
    3 Feb; its second would come on 5 May, after its death. P7 falls on 1 Jun, 42 days later; P8's
    pneumonia begins 50 days after 3 Feb."""
    view = with_interim(make_events(advisit=VISITS), control_window="pseudo")
    table = tabulate_primary_outcome(view)
    arms = ("IV", "IT", "CTL", "Total")
    assert [count(table, a, "background", "ANY", "W30") for a in arms] == [
        (2, 2),
        (2, 2),
        (0, 2),
        (4, 6),
    ]
    moved = VISITS.assign(ADT=VISITS["ADT"].max().replace(month=5, day=2))
    view = with_interim(make_events(advisit=moved), control_window="pseudo")
    assert count(tabulate_primary_outcome(view), "CTL", "background", "ANY", "W30") == (1, 2)


def test_the_background_is_off_unless_asked_for() -> None:
    table = tabulate_primary_outcome(make_events())
    assert not [key for key in table.statistics if key.parameter == "background"]


def test_events_without_a_preferred_term_are_named_beside_the_list() -> None:
    """P4's event on the day of dose 2 has no term: it lies in the 72 hours and may be listed."""
    hit = ADAE["USUBJID"] == "P4"
    coded = ADAE.assign(DOSEREF=ADAE["DOSEREF"].astype("Int64"))
    adae = coded.assign(
        SUBJID=ADAE["USUBJID"].map({"P4": "104"}),
        AEDECOD=ADAE["AEDECOD"].mask(hit, "UNCODED"),
        AETERM="legs hurt",
        HRSINF=23.6,
    )
    notes = tabulate_primary_outcome(make_events(adae=adae)).notes
    assert (
        "1 treatment-emergent event without a preferred term is in no count of the prespecified "
        'list (it goes by preferred term): 104 (IT), "legs hurt", grade 2, 23.6 h after dose 2. '
        "Within 72 h after a dose: 0 in IV, 1 in IT; coded, at most that many more."
    ) in notes
    assert "without a preferred term" not in " ".join(
        tabulate_primary_outcome(make_events(adae=coded)).notes
    )


TERMS = read_frame("""
AEDECOD  AESICAT      ROUTES                   AALIST
Fever    FEVER_CHILLS INTRAVENOUS__INTRATHECAL Y
Chills   FEVER_CHILLS INTRAVENOUS__INTRATHECAL Y
Sciatica BACK         INTRATHECAL              Y
Seizure  SEIZURE      INTRAVENOUS__INTRATHECAL N
""")


def test_the_list_is_printed_by_the_routes_after_which_it_counts() -> None:
    notes = tabulate_primary_outcome(make_events(aesi=TERMS)).notes
    assert (
        "The list, after intravenous or intrathecal doses: Chills, Fever; after intrathecal doses: "
        "Sciatica." in notes
    )


def make_seizure(hours: float, **changes: object) -> View:
    """P4 has a seizure of grade 3 after dose 2, not on the list, beside the sample's events."""
    hit = (ADAE["USUBJID"] == "P4") & (ADAE["AESEQ"] == 1)
    own = {"AEDECOD": "Seizure", "ATOXGR": 3, "AALISTFL": None, "SUBJID": "104", "HRSINF": hours}
    window = {"W24FL": None, "W72FL": "Y" if hours <= 72 else None}
    seizure = ADAE[hit].assign(**{**own, **window, **changes}, AESEQ=2)
    adae = pd.concat([ADAE, seizure], ignore_index=True)
    return make_events(adae=adae.astype({"DOSEREF": "Int64", "ATOXGR": "Int64"}))


def test_a_severe_event_in_the_window_that_the_list_lacks_is_counted_and_named_beside() -> None:
    table = tabulate_primary_outcome(make_seizure(30.0))
    arms = ("IV", "IT", "Total")
    assert [count(table, a, "unlisted.grade_ge3", "ANY", "W72") for a in arms] == [
        (0, 2), (1, 2), (1, 4),
    ]  # fmt: skip
    assert (
        "1 event of grade 3 or higher within 72 h after a dose is not on the list of the route "
        "and not counted in the primary outcome: 104 (IT), Seizure, grade 3, 30.0 h after dose 2."
    ) in table.notes
    assert table.headline.endswith(
        " With one of grade 3 or higher that is not on it: 0 / 2 in IV, 1 / 2 (50.0) in IT."
    )
    assert count(table, "IT", LISTED, "ANY", "W72") == (0, 2)  # the outcome is what it was


@pytest.mark.parametrize(
    "view", [make_seizure(80.0), make_seizure(30.0, ATOXGR=2), make_seizure(30.0, AALISTFL="Y")]
)
def test_what_is_late_mild_or_listed_is_not_beside_the_outcome(view) -> None:
    table = tabulate_primary_outcome(view)
    assert count(table, "IT", "unlisted.grade_ge3", "ANY", "W72")[0] == 0
    assert "not on the list" not in " ".join(table.notes)
    assert "not on it" not in table.headline


def test_no_list_no_event_beside_it() -> None:
    view = with_interim(make_seizure(30.0), aa_definition="window_any")
    table = tabulate_primary_outcome(view)
    assert not [key for key in table.statistics if key.parameter == "unlisted.grade_ge3"]
    assert "not on the list" not in " ".join(table.notes)
