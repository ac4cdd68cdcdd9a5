"""Co-interventions of the eight participants of the sample, by hand."""

import pandas as pd
import pytest
from sample_trial import ADSL, make_empty, make_sample, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.conduct.co_interventions import tabulate_co_interventions
from helpers.displays.model import Table, Withheld

ADCOINT = read_frame("""
USUBJID PARAMCD   PARAM          BASEFL NEWFL MUCHFL BASE AVAL CHG
S1      BOTULINUM Botulinum      N      Y     .      .    .    .
S2      BOTULINUM Botulinum      Y      N     .      .    .    .
S3      BOTULINUM Botulinum      N      N     .      .    .    .
S4      BOTULINUM Botulinum      N      N     .      .    .    .
S5      BOTULINUM Botulinum      N      Y     .      .    .    .
S6      BOTULINUM Botulinum      N      N     .      .    .    .
S1      REHABHRS  Rehabilitation Y      Y     Y      4.0  7.0  3.0
S2      REHABHRS  Rehabilitation Y      N     N      2.0  2.0  0.0
S3      REHABHRS  Rehabilitation Y      N     N      5.0  5.0  0.0
S4      REHABHRS  Rehabilitation N      N     N      .    .    .
S5      REHABHRS  Rehabilitation Y      N     N      3.0  1.5  -1.5
S6      REHABHRS  Rehabilitation Y      N     N      6.0  6.0  0.0
""")


def make(adcoint: pd.DataFrame = ADCOINT, adsl: pd.DataFrame = ADSL) -> Table:
    shown = tabulate_co_interventions(make_sample(adcoint=adcoint, adsl=adsl))
    assert isinstance(shown, Table)
    return shown


def test_drugs_count_at_baseline_and_begun_later() -> None:
    cells = read_cells(make())
    assert cells["In use at baseline"] == ("1 (50.0)", "0", "0", "1 (16.7)")
    assert cells["Begun on day 1 or later"] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")


def test_hours_are_summarised_and_fewer_than_three_stand_themselves() -> None:
    cells = read_cells(make())
    assert cells["At baseline, mean (SD)"][:3] == ("-", "-", "-")
    assert cells["At baseline, range"] == ("2.0, 4.0", "5.0", "3.0, 6.0", "2.0 to 6.0")
    assert cells["At baseline, mean (SD)"][3] == "4.00 (1.581)"  # 2, 3, 4, 5, 6
    assert cells["Change, range"] == ("0.0, 3.0", "0.0", "-1.5, 0.0", "-1.5 to 3.0")
    assert cells["Begun on day 1 or later#2"] == ("1 (50.0)", "0", "0", "1 (16.7)")
    assert cells["with more hours than the protocol foresees"] == (
        *("1 (50.0)", "0", "0", "1 (16.7)"),
    )


def test_headline_says_what_was_begun_by_arm() -> None:
    assert make().headline == (
        "Begun on day 1 or later: Botulinum: 1 / 2 (50.0) in IV, 0 / 2 in IT, 1 / 2 (50.0) in CTL; "
        "Rehabilitation: 1 / 2 (50.0) in IV, 0 / 2 in IT, 0 / 2 in CTL."
    )
    # CMDOSE counts from above 4 x 1.5
    said = "more than 6 hours a week, 50% above the 4 of the protocol."
    assert f"More hours than the protocol foresees: {said}" in make().notes


def test_a_trial_without_co_interventions_says_so_and_open_readers_get_nothing() -> None:
    for audience, sentence in (
        ("closed_unmasked", "No co-intervention of this trial is recorded."),
        ("open", ""),
    ):
        shown = tabulate_co_interventions(make_sample(audience))
        assert isinstance(shown, Withheld)
        assert shown.sentence == sentence


@pytest.mark.parametrize("adsl", [make_empty()["adsl"], without_arm("IV")["adsl"]])
def test_it_renders_with_nobody_and_with_an_empty_arm(adsl: pd.DataFrame) -> None:
    shown = make(ADCOINT[ADCOINT["USUBJID"].isin(adsl["USUBJID"])], adsl)
    assert len(shown.headers) == 4
    if adsl.empty:
        assert shown.headline == "Nobody was randomised by the cut-off."
