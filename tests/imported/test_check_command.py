"""`interim check` on imported analysis data: of an interim, and of everything."""

import pandas as pd
import pytest
from program import call
from small_trial import ADAE, write_trial

from helpers.commands.export_findings import collect_findings, count_findings

UNKNOWN = pd.concat([ADAE, ADAE.iloc[:1].assign(USUBJID="T1-99")], ignore_index=True)


def test_everything_is_checked_up_to_the_day_of_the_export(tmp_path):
    data, params = write_trial(tmp_path, adae=UNKNOWN)
    checked = collect_findings(data, params, None, "closed_unmasked")
    named = collect_findings(data, params, "final", "closed_unmasked")
    assert checked.findings["text"].str.contains("not in adsl").any()
    assert checked.cutoff >= named.cutoff
    assert not checked.stops


@pytest.mark.parametrize("words", [("check",), ("run", "final")])
def test_data_that_were_never_imported_are_a_wrong_call_that_says_how_to_bring_them_in(
    tmp_path, words
):
    _, params = write_trial(tmp_path)
    ended = call(*words, "--params", params, "--data", tmp_path / "none")
    assert ended.code == 2
    assert "no export there, no such folder; `interim import SOURCE... --to" in ended.err


def test_an_open_reader_gets_no_finding_of_the_restricted_side(tmp_path):
    data, params = write_trial(tmp_path, adae=UNKNOWN)
    seen = collect_findings(data, params, None, "open").findings
    assert set(seen["table"]) <= {"adsl", "adae", ""}


def test_findings_of_one_check_that_say_different_things_are_not_shown_as_one():
    found = pd.DataFrame(
        {"severity": "W", "id": "IMPORT", "SUBJID": "", "table": ["adae", "adsl", "adsl"]}
    ).assign(text=["semicolons", "decimal comma", "semicolons"])
    rows = count_findings(found)
    assert list(rows["what"]) == ["semicolons; 1 more kinds, see --list"]
    assert list(count_findings(found.iloc[[0, 2]])["what"]) == ["semicolons"]
