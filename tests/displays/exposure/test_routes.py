"""Route given against route allocated in T-S-07: rows, keys in the notes, missing lots."""

from dataclasses import replace

import pandas as pd
from sample_trial import ADEX, ADSL, make_sample
from table_cells import read_cells

from helpers.displays.exposure.administrations import tabulate_administrations
from helpers.displays.exposure.routes import describe_routes
from helpers.displays.results import Key
from helpers.view import View


def with_doses(*changes: tuple[str, int, dict[str, object]], adsl: pd.DataFrame = ADSL) -> View:
    """The sample with changed doses: (USUBJID, DOSENUM, new values)."""
    adex = ADEX.copy()
    for person, number, values in changes:
        row = (adex["USUBJID"] == person) & (adex["DOSENUM"] == number)
        adex.loc[row, list(values)] = list(values.values())
    return make_sample(adex=adex, adsl=adsl)


CROSSED = ("S1", 2, {"ROUTE": "INTRATHECAL", "ROUTECAT": "OTHER"})


def test_each_dose_divides_by_route_given_against_route_allocated() -> None:
    cells = read_cells(tabulate_administrations(with_doses(CROSSED)))
    assert cells["Recorded route as allocated, of given"] == (
        *("2 / 2 (100.0)", "1 / 1 (100.0)", "3 / 3 (100.0)"),
    )
    assert cells["Another route recorded, of given"] == ("0 / 2", "0 / 1", "0 / 3")
    assert cells["Recorded route as allocated, of given#2"] == ("0 / 1", "-", "0 / 1")
    assert cells["Another route recorded, of given#2"] == ("1 / 1 (100.0)", "-", "1 / 1 (100.0)")
    assert cells["Intrathecal recorded, intravenous allocated"][0] == "1 / 1 (100.0)"
    assert cells["Route not recorded, of given#2"] == ("0 / 1", "-", "0 / 1")


def test_the_three_kinds_of_route_add_up_to_the_given_doses() -> None:
    lacking = ("S2", 1, {"ROUTE": None, "ROUTECAT": "UNKNOWN"})
    numbers = tabulate_administrations(with_doses(CROSSED, lacking)).statistics
    for dose in ("DOSE1", "DOSE2"):
        for arm in ("IV", "IT", "Total"):
            kinds = [
                numbers[Key("ITT", arm, f"{dose}.ROUTE", "", kind)]
                for kind in ("ALLOCATED", "OTHER", "UNKNOWN")
            ]
            given = numbers[Key("ITT", arm, dose, "", "GIVEN")]["n"]
            assert sum(kind["n"] for kind in kinds) == given
            assert {kind["N"] for kind in kinds} == {given}


def test_the_note_names_whose_dose_took_another_route() -> None:
    notes = tabulate_administrations(with_doses(CROSSED)).notes
    assert (
        "Another route recorded than allocated: dose 2 of S1 (intrathecal recorded, intravenous "
        "allocated; no deviation of that day, to be confirmed by the site)." in notes
    )


def test_spinal_fluid_taken_on_the_day_of_the_dose_is_said_beside_another_route() -> None:
    view = with_doses(CROSSED)
    taken = pd.DataFrame(
        {"USUBJID": ["S1"], "PARAMCD": ["CSFWBC"], "ADT": [pd.Timestamp("2022-04-04")]}
    )
    made = tabulate_administrations(replace(view, datasets={**view.datasets, "adlb": taken}))
    assert any(
        "allocated; spinal fluid taken that day; no deviation of that day, to be confirmed" in note
        for note in made.notes
    )


def test_a_deviation_of_the_day_is_said_beside_another_route() -> None:
    view = with_doses(CROSSED)
    rows = pd.DataFrame({"USUBJID": ["S1"], "ADT": [pd.Timestamp("2022-04-04")]})
    changed = replace(view, datasets={**view.datasets, "addv": rows})
    said = describe_routes(changed)
    assert said.endswith("allocated; a deviation of that day is recorded).")


def test_the_note_names_whose_dose_stands_in_the_column_of_another_route() -> None:
    # allocated to IT, first dose by vein, second as allocated: the column is IV
    adsl = ADSL.assign(
        TRT01P=ADSL["TRT01P"].mask(ADSL["USUBJID"] == "S1", "IT"), TRT01A=ADSL["TRT01A"]
    )
    first = ("S1", 1, {"ROUTE": "INTRAVENOUS", "ROUTECAT": "OTHER"})
    second = ("S1", 2, {"ROUTE": "INTRATHECAL", "ROUTECAT": "ALLOCATED"})
    table = tabulate_administrations(with_doses(first, second, adsl=adsl))
    assert (
        "In the column of the first dose, with another route recorded: dose 2 of S1 "
        "(intrathecal, in IV)." in table.notes
    )
    assert read_cells(table)["Recorded route as allocated, of given#2"][0] == "1 / 1 (100.0)"
    assert read_cells(table)["Intrathecal#2"][0] == "1 / 1 (100.0)"


def test_a_dose_of_a_participant_who_was_to_get_none_is_named() -> None:
    adsl = ADSL.assign(TRT01P=ADSL["TRT01P"].mask(ADSL["USUBJID"] == "S3", "CTL"))
    crossed = ("S3", 1, {"ROUTECAT": "OTHER"})
    table = tabulate_administrations(with_doses(crossed, adsl=adsl))
    assert any("dose 1 of S3 (intrathecal recorded, no route allocated;" in n for n in table.notes)


def test_a_route_that_is_not_recorded_is_counted_and_named() -> None:
    table = tabulate_administrations(with_doses(("S2", 1, {"ROUTE": None, "ROUTECAT": "UNKNOWN"})))
    assert read_cells(table)["Route not recorded, of given"][0] == "1 / 2 (50.0)"
    assert "Route not recorded: dose 1 of S2." in table.notes


def test_a_missing_lot_is_counted_and_named() -> None:
    table = tabulate_administrations(with_doses(("S3", 1, {"LOT": None})))
    assert read_cells(table)["Lot not recorded, of given"] == (
        *("0 / 2", "1 / 1 (100.0)", "1 / 3 (33.3)"),
    )
    assert "Lot not recorded: dose 1 of S3." in table.notes
    assert not any("Lot not" in note for note in tabulate_administrations(make_sample()).notes)


def test_a_first_dose_that_the_site_numbered_2_is_the_first_everywhere() -> None:
    adex = ADEX[~((ADEX["USUBJID"] == "S3") & (ADEX["DOSENUM"] == 1))]
    late = ADEX[(ADEX["USUBJID"] == "S3")].assign(DOSENUM=2)
    cells = read_cells(tabulate_administrations(make_sample(adex=pd.concat([adex, late]))))
    assert cells["Given"] == ("2 (100.0)", "1 (50.0)", "3 (75.0)")
    assert cells["Given#2"] == ("1 (50.0)", "0", "1 (25.0)")
