"""What a report depends on, as digests: the same fingerprint means the same report."""

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import UsageError

PACKAGE = Path(__file__).parents[2]
EXPORT_FILE = "export.json"
RESTRICTED = "restricted/"
UNREADABLE = "cannot be read"
LIBRARIES = (  # the dependencies of pyproject.toml
    "ipykernel",
    "ipython",
    "jinja2",
    "jupyter-client",
    "lifelines",
    "markupsafe",
    "matplotlib",
    "mistune",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pydantic",
    "pydantic-core",
    "pyyaml",
    "rich",
    "scipy",
    "seaborn",
    "typer",
)


@dataclass(frozen=True)
class RunInputs:
    """What every report of one call rests on: SHA-256 by file, and versions by library.

    `interims` are those of the trial in the order of their sequence.
    """

    data: Mapping[str, str]
    parameters: Mapping[str, str]
    interims: tuple[str, ...]
    code: str
    versions: Mapping[str, str]

    def data_for(self, *, restricted: bool) -> dict[str, str]:
        """Digests of the export's files that an audience may open."""
        return {
            name: digest
            for name, digest in self.data.items()
            if restricted or not name.startswith(RESTRICTED)
        }

    def parameters_of(self, interim: str) -> dict[str, str]:
        """Digests of the parameter files of one interim and of those before it, not after it."""
        known = self.interims[: self.interims.index(interim) + 1]
        own = ("trial.yaml", *(f"{name}.yaml" for name in known))
        return {
            name: digest
            for name, digest in self.parameters.items()
            if "/" in name or not name.endswith(".yaml") or name in own
        }


def read_run_inputs(
    data: Path, params: Path, interims: tuple[str, ...], *, restricted: bool
) -> RunInputs:
    """Digest everything that reports depend on, beside their notebooks.

    `interims` are all of the trial, in the order of their sequence. Without `restricted` the
    restricted part of the export is not looked at, not even for its names.

    Raises
    ------
    UsageError
        If a file cannot be read.
    """
    digests = digest_files([*_list_tables(data / "open"), data / EXPORT_FILE], data)
    if restricted:
        digests |= _digest_restricted(data)
    common = [*(params / "tables").glob("*"), *params.glob("*.csv"), params / "trial.yaml"]
    files = [*common, *(params / f"{name}.yaml" for name in interims)]
    return RunInputs(
        data=digests,
        parameters=digest_files(files, params),
        interims=interims,
        code=digest_code(),
        versions=read_versions(),
    )


def _list_tables(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.suffix in (".csv", ".parquet")]


def _digest_restricted(data: Path) -> dict[str, str]:
    """Digests of the restricted files.

    One that cannot be read stops the closed reports, in their own words, and no open report.
    """
    found: dict[str, str] = {}
    for path in sorted(_list_tables(data / RESTRICTED.rstrip("/"))):
        try:
            found |= digest_files([path], data)
        except UsageError:
            found[path.relative_to(data).as_posix()] = UNREADABLE
    return found


def digest_files(paths: list[Path], base: Path) -> dict[str, str]:
    """SHA-256 of each file that exists, by its name relative to `base`, sorted."""
    files = sorted(path for path in paths if path.is_file())
    return {path.relative_to(base).as_posix(): digest_file(path) for path in files}


def digest_file(path: Path) -> str:
    """SHA-256 of a file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None


def digest_code() -> str:
    """SHA-256 over this package: names and contents of its source, templates and tables."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
            digest.update(digest_file(path).encode())
    return digest.hexdigest()


def digest_notebook(content: bytes) -> str:
    """SHA-256 of what a notebook does: kind, tags and source of its cells.

    Outputs, counts and what an editor writes beside them are no part of it: Run All and Save
    makes no other notebook.
    """
    try:
        cells = [_read_cell(cell) for cell in json.loads(content)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return hashlib.sha256(content).hexdigest()  # running it says what is wrong
    return digest_json(cells)


def _read_cell(cell: Mapping[str, Any]) -> list[object]:
    tags = cell.get("metadata", {}).get("tags", [])
    return [cell["cell_type"], sorted(tags), "".join(cell["source"])]


def read_versions() -> dict[str, str]:
    """Python and the libraries that numbers or pages depend on."""
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **versions}


def digest_json(content: object) -> str:
    """SHA-256 of a plain value."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
