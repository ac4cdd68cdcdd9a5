"""What the kernel of an open report may not open, it does not get, whichever way it asks."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from job_runs import run_jobs
from reading_tries import LIBRARIES, PYTHON, SECRET, fill
from small_views import build_small_view
from written_notebooks import FINDINGS, outputs_of, write_notebook

from helpers.bundle import pack_view
from helpers.displays.catalogue import list_given
from helpers.displays.model import MIME
from helpers.displays.render import page_style
from helpers.reporting.blinding.landlock import forbid_reading
from helpers.reporting.jobs.job import Job
from helpers.reporting.jobs.run_job import run_job

HERE = Path(__file__).parent


def try_ways(base: Path, how: str) -> dict[str, dict[str, str]]:
    fill(base)
    call = [sys.executable, str(HERE.parents[1] / "support" / "reading_tries.py"), str(base), how]
    ended = subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def names_read(found: dict[str, str]) -> list[str]:
    return sorted(name for name, outcome in found.items() if outcome == "read")


def has_landlock() -> bool:
    """Asked of a process of its own: it cannot be taken back."""
    name = forbid_reading.__module__
    source = f"from {name} import forbid_reading; raise SystemExit(not forbid_reading(['/x'], '.'))"
    return subprocess.run([sys.executable, "-c", source], check=False).returncode == 0


def test_without_a_refusal_every_way_leads_to_the_secret(tmp_path):
    """Else the tests below would show nothing. Renaming takes the file away."""
    found = try_ways(tmp_path, "free")
    assert set(names_read(found["python"])) >= {*list(PYTHON)[: list(PYTHON).index("rename") + 1]}
    assert {"sqlite", "another report"} <= set(names_read(found["python"]))


def test_what_python_opens_is_refused_also_where_the_system_does_not_help(tmp_path):
    found = try_ways(tmp_path, "python")
    assert names_read(found["python"]) == []
    assert set(found["python"]) == set(PYTHON)


def test_what_libraries_open_is_read_where_the_system_does_not_help(tmp_path):
    """The limit that the document on blinding states: this test says when it is no longer one."""
    assert names_read(try_ways(tmp_path, "python")["libraries"]) == sorted(LIBRARIES)


def test_where_the_system_helps_nothing_is_read_by_anything(tmp_path):
    if not has_landlock():  # pragma: no cover - a system without it holds only the tests above
        return
    found = try_ways(tmp_path, "system")
    assert names_read(found["python"]) == []
    assert names_read(found["libraries"]) == []


def build_job(folder: Path, *sources: str) -> Job:
    return Job(
        interim="ia3",
        audience="open",
        report="safety",
        notebook=write_notebook(*sources),
        view=pack_view(build_small_view("open")),
        refused={str(folder): "restricted"},
    )


@pytest.fixture
def hidden(tmp_path) -> Path:
    """A folder that a cell may not open, with a secret in it."""
    fill(tmp_path)
    return tmp_path / "data" / "restricted"


READ = "import pandas as pd\nsaid = pd.read_csv({path!r})\n"
SWALLOWED = "try:\n    said = open({path!r}).read()\nexcept OSError:\n    said = ''\n"
THREAD = """import pyarrow.csv, threading
from IPython import get_ipython
done, said = threading.Event(), []
def read():
    try:
        said.append(pyarrow.csv.read_csv({path!r}).to_pylist())
    except OSError:
        pass
    done.set()
get_ipython().kernel.iopub_thread.io_loop.add_callback(read)
done.wait(10)
assert not said, said"""


@pytest.mark.parametrize("source", [READ, SWALLOWED], ids=["raised", "swallowed"])
def test_a_cell_that_opens_a_hidden_file_stops_the_report_in_one_line(hidden, source):
    path = str(hidden / "rand.csv")
    (outcome,) = run_jobs(build_job(hidden, FINDINGS, source.format(path=path)))
    assert outcome.error.startswith("cell 6 (")
    assert outcome.error.endswith(
        "opens restricted/rand.csv, which an open report may not; nothing is published"
    )
    assert outcome.files == {}
    assert SECRET not in outcome.error
    assert SECRET.encode() not in outcome.failed


def test_no_thread_of_the_kernel_reads_for_a_cell(hidden):
    """Those that were there before the first cell are bound as well."""
    source = THREAD.format(path=str(hidden / "rand.csv"))
    (outcome,) = run_jobs(build_job(hidden, FINDINGS, source))
    assert outcome.error == "" or not has_landlock()


def test_the_ordinary_kernel_is_refused_the_same(hidden):
    source = READ.format(path=str(hidden / "rand.csv"))
    assert "opens restricted/rand.csv" in run_job(build_job(hidden, source)).error


def test_a_file_that_is_not_there_is_not_named(hidden):
    """A cell may have made its name from the data."""
    source = f"open({str(hidden)!r} + '/' + ''.join(['4', '2 of 48']))"
    (outcome,) = run_jobs(build_job(hidden, source))
    assert "opens restricted, which" in outcome.error
    assert "42 of 48" not in outcome.error


def test_a_view_of_other_readers_cannot_be_built_by_a_cell(export):
    source = (
        "from helpers.notebook import load_view\n"
        f"load_view(interim='ia3', audience='closed_unmasked', params='../params', "
        f"data={str(export)!r})"
    )
    (outcome,) = run_jobs(build_job(export / "restricted", source))
    assert "opens restricted" in outcome.error


def test_a_notebook_of_open_readers_holds_listed_displays_and_the_look_and_nothing_else(published):
    """Printed lines, frames, values of the environment, raw cells and attachments among it."""
    content = (published / "ia3" / "open" / "safety.ipynb").read_bytes()
    listed = {*list_given("open"), "T-S-11"}
    notebook = json.loads(content)
    assert {cell["cell_type"] for cell in notebook["cells"]} == {"code", "markdown"}
    assert not [cell for cell in notebook["cells"] if "attachments" in cell]
    for output in outputs_of(content):
        data = output["data"]
        if MIME in data:
            assert data[MIME]["id"] in listed
            assert set(data) <= {"text/html", "text/plain", MIME}
        else:
            assert set(data) == {"text/html"}
            assert "".join(data["text/html"]) == page_style()


ALOUD = {
    "environment": "import os\ndict(os.environ)",
    "printed": "print(view)",
    "frame": "view['adsl']",
    "picture": "import matplotlib.pyplot as plt\n%matplotlib inline\nplt.plot([1, 2])\nplt.show()",
    "page of another": "from IPython.display import IFrame\nIFrame('x.html', 10, 10)",
    "payload": "get_ipython().set_next_input('said')\nview.__class__",
}


@pytest.mark.parametrize("what", ALOUD)
def test_what_an_open_cell_shows_beside_displays_stops_its_report(what, hidden):
    (outcome,) = run_jobs(build_job(hidden, FINDINGS, ALOUD[what]))
    assert "that is no display, which open readers may not get" in outcome.error
    assert outcome.files == {}


def test_an_undeclared_display_of_an_open_cell_is_refused_even_if_listed(hidden):
    view = build_small_view("open")
    listed = replace(view.access, displays=("T-X-1",))
    source = "from helpers.displays.model import Table\nTable('T-X-1', 'Mine', 'Everybody.', ())"
    job = replace(build_job(hidden, source), view=pack_view(replace(view, access=listed)))
    (outcome,) = run_jobs(job)
    assert "was not made by a declared function" in outcome.error
