"""No sentence repeats the value of a parameter, and no name stands for two things."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from view_factory import PARAMS, shipped_trial

from helpers.datasets.build import build_view
from helpers.displays.administration.primary_outcome import tabulate_primary_outcome
from helpers.displays.adverse_events.dot_plot import plot_ae_dots
from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.model import Display
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.displays.serious_events.listing import list_serious_events
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.summary.title_page import show_title_page
from helpers.params import load_interim

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
MAKERS = (
    *(show_at_a_glance, show_title_page, tabulate_ae_overview, tabulate_first_event_rates),
    *(tabulate_primary_outcome, tabulate_serious_events, tabulate_soc_pt, plot_ae_dots),
    list_serious_events,
)
HOURS_72 = re.compile(r"\b72[\s\u00a0-]*(h\b|hour)", re.IGNORECASE)


def list_texts(display: Display) -> list[str]:
    """Every sentence, label and cell of a display."""
    header, rows = display.csv_copy()
    lights = map(str, getattr(display, "lights", ()))
    sentences = [*getattr(display, "sentences", ()), *lights]
    cells = [text for row in rows for text in row]
    return [display.title, display.population_line, display.headline, *display.notes,
            display.source_note, *sentences, *header, *cells]  # fmt: skip


@pytest.fixture(scope="module")
def displays(export: Path) -> list[Display]:
    """What a closed report shows where the primary window is two days long."""
    trial = shipped_trial()
    interim = load_interim(PARAMS, "ia1", trial).model_copy(update={"admin_window_hours": 48})
    view = build_view(export, PARAMS, trial=trial, interim=interim, audience="closed_unmasked")
    return [make(view) for make in MAKERS]


def test_with_another_primary_window_the_old_one_is_a_named_secondary_window_only(displays) -> None:
    found = [(d.id, t) for d in displays for t in list_texts(d) if HOURS_72.search(t)]
    allowed = {"within 72 h", "Any event within 72 h"}
    assert {(name, text) for name, text in found} <= {("T-S-11", text) for text in allowed}
    primary = next(display for display in displays if display.id == "T-S-11")
    assert "within 48 h (primary window)" in list_texts(primary)
    assert "within 48 h after a dose" in primary.headline


@pytest.mark.parametrize("name", ["safety_report.ipynb", "efficacy_report.ipynb"])
def test_no_chapter_text_names_a_window(name: str) -> None:
    cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert texts
    assert not [text for text in texts if HOURS_72.search(text) or "agreed" in text]


def test_a_category_of_special_interest_is_named_unlike_any_term() -> None:
    rules = shipped_trial().adverse_events
    tables = PARAMS / "tables"
    aesi, dictionary = (
        pd.read_csv(tables / name, dtype=str) for name in (rules.aesi_file, rules.dictionary_file)
    )
    terms = {simplify(term) for term in (*aesi["AEDECOD"], *dictionary["PT"], *dictionary["SOC"])}
    assert set(aesi["AESICAT"]) == set(rules.categories)
    assert not [name for name in rules.categories.values() if simplify(name) in terms]
    assert len({simplify(name) for name in rules.categories.values()}) == len(rules.categories)


def simplify(name: str) -> str:
    """A name without capitals, signs and the s of a plural."""
    return re.sub(r"[^a-z]", "", name.lower()).removesuffix("s")


def test_a_note_of_the_trial_that_names_the_window_would_be_found(displays) -> None:
    primary = next(display for display in displays if display.id == "T-S-11")
    spoilt = replace(primary, notes=("The 72-hour window is an assumption.",))
    assert any(HOURS_72.search(text) for text in list_texts(spoilt))
