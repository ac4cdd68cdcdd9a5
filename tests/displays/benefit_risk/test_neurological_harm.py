"""Participants whose scores became worse, counted by hand."""

import pandas as pd
import pytest
from sample_trial import make_empty, make_sample, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.benefit_risk.neurological_harm import tabulate_neurological_harm
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key

# S1 and S2 got one route, S3 the other; S4 was never dosed; S5 and S6 have no dose planned
ADHARM = read_frame("""
USUBJID SUBJID PARAMCD  AVISIT ADT        ADY ANL01FL WORS DOSEORD DWORS
S1      S1     NIHSSTOT M03    2022-04-01 89  Y       2    1       2
S1      S1     NIHSSTOT UNS    2022-05-01 119 .       5    2       3
S1      S1     NIHSSTOT M06    2022-07-05 184 Y       -1   2       -3
S2      S2     NIHSSTOT M03    2022-04-20 89  Y       0    1       0
S3      S3     NIHSSTOT UNS    2022-12-20 48  .       4    1       4
S4      S4     NIHSSTOT M03    2022-12-30 11  Y       9    .       .
S5      S5     NIHSSTOT M03    2022-05-02 91  Y       3    .       .
S1      S1     FMATOT   M03    2022-04-01 89  Y       10   1       10
S5      S5     FMATOT   M03    2022-05-02 91  Y       9    .       .
""")


def make(adharm: pd.DataFrame = ADHARM) -> Table:
    shown = tabulate_neurological_harm(make_sample(adharm=adharm))
    assert isinstance(shown, Table)
    return shown


def count(shown: Table, arm: str, visit: str, category: str, code: str = "NIHSSTOT") -> list[float]:
    row = shown.statistics[Key("SAF", arm, code, visit, category)]
    return [row["n"], row["n_value"]]


def test_by_visit_those_with_the_value_that_counts_are_the_denominator() -> None:
    shown = make()
    assert count(shown, "IV", "M03", "WORSE_2") == [1, 2]
    assert count(shown, "IV", "M03", "WORSE_4") == [0, 2]
    assert count(shown, "IV", "M06", "WORSE_2") == [0, 1]
    assert count(shown, "IT", "M03", "WORSE_2") == [0, 0]
    assert count(shown, "CTL", "M03", "WORSE_2") == [1, 1]
    assert count(shown, "Total", "M03", "WORSE_2") == [2, 3]


def test_at_any_time_the_worst_value_counts_unscheduled_ones_too() -> None:
    shown = make()
    assert count(shown, "IV", "ANY", "WORSE_4") == [1, 2]  # S1 on day 119
    assert count(shown, "IT", "ANY", "WORSE_4") == [1, 1]
    assert count(shown, "CTL", "ANY", "WORSE_4") == [0, 1]
    assert count(shown, "Total", "ANY", "WORSE_4") == [2, 4]  # not S4, who was never treated


def test_after_a_dose_the_change_is_that_since_the_dose() -> None:
    shown = make()
    # S1 rose by 3 since dose 2, though by 5 since baseline
    assert count(shown, "IV", "DOSE2", "WORSE_4") == [0, 1]
    assert count(shown, "IV", "DOSE2", "WORSE_2") == [1, 1]
    assert count(shown, "IT", "DOSE1", "WORSE_4") == [1, 1]
    assert count(shown, "Total", "DOSE1", "WORSE_2") == [2, 3]
    cells = read_cells(shown)
    assert cells["After dose 1"] == ("1 / 2 (50.0)", "1 / 1 (100.0)", "n.a.", "2 / 3 (66.7)")


def test_a_limit_is_reached_at_its_own_size() -> None:
    shown = make()
    assert count(shown, "IV", "M03", "WORSE_10", "FMATOT") == [1, 1]
    assert count(shown, "CTL", "M03", "WORSE_10", "FMATOT") == [0, 1]


def test_headline_and_notes_name_the_largest_limits() -> None:
    shown = make()
    assert shown.headline.startswith(
        "NIHSS total: rise of 4 or more at any time: 1 / 2 (50.0) in IV, 1 / 1 (100.0) in IT, "
        "0 / 1 in CTL."
    )
    assert shown.headline.endswith("1 / 1 (100.0) in IV, nobody measured in IT, 0 / 1 in CTL.")
    assert "NIHSS total: rise of 4 or more, worst of each: S1 (IV, by 5 on day 119), S3" in (
        " ".join(shown.notes)
    )
    assert any("0 in IV, 0 in IT, 1 in CTL (T-S-18)" in note for note in shown.notes)


def test_who_was_never_dosed_and_became_worse_is_named_although_in_no_column() -> None:
    said = "Randomised and worse by the larger limit, but in no column: S4 (IT, NIHSS total)."
    assert said in make().notes


def test_doses_by_another_route_than_that_of_the_column_are_named() -> None:
    view = make_sample(adharm=ADHARM)
    routes = [arm.route for arm in view.trial.active_arms]
    second = (view["adex"]["USUBJID"] == "S1") & (view["adex"]["DOSENUM"] == 2)
    adex = view["adex"].assign(ROUTE=view["adex"]["ROUTE"].mask(second, routes[1]))
    shown = tabulate_neurological_harm(make_sample(adharm=ADHARM, adex=adex))
    assert isinstance(shown, Table)
    assert any("with another route recorded: dose 2 of S1" in note for note in shown.notes)
    said = f"dose 2 {routes[1].lower()}"
    assert f": 1 / 2 (50.0) in IV (S1 with {said}), 1 / 1 (100.0) in IT" in shown.headline
    assert any(f"S1 (IV, {said}, by 5 on day 119)" in note for note in shown.notes)


def test_a_form_without_a_score_is_named_since_a_worsening_may_be_hidden_in_it() -> None:
    adeff = read_frame("""
USUBJID SUBJID PARAMCD  AVISIT ADT        ADY OFFSET AVAL NMISS
S3      S3     NIHSSTOT M00    2022-11-01 1   0      .    2
S3      S3     NIHSSTOT M03    2022-12-25 53  52     .    1
S1      S1     NIHSSTOT M03    2022-04-01 89  88     7    1
S4      S4     NIHSSTOT M03    2022-12-30 11  10     .    3
S5      S5     FIMTOT   M03    2022-05-02 91  90     .    3
""")
    shown = tabulate_neurological_harm(make_sample(adharm=ADHARM, adeff=adeff))
    assert isinstance(shown, Table)
    # not at baseline, not where the rule gives a score, not who is in no column, no other score
    (said,) = (note for note in shown.notes if note.startswith("Forms after baseline"))
    assert said == (
        "Forms after baseline that give no score, in no count, whatever the items recorded in "
        "them say: S3 (IT, NIHSS total, day 53, 1 item missing)."
    )
    assert not any(note.startswith("Forms after baseline") for note in make().notes)


def test_rows_of_doses_with_more_values_say_so() -> None:
    more = ADHARM.iloc[[1]].assign(ADT=pd.Timestamp("2022-06-01"))
    rows = pd.concat([ADHARM, more], ignore_index=True)
    # after dose 1: S1, S2, S3 once each; after dose 2: S1 three times
    assert any(
        note.startswith("Values for each participant with one: NIHSS total 1.0 after dose 1, 3.0")
        for note in make(rows).notes
    )
    first = ADHARM[ADHARM["DOSEORD"] != 2]
    assert not any(note.startswith("Values for each") for note in make(first).notes)


def test_a_trial_that_watches_no_score_says_so() -> None:
    shown = tabulate_neurological_harm(make_sample())
    assert isinstance(shown, Withheld)
    assert shown.sentence == "No score of this trial is watched for neurological worsening."


def test_open_readers_get_nothing() -> None:
    shown = tabulate_neurological_harm(make_sample("open", adharm=ADHARM))
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""


@pytest.mark.parametrize("arm", ["IV", "IT", "CTL"])
def test_an_arm_without_participants_keeps_its_column(arm: str) -> None:
    sample = without_arm(arm)
    shown = tabulate_neurological_harm(
        make_sample(
            adsl=sample["adsl"], adharm=ADHARM[ADHARM["USUBJID"].isin(sample["adsl"]["USUBJID"])]
        )
    )
    assert isinstance(shown, Table)
    assert len(shown.headers) == 4


def test_before_anybody_was_treated_the_shell_stands_with_a_sentence() -> None:
    empty = make_empty()
    shown = tabulate_neurological_harm(make_sample(adsl=empty["adsl"], adharm=ADHARM.iloc[:0]))
    assert isinstance(shown, Table)
    assert shown.headline == "Nobody was treated by the cut-off."
    assert read_cells(shown)["Month 3"][0] == "-"
