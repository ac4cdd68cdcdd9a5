"""docs/parameters.md names every key of the models, and no default that is not theirs."""

import re
import shutil
from pathlib import Path

from helpers.params import Interim, Trial, load_interim, load_trial
from helpers.params.check_model import flatten, is_model
from helpers.params.committee import Committee, read_committee
from helpers.params.imported import Given

DOCUMENT = Path(__file__).parents[2] / "docs" / "parameters.md"
ELSEWHERE = {Given}  # docs/your_own_trial.md


def keys_of(model, seen=()):
    """Names of all keys of a model and of the models inside it."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for kind in flatten(field.annotation):
            if is_model(kind) and kind not in (*seen, *ELSEWHERE):
                names |= keys_of(kind, (*seen, model))
    return names


def test_every_key_is_described():
    named = set(re.findall(r"`([A-Za-z0-9_]+)`", DOCUMENT.read_text()))
    assert keys_of(Trial) - named == set()
    assert keys_of(Interim) - named == set()
    assert keys_of(Committee) - named == set()


def test_every_shipped_table_is_described():
    text = DOCUMENT.read_text()
    tables = Path(__file__).parents[2] / "params" / "tables"
    assert [path.name for path in tables.iterdir() if f"`{path.name}`" not in text] == []


def test_the_committee_s_file_in_the_document_can_be_used(tmp_path):
    own = DOCUMENT.parents[1] / "tests" / "trial" / "params"
    params = Path(shutil.copytree(own, tmp_path / "params"))
    (example,) = re.findall(r"```yaml\n(protocol:.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (params / "committee.yaml").write_text(example)
    trial = load_trial(params)
    committee = read_committee(params, trial, load_interim(params, "ia3", trial))
    assert [entry.closes_alerts for entry in committee.recommendations] == [("IT",)]
