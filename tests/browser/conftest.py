"""Pages in a real browser; without one these tests are left out, and the run says so."""

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
AXE = CACHE / "interim-reports" / "axe" / "axe.min.js"
CHROMIUM = shutil.which("chromium")


def find_missing_tools() -> list[str]:
    tools = {"chromium": CHROMIUM is not None, str(AXE): AXE.is_file()}
    return [name for name, present in tools.items() if not present]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = find_missing_tools()
    browser = [item for item in items if item.get_closest_marker("browser")]
    if missing and browser:
        config.hook.pytest_deselected(items=browser)
        items[:] = [item for item in items if item not in browser]
        warnings.warn(
            pytest.PytestWarning(
                f"{len(browser)} browser tests left out, not found: {', '.join(missing)}; "
                "call .ci/install-browser-tools"
            ),
            stacklevel=1,
        )


@pytest.fixture(scope="session")
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    started = Browser()
    yield started
    started.close()
