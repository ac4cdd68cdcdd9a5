"""Arms in the order of letters: only for who was told the letters anyway."""

import datetime as dt
import shutil
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


def build(export: Path, params: Path, order: str, audience: str = "closed_unmasked") -> View:
    interim = load_interim(params, "ia3", trial()).model_copy(update={"arms_order": order})
    reader = Reader(audience, key=KEY)
    return build_view(export, params, trial=trial(), interim=interim, audience=reader)


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
    export, params
) -> None:
    write_record(params, seal_labels(KEY, LABELS))
    usual, by_letter = (build(export, params, order) for order in ("registry", "mask"))
    assert list_arms(usual) == CODES
    assert list_arms(by_letter) == BY_LETTERS != CODES
    sizes = [{g.label: g.n for g in view.groups("ITT")} for view in (usual, by_letter)]
    assert sizes[0] == sizes[1]
    pairs = [{frozenset(own[1:]) for own in view.contrasts} for view in (usual, by_letter)]
    assert pairs[0] == pairs[1]  # of two arms with the product the second is set against the first
    said = [BY_LETTER in show_title_page(view).sentences for view in (usual, by_letter)]
    assert said == [False, True]


def test_a_masked_report_is_always_by_label(export, params) -> None:
    for order in ("registry", "mask"):
        masked = build(export, params, order, "closed_masked")
        assert list_arms(masked) == ["A", "B", "C"]
        assert BY_LETTER not in show_title_page(masked).sentences


def test_an_open_report_has_no_arms_to_order(export, params) -> None:
    assert build(export, params, "mask", "open").groups("ITT")[0].label == "Total"


def test_no_view_knows_where_the_key_or_the_ledger_lies(export, params) -> None:
    places = {"mask_key_ref": "file:/secret/key", "alpha_ledger": "/secret/looks.jsonl"}
    for audience in ("open", "closed_masked", "closed_unmasked"):
        interim = load_interim(params, "ia3", trial()).model_copy(update=places)
        reader = Reader(audience, key=KEY)
        view = build_view(export, params, trial=trial(), interim=interim, audience=reader)
        assert (view.interim.mask_key_ref, view.interim.alpha_ledger) == (None, None)
