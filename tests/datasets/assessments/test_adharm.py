"""How much worse a score was than at baseline, and than before the latest dose."""

import pandas as pd
from view_factory import read_frame, shipped_trial

from helpers.datasets.assessments.adharm import build_adharm

# A got dose 1 on 1 March and dose 2 on 1 June at 10:00; B is in an arm without doses
SCORES = read_frame("""
USUBJID SUBJID TRT01P TRT01A PARAMCD  AVISIT ADT        ADTM             ADY ANL01FL AVAL IMPRV CHG
A       A      IV     IV     NIHSSTOT BL     2022-02-20 .                -9  Y       10   .     .
A       A      IV     IV     NIHSSTOT M03    2022-06-01 .                93  Y       12   -2    2
A       A      IV     IV     NIHSSTOT UNS    2022-06-01 2022-06-01T18:00 93  .       15   -5    5
A       A      IV     IV     NIHSSTOT M06    2022-09-01 .                185 Y       9    1     -1
A       A      IV     IV     FMATOT   BL     2022-02-20 .                -9  Y       60   .     .
A       A      IV     IV     FMATOT   M06    2022-09-01 .                185 Y       45   -15   -15
A       A      IV     IV     FIMTOT   M06    2022-09-01 .                185 Y       45   -15   -15
B       B      CTL    CTL    NIHSSTOT BL     2022-02-20 .                1   Y       8    .     .
B       B      CTL    CTL    NIHSSTOT M03    2022-06-01 .                93  Y       .    .     .
B       B      CTL    CTL    NIHSSTOT M06    2022-09-01 .                185 Y       11   -3    3
""").assign(SRCDOM="qs", SRCSEQ=range(10))
DOSES = read_frame("""
USUBJID GIVENFL DOSEORD ASTDTM
A       Y       1       2022-03-01T10:00
A       Y       2       2022-06-01T10:00
A       .       .       .
""")


def build(scores: pd.DataFrame = SCORES, doses: pd.DataFrame = DOSES) -> pd.DataFrame:
    trial = shipped_trial()
    found = build_adharm(scores, doses, trial)
    assert found is not None
    return found


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    names = ["USUBJID", "PARAMCD", "AVISIT", "WORS", "DOSEORD", "DBASE", "DWORS"]
    wanted = frame[names].astype(object)
    return [tuple(row) for row in wanted.where(wanted.notna(), None).to_numpy()]


def test_worse_is_positive_from_baseline_and_from_the_last_value_before_the_dose() -> None:
    assert rows(build()) == [
        # without a time the value on the day of dose 2 is before it
        ("A", "NIHSSTOT", "M03", 2, 1, 10, 2),
        ("A", "NIHSSTOT", "UNS", 5, 2, 12, 3),
        ("A", "NIHSSTOT", "M06", -1, 2, 12, -3),
        # no Fugl-Meyer score between the doses: the baseline stands before both
        ("A", "FMATOT", "M06", 15, 2, 60, 15),
        ("B", "NIHSSTOT", "M06", 3, None, None, None),
    ]


def test_without_any_dose_there_is_only_the_change_from_baseline() -> None:
    found = build(doses=DOSES.iloc[:0])
    assert found["DOSEORD"].isna().all()
    assert found["WORS"].tolist() == [2, 5, -1, 15, 3]


def test_a_value_after_a_dose_without_one_before_has_no_worsening() -> None:
    later = SCORES[SCORES["AVISIT"] == "M06"].assign(IMPRV=None, CHG=None)
    found = build(later)
    assert found["USUBJID"].tolist() == ["A", "A"]
    assert found["WORS"].isna().all()
    assert found["DWORS"].isna().all()


def test_a_trial_that_watches_no_score_has_no_such_data_set() -> None:
    trial = shipped_trial()
    quiet = {code: s.model_copy(update={"harm": ()}) for code, s in trial.scores.items()}
    assert build_adharm(SCORES, DOSES, trial.model_copy(update={"scores": quiet})) is None
