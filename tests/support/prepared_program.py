"""The program `interim` in a process that has imported it: each call is a fork of that process.

Starting Python and importing pandas takes a second, the libraries of the reports take three more,
and the suite calls the program hundreds of times. A call has a process, a folder, standard streams
and an exit code of its own, as in a shell; what it shares with other calls is the import, what
Python reads while it starts (that of `JOB_ENVIRONMENT`: the seed of hashes, one thread), and the
YAML of the parameters of the tests, parsed: a run keeps that between its own readings as well.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import psutil
from prepared_jobs import KEPT, fork_job_servers, settle

from helpers.reporting.publishing.environment import JOB_ENVIRONMENT

PARAMS = Path(__file__).parents[1] / "trial" / "params"
LONGEST = 1 << 20  # bytes of a request
RECORD = "RECORD_OPENINGS"
SECONDS = 600  # that a call may take
# what is read while Python starts or modules are imported: another value needs another process
STARTING = ("PYTHON", "LC_", "LANG", "TZ", "HOME", "PATH", "TERM", "NO_COLOR", "MPL")


@dataclass(frozen=True)
class Started:
    """A call that has begun: the number of its process, and how to learn how it ends."""

    ours: socket.socket
    pid: int
    out: BinaryIO
    err: BinaryIO

    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE

    def wait(self) -> tuple[int, str, str]:
        """Exit code, standard output and standard error, once it has ended."""
        self.ours.send(json.dumps({"wait": self.pid}).encode())
        code = _receive(self.ours, "ended", self.pid)["code"]
        with self.out, self.err:
            return code, _read(self.out), _read(self.err)


@dataclass
class PreparedProgram:
    """The process that waits for calls; started by the first one.

    `kept` is the folder of the views that it has built; without one, no view is kept.
    """

    starting: dict[str, str] = field(default_factory=lambda: read_starting({}))
    _server: "subprocess.Popen[bytes] | None" = None
    _ours: socket.socket | None = None
    kept: Path | None = None

    def fits(self, more: Mapping[str, str]) -> bool:
        """Whether the program would be imported now, with more in its environment, as it was."""
        return self.starting == read_starting(more)

    def call(
        self, words: list[str], folder: Path | None, more: Mapping[str, str]
    ) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a call."""
        return self.start(words, folder, more).wait()

    def start(self, words: list[str], folder: Path | None, more: Mapping[str, str]) -> "Started":
        """A call that has begun."""
        ours = self._ours or self._start()
        out, err = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115 - `wait` closes
        environ = {**os.environ, **more}
        asked = {"words": words, "folder": str(folder or Path.cwd()), "environ": environ}
        socket.send_fds(ours, [json.dumps(asked).encode()], [out.fileno(), err.fileno()])
        return Started(ours, _receive(ours, "begun")["begun"], out, err)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(SECONDS)
        with theirs:
            command = [sys.executable, __file__, str(theirs.fileno()), str(self.kept or "")]
            self._server = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env={**os.environ, **JOB_ENVIRONMENT}
            )
        self._ours = ours
        return ours


def read_starting(more: Mapping[str, str]) -> dict[str, str]:
    """What a process started now would find in its environment while it starts."""
    environ = {**os.environ, **more}
    return {name: value for name, value in environ.items() if name.startswith(STARTING)}


def _receive(ours: socket.socket, what: str, pid: int | None = None) -> dict[str, int]:
    """The next answer of a kind, about a process where one is named.

    Others are of calls that nobody waits for any more, since they took too long.
    """
    while True:
        answer: dict[str, int] = json.loads(ours.recv(LONGEST))
        if what in answer and pid in (None, answer[what]):
            return answer


def _read(stream: BinaryIO) -> str:
    stream.seek(0)
    # as `subprocess` reads text: the line ends of every system are one
    return stream.read().decode().replace("\r\n", "\n").replace("\r", "\n")


def serve(given: socket.socket) -> None:
    """Answer calls until whoever makes them is gone."""
    import helpers.__main__ as program
    import helpers.commands.tables  # what a call imports at its end
    import helpers.reporting.jobs.preload  # noqa: F401 - what the jobs of a run import
    from helpers.params.yaml_file import read_yaml

    for path in PARAMS.rglob("*.yaml"):
        read_yaml(path)  # the same text is parsed once, in whichever folder a test puts it
    fork_job_servers()
    while _answer(given, program):
        pass


def _answer(given: socket.socket, program: ModuleType) -> bool:
    """Begin a call and say its number, or wait for one and say how it ended."""
    request, descriptors, *_ = socket.recv_fds(given, LONGEST, 2)
    if not request:
        return False
    asked = json.loads(request)
    if "wait" in asked:
        _, status = os.waitpid(asked["wait"], 0)
        code = os.waitstatus_to_exitcode(status)
        given.send(json.dumps({"ended": asked["wait"], "code": code}).encode())
        return True
    child = os.fork()
    if child == 0:
        given.close()
        _become(program, asked, descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    given.send(json.dumps({"begun": child}).encode())
    return True


def _become(program: ModuleType, request: dict[str, Any], descriptors: list[int]) -> None:
    """Be the called program, to its end."""
    code = 1
    try:
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environ"])
        settle()
        record_openings()
        for descriptor, stream in zip(descriptors, (1, 2), strict=True):
            os.dup2(descriptor, stream)
            os.close(descriptor)
        sys.modules["__main__"] = program  # what jobs import again
        sys.argv = [str(program.__file__), *request["words"]]
        code = _end_with(program.main)
        threading._shutdown()
        atexit._run_exitfuncs()
    except BaseException:  # noqa: BLE001 - told like any other fault, on the stream of the call
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def record_openings() -> None:
    """Where a call names a file for it, write down what it and every process forked from it opens.

    The environment then also says that the view is built: one that is kept opens other files.
    """
    if RECORD not in os.environ:
        return
    record = os.open(os.environ[RECORD], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    KEPT.append(record)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir", "sqlite3.connect"):
            os.write(record, f"{event} {arguments[0]}\n".encode(errors="replace"))

    sys.addaudithook(note)


def _end_with(main: Callable[[], object]) -> int:
    """Exit code of a main function, as Python makes it."""
    try:
        main()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)  # noqa: T201 - as Python does
        return 1
    return 0


if __name__ == "__main__":
    from kept_views import keep_views

    sys.path.pop(0)  # the folder of this file: the program does not have it
    if sys.argv[2]:
        keep_views(Path(sys.argv[2]))
    serve(socket.socket(fileno=int(sys.argv[1])))
