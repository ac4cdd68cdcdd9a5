"""Events after dose 2 against those after dose 1 in the same participants, by hand."""

import pandas as pd
import pytest
from sample_events import ADAE, ADEX, make_events, without_arm, without_doses, without_events
from table_cells import read_cells

from helpers.displays.administration.dose_pairs import tabulate_dose_pairs
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

# Both doses: P1 (IV) with an event after each, P4 (IT) with one after dose 2


def make(**frames: object) -> Table:
    shown = tabulate_dose_pairs(make_events(**frames))
    assert isinstance(shown, Table)
    return shown


def count(shown: Table, arm: str, kind: str, category: str) -> list[float]:
    row = shown.statistics[Key("SAF", arm, kind, "DOSE2-DOSE1", category)]
    return [row["n"], row["N"]]


def test_only_participants_given_both_doses_are_compared() -> None:
    shown = make()
    given = [
        shown.statistics[Key("SAF", arm, "GIVEN_BOTH", "DOSE2-DOSE1")]["n"]
        for arm in ("IV", "IT", "Total")
    ]
    assert given == [1, 1, 2]
    assert [header.label for header in shown.headers] == ["IV", "IT", "Total"]


def test_each_participant_counts_after_each_dose_and_after_one_only() -> None:
    shown = make()
    for category, numbers in {
        "W72.BEFORE": ([1, 1], [0, 1], [1, 2]),
        "W72.AFTER": ([1, 1], [1, 1], [2, 2]),
        "W72.BEFORE_ONLY": ([0, 1], [0, 1], [0, 2]),
        "W72.AFTER_ONLY": ([0, 1], [1, 1], [1, 2]),
    }.items():
        found = tuple(count(shown, arm, "any", category) for arm in ("IV", "IT", "Total"))
        assert found == numbers, category
    # within 24 hours P1 has the event after dose 1 only
    assert count(shown, "IV", "any", "W24.BEFORE_ONLY") == [1, 1]


def test_kinds_are_counted_in_the_primary_window() -> None:
    shown = make()
    assert count(shown, "IV", "grade_ge3", "W72.AFTER_ONLY") == [1, 1]
    assert count(shown, "IV", "serious", "W72.BEFORE") == [0, 1]
    assert count(shown, "IT", "listed", "W72.AFTER") == [0, 1]  # back pain is not listed
    assert count(shown, "IV", "fatal", "W72.AFTER") == [0, 1]
    assert shown.headline == (
        "Participants given both doses, within 72 h. Serious event: 0 after dose 1 and 1 after "
        "dose 2 of 1 in IV; 0 after dose 1 and 0 after dose 2 of 1 in IT. Any event: 1 after dose "
        "1 and 1 after dose 2 of 1 in IV; 0 after dose 1 and 1 after dose 2 of 1 in IT."
    )


def test_a_fatal_event_after_the_second_dose_stands_first() -> None:
    """The back pain of P4 on the day of dose 2 is fatal and so serious."""
    hit = ADAE["USUBJID"] == "P4"
    adae = ADAE.assign(FATALFL=ADAE["FATALFL"].mask(hit, "Y"), ASERFL=ADAE["ASERFL"].mask(hit, "Y"))
    shown = make(adae=adae)
    assert count(shown, "IT", "fatal", "W72.AFTER") == [1, 1]
    assert shown.headline.startswith(
        "Participants given both doses, within 72 h. Fatal event: 0 after dose 1 and 0 after dose "
        "2 of 1 in IV; 0 after dose 1 and 1 after dose 2 of 1 in IT. Serious event: "
    )
    without = make(adae=ADAE.drop(columns=["FATALFL"]))
    assert "Fatal" not in without.headline


def test_a_window_that_is_open_without_an_event_is_not_evaluable() -> None:
    open_ = ADEX.assign(
        W30DONE=ADEX["W30DONE"].mask((ADEX["USUBJID"] == "P4") & (ADEX["DOSEORD"] == 1))
    )
    shown = make(adex=open_)
    assert count(shown, "IT", "any", "W30.AFTER") == [0, 0]
    assert count(shown, "Total", "any", "W30.AFTER") == [1, 1]
    assert count(shown, "IT", "any", "W72.AFTER") == [1, 1]


def test_without_a_second_dose_it_says_so() -> None:
    shown = make(adex=ADEX[ADEX["DOSEORD"] == 1])
    assert shown.headline == "Nobody was given two doses by the cut-off."
    assert read_cells(shown)["After dose 1"] == ("-", "-", "-")


@pytest.mark.parametrize(
    "view", [without_events(), without_doses(), without_arm("IV"), without_arm("CTL")]
)
def test_it_renders_in_every_special_case(view: View) -> None:
    shown = tabulate_dose_pairs(view)
    assert isinstance(shown, Table)
    assert shown.csv_copy()[1]


def test_a_trial_without_doses_says_so_and_open_readers_get_nothing() -> None:
    none = tabulate_dose_pairs(_without("adex"))
    assert isinstance(none, Withheld)
    assert none.sentence == "This trial has no single administrations to compare."
    shown = tabulate_dose_pairs(make_events("open"))
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""


def _without(name: str) -> View:
    view = make_events()
    frames: dict[str, pd.DataFrame] = {k: v for k, v in view.datasets.items() if k != name}
    return View(
        **{
            **{field: getattr(view, field) for field in View.__dataclass_fields__},
            "datasets": frames,
        }
    )


def test_the_order_of_the_rows_changes_nothing() -> None:
    turned = make(adae=ADAE.iloc[::-1], adex=ADEX.iloc[::-1])
    assert turned.payload() == make().payload()
