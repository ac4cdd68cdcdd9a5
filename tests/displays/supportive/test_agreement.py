"""Whom several scores favour, counted by sign; correlations of improvements against scipy."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from sample_scores import make_rows, make_scores, one_person, only_baseline, without_scores
from scipy.stats import spearmanr
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells

from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.displays.supportive.agreement import tabulate_agreement
from helpers.displays.supportive.change_correlations import tabulate_change_correlations
from helpers.displays.treatment_effect.effect_figure import turn_result
from helpers.displays.treatment_effect.effects import fit_effects, list_contrasts
from helpers.view import View

ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 6})
NIHSS, FMS = draw_values(ADSL, seed=2), draw_values(ADSL, seed=4)
TOTAL = Key("ITT", visit="M06", category="FAVOURS")


def view_of(interim: str = "fin", fms: pd.DataFrame = FMS) -> View:
    """Two scores: one where lower is better, one where higher is."""
    rows = [make_rows(NIHSS, "NIHSSTOT", "NIHSS"), make_rows(fms, "FMS", "FMA")]
    view = make_scores(interim, adsl=ADSL, adeff=pd.concat(rows, ignore_index=True))
    return replace(view, trial=view.trial.model_copy(update={"consistency": ("NIHSSTOT", "FMS")}))


def tabulate(view: View) -> Table:
    table = tabulate_agreement(view)
    assert isinstance(table, Table)
    return table


def correlate(view: View) -> Table:
    table = tabulate_change_correlations(view)
    assert isinstance(table, Table)
    return table


def test_the_differences_are_those_of_each_score_s_model_as_improvements() -> None:
    rows = tabulate(view_of()).statistics
    for code, direction in (("NIHSSTOT", -1), ("FMS", 1)):
        each = [
            turned
            for one in list_contrasts(fit_effects(view_of(), code))
            for turned in turn_result(one, direction)
        ]
        for result in each:
            if result.key.visit == "M06" and result.key.contrast != "IT - IV":
                assert rows[result.key][result.statistic] == result.value


def test_scores_in_favour_are_counted_by_sign() -> None:
    table = tabulate(view_of())
    cells = read_cells(table)
    for place, (label, arm) in enumerate((("IV - C", "IV"), ("IT - C", "IT"))):
        signs = [
            table.statistics[Key("ITT", "", code, "M06", "LSMEAN.IMP", label)]["estimate"] > 0
            for code in ("NIHSSTOT", "FMS")
        ]
        row = table.statistics[TOTAL._replace(contrast=label)]
        assert (row["count"], row["total"]) == (sum(signs), 2)
        named = [cells[name][2 * place + 1] for name in ("NIHSS total", LABEL)]
        assert named == [arm if sign else "C" for sign in signs]
        assert f"{arm} {sum(signs)} of 2 scores" in table.headline


LABEL = "FMS (Fugl-Meyer motor total)"


def test_the_headline_and_notes_say_what_a_count_of_signs_is_not() -> None:
    table = tabulate(view_of())
    assert table.headline.startswith("In favour by the sign of the estimate alone")
    notes = " ".join(table.notes)
    assert "all 2 scores would agree, in favour of either arm, in 50.0% of comparisons" in notes
    assert "nothing of size or certainty" in notes


def test_arms_with_equal_values_favour_neither() -> None:
    """Every participant of an arm has a twin in each other arm."""
    adsl = make_adsl({"IV": 5, "IT": 5, "CTL": 5})
    one = draw_values(make_adsl({"IV": 5}), seed=9)
    same = pd.concat([one.assign(USUBJID=one["USUBJID"].str.replace("IV", a)) for a in SAME])
    view = view_values(same.reset_index(drop=True), adsl)
    trial = view.trial.model_copy(update={"consistency": ("NIHSSTOT", "FMS")})
    fms = make_rows(same.reset_index(drop=True), "FMS", "FMA")
    rows = pd.concat([view["adeff"], fms], ignore_index=True)
    view = replace(view, trial=trial, datasets={**view.datasets, "adeff": rows})
    table = tabulate(view)
    assert read_cells(table)["NIHSS total"][1::2] == ("neither", "neither")
    row = table.statistics[TOTAL._replace(contrast="IV - C")]
    assert (row["count"], row["total"]) == (0, 2)


SAME = ("IV", "IT", "CTL")


def test_correlations_are_those_of_improvements_by_scipy() -> None:
    table = correlate(view_of())
    better = (NIHSS["BL"] - NIHSS["M06"]), (FMS["M06"] - FMS["BL"])
    row = table.statistics[Key("ITT", "Total", "FMS", "M06", "NIHSSTOT")]
    assert row["n"] == 17
    assert row["correlation"] == pytest.approx(spearmanr(*better).statistic)
    assert table.headline.endswith("in 17 participants each.")


def test_a_change_in_the_score_itself_goes_with_the_other_whatever_the_direction() -> None:
    """A score that rises as the other falls improves with it."""
    mirrored = NIHSS.assign(**{n: 42 - NIHSS[n] for n in ("BL", "M03", "M06", "M12")})
    row = correlate(view_of(fms=mirrored)).statistics[Key("ITT", "Total", "FMS", "M06", "NIHSSTOT")]
    assert row["correlation"] == pytest.approx(1)


def test_changes_without_spread_have_no_correlation() -> None:
    flat = FMS.assign(M06=FMS["BL"])
    table = correlate(view_of(fms=flat))
    row = table.statistics[Key("ITT", "Total", "FMS", "M06", "NIHSSTOT")]
    assert math.isnan(row["correlation"])
    assert table.headline == (
        "No correlation can be computed: fewer than 3 participants, or no spread."
    )


def test_without_two_changes_or_alpha_neither_is_shown() -> None:
    alone = view_values(NIHSS, ADSL)
    for view in (view_of("ia2"), alone, only_baseline(), without_scores()):
        assert isinstance(tabulate_agreement(view), Withheld)
        assert isinstance(tabulate_change_correlations(view), Withheld)


def test_without_a_control_nothing_is_favoured_and_correlations_stay() -> None:
    view = view_of()
    own = replace(view, trial=view.trial.model_copy(update={"control": None}))
    assert isinstance(tabulate_agreement(own), Withheld)
    assert isinstance(tabulate_change_correlations(own), Table)


def test_without_names_the_main_scores_are_compared() -> None:
    view = view_of()
    unnamed = replace(view, trial=view.trial.model_copy(update={"consistency": ()}))
    assert set(read_cells(tabulate(unnamed))) >= {"NIHSS total", LABEL}


def test_little_data_are_ne_and_one_participant_shows_nothing() -> None:
    view = view_of()
    kept = view["adeff"][view["adeff"]["USUBJID"].str.endswith("0")].reset_index(drop=True)
    few = replace(view, datasets={**view.datasets, "adeff": kept})
    assert read_cells(tabulate(few))["NIHSS total"] == ("NE", "NE", "NE", "NE")
    assert tabulate(few).headline == "No difference can be estimated."
    assert correlate(few).statistics[Key("ITT", "Total", "FMS", "M06", "NIHSSTOT")]["n"] == 3
    assert isinstance(tabulate_agreement(one_person()), Withheld)


def test_a_score_that_is_not_planned_at_the_key_visit_is_in_neither() -> None:
    """FMS is asked at month 3 alone: one score is left, and nothing to set it beside."""
    view = view_of()
    kept = view["adeff"][(view["adeff"]["PARAMCD"] != "FMS") | (view["adeff"]["AVISIT"] != "M06")]
    forms = {**view.trial.forms}
    forms["FMA"] = forms["FMA"].model_copy(update={"visits": ("BL", "M03")})
    for consistency in ((), ("NIHSSTOT", "FMS")):
        trial = view.trial.model_copy(update={"forms": forms, "consistency": consistency})
        datasets = {**view.datasets, "adeff": kept.reset_index(drop=True)}
        for rows in (datasets, view.datasets):
            own = replace(view, trial=trial, datasets=rows)
            assert isinstance(tabulate_agreement(own), Withheld)
            assert isinstance(tabulate_change_correlations(own), Withheld)


def test_it_says_what_each_difference_estimates_and_that_the_count_estimates_nothing() -> None:
    (note,) = [note for note in tabulate(view_of()).notes if "no estimand" in note]
    view = view_of()
    labels = {code: view.trial.scores[code].label for code in ("NIHSSTOT", "FMS")}
    assert note.startswith(
        f"Differences estimate E1 of {labels['NIHSSTOT']}; E5 of {labels['FMS']}."
    )


def test_the_headline_counts_intervals_that_lie_on_one_side() -> None:
    table = tabulate(view_of())
    for label, arm in (("IV - C", "IV"), ("IT - C", "IT")):
        keys = [Key("ITT", "", c, "M06", "LSMEAN.IMP", label) for c in ("NIHSSTOT", "FMS")]
        beyond = sum(table.statistics[key]["lower"] > 0 for key in keys)
        said = table.headline.partition("not adjusted: ")[2]
        assert f"{arm} {beyond}" in said
