"""The program as a user calls it, for tests that need what it publishes."""

import subprocess
import sys
from pathlib import Path

PARAMS = Path(__file__).parents[1] / "trial" / "params"


def run_interim(*words: object) -> None:
    """Run `interim run`; it must end well."""
    places = () if "--params" in words else ("--params", PARAMS)
    call = [sys.executable, "-m", "helpers", "run", *map(str, (*words, *places))]
    ended = subprocess.run(call, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr
