"""Subgroups on the page: counts by hand, the main model first, no test, small cells NE."""

from dataclasses import replace

import numpy as np
import pytest
from sample_scores import make_scores, one_person, without_arm
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Table, Withheld
from helpers.displays.results import Key
from helpers.displays.supportive import subgroup_forest
from helpers.displays.supportive.subgroup_forest import plot_subgroups
from helpers.displays.supportive.subgroup_table import tabulate_subgroups
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.view import View

ADSL = make_adsl({"IV": 9, "IT": 8, "CTL": 10})
WOMEN = {"IV": 5, "IT": 3, "CTL": 5}
ADSL = ADSL.assign(
    SEX=["F" if int(name[-2:]) < WOMEN[name[:-2]] else "M" for name in ADSL["USUBJID"]],
    AGE=np.where(ADSL["USUBJID"].str.endswith(("0", "1")), 70.0, 50.0),
    STRKSIDE=np.where(ADSL["USUBJID"] == "IV00", None, "LEFT"),
)
VALUES = draw_values(ADSL, seed=7)
KEY = Key("ITT", "", "NIHSSTOT", "M06", "LSMEAN")


def view_of(interim: str = "fin") -> View:
    return view_values(VALUES, ADSL, interim)


def tabulate(view: View) -> Table:
    table = tabulate_subgroups(view)
    assert isinstance(table, Table)
    return table


def test_values_of_every_cell_are_counted() -> None:
    rows = tabulate(view_of()).statistics
    found = {
        level: [rows[KEY._replace(arm=arm, subgroup=level)]["n"] for arm in ("IV", "IT", "CTL")]
        for level in ("", "SEX Women", "SEX Men", "AGE < 65", "AGE \u2265 65")
    }
    assert found == {
        "": [9, 8, 10],
        "SEX Women": [5, 3, 5],
        "SEX Men": [4, 5, 5],
        "AGE < 65": [7, 6, 8],
        "AGE \u2265 65": [2, 2, 2],
    }


def test_the_line_of_all_participants_is_the_key_model() -> None:
    rows, key = tabulate(view_of()).statistics, tabulate_key_model(view_of()).statistics
    for label in ("IV - C", "IT - C"):
        place = KEY._replace(contrast=label)
        assert rows[place] == {name: key[place][name] for name in rows[place]}


def test_small_cells_are_ne_and_no_p_is_given() -> None:
    table = tabulate(view_of())
    cells = read_cells(table)
    assert cells["Women"][-1] == "NE"
    assert cells["\u2265 65"][-2:] == ("NE", "NE")
    assert "NE" not in "".join(cells["Men"])
    assert not [row for row in table.statistics.values() if "p" in row]


def test_the_headline_counts_cells_and_differences() -> None:
    """Cells 5 3 5 4 5 5, 7 6 8 2 2 2, side 8 8 10: median 5; sides without a value 0."""
    said = tabulate(view_of()).headline
    levels = 2 + 2 + len(view_of().trial.baseline_table[5].levels)
    assert said.startswith("Cells of about 2 values (0 to 10): ")
    assert f"of {2 * levels} differences can be estimated, with intervals" in said


def test_who_has_no_value_of_a_characteristic_is_in_none_of_its_subgroups() -> None:
    table = tabulate(view_of())
    assert (
        "Participants in no subgroup, as the characteristic is not known: Side of the lesion 1."
        in (table.notes)
    )


def test_no_look_without_alpha_shows_a_subgroup_even_if_contrasts_were_asked_for() -> None:
    view = view_of("ia2")
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    for own in (view, asked):
        assert isinstance(tabulate_subgroups(own), Withheld)
        assert isinstance(plot_subgroups(own), Withheld)


def test_a_trial_without_subgroups_or_their_variables_shows_none() -> None:
    view = view_of()
    none = replace(view, trial=view.trial.model_copy(update={"subgroups": ()}))
    bare = view_values(VALUES, ADSL.drop(columns=["SEX", "AGE", "STRKSIDE"]))
    for own in (none, bare):
        assert isinstance(tabulate_subgroups(own), Withheld)
        assert isinstance(plot_subgroups(own), Withheld)


def test_the_forest_holds_the_numbers_of_the_table() -> None:
    figure = plot_subgroups(view_of())
    assert isinstance(figure, Figure)
    assert repr(figure.results) == repr(tabulate(view_of()).results)
    assert figure.headline == tabulate(view_of()).headline
    assert "NE" in figure.svg


def test_texts_of_the_forest_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        subgroup_forest,
        "render_svg",
        lambda figure, name: seen.extend(find_overlaps(figure)) or "",
    )
    plot_subgroups(view_of())
    assert seen == []


@pytest.mark.parametrize("make", [one_person, make_scores, lambda: without_arm("CTL")])
def test_little_data_are_ne_and_no_failure(make) -> None:
    view = make()
    adsl = view["adsl"].assign(SEX="M")
    view = replace(view, datasets={**view.datasets, "adsl": adsl})
    rows = tabulate(view).statistics
    counts = {arm: rows[KEY._replace(arm=arm)]["n"] for arm in ("IV", "IT", "CTL")}
    men = {arm: rows[KEY._replace(arm=arm, subgroup="SEX Men")]["n"] for arm in counts}
    assert men == counts
    assert sum(counts.values()) > 0
    assert "none of 4 differences in subgroups can be estimated" in tabulate(view).headline
    assert isinstance(plot_subgroups(view), Figure)
