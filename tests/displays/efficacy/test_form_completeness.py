import math
from dataclasses import replace

import pytest
from sample_trial import make_empty, make_sample, make_visits, without_arm
from table_cells import read_cells

from helpers.displays.data_status.form_counts import (
    compute_usable,
    count_forms,
)
from helpers.displays.efficacy.form_completeness import tabulate_form_completeness
from helpers.displays.efficacy.form_map import plot_form_map
from helpers.displays.model import Figure
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.view import View


def with_quality(audience: str = "closed_unmasked") -> View:
    """The sample: S1's month 3 was late, rated unblinded, by a proxy; S5's has no score."""
    visits = make_visits(make_sample())
    late = (visits["USUBJID"] == "S1") & (visits["AVISIT"] == "M03")
    proxy = late & (visits["FORM"] == "SF36")
    scoreless = (visits["USUBJID"] == "S5") & (visits["AVISIT"] == "M03")
    received = visits["STATUS"] == "RECEIVED"
    return make_sample(
        audience,
        advisit=visits.assign(
            WINFL=late.map({True: "N", False: "Y"}).where(received, None),
            USABLEFL=scoreless.map({True: "N", False: "Y"}).where(received, None),
            EVALBL=late.map({True: "N", False: "Y"}).where(received, None),
            EVALMETH=proxy.map({True: "PROXY", False: None}),
        ),
    )


def test_received_of_due_by_arm_and_the_other_statuses_in_total() -> None:
    cells = read_cells(tabulate_form_completeness(make_sample()))
    # baseline: S4 missed; month 3: S2 missed, S3 and S4 not due, S6 dead
    assert cells["Baseline"] == (
        *("2 / 2", "1 / 2", "2 / 2", "5 / 6 (83.3)"),
        *("1", "0", "0", "0", "0"),
    )
    assert cells["Month 3"] == (
        *("1 / 2", "-", "1 / 1", "2 / 3 (66.7)"),
        *("1", "0", "2", "1", "0"),
    )


def test_every_status_is_a_result_by_arm_and_they_add_up_to_everybody() -> None:
    table = tabulate_form_completeness(make_sample())
    statuses = ("RECEIVED", "MISSED", "IN_WINDOW", "NOT_DUE", "DEAD", "LEFT")
    for group, n in (("IV", 2), ("IT", 2), ("CTL", 2), ("Total", 6)):
        for visit in ("BL", "M03", "M06", "M12"):
            rows = [table.statistics[Key("ITT", group, "FIM", visit, s)]["n"] for s in statuses]
            assert sum(rows) == n


def test_how_forms_were_filled_in_is_counted_among_those_received_after_baseline() -> None:
    table = tabulate_form_completeness(with_quality())
    arms = ("IV", "IT", "CTL", "Total")
    for category, form in (("OUT_OF_WINDOW", "FIM"), ("PROXY", "SF36")):
        rows = [table.statistics[Key("ITT", a, form, "ANY", category)] for a in arms]
        assert [(row["n"], row["total"]) for row in rows] == [(1, 2), (0, 0), (0, 1), (1, 3)]
    assert table.statistics[Key("ITT", "IV", "MAS", "ANY", "RATER_NOT_BLINDED")]["n"] == 1
    assert Key("ITT", "IV", "FIM", "ANY", "PROXY") not in table.statistics


def test_usable_forms_are_counted_among_those_due_by_visit_and_of_all() -> None:
    """Of 6 persons 5 baselines and 2 of 3 at month 3 came, one of these without a score."""
    table = tabulate_form_completeness(with_quality())
    arms = ("IV", "IT", "CTL", "Total")
    month3 = [table.statistics[Key("ITT", a, "FIM.usable", "M03")] for a in arms]
    assert [(row["n"], row["total"]) for row in month3] == [(1, 2), (0, 0), (0, 1), (1, 3)]
    received = [table.statistics[Key("ITT", a, "FIM", "M03")]["n"] for a in arms]
    assert received == [1, 0, 1, 2]
    whole = [table.statistics[Key("ITT", a, "ANY.usable", "ANY")] for a in arms]
    forms = len(make_sample().trial.forms)
    assert [(row["n"] / forms, row["total"] / forms) for row in whole] == [
        *((4, 5), (1, 2), (2, 4), (7, 11)),
    ]
    cells = read_cells(table)
    assert cells["Month 3"][4] == "1 / 3 (33.3)"
    assert cells["All forms"][:4] == ("20 / 25", "5 / 10", "10 / 20", "35 / 55 (63.6)")
    assert "received, 63.6% (35 of 55) usable" in table.headline


def test_the_light_and_the_table_can_take_the_usable_share_from_one_function() -> None:
    view = with_quality()
    table = tabulate_form_completeness(view)
    total = compute_usable(count_forms(view, view.total("ITT")))
    assert table.statistics[Key("ITT", "Total", "ANY.usable", "ANY")] == total


def test_where_answers_are_not_loaded_nothing_is_said_of_usable_forms_but_that() -> None:
    """Neither 0 nor the number received: both would be wrong."""
    view = make_sample("open")
    table = tabulate_form_completeness(view)
    assert not [key for key in table.statistics if key.parameter.endswith(".usable")]
    assert "usable" not in table.headline
    assert "How many give a score is not known here: answers are not loaded." in table.notes
    found = compute_usable(count_forms(view, view.total("ITT")))
    assert math.isnan(found["n"])
    assert math.isnan(found["pct"])


def test_imported_data_come_with_their_scores_and_have_no_second_share() -> None:
    view = make_sample()
    given = replace(view, trial=view.trial.model_copy(update={"level": "adam"}))
    table = tabulate_form_completeness(given)
    assert not [key for key in table.statistics if key.parameter.endswith(".usable")]
    assert not any("give a score" in note for note in table.notes)


def test_the_open_table_is_pooled_without_raters_and_proxies() -> None:
    table = tabulate_form_completeness(with_quality("open"))
    assert {key.arm for key in table.statistics} == {"Total"}
    categories = {key.category for key in table.statistics}
    assert "OUT_OF_WINDOW" in categories
    assert not {"RATER_NOT_BLINDED", "PROXY"} & categories
    (note,) = [note for note in table.notes if "from randomisation" in note]
    assert "whether they lie in the window, can differ there" in note
    assert [note for note in plot_form_map(with_quality("open")).notes if "randomisation" in note]
    for display in (tabulate_form_completeness(with_quality()), plot_form_map(with_quality())):
        assert not [note for note in display.notes if "from randomisation" in note]


def test_imported_data_are_dated_alike_for_all_readers_and_say_nothing_of_it() -> None:
    view = with_quality("open")
    given = replace(view, trial=view.trial.model_copy(update={"level": "adam"}))
    table = tabulate_form_completeness(given)
    assert not [note for note in table.notes if "from randomisation" in note]


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_it_shows_before_anybody_consented(audience: str) -> None:
    assert "T-E-02" in show_html(tabulate_form_completeness(make_empty(audience)))


def test_an_arm_without_persons_keeps_its_column() -> None:
    table = tabulate_form_completeness(without_arm("IT"))
    assert read_cells(table)["Baseline"][1] == "-"


def test_the_map_is_that_of_the_safety_report_under_its_own_number() -> None:
    figure = plot_form_map(make_sample())
    assert isinstance(figure, Figure)
    assert figure.id == "F-E-01"
    assert 'id="f-e-01' in figure.svg or "f-e-01" in show_html(figure)
    assert figure.statistics[Key("ITT", "Total", "FIM", "BL", "RECEIVED")]["n"] == 5


def test_the_map_repeats_neither_the_title_nor_the_finding_of_the_table() -> None:
    table, figure = tabulate_form_completeness(make_sample()), plot_form_map(make_sample())
    assert table.headline
    assert not figure.headline
    assert figure.title != table.title
