import json

import adam_files
import pandas as pd
import pytest

from helpers.imported.dataset_json import read_dataset_json
from helpers.imported.source import SourceError

FRAME = pd.DataFrame(
    {"USUBJID": ["A", "B"], "AVAL": [1.5, None], "ADT": ["2014-01-02", None], "N": [3, 4]}
)


@pytest.fixture
def document():
    return adam_files.dataset_json(FRAME, "adlb")


def write(folder, document, name="adlb.json"):
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def test_numbers_text_labels_and_name_are_read(tmp_path, document):
    source = read_dataset_json(write(tmp_path, document))
    assert (source.name, source.typed) == ("adlb", True)
    assert source.frame["AVAL"].tolist()[0] == 1.5
    assert source.frame["AVAL"].isna().tolist() == [False, True]
    assert source.frame["ADT"].tolist() == ["2014-01-02", None]
    assert source.labels["AVAL"] == "Label of AVAL"


def test_the_form_in_lines_gives_the_same(tmp_path, document):
    rows = document.pop("rows")
    path = tmp_path / "adlb.ndjson"
    path.write_text("\n".join(map(json.dumps, [document, *rows])))
    whole = read_dataset_json(write(tmp_path, {**document, "rows": rows}))
    pd.testing.assert_frame_equal(read_dataset_json(path).frame, whole.frame)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"datasetJSONVersion": "1.0.0"}, "version 1.1 is read"),
        ({"records": 3}, "says 3 records, holds 2"),
        ({"rows": [["A", 1.0, None, 3], ["B", 1.0]]}, "row 2 has not the 4 values"),
        ({"columns": [{"label": "no name"}]}, "needs `columns` with names"),
    ],
)
def test_a_damaged_document_is_named_with_its_fault(tmp_path, document, change, says):
    with pytest.raises(SourceError, match=says):
        read_dataset_json(write(tmp_path, document | change))


def test_a_file_cut_short_is_refused(tmp_path, document):
    path = write(tmp_path, document)
    path.write_text(path.read_text()[:-20])
    with pytest.raises(SourceError, match="was it cut short"):
        read_dataset_json(path)
