"""The table of limits: refused with line, test, column, what was found and what is allowed."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import UsageError
from helpers.intake.limit_table import ASCENDING, COLUMNS, check_limits
from helpers.intake.records import read_reference
from helpers.params import load_trial

PATH = Path("params/tables/limits.csv")
PARAMS = Path(__file__).parents[2] / "params"
HGB = ("HGB", "M", "6", "30", "130", "170", "250", "300")
SPO2 = ("SPO2", None, "0", "50", "94", "100", "100", "100")
CRP = ("CRP", None, "0", "0", None, "5", "600", None)


def table(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def refuse(*rows):
    with pytest.raises(UsageError) as error:
        check_limits(PATH, table(*rows))
    return str(error.value).splitlines()


def change(row, **values):
    return tuple({**dict(zip(COLUMNS, row, strict=True)), **values}.values())


def test_ascending_limits_pass_also_equal_and_empty_ones():
    limits = table(HGB, SPO2, CRP)
    assert check_limits(PATH, limits) is limits


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("PHYSLOW", "5", "IMPLOW 6 is above PHYSLOW 5"),
        ("PHYSLOW", "131", "PHYSLOW 131 is above LOW 130"),
        ("HIGH", "13", "LOW 130 is above HIGH 13"),
        ("PHYSHIGH", "25", "HIGH 170 is above PHYSHIGH 25"),
        ("IMPHIGH", "249", "PHYSHIGH 250 is above IMPHIGH 249"),
    ],
)
def test_a_limit_out_of_order_is_named_with_its_neighbour_and_the_whole_order(column, value, says):
    order = " <= ".join(ASCENDING)
    assert refuse(SPO2, change(HGB, **{column: value})) == [
        f"{PATH}: line 3, HGB: {says}; allowed: {order}"
    ]


def test_an_empty_limit_does_not_hide_that_the_others_are_out_of_order():
    (line,) = refuse(change(HGB, LOW=None, HIGH=None, PHYSLOW="260"))
    assert "PHYSLOW 260 is above PHYSHIGH 250" in line


@pytest.mark.parametrize("text", ["5,5", "high", "1e", "nan", " 5"])
def test_what_is_no_number_is_named(text):
    (line,) = refuse(change(HGB, LOW=text))
    assert line.startswith(f"{PATH}: line 2, HGB: LOW {text!r}; allowed: a number with a decimal")


def test_an_unknown_sex_and_a_second_row_are_named():
    assert refuse(change(HGB, SEX="W")) == [
        f"{PATH}: line 2, HGB: SEX 'W'; allowed: F, M or an empty cell"
    ]
    assert refuse(HGB, SPO2, HGB) == [f"{PATH}: line 4, HGB: a second row for sex M; keep one"]


def test_every_problem_is_told_at_once():
    assert len(refuse(change(HGB, LOW="x"), change(SPO2, PHYSLOW="95", SEX="f"))) == 3


def test_low_pressures_pulses_and_saturations_have_no_impossible_limit_above_0():
    """A person in shock is no data error."""
    limits = pd.read_csv(PARAMS / "tables" / "limits.csv", dtype=str).set_index("TESTCD")["IMPLOW"]
    assert dict(limits[["SYSBP", "DIABP", "PULSE", "RESP", "SPO2"]]) == dict.fromkeys(
        ("SYSBP", "DIABP", "PULSE", "RESP", "SPO2"), "0"
    )


def test_the_impossible_limits_are_those_of_the_guide_to_safety_tables():
    """FDA 2025, values suggestive of error; LOW, HIGH as stated there, in our units."""
    limits = (
        pd.read_csv(PARAMS / "tables" / "limits.csv", dtype=str)
        .drop_duplicates("TESTCD")
        .set_index("TESTCD")
    )
    high = {"ALT": "50000", "AST": "50000", "SYSBP": "400", "PULSE": "600", "TEMP": "50"}
    assert dict(limits.loc[list(high), "IMPHIGH"]) == high
    assert dict(limits.loc[["HGB", "TEMP"], "IMPLOW"]) == {"HGB": "6", "TEMP": "10"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ALT,BLOOD,,0,1,,41,", "ALT,BLOOD,,0,1,,41000,", "line 13, ALT: HIGH 41000 is above PHYS"),
        (",IMPHIGH", ",HIGHEST", "column IMPHIGH is missing"),
    ],
)
def test_a_wrong_table_stops_before_anything_is_read(tmp_path, old, new, says):
    folder = shutil.copytree(PARAMS, tmp_path / "params")
    path = folder / "tables" / "limits.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(UsageError, match=says):
        read_reference(folder, load_trial(folder))
