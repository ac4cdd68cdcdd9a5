"""Questionnaires, laboratory, vital signs: C28 to C30, C32 to C36, C45, C46, C51, C52."""

import pytest
from crowd import Crowd, change
from mini_export import MiniExport

from helpers.scales.fim import ITEMS

CONTROL = {"SUBJID": "003"}
FORM = [("qs", "003", "W")]


# The cases of a family are participants of this crowd.
CROWD = Crowd(without=())


def answered(item, value):
    where = {"VISIT": "M03", "QSTESTCD": item}
    return CROWD.plant("003", change("qs", where, QSORRES=value), name=f"{item} {value}")


def answer(mini, item, value, visit="M03"):
    mini.change("qs", CONTROL | {"VISIT": visit, "QSTESTCD": item}, QSORRES=value)


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (answered("n2", "2"), 0),
        (answered("n2", "3"), 1),
        (answered("n2", "UN"), 1),
        (answered("n7", "UN"), 0),
        (answered("n2", None), 0),
        (answered("fim01_eating", "8"), 1),
        (answered("fim01_eating", "NT"), 0),
        (answered("mas_knee_flexors", "1+"), 0),
        (answered("mas_knee_flexors", "1.5"), 1),
        (answered("q1", "0"), 1),
        (answered("q1", "5"), 0),
        (answered("ue01_reflex_flexors", "1"), 1),
        (answered("ue18_normal_reflex", "2"), 1),  # its gate is not full
        (answered("ue18_normal_reflex", "0"), 0),
    ],
)
def test_an_answer_that_the_scale_does_not_allow_is_found(planted, found):
    assert planted.found("C28") == [("qs", "003", "E")] * found


def test_an_unknown_item_is_found_and_names_the_nearest():
    mini = MiniExport()
    mini.change("qs", CONTROL | {"VISIT": "M03", "QSTESTCD": "n2"}, QSTESTCD="n2x")
    findings = mini.find("C28")
    assert len(findings) == 1
    assert "nearest is n2" in findings["text"].iloc[0]


def test_an_old_code_is_kept_and_only_a_warning():
    mini = MiniExport()
    answer(mini, "n7", "9")
    findings = mini.find("C28")
    assert list(findings["severity"]) == ["W"]
    assert list(findings["column"]) == [""]


@pytest.mark.parametrize("value", [None, "gone"])
def test_a_form_with_a_blank_or_lacking_item_is_incomplete(value):
    mini = MiniExport()
    if value is None:
        answer(mini, "fim05_dress_lower", None)
    else:
        mini.drop("qs", SUBJID="003", VISIT="M03", QSTESTCD="fim05_dress_lower")
    assert mini.found("C29") == FORM


def test_a_blank_gated_item_and_an_untestable_one_are_not_missing():
    mini = MiniExport()
    answer(mini, "ue18_normal_reflex", None)
    answer(mini, "n7", "UN")
    answer(mini, "q2", None)
    assert mini.found("C29") == []


def test_a_form_that_was_not_done_is_not_incomplete():
    mini = MiniExport()
    mini.drop("qs", SUBJID="003", VISIT="M03", QSCAT="FIM")
    values = {"QSTESTCD": "ALL", "QSSTAT": "NOT DONE", "QSREASND": "x", "QSDTC": "2021-06-11"}
    mini.add("qs", "003", VISIT="M03", QSCAT="FIM", **values)
    assert mini.found("C29") == []


@pytest.mark.parametrize(
    ("date", "found"), [("2021-06-14", 0), ("2021-06-15", 1), ("2021-06", 0), ("2021-07", 1)]
)
def test_a_form_is_dated_near_its_visit(date, found):
    mini = MiniExport()
    mini.change("qs", CONTROL | {"VISIT": "M03", "QSCAT": "FIM"}, QSDTC=date)
    assert mini.found("C29") == FORM * found


def test_the_nearest_of_several_visits_counts():
    mini = MiniExport()
    mini.change("qs", CONTROL | {"VISIT": "M03", "QSCAT": "FIM"}, QSDTC="2021-06-20")
    assert mini.found("C29") == FORM
    mini.add("sv", "003", VISIT="M03", SVSEQ="2", SVSTDTC="2021-06-18", SVSTAT="DONE")
    assert mini.found("C29") == []


def test_a_total_may_change_only_so_much_between_neighbouring_forms():
    mini = MiniExport()  # every item is 4 but one, which is 1, 2, 3 at the visits
    items = [item.code for item in ITEMS if item.code != "fim03_bathing"]
    for item in items[:13]:
        answer(mini, item, "7", "M06")
    assert mini.found("C30") == []  # 39 + 1 up, 39 - 1 down
    answer(mini, items[13], "5", "M06")
    assert mini.found("C30") == FORM  # 41 up at M06, 39 down at M12


def test_a_rater_after_baseline_is_blinded():
    mini = MiniExport()
    mini.change("qs", CONTROL | {"VISIT": "BL", "QSCAT": "MAS"}, QSEVALBL="N")
    mini.change("qs", CONTROL | {"VISIT": "M12", "QSCAT": "MAS"}, QSEVALBL=None)
    assert mini.found("C32") == []
    mini.change("qs", CONTROL | {"VISIT": "M12", "QSCAT": "MAS"}, QSEVALBL="N")
    assert mini.found("C32") == FORM


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("2021-12-12", 1),  # 90 days before the rating at M12
        ("2021-12-11", 0),
        ("2022-03-12", 1),
        ("2022-03-13", 0),
        ("2021-12", 1),
        ("2021-11", 0),
        (None, 0),
    ],
)
def test_a_drug_against_spasticity_before_a_rating_of_tone(start, found):
    mini = MiniExport()
    mini.add("cm", "003", CMSEQ="5", CMCAT="ANTISPASTIC", CMTRT="baclofen", CMSTDTC=start)
    assert mini.found("C46") == FORM * found


def test_botulinum_counts_whatever_its_category_and_other_drugs_do_not():
    mini = MiniExport()
    mini.add("cm", "003", CMSEQ="5", CMCAT="OTHER", CMTRT="Botulinum toxin", CMSTDTC="2021-06-01")
    assert mini.found("C46") == FORM
    mini.change("cm", {"CMSEQ": "5"}, CMTRT="aspirin")
    assert mini.found("C46") == []


def test_a_form_repeated_to_the_last_item_is_copied():
    mini = MiniExport()
    answer(mini, "fim03_bathing", "1", "M03")
    answer(mini, "fim03_bathing", "1", "M06")
    assert mini.found("C51") == FORM
    answer(mini, "fim04_dress_upper", "5", "M06")
    assert mini.found("C51") == []


def test_swapped_answers_are_no_copy_and_short_forms_may_repeat():
    mini = MiniExport()
    answer(mini, "fim03_bathing", "1", "M03")
    answer(mini, "fim04_dress_upper", "4", "M03")
    answer(mini, "fim03_bathing", "4", "M06")
    answer(mini, "fim04_dress_upper", "1", "M06")
    answer(mini, "mas_finger_flexors", "1", "M03")
    answer(mini, "mas_finger_flexors", "1", "M06")
    assert mini.found("C51") == []


def test_a_copy_of_a_form_of_another_person_is_not_asked():
    mini = MiniExport()  # all three persons answer alike at each visit
    assert mini.found("C51") == []


def lab(mini, test, visit="M03", **values):
    mini.change("lb", CONTROL | {"VISIT": visit, "LBTESTCD": test}, **values)


def measured(test, **values):
    name = " ".join(str(value) for value in values.values())
    where = {"VISIT": "M03", "LBTESTCD": test}
    return CROWD.plant("003", change("lb", where, **values), name=f"{test} {name}")


@pytest.mark.parametrize(
    ("planted", "impossible", "improbable"),
    [
        (measured("CREAT", LBORRES="2000"), 0, 0),
        (measured("CREAT", LBORRES="2000.1"), 0, 1),
        (measured("CREAT", LBORRES="9.9"), 0, 1),
        (measured("CREAT", LBORRES="25", LBORRESU="mg/dL"), 0, 1),  # 2210 umol/L
        (measured("CREAT", LBORRES="0.9", LBORRESU="mg/dL"), 0, 0),
        (measured("CREAT", LBORRES="10000"), 0, 1),
        (measured("CREAT", LBORRES="10001"), 1, 0),
        (measured("CREAT", LBORRES="-1"), 1, 0),
        (measured("CREAT", LBORRESU="furlong"), 1, 0),
        (measured("CREAT", LBORRESU=None), 1, 0),
        (measured("CREAT", LBORRES="high"), 1, 0),
        (measured("CREAT", LBORRES="<10"), 0, 0),
        (measured("CREAT", LBORRES="> 2000"), 0, 0),
        (measured("CREAT", LBORRES=">2001"), 0, 1),
        (measured("CREAT", LBORRES=None), 0, 0),
    ],
)
def test_a_laboratory_value_is_probable_possible_and_in_a_known_unit(
    planted, impossible, improbable
):
    assert planted.found("C33") == [("lb", "003", "E")] * impossible
    assert planted.found("C33b") == [("lb", "003", "W")] * improbable


@pytest.mark.parametrize(
    ("planted", "check"),
    [
        (measured("HGB", LBORRES="28"), "C33b"),  # haemorrhage
        (measured("HGB", LBORRES="6"), "C33b"),
        (measured("HGB", LBORRES="5.9"), "C33"),
        (measured("ALT", LBORRES="50000"), "C33b"),
        (measured("ALT", LBORRES="50001"), "C33"),
    ],
)
def test_a_laboratory_value_of_somebody_in_shock_is_queried_and_not_called_impossible(
    planted, check
):
    assert {code for code in ("C33", "C33b") if planted.found(code)} == {check}


def test_a_text_of_c33_repeats_the_words_of_the_site_for_closed_readers_only():
    mini = MiniExport()
    lab(mini, "CREAT", "BL", LBORRES="see chart of Ms T.")
    lab(mini, "ALT", "BL", LBORRESU="furlong")
    texts = mini.find("C33")["text"].str.cat()
    assert "see chart of Ms T." in texts
    assert "furlong" in texts
    open_texts = mini.check("raw", "rand").query("id == 'C33'")["text"].str.cat()
    assert "chart" not in open_texts
    assert "furlong" not in open_texts


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [
        ("830", "umol/L", 1),  # ten times
        ("7300", "umol/L", 1),  # 88.4 times
        ("0.94", "umol/L", 1),
        ("300", "umol/L", 0),  # 3.6 times
        ("0.94", "mg/dL", 0),
        ("<0.94", "umol/L", 0),
        ("2800", "umol/L", 0),  # 33 times, no factor of a unit
    ],
)
def test_a_value_off_by_a_unit_factor_is_found(value, unit, found):
    mini = MiniExport()  # creatinine of 003 is near 83
    lab(mini, "CREAT", LBORRES=value, LBORRESU=unit)
    assert mini.found("C34") == [("lb", "003", "W")] * found


def test_a_slip_needs_other_values_that_agree():
    mini = MiniExport()
    lab(mini, "CREAT", LBORRES="830")
    for visit in ("BL", "M06", "M12"):
        mini.drop("lb", SUBJID="003", VISIT=visit, LBTESTCD="CREAT")
    assert mini.found("C34") == []
    mini = MiniExport()
    for visit, value in {"SCR": "20", "BL": "55", "M03": "830", "M06": "150", "M12": "60"}.items():
        lab(mini, "CREAT", visit, LBORRES=value)
    assert mini.found("C34") == []


@pytest.mark.parametrize(
    ("low", "high", "found"), [("41", "41", 1), ("40", "41", 0), (None, "41", 0)]
)
def test_the_lower_limit_lies_below_the_upper_one(low, high, found):
    mini = MiniExport()
    lab(mini, "ALT", LBORNRLO=low, LBORNRHI=high)
    assert mini.found("C35") == [("lb", "003", "E")] * found


def at_month_6(test, value):
    """002 with a systolic pressure of 129 and another value of a test at month 6."""

    def add_respiration(mini, who):
        row = mini.pick("vs", SUBJID=who, VISIT="M06", VSTESTCD="SPO2")[0]
        mini.add("vs", who, **{**row, "VSTESTCD": "RESP", "VSORRESU": "/min", "VSORRES": value})

    systolic = change("vs", {"VISIT": "M06", "VSTESTCD": "SYSBP"}, VSORRES="129")
    other = change("vs", {"VISIT": "M06", "VSTESTCD": test}, VSORRES=value)
    own = add_respiration if test == "RESP" else other
    return CROWD.plant("002", systolic, own, name=f"{test} {value}")


@pytest.mark.parametrize(
    ("planted", "check"),
    [
        (at_month_6("TEMP", "42"), ""),
        (at_month_6("TEMP", "42.1"), "C36b"),
        (at_month_6("TEMP", "32.9"), "C36b"),
        (at_month_6("TEMP", "50"), "C36b"),
        (at_month_6("TEMP", "50.1"), "C36"),
        (at_month_6("TEMP", "9.9"), "C36"),
        (at_month_6("SYSBP", "260"), ""),
        (at_month_6("SYSBP", "261"), "C36b"),
        (at_month_6("SYSBP", "401"), "C36"),
        (at_month_6("DIABP", "29"), "C36b"),
        (at_month_6("DIABP", "128"), ""),
        (at_month_6("DIABP", "129"), "C36b"),
        (at_month_6("DIABP", "130"), "C36"),  # as the systolic value, above it
        (at_month_6("PULSE", "221"), "C36b"),
        (at_month_6("PULSE", "25"), "C36b"),
        (at_month_6("PULSE", "601"), "C36"),
        (at_month_6("RESP", "3"), "C36b"),
        (at_month_6("RESP", "90"), "C36b"),
        (at_month_6("RESP", "91"), "C36"),
        (at_month_6("SPO2", "49"), "C36b"),
        (at_month_6("SPO2", "0"), "C36b"),
        (at_month_6("SPO2", "101"), "C36"),
        (at_month_6("SPO2", "100"), ""),
        (at_month_6("PULSE", "0"), "C36b"),
        (at_month_6("PULSE", "-1"), "C36"),
    ],
)
def test_a_vital_sign_is_as_usual_improbable_or_impossible(planted, check):
    assert planted.found("C36") == [("vs", "002", "E")] * (check == "C36")
    assert planted.found("C36b") == [("vs", "002", "W")] * (check == "C36b")


def test_a_systolic_pressure_of_55_after_a_dose_is_an_emergency_and_no_error():
    mini = MiniExport()
    where = {"SUBJID": "001", "DOSENUM": "1", "VSTPT": "H0_5"}
    mini.change("vs", where | {"VSTESTCD": "DIABP"}, VSORRES="35")
    mini.change("vs", where | {"VSTESTCD": "SYSBP"}, VSORRES="55")
    assert mini.found("C36") == []
    assert mini.found("C36b") == [("vs", "001", "W")]


def test_the_diastolic_value_is_marked_when_pressures_cross_never_the_low_systolic_one():
    mini = MiniExport()
    where = {"SUBJID": "002", "VISIT": "M06"}
    mini.change("vs", where | {"VSTESTCD": "SYSBP"}, VSORRES="70")
    mini.change("vs", where | {"VSTESTCD": "DIABP"}, VSORRES="80")
    found = mini.find("C36")
    assert list(found["key"]) == ["VISIT=M06 VSTESTCD=DIABP VSDTC=2021-09-14"]
    assert list(found["text"]) == [
        "80 mmHg is above the systolic value; kept and marked, not in summaries"
    ]


def test_pressures_of_different_moments_are_not_compared():
    mini = MiniExport()
    mini.change("vs", {"SUBJID": "002", "VISIT": "M06", "VSTESTCD": "DIABP"}, VSORRES="130")
    mini.change(
        "vs", {"SUBJID": "002", "VISIT": "M06", "VSTESTCD": "SYSBP"}, VSDTC="2021-09-14T09:00"
    )
    assert mini.found("C36") == []


def test_an_impossible_temperature_is_no_fever_and_an_impossible_weight_no_change():
    mini = MiniExport()
    where = {"SUBJID": "002", "VISIT": "M06"}
    mini.change("vs", where | {"VSTESTCD": "TEMP"}, VSORRES="98.6")
    mini.change("vs", where | {"VSTESTCD": "WEIGHT"}, VSORRES="6100")
    assert len(mini.found("C36")) == 2
    assert mini.found("C24") == []
    assert mini.found("C45") == []


@pytest.mark.parametrize(("weight", "found"), [("71.3", 0), ("71.4", 1), ("52.7", 0), ("52.6", 1)])
def test_weight_changes_slowly(weight, found):
    mini = MiniExport()  # 62 kg; 15 % are 9.3 kg
    mini.change("vs", CONTROL | {"VISIT": "M12", "VSTESTCD": "WEIGHT"}, VSORRES=weight)
    assert mini.found("C45") == [("vs", "003", "W")] * found


def repeat_sets(mini, count, **values):
    for place in range(count):
        for test, value in values.items():
            row = {"VSORRES": value[place] if isinstance(value, list) else value}
            date = f"2021-08-{place + 1:02d}"
            mini.add("vs", "003", VISIT="UNS", VSTESTCD=test, VSDTC=date, **row)


@pytest.mark.parametrize(("count", "found"), [(5, 0), (6, 1), (9, 1)])
def test_six_equal_sets_in_a_row_are_found_once(count, found):
    mini = MiniExport()
    repeat_sets(mini, count, SYSBP="120", DIABP="80", PULSE="70")
    assert mini.found("C52") == [("vs", "003", "W")] * found


def test_six_sets_that_end_in_the_same_digits_are_found():
    mini = MiniExport()
    sys = ["120", "130", "120", "140", "130", "120"]
    repeat_sets(mini, 6, SYSBP=sys, DIABP="80", PULSE="70")
    findings = mini.find("C52")
    assert list(findings["text"]) == [
        "6 sets of pulse and blood pressure in a row are ending in equal digits"
    ]


def test_a_change_inside_breaks_the_run():
    mini = MiniExport()
    pulse = ["70", "70", "70", "71", "70", "70", "70"]
    repeat_sets(mini, 7, SYSBP="120", DIABP="80", PULSE=pulse)
    assert mini.found("C52") == []
