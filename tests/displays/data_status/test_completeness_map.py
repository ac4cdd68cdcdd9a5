import pytest
from sample_trial import make_empty, make_sample, without_arm

from helpers.displays.data_status.completeness_map import plot_completeness
from helpers.displays.results import Key


def test_the_finding_names_the_worst_form_and_visit() -> None:
    figure = plot_completeness(make_sample())
    assert figure.finding == (
        "72.7% of the forms due were received (40 of 55); lowest: NIHSS at month 6, 50.0% (1 of 2)."
    )


def test_every_status_of_every_cell_is_in_the_numbers() -> None:
    figure = plot_completeness(make_sample())
    numbers = figure.statistics
    assert numbers[Key("ITT", "Total", "FIM", "M03", "MISSED")] == {"n": 1}
    assert numbers[Key("ITT", "Total", "FIM", "M03", "DEAD")] == {"n": 1}
    assert numbers[Key("ITT", "CTL", "FIM", "M03")] == {"n": 1, "total": 1, "pct": 100}


def test_the_alternative_reads_received_of_due_panel_by_panel() -> None:
    text = plot_completeness(make_sample()).alternative
    assert text.startswith("Total, 6 participants. NIHSS: baseline 5 of 6, month 3 2 of 3, ")
    assert "Control, 2 participants." in text


def test_open_readers_see_one_panel_and_learn_why_it_may_differ() -> None:
    figure = plot_completeness(make_sample("open"))
    assert {result.key.arm for result in figure.results} == {"Total"}
    assert "Control" not in figure.svg
    assert any("counted from randomisation" in note for note in figure.notes)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_with_nothing_due_the_map_is_drawn_and_says_so(audience: str) -> None:
    figure = plot_completeness(make_empty(audience))
    assert figure.finding == "No form was due by the cut-off."
    assert "<svg" in figure.svg


def test_an_empty_arm_keeps_its_panel() -> None:
    assert "Intrathecal (N = 0)" in plot_completeness(without_arm("IT")).svg
