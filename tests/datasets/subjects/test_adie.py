"""Eligibility criteria that a randomised participant did not meet, or has no answer to."""

import pandas as pd
from mini_data import LATE, cut
from mini_export import MiniExport, trial

from helpers.datasets.subjects.adie import build_adie
from helpers.datasets.subjects.adsl import build_adsl


def unmet(mini: MiniExport) -> list[tuple[str, str, str]]:
    records = cut(mini)
    adsl = build_adsl(records, trial(), pd.Timestamp(LATE))
    rows = build_adie(records, adsl, trial())
    return list(zip(rows["SUBJID"], rows["IETESTCD"], rows["IECRIT"], strict=True))


def test_whoever_meets_every_criterion_has_no_row() -> None:
    # 004 failed at screening and was never randomised
    assert unmet(MiniExport()) == []


def test_an_inclusion_answered_no_and_an_exclusion_answered_yes_are_not_met() -> None:
    mini = MiniExport()
    mini.change("ie", {"SUBJID": "001", "IETESTCD": "EX03"}, IEORRES="Y")
    mini.change("ie", {"SUBJID": "001", "IETESTCD": "IN05"}, IEORRES="N")
    assert unmet(mini) == [("001", "IN05", "NOT_MET"), ("001", "EX03", "NOT_MET")]


def test_no_answer_and_no_row_are_missing() -> None:
    mini = MiniExport()
    mini.change("ie", {"SUBJID": "002", "IETESTCD": "IN01"}, IEORRES=None)
    mini.drop("ie", SUBJID="003", IETESTCD="EX05")
    assert unmet(mini) == [("002", "IN01", "MISSING"), ("003", "EX05", "MISSING")]


def test_a_participant_without_any_answer_lacks_them_all() -> None:
    mini = MiniExport()
    mini.drop("ie", SUBJID="001")
    assert [code for _, code, _ in unmet(mini)] == list(trial().criteria)
