import pandas as pd
from sample_trial import make_sample
from table_cells import read_cells

from helpers.displays.data_status.finding_counts import tabulate_finding_counts

FINDINGS = pd.DataFrame(
    [
        ("C16", "E", "ae", "001"),
        ("C16", "E", "ae", "001"),
        ("C16", "E", "ae", "002"),
        ("C01", "F", "vs", "009"),
        ("STRUCT-EXTRA", "W", "dm", ""),
        ("C49", "W", "vs", "001"),
        ("C49", "W", "lb", "003"),
    ],
    columns=["id", "severity", "table", "SUBJID"],
)


def test_findings_and_their_persons_are_counted_by_severity_and_check() -> None:
    cells = read_cells(tabulate_finding_counts(make_sample(findings=FINDINGS)))
    assert cells["F: Record left out"] == ("1", "1")
    assert cells["E: Error, kept and flagged"] == ("3", "2")
    serious = "C16 in ae: serious without a criterion, or a criterion without serious"
    assert cells[serious] == ("3", "2")
    assert cells["C49 in lb, vs: entered late"] == ("2", "2")


FOUND = pd.DataFrame(
    [("C16", "E", "ae", 5), ("C01", "F", "vs", 1), ("C29", "W", "qs", 7)],
    columns=["id", "severity", "table", "events"],
).astype({"events": "Int64"})


def test_the_number_of_the_whole_export_stands_beside_that_of_the_cut() -> None:
    table = tabulate_finding_counts(make_sample(findings=FINDINGS, found=FOUND))
    cells = read_cells(table)
    assert [head.label for head in table.headers] == ["Findings", "Participants", "Whole export"]
    assert cells["E: Error, kept and flagged"] == ("3", "2", "5")
    # a check that only later records set off has a line of its own
    only_later = "C29 in qs: form incomplete, or dated away from its visit"
    assert cells[only_later] == ("0", "0", "7")
    # checks against the cut-off are made once, from what was known by then
    assert (
        "Whole export: also about later records, export of 7 Jan 2023; of the checks made against "
        "the cut-off (C40, C41, C42) only those of the data known by then."
    ) in table.notes


def test_imported_data_have_no_number_of_the_whole_export() -> None:
    table = tabulate_finding_counts(make_sample(findings=FINDINGS))
    assert [head.label for head in table.headers] == ["Findings", "Participants"]


def test_open_readers_are_told_why_a_closed_report_shows_more() -> None:
    said = [
        any("Closed reports can show more" in note for note in tabulate_finding_counts(view).notes)
        for view in (make_sample("open"), make_sample())
    ]
    assert said == [True, False]


def test_a_check_without_words_stands_with_its_id() -> None:
    findings = FINDINGS.assign(id="Z99")
    cells = read_cells(tabulate_finding_counts(make_sample(findings=findings)))
    assert cells["Z99 in ae"] == ("3", "2")


def test_a_finding_about_a_file_names_nobody() -> None:
    cells = read_cells(tabulate_finding_counts(make_sample(findings=FINDINGS)))
    assert cells["STRUCT-EXTRA in dm: unknown column or file, not used"] == ("1", "0")


def test_checks_add_up_to_their_severity() -> None:
    table = tabulate_finding_counts(make_sample(findings=FINDINGS))
    for severity in "SFEW":
        rows = [r for r in table.results if r.statistic == "events" and r.key.category == severity]
        total = sum(r.value for r in rows if r.key.parameter == "FINDINGS")
        assert total == sum(r.value for r in rows if r.key.parameter != "FINDINGS")


def test_without_a_finding_every_severity_stands_with_zero() -> None:
    cells = read_cells(tabulate_finding_counts(make_sample()))
    assert set(cells.values()) == {("0", "0")}
    assert len(cells) == 4
