"""Decisions that first parameters left to a person stand wherever somebody looks."""

import pytest
import small_trial

from helpers.commands.export_findings import collect_findings
from helpers.commands.run import _warn_of_open_decisions
from helpers.datasets.imported.decisions import MARK, describe_open_decisions
from helpers.displays.data_status.finding_counts import tabulate_finding_counts
from helpers.displays.efficacy.title_page import show_efficacy_title_page
from helpers.displays.summary.title_page import show_title_page

AUDIENCES = ("open", "closed_unmasked")
FIRST_PAGES = (show_title_page, show_efficacy_title_page)


@pytest.fixture
def folders(tmp_path):
    return small_trial.write_trial(tmp_path)


def take_all(params):
    """Somebody decides everything: the marks go, what they stand behind stays."""
    for path in params.rglob("*.yaml"):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith(MARK)))


def list_marks(params):
    return sum(path.read_text().count(MARK) for path in params.rglob("*.yaml"))


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("name", [None, "final"])
def test_check_counts_open_decisions_for_every_audience(folders, name, audience):
    data, params = folders
    found = collect_findings(data, params, name, audience).findings
    (text,) = found.loc[found["id"] == "DECIDE", "text"]
    assert text.startswith(f"{list_marks(params)} decisions about this trial were guessed")
    assert "trial.yaml" in text
    assert "tables/audiences.yaml" in text


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("show", FIRST_PAGES)
def test_the_first_page_says_open_decisions_to_every_audience(folders, show, audience):
    page = show(small_trial.view_of(*folders, audience))
    assert describe_open_decisions(folders[1]) + "." in page.sentences


def test_a_run_ends_with_the_number_of_open_decisions(folders, capsys):
    _warn_of_open_decisions(folders[1])
    said = capsys.readouterr()
    assert said.out == ""
    assert f"interim: {list_marks(folders[1])} decisions about this trial" in said.err


def test_taken_decisions_are_said_nowhere(folders, capsys):
    data, params = folders
    take_all(params)
    found = collect_findings(data, params, None, "closed_unmasked").findings
    view = small_trial.view_of(data, params)
    _warn_of_open_decisions(params)
    assert "DECIDE" not in set(found["id"])
    assert all("decisions" not in text for show in FIRST_PAGES for text in show(view).sentences)
    assert capsys.readouterr().err == ""


def test_a_parameter_file_in_another_encoding_is_no_reason_to_stop_counting(folders):
    params = folders[1]
    before = describe_open_decisions(params)
    (params / "notes.yaml").write_bytes("# für uns".encode("latin-1"))
    assert describe_open_decisions(params) == before


def test_findings_of_imported_data_are_named_in_words_and_open_decisions_are_no_error(folders):
    table = tabulate_finding_counts(small_trial.view_of(*folders))
    labels = [line.label for line in table.lines]
    assert "DECIDE: guessed from the data, decided by nobody" in labels
    assert not any(label.endswith(" in") for label in labels)
    assert "DECIDE" not in set(list_findings_of_site(folders)["id"])


def list_findings_of_site(folders):
    findings = small_trial.view_of(*folders).findings
    return findings[findings["severity"].isin(["F", "E"])]
