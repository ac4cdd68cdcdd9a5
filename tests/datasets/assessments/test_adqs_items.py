"""Points and improvement of single items, worked out by hand for one item of every kind."""

import pandas as pd
import pytest
from view_factory import read_frame, shipped_trial

from helpers.datasets.assessments.adqs_items import derive_item_values

# FIM 13 from 2 to NT (scored 1), MAS from 1+ to 3, NIHSS n4 from 3 to 0, ue03 from 0 to 1
ITEMS = read_frame("""
USUBJID QSCAT QSTESTCD           AVISIT AVALC FORMNO SRCSEQ
A       FIM   fim13_stairs       BL     2     1      1
A       FIM   fim13_stairs       M03    NT    2      2
A       MAS   mas_elbow_flexors  BL     1+    3      3
A       MAS   mas_elbow_flexors  M03    3     4      4
A       NIHSS n4                 BL     3     5      5
A       NIHSS n4                 M03    0     6      6
A       NIHSS n5a                BL     2     5      7
A       NIHSS n5a                M03    UN    6      8
A       FMA   ue03_sh_retraction BL     0     7      9
A       FMA   ue03_sh_retraction M03    1     8      10
A       NIHSS n4                 M03    3     9      11
A       SF36  q2                 M03    4     10     12
""")
USED = read_frame("""
USUBJID FORM  AVISIT SRCSEQ ANL01FL SRCDOM
A       FIM   BL     1      Y       qs
A       FIM   M03    2      Y       qs
A       MAS   BL     3      Y       qs
A       MAS   M03    4      Y       qs
A       NIHSS BL     5      Y       qs
A       NIHSS M03    6      Y       qs
A       NIHSS M03    11     .       qs
A       FMA   BL     9      Y       qs
A       FMA   M03    10     Y       qs
A       SF36  M03    12     Y       qs
""")


def derive() -> pd.DataFrame:
    rows = ITEMS.assign(AVALC=ITEMS["AVALC"].astype(str))
    return derive_item_values(rows, USED, shipped_trial())


def read(code: str, visit: str = "M03", form: int | None = None) -> pd.Series:
    rows = derive()
    own = rows[(rows["QSTESTCD"] == code) & (rows["AVISIT"] == visit)]
    return (own if form is None else own[own["FORMNO"] == form]).iloc[0]


def test_what_cannot_be_tested_scores_the_lowest_level_where_the_scale_says_so() -> None:
    """2 to 1 on levels 1 to 7: worse by a sixth."""
    row = read("fim13_stairs")
    assert row["AVAL"] == 1
    assert row["IMPRPCT"] == pytest.approx(-100 / 6)


def test_grades_have_the_points_of_the_coding_and_lower_is_better() -> None:
    """1.5 to 3 of 4: worse by 37.5 percent."""
    assert read("mas_elbow_flexors", "BL")["AVAL"] == 1.5
    assert read("mas_elbow_flexors")["IMPRPCT"] == pytest.approx(-37.5)


def test_an_item_over_its_whole_range_improves_by_a_hundred_percent() -> None:
    assert read("n4", form=6)["IMPRPCT"] == 100
    assert read("ue03_sh_retraction")["IMPRPCT"] == 50


def test_an_untestable_item_of_other_scales_has_no_points() -> None:
    assert pd.isna(read("n5a")["AVAL"])
    assert pd.isna(read("n5a")["IMPRPCT"])


def test_a_form_that_no_summary_uses_has_no_flag_and_no_change() -> None:
    row = read("n4", form=9)
    assert row["ANL01FL"] is None
    assert pd.isna(row["IMPRPCT"])


def test_parts_of_a_long_form_and_names_are_neutral() -> None:
    assert read("ue03_sh_retraction")["QSPART"] == "A arm"
    assert read("n4", form=6)["QSPART"] == read("n4", form=6)["QSTEST"] == "facial palsy"


def test_a_form_without_a_direction_has_answers_and_no_change() -> None:
    row = read("q2")
    assert row["AVAL"] == 4
    assert pd.isna(row["IMPRPCT"])
