import pandas as pd
from mini_export import MiniExport, schemas

from helpers.datasets.looks.cut_effects import build_cut_effects, find_changed
from helpers.intake.cutoff import cut_records


def effects(mini: MiniExport, cutoff: str) -> dict[tuple[str, str, str], int]:
    before, day = mini.records(), pd.Timestamp(cutoff)
    after = cut_records(before, schemas(), day)[0]
    rows = build_cut_effects(before, after, schemas(), day)
    return {(r.TABLE, r.EFFECT, r.VARIABLE or ""): int(r.ROWS) for r in rows.itertuples()}


def test_each_row_is_kept_or_left_out_for_one_reason() -> None:
    # 3 of 4 had consented by 10 March 2021; 001 had a headache on 5 March and fever in June,
    # 003 pneumonia in July
    found = effects(MiniExport(), "2021-03-10")
    assert [found["ae", name, ""] for name in ("BEFORE", "LATER", "CONSENT", "KEPT")] == [
        3,
        2,
        0,
        1,
    ]
    assert [found["dm", name, ""] for name in ("BEFORE", "LATER", "CONSENT", "KEPT")] == [
        4,
        0,
        1,
        3,
    ]
    reasons = ("LATER", "CONSENT", "UNDATED", "KEPT")
    for table in {table for table, effect, _ in found if effect == "BEFORE"}:
        assert sum(found[table, name, ""] for name in reasons) == found[table, "BEFORE", ""]


def test_what_is_rolled_back_is_counted_by_variable_and_once_by_row() -> None:
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC="2021-07-20")
    found = effects(mini, "2021-07-05")
    # pneumonia ended on 12 July, the stay in hospital on 10 July
    assert found["ae", "ROLLED", "AEENDTC"] == found["ho", "ROLLED", "HOENDTC"] == 1
    assert found["dm", "ROLLED", "DTHFL"] == found["dm", "ROLLED", "DTHDTC"] == 1
    assert found["dm", "CHANGED", ""] == 1
    assert ("cm", "ROLLED", "CMENDTC") not in found


def test_undated_rows_are_kept_or_left_out_and_counted() -> None:
    mini = MiniExport()
    mini.change("ae", {"SUBJID": "001", "AESEQ": "1"}, AESTDTC=None)
    mini.change("ho", {"SUBJID": "003"}, HOSTDTC=None)
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC=None)
    found = effects(mini, "2022-06-01")
    assert (found["ae", "KEPT_UNDATED", ""], found["ae", "UNDATED", ""]) == (1, 0)
    assert (found["ho", "KEPT_UNDATED", ""], found["ho", "UNDATED", ""]) == (0, 1)
    assert found["dm", "KEPT_UNDATED", "DTHDTC"] == 1


def test_a_value_that_is_missing_on_both_sides_has_not_changed() -> None:
    before = pd.DataFrame({"SRCROW": [1, 2, 3, 4], "A": [None, "x", "y", "z"]})
    after = pd.DataFrame({"SRCROW": [4, 1, 2], "A": [None, None, "x"], "FLAG": ["Y", None, None]})
    assert list(find_changed(before, after)["A"]) == [True, False, False]
