"""Write environment.yml for conda users: direct dependencies at the versions of the lock."""

import re
import tomllib
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
PYTHON = "3.11"
EXTRAS = ("lab", "dev")
# matplotlib of conda-forge brings a window system that no report needs
CONDA_NAMES = {"jupyter-client": "jupyter_client", "matplotlib": "matplotlib-base"}
ONLY_ON_PYPI = frozenset(("mixedlm",))  # of the benchmarks; conda would find no such package
HEAD = f"""\
# For conda users: conda env create -f environment.yml
# Written by `make lock`: the same versions as requirements/lock.txt and lab.txt. Do not edit.
name: interim-reports
channels: [conda-forge, nodefaults]
dependencies:
  - python={PYTHON}
  - pip
"""


def read_lock(name: str) -> dict[str, str]:
    """Version by package, as locked for PYTHON."""
    here = {"python_full_version": f"{PYTHON}.9", "python_version": PYTHON}
    found = {}
    for line in (PROJECT / "requirements" / name).read_text().splitlines():
        pinned = re.match(r"(\S+)==(\S+)(?: ; (.*?))? \\$", line)
        if pinned and (not pinned[3] or Marker(pinned[3]).evaluate(here)):
            found[canonicalize_name(pinned[1])] = pinned[2]
    return found


def read_direct() -> list[str]:
    """Packages that pyproject.toml names, sorted."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    named = [*project["dependencies"], *(name for extra in EXTRAS for name in extras[extra])]
    return sorted({canonicalize_name(Requirement(name).name) for name in named})


def format_environment() -> str:
    """The whole file."""
    locked = read_lock("lab.txt") | read_lock("lock.txt")
    named = read_direct()
    lines = [
        f"  - {CONDA_NAMES.get(name, name)}=={locked[name]}\n"
        for name in named
        if name not in ONLY_ON_PYPI
    ]
    by_pip = ["-e .", *(f"{name}=={locked[name]}" for name in named if name in ONLY_ON_PYPI)]
    return f"{HEAD}{''.join(lines)}  - pip: [{', '.join(by_pip)}]\n"


if __name__ == "__main__":
    (PROJECT / "environment.yml").write_text(format_environment())
