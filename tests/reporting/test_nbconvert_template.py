"""An executed notebook gives the same page by hand, with nbconvert, as from the launcher."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import demo_pages as demo
import pytest
from hatchling.build import build_editable, build_wheel
from job_runs import FRAME, MARK, run_cells
from nbformat import v4
from written_notebooks import FINDINGS

from helpers.errors import RunError
from helpers.reporting.notebooks.nodes import format_notebook
from helpers.reporting.page.render import TEMPLATES, render_notebook
from helpers.reporting.page.stated import read_facts, state_facts

PROJECT = Path(__file__).parents[2]
INSTALLED = "share/jupyter/nbconvert/templates/interim"


def convert(notebook: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """nbconvert in a process of its own, which finds the template as an installed one."""
    templates = folder / "jupyter" / "nbconvert" / "templates"
    templates.mkdir(parents=True)
    (templates / "interim").symlink_to(TEMPLATES / "interim")
    (folder / "executed.ipynb").write_bytes(notebook)
    words = ["nbconvert", "--to", "html", "--template", "interim", "executed.ipynb"]
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "JUPYTER_PATH": str(folder / "jupyter")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("audience", "sources"), [("open", (FINDINGS,)), ("closed_unmasked", (FINDINGS, FRAME))]
)
def test_nbconvert_by_hand_gives_the_bytes_of_the_launcher(audience, sources, tmp_path):
    published = run_cells(*sources, audience=audience).files
    done = convert(published["safety.ipynb"], tmp_path)
    assert done.returncode == 0, done.stderr
    by_hand = (tmp_path / "executed.html").read_bytes()
    assert by_hand == published["safety.html"]
    assert (MARK.encode() in by_hand) == (len(sources) == 2)


def test_every_kind_of_display_and_hostile_text_come_out_the_same_by_hand(tmp_path):
    stated = state_facts(demo.make_notebook(), demo.make_facts())
    done = convert(format_notebook(stated), tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "executed.html").read_bytes() == render_notebook(stated)


def test_a_notebook_that_no_run_has_executed_is_refused_with_what_to_take():
    with pytest.raises(RunError, match="take one that `interim run` has executed"):
        render_notebook(v4.new_notebook())


def test_what_a_notebook_says_of_its_page_is_read_as_it_was_written():
    facts = demo.make_facts()
    assert read_facts(state_facts(v4.new_notebook(), facts)) == facts


@pytest.mark.parametrize("build", [build_editable, build_wheel])
def test_the_package_installs_the_template_where_jupyter_looks_for_it(build, tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    wheel = tmp_path / build(str(tmp_path))
    names = zipfile.ZipFile(wheel).namelist()
    for file in ("conf.json", "index.html.j2"):
        assert [name for name in names if name.endswith(f".data/data/{INSTALLED}/{file}")]
