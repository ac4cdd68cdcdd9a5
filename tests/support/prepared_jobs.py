"""The server that a run forks its jobs from, as a fork of a program that has imported all of it.

A run starts that server by its command line, and it imports the libraries of the reports for three
seconds. Here its process is forked instead, brought into the state of one that Python has just
started, and executes the same command.
"""

import locale
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import forkserver, process, resource_tracker, util
from types import ModuleType
from typing import Any

SERVES = "from multiprocessing.forkserver import main"
KEPT: list[int] = []  # descriptors that a test has every process of a call keep
Start = Callable[[str, Sequence[Any], Sequence[int]], int]


def fork_job_servers() -> None:
    """From now on this process forks its job server; any other command is started as ever."""
    usual: Start = vars(util)["spawnv_passfds"]

    def start(path: str, words: Sequence[Any], passed: Sequence[int]) -> int:
        return _fork(words, passed) if SERVES in str(words[-1]) else usual(path, words, passed)

    vars(util)["spawnv_passfds"] = start


def settle() -> None:
    """Read again what Python or a library has read from the environment of another process."""
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")
    tempfile.tempdir = None


def _fork(words: Sequence[Any], passed: Sequence[int]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _forget([*passed, *KEPT])
        settle()
        exec(words[-1], {})
    except SystemExit:
        code = 0
    except BaseException:  # noqa: BLE001 - told like any other fault of a process
        traceback.print_exc()
    finally:
        os._exit(code)


def _forget(passed: Sequence[int]) -> None:
    """What a command does not get from who starts it: descriptors, handlers of signals, state."""
    _close_all_but(passed)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    vars(util)["_finalizer_registry"].clear()
    vars(process)["_children"].clear()
    for module, name in ((forkserver, "_forkserver"), (resource_tracker, "_resource_tracker")):
        served = vars(module)[name]
        vars(served).update(vars(type(served)()))
    sys.modules["__main__"] = ModuleType("__main__")
    sys.argv = ["-c"]


def _close_all_but(passed: Sequence[int]) -> None:
    """All but the standard streams and what is passed."""
    first = 3
    for descriptor in (*sorted(passed), os.sysconf("SC_OPEN_MAX")):
        if first < descriptor:
            os.closerange(first, descriptor)
        first = descriptor + 1
