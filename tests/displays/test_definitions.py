"""'How this was made' defines the variables that it names, and open pages name none but theirs."""

import importlib
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from trial_views import shared_view

from helpers.datasets.variables import define_named, load_declaration
from helpers.datasets.variables.declaration import find_names
from helpers.displays.declare import load_catalogue, shown_as
from helpers.displays.model import Table
from helpers.displays.render import show_html

PARAMS = Path(__file__).parents[1] / "trial" / "params"
ROWS = [row for rows in load_declaration().variables.values() for row in rows]


@pytest.fixture(scope="module")
def views(export: Path):
    return {
        audience: shared_view(export, "ia3", audience) for audience in ("open", "closed_unmasked")
    }


@shown_as("T-S-95", audiences={"open": "pooled"}, needs=("adae",))
def tabulate_example(view) -> Table:
    return Table(source_note="adae with ASERFL = Y (TRTEMFL, HRSINF), adsl; tabulate_example.")


def test_the_fold_of_a_closed_page_defines_each_variable_that_it_names(views):
    page = BeautifulSoup(show_html(tabulate_example(views["closed_unmasked"])), "html.parser")
    defined = [item.get_text() for item in page.select("details.made li")]
    assert [text.partition(":")[0] for text in defined] == ["ASERFL", "TRTEMFL", "HRSINF"]
    assert defined[1].startswith(
        "TRTEMFL: Treatment Emergent Flag \u2013 Y where SAFFL = Y (under population_safety ITT:"
    )
    assert "(h)" in defined[2], "its unit"


def test_the_fold_of_an_open_page_defines_only_what_its_readers_have(views):
    defined = tabulate_example(views["open"]).defined
    assert [text.partition(":")[0] for text in defined] == ["ASERFL"]


def test_a_variable_that_comes_to_be_in_another_way_for_open_readers_is_defined_so(views):
    (closed,) = define_named("adsl (ANCHORDTM)", views["closed_unmasked"])
    (opened,) = define_named("adsl (ANCHORDTM)", views["open"])
    assert "TRTSDTM" in closed
    assert opened == "ANCHORDTM: Date and Time of Anchor \u2013 RANDDTM"


def test_how_imported_variables_were_derived_is_not_claimed(views):
    view = views["closed_unmasked"]
    imported = replace(view, trial=view.trial.model_copy(update={"level": "adam"}))
    (line,) = define_named("adae with TRTEMFL = Y", imported)
    assert line == "TRTEMFL: Treatment Emergent Flag \u2013 of the imported data"


def test_a_variable_is_defined_as_in_the_data_set_that_is_named_first(views):
    text = "%s (ASTDTM)"
    adae, adex = (
        define_named(text % names, views["closed_unmasked"])[0]
        for names in ("adae, adex", "adex, adae")
    )
    assert "AESTDTC" in adae
    assert "EXSTDTC" in adex


def test_no_open_display_names_a_variable_that_its_readers_do_not_have(views):
    view = views["open"]
    held = {column for frame in view.datasets.values() for column in frame}
    unknown = {row.variable for row in ROWS} - held
    told, checked = [], 0
    for name, declared in load_catalogue().items():
        module, _, function = declared.maker.rpartition(".")
        display = getattr(importlib.import_module(module), function)(view)
        texts = (display.source_note, *display.defined)
        checked += bool(display.defined)
        told += [(name, w) for text in texts for w in find_names(text) if w in unknown]
    assert told == []
    assert checked >= 5
