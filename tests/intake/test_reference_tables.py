"""A reference table that says nothing clear is refused with line, column, found and allowed."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from mini_export import PARAMS

from helpers.errors import UsageError
from helpers.intake.records import read_reference
from helpers.params import load_trial


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "params"
    return shutil.copytree(PARAMS, copied, ignore=shutil.ignore_patterns("cdisc_pilot"))


def refusal(folder: Path, file: str, old: str, new: str, data: Path | None = None) -> str:
    """What is said after one replacement, without the folder: `file:line: ...`."""
    path = folder / ("" if file == "trial.yaml" else "tables") / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        read_reference(folder, load_trial(folder), data)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert str(path.parent) in str(caught.value)
    return str(caught.value).removeprefix(f"{path.parent}/")


def read_limits() -> pd.DataFrame:
    return pd.read_csv(PARAMS / "tables" / "limits.csv", dtype=str)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "\nChills,",
            "\nChils,",
            "aesi.csv:3: AEDECOD: found 'Chils', allowed: what is in dict.csv",
        ),
        ("\nChills,", "\nChils,", "did you mean 'Chills'?"),
        (
            "INTRATHECAL,Y,\nChills",
            "INTRATHECAL,yes,\nChills",
            "aesi.csv:2: AALIST: found 'yes', allowed: 'Y' or 'N'",
        ),
        (
            "INTRAVENOUS,Y,THROMBO",
            "INTRAVENUS,Y,THROMBO",
            "aesi.csv:22: ROUTES: found 'INTRAVENUS', allowed: what is in arms of trial.yaml: IN",
        ),
        (
            "Deep vein thrombosis,THROMBOEMBOLISM,INTRAVENOUS,Y,THROMBOEMBOLISM",
            "Deep vein thrombosis,THROMBOEMBOLISM,INTRAVENOUS,Y,THROMBOEMBOLISMS",
            "did you mean 'THROMBOEMBOLISM'?",
        ),
        ("Fever,FEVER_CHILLS,", "Fever,FEVERCHILLS,", "aesi.csv:2: AESICAT: found 'FEVERCHILLS'"),
        ("Fever,FEVER_CHILLS,", "Fever,,", "aesi.csv:2: AESICAT: found an empty cell"),
        ("\nChills,", "\nFever,", "aesi.csv:3: AEDECOD: Fever stands twice; keep one line"),
        (  # also in another category: an event has one (AESICAT of its term)
            "\nChills,FEVER_CHILLS,",
            "\nFever,HYPERSENSITIVITY,",
            "aesi.csv:3: AEDECOD: Fever stands twice; keep one line",
        ),
        (
            "AEDECOD,AESICAT,ROUTES,AALIST,SEVTOX",
            "AEDECOD;AESICAT;ROUTES;AALIST;SEVTOX",
            "aesi.csv:1: found ; between the columns, allowed: a comma",
        ),
        ("AALIST", "AELIST", "aesi.csv:1: unknown column 'AELIST'; did you mean 'AALIST'?"),
    ],
)
def test_a_term_of_special_interest_that_means_nothing_is_refused(folder, old, new, says):
    assert says in refusal(folder, "aesi.csv", old, new)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("limits.csv", ",4,10,", ',"4,5",10,', "limits.csv:2: LOW: found '4,5', allowed: a number"),
        ("limits.csv", ",4,10,", ",4,5,10,", "line 2 has 10 cells, the header has 9"),
        ("limits.csv", ",4,10,", ",40,10,", "LOW: found 40, allowed: not above HIGH (10)"),
        ("limits.csv", "NEUT,", "WBC,", "limits.csv:3: TESTCD, SEX: WBC stands twice"),
        ("limits.csv", "PHYSLOW", "PHYSLO", "did you mean 'PHYSLOW'?"),
        ("limits.csv", ",IMPHIGH", ",HIGHEST", "unknown column 'HIGHEST'"),
        ("limits.csv", "HGB,BLOOD,M,6,", "HGB,BLOOD,M,60,", "IMPLOW: found 60, allowed: not above"),
        ("limits.csv", "HGB,BLOOD,M,", "HGB,BLOOD,W,", "SEX: found 'W', allowed: 'F'"),
        ("limits.csv", "LOW,HIGH,PHYSHIGH", "LOW,TOP,PHYSHIGH", "unknown column 'TOP'"),
        ("units.csv", "CREAT,BLOOD,mg/dL,umol/L,88.42,0", "CREAT,BLOOD,mg/dL,umol/L,,0", "FACTOR"),
        ("units.csv", "umol/L,88.42,0", "umol/L,1e999,0", "FACTOR: found '1e999', allowed: a numb"),
        ("units.csv", "umol/L,88.42,0", "umol/L,-1,0", "FACTOR: found -1, allowed: above 0"),
        ("grades.csv", "BASE_NORMAL", "BASE_NORML", "WHEN: found 'BASE_NORML', allowed: 'ALWAYS'"),
        ("grades.csv", ",above,", ",over,", "SIDE: found 'over', allowed: 'above'"),
        ("dict.csv", "Anxiety,Mental health", "Anxiety,", "SOC: found an empty cell"),
        ("dict.csv", "\nAnxiety", "\nAnaemia", "PT: Anaemia stands twice"),
        ("units.csv", "\nCREAT,", "\nKREAT,", "units.csv:21: TESTCD: found 'KREAT', allowed: what"),
        ("limits.csv", "\nALT,", "\nALTT,", "did you mean 'ALT'?"),
        ("grades.csv", "\nALT,", "\nALTT,", "TESTCD: found 'ALTT', allowed: what is in raw_tables"),
        ("trial.yaml", "fever_terms: [Fever]", "fever_terms: [Feber]", "did you mean 'Fever'?"),
        (
            "trial.yaml",
            "near_dose: [SEIZURE",
            "near_dose: [SEIZURES, SEIZURE",
            "did you mean 'SEIZURE'?",
        ),
    ],
)
def test_a_cell_that_means_nothing_is_refused_with_its_place(folder, file, old, new, says):
    assert says in refusal(folder, file, old, new)


def test_low_pressures_pulses_and_saturations_have_no_impossible_limit_above_0():
    """A person in shock is no data error."""
    limits = read_limits().set_index("TESTCD")["IMPLOW"]
    shock = ("SYSBP", "DIABP", "PULSE", "RESP", "SPO2")
    assert dict(limits[list(shock)]) == dict.fromkeys(shock, "0")


def test_the_impossible_limits_are_those_of_the_guide_to_safety_tables():
    """FDA 2025, values suggestive of error; LOW, HIGH as stated there, in our units."""
    limits = read_limits().drop_duplicates("TESTCD").set_index("TESTCD")
    high = {"ALT": "50000", "AST": "50000", "SYSBP": "400", "PULSE": "600", "TEMP": "50"}
    assert dict(limits.loc[list(high), "IMPHIGH"]) == high
    assert dict(limits.loc[["HGB", "TEMP"], "IMPLOW"]) == {"HGB": "6", "TEMP": "10"}


def test_the_dictionary_of_an_export_wins_and_may_have_more_columns(folder, tmp_path):
    (tmp_path / "open").mkdir()
    own = tmp_path / "open" / "dict.csv"
    rows = (folder / "tables" / "dict.csv").read_text().splitlines()
    own.write_text("\n".join([f"{rows[0]},LLT", *(f"{row},x" for row in rows[1:])]))
    reference = read_reference(folder, load_trial(folder), tmp_path)
    assert list(reference.dictionary) == ["PT", "SOC", "VERSION"]
    own.write_text(own.read_text().replace("\nChills,", "\nFrissons,"))
    with pytest.raises(UsageError, match=r"found 'Chills', allowed: what is in dict\.csv"):
        read_reference(folder, load_trial(folder), tmp_path)
