"""What tells the arms is for its owner alone from the first byte; what others can read is said."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_trial
from program import PARAMS, call

from helpers.commands.export_findings import collect_findings
from helpers.commands.simulate import write_whole_export
from helpers.commands.whole_folder import write_whole_folder
from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.writing import format_import
from helpers.intake.private_side import is_shared, list_shared


@pytest.fixture
def no_mask() -> Iterator[None]:
    """The most careless user: what is created is for everybody unless the program says so."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def narrowed(monkeypatch) -> list[str]:
    """Paths whose mode is changed after they were created."""
    changed: list[str] = []
    chmod, path_chmod = os.chmod, Path.chmod

    def record(path, *rest, **named):
        changed.append(str(path))
        return chmod(path, *rest, **named)

    def record_method(self, *rest, **named):
        changed.append(str(self))
        return path_chmod(self, *rest, **named)

    monkeypatch.setattr(os, "chmod", record)
    monkeypatch.setattr(Path, "chmod", record_method)
    return changed


def modes_of(folder: Path) -> dict[str, int]:
    paths = [folder, *folder.rglob("*")]
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}


def write_import(folder: Path) -> None:
    source = folder.parent / "adam"
    source.mkdir()
    small_trial.ADSL.to_parquet(source / "adsl.parquet", index=False)
    imported = import_analysis_data([source], ImportMapping())
    write_whole_folder(folder, format_import(imported))


WRITERS = {
    "simulate, CSV": lambda folder: write_whole_export(folder, n_per_arm=2, scenario="null"),
    "simulate, Parquet": lambda folder: write_whole_export(
        folder, n_per_arm=2, scenario="null", format="parquet"
    ),
    "import": write_import,
}


@pytest.mark.usefixtures("no_mask")
@pytest.mark.parametrize("writer", WRITERS)
def test_the_restricted_side_is_created_for_its_owner_alone(writer, narrowed, tmp_path):
    data = tmp_path / "data"
    WRITERS[writer](data)
    modes = modes_of(data / "restricted")
    assert modes.pop("restricted") == 0o700
    assert set(modes.values()) == {0o600}
    assert {Path(path).name.split(".")[1] for path in narrowed} == {"data"}  # the whole, at the end
    assert list_shared(data) == []
    assert modes_of(data / "open")["open"] == 0o777  # so the mask was off


@pytest.mark.parametrize(("mode", "shared"), [(0o700, False), (0o710, True), (0o704, True)])
def test_a_folder_that_group_or_others_can_enter_is_shared(mode, shared, tmp_path):
    (tmp_path / "restricted").mkdir()
    (tmp_path / "restricted").chmod(mode)
    assert is_shared(tmp_path / "restricted") is shared
    assert len(list_shared(tmp_path)) == shared


def test_what_is_not_there_is_not_shared(tmp_path):
    assert not is_shared(tmp_path / "restricted")
    assert list_shared(tmp_path) == []


@pytest.fixture
def shared(tmp_path) -> Path:
    write_whole_export(tmp_path / "data", scenario="sparse", n_per_arm=4)
    (tmp_path / "data" / "restricted").chmod(0o755)
    return tmp_path / "data"


def test_a_restricted_folder_that_others_can_read_is_a_finding_of_check_and_in_no_report(shared):
    def found(audience, name=None):
        findings = collect_findings(shared, PARAMS, name, audience).findings
        return findings[findings["id"] == "STRUCT-MODE"]

    for name in (None, "ia1"):
        (row,) = found("closed_unmasked", name).itertuples()
        assert row.severity == "E"
        assert row.text == (
            "restricted can be read by others than its owner (mode 755); see who has, then "
            "`chmod -R go= restricted`"
        )
        assert found("open", name).empty
    (shared / "restricted").chmod(0o700)
    assert found("closed_unmasked").empty


def test_check_lists_it_and_goes_on(shared):
    ended = call("check", "--data", shared, "--json")
    assert ended.code == 0
    assert "STRUCT-MODE" in {check["id"] for check in ended.json["checks"]}
