"""docs/parameters.md names every key of the models, and no default that is not theirs."""

import re
from pathlib import Path

from helpers.params import Interim, Trial
from helpers.params.check_model import flatten, is_model
from helpers.params.given import Given

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


def test_every_shipped_table_is_described():
    text = DOCUMENT.read_text()
    tables = Path(__file__).parents[2] / "params" / "tables"
    assert [path.name for path in tables.iterdir() if f"`{path.name}`" not in text] == []
