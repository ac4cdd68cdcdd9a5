"""Every display as text, for closed, masked and open readers, from the built-in export at its third
interim: a reviewer reads all tables in one diff. `make snapshots` writes the files anew.
"""

import importlib
import os
from difflib import unified_diff
from pathlib import Path

import pytest
from trial_views import shared_display

from helpers.displays.declare import load_catalogue
from helpers.displays.model import Figure
from helpers.displays.render import show_text

PARAMS = Path(__file__).parents[1] / "trial" / "params"
FOLDER = Path(__file__).parent / "snapshots"
AUDIENCES = ("closed_unmasked", "closed_masked", "open")
WRITE = os.environ.get("SNAPSHOTS") == "write"


def write_text(export: Path, audience: str, display_id: str) -> str:
    """A display as text; of a figure its title, headline and text alternative."""
    module, _, function = load_catalogue()[display_id].maker.rpartition(".")
    make = getattr(importlib.import_module(module), function)
    made = shared_display(make, export, "ia3", audience)
    text = show_text(made)
    return f"{text}\n{made.alternative}\n" if isinstance(made, Figure) else f"{text}\n"


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("display_id", load_catalogue())
def test_a_display_reads_as_its_snapshot(export: Path, audience: str, display_id: str) -> None:
    path = FOLDER / audience / f"{display_id}.txt"
    text = write_text(export, audience, display_id)
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    changes = unified_diff(known.splitlines(), text.splitlines(), "snapshot", "now", lineterm="")
    assert text == known, "\n".join(["make snapshots, if this is meant:", *changes])


def test_every_snapshot_is_one_of_a_display() -> None:
    for audience in AUDIENCES:
        assert {path.stem for path in (FOLDER / audience).glob("*.txt")} == set(load_catalogue())
