"""`interim import --to` replaces what `interim import` made, and nothing else."""

import json
import os
import stat
from pathlib import Path

import adam_files
import pytest
from typer.testing import CliRunner

from helpers.__main__ import app
from helpers.errors import UsageError


@pytest.fixture
def source(tmp_path):
    return adam_files.write_parquet(tmp_path / "in", adsl=adam_files.ADSL, adae=adam_files.ADAE)


def bring_in(source, to):
    return CliRunner().invoke(app, ["import", str(source), "--to", str(to)])


def files_of(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_raw_export_is_not_replaced(tmp_path, source):
    raw = tmp_path / "raw"
    (raw / "open").mkdir(parents=True)
    (raw / "open" / "dm.csv").write_text("SUBJID\n001\n")
    (raw / "export.json").write_text(json.dumps({"study": "X", "extract": "2024-01-01"}))
    done = bring_in(source, raw)
    assert isinstance(done.exception, UsageError)
    assert "was not made by `interim import`" in str(done.exception)
    assert files_of(raw) == ["export.json", "open/dm.csv"]


def test_a_folder_of_its_own_is_replaced_as_a_whole(tmp_path, source):
    data = tmp_path / "data"
    assert bring_in(source, data).exit_code == 0
    first = files_of(data)
    (source / "adae.parquet").unlink()
    assert bring_in(source, data).exit_code == 0
    assert set(files_of(data)) < set(first)
    assert not (data / "open" / "adae.parquet").exists()


@pytest.mark.parametrize("name", ["notes.txt", "open/key.csv", "restricted/a/b.parquet", "x/y"])
def test_a_file_that_somebody_put_there_stops_the_import(tmp_path, source, name):
    data = tmp_path / "data"
    bring_in(source, data)
    (data / name).parent.mkdir(exist_ok=True, parents=True)
    (data / name).write_text("mine")
    before = files_of(data)
    done = bring_in(source, data)
    assert "was not written by `interim import`" in str(done.exception)
    assert files_of(data) == before


def test_an_export_file_that_is_no_json_is_no_mark(tmp_path, source):
    data = tmp_path / "data"
    data.mkdir()
    (data / "export.json").write_text("[" * 100_000)
    assert "was not made by" in str(bring_in(source, data).exception)


def test_the_restricted_side_is_its_owners_alone_from_the_first_byte(tmp_path, source, monkeypatch):
    modes = {}
    opened = os.open

    def watch(path, flags, mode=0o777, **options):
        handle = opened(path, flags, mode, **options)
        if "restricted" in str(path) or "open/" in str(path):
            modes[str(path).rsplit("/", 2)[-2]] = (
                stat.S_IMODE(os.fstat(handle).st_mode),
                stat.S_IMODE(Path(path).parent.stat().st_mode),
            )
        return handle

    monkeypatch.setattr(os, "open", watch)
    mask = os.umask(0)
    try:
        assert bring_in(source, tmp_path / "data").exit_code == 0
    finally:
        os.umask(mask)
    assert modes["restricted"] == (0o600, 0o700)
    for path in (tmp_path / "data" / "restricted").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data" / "restricted").stat().st_mode) == 0o700
