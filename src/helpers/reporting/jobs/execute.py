"""A prepared notebook is executed by papermill; what stops it becomes one line."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from helpers.errors import RunError
from helpers.reporting.jobs.failure import ANSI, locate_failure, name_failed
from helpers.reporting.jobs.job import Limits
from helpers.reporting.jobs.kernel import WaitingKernel, build_kernel_manager
from helpers.reporting.notebooks.nodes import build_notebook, tags_of
from helpers.reporting.notebooks.prepare import SENTINEL, code_cells, name_cell

ENGINE = "helpers"
QUIET = logging.getLogger(f"{__name__}.quiet")  # what it would say comes back as an error
QUIET.propagate = False
QUIET.addHandler(logging.NullHandler())
Progress = Callable[[int, int], None]


class KernelDied(RunError):
    """The kernel ended or never answered; another try may help."""


class NotebookFailed(RunError):
    """A cell failed; `notebook` is as far as it came.

    `generic` says it without a word of the exception, which may hold any value of the data.
    """

    def __init__(self, message: str, notebook: NotebookNode, generic: str = "") -> None:
        super().__init__(message)
        self.notebook = notebook
        self.generic = generic or message


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine with a kernel of ours, lending its state to the caller."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        run: "_Run",
        start_timeout: int,
        execution_timeout: int,
        **options: Any,
    ) -> None:
        run.state = nb_man
        client = PapermillNotebookClient(
            nb_man,
            km=run.manager,
            log=QUIET,
            timeout=execution_timeout,
            iopub_timeout=execution_timeout,  # outputs may lag: 4 s are too few on a busy machine
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(run.folder)}},
            on_cell_start=run.report_cell,
        )
        client.owns_km = True  # so that it ends the kernel, however the run ends
        client.execute()


@dataclass
class _Run:
    """What the engine is given beside the notebook, and what it gives back."""

    manager: AsyncKernelManager
    folder: Path
    cells: int
    progress: Progress | None
    state: NotebookExecutionManager | None = None

    @property
    def notebook(self) -> NotebookNode:
        """The notebook as far as it came."""
        return self.state.nb if self.state is not None else build_notebook([])

    def report_cell(self, cell: NotebookNode, cell_index: int) -> None:
        """Tell which cell starts."""
        if self.progress is not None:
            self.progress(cell_index, self.cells)


papermill_engines.register(ENGINE, _Engine)


def run_notebook(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    folder: Path,
    *,
    limits: Limits,
    waiting: WaitingKernel | None = None,
    progress: Progress | None = None,
) -> NotebookNode:
    """Execute a prepared notebook in `folder`, its scratch place.

    Raises
    ------
    KernelDied
        If the kernel did not start, or ended by itself.
    NotebookFailed
        If a cell raised, took too long, or ended the run early.
    """
    run = _Run(build_kernel_manager(folder, waiting), folder, len(notebook.cells), progress)
    try:
        executed: NotebookNode = execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            engine_name=ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            start_timeout=limits.start,
            execution_timeout=limits.cell,
            run=run,
        )
    except PapermillExecutionError as error:
        text, generic = _explain_failure(error, run.notebook)
        raise NotebookFailed(text, run.notebook, generic) from None
    except CellTimeoutError:
        text = f"{_last_started(run.notebook)} took longer than {limits.cell} s"
        raise NotebookFailed(text, run.notebook) from None
    except DeadKernelError:
        raise KernelDied(f"{_last_started(run.notebook)} ended its kernel") from None
    except (RuntimeError, TimeoutError) as error:
        raise KernelDied(f"the kernel did not start ({' '.join(str(error).split())})") from None
    check_complete(executed)
    return executed


def check_complete(notebook: NotebookNode) -> None:
    """Stop unless every code cell ran and the last one was reached.

    `exit(0)` in a cell ends a notebook early, and papermill calls that a success.

    Raises
    ------
    NotebookFailed
        Naming the first cell that did not run.
    """
    for cell in code_cells(notebook):
        exits = [o for o in cell.outputs if o.get("ename") in ("SystemExit", "KeyboardInterrupt")]
        if exits:
            text = f"{name_cell(cell)} ends the run; the cells after it did not run"
            raise NotebookFailed(text, notebook)
        if cell.execution_count is None:
            raise NotebookFailed(f"{name_cell(cell)} did not run", notebook)
    last = notebook.cells[-1]
    if SENTINEL not in tags_of(last) or not last.outputs:
        raise NotebookFailed("the end of the notebook was not reached", notebook)


def _explain_failure(error: PapermillExecutionError, notebook: NotebookNode) -> tuple[str, str]:
    """What stopped a run, whole and without a word of the exception."""
    cell = _find_started(notebook)
    name = "the notebook" if cell is None else name_failed(cell)
    place = locate_failure(error.traceback)
    reason = " ".join(ANSI.sub("", str(error.evalue)).split())
    what = f"{error.ename}: {reason}" if reason else str(error.ename)
    return f"{name} failed{f' in {place}' if place else ''}: {what}", f"{name} failed"


def _find_started(notebook: NotebookNode) -> NotebookNode | None:
    """The cell that a run stopped in."""
    started = [
        cell
        for cell in code_cells(notebook)
        if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return started[-1] if started else None


def _last_started(notebook: NotebookNode) -> str:
    cell = _find_started(notebook)
    return "the notebook" if cell is None else name_cell(cell)
