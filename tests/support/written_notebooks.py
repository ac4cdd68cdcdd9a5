"""Report notebooks written in a test: the usual first cells, then the cells given."""

import json
from collections.abc import Sequence

from nbformat import v4

from helpers.reporting.notebooks.nodes import format_notebook

PARAMETERS = 'interim = "ia3"\naudience = "open"\nparams = "../params"\ndata = ""\nbundle = ""'
LOAD = (
    "from helpers.notebook import load_view\n"
    "view = load_view(interim=interim, audience=audience, params=params, data=data, bundle=bundle)"
)
FINDINGS = (
    "from helpers.displays.data_status.finding_counts import tabulate_finding_counts\n"
    "tabulate_finding_counts(view)"
)
OWN_TABLE = """from helpers.displays import show
from helpers.displays.model import Cell, Header, Line, Table
from helpers.displays.results import Key, rows_of
key = Key("ITT", "Total", "weekday", "", "MONDAY")
Table("T-X-1", "By weekday", "Everybody.", tuple(rows_of(key, {"n": 1, "N": 37, "pct": 2.7})),
      headers=(Header("Total"),), lines=(Line("Monday", (Cell(key, show.n_pct()),)),))"""


def write_notebook(*sources: str, extra: Sequence[object] = ()) -> bytes:
    """Bytes of a notebook with these code cells after the parameters and the view."""
    cells = [
        v4.new_markdown_cell("# A report"),
        v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        v4.new_code_cell(LOAD),
        v4.new_markdown_cell("## A section"),
        *(v4.new_code_cell(source) for source in sources),
        *extra,
    ]
    return format_notebook(v4.new_notebook(cells=cells))


def outputs_of(notebook: bytes) -> list[dict]:
    """Outputs of the code cells of a published notebook."""
    cells = json.loads(notebook)["cells"]
    return [out for cell in cells if cell["cell_type"] == "code" for out in cell["outputs"]]
