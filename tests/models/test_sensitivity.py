"""Each analysis of the key differences against a second way to compute it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from left_early import make_left, make_participants, make_visits
from score_values import VISITS, draw_values, make_adsl, view_values
from trial_views import shared_view

from helpers.models.constrained import fit_constrained
from helpers.models.imputation import build_imputation_rows, compare_imputed
from helpers.models.repeated_measures import AS_PLANNED, fit_score, tabulate_contrasts
from helpers.models.score_rows import Selection
from helpers.models.sensitivity import Analysis, Plan, list_analyses
from helpers.stats.mmrm.result import MmrmFit
from helpers.view import ClosedView, View

ADSL = make_adsl({"IV": 7, "IT": 6, "CTL": 6})
VALUES = draw_values(ADSL)
HOLES = VALUES.copy()
HOLES.loc[HOLES["USUBJID"].isin(["IV00", "IT01", "CTL02"]), "M12"] = None
HOLES.loc[HOLES["USUBJID"].isin(["IV01", "CTL00"]), "M03"] = None
PLAN = Plan("NIHSSTOT", "M06", Selection("ITT"), AS_PLANNED, 0.95)


def analyse(view: View, plan: Plan = PLAN) -> dict[str, Analysis]:
    return {analysis.id: analysis for analysis in list_analyses(view, plan)}


def fit_like(values: pd.DataFrame, adsl: pd.DataFrame = ADSL, plan: Plan = PLAN) -> pd.DataFrame:
    model = fit_score(view_values(values, adsl), plan.code, plan.selection)
    return tabulate_contrasts(model, 0.95).loc["M06"]


def assert_same(analysis: Analysis, table: pd.DataFrame) -> None:
    for name in ("estimate", "se", "df", "lower", "upper"):
        for contrast in ("IV - CTL", "IT - CTL", "IT - IV"):
            assert analysis.contrasts.loc[contrast, name] == pytest.approx(
                table.loc[contrast, name], rel=1e-7
            ), (analysis.id, name)


def test_the_first_line_is_the_main_analysis() -> None:
    found = list(list_analyses(view_values(HOLES, ADSL), PLAN))
    assert found[0].id == "MMRM"
    assert (found[0].n, found[0].n_values) == (19, 3 * 19 - 5)
    assert_same(found[0], fit_like(HOLES))


def test_the_other_small_sample_methods_have_the_same_estimates() -> None:
    """Month 6 has no gap: there the linear form is exact, the other is not."""
    found = analyse(view_values(HOLES, ADSL))
    main = found["MMRM"].contrasts
    for name in ("KENWARD_ROGER", "KENWARD_ROGER_LINEAR"):
        assert found[name].contrasts["estimate"].to_list() == pytest.approx(
            main["estimate"].to_list()
        )
        same = found[name].contrasts["se"].to_list() == pytest.approx(main["se"].to_list())
        assert same == (name == "KENWARD_ROGER_LINEAR")
    assert "SATTERTHWAITE" not in found


def test_ancova_and_its_robust_form_are_those_of_statsmodels() -> None:
    found = analyse(view_values(HOLES, ADSL))
    frame = HOLES.merge(ADSL[["USUBJID", "TRT01P"]], on="USUBJID")
    frame = frame.assign(CHG=frame["M06"] - frame["BL"])
    fit = smf.ols("CHG ~ C(TRT01P, Treatment('CTL')) + BL", frame).fit()
    robust = fit.get_robustcov_results("HC3", use_t=True)
    names = list(fit.params.index)
    for arm in ("IV", "IT"):
        at = names.index(f"C(TRT01P, Treatment('CTL'))[T.{arm}]")
        for name, other in (("ANCOVA", fit), ("ANCOVA_HC3", robust)):
            row = found[name].contrasts.loc[f"{arm} - CTL"]
            assert row["estimate"] == pytest.approx(np.asarray(other.params)[at])
            assert row["se"] == pytest.approx(np.asarray(other.bse)[at])
            assert row["lower"] == pytest.approx(np.asarray(other.conf_int())[at][0])


def test_a_score_with_values_filled_in_is_a_line_of_its_own() -> None:
    """The model at the visit as that of the key score, on the values of the other one."""
    view = view_values(HOLES, ADSL)
    filled = HOLES.assign(M06=HOLES["M06"] + np.arange(19.0) % 4)
    more = view_values(filled, ADSL)["adeff"].assign(PARAMCD="FILLED")
    rows = pd.concat([view["adeff"], more], ignore_index=True)
    own = view.trial.scores["NIHSSTOT"]
    score = own.model_copy(update={"fills_in": "NIHSSTOT", "label": "NIHSS, filled in"})
    trial = view.trial.model_copy(update={"scores": {**view.trial.scores, "FILLED": score}})
    found = analyse(replace(view, trial=trial, datasets={**view.datasets, "adeff": rows}))
    alone = analyse(view_values(filled, ADSL))["ANCOVA"]
    line = found["ANCOVA.FILLED"]
    assert_same(line, alone.contrasts)
    assert (line.label, line.n) == ("ANCOVA of NIHSS, filled in", 19)
    assert line.note == "values filled in count like observed ones"
    assert "ANCOVA.FILLED" not in analyse(view)


def test_complete_cases_are_the_participants_with_every_visit_up_to_the_key_one() -> None:
    """IV01 and CTL00 have no month 3; who lacks month 12 alone stays, without it."""
    found = analyse(view_values(HOLES, ADSL))["COMPLETE"]
    kept = HOLES[~HOLES["USUBJID"].isin(["IV01", "CTL00"])].assign(M12=np.nan)
    assert (found.n, found.n_values) == (17, 34)
    assert found.label == "Complete cases to month 6"
    assert_same(found, fit_like(kept))


def test_per_protocol_is_the_model_of_its_participants() -> None:
    adsl = ADSL.assign(PPFL=ADSL["USUBJID"].isin(["IV02", "IT02"]).map({True: "N", False: "Y"}))
    found = analyse(view_values(HOLES, adsl))["PP"]
    assert found.population == "PP"
    assert found.n == 17
    assert_same(found, fit_like(HOLES[~HOLES["USUBJID"].isin(["IV02", "IT02"])]))


def test_per_protocol_is_left_out_where_the_interim_does_not_ask_for_it() -> None:
    view = view_values(HOLES, ADSL)
    without = replace(view, interim=view.interim.model_copy(update={"pp_sensitivity": False}))
    assert set(analyse(view)) - set(analyse(without)) == {"PP"}


def test_a_further_covariate_is_one_line_each() -> None:
    adsl = ADSL.assign(AGE=np.arange(19.0) % 7, GROUP=np.where(np.arange(19) % 2, "a", "b"))
    found = analyse(view_values(HOLES, adsl), PLAN._replace(added=("AGE", "GROUP")))
    for name in ("AGE", "GROUP"):
        plan = PLAN._replace(selection=Selection("ITT", covariates=(name,)))
        assert_same(found[f"WITH.{name}"], fit_like(HOLES, adsl, plan))


def test_a_covariate_that_the_data_do_not_have_is_a_line_that_says_so() -> None:
    found = analyse(view_values(HOLES, ADSL), PLAN._replace(added=("AGES",)))["WITH.AGES"]
    assert found.contrasts.empty
    assert found.note == "no variable of adsl"


def test_values_after_an_event_and_of_unmasked_raters_are_left_out() -> None:
    view = view_values(HOLES, ADSL)
    rows = view["adeff"]
    late = (rows["USUBJID"] == "IV03") & (rows["AVISIT"] == "M12")
    marked = rows.assign(
        ICEREAS=pd.Series("RECURRENT_STROKE", rows.index, dtype=object).where(late, None),
        EVALBL="Y",
    )
    found = analyse(replace(view, datasets={**view.datasets, "adeff": marked}))
    without = HOLES.copy()
    without.loc[without["USUBJID"] == "IV03", "M12"] = None
    assert_same(found["WITHOUT.RECURRENT_STROKE"], fit_like(without))
    assert found["WITHOUT.RATER_UNMASKED"].label == "Blinded raters only"
    assert found["WITHOUT.RATER_UNMASKED"].note == (
        "nothing to leave out (no value by an unblinded rater): as the main analysis"
    )
    assert_same(found["WITHOUT.RATER_UNMASKED"], fit_like(HOLES))


def dated(view: View, first_dose: int) -> View:
    """Values at their targets after the first dose, which is so many days after randomisation."""
    day = pd.Timestamp("2022-01-01")
    targets = {"BL": -1, **{visit.code: visit.target for visit in view.trial.visits}}
    rows = view["adeff"]
    offset = rows["AVISIT"].map(targets)
    adsl = view["adsl"].assign(RANDDT=day)
    rows = rows.assign(OFFSET=offset, ADT=day + pd.to_timedelta(offset + first_dose, "D"))
    return replace(view, datasets={**view.datasets, "adsl": adsl, "adeff": rows})


def test_visits_counted_from_randomisation_move_what_lies_in_another_window() -> None:
    """A first dose after 10 days moves nothing; after 60 days month 3 (day 151) is month 6."""
    near = analyse(dated(view_values(VALUES, ADSL), 10))["FROM_RANDOMISATION"]
    assert near.note.startswith("the same values at the same visits")
    assert_same(near, fit_like(VALUES))
    far = analyse(dated(view_values(VALUES, ADSL), 60))["FROM_RANDOMISATION"]
    # day 151 and day 243 lie in the window of month 6, day 151 nearer to 183; day 425 in month 12
    moved = VALUES.assign(M06=VALUES["M03"], M03=np.nan)
    assert far.n_values == 2 * 19
    assert_same(far, fit_like(moved))


def test_the_constrained_model_is_the_generalised_least_squares_of_its_covariance() -> None:
    """One mean at baseline, then arm by visit: solved with the stacked matrices."""
    found = fit_constrained(view_values(HOLES, ADSL), "NIHSSTOT", Selection("ITT"), AS_PLANNED)
    assert isinstance(found, MmrmFit)
    assert isinstance(found.covariance, pd.DataFrame)
    order = ["BL", *VISITS]
    sigma = found.covariance.loc[order, order].to_numpy()
    cells = [("BL", ""), *[(visit, arm) for visit in VISITS for arm in ("CTL", "IV", "IT")]]
    information, moment = np.zeros((10, 10)), np.zeros(10)
    arms = ADSL.set_index("USUBJID")["TRT01P"]
    for row in HOLES.set_index("USUBJID").itertuples():
        seen = [k for k, visit in enumerate(order) if not np.isnan(getattr(row, visit))]
        x = np.zeros((len(seen), 10))
        for line, k in enumerate(seen):
            arm = "" if order[k] == "BL" else arms[row.Index]
            x[line, cells.index((order[k], arm))] = 1
        weight = np.linalg.inv(sigma[np.ix_(seen, seen)])
        y = np.array([getattr(row, order[k]) for k in seen])
        information += x.T @ weight @ x
        moment += x.T @ weight @ y
    beta, spread = np.linalg.solve(information, moment), np.linalg.inv(information)
    table = found.contrasts(reference="CTL").set_index(["visit", "contrast"])
    for arm in ("IV", "IT"):
        at = np.zeros(10)
        at[cells.index(("M06", arm))], at[cells.index(("M06", "CTL"))] = 1, -1
        row = table.loc[("M06", f"{arm} - CTL")]
        assert row["estimate"] == pytest.approx(at @ beta, rel=1e-6)
        assert row["se"] == pytest.approx(np.sqrt(at @ spread @ at), rel=1e-6)


def test_the_constrained_model_counts_who_has_a_baseline_alone() -> None:
    values = HOLES.copy()
    values.loc[values["USUBJID"] == "IV04", list(VISITS)] = None
    found = analyse(view_values(values, ADSL))
    assert found["CONSTRAINED"].n == 19
    assert found["MMRM"].n == 18


def test_without_enough_values_at_the_visit_every_line_says_so() -> None:
    few = VALUES.assign(M06=VALUES["M06"].where(~VALUES["USUBJID"].str.startswith("IT"), None))
    for analysis in analyse(view_values(few, ADSL)).values():
        assert analysis.contrasts.empty, analysis.id
        assert analysis.note, analysis.id


def test_reference_based_lines_are_those_of_the_statistics() -> None:
    """Four who left or stopped have no month 6; CTL00 is imputed like the own arm anyway."""
    view = make_left()
    found = analyse(view)
    rows = build_imputation_rows(view, "NIHSSTOT", "M06", Selection("ITT"))
    table = compare_imputed(rows, AS_PLANNED, 0.95)
    for name in ("J2R", "CR"):
        own = found[name]
        assert (own.n, own.reference) == (21, "CTL")
        used = rows.frame["CHG"].notna() & ~rows.frame["DEPARTED"]  # the model on treatment
        assert own.n_values == int(used.sum())
        assert own.left_out == "1 value observed after dosing stopped (IV 1 of 1 participant)"
        assert own.note == (
            "6 missing values imputed, by reference IV 2, IT 1, 3 like the own arm; "
            "1 participant left out: missing covariate"
        )
        for pair in ("IV - CTL", "IT - CTL"):
            for column in ("estimate", "se", "df", "lower", "upper"):
                assert own.contrasts.loc[pair, column] == pytest.approx(
                    table.loc[(name, pair), column]
                )


def test_reference_based_lines_say_that_nobody_left() -> None:
    """Who left the control is imputed like the own arm by every method: no such value."""
    adsl = make_participants().assign(D2STAT="GIVEN")
    visits = make_visits(adsl)
    left = visits["STATUS"].eq("LEFT") & ~visits["USUBJID"].str.startswith("CTL")
    stayed = visits.assign(STATUS=visits["STATUS"].mask(left, "MISSED"))
    found = analyse(make_left(adsl=adsl, visits=stayed))
    for name in ("J2R", "CR"):
        assert found[name].label == f"{name}: no such missing values"
        assert found[name].contrasts.empty
        assert "other than the control" in found[name].note


def test_reference_based_lines_need_a_control_and_the_state_of_forms() -> None:
    view = view_values(HOLES, ADSL)
    found = analyse(view)
    assert found["J2R"].note == found["CR"].note
    assert found["J2R"].note.startswith("the data do not say which values were due")
    alone = replace(view, trial=view.trial.model_copy(update={"control": None}))
    assert not {"J2R", "CR"} & set(analyse(alone))


def test_every_line_of_the_plan_is_there(export: Path) -> None:
    view = shared_view(export, "fin")
    assert isinstance(view, ClosedView)
    plan = PLAN._replace(added=view.interim.mmrm.sensitivity_covariates)
    found = list(list_analyses(view, plan))
    assert [analysis.id for analysis in found] == [
        "MMRM",
        "KENWARD_ROGER",
        "KENWARD_ROGER_LINEAR",
        "ANCOVA",
        "ANCOVA_HC3",
        "PP",
        "COMPLETE",
        "WITH.ONSETGR1",
        "WITH.SEX",
        "WITHOUT.RECURRENT_STROKE",
        "WITHOUT.RATER_UNMASKED",
        "FROM_RANDOMISATION",
        "CONSTRAINED",
        "J2R",
        "CR",
    ]
    assert not [analysis.id for analysis in found if analysis.contrasts.empty]


def test_where_nothing_varies_no_line_speaks_of_participants_or_of_imputed_values() -> None:
    """The constrained model shares baseline among arms: that is no finding about the data."""
    view = make_left()
    rows = view["adeff"]
    same = rows.assign(
        AVAL=rows["BASE"].where(rows["CHG"].notna(), rows["AVAL"]), CHG=rows["CHG"] * 0
    )
    found = analyse(replace(view, datasets={**view.datasets, "adeff": same}))
    assert found["CONSTRAINED"].contrasts.empty
    for name in ("CONSTRAINED", "J2R", "CR"):
        note = found[name].note
        assert note
        assert "subject" not in note
        assert "imputed, by reference" not in note
        assert "no such missing values" not in note
