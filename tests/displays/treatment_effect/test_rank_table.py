"""Ranks of changes with death worst, worked out by hand."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from sample_response import in_arms, make_forms, make_response
from sample_scores import make_scores, only_baseline
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells

from helpers.displays.efficacy.report_parts import find_reason
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.displays.treatment_effect.rank_table import tabulate_ranks
from helpers.view import View

ADSL = make_adsl({"IV": 4, "CTL": 4})
VALUES = draw_values(ADSL)
NIHSS = Key("ITT", "", "NIHSSTOT", "M06")


def at_level(view: View, level: float) -> View:
    return replace(view, interim=view.interim.model_copy(update={"alpha_total": 1 - level}))


def tabulate(view: View) -> Table:
    table = tabulate_ranks(view)
    assert isinstance(table, Table)
    return table


def test_who_died_before_the_visit_is_ranked_and_other_missing_are_left_out() -> None:
    """IV: A, B, C have a change, D died. IT: E alone, F missed it, G left. Control: H alone."""
    rows = tabulate(make_response()).statistics
    for arm, n, died in (("IV", 4, 1), ("IT", 1, 0), ("CTL", 1, 0)):
        assert rows[NIHSS._replace(arm=arm, category="RANKED")] == {"n": n}
        assert rows[NIHSS._replace(arm=arm, category="DIED")] == {"n": died}


def test_a_death_is_worse_than_every_value() -> None:
    """At month 3 changes are -2, 0, -3 and a death (IV) against 0, 1, 0 (control).

    -2 and -3 are better than all three, 0 than one with two ties, the death than none: 8 of 12.
    Differences in order: -4, -3, -3, -3, -2, -2, -1, 0, 0 and three without end. Below all the
    others only the death stays, which has a rank sum of 19 of 22 at most: not rejected, so no end.
    """
    table = tabulate(at_level(make_response(), 0.9))
    at = NIHSS._replace(visit="M03", contrast="IV - C")
    assert table.statistics[at._replace(category="BETTER")]["effect"] == pytest.approx(8 / 12)
    shift = table.statistics[at._replace(category="SHIFT")]
    assert shift["shift"] == -1.5
    assert shift["upper"] == math.inf
    assert any(note.startswith("Inf: ") for note in table.notes)


def test_of_a_score_where_more_is_better_a_death_is_at_the_other_end() -> None:
    """Changes 10, 0, 6 and a death against 0, -5, 0; 10 and 6 are better than all three."""
    rows = tabulate(at_level(make_response(), 0.9)).statistics
    at = Key("ITT", "", "FMS", "M03", contrast="IV - C")
    assert rows[at._replace(category="BETTER")]["effect"] == pytest.approx(8 / 12)
    shift = rows[at._replace(category="SHIFT")]
    # in order three without end, 0, 0, 5, 6, 6, 10, 10, 11, 15
    assert shift["shift"] == 5.5
    assert shift["lower"] == -math.inf


def test_four_against_three_have_no_limits_at_95_percent() -> None:
    """Of the 35 ways to choose four of seven only two are as far apart as can be: p = 0.057."""
    shift = Key("ITT", "", "FMS", "M03", contrast="IV - C", category="SHIFT")
    assert math.isnan(tabulate(make_response()).statistics[shift]["lower"])


def test_two_deaths_tie() -> None:
    """-4, -3, 34 and a death against 1 and a death: 2 + 2 + 1 + 1/2 of 8."""
    forms = make_forms("NIHSS", "FMA")
    dead = (forms["USUBJID"] == "J") & (forms["AVISIT"] == "M06")
    rows = tabulate(make_response(advisit=forms.assign(STATUS=forms["STATUS"].mask(dead, "DEAD"))))
    better = rows.statistics[NIHSS._replace(contrast="IV - C", category="BETTER")]
    assert better["effect"] == pytest.approx(5.5 / 8)


def test_a_death_before_a_visit_that_is_not_due_yet_is_not_ranked_and_said() -> None:
    forms = make_forms("NIHSS", "FMA")
    view = make_response()
    late = forms.assign(DUEDT=view.cutoff)
    late.loc[forms["AVISIT"] == "M06", "DUEDT"] = view.cutoff + pd.Timedelta(days=1)
    table = tabulate(make_response(advisit=late))
    assert table.statistics[NIHSS._replace(arm="IV", category="RANKED")] == {"n": 3}
    assert table.statistics[NIHSS._replace(arm="IV", category="DIED")] == {"n": 0}
    assert any("so not ranked: IV 1, IT 0, CTL 0." in note for note in table.notes)


def test_at_the_key_visit_one_control_is_compared_with_four() -> None:
    """Changes -4, -3, +34 and a death against +1: two of four are better, the middle of -5, -4,
    +33 and no end is (-4 + 33) / 2; one participant has no limits.
    """
    table = tabulate(make_response())
    at = NIHSS._replace(contrast="IV - C")
    assert table.statistics[at._replace(category="BETTER")]["effect"] == 0.5
    assert table.statistics[at._replace(category="SHIFT")]["shift"] == pytest.approx(14.5)
    cells = read_cells(table)
    assert cells["P(better) + 0.5 P(equal)"] == ("", "", "", "0.50 (NE)", "1.00 (NE)")
    assert cells["Hodges-Lehmann shift"] == ("", "", "", "14.5 (NE)", "-3.0 (NE)")
    assert any(note.startswith("NE: ") for note in table.notes)


def test_complete_separation_has_a_point_and_no_interval() -> None:
    """Every change of IV is better than every one of the control, nobody dies."""
    values = VALUES.assign(M06=VALUES["BL"] - [8, 7, 6, 5, 4, 3, 2, 1])
    forms = pd.DataFrame({"USUBJID": [], "FORM": [], "AVISIT": [], "STATUS": []}, dtype=object)
    sample = view_values(values, ADSL)
    view = replace(sample, datasets={**sample.datasets, "advisit": forms})
    better = tabulate(view).statistics[NIHSS._replace(contrast="IV - C", category="BETTER")]
    assert better["effect"] == 1
    assert math.isnan(better["lower"])


def test_no_p_value_is_on_the_page_and_those_of_other_visits_are_in_the_file() -> None:
    table = tabulate(make_response())
    assert not [line for line in (*table.lines, *table.file_lines) if "p" in line.label.split()]
    assert all("month 6" in line.label for line in table.lines if line.heading)
    months = {line.label.rpartition(", ")[2] for line in table.file_lines if line.heading}
    assert months == {"month 3", "month 12"}


def test_p_values_are_in_the_results_only_at_looks_that_spend_alpha() -> None:
    view = make_response("ia2")
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    for own, has_p in ((make_response(), True), (asked, False)):
        rows = tabulate(own).statistics.values()
        assert any("p" in row for row in rows) is has_p


def test_it_is_there_only_where_arms_are_compared_and_something_is_ranked() -> None:
    assert isinstance(tabulate_ranks(make_response("ia2")), Withheld)
    assert isinstance(tabulate_ranks(in_arms(make_response(), "IV")), Withheld)
    assert isinstance(tabulate_ranks(make_response(adeff=only_baseline()["adeff"])), Withheld)
    assert isinstance(tabulate_ranks(make_scores()), Withheld)  # nothing says who died
    assert find_reason(make_response(), "T-E-08") == ""


def test_two_arms_without_a_control_are_compared_with_each_other() -> None:
    table = tabulate(in_arms(make_response(), "IV", "IT"))
    contrasts = {key.contrast for key in table.statistics if key.contrast}
    assert contrasts == {"IT - IV"}
