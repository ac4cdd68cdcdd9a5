"""The table of sensitivity and its forest: same columns, the key model first, no p value."""

from dataclasses import replace

import pytest
from sample_scores import make_scores, one_person
from score_values import draw_values, make_adsl, view_values

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Table, Withheld
from helpers.displays.results import Key
from helpers.displays.treatment_effect import sensitivity_forest
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.displays.treatment_effect.sensitivity_forest import plot_sensitivity
from helpers.displays.treatment_effect.sensitivity_lines import tabulate_sensitivity
from helpers.view import View

SIZES = {"IV": 6, "IT": 5, "CTL": 5}
ADSL = make_adsl(SIZES)
VALUES = draw_values(ADSL)
MAIN = Key("ITT", "", "NIHSSTOT", "M06", "MMRM")


def view_of(interim: str = "fin") -> View:
    return view_values(VALUES, ADSL.assign(ONSETGR1="<=6"), interim)


def tabulate(view: View) -> Table:
    table = tabulate_sensitivity(view)
    assert isinstance(table, Table)
    return table


def test_the_first_line_has_the_numbers_of_the_key_model() -> None:
    table, key = tabulate(view_of()).statistics, tabulate_key_model(view_of()).statistics
    for label in ("IV - C", "IT - C", "IT - IV"):
        own = key[MAIN._replace(category="LSMEAN", contrast=label)]
        assert table[MAIN._replace(contrast=label)] == {
            name: own[name] for name in ("estimate", "se", "df", "lower", "upper")
        }
    assert table[MAIN._replace(arm="Total")] == {"n": 16, "values": 48}


def test_no_p_value_stands_beside_an_exploratory_line() -> None:
    table = tabulate(view_of())
    assert not [row for row in table.statistics.values() if {"p", "p_adjusted"} & set(row)]
    assert all(len(line.cells) == 2 + 3 for line in table.lines)


def test_a_covariate_that_is_the_same_for_all_is_named_and_changes_nothing() -> None:
    rows = tabulate(view_of()).statistics
    with_it = rows[MAIN._replace(category="WITH.ONSETGR1", contrast="IV - C")]
    assert with_it["estimate"] == pytest.approx(rows[MAIN._replace(contrast="IV - C")]["estimate"])
    notes = tabulate(view_of()).notes
    assert any(
        note.startswith("With covariate ")
        and note.endswith("the same in everybody, so as the main analysis.")
        for note in notes
    )


def test_unadjusted_lines_say_how_the_test_of_the_look_went() -> None:
    """At a share of the information nothing crosses, whatever the intervals leave out."""
    for display in (tabulate(view_of()), plot_sensitivity(view_of())):
        assert display.headline.startswith("The test of this look is in T-E-05: its bound is not")
        assert "to leave out 0 is not to cross the bound" in display.headline


def test_a_look_without_alpha_has_neither_even_if_contrasts_were_asked_for() -> None:
    view = view_of("ia2")
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    for own in (view, asked):
        assert isinstance(tabulate_sensitivity(own), Withheld)
        assert isinstance(plot_sensitivity(own), Withheld)


def test_the_forest_draws_the_numbers_of_the_table() -> None:
    rows = tabulate(view_of()).statistics
    figure = plot_sensitivity(view_of())
    assert isinstance(figure, Figure)
    assert len(figure.statistics) > 16
    for key, row in figure.statistics.items():
        assert key.contrast in ("IV - C", "IT - C")
        assert row == pytest.approx({name: rows[key][name] for name in row}, nan_ok=True)


def test_texts_of_the_forest_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        sensitivity_forest,
        "render_svg",
        lambda figure, name: seen.extend(find_overlaps(figure)) or "",
    )
    plot_sensitivity(view_of())
    assert seen == []


def test_little_data_are_no_estimates_and_no_failure() -> None:
    for sample in (one_person(), make_scores()):
        adsl = sample["adsl"].assign(ONSETGR1="<=6")
        view = replace(sample, datasets={**sample.datasets, "adsl": adsl})
        assert {row.get("estimate") for row in tabulate(view).statistics.values()}
        assert isinstance(plot_sensitivity(view), Figure)


def test_a_reason_that_several_lines_have_is_given_once() -> None:
    few = make_adsl({"IV": 3, "IT": 2, "CTL": 3})
    table = tabulate(view_values(draw_values(few), few.assign(ONSETGR1="<=6"), "fin"))
    notes = [note for note in table.notes if note.endswith("3 or more values in every arm.")]
    assert len(notes) == 1
    assert notes[0].startswith("Main analysis: MMRM; MMRM, Kenward-Roger; ")
