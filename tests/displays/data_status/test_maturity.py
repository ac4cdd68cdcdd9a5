"""Verified records and changes of the eight participants of the sample, by hand."""

import pandas as pd
import pytest
from sample_trial import ADSL, PREVIOUS, make_empty, make_sample, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.data_status.maturity import tabulate_maturity
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key

# S7 was never randomised: what is verified of her is in no count
ADSDV = read_frame("""
USUBJID DOMAIN RECORDS VERIFIED
S1      ae     4       3
S3      ae     2       0
S5      ae     1       1
S7      ae     9       9
S1      vs     10      5
S6      vs     10      10
""")
ADAEMAT = read_frame("""
USUBJID SUBJID ITTFL AESEQ ASERFL LACKING          KNOWNFL CHGFL ADDEDFL
S1      S1     Y     1     Y      AEEXPECT__AENARR Y       Y     N
S1      S1     Y     2     Y      .                Y       N     N
S2      S2     Y     1     .      .                Y       Y     N
S3      S3     Y     1     .      .                N       N     Y
S6      S6     Y     1     Y      AENARR           N       N     Y
S7      S7     N     1     Y      AENARR           Y       Y     N
""")


def make(adsl: pd.DataFrame = ADSL, **frames: object) -> Table:
    given = {"adsdv": ADSDV, "adaemat": ADAEMAT, "previous": PREVIOUS}
    shown = tabulate_maturity(make_sample(adsl=adsl, **{**given, **frames}))
    assert isinstance(shown, Table)
    return shown


def test_verified_records_are_shares_of_records() -> None:
    cells = read_cells(make())
    assert cells["All records"] == (
        *("8 / 14 (57.1)", "0 / 2", "11 / 11 (100.0)", "19 / 27 (70.4)"),
    )
    assert cells["Adverse events (ae)"] == (
        "3 / 4 (75.0)",
        "0 / 2",
        "1 / 1 (100.0)",
        "4 / 7 (57.1)",
    )
    assert cells["Vital signs (vs)"] == ("5 / 10 (50.0)", "-", "10 / 10 (100.0)", "15 / 20 (75.0)")
    row = make().statistics[Key("ITT", "IV", "VERIFIED", "", "ae")]
    assert row == {"n": 3, "total": 4, "pct": 75}


def test_serious_events_are_counted_by_what_they_lack() -> None:
    shown = make()
    cells = read_cells(shown)
    assert cells["Any field"] == ("1 / 2 (50.0)", "-", "1 / 1 (100.0)", "2 / 3 (66.7)")
    assert cells["expectedness"] == ("1 / 2 (50.0)", "-", "0 / 1", "1 / 3 (33.3)")
    assert cells["narrative"] == ("1 / 2 (50.0)", "-", "1 / 1 (100.0)", "2 / 3 (66.7)")
    assert "grade" not in cells
    assert (
        "Serious events with an empty field: S1 event 1 (expectedness, narrative); "
        "S6 event 1 (narrative)."
    ) in shown.notes


def test_changes_since_the_report_before_are_of_the_events_known_then() -> None:
    shown = make()
    cells = read_cells(shown)
    assert any(line.label.startswith("Adverse events since Interim analysis 2 (31 Jul 2022)")
               for line in shown.lines)  # fmt: skip
    assert cells["Record changed, of those known then"] == (
        *("2 / 3 (66.7)", "-", "-", "2 / 3 (66.7)"),
    )
    assert cells["serious"] == ("1 / 2 (50.0)", "-", "-", "1 / 2 (50.0)")
    assert cells["Begun before it and entered after it, of all"] == (
        *("0 / 3", "1 / 1 (100.0)", "1 / 1 (100.0)", "2 / 5 (40.0)"),
    )
    assert shown.headline == (
        "Verified records: 19 of 27 (70.4%). Serious adverse events with an empty field: 2 of 3. "
        "Events changed since the report before: 2 of 3 known then."
    )


def test_at_the_first_report_nothing_is_compared() -> None:
    none = ADAEMAT.assign(KNOWNFL=None, CHGFL=None, ADDEDFL=None)
    shown = make(adaemat=none)
    assert not [line for line in shown.lines if "since" in line.label]
    assert "Changes are told from the second report on." in shown.notes


def test_without_an_event_the_rows_have_no_denominator() -> None:
    shown = make(adaemat=ADAEMAT.iloc[:0])
    assert read_cells(shown)["Any field"] == ("-", "-", "-", "-")


@pytest.mark.parametrize("adsl", [make_empty()["adsl"], without_arm("IV")["adsl"]])
def test_it_renders_with_nobody_and_with_an_empty_arm(adsl: pd.DataFrame) -> None:
    shown = make(adsl)
    assert len(shown.headers) == 4
    if adsl.empty:
        assert shown.headline == "Nobody was randomised by the cut-off."


def test_data_that_do_not_say_it_and_open_readers() -> None:
    for audience, sentence in (
        ("closed_unmasked", "The data do not say which records were verified or changed."),
        ("open", ""),
    ):
        shown = tabulate_maturity(make_sample(audience))
        assert isinstance(shown, Withheld)
        assert shown.sentence == sentence


def test_when_an_empty_end_counts_is_said_in_full() -> None:
    assert any(
        note.startswith("The end of an event is counted as an empty field only where the event is")
        for note in make().notes
    )
