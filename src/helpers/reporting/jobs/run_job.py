"""Run one report job: execute, admit, strip, harvest, render."""

import datetime as dt
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.bundle import read_header, unpack_view
from helpers.errors import InterimError
from helpers.notebook import LOOK_NOTE
from helpers.reporting.blinding.admit import admit_outputs, read_rules
from helpers.reporting.blinding.refuse import read_refusals, write_places, write_prelude
from helpers.reporting.blinding.scratch import PREFIX
from helpers.reporting.jobs.execute import KernelDied, NotebookFailed, Progress, run_notebook
from helpers.reporting.jobs.failure import name_nearest_variable
from helpers.reporting.jobs.job import Job, Outcome
from helpers.reporting.jobs.kernel import WaitingKernel
from helpers.reporting.notebooks.denominators import check_denominators, measure_groups
from helpers.reporting.notebooks.harvest import (
    collect_summary,
    format_results,
    format_twins,
    harvest_displays,
)
from helpers.reporting.notebooks.nodes import format_notebook, read_notebook
from helpers.reporting.notebooks.prepare import code_cells, name_cell, prepare_notebook
from helpers.reporting.notebooks.rehearsal import mark_csv, mark_notebook
from helpers.reporting.notebooks.strip import strip_notebook
from helpers.reporting.page.audiences import REHEARSAL
from helpers.reporting.page.facts import Link, PageFacts
from helpers.reporting.page.render import render_notebook
from helpers.reporting.page.stated import state_facts
from helpers.reporting.publishing.state import FAILED

VIEW_FILE = "view.zip"


def run_job(
    job: Job, *, waiting: WaitingKernel | None = None, progress: Progress | None = None
) -> Outcome:
    """Run one report; whatever stops it comes back as an outcome with `error`."""
    with tempfile.TemporaryDirectory(prefix="r-") as scratch:
        folder = Path(scratch).resolve()
        try:
            return _run_in(job, folder, waiting, progress)
        except NotebookFailed as error:
            failed = _keep_failed(job, error.notebook, folder)
            return Outcome(error=explain_failure(job, error, folder), failed=failed)
        except KernelDied as error:
            return Outcome(error=str(error), again=True)
        except InterimError as error:
            return Outcome(error=str(error))
        except OSError as error:
            reason = error.strerror or str(error)
            return Outcome(error=f"its scratch folder cannot be used ({reason}); set TMPDIR")


def _run_in(
    job: Job, folder: Path, waiting: WaitingKernel | None, progress: Progress | None
) -> Outcome:
    header = read_header(job.view)
    sizes = measure_groups(unpack_view(job.view, only=("adsl",)))
    parameters = notebook_parameters(job)
    refused = list_refused(job, folder) if job.refused else {}
    if refused and waiting is not None:
        write_places(refused, folder)
    prepared = prepare_notebook(
        read_notebook(job.notebook, f"{job.report} notebook"),
        parameters,
        name=f"{job.report} notebook",
        closed=is_closed(job),
        masked=header["access"]["labels"],
        prelude=write_prelude(refused) if refused and waiting is None else "",
    )
    (folder / VIEW_FILE).write_bytes(job.view)
    if job.look_note:
        (folder / LOOK_NOTE).write_text(job.look_note, encoding="utf-8")
    executed = run_notebook(
        prepared, parameters, folder, limits=job.limits, waiting=waiting, progress=progress
    )
    if read_refusals(folder):
        raise NotebookFailed("a cell asked for a file that it may not open", executed)
    admitted = admit_outputs(executed, read_rules(header))
    stripped = strip_notebook(admitted, parameters, hidden_paths(folder))
    displays = harvest_displays(stripped)
    check_denominators(displays, sizes, closed=is_closed(job))
    published = state_facts(stripped, build_page_facts(job, header))
    published = mark_notebook(published) if job.rehearse else published
    tables = format_twins(displays)
    results = format_results(job.report, displays)
    if job.rehearse:
        tables, results = {n: mark_csv(tables[n]) for n in tables}, mark_csv(results)
    return Outcome(
        files={
            f"{job.report}.html": render_notebook(published),
            f"{job.report}.ipynb": format_notebook(published),
            **tables,
        },
        results=results,
        summary=collect_summary(displays),
    )


def is_closed(job: Job) -> bool:
    """Whether a job's readers may see everything."""
    return bool(read_header(job.view)["access"]["restricted"])


def list_refused(job: Job, folder: Path) -> dict[str, str]:
    """Places that a job's kernel may not open: those of the job, and the folders of other jobs.

    Also those of other calls that are running.
    """
    others = folder.parent.parent.glob(f"{PREFIX}*")
    return {**job.refused, **{str(path): "the folder of another report" for path in others}}


def explain_failure(job: Job, error: NotebookFailed, folder: Path) -> str:
    """Why a notebook failed; where open reports are made no word of an exception.

    It may hold any value of the data, and a log is read by whoever looks after the open reports.
    """
    for count, file in read_refusals(folder)[:1]:
        asking = [c for c in code_cells(error.notebook) if c.get("execution_count") == count]
        cell = name_cell(asking[0]) if asking else "a cell"
        kind = "an open" if job.audience == "open" else "a masked"
        return f"{cell} opens {file}, which {kind} report may not; nothing is published"
    place = job.failed or FAILED.format(report=job.report)
    told = error.generic == str(error) or (is_closed(job) and not job.overheard)
    if not told:
        return f"{error.generic}; why stands in {place}, for its owner only"
    meant = suggest_variable(job, str(error)) if "KeyError" in str(error) else ""
    return f"{error}{meant}; the notebook as far as it came: {place}"


def suggest_variable(job: Job, reason: str) -> str:
    """The nearest variable of the data sets of a job, where a cell asked for one that is not there.

    For closed readers only: what the name is near to tells what there is.
    """
    frames = unpack_view(job.view).datasets.values()
    return name_nearest_variable(reason, (name for frame in frames for name in frame.columns))


def notebook_parameters(job: Job) -> dict[str, str]:
    """What is injected: no path of this machine, only the view beside the notebook."""
    return {
        "interim": job.interim,
        "audience": job.audience,
        "params": "",
        "data": "",
        "bundle": VIEW_FILE,
    }


def build_page_facts(job: Job, header: Mapping[str, Any]) -> PageFacts:
    """What the page says about itself, from the header of the packed view."""
    trial, interim = header["trial"], header["interim"]
    closed = header["access"]["restricted"]
    return PageFacts(
        study=trial["study"],
        title=trial["title"],
        subtitle=trial["subtitle"] if closed else "",  # it names the arms
        report=report_title(job.report),
        interim=interim["interim_label"],
        short=interim["interim_id"],
        audience=job.audience,
        cutoff=dt.datetime.fromisoformat(header["cutoff"]).date(),
        extract=dt.datetime.fromisoformat(header["extract"]).date(),
        synthetic=header["synthetic"],
        index=Link(f"{interim['interim_id']} at a glance", "index.html"),
        others=(
            *(Link(report_title(other), f"{other}.html") for other in job.others),
            Link("Every number (results.csv)", "results.csv"),
        ),
        made="Inputs, parameters, code and library versions: manifest.json of this report.",
        plan_note=trial["plan_note"],
        rehearsal=REHEARSAL if job.rehearse else "",
    )


def report_title(report: str) -> str:
    """Title of a report."""
    return f"{report.capitalize()} report"


def hidden_paths(folder: Path) -> dict[str, str]:
    """Paths of this machine that an output may hold, and what stands in their place."""
    project = Path(__file__).parents[4]
    return {
        str(folder): ".",
        str(project): "<project>",
        sys.prefix: "<environment>",
        sys.base_prefix: "<python>",
        str(Path.home()): "~",
    }


def _keep_failed(job: Job, notebook: NotebookNode, folder: Path) -> bytes:
    kept = strip_notebook(notebook, notebook_parameters(job), hidden_paths(folder))
    return format_notebook(mark_notebook(kept) if job.rehearse else kept)
