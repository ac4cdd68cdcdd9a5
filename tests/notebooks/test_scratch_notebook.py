"""The notebook that shows an analyst how to look at data runs as it is."""

import json
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import NotebookNode

PROJECT = Path(__file__).parents[2]
SCRATCH = PROJECT / "notebooks" / "scratch.ipynb"


@pytest.fixture(scope="module")
def executed(export: Path, make_once) -> NotebookNode:
    """The notebook after Run All, in a folder of its own, once for all workers."""
    parameters = {"data": str(export), "params": str(PROJECT / "tests" / "trial" / "params")}

    def build(folder: Path) -> None:
        folder.mkdir()
        papermill.execute_notebook(
            SCRATCH,
            folder / "out.ipynb",
            parameters,
            kernel_name="python3",
            cwd=folder,
            progress_bar=False,
            log_output=False,
        )

    return nbformat.read(make_once("scratch notebook", build) / "out.ipynb", as_version=4)


def shown_by(notebook: NotebookNode, word: str) -> dict:
    """What the cell that holds a word shows last."""
    (cell,) = [c for c in notebook.cells if c.cell_type == "code" and word in c.source]
    return cell.outputs[-1]["data"]


def test_the_view_shows_itself_in_a_few_lines(executed: NotebookNode) -> None:
    text = shown_by(executed, "load_view(")["text/plain"]
    assert text.splitlines()[0].endswith("Interim analysis 3, for closed_unmasked (by arm)")
    assert "data cut-off 20" in text
    assert "adsl 50" in text
    assert len(text) < 600


def test_it_makes_a_table_a_figure_and_a_model(executed: NotebookNode) -> None:
    assert "<table" in shown_by(executed, "crosstab")["text/html"]
    assert "image/png" in shown_by(executed, "pointplot")
    assert "C(TRT01P)[T.IT]" in shown_by(executed, "smf.ols(")["text/html"]
    counts = shown_by(executed, "concomitant =")["text/plain"]
    assert "ANTITHROMBOTIC" in counts


def test_it_is_committed_without_outputs() -> None:
    cells = json.loads(SCRATCH.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[] for _ in code]
    assert {cell["execution_count"] for cell in code} == {None}
