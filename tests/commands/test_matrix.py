"""Every scenario, every interim, both audiences, by the notebooks of the project."""

from pathlib import Path

import pytest
from program import call, read_folder

SCENARIOS = ("null", "modest", "benefit", "harm_it", "sparse")

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_report_of_every_interim_is_made(scenario: str, tmp_path: Path) -> None:
    call("simulate", tmp_path / "export", "--scenario", scenario)
    ended = call("run", "--all", "--data", tmp_path / "export", "--out", tmp_path / "out", "--json")
    assert ended.code == 0, ended.err
    assert {line["status"] for line in ended.json["reports"]} == {"published"}
    assert len(ended.json["reports"]) == 18


@pytest.mark.parametrize("seed", [1, 2])
def test_no_open_bundle_of_any_interim_depends_on_the_arms(
    export: Path, seed: int, tmp_path: Path
) -> None:
    from altered_exports import copy_export, reassign_arms

    other = copy_export(export, tmp_path / "export")
    reassign_arms(other, seed)
    for name, data in (("a", export), ("b", other)):
        out = tmp_path / name
        ended = call("run", "--all", "--audience", "open", "--data", data, "--out", out)
        assert ended.code == 0, ended.err
    assert read_folder(tmp_path / "a") == read_folder(tmp_path / "b")
