"""Ordered outcomes of ten participants by hand, and of drawn ones by enumeration."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sample_joint import EVENTS, PLANNED, make_joint, plan_forms
from sample_response import in_arms
from sample_scores import ADSL, only_baseline
from table_cells import read_cells

from helpers.displays.benefit_risk.outcome_ranking import tabulate_ranking
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

KEY = Key("ITT", "", "NIHSSTOT", "M06")
OUTCOMES = ("BEST", "RESPONSE_SERIOUS", "NONE", "NONE_SERIOUS", "DIED")


def make(view: View) -> Table:
    table = tabulate_ranking(view)
    assert isinstance(table, Table)
    return table


def count(table: Table, arm: str) -> list[int]:
    keys = [KEY._replace(arm=arm, category=code) for code in OUTCOMES]
    return [int(table.statistics[key]["n"]) for key in keys]


def chance(table: Table, contrast: str, category: str = "BETTER") -> dict[str, float]:
    return table.statistics[KEY._replace(contrast=contrast, category=category)]


def with_deaths(**days: str) -> pd.DataFrame:
    dead = ADSL["USUBJID"].map(days)
    return ADSL.assign(
        DTHFL=dead.notna().map({True: "Y", False: None}),
        DTHDT=pd.to_datetime(dead).astype("datetime64[s]"),
        EOSREAS=None,
    )


def test_each_ranked_participant_has_one_outcome() -> None:
    """IV: A responds, B serious, C nothing, D died. IT: E, F, G nothing. CTL: H serious, I."""
    table = make(make_joint())
    assert count(table, "IV") == [1, 0, 1, 1, 1]
    assert count(table, "IT") == [0, 0, 3, 0, 0]
    assert count(table, "CTL") == [0, 0, 1, 1, 0]
    assert table.statistics[KEY._replace(arm="CTL", category="RANKED")]["n"] == 2  # J is not due
    assert table.statistics[KEY._replace(arm="CTL", category="RANKED")]["N"] == 3


def test_the_chance_counts_pairs_of_ranked_participants() -> None:
    """IV v CTL: A 2, B 1/2, C 1 1/2, D 0 of 8. IT v CTL: each 1 1/2 of 2."""
    table = make(make_joint())
    assert chance(table, "IV - C")["effect"] == pytest.approx(4 / 8)
    assert chance(table, "IT - C")["effect"] == pytest.approx(4.5 / 6)
    assert "leaves out" not in table.headline
    # a chance has no side of 0: two decimals, however near its limit is to 0
    assert "IT against CTL 0.75 (0.00 to 1.00)." in table.headline
    assert "Arms of 2 to 4 participants cannot exclude large differences" in table.headline


def test_a_comparison_without_an_interval_is_not_said_to_hold_0_5() -> None:
    """A alone against H alone: wholly above, so no limits."""
    frames = make_joint().datasets
    few = {n: f[f["USUBJID"].isin(["A", "H"])].reset_index(drop=True) for n, f in frames.items()}
    table = make(make_joint(**few))
    assert "IV against CTL 1.00 (NE)." in table.headline
    assert "leaves out" not in table.headline
    assert "There is no interval of IV - C and IT - C." in table.headline


def test_the_second_chance_leaves_out_of_whom_no_response_is_known() -> None:
    """F has no form and I withdrew: both stand as no response. G left for an adverse event."""
    table = make(make_joint())
    assumed = {arm: KEY._replace(arm=arm, category="ASSUMED") for arm in ("IV", "IT", "CTL")}
    found = {arm: int(table.statistics[key]["n"]) for arm, key in assumed.items()}
    assert found == {"IV": 0, "IT": 1, "CTL": 1}
    # IV v H alone: A 1, B 1/2, C 1, D 0 of 4; E and G are both better than H
    assert chance(table, "IV - C", "BETTER_KNOWN")["effect"] == pytest.approx(2.5 / 4)
    assert chance(table, "IT - C", "BETTER_KNOWN")["effect"] == 1


ENDED = {"A": "2022-06-30", "D": "2022-02-01", "F": "2022-05-01", "I": "2022-06-29"}


def with_ends() -> pd.DataFrame:
    return ADSL.assign(EOSDT=pd.to_datetime(ADSL["USUBJID"].map(ENDED)).astype("datetime64[s]"))


def test_who_left_before_the_planned_day_is_counted_and_in_the_worst_case_last() -> None:
    """F and I left before the day, A on it, D died. IT v CTL: E and G 1 1/2 of 2, F 0."""
    table = make(make_joint(adsl=with_ends()))
    short = {arm: KEY._replace(arm=arm, category="SHORT") for arm in ("IV", "IT", "CTL")}
    assert {arm: int(table.statistics[key]["n"]) for arm, key in short.items()} == {
        "IV": 0,
        "IT": 1,
        "CTL": 1,
    }
    assert chance(table, "IT - C", "BETTER_WORST")["effect"] == pytest.approx(3 / 6)
    assert chance(table, "IV - C", "BETTER_WORST")["effect"] == pytest.approx(4 / 8)
    (said,) = [note for note in table.notes if note.startswith("Followed for a shorter time")]
    assert "alive when last known: IV 0, IT 1, CTL 1." in said
    assert "As to harm this favours IT and CTL most" in said
    assert any(note.startswith("Worst case: ") for note in table.notes)


def test_where_nobody_left_early_there_is_no_worst_case_and_without_days_nothing_is_said() -> None:
    late = with_ends().assign(EOSDT=PLANNED)
    table = make(make_joint(adsl=late))
    assert any(note.startswith("Nobody alive was followed for a shorter") for note in table.notes)
    assert KEY._replace(contrast="IT - C", category="BETTER_WORST") not in table.statistics
    unknown = make(make_joint())  # the sample has no end of participation
    assert "shorter time" not in " ".join([*unknown.notes, *(row.label for row in unknown.lines)])


def test_days_counted_and_a_grade_5_of_somebody_alive_are_said() -> None:
    start = pd.Series(PLANNED, ADSL.index) - pd.to_timedelta(
        ADSL["USUBJID"].isin(list("HIJ")).map({True: 183, False: 187}), "D"
    )
    five = EVENTS.assign(GR5ALVFL=EVENTS["USUBJID"].map({"E": "Y", "J": "Y"}))
    table = make(make_joint(adsl=ADSL.assign(RANDDT=start), adae=five))
    notes = " ".join(table.notes)
    assert "median: IV 187.0 (at most 187), IT 187.0 (at most 187), CTL 183.0 (at most 183)" in (
        notes
    )
    assert "Grade 5 without a death recorded from it: 1 event" in notes  # J was not due


def test_a_death_by_the_planned_day_is_the_worst_and_a_later_one_is_said() -> None:
    """A died on the planned day after an early visit, C the day after it."""
    died = with_deaths(A="2022-06-30", C="2022-07-01", D="2022-02-01", J="2022-12-01")
    table = make(make_joint(adsl=died))
    assert count(table, "IV") == [0, 0, 1, 1, 2]
    assert "Deaths that are not counted here, later or not due: IV 1, IT 0, CTL 1 (T-S-18)." in (
        table.notes
    )


def test_without_a_planned_day_events_count_to_the_cut_off() -> None:
    """A's later event counts then; C's is before randomisation all the same."""
    table = make(make_joint(advisit=plan_forms().drop(columns="DUEDT")))
    assert count(table, "IV") == [0, 1, 1, 1, 1]
    assert any("from randomisation to the cut-off" in note for note in table.notes)


def test_an_event_without_a_day_counts() -> None:
    undated = EVENTS.assign(ASTDT=EVENTS["ASTDT"].mask(EVENTS["USUBJID"] == "A"))
    assert count(make(make_joint(adae=undated)), "IV") == [0, 1, 1, 1, 1]


def test_the_order_is_that_of_the_parameters() -> None:
    """The same outcomes with the worst first: the chance is that of the worse one."""
    view = make_joint()
    turned = view.trial.model_copy(update={"desirability": view.trial.desirability[::-1]})
    table = make(replace(view, trial=turned))
    assert chance(table, "IT - C")["effect"] == pytest.approx(1.5 / 6)
    labels = [line.label for line in table.lines]
    assert labels[1] == "Died"


def draw(seed: int) -> View:
    """The sample with drawn responses, deaths and serious events."""
    rng = np.random.default_rng(seed)
    view = make_joint()
    scores, forms = view["adeff"], plan_forms()
    later = (scores["AVISIT"] == "M06") & (scores["PARAMCD"] == "NIHSSTOT")
    said = pd.Series(rng.choice(["Y", "N"], len(scores)), index=scores.index)
    scores = scores.assign(CRIT1FL=scores["CRIT1FL"].mask(later & scores["CHG"].notna(), said))
    at = forms["AVISIT"] == "M06"
    status = pd.Series(rng.choice(["DEAD", "MISSED", "LEFT"], len(forms)), index=forms.index)
    forms = forms.assign(STATUS=forms["STATUS"].mask(at, status))
    events = pd.DataFrame(
        {
            "USUBJID": list("ABCDEFGHIJ"),
            "AFTRANFL": "Y",
            "ASERFL": rng.choice(["Y", None], 10),
            "ATOXGR": pd.array(rng.integers(1, 5, 10), dtype="Int64"),
            "ASTDT": pd.Series([PLANNED] * 10).astype("datetime64[s]"),
        }
    )
    return make_joint(adeff=scores, advisit=forms, adae=events)


def place_by_hand(view: View) -> dict[str, int]:
    """Place of the outcome of each participant from the frames, everybody being due."""
    scores = view["adeff"]
    used = scores[
        (scores["AVISIT"] == "M06") & (scores["PARAMCD"] == "NIHSSTOT") & (scores["ANL01FL"] == "Y")
    ]
    responds = dict(zip(used["USUBJID"], used["CRIT1FL"], strict=True))
    forms = view["advisit"]
    own = forms[(forms["AVISIT"] == "M06") & (forms["FORM"] == "NIHSS")]
    dead = set(own.loc[own["STATUS"] == "DEAD", "USUBJID"]) - set(used["USUBJID"])
    serious = set(view["adae"].loc[view["adae"]["ASERFL"] == "Y", "USUBJID"])
    return {
        person: 4 if person in dead else 2 * (responds.get(person) != "Y") + (person in serious)
        for person in "ABCDEFGHIJ"
    }


@pytest.mark.parametrize("seed", range(8))
def test_chance_and_p_equal_all_pairs_and_all_allocations_enumerated(seed: int) -> None:
    view = draw(seed)
    place = place_by_hand(view)
    table = make(view)
    for contrast, first in (("IV - C", "ABCD"), ("IT - C", "EFG")):
        own, other = [place[x] for x in first], [place[x] for x in "HIJ"]
        won = sum((a < b) + (a == b) / 2 for a in own for b in other)
        expected = won / (len(own) * len(other))
        assert chance(table, contrast)["effect"] == pytest.approx(expected)
        pooled, distances = [*own, *other], []
        for chosen in combinations(range(len(pooled)), len(own)):
            rest = [v for i, v in enumerate(pooled) if i not in chosen]
            pairs = sum((pooled[i] < b) + (pooled[i] == b) / 2 for i in chosen for b in rest)
            distances.append(abs(pairs - len(own) * len(other) / 2))
        reached = abs(won - len(own) * len(other) / 2)
        p = np.mean([distance >= reached - 1e-9 for distance in distances])
        assert chance(table, contrast)["p"] == pytest.approx(p)


def test_the_p_value_is_in_the_file_only() -> None:
    table = make(make_joint())
    (line,) = table.file_lines
    assert line.label == "Order of outcomes: nominal p, exploratory"
    assert "nominal p" not in " ".join(line.label for line in table.lines)
    cells = read_cells(table)
    assert cells["P(better) + 0.5 P(equal), only where the response is known"][-1] == "1.00 (NE)"


def test_it_is_there_only_where_alpha_is_spent_and_a_response_is_known() -> None:
    quiet = make_joint("ia2")
    asked = replace(quiet, interim=quiet.interim.model_copy(update={"nonlook_contrasts": True}))
    bare = make_joint()
    no_order = replace(bare, trial=bare.trial.model_copy(update={"desirability": ()}))
    for view in (
        *(quiet, asked, no_order, in_arms(bare, "IV")),
        make_joint(adeff=only_baseline()["adeff"]),
    ):
        assert isinstance(tabulate_ranking(view), Withheld)


def test_an_arm_that_nobody_is_ranked_in_and_a_trial_of_the_dead_are_said() -> None:
    alone = make_joint(advisit=plan_forms().assign(STATUS="NOT_DUE"))
    scores = alone["adeff"]
    left = scores[~((scores["AVISIT"] == "M06") & scores["USUBJID"].isin(list("HIJ")))]
    table = make(make_joint(adeff=left, advisit=alone["advisit"]))
    assert count(table, "CTL") == [0, 0, 0, 0, 0]
    assert np.isnan(chance(table, "IV - C")["effect"])
    assert table.headline == "Too few participants are ranked to compare the arms."
    everybody = with_deaths(**dict.fromkeys("ABCDEFGHIJ", "2022-02-01"))
    dead = make(make_joint(adsl=everybody, advisit=plan_forms().assign(STATUS="DEAD")))
    assert chance(dead, "IV - C")["effect"] == 0.5


def test_an_arm_of_which_no_response_is_known_is_said_in_the_headline() -> None:
    """H, I and J of the control have no value at month 6 but are due."""
    forms = plan_forms()
    of_control = forms["USUBJID"].isin(list("HIJ")) & (forms["AVISIT"] == "M06")
    missed = forms.assign(STATUS=forms["STATUS"].mask(of_control, "MISSED"))
    scores = make_joint()["adeff"]
    gone = (scores["AVISIT"] == "M06") & scores["USUBJID"].isin(list("HIJ"))
    table = make(make_joint(adeff=scores[~gone], advisit=missed))
    assert "No response is known of anybody in CTL" in table.headline
    assert "No response is known" not in make(make_joint()).headline
