"""One type per audience: what cannot be known cannot be asked."""

import copy
from dataclasses import FrozenInstanceError, replace

import pandas as pd
import pytest
from small_views import build_small_view

from helpers.errors import UsageError
from helpers.view import BlindingError, ClosedView, OpenView


def persons() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("1", "Y", "Y", "IV", "IT"),
            ("2", "Y", "Y", "CTL", "CTL"),
            ("3", "Y", "N", "IV", None),
            ("4", "N", "N", None, None),
        ],
        columns=["USUBJID", "ITTFL", "SAFFL", "TRT01P", "TRT01A"],
    )


def view(audience: str = "closed_unmasked"):
    adsl = persons()
    if audience == "open":
        adsl = adsl.drop(columns=["SAFFL", "TRT01P", "TRT01A"])
    return replace(build_small_view(audience), datasets={"adsl": adsl})


def test_an_open_view_has_no_word_for_an_arm():
    for name in ("arms", "contrasts", "arm_group"):
        assert not hasattr(OpenView, name)
        assert not hasattr(view("open"), name)


def test_an_open_view_has_one_column_and_that_is_everybody():
    (total,) = view("open").groups("ITT")
    assert (total.label, total.code, total.position, total.n) == ("Total", "", None, 3)


def test_a_population_that_hangs_on_the_arm_cannot_be_asked_of_an_open_view():
    with pytest.raises(BlindingError, match="audience open has no population SAF"):
        view("open").population("SAF")


def test_a_data_set_that_is_not_in_the_view_is_refused_by_name():
    with pytest.raises(BlindingError, match="adex is not part of the view for audience open"):
        view("open")["adex"]


def test_a_misspelt_data_set_is_no_matter_of_blinding():
    for ask in (lambda: view("open")["adlsl"], lambda: view().has("adlsl")):
        with pytest.raises(UsageError) as error:
            ask()
        assert "'adlsl', which is no data set; did you mean 'adsl'? Known: adae" in str(error.value)
        assert "audience" not in str(error.value)


def test_small_counts_are_a_matter_of_the_audience():
    assert (view("open").small_cell, view().small_cell) == (3, 0)
    for own in (0, 5):
        interim = view().interim.model_copy(update={"small_cell": own})
        assert replace(view("open"), interim=interim).small_cell == own
        assert replace(view(), interim=interim).small_cell == 0


def test_a_closed_view_has_the_arms_in_their_order_and_the_total():
    groups = view().groups("ITT")
    assert [group.label for group in groups] == ["IV", "IT", "CTL", "Total"]
    assert [group.n for group in groups] == [2, 0, 1, 3]
    assert [group.position for group in groups] == [0, 1, 2, None]


def test_the_safety_population_stands_by_arm_as_treated():
    assert [group.n for group in view().groups("SAF")] == [0, 1, 1, 2]
    assert list(view().arm_group("SAF", "IT").subjects) == ["1"]
    assert list(view().arm_group("ITT", "IV").subjects) == ["1", "3"]


def test_the_arms_of_a_population_add_up_to_its_total():
    for population in ("ITT", "SAF"):
        *arms, total = view().groups(population)
        assert sum(group.n for group in arms) == total.n


def test_a_view_says_what_it_holds():
    assert view().has("adsl", "TRT01P")
    assert not view("open").has("adsl", "TRT01P")
    assert not view().has("adex")


def test_a_view_cannot_be_changed_and_its_type_is_that_of_its_audience():
    assert type(view()) is ClosedView
    assert type(view("open")) is OpenView
    with pytest.raises(FrozenInstanceError):
        view().datasets = {}


def test_a_data_set_is_an_attribute_too_and_typing_completes_it():
    held = view()
    assert held.adsl is held["adsl"]
    assert "adsl" in dir(held)
    assert "adex" not in dir(held)


def test_a_misspelt_attribute_names_the_nearest_data_set_and_speaks_of_no_audience():
    with pytest.raises(AttributeError) as error:
        _ = view("open").adls
    assert str(error.value) == "the view holds no 'adls'; did you mean 'adsl'? It holds: adsl"
    assert not hasattr(view(), "_repr_html_")


def test_a_view_shows_what_it_is_in_a_few_lines_and_no_record():
    who, when, rows = repr(view("open")).splitlines()
    assert who == "NCT05292625, Interim analysis 3, for open (pooled)"
    assert when.startswith(f"data cut-off {view().cutoff:%Y-%m-%d}, export of ")
    assert rows == "rows by data set: adsl 4"


def test_a_view_can_be_copied():
    assert list(copy.deepcopy(view()).adsl["USUBJID"]) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("dtype", [object, "string"])
def test_a_row_is_flagged_when_every_flag_is_y_and_a_missing_flag_is_not(dtype):
    flags = pd.DataFrame({"ITTFL": ["Y", "Y", None, "N"], "SAFFL": ["Y", None, "Y", "Y"]})
    shown = replace(view(), datasets={"adsl": flags.astype(dtype)})
    assert list(shown.flagged("adsl", "ITTFL").index) == [0, 1]
    assert list(shown.flagged("adsl", "ITTFL", "SAFFL").index) == [0]
    assert shown.flagged("adsl", "ITTFL", "SAFFL").dtypes.equals(shown["adsl"].dtypes)


def test_a_misspelt_population_is_no_matter_of_blinding():
    with pytest.raises(UsageError, match=r"found population 'ITTT', known: ENR, ITT.*'ITT'"):
        view("open").groups("ITTT")


def test_a_view_finds_a_thing_once_and_a_changed_view_finds_its_own():
    asked = []

    def count_rows(held, dataset):
        asked.append(dataset)
        return len(held[dataset])

    first = view()
    n = len(first["adsl"])
    assert [first.once(count_rows, "adsl") for _ in range(2)] == [n, n]
    assert asked == ["adsl"]
    fewer = replace(first, datasets={"adsl": first["adsl"].head(1)})
    assert fewer.once(count_rows, "adsl") == 1
    assert first.once(count_rows, "adsl") == n
