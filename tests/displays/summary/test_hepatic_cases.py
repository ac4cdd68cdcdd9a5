import pandas as pd
import pytest
from sample_measures import LABORATORY, make_finding
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.summary.hepatic_cases import describe_hepatic_cases

# S1 and S2 are in IV, S3 in IT, S5 in control; S4 is not treated yet
ADLB = read_frame("""
USUBJID PARAMCD HYSFL
S1      BILI    .
S2      BILI    .
S3      BILI    Y
S3      BILI    Y
S4      BILI    Y
""")


def test_a_potential_case_stands_on_the_first_page_with_its_arm() -> None:
    said = "Potential Hy's law case (F-S-11, L-S-06): IT S3."
    assert describe_hepatic_cases(make_sample(adlb=ADLB)) == said
    assert said in show_at_a_glance(make_sample(adlb=ADLB)).sentences


def test_several_cases_are_counted_and_named_by_arm() -> None:
    view = make_sample(adlb=ADLB.assign(HYSFL="Y"))
    assert describe_hepatic_cases(view) == (
        "3 potential Hy's law cases (F-S-11, L-S-06): IV S1, S2; IT S3."
    )


@pytest.mark.parametrize("audience", ["open", "closed_masked"])
def test_other_readers_are_not_told_of_a_case_of_an_arm(audience: str) -> None:
    assert describe_hepatic_cases(make_sample(audience, adlb=ADLB)) == ""


def test_without_a_case_nothing_is_said() -> None:
    assert describe_hepatic_cases(make_sample(adlb=ADLB.assign(HYSFL=pd.NA))) == ""
    assert describe_hepatic_cases(make_sample(adlb=None)) == ""


def test_a_case_that_rests_on_a_queried_value_says_so_on_the_first_page() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    finding = make_finding("S1", "VISIT=M06 LBTESTCD=ALT LBDTC=2022-07-02", "C34")
    assert describe_hepatic_cases(make_sample(adlb=rows, findings=finding)) == (
        "Potential Hy's law case (F-S-11, L-S-06): IV S1. A check queries: S1 ALT 6.3 \u00d7 ULN "
        "(C34)."
    )
