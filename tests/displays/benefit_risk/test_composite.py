"""The ordered outcome of the eight participants of the sample, by hand."""

from dataclasses import replace

import pandas as pd
import pytest
from sample_trial import ADSL, make_empty, make_sample, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.benefit_risk.composite import tabulate_composite
from helpers.displays.benefit_risk.participant_listing import list_participants
from helpers.displays.model import Listing, Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

ADBR = read_frame("""
USUBJID SUBJID TRT01A DOSES DTHFL NAE NSAE WORSTGR WORSTPT   AVISIT BASE CHG IMPRV OUTCOME  OUTCOMEN
S1      S1     IV     2     .     2   1    3       Seizure   M06    10   -5  5     SERIOUS  4
S2      S2     IV     1     .     1   0    5       Headache  M03    12   -4  4     RESPONSE 1
S3      S3     IT     1     .     0   0    .       .         .      .    .   .     NO_SCORE .
S5      S5     CTL    0     .     1   0    .       Fall      M03    9    2   -2    WORSE    3
S6      S6     CTL    0     Y     1   1    5       Pneumonia .      .    .   .     DIED     5
""")


def sample(interim: str = "ia3", audience: str = "closed_unmasked", **frames: object) -> View:
    return make_sample(audience, interim, **{"adbr": ADBR, **frames})


def make(**frames: object) -> Table:
    shown = tabulate_composite(sample(**frames))
    assert isinstance(shown, Table)
    return shown


def test_outcomes_stand_from_best_to_worst() -> None:
    shown = make()
    assert [line.label for line in shown.lines] == [
        "Response in NIHSS total, no serious event",
        "Neither response nor worse, no serious event",
        "NIHSS total worse by 2 or more, no serious event",
        "Alive, with a serious event",
        "Died",
        "Not ranked: no change of the score yet, no serious event",
        "Chance of a better outcome than in the control, % (95% CI)",
    ]
    cells = read_cells(shown)
    assert cells["Response in NIHSS total, no serious event"] == (
        *("1 (50.0)", "0", "0", "1 (20.0)"),
    )
    assert cells["Alive, with a serious event"] == ("1 (50.0)", "0", "0", "1 (20.0)")
    assert cells["Died"] == ("0", "0", "1 (50.0)", "1 (20.0)")


def test_every_participant_is_in_one_row() -> None:
    rows = make().statistics
    total = [row["n"] for key, row in rows.items() if key.arm == "Total"]
    assert sum(total) == 5


def test_the_chance_counts_pairs_of_ranked_participants() -> None:
    rows = make().statistics
    # IV: 4 and 1 against CTL: 3 and 5; better in (4 v 5), (1 v 3), (1 v 5): 3 of 4 pairs
    assert rows[Key("SAF", "", "BETTER", contrast="IV - C")]["estimate"] == 0.75
    missing = rows[Key("SAF", "", "BETTER", contrast="IT - C")]["estimate"]
    assert missing != missing  # nobody of IT is ranked
    cells = read_cells(make())["Chance of a better outcome than in the control, % (95% CI)"]
    assert cells[1:] == ("NE", "n.a.", "n.a.")


def test_arms_are_not_compared_where_the_interim_compares_none() -> None:
    view = sample()
    quiet = replace(view, interim=view.interim.model_copy(update={"alpha_look": False}))
    shown = tabulate_composite(quiet)
    assert not [line for line in shown.lines if "Chance" in line.label]
    assert "Chance" not in shown.headline
    assert not [key for key in shown.statistics if key.contrast]
    assert "This look spends no alpha, so nothing is compared between arms." in shown.notes


def test_an_interim_of_completeness_tells_no_score() -> None:
    told = ADBR.assign(
        OUTCOME=["SERIOUS", "NO_SCORE", "NO_SCORE", "NO_SCORE", "DIED"],
        CHG=None,
        IMPRV=None,
    )
    view = sample("ia1", adbr=told)
    shown, listed = tabulate_composite(view), list_participants(view)
    assert [line.label for line in shown.lines] == [
        "Alive, no serious event",
        "Alive, with a serious event",
        "Died",
    ]
    text = " ".join([shown.headline, *shown.notes, *listed.headers, *listed.notes])
    assert "NIHSS" not in text
    assert "No scores in this display." in listed.notes


def test_the_listing_has_one_row_per_participant_the_worst_first() -> None:
    listed = list_participants(sample())
    assert isinstance(listed, Listing)
    assert listed.headers[-2:] == ("NIHSS total, change from baseline", "Outcome")
    assert [row[0] for row in listed.rows] == ["S1", "S2", "S3", "S6", "S5"]
    assert listed.rows[0] == (
        *("S1", "IV", "2", "2", "1", "3", "Seizure", "\u22125 from 10, Month 6"),
        "Alive, with a serious event",
    )
    assert listed.rows[2][2:] == (
        *("1", "0", "0", "n.a.", "", "none yet"),
        "Not ranked: no change of the score yet, no serious event",
    )
    # a grade that is missing is said; an arm without doses has none
    assert listed.rows[4][2:7] == ("n.a.", "1", "0", "missing", "Fall")
    assert "Grade 5, but no recorded death, a finding (C17): S2." in listed.notes


def test_who_was_never_treated_is_said() -> None:
    assert "Randomised, not in the safety population and so not counted: 1." in make().notes


@pytest.mark.parametrize(
    "adsl", [make_empty()["adsl"], *(without_arm(a)["adsl"] for a in ("IV", "CTL"))]
)
def test_it_renders_with_nobody_and_with_an_empty_arm(adsl: pd.DataFrame) -> None:
    kept = ADBR[ADBR["USUBJID"].isin(adsl["USUBJID"])]
    shown, listed = make(adsl=adsl, adbr=kept), list_participants(sample(adsl=adsl, adbr=kept))
    assert len(shown.headers) == 4
    assert len(listed.rows) == len(kept)
    if adsl.empty:
        assert shown.headline == "Nobody was treated by the cut-off."


def test_data_without_both_and_open_readers() -> None:
    absent = "The data do not hold benefit and risk of the same participants."
    for make_display in (tabulate_composite, list_participants):
        for view, sentence in ((make_sample(), absent), (make_sample("open"), "")):
            shown = make_display(view)
            assert isinstance(shown, Withheld)
            assert shown.sentence == sentence


def test_everybody_dead_is_the_worst_outcome_of_all() -> None:
    dead = ADBR.assign(OUTCOME="DIED", OUTCOMEN=5, DTHFL="Y")
    cells = read_cells(make(adsl=ADSL.assign(DTHFL="Y"), adbr=dead))
    assert cells["Died"] == ("2 (100.0)", "1 (100.0)", "2 (100.0)", "5 (100.0)")
