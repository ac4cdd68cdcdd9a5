import pandas as pd
import pytest
from sample_events import (
    ADAE,
    make_events,
    without_arm,
    without_doses,
    without_events,
    without_persons,
)
from table_cells import read_cells

from helpers.displays.adverse_events import by_grade
from helpers.displays.adverse_events.by_causality import tabulate_by_causality
from helpers.displays.adverse_events.by_grade import plot_by_grade, tabulate_by_grade
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.view import Group

MAKERS = (tabulate_by_grade, plot_by_grade, tabulate_by_causality)
LEVELS = ("5", "4", "3", "2", "1", "missing")


def with_opinions(view=None):
    """A variant of the sample in which causality was judged, of the last events it was not."""
    view = view or make_events()
    given = pd.DataFrame(
        {
            "AEREL": ["PROBABLE", "POSSIBLE", "UNLIKELY", "NOT_RELATED", *[None] * 5],
            "AERELPR": ["NOT_RELATED", "DEFINITE", "UNLIKELY", "POSSIBLE", "UNLIKELY", *[None] * 4],
        }
    )
    rows = view["adae"].merge(pd.concat([ADAE[["USUBJID", "AESEQ"]], given], axis=1), how="left")
    return make_events(**{**view.datasets, "adae": rows.assign(RELIMPFL=None)})


def test_a_participant_counts_once_under_the_worst_grade() -> None:
    own = tabulate_by_grade(make_events()).statistics
    # P1 has fever of grade 1 and of grade 3, P2 headache of grade 2
    assert [own[Key("SAF", "IV", "ANY", category=f"/{x}")]["n"] for x in LEVELS] == [
        0,
        0,
        1,
        1,
        0,
        0,
    ]
    assert own[Key("SAF", "IV", "General", category="Fever/3")]["n"] == 1
    assert Key("SAF", "IV", "General", category="Fever/1") not in own
    assert own[Key("SAF", "IT", "Nervous", category="Headache/missing")]["n"] == 1


def test_levels_add_up_to_the_participants_with_the_event() -> None:
    for table in (tabulate_by_grade(make_events()), tabulate_by_causality(with_opinions())):
        own, seen = table.statistics, 0
        for key, row in own.items():
            if "/" in key.category or key.category == "no_event":
                continue
            parts = [
                r["n"]
                for k, r in own.items()
                if k._replace(category="") == key._replace(category="")
                and k.category.rpartition("/")[0] == key.category
                and "/" in k.category
            ]
            assert sum(parts) == row["n"], key
            seen += 1
        assert seen > 10


def test_the_first_line_is_that_of_the_overview() -> None:
    view = make_events()
    for arm in ("IV", "IT", "CTL", "Total"):
        own = tabulate_by_grade(view).statistics[Key("SAF", arm, "ANY")]
        assert own == tabulate_ae_overview(view).statistics[Key("SAF", arm, "teae")]


def test_the_bars_are_the_numbers_of_the_table_and_everybody_is_in_one() -> None:
    view = make_events()
    table, figure = tabulate_by_grade(view).statistics, plot_by_grade(view).statistics
    for arm in ("IV", "IT", "CTL"):
        places = [Key("SAF", arm, "ANY", category=f"/{x}") for x in LEVELS]
        assert [figure[p] for p in places] == [table[p] for p in places]
        none = figure[Key("SAF", arm, "ANY", category="/none")]
        assert sum(figure[p]["n"] for p in places) + none["n"] == none["N"]


def test_the_headline_says_severe_events_with_their_interval() -> None:
    said = plot_by_grade(make_events()).headline.replace("\u00a0", " ")
    # 1 of 3: Clopper-Pearson 0.8 to 90.6
    assert "IV 1 / 3 (33.3), 0.8 to 90.6;" in said
    assert plot_by_grade(without_events()).headline == "No events reported."


def test_a_grade_five_without_a_recorded_death_is_named_and_no_death_is_claimed() -> None:
    five = ADAE["USUBJID"].eq("P2")  # 102 lives on
    events = ADAE.assign(ATOXGR=ADAE["ATOXGR"].mask(five, 5), GR5ALVFL=five.map({True: "Y"}))
    view = make_events(adae=events)
    said = "Grade 5 without a death recorded from it: 1 event (102), not counted as fatal (C17)."
    assert said in plot_by_grade(view).notes
    assert said in tabulate_by_grade(view).notes
    assert (
        ", one of them with a grade 5 and no recorded death (102); IT"
        in plot_by_grade(view).headline
    )


def test_a_fatal_event_of_somebody_whose_death_is_not_recorded_is_said() -> None:
    fatal = ADAE["USUBJID"].isin(["P2", "P8"])  # the death of 108 is recorded
    events = ADAE.assign(
        ATOXGR=ADAE["ATOXGR"].mask(fatal, 5), FATALFL=fatal.map({True: "Y"}), GR5ALVFL=None
    )
    view = make_events(adae=events)
    said = (
        "1 participant with a fatal event, but without a death by the cut-off in the subject data "
        "(C17)."
    )
    assert said in plot_by_grade(view).notes
    assert said in tabulate_by_grade(view).notes
    assert "one of them with a fatal event and no recorded death (102); IT" in (
        plot_by_grade(view).headline
    )
    assert said not in tabulate_by_grade(make_events("closed_masked", adae=events)).notes
    assert said not in tabulate_by_grade(make_events()).notes


def test_the_stronger_opinion_counts_and_none_counts_as_related() -> None:
    table = tabulate_by_causality(with_opinions())
    own = table.statistics
    assert own[Key("SAF", "IV", "ANY", category="/DEFINITE")]["n"] == 1  # P1
    assert own[Key("SAF", "IV", "ANY", category="/NOT_RELATED")]["n"] == 1  # P2
    assert own[Key("SAF", "IT", "ANY", category="/POSSIBLE")]["n"] == 1  # P4
    assert own[Key("SAF", "IT", "ANY", category="/missing")]["n"] == 1  # P5: none, and unlikely
    assert {key.arm for key in own} == {"IV", "IT", "Total"}
    assert read_cells(table)["no opinion (counted as related)"] == ("0", "1 (50.0)", "1 (20.0)")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "case", [without_doses, without_events, without_persons, lambda: without_arm("IT")]
)
def test_they_are_made_and_shown_whatever_is_missing(make, case) -> None:
    made = make(with_opinions(case()))
    assert made.id in show_html(made)


def test_open_readers_get_none_of_them() -> None:
    for make in MAKERS:
        assert isinstance(make(make_events("open")), Withheld)


@pytest.mark.parametrize("arms", [1, 3, 6])
def test_nothing_in_the_bars_covers_anything(arms, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(by_grade, "render_svg", lambda f, name: seen.extend(find_overlaps(f)) or "")
    groups, numbers = [], {}
    for arm in range(arms):
        label = f"Xanomeline High Dose {arm}"
        groups.append(Group(label, label, "X", arm, range(500), "SAF"))
        for place, level in enumerate((*LEVELS, "none")):
            n = (20, 25, 30, 25, 150, 50, 200)[place]
            key = Key("SAF", label, "ANY", category=f"/{level}")
            numbers[key] = {"n": n, "N": 500, "pct": n / 5}
    by_grade._draw(groups, numbers)
    assert seen == []


def test_the_arms_without_a_column_are_named() -> None:
    said = "Without a column, and not in the total: CTL; causality does not apply"
    assert any(note.startswith(said) for note in tabulate_by_causality(with_opinions()).notes)
