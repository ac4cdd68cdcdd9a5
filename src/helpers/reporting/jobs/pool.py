"""Tasks in processes of their own, forked from a server that has the libraries loaded."""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection, forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from helpers.errors import InterimError, NotReachedError
from helpers.reporting.blinding.scratch import open_scratch
from helpers.reporting.jobs.task import Task, serve_task
from helpers.reporting.publishing.environment import job_environment

GRACE_SECONDS = 3.0
Answer = Callable[[Any], None]
Progress = Callable[[int, int], None]


class TaskError(InterimError):
    """An error of ours met in a task; carries the exit code of its kind."""

    def __init__(self, message: str, exit_code: int, not_due: bool = False) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.not_due = not_due


class Bug(InterimError):
    """A task met an error that nobody expected; the message is its traceback."""


@dataclass
class _Running:
    process: BaseProcess
    answers: Connection
    on_done: Answer
    on_error: Callable[[InterimError], None]
    on_progress: Progress | None


@dataclass
class Pool:
    """At most `size` task processes at a time, each used once and then gone."""

    size: int
    scratch: str
    waiting: deque[tuple[Task, Answer, Callable[[InterimError], None], Progress | None]] = field(
        default_factory=deque
    )
    running: list[_Running] = field(default_factory=list)
    answered: list[BaseProcess] = field(default_factory=list)

    def submit(
        self,
        task: Task,
        on_done: Answer,
        on_error: Callable[[InterimError], None],
        on_progress: Progress | None = None,
    ) -> None:
        """Queue a task; the callbacks run in `drain`, in this thread, and may submit more."""
        self.waiting.append((task, on_done, on_error, on_progress))

    def drain(self) -> None:
        """Run until nothing is queued or running."""
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.size:
                self.running.append(_start(self.scratch, *self.waiting.popleft()))
            for ready in connection.wait([r.answers for r in self.running]):
                self._take(next(r for r in self.running if r.answers is ready))

    def _take(self, running: _Running) -> None:
        try:
            kind, *content = running.answers.recv()
        except (EOFError, OSError):
            running.process.join()
            code = running.process.exitcode
            kind, content = "error", [f"its process ended unexpectedly (exit status {code})", 1]
        if kind == "progress":
            if running.on_progress is not None:
                running.on_progress(*content)
            return
        self.running.remove(running)
        self.answered.append(running.process)
        running.answers.close()
        if kind == "done":
            running.on_done(content[0])
        elif kind == "error":
            running.on_error(TaskError(*content))
        elif kind == "not_due":
            running.on_error(NotReachedError(*content))
        else:
            running.on_error(Bug(content[0]))

    def stop(self) -> None:
        """End every running task and its kernel."""
        self.waiting.clear()
        for running in self.running:
            running.process.terminate()
            running.answers.close()
        for process in [*self.answered, *(running.process for running in self.running)]:
            process.join(GRACE_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
        self.running.clear()
        self.answered.clear()


@contextmanager
def open_pool(size: int) -> Iterator[Pool]:
    """A pool whose processes are gone at the end, whatever happens."""
    with open_scratch() as scratch:
        pool = Pool(size, scratch)
        try:
            yield pool
        except BaseException:
            stop_server()
            raise
        finally:
            pool.stop()


def start_server() -> None:
    """Start the server that loads the libraries, without waiting for it."""
    if _method() == "forkserver":
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["helpers.reporting.jobs.preload"])
        with job_environment():
            forkserver.ensure_running()


def stop_server() -> None:
    """End the server at once, even while it is still loading libraries."""
    server = getattr(forkserver, "_forkserver", None)
    pid = getattr(server, "_forkserver_pid", None)  # without it, the server ends by itself later
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _start(
    scratch: str,
    task: Task,
    on_done: Answer,
    on_error: Callable[[InterimError], None],
    on_progress: Progress | None,
) -> _Running:
    start_server()
    context = multiprocessing.get_context(_method())
    receive, send = context.Pipe(duplex=False)
    with job_environment():
        process = context.Process(target=serve_task, args=(task, send, scratch))  # type: ignore[attr-defined]
        process.start()
    send.close()
    return _Running(process, receive, on_done, on_error, on_progress)


def _method() -> str:
    return "forkserver" if sys.platform == "linux" else "spawn"
