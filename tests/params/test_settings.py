"""Every setting is read somewhere; what nothing reads yet is refused, not believed."""

import ast
import shutil
from functools import cache
from pathlib import Path

import pytest
from yaml_edits import edit

from helpers.errors import UsageError
from helpers.params import Interim, Trial, load_trial
from helpers.params.access import Audiences
from helpers.params.check_model import flatten, is_model
from helpers.params.raw_tables import RawTables

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "src" / "helpers"
# Beside the models, these modules act on what they hold: they choose scores, load, refuse.
READERS = {"score_choice", "loading", "trial", "interim", "scores"}
# Read by name: all fields of these models, and a key of what a packed view says of itself.
BY_NAME = {"Scoring", "RecordedTotal", "Variant", "Limit", "Outcome"}
WORDS = {"subtitle"}


def models_of(model, found=None):
    """A model and every model inside it, by name."""
    found = {} if found is None else found
    found[model.__name__] = model
    for field in model.model_fields.values():
        for kind in flatten(field.annotation):
            if is_model(kind) and kind.__name__ not in found:
                models_of(kind, found)
    return found


@cache
def names_read() -> frozenset[str]:
    """Attributes, and some words, that code outside the declaration of the models reads."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "params" and path.stem not in READERS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and node.value in WORDS:
                found.add(node.value)
    return frozenset(found)


@pytest.mark.parametrize("name", sorted(models_of(Trial) | models_of(Interim)))
def test_every_field_of_a_parameter_model_is_read_somewhere(name):
    model = (models_of(Trial) | models_of(Interim))[name]
    unread = set(model.model_fields) - names_read()
    assert name in BY_NAME or unread == set()


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(
        PROJECT / "tests" / "trial" / "params",
        tmp_path / "params",
        ignore=shutil.ignore_patterns("cdisc_pilot"),
    )


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ("", "required_tables", ["lot"]),
        ("", "time_zone", "UTC"),
        ("adverse_events", "whole_follow_up", ["SEIZURE"]),
        ("laboratory", "blood", "BLOOD"),
    ],
)
def test_a_setting_of_the_trial_that_nothing_reads_is_not_available_yet(folder, where, key, value):
    def change(content):
        (content[where] if where else content).update({key: value})

    edit(folder / "trial.yaml", change)
    with pytest.raises(UsageError) as caught:
        load_trial(folder)
    path = f"{where}.{key}" if where else key
    assert f": {path}: not available yet" in str(caught.value)


def test_every_key_of_an_interim_is_available():
    assert set() == Interim.LATER


def test_no_key_is_both_refused_and_accepted():
    models = models_of(Trial) | models_of(Interim) | models_of(Audiences) | models_of(RawTables)
    for model in models.values():
        assert model.LATER.isdisjoint(model.model_fields), model.__name__
