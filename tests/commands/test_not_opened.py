"""Open means not opened: no process of an open run opens a file of the restricted side.

Neither hashing, manifest and fingerprint nor data and kernel: every opening that Python sees is
recorded in all processes, and the files are links to themselves, which nothing can open at all.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from kept_views import BUILT_ANEW
from prepared_program import RECORD
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


@dataclass(frozen=True)
class Recorded:
    """The environment of a call whose every opening is written down, and where."""

    environment: dict[str, str]
    record: Path

    def read(self) -> list[str]:
        return self.record.read_text(errors="replace").splitlines()


@pytest.fixture
def recorded(tmp_path):
    """From the prepared program on, and of every process forked from it."""
    record = tmp_path / "openings"
    return Recorded({RECORD: str(record), BUILT_ANEW: "yes"}, record)


@pytest.fixture
def recorded_anew(tmp_path):
    """From the start of Python on, in every process that is started."""
    (tmp_path / "recorder").mkdir()
    (tmp_path / "recorder" / "sitecustomize.py").write_text(RECORDER)
    record = tmp_path / "openings"
    places = {"PYTHONPATH": str(tmp_path / "recorder"), "OPENINGS": str(record)}
    return Recorded(places, record)


def shut(folder: Path) -> None:
    """Nobody can open a file of `folder`, not even who may read everything."""
    for path in folder.iterdir():
        path.unlink()
        path.symlink_to(path.name)
    folder.chmod(0)


def name_openings(lines: list[str], place: Path) -> list[str]:
    """Openings of anything on the restricted side, but for the names of what lies there.

    These the kernel of a report reads to refuse where links of the folder lead to. The folder of
    another test, beside `place`, which it opens for the same reason, may be named as it likes.
    """
    names = [
        line for line in lines if line.startswith("os.scandir") and line.endswith("restricted")
    ]
    others = [f"open {path}" for path in place.parent.iterdir() if path != place]
    return [line for line in lines if "restricted" in line and line not in (*names, *others)]


def run_open(name: str, data: Path, out: Path, notebooks: Path, *words, env=None):
    places = ("--data", data, "--out", out, "--notebooks", notebooks)
    ended = call("run", name, "--audience", "open", *places, *words, env=env)
    assert ended.code == 0, ended.err
    return read_folder(out)


def check_not_opened(
    name: str, data: Path, tmp_path: Path, notebooks: Path, recorded: Recorded, *words: object
) -> dict[str, bytes]:
    """Run with a shut restricted side, then without one: the same, and nothing of it opened."""
    shut(data / "restricted")
    try:
        out, environment = tmp_path / OUT, recorded.environment
        found = run_open(name, data, out, notebooks, *words, env=environment)
    finally:
        (data / "restricted").chmod(0o700)
    openings = recorded.read()
    assert any(line.startswith(f"open {data / 'open'}{os.sep}") for line in openings)
    assert any("connection.json" in line for line in openings)  # that was the kernel
    assert name_openings(openings, tmp_path) == []
    shutil.rmtree(data / "restricted")
    assert run_open(name, data, tmp_path / "absent", notebooks, *words) == found
    return found


def test_an_open_run_opens_no_restricted_file(export, notebooks, tmp_path, recorded_anew, tiny):
    data = shutil.copytree(export, tmp_path / "export")
    found = check_not_opened("ia1", data, tmp_path, notebooks, recorded_anew)
    assert found == read_folder(tiny)


def test_an_open_run_of_an_imported_trial_opens_none(notebooks, tmp_path, recorded):
    data, params = write_trial(tmp_path / "trial")
    words = ("--params", params)
    expected = run_open("final", data, tmp_path / "whole", notebooks, *words)
    found = check_not_opened("final", data, tmp_path, notebooks, recorded, *words)
    assert found == expected


def test_an_opening_would_be_recorded_in_whichever_process(notebooks, tmp_path, recorded):
    data, params = write_trial(tmp_path / "trial")
    places = ("--data", data, "--params", params, "--out", tmp_path / OUT)
    words = ("--notebooks", notebooks, "--audience", "closed_unmasked", "--report", "safety")
    assert call("run", "final", *places, *words, env=recorded.environment).code == 0
    assert name_openings(recorded.read(), tmp_path)
    assert any("connection.json" in line for line in recorded.read())  # that was the kernel


def test_the_manifest_of_an_open_run_digests_no_restricted_file(tiny):
    manifest = json.loads((tiny / "ia1" / "open" / "manifest.json").read_bytes())
    assert "restricted" not in json.dumps(manifest)
    assert set(manifest["inputs"]) == {"view"}
