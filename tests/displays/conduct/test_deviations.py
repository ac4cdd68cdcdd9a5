"""Deviations and criteria not met of the eight participants of the sample, by hand."""

import pandas as pd
import pytest
from sample_trial import make_empty, make_sample, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.conduct.deviation_listing import list_important_deviations, write_date
from helpers.displays.conduct.deviations import tabulate_deviations
from helpers.displays.model import Listing, Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

# S7 failed at screening: a deviation of hers is none of a randomised participant
ADDV = read_frame("""
USUBJID SUBJID DVSEQ TRT01P ITTFL DVCAT        DVCLAS        DVPP DVIDBY  DVSTDTC    DVTERM
S1      S1     1     IV     Y     DOSE         IMPORTANT     Y    SITE    2022-01-03 too__slow
S1      S1     2     IV     Y     DOSE         IMPORTANT     N    MONITOR 2022-04    too__fast
S1      S1     3     IV     Y     VISIT_WINDOW NOT_IMPORTANT N    SITE    2022-05-01 late
S3      S3     1     IT     Y     CONSENT      IMPORTANT     Y    .       2022-10-31 .
S5      S5     1     CTL    Y     VISIT_WINDOW NOT_IMPORTANT N    SITE    2022-05-01 late
S6      S6     1     CTL    Y     OTHER        .             .    SITE    .          lost__form
S7      S7     1     .      N     CONSENT      IMPORTANT     Y    SITE    2022-03-01 late
""").assign(ADT=lambda rows: pd.to_datetime(rows["DVSTDTC"], format="ISO8601"))
ADIE = read_frame("""
USUBJID SUBJID IETESTCD IECRIT  TRT01P ITTFL
S2      S2     IN05     NOT_MET IV     Y
S2      S2     EX03     NOT_MET IV     Y
S4      S4     IN05     MISSING IT     Y
S6      S6     IN05     NOT_MET CTL    Y
""")
CLOSED_ONLY = ["DVTERM", "DVPP", "DVIDBY", "TRT01P"]


def sample(audience: str = "closed_unmasked", **frames: object) -> View:
    closed = audience != "open"
    given = {"addv": ADDV if closed else ADDV.drop(columns=CLOSED_ONLY), "adie": ADIE}
    return make_sample(audience, **{**given, **frames})


def test_participants_stand_before_deviations_by_class_and_category() -> None:
    shown = tabulate_deviations(sample())
    cells = read_cells(shown)
    assert cells["Any deviation"] == (
        *("1 (50.0) [3]", "1 (50.0) [1]", "2 (100.0) [2]", "4 (66.7) [6]"),
    )
    assert cells["excluding from per protocol"] == (
        *("1 (50.0) [1]", "1 (50.0) [1]", "0", "2 (33.3) [2]"),
    )
    assert cells["Important"] == ("1 (50.0) [2]", "1 (50.0) [1]", "0", "2 (33.3) [3]")
    assert cells["Dose"] == ("1 (50.0) [2]", "0", "0", "1 (16.7) [2]")
    assert cells["Consent"] == ("0", "1 (50.0) [1]", "0", "1 (16.7) [1]")
    assert cells["Visit window"] == ("1 (50.0) [1]", "0", "1 (50.0) [1]", "2 (33.3) [2]")
    assert cells["Class missing"] == ("0", "0", "1 (50.0) [1]", "1 (16.7) [1]")
    assert shown.headline == (
        "Participants with an important deviation [deviations]: 1 / 2 (50.0) [2] in IV, "
        "1 / 2 (50.0) [1] in IT, 0 / 2 in CTL."
    )


def test_criteria_not_met_stand_in_the_order_of_the_protocol() -> None:
    shown = tabulate_deviations(sample())
    labels = [line.label for line in shown.lines]
    assert labels[-5:] == [
        "Eligibility criteria not met",
        "Any criterion",
        "IN05: NIHSS 5 or more",
        "EX03: cancer",
        "A criterion without an answer",
    ]
    cells = read_cells(shown)
    assert cells["Any criterion"] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")
    assert cells["IN05: NIHSS 5 or more"] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")
    assert cells["A criterion without an answer"] == ("0", "1 (50.0)", "0", "1 (16.7)")
    assert "Randomised with a criterion not met: S2 (EX03, IN05); S6 (IN05)." in shown.notes


def test_open_readers_get_the_pooled_counts_in_steps() -> None:
    open_rows = ADDV[ADDV["DVCAT"] != "DOSE"].drop(columns=CLOSED_ONLY)
    shown = tabulate_deviations(sample("open", addv=open_rows))
    assert isinstance(shown, Table)
    cells = read_cells(shown)
    # S1, S3, S5, S6; the important ones can be of a category that this reader may not read
    assert cells["Any deviation, of the categories read here"] == ("3 to 5",)
    assert "Important, of the categories read here" in cells
    assert cells["Important, of the categories read here"] == ("<3",)
    assert cells["Consent"] == ("<3",)
    assert "Dose" not in cells
    assert shown.headline == ""
    text = " ".join([*shown.notes, shown.population_line, *cells])
    assert not [word for word in ("dose", "S2", "IV", "CTL") if word in text]
    exact = shown.statistics[Key("ITT", "Total", "DEVIATION", "", "ANY")]
    assert exact["n"] != exact["n"]  # not a number
    assert exact["min"] == 3


def test_open_readers_are_not_told_that_there_is_none_where_they_have_not_every_category() -> None:
    none = ADDV.iloc[:0].drop(columns=CLOSED_ONLY)
    assert tabulate_deviations(sample("open", addv=none)).headline == ""


def test_important_deviations_are_listed_in_the_words_of_the_site() -> None:
    shown = list_important_deviations(sample())
    assert isinstance(shown, Listing)
    assert shown.rows == (
        ("S1", "IV", "3 Jan 2022", "1", "Dose", "too slow", "yes", "Site"),
        ("S1", "IV", "Apr 2022", "89", "Dose", "too fast", "no", "Monitor"),
        ("S3", "IT", "31 Oct 2022", "\u22123", "Consent", "missing", "yes", "missing"),
    )


def test_nobody_with_a_deviation_is_said() -> None:
    none = sample(addv=ADDV.iloc[:0], adie=ADIE.iloc[:0])
    shown = tabulate_deviations(none)
    assert shown.headline == "No deviation was recorded by the cut-off."
    assert read_cells(shown)["Any deviation"] == ("0", "0", "0", "0")
    assert read_cells(shown)["Any criterion"] == ("0", "0", "0", "0")
    listed = list_important_deviations(none)
    assert isinstance(listed, Listing)
    assert (listed.rows, listed.empty) == ((), "No important deviation by the cut-off")


def test_a_trial_without_deviations_or_criteria() -> None:
    shown = tabulate_deviations(sample(addv=None))
    assert isinstance(shown, Withheld)
    assert shown.sentence == "There are no data on protocol deviations in this trial."
    without = tabulate_deviations(sample(adie=None))
    assert isinstance(without, Table)
    assert "Any criterion" not in read_cells(without)
    assert not any(note.startswith("Criteria:") for note in without.notes)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_randomisation_the_shell_stands(audience: str) -> None:
    empty = make_empty(audience)
    frames: dict[str, pd.DataFrame] = {"adsl": empty["adsl"], "adie": ADIE.iloc[:0]}
    closed = audience != "open"
    addv = (ADDV if closed else ADDV.drop(columns=CLOSED_ONLY)).iloc[:0]
    shown = tabulate_deviations(sample(audience, addv=addv, **frames))
    assert shown.headline == "Nobody was randomised by the cut-off."
    read = "" if closed else ", of the categories read here"
    assert read_cells(shown)[f"Any deviation{read}"][-1] == "-"


def test_an_empty_arm_keeps_its_column() -> None:
    adsl = without_arm("IT")["adsl"]
    kept = ADDV[ADDV["USUBJID"].isin(adsl["USUBJID"])]
    shown = tabulate_deviations(sample(adsl=adsl, addv=kept))
    assert read_cells(shown)["Important"] == ("1 (50.0) [2]", "-", "0", "1 (25.0) [2]")


def test_the_listing_is_for_closed_readers() -> None:
    shown = list_important_deviations(sample("open"))
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [("2022-09-05", "5 Sep 2022"), ("2022-09", "Sep 2022"), ("2022", "2022"), ("autumn", "autumn")],
)
def test_a_recorded_date_is_written_as_far_as_it_is_known(recorded: str, shown: str) -> None:
    assert write_date(recorded) == shown
