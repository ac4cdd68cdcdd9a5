import pytest

from helpers.displays.measurements.units import split_unit, write_units


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("White cells (10^9/L)", "White cells (10⁹/L)"),
        ("White cells in CSF (10^6/L)", "White cells in CSF (10⁶/L)"),
        ("Creatinine (umol/L)", "Creatinine (µmol/L)"),
        ("Platelets (10^3/uL)", "Platelets (10³/µL)"),
        ("D-dimer (ug/mL)", "D-dimer (µg/mL)"),
        ("Temperature (C)", "Temperature (°C)"),
        ("Body mass index (kg/m2)", "Body mass index (kg/m²)"),
        ("Vitamin C (mg/L)", "Vitamin C (mg/L)"),
        ("Urea (mmol/L)", "Urea (mmol/L)"),
        ("INR (ratio)", "INR (ratio)"),
        ("Blood (u) count", "Blood (u) count"),
        ("ALT", "ALT"),
        ("Ratio 10^9", "Ratio 10^9"),
    ],
)
def test_a_unit_in_the_last_brackets_is_written_as_readers_write_it(name: str, shown: str) -> None:
    assert write_units(name) == shown


def test_a_name_is_split_from_the_unit_in_its_last_brackets() -> None:
    assert split_unit("White cells (10⁹/L)") == ("White cells", "10⁹/L")
    assert split_unit("Protein (total) (g/L)") == ("Protein (total)", "g/L")
    assert split_unit("INR") == ("INR", "")
    assert split_unit("Blood (u) count") == ("Blood (u) count", "")
