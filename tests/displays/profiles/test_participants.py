from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sample_events import ADAE, ADEX, ADSL, make_events, without_events
from view_factory import read_frame

from helpers.displays.figure_series import FigureSeries
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Withheld
from helpers.displays.profiles.chosen import MOST, OTHER, choose_drawn, choose_participants
from helpers.displays.profiles.drawing import (
    MOST_EVENTS,
    build_figure,
    choose_events,
    fit_name,
)
from helpers.displays.profiles.drawing import (
    SIGNS as LOOKS,
)
from helpers.displays.profiles.laboratory import MOST_TESTS
from helpers.displays.profiles.measured import NOTHING, Track, Values
from helpers.displays.profiles.participants import LEAST, plot_profiles
from helpers.displays.profiles.tracks import Event, Profile, read_profiles
from helpers.displays.render import show_html
from helpers.view import ClosedView

PERSONS = ADSL.assign(
    ANCHORDT=ADSL["TRTSDTM"].fillna(ADSL["RANDDT"]),
    DTHDT=ADSL["EXITDT"].where(ADSL["DTHFL"] == "Y"),
)
EVENTS = ADAE.assign(
    SUBJID=ADAE["USUBJID"].map(ADSL.set_index("USUBJID")["SUBJID"]),
    AENDT=ADAE["ASTDT"] + pd.Timedelta(days=2),
    SEVTOXFL=[None, None, None, "Y", None, None, None, None, None],
)
LABORATORY = read_frame("""
USUBJID PARAMCD PARAM                 ADT        AVAL XULN
P1      CRP     C-reactive__(mg/L)    2022-01-11 10   2.0
P1      CRP     C-reactive__(mg/L)    2022-04-12 .    .
P1      WBC     White__cells__(10^9/L) 2022-01-12 8    0.8
P1      ALT     ALT__(U/L)            2022-01-12 50   1.2
P1      HGB     Haemoglobin__(g/L)    2022-01-12 130  0.7
P2      CRP     C-reactive__(mg/L)    2022-02-03 5    1.0
""")
SIGNS = read_frame("""
USUBJID PARAMCD PARAM             ADT        ADTM       AVAL ALARMFL
P1      TEMP    Temperature__(C)  2022-01-11 2022-01-11 36.5 .
P1      TEMP    Temperature__(C)  2022-01-12 2022-01-12 38.5 Y
P1      PULSE   Pulse__(/min)     2022-01-12 2022-01-12 80   .
""")


def make(**changes: pd.DataFrame) -> ClosedView:
    frames = {"adsl": PERSONS, "adae": EVENTS, "adex": ADEX, "adlb": LABORATORY, "advs": SIGNS}
    view = make_events(**{**frames, **changes})
    assert isinstance(view, ClosedView)
    return view


def make_points(
    names: list[str], days: list[float], numbers: list[float], *, mark: bool = False
) -> Values:
    """Values with these names, of tests of the same codes."""
    words = np.array(names, dtype=object)
    return Values(
        words, words, np.array(days, float), np.array(numbers, float), np.full(len(names), mark)
    )


def profile_of(subject: str, view: ClosedView | None = None) -> Profile:
    view = view or make()
    chosen = choose_participants(view)
    return read_profiles(view, chosen[chosen["USUBJID"] == subject])[0]


def test_who_died_comes_first_then_stopping_events_triggers_and_other_serious_events() -> None:
    chosen = choose_participants(make())
    assert list(zip(chosen["USUBJID"], chosen["REASON"], strict=True)) == [
        ("P8", 0),  # died of pneumonia
        ("P4", 1),  # a stopping event that is not serious
        ("P1", 4),
    ]
    triggered = pd.DataFrame({"USUBJID": ["P5", None], "METFL": ["Y", "Y"]})
    chosen = choose_participants(make(adpause=triggered)).set_index("USUBJID")
    assert chosen.loc["P5", "REASON"] == 2


def test_a_potential_hys_law_case_has_a_profile_without_any_serious_event() -> None:
    cases = LABORATORY.assign(HYSFL=[None] * 5 + ["Y"])
    chosen = choose_participants(make(adlb=cases)).set_index("USUBJID")
    assert chosen.loc["P2", "REASON"] == 3
    made = plot_profiles(make(adlb=cases))
    assert isinstance(made, FigureSeries)
    assert "102, IV: potential Hy's law case" in [picture.title for picture in made.pictures]
    assert made.headline.endswith(
        "or a potential Hy's law case: 2 of 3 in IV, 1 of 3 in IT, 1 of 2 in CTL."
    )


def test_days_are_those_of_the_listings_and_what_is_not_over_goes_to_the_end_of_follow_up() -> None:
    fever = profile_of("P1").events[1]
    # 13 April 2022 is 92 days after the dose on 11 January: study day 93
    assert (fever.start, fever.end, fever.ongoing) == (93, 95, False)
    assert fever.name == "Fever (3, serious)"
    assert fever.grave
    assert profile_of("P1").doses == (1, 92)
    open_end = EVENTS.assign(AENDT=pd.NaT)
    pneumonia = profile_of("P8", make(adae=open_end)).events[0]
    # control: randomised on 1 February, dead on 31 March 2022, 58 days later
    assert (pneumonia.end, pneumonia.ongoing) == (59, True)
    assert pneumonia.name == "Pneumonia (5, fatal)"
    assert profile_of("P8").death == 59


def test_the_laboratory_has_the_first_test_and_the_highest_of_the_participant() -> None:
    laboratory, temperature, pressure = profile_of("P1").tracks[:3]
    assert list(dict.fromkeys(laboratory.points.names)) == ["C-reactive", "ALT", "White cells"]
    assert list(laboratory.points.numbers) == [2.0, 1.2, 0.8]
    assert list(temperature.points.marks) == [False, True]
    assert temperature.limits == (38.0,)
    assert not len(pressure.points.days)


def measure(rows: str) -> ClosedView:
    """The sample with these values of P1: test, multiple of the upper limit, grade."""
    return make(
        adlb=read_frame(f"PARAMCD XULN ATOXGR\n{rows}").assign(
            USUBJID="P1", PARAM=lambda values: values["PARAMCD"], AVAL=1.0,
            ADT=pd.Timestamp("2022-01-12"),
        )
    )  # fmt: skip


def test_the_highest_tests_are_drawn_whether_or_not_the_trial_shows_them_by_visit() -> None:
    view = measure("CRP 0.5 0\nUREA 3 .\nGLUC 2.5 1\nALT 2 1")
    assert "UREA" not in view.trial.laboratory.shown
    laboratory = profile_of("P1", view).tracks[0]
    assert list(laboratory.points.names) == ["CRP", "UREA", "GLUC"]


def test_a_test_of_grade_three_is_drawn_and_ringed_however_low_its_value() -> None:
    laboratory = profile_of("P1", measure("CRP 0.5 0\nALT 2 1\nBILI 1 0\nHGB 0.2 4")).tracks[0]
    assert list(laboratory.points.names) == ["CRP", "ALT", "BILI", "HGB"]
    assert list(laboratory.points.marks) == [False, False, False, True]
    assert laboratory.left_out == ()


def test_spinal_fluid_is_drawn_in_a_panel_of_its_own_however_low() -> None:
    view = measure("CRP 5 .\nALT 2 1\nBILI 2 1\nCSFWBC 0.1 .\nCSFPROT 0.2 .")
    blood, fluid = profile_of("P1", view).tracks[:2]
    assert list(blood.points.names) == ["CRP", "ALT", "BILI"]
    assert fluid.title == "Spinal fluid, multiples of the upper limit"
    assert sorted(fluid.points.names) == ["CSFPROT", "CSFWBC"]
    assert profile_of("P1").tracks[1].title == "Temperature (\u00b0C)"  # none was measured


def test_every_test_of_its_specimen_is_spinal_fluid_whether_or_not_the_trial_names_it() -> None:
    view = measure("CRP 5 .\nGLUC 1 1\nCSFWBC 0.1 .\nCSFGLUC 3 .")
    assert "CSFGLUC" not in view.trial.laboratory.spinal_fluid.tests
    adlb = view["adlb"].assign(LBSPEC=["BLOOD", "BLOOD", "CSF", "CSF"])
    blood, fluid = profile_of("P1", make(adlb=adlb)).tracks[:2]
    assert list(blood.points.names) == ["CRP", "GLUC"]
    assert list(fluid.points.names) == ["CSFGLUC", "CSFWBC"]


def test_the_bilirubin_of_a_potential_hys_law_case_is_drawn_and_ringed() -> None:
    view = measure("CRP 0.5 0\nALT 9 2\nAST 8 2\nBILI 2.1 1")
    case = view["adlb"].assign(HYSFL=[None, None, None, "Y"])
    laboratory = profile_of("P1", make(adlb=case)).tracks[0]
    assert list(laboratory.points.names) == ["CRP", "ALT", "AST", "BILI"]
    assert list(laboratory.points.marks) == [False, False, False, True]
    frames = {"case": case, "none": view["adlb"]}
    notes = {name: " ".join(plot_profiles(make(adlb=rows)).notes) for name, rows in frames.items()}
    assert "has the bilirubin of a potential Hy's law case; at most" in notes["case"]
    assert "bilirubin" not in notes["none"]


def test_what_reached_grade_three_and_has_no_room_or_no_multiple_is_named() -> None:
    severe = "\n".join(f"T{i} {9 - i} 3" for i in range(MOST_TESTS))
    view = measure(f"CRP 0.5 0\n{severe}\nNEUT 0 4\nUREA . 3\nINR . 2")
    laboratory = profile_of("P1", view).tracks[0]
    assert len(laboratory.points.names) == MOST_TESTS
    assert laboratory.left_out == ("NEUT", f"T{MOST_TESTS - 1}", "UREA")
    made = plot_profiles(view)
    assert any(f"101 NEUT, T{MOST_TESTS - 1}, UREA. See L-S-06" in note for note in made.notes)
    assert not any("tests not drawn, or not" in note for note in plot_profiles(make()).notes)


def test_any_vital_sign_with_an_alarm_is_drawn_with_its_limits() -> None:
    slow = SIGNS.assign(AVAL=[36.5, 38.5, 27], ALARMFL=[None, "Y", "Y"])
    tracks = {track.title: track for track in profile_of("P1", make(advs=slow)).tracks}
    pulse = tracks["Pulse (/min)"]
    assert (list(pulse.points.numbers), list(pulse.points.marks)) == ([27.0], [True])
    assert sorted(pulse.limits) == [50.0, 120.0]
    assert "Pulse (/min)" not in {track.title for track in profile_of("P1").tracks}


def test_notes_tell_of_the_measurements_that_the_trial_has() -> None:
    notes = " ".join(plot_profiles(make()).notes)
    assert "Laboratory: C-reactive protein, the 2 others with the highest" in notes
    bare = " ".join(plot_profiles(make_events(adsl=PERSONS, adae=EVENTS)).notes)
    assert not any(word in bare for word in ("Laboratory", "Vital signs", "L-S-06"))


def test_the_headline_counts_everybody_in_the_arm_under_which_the_profiles_stand() -> None:
    treated = PERSONS["TRT01A"].mask(PERSONS["USUBJID"] == "P4", "IV")  # randomised to IT
    made = plot_profiles(make(adsl=PERSONS.assign(TRT01A=treated)))
    assert "2 of 4 in IV, 0 of 2 in IT, 1 of 2 in CTL." in made.headline
    assert "by arm as treated, without a treatment as randomised" in made.population_line


def test_an_undated_event_is_counted_and_not_drawn() -> None:
    undated = EVENTS.assign(ASTDT=EVENTS["ASTDT"].mask(EVENTS["AESEQ"] == 2, pd.NaT))
    made = plot_profiles(make(adae=undated))
    assert profile_of("P1", make(adae=undated)).undated == 1
    assert isinstance(made, FigureSeries)
    assert "1 adverse event without a date, not drawn." in made.notes


def test_each_participant_has_a_picture_and_the_file_has_every_record() -> None:
    made = plot_profiles(make())
    assert isinstance(made, FigureSeries)
    assert [picture.title for picture in made.pictures] == [
        "108, CTL: died",
        "104, IT: stopping event",
        "101, IV: related serious event",
    ]
    assert made.headline == (
        "Participants with a serious event, a stopping event, an immediate trigger or a potential "
        "Hy's law case: 1 of 3 in IV, 1 of 3 in IT, 1 of 2 in CTL."
    )
    assert made.pictures[2].alternative.startswith(
        "Doses on day 1, 92. Grave events: Fever (3, serious) from day 93. Laboratory, multiples "
        "of the upper limit: 0.8 to 2.0."
    )
    header, rows = made.csv_copy()
    assert header[:3] == ["Participant", "Arm", "What"]
    assert ["101", "IV", "Temperature (\u00b0C)", "Temperature (\u00b0C)", "2", "", "38.5"] in rows
    html = show_html(made)
    assert html.count("<figure") == html.count("<svg") == 3


def many(n: int, related: int) -> ClosedView:
    """So many participants with a serious event each, the last ones with a related one."""
    adsl = pd.concat([PERSONS[:1]] * n, ignore_index=True)
    adsl = adsl.assign(USUBJID=[f"U{i:02}" for i in range(n)], SUBJID=[f"{i:02}" for i in range(n)])
    adae = pd.concat([EVENTS[1:2]] * n, ignore_index=True).assign(USUBJID=adsl["USUBJID"])
    return make(adsl=adsl, adae=adae.assign(RELFL=[None] * (n - related) + ["Y"] * related))


def test_unrelated_serious_events_beyond_the_limit_are_named_and_in_the_file() -> None:
    made = plot_profiles(many(LEAST + 2, related=1))
    assert isinstance(made, FigureSeries)
    assert len(made.pictures) == LEAST
    assert made.pictures[0].title == "11, IV: related serious event"
    assert [picture.title[:2] for picture in made.pictures[1:]] == [f"{i:02}" for i in range(9)]
    assert (
        "Not drawn, serious events neither related nor fatal nor stopping events: 09 (IV), 10 (IV)."
        " Their records are in the CSV copy, their events in L-S-01 and L-S-02."
    ) in made.notes
    assert {row[0] for row in made.records} == {f"{i:02}" for i in range(LEAST + 2)}


def test_everybody_with_a_related_serious_event_is_drawn_however_many() -> None:
    made = plot_profiles(many(LEAST + 5, related=LEAST + 3))
    assert isinstance(made, FigureSeries)
    assert len(made.pictures) == LEAST + 3
    assert {picture.title.partition(": ")[2] for picture in made.pictures} == {
        "related serious event"
    }
    assert any("00 (IV), 01 (IV)." in note for note in made.notes)


def test_too_many_events_leave_the_mild_ones_out() -> None:
    events = [
        Event(float(day), day + 1.0, False, f"Event {day} (1)", day == 30) for day in range(31)
    ]
    drawn = choose_events(events)
    assert len(drawn) == MOST_EVENTS
    assert [e.start for e in drawn] == [*range(MOST_EVENTS - 1), 30.0]


def test_a_long_name_is_cut_in_its_term_and_keeps_its_marks() -> None:
    name = fit_name(f"{'Very long term of an event ' * 4}(5, fatal, stopping)")
    assert name.endswith("\u2026 (5, fatal, stopping)")
    assert fit_name("Fall (1)") == "Fall (1)"
    assert len(fit_name(f"{'W' * 90} (1)")) < len(name)


@pytest.mark.parametrize("days", [(1.0, 2.0), (1.0, 92.0)])
def test_no_text_of_a_picture_covers_another(days: tuple[float, float]) -> None:
    events = [
        Event(float(day), 120.0, True, f"{'Long term ' * 9}(3, serious)", True) for day in range(12)
    ]
    points = make_points(["Alanine aminotransferase", "B"], [1, 80], [12, 0.01], mark=True)
    tracks = (Track("Laboratory", points, (1.0,), True), Track("Temperature", NOTHING))
    figure = build_figure(Profile(days, tuple(events), 0, 93.0, 120.0, tracks), 1)
    assert find_overlaps(figure) == []
    tops = [axis.get_position().y0 for axis in figure.axes]
    assert all(first > second for first, second in pairwise(tops))


@pytest.mark.parametrize("highest", [1.3, 2, 5, 20, 80, 4000])
def test_an_axis_of_multiples_has_two_numbers_to_read_it_by(highest: float) -> None:
    """One number alone, 1.0, says nothing of how far a point is above it."""
    points = make_points(["CRP", "CRP"], [1, 9], [0.4, highest])
    profile = Profile((1.0,), (), 0, None, 9.0, (Track("Laboratory", points, (1.0,), ratio=True),))
    figure = build_figure(profile, 0)
    figure.canvas.draw()
    axis = figure.axes[1]
    low, high = axis.get_ylim()
    shown = [
        t
        for t in axis.yaxis.get_ticklabels()
        if t.get_text() and low <= t.get_position()[1] <= high
    ]
    assert 2 <= len(shown) <= 5
    assert find_overlaps(figure) == []


@pytest.mark.parametrize("values", [[7.0, 7.0], [7.0, 8.0], [0.0, 42.0]])
def test_a_score_of_whole_numbers_has_no_ticks_between_them(values: list[float]) -> None:
    track = Track("NIHSS total", make_points(["NIHSS"] * 2, [1, 90], values), whole=True)
    figure = build_figure(Profile((1.0,), (), 0, None, 90.0, (track,)), 0)
    low, high = figure.axes[1].get_ylim()
    ticks = [t for t in figure.axes[1].get_yticks() if low <= t <= high]
    assert ticks
    assert all(tick % 1 == 0 for tick in ticks)


def test_as_many_tests_as_fit_differ_in_sign_and_their_names_do_not_touch() -> None:
    names = [f"Alanine aminotransferase {i}" for i in range(MOST_TESTS)]
    points = make_points(names * 2, [1] * MOST_TESTS + [9] * MOST_TESTS, [*range(1, 13)])
    track = Track("Laboratory, multiples of the upper limit", points, (1.0,), ratio=True)
    figure = build_figure(Profile((1.0,), (), 0, None, 9.0, (track, track)), 0)
    lines = [line for line in figure.axes[1].lines if line.get_label() in names]
    looks = {(line.get_marker(), str(line.get_markerfacecolor())) for line in lines}
    assert len(lines) == len(LOOKS) == MOST_TESTS
    assert len(looks) == MOST_TESTS
    assert find_overlaps(figure) == []


def test_without_measurements_the_events_stand_alone_and_without_anybody_one_sentence() -> None:
    made = plot_profiles(make_events(adsl=PERSONS, adae=EVENTS))
    assert isinstance(made, FigureSeries)
    assert len(made.pictures) == 3
    nobody = plot_profiles(without_events())
    assert isinstance(nobody, FigureSeries)
    assert (nobody.pictures, nobody.headline) == ((), "")
    assert (
        "No participant has a serious event, a stopping event, an immediate trigger or a potential"
        in show_html(nobody)
    )
    assert isinstance(plot_profiles(make_events("open")), Withheld)


def test_in_a_large_trial_the_gravest_are_drawn_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = pd.DataFrame({"REASON": [0] * 2 + [1] * 3 + [2] * MOST + [4] * 40})
    assert choose_drawn(many, LEAST)["REASON"].tolist() == [0] * 2 + [1] * 3 + [2] * (MOST - 5)
    whole = plot_profiles(make())
    monkeypatch.setattr("helpers.displays.profiles.chosen.MOST", 1)
    capped = plot_profiles(make())
    assert isinstance(whole, FigureSeries)
    assert isinstance(capped, FigureSeries)
    assert [picture.title for picture in capped.pictures] == [whole.pictures[0].title]
    assert capped.csv_copy() == whole.csv_copy()
    chosen = choose_participants(make())
    left = chosen.iloc[1:]
    counts = [
        f"{int(((left['REASON'] < OTHER) & (left['ARM'] == arm.code)).sum())} in {arm.label}"
        for arm in make().arms
    ]
    assert any(f"{', '.join(counts)}. Their records" in note for note in capped.notes)
    assert not any("Not drawn although" in note for note in whole.notes)


def test_a_profile_is_the_same_read_alone_and_among_others_whatever_the_order_of_rows() -> None:
    view = make()
    chosen = choose_participants(view)
    turned = {name: view[name].iloc[::-1] for name in ("adae", "adex", "adlb", "advs")}
    together = read_profiles(make(**turned), chosen)
    assert len(together) == len(chosen) == 3
    for place, whole in enumerate(together):
        (own,) = read_profiles(view, chosen.iloc[[place]])
        assert own._replace(tracks=()) == whole._replace(tracks=())
        for one, other in zip(own.tracks, whole.tracks, strict=True):
            assert (one.title, one.limits, one.ratio) == (other.title, other.limits, other.ratio)
            assert [list(column) for column in one.points] == [list(c) for c in other.points]
