"""T-E-13: who has no value, what is imputed for whom, and what a headline may say of it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from left_early import make_left, make_participants, make_values, make_visits
from sample_scores import make_scores, one_person, without_arm
from table_cells import read_cells
from trial_views import shared_view

from helpers.displays.efficacy.report_parts import find_reason, list_shown
from helpers.displays.efficacy.title_page import state_content
from helpers.displays.missing_data.patterns import tabulate_missing_patterns
from helpers.displays.missing_data.reference_based import FATES, tabulate_reference_based
from helpers.displays.model import Table, Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.displays.treatment_effect.sensitivity_forest import plot_sensitivity
from helpers.displays.treatment_effect.sensitivity_lines import tabulate_sensitivity
from helpers.models.imputation import build_imputation_rows, list_imputed
from helpers.models.repeated_measures import AS_PLANNED
from helpers.models.score_rows import Selection
from helpers.view import View

KEY = Key("ITT", "", "NIHSSTOT", "M06")
NUMBERS = ("estimate", "se", "df", "lower", "upper")


def make(view: View) -> Table:
    table = tabulate_reference_based(view)
    assert isinstance(table, Table)
    assert show_html(table)
    return table


@cache
def left() -> View:
    """The sample; a jackknife is made once, and kept by the view."""
    return make_left()


@cache
def make_sample() -> Table:
    return make(left())


@cache
def nobody_left() -> View:
    adsl = make_participants().assign(D2STAT="GIVEN")
    visits = make_visits(adsl)
    return make_left(
        adsl=adsl, visits=visits.assign(STATUS=visits["STATUS"].replace("LEFT", "MISSED"))
    )


def test_every_participant_stands_in_one_line_by_hand() -> None:
    cells = read_cells(make_sample())
    assert cells["observed"][:3] == ("4 (50.0)", "6 (75.0)", "5 (62.5)")
    assert cells["of them after dosing stopped, used as observed"][:3] == ("1 (12.5)", "0", "0")
    assert cells["missing: left before the window closed"][:3] == (
        "1 (12.5)",
        "1 (12.5)",
        "1 (12.5)",
    )
    assert cells["missing: stopped dosing, no value"][:3] == ("1 (12.5)", "0", "0")
    assert cells["missing: died before"][:3] == ("1 (12.5)", "0", "0")
    assert cells["missing: other reason"][:3] == ("1 (12.5)", "0", "0")
    assert cells["not due or window open at the cut-off, never imputed"][:3] == (
        "0",
        "1 (12.5)",
        "1 (12.5)",
    )
    assert cells["missing, not imputed: no baseline, covariate or value of the arm"][2] == (
        "1 (12.5)"
    )


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_the_lines_add_up_to_the_arm_and_agree_with_the_patterns(export: Path, name: str) -> None:
    view = shared_view(export, name)
    numbers = make(view).statistics
    patterns = tabulate_missing_patterns(view).statistics
    place = list(view.trial.visit_codes).index("M06")
    for arm in ("IV", "IT", "CTL"):
        rows = {
            fate: numbers.get(KEY._replace(arm=arm, category=fate)) for fate in ("OBSERVED", *FATES)
        }
        assert sum(row["n"] for row in rows.values() if row) == rows["OBSERVED"]["N"]
        seen = sum(
            row["n"]
            for key, row in patterns.items()
            if key.arm == arm
            and key.parameter == "NIHSSTOT"
            and set(key.category) <= set("OMNDL")
            and key.category[place] == "O"
        )
        assert rows["OBSERVED"]["n"] == seen


def test_imputed_means_are_those_of_the_imputed_values() -> None:
    view = left()
    numbers = make_sample().statistics
    rows = build_imputation_rows(view, "NIHSSTOT", "M06", Selection("ITT"))
    values = list_imputed(rows, AS_PLANNED).set_index(["method", "USUBJID"])["value"]
    for method in ("MAR", "J2R", "CR"):
        ruled = numbers[KEY._replace(arm="IV", category=f"{method}.BY_RULE")]
        assert ruled["n"] == 2
        assert ruled["mean"] == pytest.approx((values[method, "IV00"] + values[method, "IV01"]) / 2)
        others = numbers[KEY._replace(arm="IV", category=f"{method}.LIKE_OWN_ARM")]
        assert others["n"] == 2
        assert numbers[KEY._replace(arm="CTL", category=f"{method}.LIKE_OWN_ARM")] == {"n": 0}


def test_the_sensitivity_lines_have_the_same_numbers() -> None:
    own, lines = make_sample().statistics, tabulate_sensitivity(left()).statistics
    for method in ("J2R", "CR"):
        for contrast in ("IV - C", "IT - C"):
            place = KEY._replace(category=method, contrast=contrast)
            assert own[place] == pytest.approx({name: lines[place][name] for name in NUMBERS})
        assert KEY._replace(category=method, contrast="IT - IV") not in lines


def test_the_line_of_a_pair_without_the_control_does_not_apply() -> None:
    table = tabulate_sensitivity(left())
    line = next(line for line in table.lines if line.label.startswith("Jump"))
    assert line.cells[-1] == "n.a."


def test_where_intervals_are_narrower_the_reader_is_told_what_that_is_worth() -> None:
    for display in (make_sample(), tabulate_sensitivity(left()), plot_sensitivity(left())):
        assert any("no stronger evidence" in note for note in display.notes)
    for display in (tabulate_sensitivity(nobody_left()), plot_sensitivity(nobody_left())):
        assert any("no participant of an arm other than the control" in n for n in display.notes)
        assert not any("no stronger evidence" in n for n in display.notes)


def test_the_headline_says_how_many_come_from_the_control_and_of_whom() -> None:
    said = make_sample().headline
    assert "3 of 21 values are imputed from the control" in said
    assert "(IV 2, IT 1)" in said
    assert "Which assumption holds cannot be seen in the data" in said
    for word in ("robust", "significant", "confirm"):
        assert word not in said


def test_an_arm_of_which_nobody_left_is_not_called_robust() -> None:
    adsl = make_participants().assign(D2STAT="GIVEN")
    visits = make_visits(adsl)
    own = visits["USUBJID"].str.startswith("IV")
    visits = visits.assign(
        STATUS=visits["STATUS"].mask(own & visits["STATUS"].eq("LEFT"), "MISSED")
    )
    table = make(make_left(adsl=adsl, visits=visits))
    assert "under MAR alone (no value of its arms is imputed from the control); IT - C" in (
        table.headline
    )
    assert any(note.startswith("IV: no such missing values") for note in table.notes)


def test_with_nobody_leaving_the_table_says_so_and_keeps_to_missing_at_random() -> None:
    table = make(nobody_left())
    labels = [line.label for line in table.lines]
    assert "Jump to reference (J2R): no such missing values" in labels
    assert "Copy reference (CR): no such missing values" in labels
    assert not [key for key in table.statistics if key.category.startswith(("J2R", "CR"))]
    assert "no such missing values" in table.headline
    lines = [line.label for line in tabulate_sensitivity(nobody_left()).lines]
    assert {"J2R: no such missing values", "CR: no such missing values"} <= set(lines)


def test_nothing_is_tested_and_nothing_adjusted() -> None:
    table = make_sample()
    assert not [row for row in table.statistics.values() if {"p", "p_adjusted"} & set(row)]
    assert "exploratory, not adjusted" in table.population_line


# the others ask the same question of the parameters
@pytest.mark.parametrize(
    "name", ["ia2", *(pytest.param(one, marks=pytest.mark.slow) for one in ("ia1", "ia4"))]
)
def test_a_look_without_alpha_has_none_and_the_title_page_says_why(export: Path, name: str) -> None:
    view = shared_view(export, name)
    assert isinstance(tabulate_reference_based(view), Withheld)
    assert "T-E-13" not in list_shown(view)
    reason = find_reason(view, "T-E-13")
    assert reason
    told = "nothing in it compares arms" if "spends no alpha" in reason else reason
    assert told in state_content(view)


def test_contrasts_asked_for_at_such_a_look_bring_no_sensitivity() -> None:
    view = make_left("ia2")
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    assert isinstance(tabulate_reference_based(asked), Withheld)


@pytest.mark.parametrize("audience", ["open", "closed_masked"])
def test_other_readers_get_nothing(export: Path, audience: str) -> None:
    """At a look that spends alpha."""
    assert isinstance(tabulate_reference_based(shared_view(export, "ia3", audience)), Withheld)


def test_data_that_do_not_say_what_was_due_have_one_sentence() -> None:
    view = make_left()
    view.datasets.pop("advisit")
    assert isinstance(tabulate_reference_based(view), Withheld)
    assert find_reason(view, "T-E-13") == "The data do not say which forms were due and when."
    alone = make_left()
    alone = replace(alone, trial=alone.trial.model_copy(update={"control": None}))
    assert find_reason(alone, "T-E-13") == "The trial has no control to refer to."


def test_little_data_are_no_estimates_and_no_failure() -> None:
    adsl = make_participants()
    visits = make_visits(adsl)
    values = make_values(adsl)
    few = values.assign(M06=values["M06"].where(values["USUBJID"].isin(["IV05", "CTL05"])))
    one = adsl[adsl["USUBJID"] == "IV05"]
    dead = visits.assign(STATUS=visits["STATUS"].mask(visits["AVISIT"] != "BL", "DEAD"))
    none = values.assign(M06=float("nan"))
    early = values.assign(M03=float("nan"), M06=values["M06"])
    for view in (
        make_left(values=few),
        make_left(adsl=one, values=values[values["USUBJID"] == "IV05"]),
        make_left(values=none.assign(M03=few["M06"]), visits=dead),
        make_left(values=early),
        make_left(values=values[~values["USUBJID"].str.startswith("IT")]),
    ):
        made = make(view)
        assert made.headline


def test_samples_without_states_of_forms_are_left_out() -> None:
    for view in (make_scores("fin"), one_person(), without_arm("IT")):
        assert isinstance(tabulate_reference_based(view), Withheld)


def test_values_after_dosing_stopped_are_said_and_not_counted_by_reference(export: Path) -> None:
    """At FIN six, by hand from the records: one participant of IV at two visits, two of IT."""
    view = shared_view(export, "fin")
    rows = build_imputation_rows(view, "NIHSSTOT", "M06", Selection("ITT"))
    after = rows.frame[rows.frame["CHG"].notna() & rows.frame["DEPARTED"]]
    assert after["USUBJID"].str[-3:].tolist().count("054") == 2
    assert sorted(after["USUBJID"].str[-3:].unique()) == ["037", "047", "054"]
    said = "6 values observed after dosing stopped (IV 2 of 1 participant, IT 4 of 2 participants)"
    table, lines = make(view), tabulate_sensitivity(view)
    assert "differ only in" not in table.population_line
    assert "in which values they impute from" in table.population_line
    assert any(said in note and "imputed mean of the others" in note for note in table.notes)
    assert any("2 of them at that visit stay as observed" in note for note in table.notes)
    for display in (lines, plot_sensitivity(view)):
        assert any(said in note for note in display.notes)
    used = {key.category: row["values"] for key, row in lines.statistics.items() if key.arm}
    assert (used["MMRM"], used["J2R"], used["CR"]) == (126, 120, 120)


def test_without_such_values_the_methods_differ_only_in_what_they_assume(export: Path) -> None:
    table = make(shared_view(export, "ia3"))
    assert "MAR, J2R and CR differ only in what they assume" in table.population_line
    assert "observed after dosing stopped (" not in " ".join(table.notes)


def test_the_headline_says_what_is_not_adjusted_and_where_the_key_result_is(export: Path) -> None:
    said = "not adjusted for arms or looks; the adjusted key result and the bound are in T-E-05"
    assert said in make(shared_view(export, "fin")).headline
    assert said in make(nobody_left()).headline


def test_what_cannot_be_estimated_is_no_number_in_the_headline() -> None:
    view = left()
    rows = view["adeff"]
    same = rows.assign(
        AVAL=rows["BASE"].where(rows["CHG"].notna(), rows["AVAL"]), CHG=rows["CHG"] * 0
    )
    table = tabulate_reference_based(replace(view, datasets={**view.datasets, "adeff": same}))
    assert isinstance(table, Table)
    assert table.headline.endswith("no difference can be estimated.")
