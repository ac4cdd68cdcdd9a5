"""Responders under each rule for missing values, counted by hand from `sample_response`."""

from dataclasses import replace

import pandas as pd
import pytest
from sample_response import in_arms, make_forms, make_response
from sample_scores import make_scores, only_baseline, without_arm
from table_cells import read_cells

from helpers.displays.efficacy.title_page import state_content
from helpers.displays.model import Table, Withheld
from helpers.displays.responders.by_visit import tabulate_responders
from helpers.displays.results import Key
from helpers.params.trial import Responder
from helpers.stats.proportions import compare_proportions
from helpers.view import View


def make(view: View) -> Table:
    table = tabulate_responders(view)
    assert isinstance(table, Table)
    return table


def count(table: Table, code: str, visit: str, rule: str) -> dict[str, tuple[int, int]]:
    keys = {arm: Key("ITT", arm, code, visit, rule) for arm in ("IV", "IT", "CTL")}
    rows = {arm: table.statistics[key] for arm, key in keys.items()}
    return {arm: (int(row["n"]), int(row["N"])) for arm, row in rows.items()}


def test_dead_left_and_missing_are_no_response_and_an_open_window_is_not_counted() -> None:
    """A fell by 4; D died, G and I left, F has no form, the window of J is open."""
    found = count(make(make_response()), "NIHSSTOT", "M06", "RESPONDER")
    assert found == {"IV": (1, 4), "IT": (0, 3), "CTL": (0, 2)}


def test_who_died_or_left_before_a_visit_that_is_not_due_yet_is_not_counted_at_it() -> None:
    """The planned day of D (died), I (left) and A (has a value) is the day after the cut-off."""
    forms, view = make_forms("NIHSS", "FMA"), make_response()
    open_yet = forms["USUBJID"].isin(["A", "D", "I"]) & (forms["AVISIT"] == "M06")
    days = pd.Series(view.cutoff, index=forms.index)
    forms = forms.assign(DUEDT=days.mask(open_yet, view.cutoff + pd.Timedelta(days=1)))
    table = make(make_response(advisit=forms))
    assert count(table, "NIHSSTOT", "M06", "RESPONDER") == {
        "IV": (1, 3),
        "IT": (0, 3),
        "CTL": (0, 1),
    }
    judged = count(table, "NIHSSTOT", "M06", "RESPONDER_JUDGED")
    assert judged == {"IV": (1, 3), "IT": (0, 2), "CTL": (0, 1)}


def test_observed_keeps_death_and_leaving_for_an_adverse_event_as_no_response() -> None:
    """F has no value and I withdrew: both unknown. G left for an adverse event."""
    found = count(make(make_response()), "NIHSSTOT", "M06", "RESPONDER_JUDGED")
    assert found == {"IV": (1, 4), "IT": (0, 2), "CTL": (0, 1)}


def test_who_cannot_respond_from_the_baseline_leaves_the_second_line_only() -> None:
    """B's baseline is too near the end; G has none."""
    table = make(make_response())
    assert count(table, "FMS", "M03", "RESPONDER") == {"IV": (1, 4), "IT": (0, 3), "CTL": (0, 3)}
    able = count(table, "FMS", "M03", "RESPONDER_ABLE")
    assert able == {"IV": (1, 3), "IT": (0, 2), "CTL": (0, 3)}
    assert count(table, "FMS", "BL", "UNABLE") == {"IV": (1, 4), "IT": (0, 2), "CTL": (0, 3)}
    assert not [
        key for key in table.statistics if key[2:5] == ("NIHSSTOT", "M06", "RESPONDER_ABLE")
    ]


def test_that_nobody_is_unable_is_said_where_it_is_known() -> None:
    """Nobody is of NIHSS; without the flag, or without ends of the scale, that is not known."""
    key = Key("ITT", "IV", "NIHSSTOT", "BL", "UNABLE")
    rows = make_response()["adeff"]
    assert make(make_response()).statistics[key]["n"] == 0
    for lost in (["UNABLEFL"], ["FLOORFL", "CEILFL"]):
        untold = make_response(adeff=rows.drop(columns=lost))
        assert key not in make(untold).statistics


def test_a_rule_of_the_worst_items_is_named_as_such() -> None:
    view = make_response()
    steps = Responder(change=-1, of="worst_items", note="from elsewhere")
    scores = {**view.trial.scores}
    scores["NIHSSTOT"] = scores["NIHSSTOT"].model_copy(update={"responder": steps})
    table = make(replace(view, trial=view.trial.model_copy(update={"scores": scores})))
    named = [line.label for line in table.lines if line.heading]
    assert named[0] == (
        "NIHSS total: fall of 1 step or more of the item that was the worst at baseline, of each "
        "where several were"
    )


def test_the_worst_case_counts_what_is_missing_in_the_control_as_response() -> None:
    found = count(make(make_response()), "NIHSSTOT", "M06", "RESPONDER_WORST")
    assert found == {"IV": (1, 4), "IT": (0, 3), "CTL": (1, 2)}


def test_an_arm_has_exact_limits_and_a_contrast_score_limits() -> None:
    """1 of 4: the roots of the binomial tails, 0.00631 and 0.80588 (Clopper and Pearson)."""
    numbers = make(make_response()).statistics
    key = Key("ITT", "IV", "NIHSSTOT", "M06", "RESPONDER")
    assert numbers[key]["lower"] == pytest.approx(0.00630946, abs=1e-7)
    assert numbers[key]["upper"] == pytest.approx(0.80587960, abs=1e-7)
    difference = numbers[key._replace(arm="", contrast="IV - C")]
    expected = compare_proportions(1, 4, 0, 2)
    assert difference["estimate"] == 0.25
    assert (difference["lower"], difference["upper"]) == (expected.lower, expected.upper)


def test_the_cells_show_counts_with_their_interval_and_the_difference() -> None:
    cells = read_cells(make(make_response()))["Month 6"]
    assert cells[0] == "1 / 4 (25.0) [0.6 to 80.6]"
    assert cells[2] == "0 / 2 [0.0 to 84.2]"
    assert cells[3].startswith("+25.0 (")


def test_a_look_that_spends_no_alpha_has_no_number_between_arms() -> None:
    table = make(make_response("ia2"))
    assert not [key for key in table.statistics if key.contrast]
    assert not [key for key in table.statistics if key.category == "RESPONDER_WORST"]
    header, _ = table.csv_copy()
    assert len(header) == 4
    assert "nothing is compared between arms" in " ".join(table.notes)


def test_the_threshold_is_named_and_called_borrowed() -> None:
    table = make(make_response())
    labels = [line.label for line in table.lines if line.heading]
    assert labels[0] == "NIHSS total: fall of 4 or more, or a value of at most 1"
    assert "Thresholds are borrowed" in table.notes[0]
    assert "NIHSS total from acute stroke" in table.notes[0]


def test_an_arm_without_participants_has_a_column_and_no_difference() -> None:
    view = make_response(**dict(without_arm("IT").datasets))
    row = make(view).statistics[Key("ITT", "IT", "NIHSSTOT", "M06", "RESPONDER")]
    assert row["N"] == 0
    contrast = Key("ITT", "", "NIHSSTOT", "M06", "RESPONDER", "IT - C")
    assert (
        make(view).statistics[contrast]["estimate"] != make(view).statistics[contrast]["estimate"]
    )


def test_without_a_control_there_is_no_worst_case() -> None:
    table = make(in_arms(make_response(), "IV", "IT"))
    assert {key.contrast for key in table.statistics} == {"", "IT - IV"}
    assert not [key for key in table.statistics if key.category == "RESPONDER_WORST"]


def test_before_any_follow_up_or_without_forms_it_is_not_there() -> None:
    first = make_response(adeff=only_baseline()["adeff"])
    assert isinstance(tabulate_responders(first), Withheld)
    assert isinstance(tabulate_responders(make_scores()), Withheld)


def test_only_the_key_score_at_the_key_visit_is_the_response_of_the_estimand() -> None:
    view = make_response()
    said = "Estimand E3: NIHSS total at month 6; other scores and visits as E3."
    assert make(view).population_line.endswith(said)
    key = view.trial.scores["NIHSSTOT"].model_copy(update={"responder": None})
    trial = view.trial.model_copy(update={"scores": {**view.trial.scores, "NIHSSTOT": key}})
    none = make(replace(view, trial=trial)).population_line
    assert none.endswith("No estimand of T-E-01: describes.")


def test_values_after_a_drug_that_a_model_leaves_out_are_said_to_be_used() -> None:
    """The rule of the trial is for values of the form MAS."""
    view = make_response()
    assert not any("used here as measured" in note for note in make(view).notes)
    own = view.trial.scores["FMS"].model_copy(update={"form": "MAS"})
    trial = view.trial.model_copy(update={"scores": {**view.trial.scores, "FMS": own}})
    view = replace(view, trial=trial)
    found = [note for note in make(view).notes if "used here as measured" in note]
    said = "values after new antispastic are used here as measured; E4 sets them missing."
    assert found == [f"{own.label}: {said}"]
    rows = view["adeff"].assign(ICEREAS=None)
    after = rows.assign(ICEREAS=rows["PARAMCD"].map({"FMS": "NEW_ANTISPASTIC"}))
    same = [
        count(make(replace(view, datasets={**view.datasets, "adeff": frame})), "FMS", "M06", rule)
        for frame in (rows, after)
        for rule in ("RESPONDER",)
    ]
    assert same[0] == same[1]


def test_an_arm_that_nobody_is_known_of_is_not_taken_for_one_without_responders() -> None:
    """H and I of the control are due at month 6: without their values 0 of 2 is the rule alone."""
    rows = make_response()["adeff"]
    gone = rows["USUBJID"].isin(list("HIJ")) & (rows["AVISIT"] == "M06")
    for view, named in ((make_response(), False), (make_response(adeff=rows[~gone]), True)):
        (note,) = [note for note in make(view).notes if note.startswith("Nobody due has a known")]
        assert ("NIHSS total month 6" in note) is named
        assert note.startswith("Nobody due has a known response: CTL at NIHSS total month ")


def test_without_any_baseline_nobody_is_counted_as_no_response() -> None:
    """A table of zeros and of differences of 0 would be the rule for missing values alone."""
    rows = make_response()["adeff"]
    later = rows[rows["AVISIT"] != "BL"].assign(BASE=None, CHG=None, IMPRV=None, CRIT1FL=None)
    view = make_response(adeff=later.astype(dict.fromkeys(("BASE", "CHG", "IMPRV"), "Float64")))
    assert isinstance(tabulate_responders(view), Withheld)
    assert "who responded is not known" in state_content(view)
