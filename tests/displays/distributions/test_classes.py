"""Ordered classes of the sample: moderate is 5 to 15, moderate to severe 16 to 20."""

import pandas as pd
import pytest
from sample_response import make_response
from sample_scores import only_baseline, without_arm
from table_cells import read_cells

from helpers.displays.distributions import class_bars
from helpers.displays.distributions.class_bars import list_bars, plot_classes
from helpers.displays.distributions.class_table import tabulate_classes
from helpers.displays.distributions.classes import sort_out
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Table, Withheld
from helpers.displays.results import Key
from helpers.stats.ordinal import proportional_odds
from helpers.view import View


def tabulate(view: View) -> Table:
    table = tabulate_classes(view)
    assert isinstance(table, Table)
    return table


def plot(view: View) -> Figure:
    figure = plot_classes(view)
    assert isinstance(figure, Figure)
    return figure


def test_a_class_is_counted_of_the_participants_with_a_value() -> None:
    """IV at baseline: 10, 12, 8 moderate, 16 moderate to severe; at month 6: 6, 9, 42."""
    cells = read_cells(tabulate(make_response("ia2")))
    assert cells["Baseline"][:2] == ("4 / 4", "3 / 3")
    assert cells["moderate"][0] == "3 (75.0)"
    assert cells["moderate to severe"][0] == "1 (25.0)"
    numbers = tabulate(make_response()).statistics
    key = Key("ITT", "IV", "NIHSSTOT", "M06", "severe")
    assert (numbers[key]["n"], numbers[key]["N"]) == (1, 3)


def test_the_odds_ratio_favours_the_better_class_whatever_the_direction() -> None:
    """The same model on frames written out: higher rank is better, control is the reference."""
    view = make_response(adeff=spread())
    row = tabulate(view).statistics[Key("ITT", "", "NIHSSTOT", "M03", "ODDS_RATIO", "IV - C")]
    frame = pd.DataFrame(
        {
            "RANK": [4, 3, 2, 2, 3, 2, 1, 2, 1, 0],
            "BASE": [2, 2, 2, 1, 2, 2, 2, 2, 2, 2],
            "ARM": pd.Categorical([*"VVVV", *"TTT", *"CCC"], categories=list("VTC")),
        }
    )
    expected = proportional_odds(
        frame, response="RANK", arm="ARM", covariates=["BASE"], reference="C"
    ).set_index("contrast")
    assert row["estimate"] == pytest.approx(expected.loc["V - C", "odds_ratio"], nan_ok=True)
    assert row["lower"] == pytest.approx(expected.loc["V - C", "lower"], nan_ok=True)
    assert row["estimate"] > 1


def spread() -> pd.DataFrame:
    """Month-3 values of everybody, in all classes: 0, 4, 10, 10; 4, 10, 17; 10, 17, 30."""
    rows = make_response()["adeff"]
    values = dict(zip("ABCDEFGHIJ", (0, 4, 10, 10, 4, 10, 17, 10, 17, 30), strict=True))
    own = (rows["PARAMCD"] == "NIHSSTOT") & (rows["AVISIT"] == "BL")
    later = rows[own].assign(AVISIT="M03", ABLFL=None)
    later = later.assign(AVAL=later["USUBJID"].map(values).astype("Float64"))
    kept = rows[~((rows["PARAMCD"] == "NIHSSTOT") & (rows["AVISIT"] == "M03"))]
    return pd.concat([kept, later], ignore_index=True)


def test_one_occupied_class_gives_no_odds_ratio_and_the_reason() -> None:
    """At month 3 everybody is moderate."""
    table = tabulate(make_response())
    row = table.statistics[Key("ITT", "", "NIHSSTOT", "M03", "ODDS_RATIO", "IV - C")]
    assert row["estimate"] != row["estimate"]
    assert any(
        note.startswith("NE (fewer than two occupied classes): NIHSS total month 3")
        for note in table.notes
    )
    assert any("changes of the main scores by ranks are in T-E-08" in note for note in table.notes)


def test_a_look_that_spends_no_alpha_has_no_odds_ratio() -> None:
    table = tabulate(make_response("ia2"))
    assert not [key for key in table.statistics if key.contrast]
    assert len(table.csv_copy()[0]) == 4


def test_the_bars_are_the_numbers_of_the_table() -> None:
    table = tabulate(make_response()).statistics
    for key, row in plot(make_response()).statistics.items():
        assert (row["n"], row["n_value"]) == (table[key]["n"], table[key]["N"])


def test_arms_stand_in_a_visit_only_where_the_look_spends_alpha() -> None:
    for interim, blocks in (("ia3", "Baseline"), ("ia2", "IV")):
        view = make_response(interim)
        bars = list_bars(sort_out(view), view.trial.scores["NIHSSTOT"])
        assert bars[0].block == bars[1].block == blocks


@pytest.mark.parametrize("interim", ["ia2", "ia3"])
def test_texts_do_not_cover_each_other(interim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        class_bars, "render_svg", lambda figure, name: seen.extend(find_overlaps(figure)) or ""
    )
    rows = make_response()["adeff"]
    more = rows[rows["PARAMCD"] == "NIHSSTOT"].assign(PARAMCD="MASWORST")
    graded = more.assign(AVAL=more["AVAL"].where(more["AVAL"] < 4, 3.0))
    plot(make_response(interim, adeff=pd.concat([rows, graded], ignore_index=True)))
    assert seen == []


def test_an_empty_arm_and_a_trial_at_its_start_are_drawn_or_left_out() -> None:
    view = make_response(**dict(without_arm("IT").datasets))
    assert "<svg" in plot(view).svg
    assert isinstance(tabulate_classes(make_response(adeff=only_baseline()["adeff"])), Withheld)


def test_the_classes_are_no_estimand() -> None:
    assert "No estimand of T-E-01: describes." in tabulate(make_response()).population_line
