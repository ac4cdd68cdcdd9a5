"""A dose that other records put on another day: what the stopping rule would say by that day."""

import pandas as pd
import pytest
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.formats import format_cell
from helpers.displays.lights.safety import show_stopping
from helpers.displays.model import Light, Listing, Table
from helpers.displays.monitoring.event_listing import list_monitored_events
from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.results import Key
from helpers.displays.serious_events.listing import list_stopping_events
from helpers.view import ClosedView

HEAD = "USUBJID SUBJID TRT01A EVALDT STOPDT ALTEVLDT ALTSTPDT"
ADDED = "04 04 IT 2021-05-28 . 2021-05-28 2021-08-28"
REMOVED = "04 04 IT 2021-05-28 2021-09-10 2021-05-28 ."
EVENT = "05 05 IT 2021-09-01 2021-09-01 2021-09-01 2021-09-01"
QUIET = [f"1{i} 1{i} IT 2021-05-0{i} . 2021-05-0{i} ." for i in range(1, 9)]
OTHER = Key("SAF", "IT", "STOPPING", "", "OTHER_DATE")


def make(*persons: str, flags: tuple[str | None, str | None] = (None, "Y")) -> ClosedView:
    """Arm IT of these participants; dose 2 of 04 is doubtful, with one event of other than 05."""
    adstop = read_frame("\n".join([HEAD, *persons]))
    known = adstop["STOPDT"].notna(), adstop["ALTSTPDT"].notna()
    numbers = [pd.Series(1, index=adstop.index, dtype="Int64").where(one) for one in known]
    adstop = adstop.assign(SRCSEQ=numbers[0], ALTSEQ=numbers[1])
    adex = read_frame("USUBJID DOSENUM GIVENFL DOSEORD ASTDTM ALTDT\n"
                      "04 2 Y 2 2021-09-06 2021-08-28")  # fmt: skip
    adex = adex.assign(ALTSRC="vs sv", ASTDTM=pd.to_datetime(adex["ASTDTM"]))
    sample = make_sample()
    row = sample["adae"].iloc[:1].assign(USUBJID="04", AESEQ=1, AEDECOD="Headache", ASERFL=None)
    event = row.assign(SEVTOXFL=flags[0], ALTSTPFL=flags[1], ADY=100, ATOXGR=3, RELFL="Y")
    event = event.assign(ASTDT=pd.Timestamp("2021-08-28"), DOSEREF=1, HRSINF=2400.0, DAYSINF=100)
    event = event.assign(ASTDTF=None, AENDTF=None)
    view = make_sample(adstop=adstop, adex=adex, adae=event.reset_index(drop=True))
    assert isinstance(view, ClosedView)
    return view


def light(view: ClosedView) -> Light:
    return next(one.light for one in show_stopping(view) if one.light.name == "Stopping rule, IT")


def test_a_light_names_the_dose_its_dates_and_what_the_arm_would_stand_at() -> None:
    shown = light(make(ADDED, QUIET[0]))
    assert (shown.state, shown.word) == ("near", "Check dose date")
    assert shown.why.startswith(
        "Dose date to check: 04: dose 2 recorded on 6 Sep 2021, but vital signs and visit on 28 "
        "Aug 2021; by that date 1 of 2 evaluable with a stopping event (04 Headache"
    )
    assert "near limit. By the recorded date: 0 of 2 evaluable" in shown.why


@pytest.mark.parametrize(
    ("persons", "state"),
    [
        ([ADDED, EVENT], "alert"),  # 1 of 2 as recorded, 2 of 2 by the other date
        ([ADDED, *QUIET], "near"),  # clear whichever date is true, and still to be checked
        ([REMOVED, *QUIET], "near"),  # an event less by the other date makes nothing calmer
    ],
)
def test_a_light_is_never_calmer_than_the_other_date_makes_it(
    persons: list[str], state: str
) -> None:
    assert light(make(*persons)).state == state


def test_a_date_that_brings_an_event_is_not_outweighed_by_one_that_takes_another_away() -> None:
    removed = "06 06 IT 2021-05-28 2021-09-10 2021-05-28 ."
    shown = light(make(ADDED, removed))  # by both dates 1 of 2, with the first alone 2 of 2
    assert (shown.state, shown.word) == ("alert", "Check dose date")
    assert "with only some" not in light(make(ADDED, QUIET[0])).why


def test_without_a_difference_the_light_says_nothing_of_dates() -> None:
    same = "04 04 IT 2021-05-28 . 2021-05-28 ."
    assert "date" not in light(make(same, QUIET[0], flags=(None, None))).why.split("Not yet")[0]


def test_the_monitor_shows_the_counts_by_the_other_date_beside_those_used() -> None:
    shown = tabulate_monitor(make(ADDED, QUIET[0]))
    assert isinstance(shown, Table)
    assert shown.statistics[OTHER] == {"events": 1, "evaluable": 2}
    assert shown.statistics[OTHER._replace(category="")]["events"] == 0
    assert shown.headline.startswith("IT: dose date to check: 04: dose 2 recorded on 6 Sep 2021")
    lines = {line.label: line for line in shown.lines}
    cells = [format_cell(c, shown.statistics) for c in lines["State by these dates"].cells]
    assert cells == ["as recorded", "Near limit", "n.a."]


def test_the_listings_hold_the_event_and_say_that_it_is_not_counted() -> None:
    view = make(ADDED, QUIET[0])
    events = list_monitored_events(view)
    assert isinstance(events, Listing)
    ((*_, last),) = events.rows
    assert last == "not counted; by the other dose date 1 of 2"
    assert "Events N = 0, and 1 by another date of a dose, not counted." in events.population_line
    other = list_stopping_events(view)
    assert isinstance(other, Listing)
    (row,) = (dict(zip(other.headers, row, strict=True)) for row in other.rows)
    assert "stopping event by another dose date" in row["Remarks"]
    assert any("Not counted in the stopping rule" in note for note in other.notes)
