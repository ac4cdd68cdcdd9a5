"""Immediate triggers (interim plan, 4.4): which records meet them, in which arm, from which day."""

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, change, plant_event
from mini_data import cut, derive_safety
from mini_export import MiniExport, trial

from helpers.datasets.events.adpause import build_adpause
from helpers.datasets.exposure.adlot import build_adlot

# 001 got the product by one route, 002 by the other; first doses 2021-03-05 10:00 and 2021-03-15.
RELATED = {"AEREL": "POSSIBLE"}
CLOT = {"AEDECOD": "Deep vein thrombosis", "AESTDTC": "2021-06-20"}
STROKE = {"AEDECOD": "Recurrent stroke", "AESTDTC": "2021-03-06T09:00"}


# Each case of events is a participant of this crowd, alone in the trial, a copy with changes.
CROWD = Crowd()
Row = tuple[str, str, str, str, str]


def triggers(mini: MiniExport) -> list[Row]:
    """Trigger, arm, participant, day, met (Y or -) of each record."""
    data, records = derive_safety(mini), cut(mini)
    return tell(data["adsl"], data["adae"], data["adex"], build_adlot(records))


def triggers_of(planted: Planted) -> list[Row]:
    adsl, adae, adex = (planted.rows(name) for name in ("adsl", "adae", "adex"))
    rows = tell(adsl, adae, adex, build_adlot(cut(CROWD.mini)))
    assert {row[2] for row in rows} <= {planted.number}
    return [(code, arm, planted.copied, day, met) for code, arm, _, day, met in rows]


def tell(*data: pd.DataFrame) -> list[Row]:
    rows = build_adpause(*data, trial()).fillna({"TRT01A": "-", "SUBJID": "-", "METFL": "-"})
    return [
        (r.TRIGGER, r.TRT01A, r.SUBJID, "-" if pd.isna(r.ADT) else str(r.ADT.date()), r.METFL)
        for r in rows.itertuples(index=False)
    ]


def with_event(*changes: Change, **values: str | None) -> Planted:
    return plant_event(CROWD, "001", *changes, **values)


def two(first: dict[str, str], second: dict[str, str]) -> Planted:
    """Both events of a participant."""
    return with_event(change("ae", {"AESEQ": "2"}, **second), **first)


def with_death(**values: str | None) -> Planted:
    told = {"AEDECOD": "Pneumonia", "AESTDTC": "2021-07-01", "AEENDTC": None, "AEONGO": "Y"}
    told |= {"AEOUT": "FATAL", "AESDTH": "Y", "AESER": "Y", "AETOXGR": "5"}
    died = change("dm", DTHFL="Y", DTHDTC="2021-07-20")
    return with_event(died, **{**told, **RELATED, **values})


RELATED_DEATH = with_death()
NO_CAUSALITY = with_death(AEREL=None)
UNRELATED_DEATH = with_death(AEREL="UNLIKELY")
MENINGITIS = with_event(AEDECOD="Bacterial meningitis", AEREL="NOT_RELATED")
MENINGITIS_BEFORE = with_event(AEDECOD="Bacterial meningitis", AESTDTC="2021-03-02")
MENINGITIS_IN_CONTROL = plant_event(CROWD, "003", AEDECOD="Bacterial meningitis")
TWO_CLOTS = two(
    CLOT | RELATED, {"AEDECOD": "Pulmonary embolism", "AESTDTC": "2021-06-25"} | RELATED
)
ONE_RELATED_CLOT = two(CLOT | RELATED, CLOT | {"AESTDTC": "2021-06-25", "AEREL": "NOT_RELATED"})


def with_lot(**values: str | None) -> MiniExport:
    mini = MiniExport()
    told = {"EXLOT": "L0012", "LOTSTAT": "CONTAMINATED", "LOTDTC": "2021-05-01"}
    mini.add("lot", None, **{**told, **values})
    return mini


def test_a_clean_export_meets_none():
    assert triggers(MiniExport()) == []


def test_one_related_death_is_met_on_its_day():
    assert triggers_of(RELATED_DEATH) == [("RELATED_DEATH", "IV", "001", "2021-07-20", "Y")]


def test_a_death_without_a_causality_counts_as_related_and_an_unrelated_one_does_not():
    assert [row[0] for row in triggers_of(NO_CAUSALITY)] == ["RELATED_DEATH"]
    assert triggers_of(UNRELATED_DEATH) == []


@pytest.mark.parametrize(
    ("planted", "met"),
    [
        (with_event(AEDECOD="Anaphylaxis", AETOXGR="3"), []),
        (with_event(AEDECOD="Anaphylaxis", AETOXGR="4"), ["ANAPHYLAXIS"]),
    ],
)
def test_one_anaphylaxis_of_grade_4_is_met_and_one_of_grade_3_is_not(planted, met):
    assert [row[0] for row in triggers_of(planted)] == met


def test_one_bacterial_meningitis_is_met_whatever_its_causality():
    assert triggers_of(MENINGITIS) == [("BACTERIAL_MENINGITIS", "IV", "001", "2021-03-05", "Y")]


def test_two_related_thromboembolic_events_in_one_arm_are_met_by_the_second():
    assert triggers_of(TWO_CLOTS) == [
        ("THROMBOEMBOLISM", "IV", "001", "2021-06-20", "-"),
        ("THROMBOEMBOLISM", "IV", "001", "2021-06-25", "Y"),
    ]


def test_two_of_which_one_is_not_related_are_not_met():
    assert [row[4] for row in triggers_of(ONE_RELATED_CLOT)] == ["-"]


def test_two_in_different_arms_are_not_met():
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, **CLOT, **RELATED)
    row = mini.pick("ae", SUBJID="001", AESEQ="1")[0]
    mini.rows["ae"].append({**row, "SUBJID": "002"})
    assert [(arm, met) for _, arm, _, _, met in triggers(mini)] == [("IT", "-"), ("IV", "-")]


@pytest.mark.parametrize(
    ("planted", "met"),
    [
        (two(STROKE, STROKE | {"AESTDTC": "2021-03-06T10:00"}), ["-", "Y"]),
        (two(STROKE, STROKE | {"AESTDTC": "2021-03-06T10:01"}), ["-"]),
    ],
)
def test_two_recurrent_strokes_count_within_24_hours_of_a_dose(planted, met):
    assert [row[4] for row in triggers_of(planted)] == met


def test_an_event_of_a_control_or_before_the_first_dose_is_no_trigger():
    assert triggers_of(MENINGITIS_IN_CONTROL) == []
    assert triggers_of(MENINGITIS_BEFORE) == []


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
    records = cut(MiniExport())
    records = records.with_tables({n: t for n, t in records.tables.items() if n != "lot"})
    assert build_adlot(records) is None
    data = (RELATED_DEATH.rows(name) for name in ("adsl", "adae", "adex"))
    rows = build_adpause(*data, None, trial())
    assert list(rows["TRIGGER"]) == ["RELATED_DEATH"]


def test_the_lot_list_keeps_every_state_by_lot_and_day():
    rows = build_adlot(cut(with_lot()))
    own = rows[rows["LOT"] == "L0012"]
    assert list(own["LOTSTAT"]) == ["RELEASED", "CONTAMINATED"]
