"""The name that a file gives to its data set is a name, never a place."""

import json
from pathlib import Path

import adam_files
import pytest
from typer.testing import CliRunner

from helpers.__main__ import app
from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.source import SourceError

EVIL = [
    "../../other/open/adsl",
    "./adex",
    "/tmp/x",
    "a/b",
    "..",
    "ad\\sl",
    "adsl\n",
    "1adsl",
    "a b",
]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", EVIL)
def test_a_dataset_json_cannot_write_where_its_name_points(tmp_path, name):
    other = adam_files.write_parquet(tmp_path / "other" / "open", adsl=adam_files.ADSL)
    source = adam_files.write_parquet(tmp_path / "in", adsl=adam_files.ADSL)
    document = {**adam_files.dataset_json(adam_files.ADAE.drop(columns="ASTDT"), "x"), "name": name}
    (source / "adae.json").write_text(json.dumps(document))
    before = snapshot(tmp_path)
    done = CliRunner().invoke(app, ["import", str(source), "--to", str(tmp_path / "new" / "data")])
    assert done.exit_code != 0
    if name.strip() == "adsl":
        assert "a second data set adsl" in str(done.exception)
    else:
        assert "adae.json: calls its data set" in str(done.exception)
    assert snapshot(tmp_path) == before
    assert other.exists()


def test_an_xpt_member_cannot_write_outside(tmp_path):
    path = adam_files.write_xpt(tmp_path / "adsl.xpt", adam_files.ADSL.drop(columns="TRTSDT"))
    path.write_bytes(path.read_bytes().replace(b"SAS     DATASET ", b"SAS     ../ADSL ", 1))
    with pytest.raises(SourceError, match=r"adsl\.xpt: calls its data set '\.\./ADSL'"):
        import_analysis_data([path], ImportMapping())


def test_a_file_name_gives_a_name_of_letters_and_digits(tmp_path):
    adam_files.write_parquet(tmp_path, adsl=adam_files.ADSL)
    (tmp_path / "adsl.parquet").rename(tmp_path / "..adsl..parquet")
    assert list(import_analysis_data([tmp_path], ImportMapping()).datasets) == ["adsl"]
    (tmp_path / "..adsl..parquet").rename(tmp_path / "2023-01.parquet")
    with pytest.raises(SourceError, match="gives no name for a data set"):
        import_analysis_data([tmp_path], ImportMapping())
