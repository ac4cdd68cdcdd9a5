"""Open means not opened: no process of an open run opens a file of the restricted side.

Neither hashing, manifest and fingerprint nor data and kernel: every opening that Python sees is
recorded in all processes, and the files are links to themselves, which nothing can open at all.
"""

import json
import os
import shutil
from pathlib import Path

import pytest
from program import OUT, call, read_folder
from small_trial import write_trial

RECORDER = """
import os, sys
record = os.open(os.environ["OPENINGS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def note(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "sqlite3.connect"):
        os.write(record, f"{event} {arguments[0]}\\n".encode(errors="replace"))
sys.addaudithook(note)
"""


@pytest.fixture
def recorded(tmp_path):
    """The environment of a call whose every opening is written down, and how to read them."""
    (tmp_path / "recorder").mkdir()
    (tmp_path / "recorder" / "sitecustomize.py").write_text(RECORDER)
    record = tmp_path / "openings"
    environment = {"PYTHONPATH": str(tmp_path / "recorder"), "OPENINGS": str(record)}

    def read() -> list[str]:
        return record.read_text(errors="replace").splitlines()

    return environment, read


def shut(folder: Path) -> None:
    """Nobody can open a file of `folder`, not even who may read everything."""
    for path in folder.iterdir():
        path.unlink()
        path.symlink_to(path.name)
    folder.chmod(0)


def name_openings(lines: list[str]) -> list[str]:
    """Openings of anything on the restricted side, but for the names of what lies there.

    These the kernel of a report reads to refuse where links of the folder lead to.
    """
    names = [
        line for line in lines if line.startswith("os.scandir") and line.endswith("restricted")
    ]
    return [line for line in lines if "restricted" in line and line not in names]


def run_open(name: str, data: Path, out: Path, notebooks: Path, *words, env=None):
    places = ("--data", data, "--out", out, "--notebooks", notebooks)
    ended = call("run", name, "--audience", "open", *places, *words, env=env)
    assert ended.code == 0, ended.err
    return read_folder(out)


@pytest.mark.parametrize("level", ["raw", "imported"])
def test_an_open_run_opens_no_restricted_file(level, export, notebooks, tmp_path, recorded, tiny):
    environment, openings = recorded
    if level == "raw":
        data, words, name = shutil.copytree(export, tmp_path / "export"), (), "ia1"
        expected = read_folder(tiny)
    else:
        data, params = write_trial(tmp_path / "trial")
        words, name = ("--params", params), "final"
        expected = run_open(name, data, tmp_path / "whole", notebooks, *words)
    shut(data / "restricted")
    try:
        found = run_open(name, data, tmp_path / OUT, notebooks, *words, env=environment)
    finally:
        (data / "restricted").chmod(0o700)
    assert found == expected
    assert any(line.startswith(f"open {data / 'open'}{os.sep}") for line in openings())
    assert name_openings(openings()) == []
    shutil.rmtree(data / "restricted")
    assert run_open(name, data, tmp_path / "absent", notebooks, *words) == expected


def test_an_opening_would_be_recorded_in_whichever_process(export, notebooks, tmp_path, recorded):
    environment, openings = recorded
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    words = ("--audience", "closed_unmasked", "--report", "safety")
    assert call("run", "ia1", *places, *words, env=environment).code == 0
    assert name_openings(openings())
    assert any("connection.json" in line for line in openings())  # that was the kernel


def test_the_manifest_of_an_open_run_digests_no_restricted_file(tiny):
    manifest = json.loads((tiny / "ia1" / "open" / "manifest.json").read_bytes())
    assert "restricted" not in json.dumps(manifest)
    assert set(manifest["inputs"]) == {"view"}
