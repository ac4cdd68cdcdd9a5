"""A run does not report what an export cannot know yet, or what is of another study."""

import json
import shutil
from pathlib import Path

import pytest
from program import OUT, call


@pytest.fixture
def early(export: Path, tmp_path: Path) -> Path:
    """The export with the day on which it was made set before ia3."""
    folder = shutil.copytree(export, tmp_path / "early")
    change_info(folder, extract="2022-12-01T18:00")
    return folder


def change_info(folder: Path, **changes: object) -> None:
    path = folder / "export.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def run(data: Path, notebooks: Path, tmp_path: Path, *words: object):
    places = ("--data", data, "--out", tmp_path / OUT, "--notebooks", notebooks)
    return call("run", *words, "--audience", "open", "--report", "efficacy", *places, "--json")


def test_an_interim_asked_for_by_name_before_its_day_is_a_wrong_call(early, notebooks, tmp_path):
    ended = run(early, notebooks, tmp_path, "ia3")
    assert ended.code == 2
    (line,) = ended.json["reports"]
    assert line["status"] == "failed"
    assert line["error"] == (
        "IA3: its cut-off 2023-04-18 lies after the export, which was made on 2022-12-01"
    )
    assert not (tmp_path / OUT / "ia3").exists()


def test_of_all_interims_those_whose_day_has_not_come_are_not_due(early, notebooks, tmp_path):
    ended = run(early, notebooks, tmp_path, "--all")
    assert ended.code == 0, ended.err
    status = {line["interim"]: line["status"] for line in ended.json["reports"]}
    assert status == {"ia2": "published", "ia3": "not_due", "ia4": "not_due", "fin": "not_due"}
    assert {line["error"] for line in ended.json["reports"]} == {""}
    for name in ("ia3", "ia4", "fin"):
        assert ended.err.count(f"{name}: not due: ") == 1
        assert not (tmp_path / OUT / name).exists()


def test_an_interim_whose_trigger_is_not_reached_is_not_due_also_by_name(
    early, notebooks, tmp_path
):
    params = tmp_path / "params"
    shutil.copytree(Path(__file__).parents[1] / "trial" / "params", params)
    file = params / "ia4.yaml"
    file.write_text(file.read_text().replace("cutoff: 2023-11-26", "cutoff: trigger"))
    ended = run(early, notebooks, tmp_path, "ia4", "--params", params)
    assert ended.code == 0, ended.err
    (line,) = ended.json["reports"]
    assert (line["status"], line["error"]) == ("not_due", "")
    assert "its trigger is not reached" in line["note"]


def test_an_export_of_another_study_is_a_wrong_call(export, notebooks, tmp_path):
    other = shutil.copytree(export, tmp_path / "other")
    change_info(other, study="NCT00000000")
    for words in (("run", "ia2", "--out", tmp_path / OUT, "--notebooks", notebooks), ("check",)):
        ended = call(*words, "--data", other)
        assert ended.code == 2
        assert "holds study NCT00000000, trial.yaml says NCT05292625" in ended.err
    assert not (tmp_path / OUT / "ia2").exists()
