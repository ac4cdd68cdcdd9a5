"""Every leaf of the parameters does something: data, results, page or a refusal become others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from leaf_settings import read_settings
from leaf_walk import Walk


@pytest.fixture(scope="module")
def walk(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return Walk(read_settings(), export, tmp_path_factory.mktemp("leaves"))


@pytest.fixture(scope="module")
def small_walk(export_of: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The same on a trial with few participants."""
    return Walk(read_settings(), export_of("sparse"), tmp_path_factory.mktemp("small"))


@pytest.mark.slow
def test_every_leaf_of_the_parameters_has_an_effect(walk: Walk) -> None:
    shown = walk.find_shown()
    assert len(shown) > 100
    groups = walk.list_groups(shown)
    assert len(groups) > 250
    assert [text for group in groups if (text := walk.find_dead(group))] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("trial", "control"), "XX"),  # a refusal: no arm has it
        (("trial", "subtitle"), "Another subtitle"),  # what the page says of itself
        (("trial", "visits", 0, "target"), 100),  # data
        (("trial", "lights", "accrual_percent", "green"), 100.0),  # a display of open readers
    ],
)
def test_a_leaf_of_each_kind_has_an_effect(small_walk: Walk, path, value) -> None:
    assert small_walk.has_effect(path, value)


# makes every page: what the walk does with a leaf that does nothing
@pytest.mark.slow
def test_a_leaf_without_an_effect_would_be_found(walk: Walk) -> None:
    path = ("trial", "lights", "accrual_percent", "green")
    assert not walk.has_effect(path, walk.base.trial["lights"]["accrual_percent"]["green"])
