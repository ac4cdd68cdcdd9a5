"""What runs in a job process: build a view, run a report, make index pages."""

import contextlib
import os
import signal
import tempfile
import threading
import traceback
from dataclasses import dataclass, field
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from helpers.errors import InterimError, NotReachedError

if TYPE_CHECKING:
    from helpers.reporting.jobs.kernel import WaitingKernel


@dataclass(frozen=True)
class Task:
    """A function of a module and its arguments; `kernel` asks for a forked kernel."""

    function: Literal["build_packed_view", "run_job", "build_index_pages"]
    arguments: tuple[Any, ...] = field(default=(), repr=False)
    kernel: bool = False


def serve_task(task: Task, answers: Connection, scratch: str) -> None:
    """Run a task in this process and send ("progress", done, total), then ("done", result).

    An interim that is not due is sent as ("not_due", message), another error of ours as ("error",
    message, exit code), anything else as ("bug", traceback). Temporary files go to `scratch`.
    """
    tempfile.tempdir = scratch
    waiting = _fork_kernel() if task.kernel else None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    signal.signal(signal.SIGTERM, _end)
    orphaned = _end_with_parent()
    try:
        answers.send(("done", _call(task, answers, waiting)))
    except NotReachedError as error:
        answers.send(("not_due", str(error)))
    except InterimError as error:
        answers.send(("error", str(error), error.exit_code, error.not_due))
    except Exception:  # noqa: BLE001 - the parent reports it
        answers.send(("bug", traceback.format_exc()))
    finally:
        _kill_kernel(waiting)
        if orphaned.is_set():
            with contextlib.suppress(OSError):
                Path(scratch).rmdir()  # refused while another task still uses it


def _fork_kernel() -> "WaitingKernel | None":
    from helpers.reporting.jobs.kernel import can_fork_kernel, fork_kernel

    return fork_kernel() if can_fork_kernel() else None


def _call(task: Task, answers: Connection, waiting: "WaitingKernel | None") -> Any:
    # late: each of them needs other libraries
    if task.function == "run_job":
        from helpers.reporting.jobs.run_job import run_job

        def progress(done: int, total: int) -> None:
            answers.send(("progress", done, total))

        return run_job(*task.arguments, waiting=waiting, progress=progress)
    if task.function == "build_packed_view":
        from helpers.reporting.jobs.view_task import build_packed_view

        return build_packed_view(*task.arguments)
    from helpers.reporting.publishing.index_pages import build_index_pages

    return build_index_pages(*task.arguments)


def _end(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)  # through every `finally`: kernel and scratch folder go


def _end_with_parent() -> threading.Event:
    """End this process when the one that waits for its answer is gone; the event says so."""
    orphaned = threading.Event()
    parent = parent_process()
    if parent is None:
        return orphaned

    def watch() -> None:
        connection.wait([parent.sentinel])
        orphaned.set()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    return orphaned


def _kill_kernel(waiting: "WaitingKernel | None") -> None:
    if waiting is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(waiting.pid, signal.SIGKILL)
