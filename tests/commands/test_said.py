"""What a failing cell says is its owner's: never on the terminal, in a log, or in an open folder.

A call that makes open and closed reports is read by open readers as well.
"""

import json
import shutil
import stat
from pathlib import Path

import pytest
from leaks import unpack
from program import OUT, call, put_notebooks, read_folder
from written_notebooks import FINDINGS, write_notebook

# Never whole in a source: whoever finds it in an output has found what the cell made at run time.
MADE = '"".join(["Qx", "7Z", "spoken"])'
WORD = b"Qx7Zspoken"
RAISES = f"""import warnings, logging, os, subprocess, sys
said = {MADE}
print(said)
print(said, file=sys.stderr)
warnings.warn(said)
logging.getLogger("any").error(said)
os.write(1, said.encode())
os.write(2, said.encode())
sys.__stderr__.write(said)
sys.__stderr__.flush()
subprocess.run([sys.executable, "-c", f"import os; os.write(2, {{said!r}}.encode())"])
raise ValueError(said)"""


def run(export: Path, place: Path, *words: str):
    """Run IA2 below `place`; its safety report raises a word that it made, in every way aloud."""
    notebooks = place / "notebooks"
    if not notebooks.exists():
        put_notebooks(notebooks)
        (notebooks / "safety_report.ipynb").write_bytes(write_notebook(FINDINGS, RAISES))
    places = ("--data", export, "--out", place / OUT, "--notebooks", notebooks)
    return call("run", "ia2", *places, "--json", *words)


@pytest.fixture(scope="module")
def mixed(export, tmp_path_factory):
    """A call that makes open and closed reports, and where it published."""
    place = tmp_path_factory.mktemp("mixed")
    return run(export, place), place / OUT


@pytest.fixture(scope="module")
def opened(export, tmp_path_factory):
    """A call that makes open reports."""
    place = tmp_path_factory.mktemp("opened")
    return run(export, place, "--audience", "open"), place / OUT


def status_of(ended) -> dict[str, str]:
    return {f"{one['audience']}/{one['report']}": one["status"] for one in ended.json["reports"]}


@pytest.mark.parametrize("which", ["mixed", "opened"])
def test_what_a_failing_cell_says_reaches_no_terminal_no_log_and_no_open_reader(which, request):
    ended, out = request.getfixturevalue(which)
    assert ended.code == 1
    assert status_of(ended)["open/safety"] == "failed"
    assert status_of(ended)["open/efficacy"] == "published"
    assert WORD not in (ended.out + ended.err).encode()
    for name, content in read_folder(out / "ia2" / "open").items():
        assert not [piece for piece in unpack(content) if WORD in piece], name
    assert WORD not in (out / "index.html").read_bytes()


def test_a_failed_open_notebook_is_kept_for_its_owner_and_outside_of_what_is_published(
    opened, export, tmp_path
):
    ended, made = opened
    (line,) = [one for one in ended.json["reports"] if one["status"] == "failed"]
    place = ".state/ia2-open-safety.failed.ipynb"
    assert line["error"].endswith(f"failed; why stands in {place}, for its owner only")
    assert stat.S_IMODE((made / place).stat().st_mode) == 0o600
    assert stat.S_IMODE((made / place).parent.stat().st_mode) == 0o700
    assert WORD.decode() in json.dumps(json.loads((made / place).read_bytes()))
    assert not [name for name in read_folder(made / "ia2" / "open") if "failed" in name]
    assert b"failed; what is shown is older" in (made / "ia2" / "open" / "index.html").read_bytes()


def test_a_notebook_that_no_longer_fails_is_not_kept(opened, export, tmp_path):
    out = shutil.copytree(opened[1], tmp_path / OUT)
    put_notebooks(tmp_path / "notebooks")
    assert run(export, tmp_path, "--audience", "open", "--report", "safety").code == 0
    assert not (out / ".state" / "ia2-open-safety.failed.ipynb").exists()


def test_a_mixed_run_keeps_the_closed_notebook_beside_its_report_and_says_no_word_of_it(mixed):
    ended, out = mixed
    lines = {(one["audience"], one["report"]): one["error"] for one in ended.json["reports"]}
    place = "ia2/closed_unmasked/safety.failed.ipynb"
    assert lines["closed_unmasked", "safety"].endswith(f"why stands in {place}, for its owner only")
    assert stat.S_IMODE((out / place).stat().st_mode) == 0o600
    assert WORD.decode() in (out / place).read_text()


def test_who_makes_closed_reports_only_is_told_what_a_cell_raised(export, tmp_path):
    ended = run(export, tmp_path, "--audience", "closed_unmasked", "--report", "safety")
    (line,) = ended.json["reports"]
    assert f"ValueError: {WORD.decode()}" in line["error"]
