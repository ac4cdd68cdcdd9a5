"""Immediate triggers (interim plan, 4.4): which records meet them, in which arm, from which day."""

import pandas as pd
import pytest
from mini_data import cut, derive_safety, with_event
from mini_export import MiniExport, trial

from helpers.datasets.events.adpause import build_adpause
from helpers.datasets.exposure.adlot import build_adlot

# 001 got the product by one route, 002 by the other; first doses 2021-03-05 10:00 and 2021-03-15.
RELATED = {"AEREL": "POSSIBLE"}
CLOT = {"AEDECOD": "Deep vein thrombosis", "AESTDTC": "2021-06-20"}
STROKE = {"AEDECOD": "Recurrent stroke", "AESTDTC": "2021-03-06T09:00"}


def triggers(mini: MiniExport) -> list[tuple[str, str, str, str, str]]:
    """Trigger, arm, participant, day, met (Y or -) of each record."""
    data, records = derive_safety(mini), cut(mini)
    rows = build_adpause(
        data["adsl"], data["adae"], data["adex"], build_adlot(records), trial()
    ).fillna({"TRT01A": "-", "SUBJID": "-", "METFL": "-"})
    return [
        (r.TRIGGER, r.TRT01A, r.SUBJID, "-" if pd.isna(r.ADT) else str(r.ADT.date()), r.METFL)
        for r in rows.itertuples(index=False)
    ]


def two(first: dict[str, str], second: dict[str, str]) -> MiniExport:
    """Both events of participant 001."""
    mini = with_event(**first)
    mini.change("ae", {"SUBJID": "001", "AESEQ": "2"}, **second)
    return mini


def with_death(**values: str) -> MiniExport:
    told = {"AEDECOD": "Pneumonia", "AESTDTC": "2021-07-01", "AEENDTC": None, "AEONGO": "Y"}
    told |= {"AEOUT": "FATAL", "AESDTH": "Y", "AESER": "Y", "AETOXGR": "5"}
    mini = with_event(**{**told, **RELATED, **values})
    mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC="2021-07-20")
    return mini


def with_lot(**values: str | None) -> MiniExport:
    mini = MiniExport()
    told = {"EXLOT": "L0012", "LOTSTAT": "CONTAMINATED", "LOTDTC": "2021-05-01"}
    mini.add("lot", None, **{**told, **values})
    return mini


def test_a_clean_export_meets_none():
    assert triggers(MiniExport()) == []


def test_one_related_death_is_met_on_its_day():
    assert triggers(with_death()) == [("RELATED_DEATH", "IV", "001", "2021-07-20", "Y")]


def test_a_death_without_a_causality_counts_as_related_and_an_unrelated_one_does_not():
    assert [row[0] for row in triggers(with_death(AEREL=None))] == ["RELATED_DEATH"]
    assert triggers(with_death(AEREL="UNLIKELY")) == []


@pytest.mark.parametrize(("grade", "met"), [("3", []), ("4", ["ANAPHYLAXIS"])])
def test_one_anaphylaxis_of_grade_4_is_met_and_one_of_grade_3_is_not(grade, met):
    mini = with_event(AEDECOD="Anaphylaxis", AETOXGR=grade)
    assert [row[0] for row in triggers(mini)] == met


def test_one_bacterial_meningitis_is_met_whatever_its_causality():
    mini = with_event(AEDECOD="Bacterial meningitis", AEREL="NOT_RELATED")
    assert triggers(mini) == [("BACTERIAL_MENINGITIS", "IV", "001", "2021-03-05", "Y")]


def test_two_related_thromboembolic_events_in_one_arm_are_met_by_the_second():
    mini = two(CLOT | RELATED, {"AEDECOD": "Pulmonary embolism", "AESTDTC": "2021-06-25"} | RELATED)
    assert triggers(mini) == [
        ("THROMBOEMBOLISM", "IV", "001", "2021-06-20", "-"),
        ("THROMBOEMBOLISM", "IV", "001", "2021-06-25", "Y"),
    ]


def test_two_of_which_one_is_not_related_are_not_met():
    mini = two(CLOT | RELATED, CLOT | {"AESTDTC": "2021-06-25", "AEREL": "NOT_RELATED"})
    assert [row[4] for row in triggers(mini)] == ["-"]


def test_two_in_different_arms_are_not_met():
    mini = with_event(**CLOT, **RELATED)
    row = mini.pick("ae", SUBJID="001", AESEQ="1")[0]
    mini.rows["ae"].append({**row, "SUBJID": "002"})
    assert [(arm, met) for _, arm, _, _, met in triggers(mini)] == [("IT", "-"), ("IV", "-")]


@pytest.mark.parametrize(
    ("hour", "met"), [("2021-03-06T10:00", ["-", "Y"]), ("2021-03-06T10:01", ["-"])]
)
def test_two_recurrent_strokes_count_within_24_hours_of_a_dose(hour, met):
    assert [row[4] for row in triggers(two(STROKE, STROKE | {"AESTDTC": hour}))] == met


def test_an_event_of_a_control_or_before_the_first_dose_is_no_trigger():
    assert triggers(with_event("003", AEDECOD="Bacterial meningitis")) == []
    before = with_event(AEDECOD="Bacterial meningitis", AESTDTC="2021-03-02")
    assert triggers(before) == []


def test_a_contaminated_lot_names_whom_it_was_given_to_from_the_later_of_both_days():
    # dose 2 of 001 (2021-06-04) came after the finding, dose 1 of 002 (2021-03-15) before
    mini = with_lot()
    mini.add("lot", None, EXLOT="L0021", LOTSTAT="CONTAMINATED", LOTDTC="2021-05-01")
    assert triggers(mini) == [
        ("CONTAMINATED_LOT", "IT", "002", "2021-05-01", "Y"),
        ("CONTAMINATED_LOT", "IV", "001", "2021-06-04", "Y"),
    ]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"LOTSTAT": "QUARANTINED"}, []),
        ({"EXLOT": "L999"}, [("CONTAMINATED_LOT", "-", "-", "2021-05-01", "Y")]),
        ({"LOTDTC": "2022-07-01"}, []),  # after the cut-off
        ({"LOTDTC": None}, [("CONTAMINATED_LOT", "IV", "001", "2021-06-04", "Y")]),
    ],
)
def test_any_evidence_of_contamination_counts_also_of_an_unused_or_undated_lot(change, found):
    assert triggers(with_lot(**change)) == found


def test_without_a_lot_list_the_other_triggers_are_judged():
    mini = with_death()
    data = derive_safety(mini)
    records = cut(mini).with_tables({n: t for n, t in cut(mini).tables.items() if n != "lot"})
    assert build_adlot(records) is None
    rows = build_adpause(data["adsl"], data["adae"], data["adex"], None, trial())
    assert list(rows["TRIGGER"]) == ["RELATED_DEATH"]


def test_the_lot_list_keeps_every_state_by_lot_and_day():
    rows = build_adlot(cut(with_lot()))
    own = rows[rows["LOT"] == "L0012"]
    assert list(own["LOTSTAT"]) == ["RELEASED", "CONTAMINATED"]
