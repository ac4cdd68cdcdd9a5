import ast
import builtins
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from helpers.notebook import NotebookParameters
from helpers.params import load_trial
from helpers.reporting.notebooks.nodes import tags_of
from helpers.reporting.notebooks.prepare import read_assigned_names

PROJECT = Path(__file__).parents[2]
REPORTS = sorted((PROJECT / "notebooks").glob("*_report.ipynb"))
LONGEST = 10  # lines of a code cell that does not import
SHOWS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
COMPUTES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While),
    *(ast.Try, ast.With, ast.If, ast.IfExp, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare),
    *(ast.Subscript, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Delete),
)
TELLING = r"control|placebo|infus\w*|lumbar|rout(e|es|ing)|dos(e|es|ed|ing)|lots?|arms?|treated"
PATHS = re.compile(r"(?<![\w.])/(home|work|tmp|root|Users|usr|opt|mnt)/|[A-Z]:\\\\")

pytestmark = pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_of(notebook: NotebookNode, *, closed: bool | None = None) -> list[NotebookNode]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if closed is None:
        return cells
    return [cell for cell in cells if ("closed" in tags_of(cell)) is closed]


def parameters_of(notebook: NotebookNode) -> NotebookNode:
    (cell,) = [cell for cell in notebook.cells if "parameters" in tags_of(cell)]
    return cell


def imports_only(cell: NotebookNode) -> bool:
    body = ast.parse(cell.source).body
    return any(isinstance(statement, ast.Import | ast.ImportFrom) for statement in body)


def test_no_output_no_count_and_no_run_is_stored(path: Path) -> None:
    notebook = read(path)
    for cell in code_of(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)


def test_no_path_of_a_machine_is_stored(path: Path) -> None:
    assert not PATHS.search(path.read_text(encoding="utf-8"))


def test_a_code_cell_imports_assigns_and_calls_and_computes_nothing(path: Path) -> None:
    for cell in code_of(read(path)):
        tree = ast.parse(cell.source)
        assert all(isinstance(statement, SHOWS) for statement in tree.body), cell.source
        found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, COMPUTES)]
        assert not found, cell.source


def test_a_code_cell_is_short_and_shows_one_thing(path: Path) -> None:
    for cell in code_of(read(path)):
        if imports_only(cell):
            continue
        assert len(cell.source.splitlines()) <= LONGEST, cell.source
        shown = [s for s in ast.parse(cell.source).body if isinstance(s, ast.Expr)]
        assert len(shown) <= 1, cell.source


def test_every_display_cell_calls_one_function_on_the_view(path: Path) -> None:
    calls = [
        ast.unparse(statement.value.func)
        for cell in code_of(read(path))
        for statement in ast.parse(cell.source).body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    ]
    assert len(calls) == len(set(calls))
    assert len(calls) > 3


def test_the_parameter_names_are_those_of_the_model(path: Path) -> None:
    assigned = read_assigned_names(parameters_of(read(path)).source, path.stem)
    assert assigned == set(NotebookParameters.model_fields)


def test_the_default_parameters_are_a_valid_run_of_the_project_s_own_folders(path: Path) -> None:
    body: list[Any] = ast.parse(parameters_of(read(path)).source).body
    values = {line.targets[0].id: ast.literal_eval(line.value) for line in body}
    given = NotebookParameters.model_validate(values)
    folder = (path.parent / given.params).resolve()
    assert folder == PROJECT / "params"
    assert (folder / f"{given.interim}.yaml").is_file()
    assert given.bundle == ""


def test_an_open_run_has_every_name_it_uses(path: Path) -> None:
    bound, used = set(dir(builtins)), set()
    for cell in code_of(read(path), closed=False):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom | ast.Import):
                bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.Name):
                (bound if isinstance(node.ctx, ast.Store) else used).add(node.id)
    assert used <= bound


def test_every_import_is_used_by_readers_of_the_same_kind(path: Path) -> None:
    notebook = read(path)
    for closed in (True, False):
        cells = code_of(notebook, closed=closed)
        nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
        imported = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert imported <= {node.id for node in nodes if isinstance(node, ast.Name)}


def test_what_an_open_reader_gets_tells_nothing_of_arms(path: Path) -> None:
    words = re.compile(rf"\b({TELLING})\b|treatment-emergent", re.IGNORECASE)
    for cell in read(path).cells:
        if "closed" not in tags_of(cell):
            assert not words.search(cell.source), cell.source


def test_the_trial_is_named_in_the_parameters_only(path: Path) -> None:
    trial = load_trial(PROJECT / "tests" / "trial" / "params")
    names = {trial.study, *trial.forms, *trial.scores, *trial.visit_codes}
    names |= {word for arm in trial.arms for word in (arm.code, arm.label, arm.name)}
    words = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names)))})\b")
    for cell in read(path).cells:
        if "parameters" not in tags_of(cell):
            assert not words.search(cell.source), cell.source


def test_every_section_says_how_to_read_it_in_a_few_words(path: Path) -> None:
    cells = read(path).cells
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            assert len(cell.source.split()) < 80, cell.source


def test_the_file_is_written_as_other_editors_write_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def test_cells_have_names_of_their_own(path: Path) -> None:
    ids = [cell.id for cell in read(path).cells]
    assert len(ids) == len(set(ids))
