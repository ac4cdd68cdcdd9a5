"""Uncoded events: no list of terms knows them, and the first screen says what they could change."""

import pandas as pd
import pytest
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.formats import format_cell
from helpers.displays.lights.safety import show_stopping, show_triggers
from helpers.displays.model import Light, Table
from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.monitoring.terms import name_term
from helpers.displays.results import Key
from helpers.view import ClosedView

HEAD = "USUBJID SUBJID TRT01A EVALDT STOPDT UNCEVLDT UNCSTPDT SRCSEQ"
WAITS = "S3 S3 IT 2021-05-28 . 2021-05-28 2021-05-28 ."  # its event has no term
EVENT = "05 05 IT 2021-09-01 2021-09-01 2021-09-01 2021-09-01 1"
QUIET = [f"1{i} 1{i} IT 2021-05-0{i} . 2021-05-0{i} . ." for i in range(1, 9)]


def make(*persons: str, **values: object) -> ClosedView:
    """Arm IT of these participants; S3 has an uncoded event after dose 1, or `values` of it."""
    adstop = read_frame("\n".join([HEAD, *persons]))
    adstop = adstop.assign(SRCSEQ=adstop["SRCSEQ"].astype("Int64"))
    sample = make_sample()
    row = (
        sample["adae"]
        .iloc[:1]
        .assign(
            USUBJID="S3",
            SUBJID="S3",
            AESEQ=1,
            AEDECOD=None,
            AETERM="stiff neck",
            ASERFL=None,
            RELFL=None,
            FATALFL=None,
            SEVTOXFL=None,
            TRTEMFL="Y",
            UNCSTPFL="Y",
            UNCTOX=None,
            ATOXGR=2,
            ASTDT=pd.Timestamp("2021-05-28"),
            DOSEREF=1,
            HRSINF=30.0,
            DAYSINF=1,
            ASTTMF=None,
            ASTDTF=None,
            AENDTF=None,
        )
    )
    view = make_sample(adstop=adstop, adae=row.assign(**values).reset_index(drop=True))
    assert isinstance(view, ClosedView)
    return view


def light(view: ClosedView) -> Light:
    return next(one.light for one in show_stopping(view) if one.light.name == "Stopping rule, IT")


def test_the_light_says_how_many_whose_and_what_they_could_change() -> None:
    shown = light(make(WAITS, EVENT))
    assert shown.why.endswith(
        "1 event without a preferred term in 1 participant may be a stopping event by term "
        '(S3 (IT), "stiff neck", '
        "grade 2, 30.0 h after dose 1); if it was one: 2 of 2, alert."
    )
    assert shown.word != "Clear"


@pytest.mark.parametrize(
    ("persons", "state", "word"),
    [
        ([WAITS, *QUIET[:2]], "near", "Code events"),  # 0 of 3 clear, 1 of 3 near the limit
        ([WAITS, *QUIET], "ok", "Clear"),  # 0 or 1 of 9: clear however it is coded
        ([EVENT, WAITS, *QUIET], "ok", "Clear"),
    ],
)
def test_a_light_is_amber_where_its_state_depends_on_the_term(
    persons: list[str], state: str, word: str
) -> None:
    shown = light(make(*persons))
    assert (shown.state, shown.word) == (state, word)
    assert "1 event without a preferred term" in shown.why


def test_without_an_uncoded_event_nothing_is_said() -> None:
    assert "preferred term" not in light(make(EVENT, UNCSTPFL=None)).why


def test_the_monitor_counts_both_ways() -> None:
    shown = tabulate_monitor(make(WAITS, EVENT))
    assert isinstance(shown, Table)
    key = Key("SAF", "IT", "STOPPING")
    assert shown.statistics[key]["events"] == 1
    assert shown.statistics[key._replace(category="UNCODED")] == {"events": 2, "evaluable": 2}
    labels = [line.label for line in shown.lines]
    place = labels.index("If every event without a preferred term was a stopping event")
    cells = [
        [format_cell(cell, shown.statistics) for cell in line.cells]
        for line in shown.lines[place + 1 : place + 4]
    ]
    assert cells == [
        ["none", "1", "n.a."],
        ["as it is", "2 / 2", "n.a."],
        ["as it is", "Alert", "n.a."],
    ]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"ATOXGR": 2}, "ok"),
        ({"ATOXGR": 3}, "near"),
        ({"ASERFL": "Y"}, "near"),
        ({"ATOXGR": None}, "near"),
        ({"ATOXGR": 3, "SEVTOXFL": "Y", "UNCSTPFL": None}, "near"),  # counts, and may ask for more
    ],
)
def test_a_grave_event_without_a_term_keeps_the_light_of_the_triggers_from_green(
    values: dict[str, object], state: str
) -> None:
    shown = show_triggers(make(WAITS, **values)).light
    assert shown.state == state
    assert "1 event without a preferred term would count as" in shown.why


@pytest.mark.parametrize(("code", "said"), [("NONE", False), ("SEIZURE", False), (None, True)])
def test_words_that_are_another_term_are_no_possible_trigger(code: str | None, said: bool) -> None:
    shown = show_triggers(make(WAITS, ATOXGR=3, UNCTOX=code)).light
    assert ("preferred term" in shown.why) == said
    assert shown.state == ("near" if said else "ok")


def test_words_that_are_the_term_of_a_trigger_are() -> None:
    shown = show_triggers(make(WAITS, ATOXGR=2, UNCTOX="MENINGITIS_BACTERIAL")).light
    assert (
        "1 event without a preferred term would count as bacterial meningitis, if that is its "
        'term: S3 (IT), "stiff neck", grade 2, 30.0 h after dose 1.'
    ) in shown.why


@pytest.mark.parametrize(
    ("values", "names"),
    [
        # of grade 1, unrelated, after 30 h: neither the anaphylaxis nor the stroke of the triggers
        ({"ATOXGR": 1}, "bacterial meningitis"),
        ({"ATOXGR": 1, "RELFL": "Y"}, "bacterial meningitis or related thromboembolic event"),
        ({"ATOXGR": 4}, "anaphylaxis of grade 4 or more or bacterial meningitis"),
        (
            {"ATOXGR": 1, "HRSINF": 20.0},
            "bacterial meningitis or recurrent stroke within 24 h of a dose",
        ),
        # of the next day, at no known time: it may lie within 24 hours
        (
            {"ATOXGR": 1, "ASTTMF": "H"},
            "bacterial meningitis or recurrent stroke within 24 h of a dose",
        ),
    ],
)
def test_only_triggers_that_grade_relation_and_hours_leave_open_are_named(values, names) -> None:
    shown = show_triggers(make(WAITS, **values)).light
    assert f"preferred term would count as {names}, if that is its term" in shown.why


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"AEDECOD": "Seizure", "AETERM": "fit"}, "Seizure"),
        ({"AEDECOD": "UNCODED", "AETERM": "fit"}, 'not coded: "fit"'),
        ({"AEDECOD": None, "AETERM": "fit"}, 'not coded: "fit"'),
        ({"AEDECOD": None}, "not coded"),
    ],
)
def test_an_uncoded_event_goes_by_the_words_of_the_site(event: dict[str, str], name: str) -> None:
    assert name_term(event) == name
