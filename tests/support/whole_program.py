"""The program as a user calls it, for tests that need what it publishes."""

import subprocess
import sys


def run_interim(*words: object) -> None:
    """Run `interim run`; it must end well."""
    call = [sys.executable, "-m", "helpers", "run", *map(str, words)]
    ended = subprocess.run(call, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr
