"""The committee's file in a run: closed reports follow it, open ones never open it."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from program import OUT, PARAMS, Ended, call, read_folder

from helpers.reporting.plan import Request, build_plan

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ENTRY = {
    "interim": "ia1",
    "date": dt.date(2022, 3, 10),
    "recommendation": "continue_with_changes",
    "text": "Canary 7319.",
    "closes_alerts": ["IT"],
}


@pytest.fixture
def params(tmp_path: Path) -> Path:
    copy = tmp_path / "params"
    return Path(shutil.copytree(PARAMS, copy, ignore=shutil.ignore_patterns("cdisc_pilot")))


def write(params: Path, **change: object) -> None:
    content = {"recommendations": [{**ENTRY, **change}]}
    (params / "committee.yaml").write_text(yaml.safe_dump(content))


def fingerprints(params: Path, export: Path, out: Path) -> dict[tuple[str, str], str]:
    """What decides whether a report is made again, by interim and audience."""
    plan = build_plan(Request(params, export, out, NOTEBOOKS, reports=("safety",), force=True))
    return {(t.name, t.audience): t.stale["safety"] for t in plan.targets}


def test_a_changed_answer_makes_later_closed_reports_again_and_nothing_else(
    params: Path, export: Path, tmp_path: Path
) -> None:
    write(params)
    before = fingerprints(params, export, tmp_path / OUT)
    write(params, answer={"date": dt.date(2022, 3, 18), "text": "Done."})
    after = fingerprints(params, export, tmp_path / OUT)
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {(name, "closed_unmasked") for name in ("ia2", "ia3", "ia4", "fin")}


def test_an_open_run_never_opens_the_file(
    params: Path, tiny: Path, run_one: Callable[..., Ended], tmp_path: Path
) -> None:
    (params / "committee.yaml").write_bytes(b"\xff\xfe no text: whoever reads it stops")
    ended = run_one("--params", params)
    assert ended.code == 0, ended.err
    assert read_folder(tmp_path / OUT) == read_folder(tiny)  # made without the file


def test_a_closed_run_refuses_an_unusable_file_in_one_line(
    params: Path, export: Path, notebooks: Path, tmp_path: Path
) -> None:
    write(params, closes_alerts=["ITT"])
    ended = call(
        *("run", "ia3", "--out", tmp_path / OUT, "--data", export, "--params", params),
        *("--notebooks", notebooks, "--audience", "closed_unmasked"),
    )
    assert ended.code == 2
    assert "committee.yaml: recommendations.0.closes_alerts: found 'ITT'" in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / OUT / "ia3").exists()
