from dataclasses import replace

import pandas as pd
import pytest
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.laboratory.before_after import plot_before_after
from helpers.displays.laboratory.dose_pairs import pair_around_doses
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key

DOSES = read_frame("""
USUBJID DOSEORD ASTDTM           GIVENFL
S1      1       2022-01-03T10:00 Y
S1      2       2022-04-04T10:00 Y
S2      1       2022-01-22T10:00 Y
S3      1       2022-11-03T10:00 Y
""")
ADLB = read_frame("""
USUBJID PARAMCD PARAM                 AVAL ADT        ADTM
S1      CRP     Reactive__(mg/L)      3    2021-12-20 2021-12-20T07:00
S1      CRP     Reactive__(mg/L)      2    2022-01-03 2022-01-03T09:59
S1      CRP     Reactive__(mg/L)      9    2022-01-04 2022-01-04T04:00
S1      CRP     Reactive__(mg/L)      7    2022-01-04 2022-01-04T20:00
S1      CRP     Reactive__(mg/L)      8    2022-04-03 .
S1      CRP     Reactive__(mg/L)      1    2022-04-04 .
S1      CRP     Reactive__(mg/L)      20   2022-04-05 2022-04-05T22:00
S1      CRP     Reactive__(mg/L)      30   2022-04-05 2022-04-05T22:01
S2      CRP     Reactive__(mg/L)      4    2022-01-21 2022-01-21T10:00
S2      CRP     Reactive__(mg/L)      5    2022-01-23 2022-01-23T03:59
S2      WBC     White__(10^9/L)       6    2022-01-21 2022-01-21T10:00
S2      WBC     White__(10^9/L)       8    2022-01-23 2022-01-23T10:00
S3      WBC     White__(10^9/L)       5    2022-11-02 2022-11-02T10:00
S3      WBC     White__(10^9/L)       7.5  2022-11-04 2022-11-04T10:00
""")
RISES = (("S1", 1.0), ("S2", 2.0), ("S3", 3.0))


def test_a_pair_is_the_last_value_before_and_the_first_one_in_the_hours_after() -> None:
    found = pair_around_doses(ADLB, DOSES, (18, 36))
    assert found.to_numpy().tolist() == [
        ["S1", "CRP", 1, 2, 9],  # one minute before; exactly 18 hours after, not the later one
        ["S1", "CRP", 2, 8, 20],  # the day before; that of the day itself has no time; 36 h, not 30
        ["S2", "WBC", 1, 6, 8],  # S2 has no CRP 18 to 36 h after the dose
        ["S3", "WBC", 1, 5, 7.5],
    ]


def test_a_value_after_a_dose_is_none_before_the_next_unless_it_is_the_last() -> None:
    found = pair_around_doses(ADLB[ADLB["ADTM"].notna()], DOSES, (18, 36))
    assert found.iloc[1].tolist() == ["S1", "CRP", 2, 7, 20]
    earlier = ADLB[ADLB["ADTM"].notna() & (ADLB["AVAL"] != 7) & (ADLB["AVAL"] != 9)]
    assert pair_around_doses(earlier, DOSES, (18, 36))["DOSEORD"].tolist() == [1, 1]


def test_numbers_by_arm_are_those_of_who_has_both() -> None:
    made = plot_before_after(make_sample(adlb=ADLB, adex=DOSES))
    assert isinstance(made, Figure)
    rows = made.statistics
    change = rows[Key("SAF", "IV", "CRP.CHANGE", "DOSE1")]
    assert (change["n"], change["median"]) == (1, 7)
    assert rows[Key("SAF", "IV", "CRP.BEFORE", "DOSE2", "S1")] == {"measured": 8}
    assert rows[Key("SAF", "IV", "CRP.AFTER", "DOSE2", "S1")] == {"measured": 20}
    assert rows[Key("SAF", "IT", "WBC.CHANGE", "DOSE1")]["median"] == 2.5
    assert not [key for key in rows if key.arm == "CTL"]
    assert "White (10⁹/L) IV no mean, IT no mean" in made.headline


def test_a_mean_change_has_its_interval_from_three_pairs_on() -> None:
    values = ADLB[ADLB["PARAMCD"] == "WBC"].iloc[:2]
    parts = [values.assign(USUBJID=who, AVAL=[6.0, 6.0 + more]) for who, more in RISES]
    adlb = pd.concat(parts, ignore_index=True)
    adsl = make_sample()["adsl"].assign(TRT01A="IV", SAFFL="Y")
    doses = DOSES.iloc[[2] * 3].assign(USUBJID=[who for who, _ in RISES])
    made = plot_before_after(make_sample(adsl=adsl, adlb=adlb, adex=doses))
    assert isinstance(made, Figure)
    change = made.statistics[Key("SAF", "IV", "WBC.CHANGE", "DOSE1")]
    # changes 1, 2, 3: mean 2, SD 1, t(2; 0.975) = 4.302653
    assert change["mean"] == pytest.approx(2)
    half = 4.302652729911275 / 3**0.5
    assert (change["lower"], change["upper"]) == pytest.approx((2 - half, 2 + half))


def test_without_tests_a_sentence_stands_there() -> None:
    view = make_sample(adlb=ADLB, adex=DOSES)
    rule = view.trial.laboratory.around_doses.model_copy(update={"tests": (), "signs": ()})
    laboratory = view.trial.laboratory.model_copy(update={"around_doses": rule})
    trial = view.trial.model_copy(update={"laboratory": laboratory})
    assert isinstance(plot_before_after(replace(view, trial=trial)), Withheld)


def test_with_a_vital_sign_a_note_says_why_its_numbers_are_not_those_of_the_time_points() -> None:
    signs = ADLB[:4].assign(PARAMCD="TEMP", PARAM="Temperature (C)")
    made = plot_before_after(make_sample(adlb=ADLB, advs=signs, adex=DOSES))
    assert any(note.startswith("Vital signs by their hours") for note in made.notes)
    without = plot_before_after(make_sample(adlb=ADLB, adex=DOSES))
    assert not any(note.startswith("Vital signs by") for note in without.notes)
