import re

import pytest
from sample_trial import make_empty, make_sample, without_arm

from helpers.displays.flow.participant_flow import plot_participant_flow
from helpers.displays.model import Figure


def drawn_numbers(figure: Figure) -> list[str]:
    return re.findall(r"<text[^>]*>(\d+)</text>", figure.svg)


def test_the_finding_counts_those_assessed() -> None:
    figure = plot_participant_flow(make_sample())
    assert figure.headline == (
        "Of 8 participants assessed, 6 were randomised and 1 excluded; 1 is still in screening."
    )


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_the_text_alternative_carries_every_number(audience: str) -> None:
    figure = plot_participant_flow(make_sample(audience))
    written = re.findall(r"\b\d+\b", figure.alternative)
    for result in figure.results:
        assert str(int(result.value)) in written


def test_the_first_boxes_show_assessed_and_randomised() -> None:
    assert {"8", "6"} <= set(drawn_numbers(plot_participant_flow(make_sample())))


def test_every_arm_has_boxes_named_after_it() -> None:
    svg = plot_participant_flow(make_sample()).svg
    for name in ("Intravenous", "Intrathecal", "Control"):
        assert f"Allocated to {name}" in svg


def test_an_open_figure_names_no_arm_and_no_dose() -> None:
    figure = plot_participant_flow(make_sample("open"))
    text = figure.svg + figure.alternative + " ".join(figure.notes)
    assert not re.search(r"Intravenous|Intrathecal|Control|dose", text)


def test_two_drawings_give_the_same_bytes() -> None:
    assert plot_participant_flow(make_sample()).svg == plot_participant_flow(make_sample()).svg


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_a_trial_before_its_first_person_is_drawn_with_zeros(audience: str) -> None:
    figure = plot_participant_flow(make_empty(audience))
    assert set(drawn_numbers(figure)) == {"0"}


def test_an_empty_arm_is_drawn() -> None:
    assert "Allocated to Intrathecal" in plot_participant_flow(without_arm("IT")).svg
