"""Packages that the code imports are those that pyproject.toml names, and nothing else renews."""

import ast
import json
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.reporting.publishing.fingerprint import LIBRARIES

PROJECT = Path(__file__).parents[1]
OWN = "interim-reports"
CONDA = {"jupyter-client": "jupyter_client", "matplotlib": "matplotlib-base"}
ONLY_ON_PYPI = {"mixedlm"}


def read_declared(*extras: str) -> set[str]:
    """Packages of the runtime and of the extras."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    texts = [*project["dependencies"], *(text for extra in extras for text in optional[extra])]
    return {canonicalize_name(Requirement(text).name) for text in texts}


def list_sources(folder: str) -> list[str]:
    """Source of every module below a folder, and of every cell of its notebooks."""
    modules = [path.read_text() for path in sorted((PROJECT / folder).rglob("*.py"))]
    notebooks = [json.loads(p.read_text()) for p in sorted((PROJECT / folder).glob("*.ipynb"))]
    return modules + [
        "".join(line for line in cell["source"] if not line.startswith("%"))
        for notebook in notebooks
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


list_distributions = cache(packages_distributions)


def find_imported(source: str) -> set[str]:
    """Installed packages that a source imports, early or late, by the name of their release."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    found = {canonicalize_name(d) for name in names for d in list_distributions().get(name, [])}
    return found - {OWN}


def imported_below(folder: str) -> set[str]:
    return set().union(*(find_imported(source) for source in list_sources(folder)))


def test_a_late_import_and_a_package_of_another_name_are_seen():
    source = "import json\ndef f():\n    from yaml import safe_load\nimport matplotlib.figure"
    assert find_imported(source) == {"pyyaml", "matplotlib"}


def test_the_runtime_is_what_the_package_imports():
    assert imported_below("src") == read_declared()


@pytest.mark.parametrize("folder", ["tests", "bench", "docs", "requirements"])
def test_what_developers_run_is_declared(folder):
    assert imported_below(folder) <= read_declared("dev")


def test_what_the_notebooks_import_is_there_in_jupyterlab():
    assert "statsmodels" in imported_below("notebooks") <= read_declared("lab")


def test_whether_anything_has_changed_follows_the_runtime():
    assert set(LIBRARIES) == read_declared()
    assert list(LIBRARIES) == sorted(LIBRARIES)


def test_conda_users_are_given_the_names_of_conda_forge():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    *by_conda, last = environment["dependencies"]
    pinned = [entry.split("==")[0] for entry in by_conda if "==" in entry]
    named = [entry.split("==")[0] for entry in last["pip"] if "==" in entry]
    direct = read_declared("dev", "lab")
    assert set(named) == ONLY_ON_PYPI
    assert set(pinned) == {CONDA.get(name, name) for name in direct - ONLY_ON_PYPI}
