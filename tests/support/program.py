"""The program `interim`, called as a user calls it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepared_program import PreparedProgram, Started

PROJECT = Path(__file__).parents[2]
PARAMS = PROJECT / "tests" / "trial" / "params"
OUT = "báo cáo giữa kỳ"
SITUATIONS = PROJECT / "tests" / "notebooks"


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


READ_PARAMETERS = ("run", "check", "schedule", "new", "open-copy", "release")


def command(*words: object) -> list[str]:
    """Command line of the program in this environment."""
    return [sys.executable, "-m", "helpers", *map(str, words)]


def with_parameters(words: tuple[object, ...]) -> tuple[object, ...]:
    """A call with the parameters of the tests, where it says no others."""
    own = words and words[0] in READ_PARAMETERS and not {"--params", "--help"} & set(words)
    return (*words, "--params", PARAMS) if own else words


PREPARED = PreparedProgram()


def call(*words: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ended:
    """Run the program to its end, in a folder and with an environment."""
    words = words if cwd else with_parameters(words)
    if PREPARED.fits(env or {}):
        return Ended(*PREPARED.call([str(word) for word in words], cwd, env or {}))
    return call_anew(*words, cwd=cwd, env=env)


def begin(*words: object, env: Mapping[str, str] | None = None) -> Started:
    """The same, begun: it has a process, and `wait_for` says how it ended."""
    assert PREPARED.fits(env or {})
    return PREPARED.start([str(word) for word in with_parameters(words)], None, env or {})


def wait_for(begun: Started) -> Ended:
    """How a call that has begun ended."""
    return Ended(*begun.wait())


def call_anew(
    *words: object, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Ended:
    """The same from the command line on: Python starts, the program is imported."""
    ended = subprocess.run(
        command(*words),
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def put_notebooks(folder: Path, safety: str = "tiny", efficacy: str = "tiny_efficacy") -> Path:
    """A folder of notebooks made of two of the situations in tests/notebooks."""
    folder.mkdir(exist_ok=True)
    for report, name in (("safety", safety), ("efficacy", efficacy)):
        shutil.copy(SITUATIONS / f"{name}.ipynb", folder / f"{report}_report.ipynb")
    return folder


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by relative path; none of the program's own state and ledger."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".state" not in path.parts and path.name != "alpha_ledger.jsonl"
    }
