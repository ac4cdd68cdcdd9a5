import pytest
from sample_measures import LABORATORY, make_finding
from sample_trial import make_sample

from helpers.displays.laboratory.values_by_visit import tabulate_laboratory_values
from helpers.displays.results import Key


def test_values_and_changes_are_of_the_safety_population_as_treated() -> None:
    rows = tabulate_laboratory_values(make_sample(adlb=LABORATORY)).statistics
    value = rows[Key("SAF", "IV", "ALT", "M03", "AVAL")]
    assert (value["n"], value["min"], value["max"]) == (2, 30, 90)
    change = rows[Key("SAF", "IV", "ALT", "M03", "CHG")]
    assert (change["n"], change["min"], change["max"]) == (2, -30, 60)
    total = rows[Key("SAF", "Total", "ALT", "M03", "AVAL")]
    assert (total["n"], total["mean"]) == (4, pytest.approx((90 + 30 + 130 + 20) / 4))
    # S4 was never dosed: her 900 at baseline is in nobody's column
    assert rows[Key("SAF", "Total", "ALT", "BL", "AVAL")]["max"] == 60


def test_the_baseline_has_no_change_and_a_missing_one_none_either() -> None:
    rows = tabulate_laboratory_values(make_sample(adlb=LABORATORY)).statistics
    assert Key("SAF", "IV", "ALT", "BL", "CHG") not in rows
    assert rows[Key("SAF", "IT", "ALT", "M03", "AVAL")]["n"] == 1
    assert rows[Key("SAF", "IT", "ALT", "M03", "CHG")]["n"] == 0


def test_a_queried_value_is_named_to_who_reads_the_arms_and_counted_under_letters() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    finding = make_finding("S5", "VISIT=M03 LBTESTCD=ALT LBDTC=2022-05-03", "C34")
    what = "Values in this table that a check queries: "
    for audience, said in (
        ("closed_unmasked", "S5 Alanine 20 U/L, Month 3 (C34)."),
        ("closed_masked", "1."),
    ):
        made = tabulate_laboratory_values(make_sample(audience, adlb=rows, findings=finding))
        (note,) = [note for note in made.notes if note.startswith(what)]
        assert note.startswith(f"{what}{said}")
