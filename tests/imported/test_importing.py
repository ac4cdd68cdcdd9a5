import io
import json

import adam_files
import pandas as pd
import pytest

from helpers.errors import UsageError
from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping, load_mapping
from helpers.imported.source import SourceError
from helpers.imported.writing import format_import


@pytest.fixture
def files(tmp_path):
    folder = adam_files.write_parquet(tmp_path / "in", adsl=adam_files.ADSL, adae=adam_files.ADAE)
    return format_import(import_analysis_data([folder], ImportMapping()))


def read(files, path):
    return pd.read_parquet(io.BytesIO(files[path]))


def test_open_files_hold_no_treatment_and_restricted_files_nothing_else(files):
    assert set(files) == {
        "export.json", "open/adsl.parquet", "open/adae.parquet", "restricted/adsl.parquet",
        "restricted/adae.parquet", "restricted/sources.json",
    }  # fmt: skip
    assert list(read(files, "restricted/adsl.parquet")) == ["SRCROW", "USUBJID", "TRT01P", "TRT01A"]
    assert not {"TRT01P", "TRT01A"} & set(read(files, "open/adsl.parquet"))
    assert b"Placebo" not in b"".join(c for p, c in files.items() if not p.startswith("restricted"))


def test_both_sides_fit_together_by_row(files):
    whole = read(files, "open/adae.parquet").merge(
        read(files, "restricted/adae.parquet"), on=["SRCROW", "USUBJID"]
    )
    assert whole.set_index("AEDECOD")["TRTA"].to_dict() == {"Fever": "Drug", "Fall": "Placebo"}


def test_the_open_side_is_the_same_whoever_got_what(tmp_path, files):
    swapped = {"Drug": "Placebo", "Placebo": "Drug"}
    adsl = adam_files.ADSL.replace({"TRT01P": swapped, "TRT01A": swapped})
    folder = adam_files.write_parquet(
        tmp_path / "other", adsl=adsl, adae=adam_files.ADAE.replace({"TRTA": swapped})
    )
    other = format_import(import_analysis_data([folder], ImportMapping()))
    for path in files:
        assert (files[path] == other[path]) == (not path.startswith("restricted")), path


def test_the_latest_date_stands_for_the_snapshot(files):
    info = json.loads(files["export.json"])
    assert (info["study"], info["level"], info["synthetic"]) == ("S1", "adam", False)
    assert info["extract"] == "2014-02-10T23:59:00"


@pytest.mark.parametrize("form", ["csv", "xpt", "json"])
def test_every_form_of_file_gives_the_same_data_sets(tmp_path, files, form):
    folder = tmp_path / form
    folder.mkdir()
    for name, frame in {"adsl": adam_files.ADSL, "adae": adam_files.ADAE}.items():
        days = frame.select_dtypes("datetime").columns
        text = frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in days})
        if form == "csv":
            text.to_csv(folder / f"{name}.csv", index=False)
        elif form == "json":
            document = adam_files.dataset_json(text, name)
            (folder / f"{name}.json").write_text(json.dumps(document))
        else:
            origin = pd.Timestamp("1960-01-01")
            numbers = frame.assign(**{c: (frame[c] - origin).dt.days.astype(float) for c in days})
            adam_files.write_xpt(folder / f"{name}.xpt", numbers, table_name=name.upper())
    found = format_import(import_analysis_data([folder], ImportMapping()))
    for path in ("open/adsl.parquet", "open/adae.parquet", "restricted/adsl.parquet"):
        pd.testing.assert_frame_equal(read(found, path), read(files, path))


def test_an_import_without_a_subject_level_data_set_is_refused(tmp_path):
    folder = adam_files.write_parquet(tmp_path, adae=adam_files.ADAE)
    with pytest.raises(SourceError, match=r"no adsl among adae\.parquet"):
        import_analysis_data([folder], ImportMapping())


def test_two_files_for_one_data_set_are_refused(tmp_path):
    folder = adam_files.write_parquet(tmp_path, adsl=adam_files.ADSL)
    adam_files.ADSL.to_csv(folder / "ADSL.csv", index=False)
    with pytest.raises(SourceError, match="a second data set adsl"):
        import_analysis_data([folder], ImportMapping())


@pytest.mark.parametrize(("name", "error"), [("nowhere", UsageError), ("define.xml", SourceError)])
def test_a_path_that_cannot_be_read_is_named(tmp_path, name, error):
    (tmp_path / "define.xml").write_text("<x/>")
    with pytest.raises(error, match=name):
        import_analysis_data([tmp_path / name], ImportMapping())


def test_other_files_of_a_folder_change_nothing_and_are_named(tmp_path, files):
    folder = tmp_path / "in"
    (folder / "define.xml").write_text("<x/>")
    (folder / "metadata.json").write_text("{}")
    imported = import_analysis_data([folder], ImportMapping())
    written = format_import(imported)
    assert {path: written[path] for path in files} == files
    assert [what.split(":")[0] for what in imported.notes["what"]] == [
        "'define.xml'",
        "'metadata.json'",
    ]


def test_a_misspelt_key_of_a_mapping_is_named_with_the_nearest(tmp_path):
    path = tmp_path / "import.yaml"
    path.write_text("timezone: UTC\n")
    with pytest.raises(UsageError, match="time_zone"):
        load_mapping(path)
