"""Benefit and risk per 100 participants: by hand, and from the raw files by pandas."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sample_joint import EVENTS, make_joint, plan_forms
from sample_response import in_arms
from sample_scores import only_baseline, without_arm
from second_programming import read_events, read_persons, read_rows
from second_visits import anchor
from trial_views import shared_view

from helpers.displays.benefit_risk import per_hundred
from helpers.displays.benefit_risk.per_hundred import plot_per_hundred
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.responders.by_visit import tabulate_responders
from helpers.displays.results import Key
from helpers.stats.proportions import compare_proportions
from helpers.view import View

KEY = Key("ITT", "", "NIHSSTOT", "M06")
ARMS = ("IV", "IT", "CTL")
MONTH_6, WINDOW = 183, (138, 274)


def make(view: View) -> Figure:
    figure = plot_per_hundred(view)
    assert isinstance(figure, Figure)
    return figure


def count(figure: Figure, category: str) -> dict[str, tuple[int, int]]:
    rows = {arm: figure.statistics[KEY._replace(arm=arm, category=category)] for arm in ARMS}
    return {arm: (int(row["n"]), int(row["N"])) for arm, row in rows.items()}


def test_all_four_are_of_the_same_participants_by_the_same_day() -> None:
    """B and H have a serious event in time, B and E one of grade 3, D died; J was not due."""
    figure = make(make_joint())
    assert count(figure, "RESPONSE") == {"IV": (1, 4), "IT": (0, 3), "CTL": (0, 2)}
    assert count(figure, "SERIOUS") == {"IV": (1, 4), "IT": (0, 3), "CTL": (1, 2)}
    assert count(figure, "SEVERE") == {"IV": (1, 4), "IT": (1, 3), "CTL": (0, 2)}
    assert count(figure, "DIED") == {"IV": (1, 4), "IT": (0, 3), "CTL": (0, 2)}


def test_differences_have_score_limits() -> None:
    row = make(make_joint()).statistics[KEY._replace(contrast="IV - C", category="SERIOUS")]
    expected = compare_proportions(1, 4, 1, 2)
    assert (row["estimate"], row["lower"]) == (expected.estimate, expected.lower)
    assert row["estimate"] == pytest.approx(-0.25)


def test_the_headline_gives_every_difference_whatever_its_interval() -> None:
    said = make(make_joint()).headline
    for arm in ("IV", "IT"):
        own = said.partition(f"{arm} against CTL: ")[2].partition(". ")[0]
        for label in ("responders", "serious adverse", "adverse event of grade 3", "deaths"):
            assert label in own
    assert "IV against CTL: responders +25.0 (" in said
    assert said.endswith(
        "Arms of 2 to 4 participants cannot exclude large differences, of benefit or of harm."
    )
    assert ". Exploratory, not adjusted. Arms of " in said
    assert "leave" not in said
    everybody = pd.concat(
        [make_joint()["adae"]] + [EVENTS.iloc[[1]].assign(USUBJID=p) for p in "ABCD"]
    )
    none = everybody[~everybody["USUBJID"].isin(list("HIJ"))].reset_index(drop=True)
    rows = make(make_joint(adae=none))
    assert rows.statistics[KEY._replace(contrast="IV - C", category="SEVERE")]["lower"] > 0
    assert rows.headline.startswith("More (+) or fewer (−) per 100 participants (95% CI). ")
    assert "serious adverse event +100.0 (" in rows.headline


def test_response_is_that_of_the_table_of_responders() -> None:
    view = make_joint()
    rows, table = make(view).statistics, tabulate_responders(view).statistics
    for own in (KEY._replace(arm="IV"), KEY._replace(contrast="IT - C")):
        shown = rows[own._replace(category="RESPONSE")]
        assert shown == table[own._replace(category="RESPONDER")]


def sum_items(export: Path, until: date) -> pd.DataFrame:
    """Totals of complete forms: SUBJID, DAY, VISIT, TOTAL; what cannot be tested adds nothing."""
    rows = pd.DataFrame(read_rows(export, "qs"))
    rows = rows[(rows["QSCAT"] == "NIHSS") & (rows["QSTESTCD"] != "ALL")]
    rows = rows.assign(DAY=pd.to_datetime(rows["QSDTC"].str[:10], errors="coerce"))
    points = pd.to_numeric(rows["QSORRES"].replace("UN", "0"), errors="coerce")
    forms = rows.assign(POINTS=points).groupby(["SUBJID", "VISIT", "DAY"])["POINTS"]
    found = forms.agg(TOTAL=lambda own: own.sum(skipna=False), ITEMS="size").reset_index()
    return found[(found["ITEMS"] == 15) & (found["DAY"].dt.date <= until)].dropna()


def recompute(export: Path, until: date) -> dict[str, dict[str, int]]:
    """Participants of each measure by arm, at a cut-off after which nobody is followed."""
    persons = {k: p for k, p in read_persons(export, until).items() if p.randomised}
    start = pd.Series({k: pd.Timestamp(anchor(p)) for k, p in persons.items()})
    forms = sum_items(export, until)
    forms = forms[forms["SUBJID"].isin(start.index)]
    forms = forms.assign(OFFSET=(forms["DAY"] - forms["SUBJID"].map(start)).dt.days)
    before = forms[(forms["VISIT"] == "BL") & (forms["OFFSET"] <= 0)].sort_values("DAY")
    base = before.groupby("SUBJID")["TOTAL"].last()
    later = forms[forms["OFFSET"].between(*WINDOW)]
    later = later.assign(AWAY=(later["OFFSET"] - MONTH_6).abs()).sort_values("AWAY")
    value = later.groupby("SUBJID")["TOTAL"].first()
    fell = (base - value >= 4) | ((value <= 1) & base.reindex(value.index).notna())
    by_day = {k: (start[k] + pd.Timedelta(days=MONTH_6)).date() for k in persons}
    events = [
        event
        for event in read_events(export, persons, until)
        if event.after_randomisation and event.start.date() <= by_day[event.person.id]
    ]
    who = {
        "RESPONSE": set(fell.index[fell]),
        "SERIOUS": {event.person.id for event in events if event.serious},
        "SEVERE": {event.person.id for event in events if (event.grade or 0) >= 3},
        "DIED": {k for k, p in persons.items() if p.death and p.death <= by_day[k]},
    }
    return {
        name: {arm: sum(persons[k].planned == arm for k in found) for arm in ARMS}
        for name, found in who.items()
    }


def test_the_final_analysis_equals_a_computation_from_the_raw_files(export: Path) -> None:
    view = shared_view(export, "fin")
    figure = make(view)
    expected = recompute(export, view.cutoff.date())
    assert sum(expected["SEVERE"].values()) > 5  # else the agreement would prove little
    for name, by_arm in expected.items():
        assert {arm: n for arm, (n, _) in count(figure, name).items()} == by_arm, name


def test_it_is_there_only_where_alpha_is_spent() -> None:
    for view in (
        *(make_joint("ia2"), in_arms(make_joint(), "IV")),
        make_joint(adeff=only_baseline()["adeff"]),
    ):
        assert isinstance(plot_per_hundred(view), Withheld)


def test_special_trials_are_drawn() -> None:
    assert "<svg" in make(in_arms(make_joint(), "IV", "CTL")).svg
    empty = make_joint(**dict(without_arm("IT").datasets), adae=make_joint()["adae"].iloc[:0])
    figure = make(empty)
    assert count(figure, "SERIOUS")["IV"][0] == 0
    none = figure.statistics[KEY._replace(contrast="IT - C", category="DIED")]["estimate"]
    assert none != none
    assert "<svg" in make(make_joint(advisit=plan_forms().assign(STATUS="NOT_DUE"))).svg


def test_texts_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []

    def check(figure: object, name: str) -> str:
        found.extend(find_overlaps(figure))
        return "<svg/>"

    monkeypatch.setattr(per_hundred, "render_svg", check)
    make(make_joint())
    assert found == []
