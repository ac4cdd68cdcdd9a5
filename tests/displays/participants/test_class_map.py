import pytest
from sample_events import ADAE, make_events, without_events, without_persons

from helpers.displays.model import Figure
from helpers.displays.participants import class_map
from helpers.displays.participants.class_map import plot_class_map
from helpers.displays.results import Key
from helpers.view import View


def make(view: View | None = None) -> Figure:
    made = plot_class_map(view or make_events())
    assert isinstance(made, Figure)
    return made


def grades(made: Figure) -> dict[tuple[str, str, str], float]:
    return {
        (key.arm, key.parameter, key.category): row["grade"]
        for key, row in made.statistics.items()
        if "grade" in row
    }


def test_a_cell_is_the_worst_grade_of_a_participant_in_a_class() -> None:
    found = grades(make())
    known = {key: grade for key, grade in found.items() if grade == grade}
    assert known == {
        ("IV", "General", "101"): 3,  # fever of grades 1 and 3
        ("IV", "Nervous", "102"): 2,
        ("IT", "Muscles", "104"): 2,
        ("CTL", "Injuries", "107"): 1,  # the second fall was before randomisation
        ("CTL", "Infections", "108"): 5,
    }
    assert set(found) - set(known) == {("IT", "Nervous", "105")}  # an event without a grade


def test_the_worst_participant_stands_first_in_the_arm() -> None:
    made = make()
    assert made.svg.index(">101<") < made.svg.index(">102<") < made.svg.index(">103<")
    assert made.svg.index(">108<") < made.svg.index(">107<")


def test_the_headline_names_the_class_in_which_an_arm_exceeds_the_control() -> None:
    assert make().headline == (  # serious: the fever of 101, the pneumonia of 108
        "General, grade 3 or higher, largest excess over CTL of 2 classes with a serious event, "
        "n / N (%), 95% CI: IV 1 / 3 (33.3), 0.8 to 90.6; IT 0 / 2, 0.0 to 84.2; CTL 0 / 2, 0.0 "
        "to 84.2."
    )


def test_a_class_without_a_serious_event_does_not_take_the_headline() -> None:
    """The back pain of P4 (1 of 2 in IT: 50 points) exceeds the fever of P1 (1 of 3), not serious;
    no death of P4 is recorded beside its grade 5."""
    hit = ADAE["USUBJID"] == "P4"
    adae = ADAE.assign(ATOXGR=ADAE["ATOXGR"].mask(hit, 5), GR5ALVFL=hit.map({True: "Y"}))
    both = make(make_events(adae=adae)).headline
    first, second = both.split(" Muscles, ")
    assert first.startswith("General, grade 3 or higher, largest excess over CTL of 2 classes with")
    assert second.startswith("grade 3 or higher, largest excess over CTL of 5 classes, n / N")
    none = make(make_events(adae=adae.assign(ASERFL=None))).headline
    assert none.startswith("Muscles, grade 3 or higher, largest excess over CTL of 5 classes, n")
    assert "IT 1 / 2 (50.0), 1.3 to 98.7, 1 of them" not in none
    assert "1.3 to 98.7, one of them with a grade 5 and no recorded death (104); CTL" in none


def test_without_an_excess_the_headline_claims_none() -> None:
    """Grade 3 in nobody but the control: 1 of 2 there with pneumonia."""
    only = make(make_events(adae=ADAE.assign(ATOXGR=ADAE["ATOXGR"].mask(ADAE["ATOXGR"] == 3, 2))))
    assert only.headline.startswith(
        "General, grade 3 or higher, no excess over CTL in any of 2 classes with a serious event, n"
    )
    assert "largest" not in only.headline


def test_a_largest_excess_that_another_class_shares_is_said_so() -> None:
    """Headache of P2, beside the fever of P1: grade 3 in 1 of 3 in IV, in each of two classes."""
    hit = ADAE["USUBJID"] == "P2"
    both = make(make_events(adae=ADAE.assign(ATOXGR=ADAE["ATOXGR"].mask(hit, 3))))
    assert "excess over CTL of 5 classes (as large in 1 other), n / N" in both.headline


def test_many_participants_are_counted_by_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_map, "MOST", 6)
    made = make()
    rows = made.statistics
    assert rows[Key("SAF", "IV", "General", category="/3")] == {
        "n": 1,
        "N": 3,
        "pct": pytest.approx(100 / 3),
    }
    assert rows[Key("SAF", "IV", "General", category="/1")]["n"] == 0
    assert rows[Key("SAF", "IT", "Nervous", category="/missing")]["n"] == 1
    assert not grades(made)


@pytest.mark.parametrize("view", [without_events(), without_persons()])
def test_without_events_the_figure_says_so(view: View) -> None:
    made = make(view)
    assert made.headline == "No events reported."
    assert "No events reported" in made.svg
