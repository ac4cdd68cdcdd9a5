"""Times to a sustained response of ten participants, worked out by hand."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from sample_response import in_arms, make_response
from sample_scores import only_baseline
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Table, Withheld
from helpers.displays.responders import sustained_curves
from helpers.displays.responders.sustained_curves import plot_sustained_response
from helpers.displays.responders.sustained_table import tabulate_sustained_response
from helpers.displays.results import Key
from helpers.view import View

# D dies on day 50; A responds on day 100, E on day 90; the others are censored
TIMES = read_frame("""
USUBJID PARAMCD AVAL CNSR
A       TTNIH   100  0
B       TTNIH   200  1
C       TTNIH   200  1
D       TTNIH   50   2
E       TTNIH   90   0
F       TTNIH   190  1
G       TTNIH   30   1
H       TTNIH   300  1
I       TTNIH   120  1
J       TTNIH   90   1
""")
BY = Key("ITT", "IV", "TTNIH", "", "BY DAY 183")


def view_of(interim: str = "ia3") -> View:
    return make_response(interim, adtte=TIMES)


def tabulate(view: View) -> Table:
    table = tabulate_sustained_response(view)
    assert isinstance(table, Table)
    return table


def plot(view: View) -> Figure:
    figure = plot_sustained_response(view)
    assert isinstance(figure, Figure)
    return figure


def test_a_death_competes() -> None:
    """IV: 3/4 live on, then 1 of 3 responds: 1/4. IT: G is gone, 1 of 2 responds."""
    numbers = tabulate(view_of()).statistics
    assert numbers[BY]["estimate"] == pytest.approx(0.25)
    assert numbers[BY._replace(arm="IT")]["estimate"] == pytest.approx(0.5)
    assert numbers[BY._replace(arm="CTL")]["estimate"] == 0


def test_a_difference_adds_the_variances() -> None:
    """J of the control responds too: Aalen's of IV, (3/4)^2 / 9 + (1/3)^2 / 16, and 1 / 9."""
    times = TIMES.assign(CNSR=TIMES["CNSR"].where(TIMES["USUBJID"] != "J", 0))
    table = tabulate(make_response("ia3", adtte=times))
    row = table.statistics[BY._replace(arm="", contrast="IV - C")]
    half = 1.959964 * (0.75**2 / 9 + (1 / 3) ** 2 / 16 + 1 / 9) ** 0.5
    assert row["estimate"] == pytest.approx(0.25 - 1 / 3)
    assert row["upper"] - row["estimate"] == pytest.approx(half, abs=1e-6)


def test_against_an_arm_without_a_response_a_difference_has_no_limits() -> None:
    """The variance of 0 of 3 would count as 0, as if the control were known."""
    table = tabulate(view_of())
    row = table.statistics[BY._replace(arm="", contrast="IV - C")]
    assert row["estimate"] == pytest.approx(0.25)
    assert math.isnan(row["lower"])
    assert math.isnan(row["upper"])
    assert "+25.0 (NE)" in read_cells(table)["by day 183, %"]
    assert any("NE where an arm has no response by then" in note for note in table.notes)


def test_counts_add_up_and_nobody_was_followed_for_a_year() -> None:
    cells = read_cells(tabulate(view_of()))
    assert cells["with a response"] == ("1 / 4 (25.0)", "1 / 3 (33.3)", "0 / 3", "", "")
    assert cells["without, censored"][:3] == ("2 / 4 (50.0)", "2 / 3 (66.7)", "3 / 3 (100.0)")
    assert cells["died before a response"][:3] == ("1 / 4 (25.0)", "0 / 3", "0 / 3")
    assert cells["by day 365, %"] == ("NE", "NE", "NE", "NE", "NE")


def test_a_response_among_few_at_risk_is_a_count_and_no_percentage() -> None:
    """IT: G is gone on day 30, so E responds on day 90 as one of two: 50% would rest on them.

    IV: A responds on day 100 as one of three.
    """
    table = tabulate(view_of())
    cells = read_cells(table)["by day 183, %"]
    assert cells[1] == "1 / 3"
    assert cells[0].startswith("25.0")
    row = table.statistics[BY._replace(arm="IT")]
    assert (row["n"], row["N"], row["fewest_at_risk"]) == (1, 3, 2)
    assert any(note.startswith("n / N in the place of a percentage") for note in table.notes)


def test_the_hazards_are_compared_in_the_file_only_a_death_being_censored() -> None:
    """IV v control: D leaves on day 50, J on 90; on day 100 A responds, of A, B, C and H, I.

    Expected 3 of 5 in IV, variance 3/5 * 2/5, chi-square (1 - 3/5)^2 / (6/25) = 2/3: p 0.4142.
    """
    table = tabulate(view_of())
    key = Key("ITT", "", "TTNIH", "", "LOG_RANK", "IV - C")
    assert table.statistics[key]["p"] == pytest.approx(0.41421618)
    assert not any("log-rank" in line.label for line in table.lines)
    (line,) = table.file_lines
    assert line.label.endswith("log-rank, nominal p, exploratory")
    assert any("decides nothing" in note for note in table.notes)


def test_a_look_without_alpha_has_no_test_even_where_contrasts_are_asked_for() -> None:
    view = view_of("ia2")
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    table = tabulate(asked)
    assert any(key.contrast for key in table.statistics)
    assert not table.file_lines
    assert not any("p" in row for row in table.statistics.values())


def test_values_dated_after_the_day_of_their_visit_are_counted() -> None:
    """At month 6 A and C have a value on day 184, B on day 183: two of three of IV are late."""
    sample = view_of()
    start = pd.Timestamp("2022-01-01")
    days = sample["adeff"]["USUBJID"].map({"A": 184, "C": 184}).fillna(183)
    adeff = sample["adeff"].assign(ADT=start + pd.to_timedelta(days - 1, "D"))
    adsl = sample["adsl"].assign(RANDDT=start)
    notes = tabulate(make_response(adtte=TIMES, adeff=adeff, adsl=adsl)).notes
    (own,) = [note for note in notes if "dated after its day" in note]
    assert "month 6 after day 183: IV 2 of 3, IT 0 of 1, CTL 0 of 1; month 12" in own
    assert any("the data do not say" in note for note in tabulate(view_of()).notes)


def test_without_censoring_before_it_the_curve_is_the_share_of_responders() -> None:
    """IV has no censoring before day 183."""
    numbers = tabulate(view_of()).statistics
    share = numbers[BY._replace(category="RESPONSE")]
    assert numbers[BY]["estimate"] >= share["n"] / share["N"]


def test_a_look_that_spends_no_alpha_has_no_number_between_arms() -> None:
    table = tabulate(view_of("ia2"))
    assert not [key for key in table.statistics if key.contrast]
    assert len(table.csv_copy()[0]) == 4
    assert not [key for key in plot(view_of("ia2")).statistics if key.contrast]


def test_the_figure_has_the_numbers_of_the_table_on_the_grid_of_visits() -> None:
    table, figure = tabulate(view_of()).statistics, plot(view_of()).statistics
    for arm in ("IV", "IT", "CTL"):
        drawn = figure[BY._replace(arm=arm, category="DAY 183")]
        assert drawn["estimate"] == table[BY._replace(arm=arm)]["estimate"]
        assert drawn["at_risk"] == {"IV": 2, "IT": 1, "CTL": 1}[arm]
    days = {int(key.category[4:]) for key in figure if key.category.startswith("DAY")}
    assert {0, 91, 183, 365} <= days


@pytest.mark.parametrize(("interim", "panels"), [("ia3", 1), ("ia2", 3)])
def test_arms_share_a_panel_only_where_the_look_spends_alpha(
    interim: str, panels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    overlaps: list[tuple[str, str]] = []

    def look(figure: object, name: str) -> str:
        titled = [a for a in figure.axes if a.get_title("left")]  # type: ignore[attr-defined]
        seen.append(len(titled))
        overlaps.extend(find_overlaps(figure))  # type: ignore[arg-type]
        return ""

    monkeypatch.setattr(sustained_curves, "render_svg", look)
    plot(view_of(interim))
    assert seen == [panels]
    assert overlaps == []


def test_it_is_left_out_without_times_and_drawn_for_one_arm() -> None:
    assert isinstance(tabulate_sustained_response(make_response()), Withheld)
    early = make_response(adeff=only_baseline()["adeff"], adtte=TIMES)
    assert isinstance(plot_sustained_response(early), Withheld)
    for interim in ("ia2", "ia3"):
        assert "<svg" in plot(in_arms(view_of(interim), "IV")).svg
        assert tabulate(in_arms(view_of(interim), "IV")).lines
