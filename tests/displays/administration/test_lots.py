"""Administrations followed by events, by lot: eight participants, by hand."""

import pandas as pd
import pytest
from sample_events import ADEX, make_events, without_arm, without_events
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.administration import lots as lots_module
from helpers.displays.administration.lots import tabulate_lots
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key

# P1: L1 and L2, P2: L1, P3: L3 (two days before the cut-off), P4: L2 and an unknown one, P5: L3
LOTS = ["L1", "L2", "L1", None, "L3", "L2", None, "L3"]
STATES = read_frame("""
LOT LOTSTAT      LOTDT
L1  RELEASED     2022-01-01
L2  RELEASED     2022-01-01
L2  CONTAMINATED 2022-05-01
""")


def make(**frames: object) -> Table:
    adex = ADEX.assign(LOT=pd.Series(LOTS, dtype=object))
    shown = tabulate_lots(make_events(**{"adex": adex, "adlot": STATES, **frames}))
    assert isinstance(shown, Table)
    return shown


def test_administrations_of_a_lot_are_counted_by_arm_and_by_what_followed() -> None:
    cells = read_cells(make())
    # state, IV, IT, total; any event, listed, grade 3, serious within 72 h
    assert cells["L1"] == (
        *("Released", "2", "0", "2"),
        *("1 / 2 (50.0)", "1 / 2 (50.0)", "0 / 2", "0 / 2"),  # fever of P1; P2 on day 17
    )
    assert cells["L2"] == (
        *("Contaminated", "1", "1", "2"),
        *("1 / 2 (50.0)", "1 / 2 (50.0)", "1 / 2 (50.0)", "1 / 2 (50.0)"),  # P1 after dose 2
    )
    assert cells["L3"][:5] == ("not listed", "1", "1", "2", "0 / 1")
    assert cells["Not recorded"][:5] == ("", "0", "1", "1", "1 / 1 (100.0)")  # P4, dose 2
    assert cells["All lots"][:5] == ("", "4", "3", "7", "3 / 6 (50.0)")


def test_the_results_count_administrations_not_participants() -> None:
    row = make().statistics[Key("SAF", "Total", "LOT.any", "", "L1")]
    assert row == {"n": 1, "total": 2, "pct": 50}
    given = make().statistics[Key("SAF", "IV", "LOT", "", "L1")]
    assert given == {"count": 2}


def test_headline_names_every_lot_with_the_most_events() -> None:
    # L1, L2 and the unknown one have one each: the fewest administrations first
    assert make().headline == (
        "3 lots in 7 administrations (1 without a recorded lot); most with an event within 72 h: "
        "Not recorded, 1 of 1; L1, 1 of 2; L2, 1 of 2."
    )


def test_headline_names_no_lot_where_many_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lots_module, "MOST_NAMED", 2)
    lots = pd.Series([f"L{place}" for place in range(len(ADEX))], dtype=object)
    shown = tabulate_lots(make_events(adex=ADEX.assign(LOT=lots)))
    with_event = [line for line in shown.lines if read_cells(shown)[line.label][3][0] == "1"]
    assert len(with_event) == 3
    assert shown.headline == (
        "7 lots in 7 administrations; of no lot more than 1 was followed by an event within 72 h."
    )


def test_a_window_that_is_open_without_an_event_is_in_no_denominator() -> None:
    adex = ADEX.assign(
        LOT=pd.Series(LOTS, dtype=object),
        W72DONE=ADEX["W72DONE"].mask(ADEX["USUBJID"] == "P3", "Y"),
    )
    assert [read_cells(make(**frames))["L3"][4] for frames in ({}, {"adex": adex})] == [
        *("0 / 1", "0 / 2"),
    ]


def test_data_without_a_list_of_lots_have_no_column_of_states() -> None:
    adex = ADEX.assign(LOT=pd.Series(LOTS, dtype=object))
    shown = tabulate_lots(make_events(adex=adex))
    assert read_cells(shown)["L1"][:3] == ("2", "0", "2")


def test_nobody_dosed_and_no_event_are_said() -> None:
    none = make(adex=ADEX.assign(LOT=None).iloc[:0])
    assert none.headline == "Nobody was dosed by the cut-off."
    assert read_cells(none)["All lots"][3:5] == ("0", "-")
    quiet = make(adae=without_events()["adae"])
    assert quiet.headline == "No administration was followed by an event within 72 h."


@pytest.mark.parametrize("arm", ["IV", "IT", "CTL"])
def test_an_empty_arm_keeps_its_column(arm: str) -> None:
    view = without_arm(arm)
    adex = ADEX.assign(LOT=pd.Series(LOTS, dtype=object))
    adex = adex[adex["USUBJID"].isin(view["adsl"]["USUBJID"])]
    shown = make(adsl=view["adsl"], adae=view["adae"], adex=adex)
    assert len(shown.headers) == 8


def test_open_readers_get_nothing() -> None:
    shown = tabulate_lots(make_events("open"))
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""
