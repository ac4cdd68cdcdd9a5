"""A notebook kernel forked from a process that has the libraries loaded.

Starting a kernel the usual way costs an interpreter and every import again. Here the job process
forks the kernel while it has no thread, socket or event loop of its own; the fork waits on a pipe
until the job knows the connection file. Messages go through files in the job's own folder (IPC),
never through TCP, where anybody on the host could read unblinded data.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from helpers.reporting.blinding.refuse import refuse_written_places
from helpers.reporting.publishing.environment import JOB_ENVIRONMENT

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.005
CONNECTION_FILE = "connection.json"


@dataclass(frozen=True)
class WaitingKernel:
    """A forked process that becomes a kernel when its connection file is written to `pipe`."""

    pid: int
    pipe: int


def can_fork_kernel() -> bool:
    """Whether forking is safe here; elsewhere a kernel is started the ordinary way."""
    return sys.platform == "linux"


def fork_kernel() -> WaitingKernel:
    """Fork the process that will be the kernel; call it before any thread exists."""
    receive, send = os.pipe()
    job = os.getpid()
    pid = os.fork()
    if pid:
        os.close(receive)
        return WaitingKernel(pid, send)
    os.close(send)
    status = 1
    try:
        status = _wait_and_serve(receive, job)
    finally:
        os._exit(status)


def _wait_and_serve(pipe: int, job: int) -> int:
    os.setsid()  # a group of its own: whatever a cell starts dies with the kernel
    _die_with_parent(job)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
    with os.fdopen(pipe) as stream:
        connection_file = stream.read()
    if not connection_file:
        return 0
    _fall_silent()
    serve_kernel(Path(connection_file), job)
    return 0


def _fall_silent() -> None:
    """Nothing that a cell writes past its notebook reaches the terminal or the log of the run."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _die_with_parent(parent: int) -> None:
    """Ask the system to end this process when its parent ends, however that happens."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def serve_kernel(connection_file: Path, parent: int) -> None:
    """Be a kernel in this process until told to stop; nothing of the user's profile is read."""
    from ipykernel.kernelapp import IPKernelApp

    folder = connection_file.parent
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    os.environ["JPY_PARENT_PID"] = str(parent)
    os.chdir(folder)
    refuse_written_places(folder)  # before there is a thread that would not be bound by it
    app: Any = IPKernelApp.instance(parent_handle=parent)
    app.initialize(kernel_arguments(connection_file))
    app.start()


def kernel_arguments(connection_file: Path | str) -> list[str]:
    """Command line of a kernel that keeps no history."""
    return ["-f", str(connection_file), "--HistoryManager.enabled=False"]


class ForkedKernel(KernelProvisionerBase):
    """Hands the connection file to a waiting kernel, and ends it."""

    waiting: WaitingKernel
    connection_file = ""
    launched = False
    status: int | None = None

    @property
    def has_process(self) -> bool:
        """Whether the kernel has been started and not yet been waited for."""
        return self.launched

    async def poll(self) -> int | None:
        """Exit status, None while the kernel lives."""
        if self.launched and self.status is None:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(self.waiting.pid, os.WNOHANG)
                self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status if self.launched else 0

    async def wait(self) -> int | None:
        """Exit status, after the kernel has ended."""
        while await self.poll() is None:
            await asyncio.sleep(POLL_SECONDS)
        self.launched = False
        return self.status

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel and whatever its cells have started."""
        if self.launched and self.status is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.waiting.pid, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once: after its last cell there is nothing to say good-bye to.

        It is waited for here: the manager would look for it every tenth of a second.
        """
        await self.send_signal(signal.SIGKILL)
        await self.wait()

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing is left beside the job's own folder."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file."""
        manager: Any = self.parent
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        self.connection_file = manager.connection_file
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Tell the waiting process to serve."""
        self.launched = True
        with os.fdopen(self.waiting.pipe, "w") as stream:
            stream.write(self.connection_file)
        return self.connection_info


class PromptClient(AsyncKernelClient):
    """Takes a kernel for ready as soon as it has answered.

    The usual client then listens until the kernel has been silent for a fifth of a second. What it
    still says of that answer belongs to no cell, and nbclient passes it over.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and is heard.

        Raises
        ------
        RuntimeError
            If it ends before, or does not answer in time.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._is_answered():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _is_answered(self) -> bool:
        self.kernel_info()
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            await self.iopub_channel.get_msg(timeout=0.2)
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


def build_kernel_manager(folder: Path, waiting: WaitingKernel | None) -> AsyncKernelManager:
    """Manager of the one kernel of a job: the waiting fork, or an ordinary process of this Python.

    `folder` is the job's own; connection file and sockets lie in it.
    """
    spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", *kernel_arguments("{connection_file}")],
        display_name="Python 3",
        language="python",
        env={**JOB_ENVIRONMENT, "IPYTHONDIR": str(folder / "ipython")},
    )
    manager = AsyncKernelManager(
        transport="ipc",
        ip=str(folder / "socket"),
        connection_file=str(folder / CONNECTION_FILE),
        kernel_name="python3",
        client_factory=PromptClient,
    )
    manager._kernel_spec = spec  # never a kernel that happens to be installed under this name
    manager.kernel_id = "report"
    if waiting is not None:
        forked = ForkedKernel(kernel_id="report", kernel_spec=spec, parent=manager)
        forked.waiting = waiting
        manager.provisioner = forked
    return manager
