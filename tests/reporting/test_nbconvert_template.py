"""An executed notebook gives the same page by hand, with nbconvert, as from the launcher."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
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
CELLS = {"open": (FINDINGS,), "closed_unmasked": (FINDINGS, FRAME)}
INSTALLED = "share/jupyter/nbconvert/templates/interim"


def convert(notebooks: Mapping[str, bytes], folder: Path) -> None:
    """nbconvert in a process of its own, which finds the template as an installed one."""
    templates = folder / "jupyter" / "nbconvert" / "templates"
    templates.mkdir(parents=True)
    (templates / "interim").symlink_to(TEMPLATES / "interim")
    for name, content in notebooks.items():
        (folder / f"{name}.ipynb").write_bytes(content)
    words = ["nbconvert", "--to", "html", "--template", "interim"]
    done = subprocess.run(
        [sys.executable, "-m", *words, *(f"{name}.ipynb" for name in notebooks)],
        cwd=folder,
        env={**os.environ, "JUPYTER_PATH": str(folder / "jupyter")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def pages(make_once: Callable[..., Path]) -> Path:
    """Pages of the launcher, and below `hand` those of one call of nbconvert."""

    def build(folder: Path) -> None:
        stated = state_facts(demo.make_notebook(), demo.make_facts())
        made = {"demo": (format_notebook(stated), render_notebook(stated))}
        for audience, sources in CELLS.items():
            files = run_cells(*sources, audience=audience).files
            made[audience] = (files["safety.ipynb"], files["safety.html"])
        (folder / "hand").mkdir(parents=True)
        convert({name: notebook for name, (notebook, _) in made.items()}, folder / "hand")
        for name, (_, page) in made.items():
            (folder / f"{name}.html").write_bytes(page)

    return make_once("pages by hand", build)


@pytest.mark.parametrize("audience", CELLS)
def test_nbconvert_by_hand_gives_the_bytes_of_the_launcher(audience, pages):
    by_hand = (pages / "hand" / f"{audience}.html").read_bytes()
    assert by_hand == (pages / f"{audience}.html").read_bytes()
    assert (MARK.encode() in by_hand) == (len(CELLS[audience]) == 2)


def test_every_kind_of_display_and_hostile_text_come_out_the_same_by_hand(pages):
    assert (pages / "hand" / "demo.html").read_bytes() == (pages / "demo.html").read_bytes()


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
