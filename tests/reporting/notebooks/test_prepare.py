import pytest
from small_views import NOTEBOOKS

from helpers.errors import RunError
from helpers.reporting.notebooks.nodes import (
    build_code_cell,
    build_notebook,
    read_notebook,
    tags_of,
)
from helpers.reporting.notebooks.prepare import (
    SENTINEL,
    check_no_exit,
    prepare_notebook,
    read_assigned_names,
    set_cell_ids,
)

PARAMETERS = dict.fromkeys(["interim", "audience", "params", "data", "bundle"], "")


def prepare(name, *, closed=True):
    notebook = read_notebook((NOTEBOOKS / f"{name}.ipynb").read_bytes(), name)
    return prepare_notebook(notebook, PARAMETERS, name=name, closed=closed)


def test_a_notebook_without_a_parameters_cell_stops_the_run():
    with pytest.raises(RunError, match=r"no_parameters: no cell tagged `parameters`"):
        prepare("no_parameters")


def test_two_parameters_cells_stop_the_run():
    with pytest.raises(RunError, match="2 cells tagged"):
        prepare("two_parameters")


def test_a_misspelt_parameter_stops_the_run_and_the_right_name_is_proposed():
    with pytest.raises(RunError) as error:
        prepare("misspelt_parameter")
    assert "assigns 'interm', which is not a parameter; did you mean 'interim'?" in str(error.value)
    assert "does not assign 'interim'" in str(error.value)


def test_cells_for_closed_readers_are_not_in_an_open_run():
    text = "".join(cell.source for cell in prepare("closed_cells", closed=False).cells)
    assert "T-S-11" not in text
    assert "Arms" not in text
    assert "tabulate_finding_counts" in text


def test_cells_for_closed_readers_are_in_a_closed_run():
    assert "T-S-11" in "".join(cell.source for cell in prepare("closed_cells").cells)


def test_the_last_cell_proves_that_the_end_was_reached():
    assert tags_of(prepare("tiny").cells[-1]) == [SENTINEL]


def test_cell_ids_follow_from_the_text_alone():
    cells = [build_code_cell("1", []), build_code_cell("2", []), build_code_cell("1", [])]
    one, other = build_notebook(cells), build_notebook(cells[:1] + cells[2:])
    set_cell_ids(one)
    set_cell_ids(other)
    ids = [cell.id for cell in one.cells]
    assert len(set(ids)) == 3
    assert [cell.id for cell in other.cells] == [ids[0], ids[2]]


@pytest.mark.parametrize("call", ["exit(0)", "quit()", "import sys\nif True:\n    sys.exit()"])
def test_a_cell_that_calls_exit_is_refused_before_anything_runs(call):
    with pytest.raises(RunError, match=r"a cell .* calls .*a report runs to its end"):
        check_no_exit(build_notebook([build_code_cell(call, [])]), "safety notebook")


def test_the_word_exit_in_a_text_is_no_call():
    check_no_exit(build_notebook([build_code_cell("print('exit(0)')", [])]), "safety notebook")


def test_annotated_parameters_count_and_other_statements_do_not():
    source = 'interim: str = "ia3"\naudience = "open"\n# note\nprint(interim)'
    assert read_assigned_names(source, "x") == {"interim", "audience"}


def test_a_parameters_cell_that_does_not_parse_is_named():
    with pytest.raises(RunError, match="parameters cell does not parse"):
        read_assigned_names("interim = ", "safety notebook")


def test_outputs_and_metadata_of_the_committed_file_do_not_reach_the_run():
    notebook = read_notebook((NOTEBOOKS / "tiny.ipynb").read_bytes(), "tiny")
    notebook.cells[2].outputs = [
        {"output_type": "stream", "name": "stdout", "text": "from an old run"}
    ]
    notebook.cells[2].metadata["papermill"] = {"start_time": "2020-01-01"}
    notebook.metadata["author"] = "somebody"
    prepared = prepare_notebook(notebook, PARAMETERS, name="tiny", closed=True)
    assert "old run" not in str(prepared)
    assert "2020" not in str(prepared)
    assert "somebody" not in str(prepared)


def test_bytes_that_are_no_notebook_are_refused_in_words():
    for content in (b"", b"{}", b'{"cells": 3}', b"\xff\xfe"):
        with pytest.raises(RunError, match="not a readable notebook"):
            read_notebook(content, "safety notebook")
