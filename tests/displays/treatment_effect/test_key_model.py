"""The key model's table against analyses by hand, and what it says where there is little."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sample_response import make_forms, make_response
from sample_scores import make_scores, one_person, without_baseline
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells

from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.stats.ancova import fit_ancova
from helpers.view import View

SIZES = {"IV": 6, "IT": 5, "CTL": 5}
ADSL = make_adsl(SIZES)
VALUES = draw_values(ADSL)
PLACE = Key("ITT", "", "NIHSSTOT", "M06", "LSMEAN")
FAMILY = PLACE._replace(category="LSMEAN.DUNNETT")


def tabulate(view: View) -> Table:
    table = tabulate_key_model(view)
    assert isinstance(table, Table)
    return table


def with_interim(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


def ancova_at(visit: str) -> pd.DataFrame:
    frame = VALUES.merge(ADSL[["USUBJID", "TRT01P"]], on="USUBJID")
    frame = frame.assign(CHG=frame[visit] - frame["BL"])
    fit = fit_ancova(frame, response="CHG", arm="TRT01P", covariates=["BL"], reference="CTL")
    return fit.contrasts(adjust="dunnett").set_index("contrast")


def test_on_complete_data_its_differences_are_those_of_the_ancova_of_the_visit() -> None:
    rows = tabulate(view_values(VALUES, ADSL)).statistics
    for visit in ("M03", "M06", "M12"):
        exact = ancova_at(visit)
        for label, name in {"IV - C": "IV - CTL", "IT - C": "IT - CTL"}.items():
            ours = rows[PLACE._replace(contrast=label, visit=visit)]
            assert ours["estimate"] == pytest.approx(exact.loc[name, "estimate"], abs=1e-8)
            assert ours["se"] == pytest.approx(exact.loc[name, "se"], rel=1e-7)
            assert ours["df"] == pytest.approx(16 - 4, rel=1e-6)
            assert ours["p"] == pytest.approx(exact.loc[name, "p_unadjusted"], rel=1e-6)


def test_the_family_is_adjusted_by_dunnett_at_the_key_visit_only() -> None:
    rows = tabulate(view_values(VALUES, ADSL)).statistics
    exact = ancova_at("M06")
    for label, name in {"IV - C": "IV - CTL", "IT - C": "IT - CTL"}.items():
        ours = rows[FAMILY._replace(contrast=label)]
        assert ours["p_adjusted"] == pytest.approx(exact.loc[name, "p_adjusted"], rel=1e-5)
        assert ours["lower"] == pytest.approx(exact.loc[name, "lower"], abs=1e-6)
    adjusted = [key for key, row in rows.items() if "p_adjusted" in row]
    assert {(key.visit, key.contrast) for key in adjusted} == {("M06", "IV - C"), ("M06", "IT - C")}


def test_the_bound_is_that_of_the_information_reached() -> None:
    """16 of 48 planned, everybody still to come: the anchor of one third, z 3.7103."""
    table = tabulate(view_values(VALUES, ADSL))
    look = table.statistics[Key("ITT", "Total", "NIHSSTOT", "M06", "LOOK")]
    assert (look["n"], look["count"]) == (16, 48)
    assert look["boundary_z"] == pytest.approx(3.7103, abs=1e-4)
    cells = read_cells(table)
    assert cells["bound of this look (p)"] == ("", "", "", "0.0002", "0.0002", "")
    assert any("information 16 / 48 = 0.33" in note for note in table.notes)


@pytest.mark.parametrize(
    ("spending", "z"), [("ld_pocock", 2.2794), ("haybittle", 3.29), ("none", math.inf)]
)
def test_the_spending_function_is_a_choice(spending: str, z: float) -> None:
    """One third of the information: the anchor of the Pocock-like function, and fixed bounds."""
    table = tabulate(with_interim(view_values(VALUES, ADSL), spending=spending))
    look = table.statistics[Key("ITT", "Total", "NIHSSTOT", "M06", "LOOK")]
    assert look["boundary_z"] == pytest.approx(z, abs=1e-4)
    if spending == "none":
        assert any("Nothing to spend at this look." in note for note in table.notes)
        assert "No difference crosses" in table.headline


def test_a_look_with_an_earlier_one_has_the_bound_of_both() -> None:
    """Half at the earlier look, all of 16 planned now: the anchors 2.9626 and 1.9686."""
    view = with_interim(view_values(VALUES, ADSL), planned_info=16)
    dates = view["adeff"].assign(
        ADT=pd.Timestamp("2023-01-01")
        + pd.to_timedelta(view["adeff"]["USUBJID"].astype("category").cat.codes, "D")
    )
    looks = pd.DataFrame(
        {
            "INTERIM": ["IA3", "IA4"],
            "SEQUENCE": [3, 4],
            "CUTDT": pd.to_datetime(["2023-01-08", "2023-01-09"]),
            "LOOK": ["ALPHA", "CHARGED"],
        }
    )
    view = replace(view, datasets={**view.datasets, "adeff": dates, "compared_looks": looks[:1]})
    look = tabulate(view).statistics[Key("ITT", "Total", "NIHSSTOT", "M06", "LOOK")]
    assert (look["fraction"], look["spent"]) == (1.0, pytest.approx(0.05))
    assert look["boundary_z"] == pytest.approx(1.9686, abs=1e-4)
    charged = replace(view, datasets={**view.datasets, "compared_looks": looks})
    table = tabulate(charged)
    look = table.statistics[Key("ITT", "Total", "NIHSSTOT", "M06", "LOOK")]
    assert look["spent"] == pytest.approx(0.0499)
    assert any("cost 0.0001 each" in note for note in table.notes)


def test_a_look_without_alpha_has_no_model() -> None:
    for interim in ("ia2", "ia4"):
        assert isinstance(tabulate_key_model(view_values(VALUES, ADSL, interim)), Withheld)


def test_differences_asked_for_at_a_look_without_alpha_have_no_p_and_no_bound() -> None:
    view = with_interim(view_values(VALUES, ADSL, "ia2"), nonlook_contrasts=True)
    table = tabulate(view)
    statistics = {name for row in table.statistics.values() for name in row}
    assert statistics.isdisjoint({"p", "p_adjusted", "boundary_p", "boundary_z"})
    assert PLACE._replace(contrast="IV - C") in table.statistics
    assert any("were asked for" in note for note in table.notes)
    assert "bound" not in table.headline


def test_nominal_p_values_are_in_the_file_and_on_the_page_only_if_asked_for() -> None:
    table = tabulate(view_values(VALUES, ADSL))
    assert not [line for line in table.lines if "nominal" in line.label]
    assert [line.label for line in table.file_lines] == [
        f"Month {month}: nominal p, exploratory" for month in (3, 6, 12)
    ]
    printed = tabulate(with_interim(view_values(VALUES, ADSL), print_nominal_p=True))
    assert [line.label for line in printed.lines].count("nominal p") == 3
    assert printed.file_lines == ()


def test_the_page_says_what_was_fitted() -> None:
    table = tabulate(view_values(VALUES, ADSL))
    facts = table.statistics[Key("ITT", "Total", "NIHSSTOT", "", "MODEL")]
    assert (facts["n"], facts["values"]) == (16, 48)
    assert "unstructured covariance over visits (us), Satterthwaite" in table.notes[0]
    assert "16 participants, 48 values; optimum verified, condition" in table.notes[0]
    methods = {r.method for r in table.results if r.statistic == "estimate"}
    assert methods == {"mmrm us, satterthwaite", "mmrm us, satterthwaite, dunnett"}


def test_the_parameters_choose_structure_df_and_covariates() -> None:
    view = view_values(VALUES, ADSL.assign(AGE=np.arange(16.0)))
    chosen = view.interim.mmrm.model_copy(
        update={"cov_order": ("cs",), "df": "kenward_roger_linear", "covariates": ("AGE",)}
    )
    notes = " ".join(tabulate(with_interim(view, mmrm=chosen)).notes)
    assert "compound symmetry covariance over visits (cs), Kenward-Roger, linear form" in notes
    assert "baseline x visit + AGE;" in notes
    assert "This form is what SAS gives" in notes


def test_a_structure_that_gave_way_is_named_with_the_reason() -> None:
    table = tabulate(view_values(VALUES.assign(M12=VALUES["M06"]), ADSL))
    assert any(note.startswith("Of the fit: ") and "us: " in note for note in table.notes)


def test_a_visit_with_few_values_is_not_in_the_model_and_says_so() -> None:
    few = VALUES.copy()
    few.loc[few["USUBJID"].isin(["IT00", "IT01", "IT02"]), "M12"] = None
    table = tabulate(view_values(few, ADSL))
    assert "Month 12, not in the model" in {line.label for line in table.lines}
    assert any("fewer than 3 values there: Month 12" in note for note in table.notes)
    row = table.statistics[PLACE._replace(arm="IT", visit="M12")]
    assert row["n"] == 2
    assert math.isnan(row["estimate"])


def test_without_enough_values_at_the_key_visit_nothing_formal_is_estimated() -> None:
    few = VALUES.assign(M06=VALUES["M06"].where(~VALUES["USUBJID"].str.startswith("IT"), None))
    table = tabulate(view_values(few, ADSL))
    assert table.headline == "NIHSS total at month 6: no difference can be estimated."
    assert math.isnan(table.statistics[FAMILY._replace(contrast="IV - C")]["p_adjusted"])


def test_an_arm_without_anybody_is_not_estimable_and_the_others_are() -> None:
    adsl = make_adsl({"IV": 6, "CTL": 5})
    table = tabulate(view_values(draw_values(adsl), adsl))
    cells = read_cells(table)
    assert cells["estimate (SE)"][1] == "NE"
    assert cells["estimate (SE)"][0] != "NE"
    assert any("without a value: IT" in note for note in table.notes)
    assert "IT - C not estimable" in table.headline
    assert "NE to NE" not in table.headline


@pytest.mark.parametrize("interim", ["ia3", "fin"])
def test_special_cases_are_tables_or_nothing(interim: str) -> None:
    for view in (one_person(), make_scores(), without_baseline("NIHSS")):
        own = make_scores(interim, **dict(view.datasets))
        assert isinstance(tabulate_key_model(own), Table | Withheld)


def test_changes_that_are_all_zero_have_no_difference_and_a_reason() -> None:
    same = VALUES.assign(**dict.fromkeys(VALUES.columns[2:], VALUES["BL"]))
    table = tabulate(view_values(same, ADSL))
    assert any("no variation of the response" in note for note in table.notes)
    assert "no difference can be estimated" in table.headline


def test_a_trial_without_a_control_has_no_family() -> None:
    view = view_values(VALUES, ADSL)
    view = replace(view, trial=view.trial.model_copy(update={"control": None}))
    table = tabulate(view)
    assert not [key for key in table.statistics if key.category == "LSMEAN.DUNNETT"]
    assert any("no formal family" in note for note in table.notes)


def test_deaths_before_the_key_visit_stand_beside_the_key_result() -> None:
    """D of IV died; G, I and F have no value for other reasons."""
    assert (
        "Died before month 6: IV 1, IT 0, CTL 0; their later values do not exist and are taken as "
        "missing at random: read E2 (T-E-08)."
    ) in tabulate(make_response()).notes
    forms = make_forms("NIHSS", "FMA")
    alive = make_response(advisit=forms.assign(STATUS=forms["STATUS"].replace("DEAD", "MISSED")))
    assert "Died before month 6: IV 0, IT 0, CTL 0." in tabulate(alive).notes
    notes = tabulate(view_values(VALUES, ADSL)).notes
    assert any("do not say who died" in note for note in notes)


def test_the_page_gives_the_degrees_of_freedom_of_every_estimate() -> None:
    """Complete data: those of the analysis of covariance of the visit, 16 - 4."""
    cells = read_cells(tabulate(view_values(VALUES, ADSL)))
    for label in ("degrees of freedom", "degrees of freedom#2", "degrees of freedom#3"):
        assert cells[label][3:] == ("12.0", "12.0", "12.0")


@pytest.mark.parametrize(("gain", "favoured"), [(-9.0, "IV"), (9.0, "C")])
def test_what_is_beyond_the_bound_says_whom_it_favours(gain: float, favoured: str) -> None:
    """Lower is better: IV falls by 9 points more than the others, or rises."""
    apart = VALUES.copy()
    apart.loc[apart["USUBJID"].str.startswith("IV"), ["M03", "M06", "M12"]] += gain
    view = with_interim(view_values(apart, ADSL), planned_info=16)
    headline = tabulate(view).headline
    assert headline.endswith(f"Beyond the bound of this look: IV - C, in favour of {favoured}.")


def test_a_covariate_that_is_the_same_in_everybody_is_not_in_the_stated_model() -> None:
    view = view_values(VALUES, ADSL.assign(SEX="M"))
    chosen = view.interim.mmrm.model_copy(update={"covariates": ("SEX",)})
    table = tabulate(with_interim(view, mmrm=chosen))
    assert "+ SEX" not in table.notes[0]
    assert "Not in the model, since the same in everybody: SEX." in table.notes
    plain = tabulate(view_values(VALUES, ADSL)).statistics
    place = PLACE._replace(contrast="IV - C")
    assert table.statistics[place]["estimate"] == pytest.approx(plain[place]["estimate"])
