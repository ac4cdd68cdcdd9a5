"""Laboratory values and vital signs: units, rises after doses, agreement with fever."""

from collections import defaultdict
from statistics import median

import pytest
from checked_export import PARAMS, read_csv, write

from helpers.simulate.analytes import BLOOD, CSF
from helpers.simulate.doses import MILLION_PER_KG


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("values") / "large", n_per_arm=150, errors=False)


@pytest.fixture(scope="module")
def lab(folder):
    return read_csv(folder / "open" / "lb.csv")


@pytest.fixture(scope="module")
def signs(folder):
    return read_csv(folder / "restricted" / "vs.csv")


def test_both_laboratories_use_units_that_convert_as_units_csv_says():
    table = {
        (row["TESTCD"], row["UNIT"]): float(row["FACTOR"])
        for row in read_csv(PARAMS / "tables" / "units.csv")
    }
    for analyte in BLOOD + CSF:
        assert table[analyte.code, analyte.unit] == 1
        factor = table[analyte.code, analyte.other_unit]
        assert factor * analyte.factor == pytest.approx(1, rel=0.001)


def test_two_laboratories_report_in_different_units(lab):
    units = {row["LBORRESU"] for row in lab if row["LBTESTCD"] == "CREAT"} - {""}
    assert units == {"umol/L", "mg/dL"}


def test_inflammation_rises_the_day_after_fever_by_vein(folder, lab):
    fevers = {
        (row["SUBJID"], row["AESTDTC"][:10])
        for row in read_csv(folder / "open" / "ae.csv")
        if row["AEDECOD"] == "Fever"
    }
    doses = {
        (row["SUBJID"], f"D{row['DOSENUM']}A"): row
        for row in read_csv(folder / "restricted" / "ex.csv")
        if row["EXROUTE"] == "INTRAVENOUS"
    }
    ratios = {True: [], False: []}
    samples = defaultdict(list)
    for row in lab:
        if row["LBTESTCD"] == "CRP" and row["LBORRES"] and row["LBORRES"][0] != "<":
            samples[row["SUBJID"], row["VISIT"]].append(float(row["LBORRES"]))
    for key, dose in doses.items():
        if len(samples[key]) == 2:
            hot = (key[0], dose["EXSTDTC"][:10]) in fevers
            ratios[hot].append(samples[key][1] / samples[key][0])
    assert median(ratios[True]) > 1.5 * median(ratios[False]) > 1.5


def test_a_quarter_of_the_spinal_doses_brings_cells_and_a_fifth_protein(lab):
    for test, hit, share in (
        ("CSFWBC", lambda before, after: after > 10, 0.25),
        ("CSFPROT", lambda before, after: after > 1.35 * before, 0.20),
    ):
        pairs = defaultdict(list)
        for row in lab:
            if row["LBTESTCD"] == test:
                pairs[row["SUBJID"], row["VISIT"]].append(float(row["LBORRES"]))
        hits = [hit(*pair) for pair in pairs.values()]
        assert sum(hits) / len(hits) == pytest.approx(share, abs=0.07)


def test_one_person_in_48_has_alt_at_four_times_the_limit(lab):
    high = {
        row["SUBJID"]
        for row in lab
        if row["LBTESTCD"] == "ALT"
        and row["LBORRES"]
        and float(row["LBORRES"]) > 3.5 * 41
        and row["VISIT"] == "M03"
    }
    assert 5 <= len(high) <= 10  # ten cycles of 48; some miss the visit


def test_a_possible_hys_law_case_is_in_harm_it_only(tmp_path):
    for scenario, expected in (("modest", 0), ("harm_it", 1)):
        rows = read_csv(write(tmp_path / scenario, scenario=scenario) / "open" / "lb.csv")
        high = defaultdict(set)
        for row in rows:
            if row["LBTESTCD"] in ("ALT", "BILI") and row["LBORRES"] and row["LBORNRHI"]:
                limit = {"ALT": 3, "BILI": 2}[row["LBTESTCD"]] * float(row["LBORNRHI"])
                if float(row["LBORRES"].lstrip("<")) >= limit:
                    high[row["SUBJID"], row["VISIT"]].add(row["LBTESTCD"])
        assert sum(tests == {"ALT", "BILI"} for tests in high.values()) == expected


def test_blood_is_taken_at_the_same_open_visits_in_every_arm(folder, lab):
    arms = {row["SUBJID"]: row["ARMCD"] for row in read_csv(folder / "restricted" / "rand.csv")}
    seen = defaultdict(set)
    for row in lab:
        if row["SUBJID"] in arms and row["VISIT"] in ("SCR", "BL"):
            seen[arms[row["SUBJID"]]].add((row["SUBJID"], row["VISIT"]))
    for arm, visits in seen.items():
        assert len(visits) == 2 * sum(one == arm for one in arms.values())


def test_vital_signs_around_a_dose_cover_seven_times(signs):
    points = defaultdict(set)
    for row in signs:
        points[row["SUBJID"], row["DOSENUM"]].add(row["VSTPT"])
    assert set(map(frozenset, points.values())) == {
        frozenset({"PRE", "H0", "H0_5", "H1", "H2", "H6", "H24"})
    }


def test_a_raised_temperature_lies_within_a_fever(folder, signs):
    fevers = {
        row["SUBJID"] for row in read_csv(folder / "open" / "ae.csv") if row["AEDECOD"] == "Fever"
    }
    hot = {
        row["SUBJID"]
        for row in signs
        if row["VSTESTCD"] == "TEMP" and row["VSORRES"] and float(row["VSORRES"]) >= 38
    }
    assert hot
    assert hot <= fevers


def test_every_dose_is_planned_by_weight_and_nearly_all_reach_80_to_110_percent(folder):
    doses = [row for row in read_csv(folder / "restricted" / "ex.csv") if row["EXOCCUR"] == "Y"]
    for row in doses:
        plan = float(row["EXPLAN"])
        assert plan == pytest.approx(MILLION_PER_KG * float(row["EXWT"]), abs=0.06)
        share = 100 * float(row["EXDOSE"]) / plan
        assert 80 <= share <= 110 or (row["EXADJ"] == "STOPPED_EARLY" and share < 63)
