"""Benefit and risk of each participant: six of them, by hand."""

import pandas as pd
import pytest
from view_factory import PARAMS, read_frame, shipped_trial

from helpers.datasets.subjects.adbr import build_adbr
from helpers.params import load_interim
from helpers.params.interim import Interim

ADSL = read_frame("""
USUBJID SUBJID SAFFL TRT01P TRT01A DOSES DTHFL
A       A      Y     IV     IV     2     .
B       B      Y     IV     IV     1     .
C       C      Y     IT     IT     2     Y
D       D      Y     CTL    CTL    0     .
E       E      Y     CTL    CTL    0     .
F       F      N     IT     .      0     .
""")
ADAE = read_frame("""
USUBJID AESEQ AEDECOD  ATOXGR ASTDTM     TRTEMFL ASERFL
A       1     Fever    2      2022-01-05 Y       .
A       2     Nausea   2      2022-01-04 Y       .
A       3     Seizure  4      2022-01-01 .       Y
B       1     Seizure  3      2022-01-05 Y       Y
C       1     Fall     1      2022-01-05 Y       Y
D       1     Headache .      2022-01-05 Y       .
F       1     Fever    3      2022-01-05 .       Y
""")
ADEFF = read_frame("""
USUBJID PARAMCD  AVISIT AVISITN ANL01FL BASE CHG IMPRV CRIT1FL
A       NIHSSTOT M03    1       Y       10   2   -2    N
A       NIHSSTOT M06    2       Y       10   -4  4     Y
A       NIHSSTOT UNS    .       Y       10   9   -9    N
A       FIMTOT   M12    3       Y       50   -9  -9    N
B       NIHSSTOT M03    1       Y       12   -5  5     Y
C       NIHSSTOT M03    1       Y       12   -5  5     Y
D       NIHSSTOT M03    1       Y       12   2   -2    N
D       NIHSSTOT M06    2       .       12   0   0     N
""")


def interim(**changes: object) -> Interim:
    return load_interim(PARAMS, "ia3", shipped_trial()).model_copy(update=changes)


def build(adeff: pd.DataFrame = ADEFF, adae: pd.DataFrame = ADAE, **changes: object):
    return build_adbr(ADSL, adae, adeff, shipped_trial(), interim(**changes)).set_index("USUBJID")


def test_treated_participants_have_a_row_with_doses_and_events() -> None:
    rows = build()
    assert list(rows.index) == ["A", "B", "C", "D", "E"]
    assert rows["NAE"].tolist() == [2, 1, 1, 1, 0]
    assert rows["NSAE"].tolist() == [0, 1, 1, 0, 0]  # the seizure of A began before the dose
    # of two events of grade 2 the earlier; a grade that is missing is none
    assert rows.loc["A", ["WORSTGR", "WORSTPT"]].tolist() == [2, "Nausea"]
    assert pd.isna(rows.loc["D", "WORSTGR"])
    assert rows.loc["D", "WORSTPT"] == "Headache"


def test_the_worst_term_is_the_gravest_event_and_not_the_first_of_the_grade() -> None:
    adae = read_frame("""
    USUBJID AESEQ AEDECOD    ATOXGR ASTDTM     TRTEMFL ASERFL FATALFL SEVTOXFL
    A       1     Nausea     3      2022-01-01 Y       .      .       .
    A       2     Meningitis 3      2022-01-02 Y       Y      .       Y
    B       1     Fall       4      2022-01-01 Y       .      .       .
    B       2     Fever      2      2022-01-02 Y       .      .       Y
    C       1     Seizure    4      2022-01-01 Y       Y      .       Y
    C       2     Pneumonia  3      2022-01-02 Y       Y      Y       .
    D       1     Fever      1      2022-01-02 Y       Y      .       .
    D       2     Cough      2      2022-01-01 Y       Y      .       .
    """)
    rows = build(adae=adae)
    assert rows["WORSTPT"].dropna().to_dict() == {
        "A": "Meningitis",  # serious before not serious
        "B": "Fever",  # of the stopping rule before grade 4
        "C": "Pneumonia",  # fatal before any other
        "D": "Cough",  # of two serious ones the higher grade
    }
    assert rows["WORSTGR"].dropna().tolist() == [3, 4, 4, 2]


def test_a_worst_event_that_is_not_coded_has_the_words_of_the_site() -> None:
    adae = ADAE.assign(
        AEDECOD=ADAE["AEDECOD"].replace({"Nausea": "UNCODED", "Headache": None}),
        AETERM="headache when upright",
    )
    rows = build(adae=adae)
    assert rows.loc[["A", "B", "D"], "WORSTPT"].tolist() == [
        "headache when upright (not coded)",
        "Seizure",
        "headache when upright (not coded)",
    ]


def test_the_score_is_that_of_the_latest_planned_visit_with_a_change() -> None:
    rows = build()
    assert rows.loc["A", ["AVISIT", "CHG"]].tolist() == ["M06", -4]
    assert rows.loc["D", ["AVISIT", "CHG"]].tolist() == ["M03", 2]
    assert pd.isna(rows.loc["E", "CHG"])


def test_the_outcome_is_the_worst_that_applies() -> None:
    rows = build()
    assert rows["OUTCOME"].to_dict() == {
        "A": "RESPONSE",
        "B": "SERIOUS",  # whatever the response
        "C": "DIED",
        "D": "WORSE",  # by 2, the smallest limit
        "E": "NO_SCORE",
    }
    assert rows["OUTCOMEN"].fillna(0).tolist() == [1, 4, 5, 3, 0]


@pytest.mark.parametrize(
    ("change", "outcome"), [(2, "WORSE"), (1, "STABLE"), (0, "STABLE"), (-3, "STABLE")]
)
def test_below_the_limit_and_short_of_a_response_is_neither(change: int, outcome: str) -> None:
    rows = ADEFF.assign(
        CHG=ADEFF["CHG"].mask(ADEFF["USUBJID"] == "D", change),
        IMPRV=ADEFF["IMPRV"].mask(ADEFF["USUBJID"] == "D", -change),
    )
    assert build(rows).loc["D", "OUTCOME"] == outcome


def test_an_interim_of_completeness_tells_no_score() -> None:
    rows = build(efficacy_content="completeness")
    assert rows[["PARAMCD", "AVISIT", "CHG", "IMPRV", "CRIT1FL"]].isna().all(axis=None)
    assert rows["OUTCOME"].tolist() == ["NO_SCORE", "SERIOUS", "DIED", "NO_SCORE", "NO_SCORE"]


def test_before_any_event_and_any_score() -> None:
    rows = build(ADEFF.iloc[:0], ADAE.iloc[:0])
    assert rows["NAE"].tolist() == [0] * 5
    assert set(rows["OUTCOME"]) == {"NO_SCORE", "DIED"}
