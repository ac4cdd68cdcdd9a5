"""Arms in the order of letters: only for who was told the letters anyway."""

import datetime as dt
import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
import yaml
from mini_export import PARAMS, trial
from text_export import copy, simulated, write_tables

from helpers.datasets.build import build_view
from helpers.datasets.reader import Reader
from helpers.displays.summary.title_page import BY_LETTER, show_title_page
from helpers.errors import UsageError
from helpers.masking.key import MaskKey
from helpers.masking.labels import draw_labels, seal_labels
from helpers.params import load_interim
from helpers.view import View

CODES = [arm.code for arm in trial().arms]


def find_key(first: str) -> MaskKey:
    """A key whose first letter is not that of the first arm."""
    keys = (MaskKey(f"a key of the tests, long enough, {n}".encode()) for n in range(100))
    return next(key for key in keys if draw_labels(key, trial().study, CODES)[first] == "A")


KEY = find_key(CODES[1])
LABELS = draw_labels(KEY, trial().study, CODES)
BY_LETTERS = sorted(CODES, key=lambda code: LABELS[code])


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = copy(simulated(tmp_path_factory.mktemp("tables")))
    return write_tables(tables, tmp_path_factory.mktemp("export"))


@pytest.fixture
def params(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PARAMS, tmp_path / "params"))


def write_record(params: Path, seal: str) -> None:
    entry = {"interim": "ia2", "date": dt.date(2023, 5, 2), "by": "A. Tran", "why": "harm"}
    content = {"unmaskings": [{**entry, "seal": seal}]}
    (params / "committee.yaml").write_text(yaml.safe_dump(content))


PLACES = {"mask_key_ref": "file:/secret/key", "alpha_ledger": "/secret/looks.jsonl"}


def build(export: Path, params: Path, order: str, audience: str = "closed_unmasked") -> View:
    changes = {"arms_order": order, **PLACES}
    interim = load_interim(params, "ia3", trial()).model_copy(update=changes)
    reader = Reader(audience, key=KEY)
    return build_view(export, params, trial=trial(), interim=interim, audience=reader)


@pytest.fixture(scope="module")
def find_view(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], View]:
    """Views of a trial whose letters the committee was told, each built once."""
    params = Path(shutil.copytree(PARAMS, tmp_path_factory.mktemp("told") / "params"))
    write_record(params, seal_labels(KEY, LABELS))
    return cache(partial(build, export, params))


def list_arms(view: View) -> list[str]:
    return [group.code for group in view.groups("ITT")[:-1]]


def test_without_a_record_of_an_unmasking_the_order_of_letters_is_refused(export, params) -> None:
    seal = seal_labels(KEY, LABELS)
    for record in (None, "0" * 64):  # nobody, and somebody who learned other letters
        if record:
            write_record(params, record)
        with pytest.raises(UsageError) as caught:
            build(export, params, "mask")
        message = str(caught.value)
        assert message.startswith("arms_order: found mask")
        assert f"seal {seal}" in message
        assert "registry, as in trial.yaml" in message


def test_with_a_record_arms_stand_in_the_order_of_the_letters_and_the_page_says_so(
    find_view,
) -> None:
    usual, by_letter = (find_view(order, "closed_unmasked") for order in ("registry", "mask"))
    assert list_arms(usual) == CODES
    assert list_arms(by_letter) == BY_LETTERS != CODES
    sizes = [{g.label: g.n for g in view.groups("ITT")} for view in (usual, by_letter)]
    assert sizes[0] == sizes[1]
    pairs = [{frozenset(own[1:]) for own in view.contrasts} for view in (usual, by_letter)]
    assert pairs[0] == pairs[1]  # of two arms with the product the second is set against the first
    said = [BY_LETTER in show_title_page(view).sentences for view in (usual, by_letter)]
    assert said == [False, True]


def test_a_masked_report_is_always_by_label(find_view) -> None:
    """Here where arms stand by letter for others; in test_masked_view where they do not."""
    masked = find_view("mask", "closed_masked")
    assert list_arms(masked) == ["A", "B", "C"]
    assert BY_LETTER not in show_title_page(masked).sentences


def test_an_open_report_has_no_arms_to_order(find_view) -> None:
    assert find_view("mask", "open").groups("ITT")[0].label == "Total"


def test_no_view_knows_where_the_key_or_the_ledger_lies(find_view) -> None:
    for audience in ("open", "closed_masked", "closed_unmasked"):
        interim = find_view("mask", audience).interim
        assert {name: getattr(interim, name) for name in PLACES} == dict.fromkeys(PLACES)
