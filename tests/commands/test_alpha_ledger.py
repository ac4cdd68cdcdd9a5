"""The alpha ledger as a run keeps it: looks compared, stopped, made again, and rehearsed."""

import json
from pathlib import Path

import pytest
from altered_exports import copy_export, read_table, write_table
from program import Ended, call, put_notebooks

CLOSED = ("--audience", "closed_unmasked", "--report", "efficacy", "--jobs", "1")


@pytest.fixture
def run(export: Path, tmp_path: Path):
    notebooks = put_notebooks(tmp_path / "notebooks")

    def start(*words: object, data: Path = export) -> Ended:
        places = ("--data", data, "--out", tmp_path / "out", "--notebooks", notebooks)
        return call("run", *words, *CLOSED, *places)

    return start


def read(tmp_path: Path) -> list[dict[str, object]]:
    text = (tmp_path / "out" / "alpha_ledger.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def change_key_value(export: Path, day: str) -> None:
    """One more point in the last item of a form of the key score that was filled in by a day."""
    path = export / "open" / "qs.csv"
    rows = read_table(path)
    item = (rows["QSCAT"] == "NIHSS") & (rows["VISIT"] == "M06") & (rows["QSTESTCD"] == "n4")
    place = rows.index[item & (rows["QSORRES"] == "0") & (rows["QSDTC"] < day)][0]
    rows.loc[place, "QSORRES"] = "1"
    write_table(rows, path)


def test_a_run_books_its_look_and_a_change_of_the_key_values_needs_a_reason(
    run, export: Path, tmp_path: Path
) -> None:
    assert run("ia3").code == 0
    (line,) = read(tmp_path)
    assert (line["interim"], line["planned_t"], line["key"]) == ("IA3", 0.5, "NIHSSTOT at M06")
    published = (tmp_path / "out" / "ia3" / "closed_unmasked" / "efficacy.html").read_bytes()
    altered = copy_export(export, tmp_path / "altered")
    change_key_value(altered, "2023-01-01")
    stopped = run("ia3", data=altered)
    assert stopped.code == 1
    assert "IA3 was made before from other values of the key score" in stopped.err + stopped.out
    kept = (tmp_path / "out" / "ia3" / "closed_unmasked" / "efficacy.html").read_bytes()
    assert kept == published
    again = run("ia3", "--rerun-reason", "item 4 corrected at the site", data=altered)
    assert again.code == 0, again.err
    first, second = read(tmp_path)
    assert first == line
    assert second["rerun_reason"] == "item 4 corrected at the site"


def test_a_rehearsal_and_a_look_without_alpha_write_none(run, tmp_path: Path) -> None:
    assert run("ia3", "--rehearse", "7").code == 0
    assert run("ia2").code == 0
    assert not list((tmp_path / "out").rglob("alpha_ledger.jsonl"))
