"""Calls of the program as whole processes, timed, with the memory of all they start."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Measured:
    """Seconds of a command, and the largest resident memory of any of its processes in MiB."""

    seconds: float
    peak: float


def interim(*words: object) -> Measured:
    """A call of the program."""
    return measure([sys.executable, "-m", "helpers", *words])


def measure(command: Sequence[object]) -> Measured:
    """Run a command; stop the bench with its words when it fails."""
    start = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL if "-c" not in command else None,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen = [0]
    watcher = threading.Thread(target=watch_memory, args=(process.pid, seen))
    watcher.start()
    _, said = process.communicate()
    seconds = time.monotonic() - start
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{said}")
    return Measured(seconds, seen[0] / 2**20)


def run_printing(command: Sequence[object]) -> bool:
    """Run a command that prints figures of its own; True when it kept its limits."""
    sys.stdout.flush()
    done = subprocess.run([str(word) for word in command], cwd=PROJECT, check=False)
    return done.returncode == 0


def watch_memory(pid: int, seen: list[int]) -> None:
    """Keep the largest resident memory of a process or any of its children in `seen`."""
    while psutil.pid_exists(pid):
        try:
            root = psutil.Process(pid)
            if root.status() == psutil.STATUS_ZOMBIE:
                return
            for each in [root, *root.children(recursive=True)]:
                seen[0] = max(seen[0], each.memory_info().rss)
        except psutil.Error:
            pass
        time.sleep(0.02)


def say(what: str, found: float, limit: float, unit: str) -> bool:
    """One figure with its limit."""
    kept = found <= limit
    print(f"{what}: {found:.2f} {unit} (limit {limit:g}) {'ok' if kept else 'TOO MUCH'}")
    return kept
