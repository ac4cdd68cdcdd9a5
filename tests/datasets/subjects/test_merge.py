import pandas as pd

from helpers.datasets.subjects.merge import merge_subject_variables, take_subject_variable

ADSL = pd.DataFrame(
    {
        "SUBJID": ["001", "002"],
        "USUBJID": ["S-001", "S-002"],
        "AGE": pd.array([61, None], dtype="Int64"),
        "RANDDT": pd.to_datetime(["2022-01-01", None]).astype("datetime64[s]"),
    }
)
ROWS = pd.DataFrame(
    {"SUBJID": ["002", "001", "003", "001"], "AESEQ": [1, 1, 1, 2]}, index=[7, 3, 5, 1]
)


def test_each_row_gets_the_variables_of_its_participant_and_keeps_its_place() -> None:
    merged = merge_subject_variables(ROWS, ADSL, ["USUBJID", "RANDDT"])
    assert list(merged) == ["SUBJID", "AESEQ", "USUBJID", "RANDDT"]
    assert list(merged.index) == [7, 3, 5, 1]
    assert merged["USUBJID"].fillna("-").tolist() == ["S-002", "S-001", "-", "S-001"]
    assert merged["RANDDT"].notna().tolist() == [False, True, False, True]
    assert merged["RANDDT"].dtype == "datetime64[s]"


def test_what_adsl_does_not_hold_is_left_out() -> None:
    assert list(merge_subject_variables(ROWS, ADSL, ["TRT01P", "AGE"])) == [
        "SUBJID",
        "AESEQ",
        "AGE",
    ]


def test_a_variable_keeps_its_type_where_somebody_is_unknown() -> None:
    taken = take_subject_variable(ROWS, ADSL, "AGE")
    assert taken.dtype == "Int64"
    assert taken.isna().tolist() == [True, False, True, False]
