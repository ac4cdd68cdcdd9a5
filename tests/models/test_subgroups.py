"""The models of subgroups against ordinary least squares, and which cells have no estimate."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from score_values import draw_values, make_adsl, view_values

from helpers.models.repeated_measures import AS_PLANNED, fit_score, tabulate_contrasts
from helpers.models.score_rows import Selection
from helpers.models.subgroups import (
    SubgroupModel,
    SubgroupPlan,
    assign_levels,
    fit_subgroups,
    name_parts,
)
from helpers.params.trial import BaselineRow, Subgroup
from helpers.view import View

SIZES = {"IV": 12, "IT": 11, "CTL": 13}
# women: IV 6, IT 3, CTL 6; men: IV 6, IT 8, CTL 7
WOMEN = {"IV": 6, "IT": 3, "CTL": 6}
ADSL = make_adsl(SIZES)
ADSL = ADSL.assign(
    SEX=["F" if int(name[-2:]) < WOMEN[name[:-2]] else "M" for name in ADSL["USUBJID"]],
    AGE=np.arange(50, 50 + len(ADSL)).astype(float),
)
VALUES = draw_values(ADSL, seed=5)
PAIRS = (("IV", "CTL"), ("IT", "CTL"))
PLAN = SubgroupPlan("NIHSSTOT", "M06", PAIRS, Selection("ITT"), AS_PLANNED, 0.95)


def fit(view: View, plan: SubgroupPlan = PLAN) -> dict[str, SubgroupModel]:
    return {model.variable: model for model in fit_subgroups(view, plan)}


def compute_by_least_squares(level: str, arm: str, visit: str = "M06") -> tuple[float, ...]:
    """Arm against control in one sex: least squares of arm x sex + baseline at the visit."""
    data = VALUES.merge(ADSL[["USUBJID", "TRT01P", "SEX"]], on="USUBJID")
    data = data.assign(change=data[visit] - data["BL"], cell=data["TRT01P"] + data["SEX"])
    data = data[data["cell"] != "ITF"]  # three participants
    cell = f"C(cell, Treatment('CTL{level}'))"
    model = smf.ols(f"change ~ {cell} + BL", data).fit()
    name = f"{cell}[T.{arm}{level}]"
    low, high = model.conf_int().loc[name]
    return model.params[name], model.bse[name], model.df_resid, low, high


@pytest.mark.parametrize(
    ("words", "sex", "arm"), [("Women", "F", "IV"), ("Men", "M", "IV"), ("Men", "M", "IT")]
)
def test_where_nobody_lacks_a_value_it_is_least_squares_at_the_visit(
    words: str, sex: str, arm: str
) -> None:
    row = fit(view_values(VALUES, ADSL))["SEX"].contrasts.loc[(words, f"{arm} - CTL")]
    expected = compute_by_least_squares(sex, arm)
    assert tuple(row) == pytest.approx(expected, rel=1e-6)


def test_a_cell_of_three_has_no_estimate_and_its_count_is_kept() -> None:
    model = fit(view_values(VALUES, ADSL))["SEX"]
    assert model.counts.loc["Women"].to_dict() == {"IV": 6, "IT": 3, "CTL": 6}
    assert model.contrasts.loc[("Women", "IT - CTL")].isna().all()
    assert model.structure == "us"


def test_one_subgroup_that_holds_everybody_is_the_main_model() -> None:
    adsl = ADSL.assign(SEX="M")
    view = view_values(VALUES, adsl)
    own = fit(view)["SEX"].contrasts.loc["Men"]
    main = tabulate_contrasts(fit_score(view, "NIHSSTOT", Selection("ITT")), 0.95).loc["M06"]
    for name in ("estimate", "se", "df", "lower", "upper"):
        pair = [main.loc[f"{a} - {b}", name] for a, b in PAIRS]
        assert own.loc[[f"{a} - {b}" for a, b in PAIRS], name].to_list() == pytest.approx(pair)


def test_a_number_is_cut_at_the_lower_ends_of_its_parts() -> None:
    assert name_parts((10.0,)) == ("< 10", "\u2265 10")
    assert name_parts((10.0, 15.5)) == ("< 10", "10 to < 15.5", "\u2265 15.5")
    adsl = ADSL.assign(AGE=ADSL["AGE"].where(ADSL["USUBJID"] != "CTL00"))
    model = fit(view_values(VALUES, adsl))["AGE"]
    at = adsl.groupby("TRT01P")["AGE"]
    expected = {arm: int((ages >= 65).sum()) for arm, ages in at}
    assert model.counts.loc["\u2265 65"].to_dict() == expected
    assert model.unknown == 1
    assert model.counts.to_numpy().sum() == len(adsl) - 1


def test_categories_with_the_same_words_are_one_subgroup() -> None:
    row = BaselineRow(
        variable="SIDE", label="Side", kind="category", levels={"L": "One", "R": "One", "B": "Both"}
    )
    adsl = ADSL.assign(SIDE=pd.Series(["L", "R", "B"] * 12))
    levels = assign_levels(view_values(VALUES, adsl), Subgroup(variable="SIDE"), row)
    assert levels.names == ("One", "Both")
    assert levels.of.value_counts().to_dict() == {"One": 24, "Both": 12}


def test_groups_without_words_stand_in_the_order_of_their_numbers() -> None:
    row = BaselineRow(variable="GROUP", label="Months", kind="category")
    adsl = ADSL.assign(GROUP=pd.Series(["> 6", "<= 6"] * 18))
    levels = assign_levels(view_values(VALUES, adsl), Subgroup(variable="GROUP"), row)
    assert levels.names == ("\u2264 6", "> 6")


def test_a_visit_that_is_not_modelled_and_small_cells_everywhere_have_a_reason() -> None:
    later = VALUES.assign(M12=None)
    model = fit(view_values(later, ADSL), PLAN._replace(visit="M12"))["SEX"]
    assert model.note == "the visit is not in the model"
    assert model.contrasts.isna().all(axis=None)
    few = VALUES[VALUES["USUBJID"].str[-2:].isin(["00", "01", "02"])]
    model = fit(view_values(few, ADSL))["SEX"]
    assert model.note == "no subgroup has 4 values in two arms"


def test_the_labels_of_arms_do_not_matter() -> None:
    """Exchanging two arms exchanges their numbers."""
    swap = {"IV": "IT", "IT": "IV", "CTL": "CTL"}
    other = ADSL.assign(TRT01P=ADSL["TRT01P"].map(swap))
    one = fit(view_values(VALUES, ADSL))["SEX"].contrasts
    two = fit(view_values(VALUES, other))["SEX"].contrasts
    for level in ("Women", "Men"):
        assert one.loc[(level, "IV - CTL")].to_list() == pytest.approx(
            two.loc[(level, "IT - CTL")].to_list(), rel=1e-7, nan_ok=True
        )
