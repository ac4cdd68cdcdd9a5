"""`make clean` takes away what make made, and nothing that somebody else put there."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DATA = Path("data") / "NCT05292625"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an environment, caches, reports, and another trial's export."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for name in (
        ".venv/bin/python",
        ".ruff_cache/x",
        "src/helpers/__pycache__/x.pyc",
        "reports/README.md",
        "reports/index.html",
        "reports/ia3/open/safety.html",
        "reports/.state/ia3-open.json",
        "data/other/open/ae.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path


def put_export(project: Path, info: str, *more: str) -> None:
    for name, content in (("open/ae.csv", "x"), ("export.json", info), *((m, "{}") for m in more)):
        path = project / DATA / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def make(project: Path, target: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", target], cwd=project, input=answer, capture_output=True, text=True, check=False
    )


def test_clean_takes_environment_caches_and_the_built_in_export(project: Path) -> None:
    put_export(project, '{"study": "NCT05292625", "synthetic": true}', "truth.json")
    done = make(project, "clean")
    assert done.returncode == 0, done.stderr
    gone = (".venv", ".ruff_cache", "src/helpers/__pycache__", DATA)
    assert [name for name in gone if (project / name).exists()] == []


@pytest.mark.parametrize(
    ("info", "more"),
    [
        ('{"study": "NCT05292625", "synthetic": false}', ("truth.json",)),
        ('{"study": "NCT05292625"}', ()),
        ('{"study": "NCT05292625", "synthetic": true}', ()),
    ],
)
def test_clean_keeps_an_export_that_is_not_the_built_in_one(project: Path, info, more) -> None:
    put_export(project, info, *more)
    done = make(project, "clean")
    assert (project / DATA / "open" / "ae.csv").is_file()
    assert f"kept {DATA}: not the built-in export" in done.stdout


def test_clean_keeps_other_exports_and_published_reports_and_says_so(project: Path) -> None:
    done = make(project, "clean")
    assert (project / "data/other/open/ae.csv").is_file()
    assert (project / "reports/ia3/open/safety.html").is_file()
    assert "kept: data/other/ reports/ia3/" in done.stdout


@pytest.mark.parametrize("answer", ["", "n\n", "y\n", "YES\n"])
def test_reports_are_not_deleted_without_a_clear_yes(project: Path, answer: str) -> None:
    done = make(project, "clean-reports", answer)
    assert done.returncode != 0
    assert (project / "reports/ia3/open/safety.html").is_file()


def test_reports_are_deleted_when_somebody_says_yes(project: Path) -> None:
    done = make(project, "clean-reports", "yes\n")
    assert done.returncode == 0
    assert sorted(path.name for path in (project / "reports").iterdir()) == ["README.md"]
