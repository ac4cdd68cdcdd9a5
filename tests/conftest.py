"""What is expensive and shared: made once per session, also when several workers run the tests."""

import fcntl
import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from program import PREPARED
from whole_program import run_interim

Once = Callable[[str, Callable[[Path], object]], Path]

# As in a report, and before anything loads numpy: on small matrices more threads only wait for
# each other, and each core has a worker of its own.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# how long an example takes says how busy the machine is, not whether the code is right
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What lives until the end is not searched for garbage again and again: a sixth of the time.

    That is the tests and all modules, and later the views and displays that tests share.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


@pytest.fixture(autouse=True)
def _forget_displays_of_a_test() -> Iterator[None]:
    """An id that a test's own function took is free again for the next test."""
    yield
    declare = sys.modules.get("helpers.displays.declare")
    declared = getattr(declare, "_DECLARED", {})
    for name in [name for name, one in declared.items() if "<locals>" in one.maker]:
        del declared[name]


@pytest.fixture(scope="session", autouse=True)
def _keep_views(make_once: Once) -> None:
    """What the program has built in one worker is there for every worker."""
    PREPARED.kept = make_once("kept views", Path.mkdir)


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Call `build(folder)` in one worker only; every worker gets the finished folder.

    Whoever changes what is in it must work on a copy.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, build: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                build(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def export_of(make_once: Once) -> Callable[[str], Path]:
    """The synthetic export of a scenario."""
    from helpers.simulate import write_export

    def find(scenario: str) -> Path:
        def build(folder: Path) -> None:
            folder.mkdir()
            write_export(folder, scenario=scenario)

        return make_once(f"export of {scenario}", build)

    return find


@pytest.fixture(scope="session")
def export(export_of: Callable[[str], Path]) -> Path:
    """The synthetic export as `make report` writes it."""
    return export_of("modest")


@pytest.fixture(scope="session")
def published(make_once: Once, export: Path) -> Path:
    """IA3 as published for open and for closed readers, by the notebooks of the project."""

    def build(folder: Path) -> None:
        run_interim("ia3", "--data", export, "--out", folder)

    return make_once("báo cáo", build)
