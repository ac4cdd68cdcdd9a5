import pandas as pd
from sample_measures import LABORATORY, make_finding
from sample_trial import make_sample

from helpers.displays.laboratory.grade_shifts import tabulate_grade_shifts
from helpers.displays.laboratory.shift_rows import write_class
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key


def counts(arm: str, test: str = "ALT") -> dict[str, float]:
    """n by category of a test in an arm; nothing where nobody is anywhere."""
    made = tabulate_grade_shifts(make_sample(adlb=LABORATORY))
    assert isinstance(made, Table)
    return {
        key.category: row["n"]
        for key, row in made.statistics.items()
        if (key.arm, key.parameter) == (arm, test) and row["n"]
    }


def test_a_participant_is_in_one_pair_of_baseline_and_worst_grade() -> None:
    assert counts("IV") == {
        "0 to 3": 1,
        "1 to 0": 1,
        "WORSENED": 1,
        "BASE 0": 1,
        "BASE 1": 1,
        "WORST 0": 1,
        "WORST 3": 1,
        "WITH VALUE": 2,
    }


def test_a_missing_baseline_is_a_row_of_its_own_and_counts_as_the_lowest_when_it_got_worse() -> (
    None
):
    assert counts("IT") == {
        "missing to 2": 1,
        "WORSENED": 1,
        "BASE missing": 1,
        "WORST 2": 1,
        "WITH VALUE": 1,
    }


def test_who_has_no_value_after_baseline_stays_in_the_denominator() -> None:
    assert counts("CTL") == {
        "0 to 0": 1,
        "missing to missing": 1,
        "BASE 0": 1,
        "BASE missing": 1,
        "WORST 0": 1,
        "WORST missing": 1,
        "WITH VALUE": 1,
    }


def test_tests_without_grades_are_shown_by_multiples_of_the_upper_limit() -> None:
    assert counts("IV", "CRP") == {
        "<=1 to >10": 1,
        "<=1 to missing": 1,
        "WORSENED": 1,
        "BASE <=1": 2,
        "WORST >10": 1,
        "WORST missing": 1,
        "WITH VALUE": 1,
    }


def test_classes_stand_on_the_page_as_readers_write_them() -> None:
    made = tabulate_grade_shifts(make_sample(adlb=LABORATORY))
    assert isinstance(made, Table)
    assert "\u22641 to >10" in [line.label for line in made.lines]
    assert write_class(">1-3") == ">1\u20133"


def test_the_headline_names_who_got_worse_by_arm() -> None:
    made = tabulate_grade_shifts(make_sample(adlb=LABORATORY))
    assert made.headline == (
        "Laboratory values worsened to grade 2 or higher in: IV 1 of 2, IT 1 of 1, CTL 0 of 1; of "
        "the tests without grades (C-reactive protein) to above 3 \N{MULTIPLICATION SIGN} ULN: "
        "IV 1 of 1, IT 0 of 0, CTL 0 of 0 (of those with such a value after baseline)."
    )
    row = made.statistics[Key("SAF", "Total", "ANY", category="WORST 3-4")]
    assert (row["n"], row["N"]) == (1, 5)


def test_no_laboratory_is_one_sentence_and_open_readers_get_nothing() -> None:
    withheld = tabulate_grade_shifts(make_sample(adlb=None))
    assert isinstance(withheld, Withheld)
    assert withheld.sentence == "There are no laboratory values in this trial."
    hidden = tabulate_grade_shifts(make_sample("open", adlb=LABORATORY))
    assert isinstance(hidden, Withheld)
    assert hidden.sentence == ""


def test_values_around_doses_are_told_from_those_of_planned_visits() -> None:
    more = LABORATORY.iloc[[2, 2]].assign(AVISIT="D1A", AVISITN=None, WORSTFL=None, AVAL=[60, 70])
    high = LABORATORY.iloc[[2]].assign(AVISIT="D2A", AVISITN=None, AVAL=400)
    planned = LABORATORY.drop(index=[2, 3]).assign(WORSTFL=None)
    rows = [rows.astype(LABORATORY.dtypes) for rows in (planned, more, high)]
    view = make_sample(adlb=pd.concat(rows, ignore_index=True))
    made = tabulate_grade_shifts(view)
    key = Key("SAF", "IV", "ANY", category="WORSENED")
    assert made.statistics[key]["n"] == 1
    assert made.statistics[key._replace(category="WORSENED PLANNED")]["n"] == 0
    assert made.notes[0].startswith("Arms are not sampled alike (values of all tests after")


def test_above_the_limit_after_a_dose_is_told_from_planned_visits_in_rows_and_headline() -> None:
    crp = LABORATORY[(LABORATORY["PARAMCD"] == "CRP") & (LABORATORY["POSTFL"] == "Y")].iloc[[0]]
    calm = crp.assign(AVAL=4.0, XULN=0.8, ULNCAT="<=1", WORSTFL=None)
    more = crp.assign(AVISIT="D1A", AVISITN=None, AVAL=30.0, XULN=6.0, ULNCAT=">3-10", WORSTFL="Y")
    own = (LABORATORY["PARAMCD"] == "CRP") & (LABORATORY["POSTFL"] == "Y")
    rows = [LABORATORY[~own], calm, more, *[more.assign(WORSTFL=None)] * 9]
    rows = [one.astype(LABORATORY.dtypes) for one in rows]
    made = tabulate_grade_shifts(make_sample(adlb=pd.concat(rows, ignore_index=True)))
    key = Key("SAF", "Total", "ANY", category="ABOVE")
    assert made.statistics[key]["n"] == 1
    assert made.statistics[key._replace(category="ABOVE PLANNED")]["n"] == 0
    assert made.headline.endswith(
        "IV 1 of 1, IT 0 of 0, CTL 0 of 0 (of those with such a value after baseline). At planned "
        "visits alone, where every arm is sampled: to grade 2 or higher in IV 1 of 2, IT 1 of 1, "
        "CTL 0 of 1; to above 3 \N{MULTIPLICATION SIGN} ULN in IV 0 of 1, IT 0 of 0, CTL 0 of 0."
    )


def test_who_has_no_value_after_baseline_is_not_counted_as_not_worse() -> None:
    made = tabulate_grade_shifts(make_sample(adlb=LABORATORY))
    measured = {
        key.arm: row["n"]
        for key, row in made.statistics.items()
        if (key.parameter, key.category) == ("ANY", "WITH VALUE")
    }
    assert measured == {"IV": 2, "IT": 1, "CTL": 1, "Total": 4}  # S6 has no value at all
    key = Key("SAF", "Total", "ANY", category="ABOVE WITH VALUE")
    assert made.statistics[key]["n"] == 1


def test_a_queried_worst_value_is_named_and_the_headline_says_what_stands_without_it() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    findings = make_finding("S1", "VISIT=M03 LBTESTCD=CRP LBDTC=2022-04-02", "C34")
    made = tabulate_grade_shifts(make_sample(adlb=rows, findings=findings))
    assert (
        "Worst values counted here that a check queries: S1 C-reactive protein 60 mg/L, Month 3 "
        "(C34). A value that a check queries is used until it is corrected."
    ) in made.notes
    assert made.headline.endswith(
        "Without values that a check queries: to grade 2 or higher in IV 1 of 2, IT 1 of 1, CTL 0 "
        "of 1; to above 3 \N{MULTIPLICATION SIGN} ULN in IV 0 of 0, IT 0 of 0, CTL 0 of 0."
    )
    assert "WITHOUT VALUES" not in tabulate_grade_shifts(make_sample(adlb=rows)).headline.upper()


def test_under_letters_queried_values_are_a_number_alone() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    findings = make_finding("S1", "VISIT=M03 LBTESTCD=CRP LBDTC=2022-04", "C34")
    made = tabulate_grade_shifts(make_sample("closed_masked", adlb=rows, findings=findings))
    (note,) = [note for note in made.notes if "a check queries:" in note]
    assert note.startswith("Worst values counted here that a check queries: 1.")
    # a site knows whose value was queried: no letter may be told beside it
    assert "check queries" not in made.headline
