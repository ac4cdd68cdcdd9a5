"""The model of a score against analyses that are exact on complete data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from score_values import draw_values, make_adsl, view_values
from trial_views import shared_view

from helpers.models.repeated_measures import (
    ModelChoices,
    ScoreModel,
    adjust_family,
    fit_rows,
    fit_score,
    tabulate_contrasts,
    tabulate_means,
)
from helpers.models.score_rows import ScoreRows, Selection, build_score_rows
from helpers.stats.ancova import fit_ancova
from helpers.stats.mmrm import fit_mmrm
from helpers.view import ClosedView

ITT = Selection("ITT")
SIZES = {"IV": 6, "IT": 5, "CTL": 5}


@pytest.fixture(scope="module")
def complete(export: Path) -> ScoreRows:
    """The key score of the built-in trial's end, participants with a value at every visit."""
    view = shared_view(export, "fin")
    assert isinstance(view, ClosedView)
    rows = build_score_rows(view, "NIHSSTOT", ITT)
    seen = rows.frame.groupby("USUBJID")["AVISIT"].transform("size")
    frame = rows.frame[seen == len(rows.visits)].reset_index(drop=True)
    assert frame["USUBJID"].nunique() > 30
    return ScoreRows(frame, rows.counts, rows.arms, rows.visits)


def test_on_complete_data_each_contrast_is_that_of_the_ancova_of_its_visit(
    complete: ScoreRows,
) -> None:
    model = fit_rows("NIHSSTOT", complete)
    found = tabulate_contrasts(model, 0.95)
    n = complete.frame["USUBJID"].nunique()
    for visit in complete.visits:
        own = complete.frame[complete.frame["AVISIT"] == visit]
        exact = fit_ancova(own, response="CHG", arm="ARM", covariates=["BASE"]).contrasts()
        for row in exact.itertuples():
            ours = found.loc[(visit, row.contrast)]
            assert ours["estimate"] == pytest.approx(row.estimate, abs=1e-9)
            assert ours["se"] == pytest.approx(row.se, rel=1e-8)
            assert ours["df"] == pytest.approx(n - 4, rel=1e-6)
            assert ours["lower"] == pytest.approx(row.lower, abs=1e-7)


def test_on_complete_data_without_baseline_each_contrast_is_the_pooled_t_comparison(
    complete: ScoreRows,
) -> None:
    """All three arms in the variance: df N - 3, and with two arms scipy's t test."""
    fit = fit_mmrm(complete.frame, response="CHG", subject="USUBJID", visit="AVISIT", arm="ARM")
    found = fit.contrasts().set_index(["visit", "contrast"])
    for visit in complete.visits:
        own = complete.frame[complete.frame["AVISIT"] == visit]
        groups = {arm: own.loc[own["ARM"] == arm, "CHG"].to_numpy() for arm in complete.arms}
        df = sum(map(len, groups.values())) - 3
        pooled = sum(((x - x.mean()) ** 2).sum() for x in groups.values()) / df
        for arm in complete.arms[1:]:
            a, b = groups[arm], groups[complete.arms[0]]
            se = np.sqrt(pooled * (1 / len(a) + 1 / len(b)))
            ours = found.loc[(visit, f"{arm} - {complete.arms[0]}")]
            assert ours["estimate"] == pytest.approx(a.mean() - b.mean(), abs=1e-9)
            assert ours["se"] == pytest.approx(se, rel=1e-8)
            assert ours["df"] == pytest.approx(df, rel=1e-6)
            assert ours["p"] == pytest.approx(2 * stats.t.sf(abs(ours["t"]), df), rel=1e-6)


def test_the_means_are_at_the_mean_baseline_of_the_modelled_rows(complete: ScoreRows) -> None:
    """By hand: the arm's mean change, moved along the common slope to the mean baseline."""
    model = fit_rows("NIHSSTOT", complete)
    means = tabulate_means(model, 0.95)
    overall = complete.frame["BASE"].mean()
    visit = complete.visits[0]
    own = complete.frame[complete.frame["AVISIT"] == visit]
    within = own[["CHG", "BASE"]] - own.groupby("ARM", observed=True)[["CHG", "BASE"]].transform(
        "mean"
    )
    slope = (within["CHG"] * within["BASE"]).sum() / (within["BASE"] ** 2).sum()
    for arm in complete.arms:
        rows = own[own["ARM"] == arm]
        by_hand = rows["CHG"].mean() + slope * (overall - rows["BASE"].mean())
        assert means.loc[(visit, arm), "estimate"] == pytest.approx(by_hand, abs=1e-9)


def test_the_coding_of_the_arms_changes_no_contrast() -> None:
    adsl = make_adsl(SIZES)
    view = view_values(draw_values(adsl), adsl)
    rows = build_score_rows(view, "NIHSSTOT", ITT)
    turned = rows.frame.assign(
        ARM=pd.Categorical(rows.frame["ARM"].astype(str), categories=["IT", "CTL", "IV"])
    )
    first = tabulate_contrasts(fit_rows("NIHSSTOT", rows), 0.95)
    second = tabulate_contrasts(
        fit_rows("NIHSSTOT", ScoreRows(turned, rows.counts, rows.arms, rows.visits)), 0.95
    )
    for visit in rows.visits:
        assert second.loc[(visit, "CTL - IT"), "estimate"] == pytest.approx(
            -first.loc[(visit, "IT - CTL"), "estimate"], abs=1e-8
        )


def test_a_constant_added_to_a_participant_moves_no_change() -> None:
    """But through the baseline terms: here all participants are moved alike."""
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    moved = values.assign(**{name: values[name] + 3 for name in values.columns[1:]})
    first, second = (
        tabulate_contrasts(fit_score(view_values(v, adsl), "NIHSSTOT", ITT), 0.95)
        for v in (values, moved)
    )
    assert second["estimate"].to_numpy() == pytest.approx(first["estimate"].to_numpy(), abs=1e-8)


def test_one_visit_is_an_analysis_of_covariance() -> None:
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    values.loc[values["USUBJID"].isin(["IT00", "IT01", "IT02"]), ["M06", "M12"]] = None
    model = fit_score(view_values(values, adsl), "NIHSSTOT", ITT)
    assert model.single
    assert model.rows.visits == ("M03",)
    exact = fit_ancova(model.rows.frame, response="CHG", arm="ARM", covariates=["BASE"])
    found = tabulate_contrasts(model, 0.95).loc["M03"]
    for row in exact.contrasts().itertuples():
        assert found.loc[row.contrast, "lower"] == pytest.approx(row.lower, abs=1e-8)
        assert found.loc[row.contrast, "df"] == pytest.approx(12)


def test_fewer_than_three_values_in_an_arm_give_no_model_and_a_reason() -> None:
    adsl = make_adsl({"IV": 6, "IT": 2, "CTL": 5})
    model = fit_score(view_values(draw_values(adsl), adsl), "NIHSSTOT", ITT)
    assert model.reason == "no visit has 3 or more values in every arm"
    assert tabulate_means(model, 0.95).empty
    assert tabulate_contrasts(model, 0.95).empty
    assert adjust_family(model, "M06", "CTL", 0.95).empty


def test_an_arm_without_values_is_not_in_the_model() -> None:
    adsl = make_adsl({"IV": 6, "CTL": 5})
    model = fit_score(view_values(draw_values(adsl), adsl), "NIHSSTOT", ITT)
    assert model.rows.empty_arms == ["IT"]
    assert set(tabulate_contrasts(model, 0.95).index.get_level_values("contrast")) == {"IV - CTL"}


def test_without_the_control_there_is_no_family() -> None:
    adsl = make_adsl({"IV": 6, "IT": 5})
    model = fit_score(view_values(draw_values(adsl), adsl), "NIHSSTOT", ITT)
    assert not model.reason
    assert adjust_family(model, "M06", "CTL", 0.95).empty


def test_changes_that_are_all_zero_give_no_estimate_and_a_reason() -> None:
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    same = values.assign(**dict.fromkeys(values.columns[2:], values["BL"]))
    model = fit_score(view_values(same, adsl), "NIHSSTOT", ITT)
    assert "no variation of the response" in model.reason
    assert tabulate_means(model, 0.95)["estimate"].isna().all()


def test_a_structure_that_cannot_be_fitted_gives_way_to_the_next_one_and_says_why() -> None:
    """Month 12 is month 6 again: an unstructured covariance of the two is singular."""
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    model = fit_score(view_values(values.assign(M12=values["M06"]), adsl), "NIHSSTOT", ITT)
    assert model.fit is not None
    assert model.fit.structure != "us" or model.reason
    assert "us: " in model.fit.note


def test_the_family_is_simultaneous_and_smaller_than_bonferroni() -> None:
    adsl = make_adsl(SIZES)
    model = fit_score(view_values(draw_values(adsl), adsl), "NIHSSTOT", ITT)
    family = adjust_family(model, "M06", "CTL", 0.95)
    plain = tabulate_contrasts(model, 0.95).loc["M06"]
    assert list(family.index) == ["IV - CTL", "IT - CTL"]
    for name, row in family.iterrows():
        p = plain.loc[name, "p"]
        assert p < row["p_adjusted"] <= min(1, 2 * p)
        assert row["lower"] < plain.loc[name, "lower"]


def test_the_df_method_is_a_choice() -> None:
    adsl = make_adsl(SIZES)
    values = draw_values(adsl)
    values.loc[[0, 7], "M12"] = None
    view = view_values(values, adsl)
    models: list[ScoreModel] = [
        fit_score(view, "NIHSSTOT", ITT, ModelChoices(df=df))
        for df in ("satterthwaite", "kenward_roger", "kenward_roger_linear")
    ]
    spread = {round(float(tabulate_contrasts(m, 0.95)["se"].iloc[-1]), 10) for m in models}
    assert len(spread) == 3


def test_the_condition_is_that_of_the_estimated_correlation() -> None:
    adsl = make_adsl(SIZES)
    model = fit_score(view_values(draw_values(adsl), adsl), "NIHSSTOT", ITT)
    assert model.fit is not None
    covariance = model.fit.covariance
    assert isinstance(covariance, pd.DataFrame)
    sd = np.sqrt(np.diag(covariance))
    by_numpy = np.linalg.cond(covariance.to_numpy() / np.outer(sd, sd))
    assert model.fit.condition == pytest.approx(by_numpy)
