"""What the title page names is what the notebook shows, at every look and for every audience."""

import ast
import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from sample_response import make_response
from sample_scores import only_baseline
from trial_views import shared_display, shared_view

from helpers.displays.declare import load_catalogue
from helpers.displays.efficacy.report_parts import PARTS
from helpers.displays.efficacy.title_page import state_content
from helpers.displays.model import Display, Withheld
from helpers.view import View

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "efficacy_report.ipynb"
TITLE = "P-E-00"


def read_makers() -> list[Callable[[View], Display]]:
    """The functions that the cells of the notebook call with the view, in their order."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    modules = {
        alias.name: node.module
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names = [
        node.value.func.id
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.Expr) and ast.unparse(node).endswith("(view)")
    ]
    return [getattr(importlib.import_module(modules[name]), name) for name in names]


# a look without alpha and one with it; the others are slow
USUAL = (
    ("ia2", "closed_unmasked"),
    ("ia3", "open"),
    ("ia3", "closed_masked"),
    ("ia3", "closed_unmasked"),
)
EVERY = [
    pytest.param(name, audience, marks=() if (name, audience) in USUAL else pytest.mark.slow)
    for name in ("ia1", "ia2", "ia3", "fin")
    for audience in ("open", "closed_masked", "closed_unmasked")
]


@pytest.mark.parametrize(("name", "audience"), EVERY)
def test_the_title_page_names_the_displays_of_the_notebook_and_no_others(
    export: Path, name: str, audience: str
) -> None:
    view = shared_view(export, name, audience)
    made = [shared_display(make, export, name, audience) for make in read_makers()]
    shown = [display.id for display in made if not isinstance(display, Withheld)]
    assert shown[0] == TITLE
    assert re.findall(r"[PTFL]-E-\d\d\w?", state_content(view)) == shown[1:]
    assert not [display for display in made if isinstance(display, Withheld) and display.sentence]


def test_every_display_of_the_notebook_is_a_part_of_the_report() -> None:
    ids = {one.maker: one.id for one in load_catalogue().values()}
    makers = [f"{make.__module__}.{make.__qualname__}" for make in read_makers()]
    assert [ids[maker] for maker in makers] == [TITLE, *PARTS]


def test_with_nothing_due_but_the_baseline_the_report_ends_after_it() -> None:
    """Before anybody's next visit: no change, no model, no missing value, no response."""
    view = make_response("fin", adeff=only_baseline()["adeff"])
    forms = view["advisit"]
    states = forms["STATUS"].where(forms["AVISIT"] == "BL", "NOT_DUE")
    early = replace(view, datasets={**view.datasets, "advisit": forms.assign(STATUS=states)})
    content = re.findall(r"[PTFL]-E-\d\d\w?", state_content(early))
    assert content == [
        *("T-E-01", "P-E-01", "T-E-02", "F-E-01", "T-E-03", "T-E-03b"),
        *("L-E-01", "P-E-99", "T-E-99"),
    ]
