"""One case of each flaw of a form, from the raw tables to the row that counts it.

003 is a control, randomised 2021-03-12: month 6 is due 2021-09-11, its protocol window closes on
2021-10-02. Three persons have forms at baseline and three later visits.
"""

from pathlib import Path

import pandas as pd
import pytest
from mini_export import PARAMS, MiniExport, trial

from helpers.datasets.build import build_view
from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.model import Table
from helpers.displays.results import Key
from helpers.params import load_interim
from helpers.view import View

MONTH6 = {"SUBJID": "003", "VISIT": "M06"}
PERSONS, LATER = 3, 9  # persons, and their forms of one kind after baseline
CLOSED, OPEN = "closed_unmasked", "open"


def build(mini: MiniExport, folder: Path, audience: str = CLOSED) -> View:
    interim = load_interim(PARAMS, "fin", trial())
    settled = interim.model_copy(update={"cutoff": pd.Timestamp("2022-06-01").date()})
    data = mini.write(folder / "export")
    return build_view(data, PARAMS, trial=trial(), interim=settled, audience=audience)


def tabulate(mini: MiniExport, folder: Path, audience: str = CLOSED) -> Table:
    table = tabulate_form_completeness(build(mini, folder, audience))
    assert isinstance(table, Table)
    return table


def count(table: Table, form: str, category: str = "", visit: str = "ANY") -> tuple[float, float]:
    row = table.statistics[Key("ITT", "Total", form, visit, category)]
    return row["n"], row["total"]


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
def test_a_form_outside_the_protocol_window_is_counted(tmp_path: Path, audience: str) -> None:
    mini = MiniExport()
    mini.change("qs", MONTH6 | {"QSCAT": "NIHSS"}, QSDTC="2021-10-03")
    table = tabulate(mini, tmp_path, audience)
    assert count(table, "NIHSS", "OUT_OF_WINDOW") == (1, LATER)
    assert count(table, "FIM", "OUT_OF_WINDOW") == (0, LATER)


def test_a_rater_who_knew_the_arm_is_counted(tmp_path: Path) -> None:
    mini = MiniExport()
    mini.change("qs", MONTH6 | {"QSCAT": "FIM"}, QSEVALBL="N")
    table = tabulate(mini, tmp_path)
    assert count(table, "FIM", "RATER_NOT_BLINDED") == (1, LATER)
    assert count(table, "NIHSS", "RATER_NOT_BLINDED") == (0, LATER)
    # who answers the SF-36 is asked, who rates it is not: it has no such row
    assert Key("ITT", "Total", "SF36", "ANY", "RATER_NOT_BLINDED") not in table.statistics


def test_a_proxy_is_counted(tmp_path: Path) -> None:
    mini = MiniExport()
    mini.change("qs", MONTH6 | {"QSCAT": "SF36"}, QSMETH="PROXY")
    assert count(tabulate(mini, tmp_path), "SF36", "PROXY") == (1, LATER)


def test_a_received_form_without_a_score_is_not_usable(tmp_path: Path) -> None:
    mini = MiniExport()
    mini.change("qs", MONTH6 | {"QSCAT": "NIHSS", "QSTESTCD": "n9"}, QSORRES=None)
    table = tabulate(mini, tmp_path)
    assert count(table, "NIHSS", visit="M06") == (PERSONS, PERSONS)
    assert count(table, "NIHSS.usable", visit="M06") == (PERSONS - 1, PERSONS)
    assert count(table, "NIHSS.usable") == (PERSONS + LATER - 1, PERSONS + LATER)
    assert count(table, "FIM.usable") == (PERSONS + LATER, PERSONS + LATER)
    forms = len(trial().forms) * (PERSONS + LATER)
    assert count(table, "ANY.usable") == (forms - 1, forms)


def test_open_readers_are_told_what_was_received_and_not_whether_it_gives_a_score(
    tmp_path: Path,
) -> None:
    mini = MiniExport()
    mini.change("qs", MONTH6 | {"QSCAT": "NIHSS", "QSTESTCD": "n9"}, QSORRES=None)
    table = tabulate(mini, tmp_path, OPEN)
    assert count(table, "NIHSS", visit="M06") == (PERSONS, PERSONS)
    assert not any(key.parameter.endswith(".usable") for key in table.statistics)


def test_a_form_that_did_not_come_is_missed_and_in_no_count_of_flaws(tmp_path: Path) -> None:
    mini = MiniExport()
    mini.drop("qs", **MONTH6, QSCAT="NIHSS")
    table = tabulate(mini, tmp_path)
    assert count(table, "NIHSS", visit="M06") == (PERSONS - 1, PERSONS)
    assert table.statistics[Key("ITT", "Total", "NIHSS", "M06", "MISSED")] == {"n": 1}
    assert count(table, "NIHSS", "OUT_OF_WINDOW") == (0, LATER - 1)


def test_open_readers_are_told_neither_of_raters_nor_of_proxies(tmp_path: Path) -> None:
    mini = MiniExport()
    mini.change("qs", MONTH6 | {"QSCAT": "SF36"}, QSMETH="PROXY")
    mini.change("qs", MONTH6 | {"QSCAT": "FIM"}, QSEVALBL="N")
    table = tabulate(mini, tmp_path, OPEN)
    assert not [k for k in table.statistics if k.category in ("RATER_NOT_BLINDED", "PROXY")]
