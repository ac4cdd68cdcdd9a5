"""What another recorded date of a dose would change, event by event."""

from pathlib import Path

import pytest
from sample_events import ADAE, make_events
from trial_views import view_of_export

from helpers.displays.administration.dose_pairs import tabulate_dose_pairs
from helpers.displays.administration.lots import tabulate_lots
from helpers.displays.administration.recorded_doses import (
    describe_moved_events,
    note_moved_events,
    say_by_other_dates,
)
from helpers.displays.event_times.since_dose import plot_since_dose
from helpers.displays.serious_events.narratives import list_narratives
from helpers.view import ClosedView


def view_of(export: Path) -> ClosedView:
    view = view_of_export(export, "ia3")
    assert isinstance(view, ClosedView)
    return view


def test_events_that_follow_another_dose_by_the_other_date_are_named(export_of) -> None:
    """Dose 2 of 004 is recorded nine days late: both events came within a day of the visit."""
    said = say_by_other_dates(view_of(export_of("sparse")))
    assert (
        "By the other date 2 events fall otherwise: 004 Post-puncture headache (within 24 h of "
        "dose 2; by the recorded date after dose 1, in no window), 004 Fever (within 24 h of dose "
        "2; by the recorded date after dose 1, in no window)."
    ) in said
    assert said.endswith("After any dose the same participants are in the primary outcome.")


@pytest.mark.parametrize(
    "make", [tabulate_dose_pairs, tabulate_lots, plot_since_dose, list_narratives]
)
def test_every_display_of_events_by_dose_names_them(make, export_of) -> None:
    notes = " ".join(make(view_of(export_of("sparse"))).notes)
    assert "Dose date to check (C54): 004: dose 2 recorded on 6 Sep 2021" in notes
    assert "Counted by the recorded date. By the other date 2 events fall otherwise" in notes


def test_a_doubtful_date_that_moves_no_event_says_that_it_moves_none(export_of) -> None:
    view = view_of(export_of("harm_it"))
    assert view["adex"]["ALTDT"].notna().any()
    assert say_by_other_dates(view).endswith("by the other one every event falls in the same.")
    assert note_moved_events(view) == ""


def test_data_without_other_dates_name_no_event() -> None:
    view = make_events()
    assert isinstance(view, ClosedView)
    assert say_by_other_dates(view) == "Windows go by the recorded date."
    assert note_moved_events(view) == ""


def test_a_move_in_and_out_of_the_primary_window_alone_is_told() -> None:
    """A primary window that is none of the windows of the plan."""
    adae = ADAE.assign(SUBJID=ADAE["USUBJID"], WINHRS=72, ALTREF=ADAE["DOSEREF"], ALTWINHR=72)
    assert not describe_moved_events(make_events(adae=adae))
    adae.loc[adae["DOSEREF"].notna().idxmax(), "ALTWINHR"] = 96
    assert "within 4 days of dose" in describe_moved_events(make_events(adae=adae))
