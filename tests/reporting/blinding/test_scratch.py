"""Scratch folders: what a killed run left is gone after the next start, what is in use is not."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.reporting.blinding.scratch import PREFIX, open_scratch, remove_left_folders

HOLD = """
import sys
from helpers.reporting.blinding.scratch import open_scratch
with open_scratch() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = "helpers.reporting.blinding.scratch.short_temporary_folder"
    monkeypatch.setattr(place, lambda: str(tmp_path))
    return tmp_path


def hold(base: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another program that has a scratch folder with a closed view in it."""
    code = HOLD.replace(
        "with open",
        f"import helpers.reporting.blinding.scratch as s; s.short_temporary_folder = "
        f"lambda: {str(base)!r}\nwith open",
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    folder = Path(other.stdout.readline().strip())
    (folder / "r-1").mkdir()
    (folder / "r-1" / "view.zip").write_bytes(b"closed")
    return other, folder


def test_a_scratch_folder_is_for_its_owner_only_and_gone_at_the_end(base):
    with open_scratch() as folder:
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        Path(folder, "view.zip").write_bytes(b"x")
    assert list(base.iterdir()) == []


def test_what_a_killed_run_left_is_gone_after_the_next_start(base):
    other, folder = hold(base)
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (folder / "r-1" / "view.zip").exists()
    with open_scratch():
        assert not folder.exists()


def test_what_a_running_program_holds_stays(base):
    other, folder = hold(base)
    try:
        with open_scratch():
            assert (folder / "r-1" / "view.zip").exists()
    finally:
        other.kill()
        other.wait()


def test_only_folders_of_this_program_are_touched(base):
    (base / "interim-notes.txt").write_text("mine")
    (base / "other-1").mkdir()
    kept = base / "elsewhere"
    kept.mkdir()
    (kept / "file").write_text("mine")
    (base / f"{PREFIX}link").symlink_to(kept)
    (base / "interim-export").mkdir()  # a name that an analyst may well choose
    remove_left_folders(base)
    assert (base / "interim-notes.txt").read_text() == "mine"
    assert (base / "other-1").is_dir()
    assert (base / "interim-export").is_dir()
    assert (kept / "file").read_text() == "mine"


def test_folders_of_somebody_else_are_left_alone(base, monkeypatch):
    (base / f"{PREFIX}x").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    remove_left_folders(base)
    assert (base / f"{PREFIX}x").is_dir()
