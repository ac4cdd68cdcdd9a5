"""Imputed differences against regressions written out, with every participant left out in turn."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from left_early import make_left, make_participants, make_values, make_visits

from helpers.models.imputation import (
    CR,
    J2R,
    MAR,
    ImputationRows,
    Shifts,
    build_imputation_rows,
    compare_imputed,
    list_imputed,
    shift_imputed,
)
from helpers.models.missing_values import BY_REFERENCE, IMPUTED, OBSERVED
from helpers.models.repeated_measures import AS_PLANNED
from helpers.models.score_rows import Selection
from helpers.view import ClosedView, View

PAIRS = ("IV - CTL", "IT - CTL")
ITT = Selection("ITT")


def build(view: View) -> ImputationRows:
    assert isinstance(view, ClosedView)
    return build_imputation_rows(view, "NIHSSTOT", "M06", ITT)


def nobody_stopped(**changes: object) -> View:
    """The sample in which IV04 got every dose: no value after stopping is observed."""
    adsl = make_participants()
    adsl = adsl.assign(D2STAT=adsl["D2STAT"].mask(adsl["USUBJID"] == "IV04", "GIVEN"))
    return make_left(adsl=adsl, **changes)  # type: ignore[arg-type]


def spread(rows: ImputationRows) -> pd.DataFrame:
    """One row per participant who counts: arm, baseline, both changes, fate at month 6."""
    frame = rows.frame.astype({"ARM": object, "AVISIT": object})
    wide = frame.pivot_table(index="USUBJID", columns="AVISIT", values="CHG", dropna=False)
    known = rows.fates.set_index("USUBJID")[["ARM", "BASE", "FATE"]].astype({"ARM": object})
    both = wide.join(known)
    return both[both["FATE"].isin((OBSERVED, *IMPUTED)) | both["M03"].notna()]


def estimate_by_hand(data: pd.DataFrame, method: str) -> tuple[Mapping[str, float], pd.Series]:
    """Month 3 on arm and baseline, month 6 on these and month 3; then covariance analysis."""
    formula = "~ C(ARM, Treatment('CTL')) + BASE"
    first = smf.ols(f"M03 {formula}", data).fit()
    later = smf.ols(f"M06 {formula} + M03", data.dropna(subset="M06")).fit()
    slope = later.params["M03"]
    control = data.assign(ARM="CTL")
    by_reference = data["FATE"].isin(BY_REFERENCE)
    mar = later.predict(data)
    jump = later.predict(control.assign(M03=first.predict(control)))
    jump += slope * (data["M03"] - first.predict(data))
    rule = {MAR: mar, J2R: jump, CR: later.predict(control)}[method]
    imputed = mar.mask(by_reference, rule)
    wanted = data["FATE"].isin(IMPUTED)
    value = data["M06"].where(~wanted, imputed)
    last = smf.ols(f"M06 {formula}", data.assign(M06=value).dropna(subset="M06")).fit()
    found = {
        f"{arm} - CTL": last.params[f"C(ARM, Treatment('CTL'))[T.{arm}]"] for arm in ("IV", "IT")
    }
    return found, imputed[wanted]


@pytest.mark.parametrize("method", [MAR, J2R, CR])
def test_estimates_and_imputed_values_are_those_of_the_regressions(method: str) -> None:
    rows = build(nobody_stopped())
    expected, values = estimate_by_hand(spread(rows), method)
    table = compare_imputed(rows, AS_PLANNED, 0.95)
    for pair in PAIRS:
        assert table.loc[(method, pair), "estimate"] == pytest.approx(expected[pair], rel=1e-6)
    own = list_imputed(rows, AS_PLANNED).query("method == @method").set_index("USUBJID")["value"]
    assert set(own.index) == {"IV00", "IV01", "IV02", "IV03", "IT00", "CTL00"}
    assert own.to_dict() == pytest.approx(values.to_dict(), rel=1e-6)


@pytest.mark.parametrize("method", [MAR, J2R, CR])
def test_the_standard_error_leaves_out_everybody_in_turn(method: str) -> None:
    rows = build(nobody_stopped())
    data = spread(rows)
    again = [estimate_by_hand(data.drop(index=who), method)[0] for who in data.index]
    table = compare_imputed(rows, AS_PLANNED, 0.95).loc[method]
    for pair in PAIRS:
        each = np.array([one[pair] for one in again])
        size = len(each)
        se = np.sqrt((size - 1) / size * ((each - each.mean()) ** 2).sum())
        assert table.loc[pair, "se"] == pytest.approx(se, rel=1e-5)
    # seen at month 6: 4 IV, 6 IT, 5 CTL; arms, mean and baseline are four coefficients
    assert table["df"].to_list() == [15 - 4] * 2
    assert table["n"].to_list() == [15 + 6] * 2


def test_the_counts_are_those_of_the_statistics() -> None:
    rows = build(make_left())
    table = compare_imputed(rows, AS_PLANNED, 0.95)
    assert set(table["n_imputed"]) == {sum(rows.count(IMPUTED).values())} == {6}
    assert set(table["n_departed"]) == {sum(rows.count(BY_REFERENCE).values())} == {4}


def test_what_was_seen_after_dosing_stopped_counts_and_does_not_teach_the_reference_rules() -> None:
    """IV04's change moves every method; MAR learns from it, J2R only compares it."""
    values = make_values(make_participants())
    moved = values.assign(M06=values["M06"].mask(values["USUBJID"] == "IV04", values["M06"] + 8))
    before, after = (
        list_imputed(build(make_left(values=own)), AS_PLANNED).set_index(["method", "USUBJID"])
        for own in (values, moved)
    )
    assert after["value"][MAR, "IV03"] != pytest.approx(before["value"][MAR, "IV03"])
    assert after["value"][J2R].to_dict() == pytest.approx(before["value"][J2R].to_dict())


def test_with_nobody_leaving_the_reference_rules_equal_missing_at_random() -> None:
    adsl = make_participants().assign(D2STAT="GIVEN")
    visits = make_visits(adsl)
    stayed = visits.assign(STATUS=visits["STATUS"].replace("LEFT", "MISSED"))
    table = compare_imputed(build(make_left(adsl=adsl, visits=stayed)), AS_PLANNED, 0.95)
    for method in (J2R, CR):
        for name in ("estimate", "se", "df", "lower", "upper"):
            assert table.loc[method, name].to_list() == pytest.approx(
                table.loc[MAR, name].to_list(), rel=1e-9
            )
    assert table["note"].str.contains("no such missing values").all()


def test_on_average_jump_to_reference_lies_between_no_effect_and_missing_at_random() -> None:
    """IV is better by 4 at month 6; half of the arm left. 40 trials."""
    adsl = make_participants(12).assign(D2STAT="GIVEN")
    leavers = [f"IV{number:02}" for number in range(6)]
    visits = make_visits(adsl)
    late = visits["USUBJID"].isin(leavers) & (visits["AVISIT"] == "M06")
    other = visits["AVISIT"].eq("M06") & ~late
    status = visits["STATUS"].mask(late, "LEFT").mask(other, "RECEIVED")
    visits = visits.assign(STATUS=status)
    found = []
    for seed in range(40):
        values = make_values(adsl, seed)
        effect = values["USUBJID"].str.startswith("IV")
        drawn = np.random.default_rng(seed).normal(0, 2, len(values))
        last = (values["M03"] - 4.0 * effect + drawn).mask(values["USUBJID"].isin(leavers))
        rows = build(make_left(adsl=adsl, values=values.assign(M06=last), visits=visits))
        own = list_imputed(rows, AS_PLANNED).groupby("method")["value"].mean()
        seen = rows.fates.query("ARM == 'IV' and FATE == 'OBSERVED'")["CHG"].mean()
        control = rows.fates.query("ARM == 'CTL'")["CHG"].mean()
        found.append({m: (6 * seen + 6 * own[m]) / 12 - control for m in (MAR, J2R, CR)})
    mean = pd.DataFrame(found).mean()
    assert mean[MAR] < mean[CR] < -0.5
    assert mean[MAR] < mean[J2R] < -0.5


def test_without_a_shift_the_tipping_analysis_is_missing_at_random() -> None:
    rows = build(make_left())
    table = shift_imputed(rows, AS_PLANNED, 0.95, Shifts((0.0,), (0.0,))).set_index("contrast")
    at_random = compare_imputed(rows, AS_PLANNED, 0.95).loc[MAR]
    for name in ("estimate", "se", "df", "lower", "upper"):
        for pair in PAIRS:
            assert table.loc[pair, name] == pytest.approx(at_random.loc[pair, name], rel=1e-9)


def test_a_shift_moves_the_difference_as_shifted_values_do() -> None:
    rows = build(nobody_stopped())
    data = spread(rows)
    _, values = estimate_by_hand(data, MAR)
    shifted = values + np.where(data.loc[values.index, "ARM"] == "CTL", -3.0, 5.0)
    full = data.assign(M06=data["M06"].fillna(shifted)).dropna(subset="M06")
    fit = smf.ols("M06 ~ C(ARM, Treatment('CTL')) + BASE", full).fit()
    table = shift_imputed(rows, AS_PLANNED, 0.95, Shifts((5.0,), (-3.0,))).set_index("contrast")
    for arm in ("IV", "IT"):
        expected = fit.params[f"C(ARM, Treatment('CTL'))[T.{arm}]"]
        assert table.loc[f"{arm} - CTL", "estimate"] == pytest.approx(expected, rel=1e-6)


def test_a_value_that_is_not_due_changes_nothing_whatever_it_becomes() -> None:
    """Left before, or still in the window: the same as a visit that is not due."""
    visits = make_visits(make_participants())
    gone = visits["USUBJID"].isin(["IT01", "CTL01"]) & (visits["AVISIT"] == "M06")
    never = visits.assign(STATUS=visits["STATUS"].mask(gone, "NOT_DUE"))
    one, other = (
        compare_imputed(build(make_left(visits=own)), AS_PLANNED, 0.95) for own in (visits, never)
    )
    assert one["estimate"].to_list() == pytest.approx(other["estimate"].to_list())


def test_a_visit_that_few_have_gives_a_reason_and_no_number() -> None:
    values = make_values(make_participants())
    few = values.assign(M06=values["M06"].where(values["USUBJID"].isin(["IV05", "CTL05"])))
    rows = build(make_left(values=few))
    assert rows.reason == "fewer than 3 values in an arm at the visit"
    assert compare_imputed(rows, AS_PLANNED, 0.95).empty
    assert list_imputed(rows, AS_PLANNED).empty
    assert shift_imputed(rows, AS_PLANNED, 0.95, Shifts((0.0,), (0.0,))).empty


def test_an_arm_without_values_is_left_out_and_counted_as_such() -> None:
    values = make_values(make_participants())
    later = ["M03", "M06"]
    gone = values["USUBJID"].str.startswith("IT")
    empty = values.assign(**{name: values[name].mask(gone) for name in later})
    rows = build(make_left(values=empty))
    assert rows.reason == ""
    assert rows.count(("NOT_IMPUTABLE",))["IT"] == 7  # IT01 is not due
    table = compare_imputed(rows, AS_PLANNED, 0.95)
    assert np.isfinite(table.loc[(J2R, "IV - CTL"), "estimate"])
    assert np.isnan(table.loc[(J2R, "IT - CTL"), "estimate"])
