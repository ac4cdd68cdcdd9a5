from dataclasses import replace

import pytest
from sample_events import ADAE, make_events, without_events, without_persons
from table_cells import read_cells

from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.render import show_html
from helpers.displays.results import Key


def test_classes_and_terms_go_by_persons_in_total_then_by_the_alphabet() -> None:
    view = make_events()
    view = replace(view, interim=view.interim.model_copy(update={"min_n_report": 1}))
    assert list(read_cells(tabulate_soc_pt(view))) == [
        "Any treatment-emergent event",
        *("Nervous", "Headache"),
        *("General", "Fever"),
        *("Infections", "Pneumonia"),
        *("Injuries", "Fall"),
        *("Muscles", "Back pain"),
    ]


def test_rare_terms_have_no_line_but_are_in_the_results_and_in_their_class() -> None:
    table = tabulate_soc_pt(make_events())
    cells = read_cells(table)
    assert "Fall" not in cells
    assert cells["Injuries"] == ("0", "0", "1 (50.0) [1]", "1 (14.3) [1]")
    assert table.statistics[Key("SAF", "CTL", "Injuries", "", "Fall")]["n"] == 1
    assert any(note.startswith("2 terms below the threshold") for note in table.notes)


def test_serious_terms_and_those_of_special_interest_always_have_a_line() -> None:
    cells = read_cells(tabulate_soc_pt(make_events()))
    assert cells["Pneumonia"] == ("0", "0", "1 (50.0) [1]", "1 (14.3) [1]")
    assert cells["Headache"] == ("1 (33.3) [1]", "1 (50.0) [1]", "0", "2 (28.6) [2]")


def test_a_person_counts_once_per_row() -> None:
    cells = read_cells(tabulate_soc_pt(make_events()))
    assert cells["Fever"][0] == "1 (33.3) [2]"
    assert cells["Any treatment-emergent event"][3] == "6 (85.7) [7]"


def test_events_without_a_code_are_not_lost() -> None:
    events = ADAE.assign(AEBODSYS=None, AEDECOD=None, AESICAT="FEVER_CHILLS")
    cells = read_cells(tabulate_soc_pt(make_events(adae=events)))
    assert cells["Not coded"] == cells["Any treatment-emergent event"]


def test_what_is_not_coded_is_one_row_however_the_export_says_so() -> None:
    empty = [None, "UNCODED", "uncoded ", ""] * len(ADAE)
    lacking = empty[: len(ADAE)]
    events = ADAE.assign(AEBODSYS=lacking, AEDECOD=lacking[::-1], AESICAT="FEVER_CHILLS")
    shown = tabulate_soc_pt(make_events(adae=events))
    assert [line.label for line in shown.lines if "oded" in line.label] == ["Not coded"] * 2
    assert {r.key.parameter for r in shown.results} == {"ANY", "UNCODED"}  # as in the data


def test_a_hostile_term_is_shown_as_text() -> None:
    events = ADAE.assign(AEDECOD="<script>alert(1)</script>", AESICAT="FEVER_CHILLS")
    html = show_html(tabulate_soc_pt(make_events(adae=events)))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_open_table_has_classes_only_and_no_small_count() -> None:
    table = tabulate_soc_pt(make_events("open"))
    cells = read_cells(table)
    assert cells.pop("Any event after randomisation") == ("6 to 8",)
    assert cells == dict.fromkeys(
        ["General", "Infections", "Injuries", "Muscles", "Nervous"], ("<3",)
    )
    assert not [key for key in table.statistics if key.category]


@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_it_shows_without_events_and_without_persons(audience: str) -> None:
    cells = read_cells(tabulate_soc_pt(without_events(audience)))
    assert next(iter(cells)) == "No events reported"
    assert "T-S-14" in show_html(tabulate_soc_pt(without_persons(audience)))
