import pandas as pd
from sample_measures import LABORATORY, make_finding
from sample_trial import make_sample

from helpers.displays.laboratory.boxes import plot_laboratory_values


def test_the_headline_names_the_multiple_of_the_limit_of_the_record_and_whose_it_is() -> None:
    made = plot_laboratory_values(make_sample(adlb=LABORATORY))
    assert made.headline == (
        "Furthest above its upper limit at a visit after baseline: C-reactive protein 12.0 times "
        "(S1, IV)."
    )


def test_a_higher_value_that_is_not_drawn_is_named_beside_it() -> None:
    unscheduled = LABORATORY.iloc[[9]].assign(
        AVISIT="UNS", AVISITN=None, ANL01FL=None, AVAL=800, XULN=20.0
    )
    rows = LABORATORY[LABORATORY["PARAMCD"] == "ALT"]
    rows = pd.concat([rows, unscheduled.astype(rows.dtypes)], ignore_index=True)
    made = plot_laboratory_values(make_sample(adlb=rows))
    assert made.headline == (
        "Furthest above its upper limit at a visit after baseline: Alanine aminotransferase 6.3 "
        "times (S1, IV). Of all values after baseline, also those not drawn: Alanine "
        "aminotransferase 20.0 times (S3, IT)."
    )


def test_without_a_value_above_its_limit_there_is_no_headline() -> None:
    normal = LABORATORY[LABORATORY["XULN"] <= 1].reset_index(drop=True)
    assert plot_laboratory_values(make_sample(adlb=normal)).headline == ""


def test_a_queried_maximum_says_so_and_the_largest_that_no_check_queries_stands_beside_it() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    finding = make_finding("S1", "VISIT=M03 LBTESTCD=CRP LBDTC=2022-04-02", "C34")
    made = plot_laboratory_values(make_sample(adlb=rows, findings=finding))
    assert made.headline == (
        "Furthest above its upper limit at a visit after baseline: C-reactive protein 12.0 times "
        "(S1, IV), queried: C34; of the values that no check queries Alanine aminotransferase 6.3 "
        "times (S1, IV)."
    )


def test_a_test_that_is_not_drawn_is_not_named_as_drawn() -> None:
    more = LABORATORY.iloc[[5]].assign(PARAMCD="UREA", PARAM="Urea (mmol/L)", XULN=30.0)
    rows = pd.concat([LABORATORY, more.astype(LABORATORY.dtypes)], ignore_index=True)
    made = plot_laboratory_values(make_sample(adlb=rows))
    assert made.headline == (
        "Furthest above its upper limit at a visit after baseline: C-reactive protein 12.0 times "
        "(S1, IV). Of all values after baseline, also those not drawn: Urea 30.0 times (S1, IV)."
    )
