"""One case of each flaw of a form, from the raw tables to the row that counts it.

003 is a control, randomised 2021-03-12: month 6 is due 2021-09-11, its protocol window closes on
2021-10-02. Three persons have forms at baseline and three later visits.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from mini_export import PARAMS, MiniExport, trial

from helpers.datasets.build import build_view
from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.model import Table
from helpers.displays.results import Key
from helpers.params import load_interim

PERSONS, LATER = 3, 9  # persons, and their forms of one kind after baseline
CLOSED, OPEN = "closed_unmasked", "open"


def plant_flaws() -> MiniExport:
    """Each form of month 6 has one flaw of its own, in one person."""
    mini = MiniExport()
    month6 = {"SUBJID": "003", "VISIT": "M06"}
    mini.change("qs", month6 | {"QSCAT": "NIHSS"}, QSDTC="2021-10-03")
    mini.change("qs", month6 | {"QSCAT": "FIM"}, QSEVALBL="N")
    mini.change("qs", month6 | {"QSCAT": "SF36"}, QSMETH="PROXY")
    mini.drop("qs", **month6, QSCAT="MAS")
    # without the item there is no score
    mini.change("qs", {"SUBJID": "001", "VISIT": "M06", "QSTESTCD": "n9"}, QSORRES=None)
    return mini


@cache
def tabulate(audience: str = CLOSED) -> Table:
    interim = load_interim(PARAMS, "fin", trial())
    settled = interim.model_copy(update={"cutoff": pd.Timestamp("2022-06-01").date()})
    with TemporaryDirectory() as place:
        data = plant_flaws().write(Path(place))
        view = build_view(data, PARAMS, trial=trial(), interim=settled, audience=audience)
    table = tabulate_form_completeness(view)
    assert isinstance(table, Table)
    return table


def count(form: str, category: str = "", visit: str = "ANY", audience: str = CLOSED):
    """Number and denominator."""
    row = tabulate(audience).statistics[Key("ITT", "Total", form, visit, category)]
    return row["n"], row["total"]


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
def test_a_form_outside_the_protocol_window_is_counted(audience: str) -> None:
    assert count("NIHSS", "OUT_OF_WINDOW", audience=audience) == (1, LATER)
    assert count("FIM", "OUT_OF_WINDOW", audience=audience) == (0, LATER)


def test_a_rater_who_knew_the_arm_is_counted() -> None:
    assert count("FIM", "RATER_NOT_BLINDED") == (1, LATER)
    assert count("NIHSS", "RATER_NOT_BLINDED") == (0, LATER)
    # who answers the SF-36 is asked, who rates it is not: it has no such row
    assert Key("ITT", "Total", "SF36", "ANY", "RATER_NOT_BLINDED") not in tabulate().statistics


def test_a_proxy_is_counted() -> None:
    assert count("SF36", "PROXY") == (1, LATER)


def test_a_received_form_without_a_score_is_not_usable() -> None:
    assert count("NIHSS", visit="M06") == (PERSONS, PERSONS)
    assert count("NIHSS.usable", visit="M06") == (PERSONS - 1, PERSONS)
    assert count("NIHSS.usable") == (PERSONS + LATER - 1, PERSONS + LATER)
    assert count("FIM.usable") == (PERSONS + LATER, PERSONS + LATER)
    # one more did not come
    forms = len(trial().forms) * (PERSONS + LATER)
    assert count("ANY.usable") == (forms - 2, forms)


def test_open_readers_are_told_what_was_received_and_not_whether_it_gives_a_score() -> None:
    assert count("NIHSS", visit="M06", audience=OPEN) == (PERSONS, PERSONS)
    assert not any(key.parameter.endswith(".usable") for key in tabulate(OPEN).statistics)


def test_a_form_that_did_not_come_is_missed_and_in_no_count_of_flaws() -> None:
    assert count("MAS", visit="M06") == (PERSONS - 1, PERSONS)
    assert tabulate().statistics[Key("ITT", "Total", "MAS", "M06", "MISSED")] == {"n": 1}
    assert count("MAS", "OUT_OF_WINDOW") == (0, LATER - 1)


def test_open_readers_are_told_neither_of_raters_nor_of_proxies() -> None:
    told = [key.category for key in tabulate(OPEN).statistics]
    assert "OUT_OF_WINDOW" in told
    assert not {"RATER_NOT_BLINDED", "PROXY"} & set(told)
