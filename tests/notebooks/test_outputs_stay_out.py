"""What Run All and Save adds to a notebook reaches neither git nor the fingerprint of a report."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.reporting.publishing.fingerprint import digest_notebook

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
BY_ARM = "IV 5 of 16"


def run_all_and_save(path: Path) -> bytes:
    """A notebook as JupyterLab saves it after a run."""
    notebook = json.loads(path.read_text())
    for count, cell in enumerate(notebook["cells"], start=1):
        cell["metadata"]["papermill"] = {"duration": 1.5}
        if cell["cell_type"] == "code":
            cell["execution_count"] = count
            cell["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [BY_ARM]}]
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone in which `make env` has run; its environment is the one of this test."""
    git(tmp_path, "init", "-q")
    for name in ("Makefile", ".gitattributes"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / "notebooks").mkdir()
    for path in NOTEBOOKS:
        shutil.copy(path, tmp_path / "notebooks")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "src").mkdir()
    subprocess.run(
        ["make", "-o", ".venv/.ready", "env"], cwd=tmp_path, capture_output=True, check=True
    )
    git(tmp_path, "add", "notebooks")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    git(tmp_path, *identity, "commit", "-qm", "as committed")
    return tmp_path


def test_git_keeps_the_notebooks_as_they_are_committed_to_the_byte(project: Path) -> None:
    for path in NOTEBOOKS:
        assert git(project, "show", f"HEAD:notebooks/{path.name}") == path.read_text()


def test_a_saved_run_is_no_change_to_git(project: Path) -> None:
    for path in NOTEBOOKS:
        (project / "notebooks" / path.name).write_bytes(run_all_and_save(path))
    git(project, "add", "notebooks")
    assert git(project, "status", "--porcelain", "notebooks") == ""
    assert BY_ARM not in git(project, "diff", "HEAD")


def test_without_the_filter_s_program_nothing_is_added(project: Path) -> None:
    (project / ".venv").unlink()
    saved = project / "notebooks" / NOTEBOOKS[0].name
    saved.write_bytes(run_all_and_save(NOTEBOOKS[0]))
    with pytest.raises(subprocess.CalledProcessError):
        git(project, "add", "notebooks")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_saved_run_is_no_change_to_the_reports(path: Path) -> None:
    assert digest_notebook(run_all_and_save(path)) == digest_notebook(path.read_bytes())


def test_another_source_or_another_tag_is_a_change() -> None:
    content = NOTEBOOKS[0].read_bytes()
    notebook = json.loads(content)
    notebook["cells"][-1]["source"] = "another(view)"
    assert digest_notebook(json.dumps(notebook).encode()) != digest_notebook(content)
    notebook = json.loads(content)
    notebook["cells"][-1]["metadata"]["tags"] = ["closed", "new"]
    assert digest_notebook(json.dumps(notebook).encode()) != digest_notebook(content)
