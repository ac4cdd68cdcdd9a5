"""The models of the other scores: which scores, which values, and that nothing is formal."""

from dataclasses import replace

import pandas as pd
import pytest
from sample_scores import make_rows, make_scores
from score_values import VISITS, draw_values, make_adsl
from table_cells import read_cells

from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.displays.treatment_effect.other_scores import tabulate_other_models
from helpers.stats.ancova import fit_ancova
from helpers.view import View

ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 5})
NIHSS, FMS = draw_values(ADSL), draw_values(ADSL, seed=2)
MAS = draw_values(ADSL, seed=3)


def make_two(interim: str = "fin") -> View:
    """The key score, the Fugl-Meyer score and a mean of the spasticity scale (made of FMS rows)."""
    spastic = make_rows(MAS, "FMS", "MAS").assign(PARAMCD="MASUE")
    rows = [make_rows(NIHSS, "NIHSSTOT", "NIHSS"), make_rows(FMS, "FMS", "FMA"), spastic]
    return make_scores(interim, adsl=ADSL, adeff=pd.concat(rows, ignore_index=True))


def tabulate(view: View) -> Table:
    table = tabulate_other_models(view)
    assert isinstance(table, Table)
    return table


def test_the_key_score_is_not_among_them() -> None:
    table = tabulate(make_two())
    assert {key.parameter for key in table.statistics} == {"FMS", "MASUE"}


def test_a_score_with_values_filled_in_has_no_model_over_visits() -> None:
    view = make_two()
    score = view.trial.scores["FMS"].model_copy(update={"fills_in": "NIHSSTOT"})
    trial = view.trial.model_copy(update={"scores": {**view.trial.scores, "FMS": score}})
    table = tabulate(replace(view, trial=trial))
    assert {key.parameter for key in table.statistics} == {"MASUE"}
    assert f"No model over visits, as values are filled in: {score.label}." in table.notes


def test_its_differences_are_those_of_the_ancova_on_complete_data() -> None:
    frame = FMS.merge(ADSL[["USUBJID", "TRT01P"]], on="USUBJID")
    rows = tabulate(make_two()).statistics
    for visit in VISITS:
        own = frame.assign(CHG=frame[visit] - frame["BL"])
        fit = fit_ancova(own, response="CHG", arm="TRT01P", covariates=["BL"], reference="CTL")
        exact = fit.contrasts().set_index("contrast").loc["IT - CTL"]
        ours = rows[Key("ITT", "", "FMS", visit, "LSMEAN", "IT - C")]
        assert ours["estimate"] == pytest.approx(exact["estimate"], abs=1e-8)
        assert ours["lower"] == pytest.approx(exact["lower"], abs=1e-6)


def test_values_after_a_drug_that_the_estimand_imagines_away_are_not_used() -> None:
    view = make_two()
    rows = view["adeff"]
    late = (rows["USUBJID"] == "IV00") & (rows["AVISIT"] == "M12")
    drug = pd.Series("NEW_ANTISPASTIC", index=rows.index, dtype=object).where(late, None)
    view = replace(view, datasets={**view.datasets, "adeff": rows.assign(ICEREAS=drug)})
    found = tabulate(view).statistics
    assert found[Key("ITT", "IV", "MASUE", "M12", "LSMEAN")]["n"] == 5
    assert found[Key("ITT", "IV", "FMS", "M12", "LSMEAN")]["n"] == 6  # of another form
    assert (
        "MAS arm mean: values after new antispastic are left out, as the estimand has it "
        "(participant-visits with a change: IV 1, IT 0, CTL 0); T-E-04 has them."
    ) in tabulate(view).notes


def test_a_line_that_rests_on_few_values_of_an_arm_is_marked() -> None:
    """Two of the five of the control have no value at month 12: 3 are left."""
    assert not any("*" in line.label for line in tabulate(make_two()).lines)
    view = make_two()
    rows = view["adeff"]
    gone = rows["USUBJID"].isin(["CTL00", "CTL01"]) & (rows["AVISIT"] == "M12")
    gone &= rows["PARAMCD"] == "FMS"
    table = tabulate(replace(view, datasets={**view.datasets, "adeff": rows[~gone]}))
    marked = [line.label for line in table.lines if "*" in line.label]
    assert marked == ["Month 12*"]
    (note,) = [note for note in table.notes if note.startswith("*")]
    assert "Rests on 3 or 4 values in an arm" in note
    key = Key("ITT", "CTL", "FMS", "M12", "LSMEAN")
    assert table.statistics[key]["n"] == 3


def test_each_heading_names_the_estimand() -> None:
    headings = [line.label for line in tabulate(make_two()).lines if line.heading]
    assert headings[0].endswith("higher is better): E5")
    assert headings[1].endswith("lower is better): E4")


def test_no_p_value_is_on_the_page_and_nothing_is_adjusted() -> None:
    table = tabulate(make_two())
    assert not [line for line in table.lines if "p" in line.label.split()]
    assert not [key for key, row in table.statistics.items() if "p_adjusted" in row]
    view = make_two()
    printed = replace(view, interim=view.interim.model_copy(update={"print_nominal_p": True}))
    assert "nominal p" in read_cells(tabulate(printed))


def test_a_look_without_alpha_has_none_of_them() -> None:
    assert isinstance(tabulate_other_models(make_two("ia2")), Withheld)


def test_what_cannot_be_modelled_says_why() -> None:
    table = tabulate(make_scores())  # four, three and three participants
    assert any(
        note.endswith("no model, no visit has 3 or more values in every arm.")
        for note in table.notes
    )
    cells = read_cells(table)
    assert cells["Month 3, not in the model"][3] == "NE"
