"""Parameters that the project ships or that somebody adds: each folder loads.

Other tests run on parameters of their own (tests/trial/params), so that a changed parameter or
another trial turns none of them red.
"""

from pathlib import Path

import pytest

from helpers.displays.catalogue import check_named_displays
from helpers.intake.schema import load_access
from helpers.params import load_interim, load_trial

PARAMS = Path(__file__).parents[2] / "params"
TRIALS = sorted(path.parent for path in PARAMS.rglob("trial.yaml"))
INTERIMS = [
    path
    for folder in TRIALS
    for path in sorted(folder.glob("*.yaml"))
    if path.stem not in ("trial", "committee")
]


@pytest.mark.parametrize("path", INTERIMS, ids=lambda path: path.relative_to(PARAMS).as_posix())
def test_every_interim_of_a_parameter_folder_loads(path: Path) -> None:
    interim = load_interim(path.parent, path.stem, load_trial(path.parent))
    assert interim.sequence >= 1


@pytest.mark.parametrize("folder", TRIALS, ids=lambda path: path.relative_to(PARAMS.parent).name)
def test_every_list_of_readers_loads_and_names_known_displays(folder: Path) -> None:
    for audience in ("open", "closed_unmasked"):
        assert load_access(folder, audience).audience == audience
    check_named_displays(folder / "tables" / "audiences.yaml")
