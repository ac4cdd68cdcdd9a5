from sample_trial import ADEX, ADSL, make_empty, make_sample, without_arm
from table_cells import read_cells

from helpers.displays.exposure.amount_given import tabulate_exposure
from helpers.displays.model import Withheld


def test_only_arms_that_get_the_product_have_columns() -> None:
    table = tabulate_exposure(make_sample())
    assert [(head.label, head.note) for head in table.headers] == [
        *(("IV", "N = 2"), ("IT", "N = 2"), ("Total", "N = 4"))
    ]


def test_planned_doses_divide_by_what_became_of_them_with_reasons() -> None:
    cells = read_cells(tabulate_exposure(make_sample()))
    assert cells["Given"] == ("2 (100.0)", "1 (50.0)", "3 (75.0)")
    assert cells["Due, not yet given"] == ("0", "1 (50.0)", "1 (25.0)")
    assert cells["Cancelled"] == ("1 (50.0)", "0", "1 (25.0)")
    assert cells["Person declined"] == ("1 (50.0)", "0", "1 (25.0)")
    assert cells["No first dose"] == ("0", "1 (50.0)", "1 (25.0)")


def test_a_dose_of_0_is_cancelled_with_that_as_the_reason() -> None:
    row = (ADEX["USUBJID"] == "S2") & (ADEX["DOSENUM"] == 2)
    zero = ADEX.assign(
        EXOCCUR=ADEX["EXOCCUR"].mask(row, "Y"),
        EXREASND=ADEX["EXREASND"].mask(row, None),
        EXDOSE=ADEX["CELLS"].mask(row, 0.0),
    )
    cells = read_cells(tabulate_exposure(make_sample(adex=zero)))
    assert cells["Cancelled"] == cells["Amount of 0 recorded"] == ("1 (50.0)", "0", "1 (25.0)")


def test_reasons_add_up_to_the_cancelled_doses_where_no_row_says_why() -> None:
    silent = ADEX[ADEX["GIVENFL"] == "Y"]
    cells = read_cells(tabulate_exposure(make_sample(adex=silent)))
    assert cells["Cancelled"] == cells["No reason"] == ("1 (50.0)", "0", "1 (25.0)")


def test_amounts_are_those_of_given_doses() -> None:
    cells = read_cells(tabulate_exposure(make_sample()))
    # 90, 96 and 75: mean 87, deviations 9, 81, 144
    assert cells["Amount (million cells), mean (SD)"] == ("-", "-", "87.00 (10.817)")
    assert cells["Amount (million cells), median (range)"][0] == "90.0, 96.0"
    assert cells["Full dose, 80% to 110% of plan, of given"][0] == "2 / 2 (100.0)"
    assert cells["Full dose, 80% to 110% of plan, of given#2"][0] == "0 / 1"


def test_intervals_and_adjustments_belong_to_their_dose() -> None:
    cells = read_cells(tabulate_exposure(make_sample()))
    assert cells["Days from the dose before, median (range)"][0] == "91"
    assert cells["Interval outside 76 to 106 days, of given"] == ("0 / 1", "-", "0 / 1")
    assert cells["Interrupted, of given"] == ("0 / 2", "0 / 1", "0 / 3")
    assert cells["Interrupted, of given#2"] == ("1 / 1 (100.0)", "-", "1 / 1 (100.0)")


def test_lots_are_counted_and_named() -> None:
    table = tabulate_exposure(make_sample())
    assert read_cells(table)["Lots used"] == ("1", "1", "2")
    assert "Lots used: L1, L2, L3." in table.notes


def test_doses_per_person_divide_the_arm() -> None:
    cells = read_cells(tabulate_exposure(make_sample()))
    assert cells["No dose"] == ("0", "1 (50.0)", "1 (25.0)")
    assert cells["1 dose"] == ("1 (50.0)", "1 (50.0)", "2 (50.0)")
    assert cells["2 doses"] == ("1 (50.0)", "0", "1 (25.0)")
    # 1.5 + 0.9, 1.6, 1.5
    assert cells["All doses (million cells per kg), median (range)"][2] == "1.60 (1.50 to 2.40)"


def test_who_got_another_route_counts_there_and_is_noted() -> None:
    adsl = ADSL.assign(TRT01A=ADSL["TRT01A"].mask(ADSL["USUBJID"] == "S3", "IV"))
    table = tabulate_exposure(make_sample(adsl=adsl))
    assert read_cells(table)["Given"] == ("3 (100.0)", "0", "3 (75.0)")
    assert any("route of the first dose: S3 (IV instead of IT)." in note for note in table.notes)


def test_with_nobody_dosed_the_shell_stands() -> None:
    nobody = ADSL.assign(
        D1STAT=ADSL["D1STAT"].mask(ADSL["D1STAT"].notna(), "PENDING"),
        D2STAT=None,
        DOSES=ADSL["DOSES"].mask(ADSL["DOSES"].notna(), 0),
    )
    cells = read_cells(tabulate_exposure(make_sample(adsl=nobody, adex=ADEX.iloc[:0])))
    assert cells["Given"] == ("0", "0", "0")
    assert cells["Due, not yet given"] == ("2 (100.0)", "2 (100.0)", "4 (100.0)")
    assert cells["Lots used"] == ("0", "0", "0")


def test_with_nobody_randomised_the_shell_stands_with_a_sentence() -> None:
    table = tabulate_exposure(make_empty())
    assert table.headline == "Nobody was randomised to the product by the cut-off."
    assert read_cells(table)["Given"] == ("-", "-", "-")


def test_an_empty_arm_keeps_its_column() -> None:
    assert read_cells(tabulate_exposure(without_arm("IT")))["Given"] == (
        *("2 (100.0)", "-", "2 (100.0)"),
    )


def test_open_readers_do_not_see_it() -> None:
    assert isinstance(tabulate_exposure(make_sample("open")), Withheld)


def test_a_given_dose_without_a_duration_is_counted_in_a_note() -> None:
    def notes(adex: object) -> tuple[str, ...]:
        return tabulate_exposure(make_sample(adex=adex)).notes

    said = "Given doses without a duration, as an end is missing or before the start: 1."
    assert said not in notes(ADEX)
    assert said in notes(ADEX.assign(DURMIN=ADEX["DURMIN"].mask(ADEX["DURMIN"] == 40)))
