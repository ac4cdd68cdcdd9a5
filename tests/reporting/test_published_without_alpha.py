"""A look that spends no alpha holds no number between arms: not in the page, the notebook, its
metadata, the manifest, `results.csv` or the tables.
"""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from trial_views import view_of_export
from whole_program import run_interim

from helpers.displays.results import format_value
from helpers.displays.treatment_effect.effects import fit_effects
from helpers.models.repeated_measures import tabulate_contrasts, tabulate_means
from helpers.view import ClosedView

Once = Callable[[str, Callable[[Path], object]], Path]
# What a comparison leaves behind. An estimate with limits can be that of one arm (a proportion).
BETWEEN = {
    *("se", "df", "t", "p", "p_adjusted", "shift", "effect", "difference", "ratio"),
    *("boundary_z", "boundary_p", "spent", "values", "condition"),
}


@pytest.fixture(scope="module")
def look(make_once: Once, export: Path) -> Path:
    """Efficacy at IA2, which spends no alpha, as published for closed readers."""

    def build(folder: Path) -> None:
        words = ("--audience", "closed_unmasked", "--report", "efficacy")
        run_interim("ia2", *words, "--data", export, "--out", folder)

    return make_once("a look without alpha", build) / "ia2" / "closed_unmasked"


@pytest.fixture(scope="module")
def view(export: Path) -> ClosedView:
    made = view_of_export(export, "ia2")
    assert isinstance(made, ClosedView)
    return made


def read_efficacy(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of everything that the efficacy report published."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (path.name.startswith("efficacy") or "-E-" in path.name):
            yield path.name, path.read_text(encoding="utf-8")
    yield "manifest.json", (folder / "manifest.json").read_text(encoding="utf-8")


def read_results(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["report"] == "efficacy"]


def test_the_results_compare_nothing(look: Path) -> None:
    rows = read_results(look)
    assert len(rows) > 500
    assert [row for row in rows if row["contrast"]] == []
    assert {row["statistic"] for row in rows} & BETWEEN == set()


def test_no_file_names_a_contrast(look: Path, view: ClosedView) -> None:
    labels = [label for label, _, _ in view.contrasts]
    signs = [label.replace("-", "\u2212") for label in labels]
    for name, text in read_efficacy(look):
        assert not [label for label in (*labels, *signs) if label in text], name


def test_no_file_holds_a_number_that_a_model_of_this_look_would_give(
    look: Path, view: ClosedView
) -> None:
    """The models fitted here all the same: none of their numbers is anywhere, to six digits."""
    everything = "\n".join(text for _, text in read_efficacy(look))
    everything += "\n".join(row["value"] for row in read_results(look))
    compared = 0
    for code in ("NIHSSTOT", "FIMTOT", "SF36PF"):
        effects = fit_effects(view, code)
        for table in (tabulate_means(effects.model, 0.95), tabulate_contrasts(effects.model, 0.95)):
            for name in ("estimate", "se", "lower", "upper"):
                for value in table[name].dropna():
                    if abs(value) > 1e-6:  # two arms can agree: a zero stands everywhere
                        assert format_value(value)[:9] not in everything
                        compared += 1
    assert compared > 50


def test_the_displays_of_a_comparison_are_not_there_and_the_page_says_so(look: Path) -> None:
    names = {path.stem for path in look.rglob("*") if path.is_file()}
    assert names.isdisjoint(
        {"T-E-05", "T-E-06", "T-E-07", "T-E-08", "T-E-13", "F-E-17", "F-E-02", "F-E-06"}
        | {"T-E-05b", "T-E-16", "F-E-14", "F-E-15", "T-E-14", "F-E-12", "T-E-17", "F-E-16"}
        | {"T-E-18", "T-E-18b", "T-E-19", "T-E-20", "F-E-18"}
    )
    page = (look / "efficacy.html").read_text(encoding="utf-8")
    assert "This look spends no alpha, so no model compares the arms." in page
    notebook = json.loads((look / "efficacy.ipynb").read_text(encoding="utf-8"))
    assert "contrast" not in json.dumps(notebook["metadata"])


def test_a_look_with_alpha_would_be_found_by_the_same_search(published: Path) -> None:
    folder = published / "ia3" / "closed_unmasked"
    assert {row["statistic"] for row in read_results(folder)} >= {"p_adjusted", "boundary_p"}
    assert any("IV - C" in text for _, text in read_efficacy(folder))
