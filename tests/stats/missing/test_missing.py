"""Reference-based and tipping-point analyses: by hand, by brute force, and what must be equal."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.ancova import fit_ancova
from helpers.stats.missing import imputed_contrasts, reference_based, tipping_point
from helpers.stats.mmrm import fit_mmrm

FOLDER = Path(__file__).parents[2] / "reference" / "stats"
SMALL = pd.read_csv(FOLDER / "small_trial.csv").assign(GONE=False)
SMALL["ARM"] = pd.Categorical(SMALL["ARM"], ["CONTROL", "IV", "IT"])
ROLES = {
    "response": "CHG",
    "subject": "USUBJID",
    "visit": "AVISIT",
    "arm": "ARM",
    "key_visit": "M12",
    "reference": "CONTROL",
    "covariates": ["BASE", "BASE:AVISIT"],
}
NUMBERS = ["estimate", "se", "df", "lower", "upper", "t", "p"]


def leave(frame):
    """Everybody without a value at the key visit left after the last value seen."""
    order = frame["AVISIT"].map({"M03": 0, "M06": 1, "M12": 2})
    last = order.where(frame["CHG"].notna()).groupby(frame["USUBJID"]).transform("max").fillna(-1)
    left = frame["USUBJID"].isin(frame.query("AVISIT == 'M12' and CHG.isna()")["USUBJID"])
    return frame.assign(GONE=left & (order > last))


def run(frame, **changes):
    return reference_based(frame, **({"departed": "GONE"} | ROLES | changes))


def tip(frame, **changes):
    return tipping_point(
        frame, **({"active_deltas": [0.0], "control_deltas": [0.0]} | ROLES | changes)
    )


def two_visits(n=12, seed=5, at_random=False):
    """Two visits, the first complete, the last missing for a third (every third, or any)."""
    draw = np.random.default_rng(seed)
    rows = []
    for arm, mean in (("C", 0.0), ("T", 2.0)):
        for i in range(n):
            first = mean / 2 + draw.normal()
            second = mean + 0.7 * first + draw.normal()
            gone = draw.random() < 1 / 3 if at_random else i % 3 == 0
            for visit, value in (("V1", first), ("V2", math.nan if gone else second)):
                rows.append((f"{arm}{i:02}", arm, visit, value, gone and visit == "V2"))
    return pd.DataFrame(rows, columns=["USUBJID", "ARM", "AVISIT", "CHG", "GONE"])


TWO = {"key_visit": "V2", "reference": "C", "covariates": []}


def impute_by_hand(frame, method):
    """Two visits: the regression of the last on the first value among completers, one slope."""
    wide = frame.pivot_table(
        index=["USUBJID", "ARM"], columns="AVISIT", values="CHG", dropna=False, observed=True
    ).reset_index()
    wide = wide[wide["V1"].notna()]
    seen = wide.dropna(subset=["V2"])
    x = np.column_stack([seen["ARM"] == "C", seen["ARM"] == "T", seen["V1"]]).astype(float)
    c, t, slope = np.linalg.lstsq(x, seen["V2"].to_numpy(), rcond=None)[0]
    first = wide.groupby("ARM")["V1"].mean()
    own_mean = wide["ARM"].map(first)
    own = np.where(wide["ARM"] == "C", c, t)
    expected = {
        "mar": own + slope * wide["V1"],
        "jump_to_reference": c + slope * first["C"] + slope * (wide["V1"] - own_mean),
        "copy_reference": c + slope * wide["V1"],
    }[method]
    value = wide["V2"].fillna(expected)
    return float(value[wide["ARM"] == "T"].mean() - value[wide["ARM"] == "C"].mean())


@pytest.mark.parametrize("method", ["mar", "jump_to_reference", "copy_reference"])
def test_at_two_visits_the_estimate_equals_the_regression_written_out(method):
    frame = two_visits()
    row = run(frame, method=method, **TWO).iloc[0]
    assert row["estimate"] == pytest.approx(impute_by_hand(frame, method), rel=1e-7)


@pytest.mark.parametrize("method", ["mar", "jump_to_reference", "copy_reference"])
def test_the_standard_error_is_that_of_leaving_each_person_out_by_hand(method):
    frame = two_visits()
    rest = [
        impute_by_hand(frame[frame["USUBJID"] != who], method) for who in frame["USUBJID"].unique()
    ]
    expected = math.sqrt((len(rest) - 1) / len(rest) * np.sum((rest - np.mean(rest)) ** 2))
    row = run(frame, method=method, **TWO).iloc[0]
    assert row["se"] == pytest.approx(expected, rel=1e-6)
    assert (row["n"], row["n_imputed"], row["n_departed"], row["df"]) == (24, 8, 8, 14)


@pytest.mark.parametrize("method", ["mar", "jump_to_reference", "copy_reference"])
def test_at_three_visits_the_imputed_value_equals_the_conditional_normal_mean(method):
    frame = leave(SMALL)
    fit = fit_mmrm(frame, **{k: v for k, v in ROLES.items() if k != "key_visit"})
    beta = fit.coefficients.set_index("term")["estimate"]
    visits = ["M03", "M06", "M12"]

    def mean(arm, base, visit):
        names = ["(Intercept)", f"ARM{arm}", f"AVISIT{visit}"]
        names += [f"ARM{arm}:AVISIT{visit}", f"AVISIT{visit}:ARM{arm}"]
        plain = sum(beta.get(name, 0.0) for name in names)
        return plain + base * (beta["BASE"] + beta.get(f"BASE:AVISIT{visit}", 0.0))

    values = {}
    for who, rows in frame.groupby("USUBJID"):
        y, gone = (
            rows.set_index("AVISIT")[name].loc[visits].to_numpy() for name in ("CHG", "GONE")
        )
        arm, base = rows["ARM"].iloc[0], rows["BASE"].iloc[0]
        own = np.array([mean(arm, base, v) for v in visits])
        reference = np.array([mean("CONTROL", base, v) for v in visits])
        mu = {
            "mar": own,
            "jump_to_reference": np.where(gone, reference, own),
            "copy_reference": reference if gone.any() else own,
        }[method]
        seen = ~np.isnan(y)
        sigma = fit.covariance.to_numpy()
        step = sigma[2, seen] @ np.linalg.inv(sigma[np.ix_(seen, seen)]) @ (y - mu)[seen]
        values[who] = y[2] if seen[2] else mu[2] + step
    imputed = frame.query("AVISIT == 'M12'").assign(CHG=lambda f: f["USUBJID"].map(values))
    expected = fit_ancova(
        imputed, response="CHG", arm="ARM", covariates=["BASE"], reference="CONTROL"
    ).contrasts()
    table = run(frame, method=method)
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-7)


def test_when_nobody_left_every_method_equals_missing_at_random_and_says_so():
    table = run(SMALL)
    mar = table.query("method == 'mar'")[NUMBERS].to_numpy()
    assert len(table) == 3 * len(mar)
    for _, rows in table.groupby("method"):
        assert np.array_equal(rows[NUMBERS].to_numpy(), mar)
    assert (table["note"] == "no such missing values").all()
    assert (table["n_departed"] == 0).all()


def test_complete_data_are_the_analysis_of_covariance_itself():
    everybody = SMALL.groupby("USUBJID")["CHG"].transform("count") == 3
    frame = SMALL[everybody]
    last = frame.query("AVISIT == 'M12'")

    def contrasts(rows):
        fit = fit_ancova(rows, response="CHG", arm="ARM", covariates=["BASE"], reference="CONTROL")
        return fit.contrasts()

    table, expected = run(frame, method="mar"), contrasts(last)
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-10)
    assert table["df"].to_numpy() == pytest.approx(expected["df"])
    rest = np.array([contrasts(last.drop(i))["estimate"].to_numpy() for i in last.index])
    spread = ((rest - rest.mean(axis=0)) ** 2).sum(axis=0) * (len(rest) - 1) / len(rest)
    assert table["se"].to_numpy() == pytest.approx(np.sqrt(spread), rel=1e-9)


def test_the_reference_pulls_an_effect_towards_zero():
    frame = two_visits(n=60, seed=9)
    table = run(frame, **TWO).set_index("method")["estimate"]
    assert 0 < table["jump_to_reference"] < table["copy_reference"] < table["mar"]


def test_persons_of_the_reference_who_left_are_imputed_like_their_own_arm():
    frame = two_visits()
    only_control = frame.assign(GONE=frame["GONE"] & (frame["ARM"] == "C"))
    table = run(only_control, **TWO)
    assert (table["estimate"] == table["estimate"].iloc[0]).all()
    assert table["n_departed"].tolist() == [4, 4, 4]


def test_values_seen_after_leaving_count_but_do_not_feed_the_reference_model():
    frame = two_visits()
    back = frame["USUBJID"].isin(["T00", "C00"]) & (frame["AVISIT"] == "V2")
    frame.loc[back, "CHG"] = [0.3, 9.0]
    table = run(frame, **TWO).set_index("method")
    # the model without the two values, the comparison with them
    unseen = frame.assign(CHG=frame["CHG"].mask(back))
    hand = impute_by_hand(unseen, "jump_to_reference")
    n = frame.groupby("ARM")["USUBJID"].nunique()
    wide = unseen.pivot_table(index="USUBJID", columns="AVISIT", values="CHG", dropna=False)
    seen = wide.dropna()
    x = np.column_stack([seen.index.str[0] == "C", seen.index.str[0] == "T", seen["V1"]])
    c, _, slope = np.linalg.lstsq(x.astype(float), seen["V2"].to_numpy(), rcond=None)[0]
    first = wide["V1"].groupby(wide.index.str[0]).mean()
    jump = {
        w: c + slope * first["C"] + slope * (wide["V1"][w] - first[w[0]]) for w in ("C00", "T00")
    }
    value = frame[back].set_index("USUBJID")["CHG"]
    moved = (value["T00"] - jump["T00"]) / n["T"] - (value["C00"] - jump["C00"]) / n["C"]
    assert table.loc["jump_to_reference", "estimate"] == pytest.approx(hand + moved, rel=1e-7)
    assert table.loc["mar", "estimate"] == pytest.approx(impute_by_hand(frame, "mar"), rel=1e-7)
    assert table["n_imputed"].tolist() == [6, 6, 6]


def test_values_that_are_not_due_are_never_imputed():
    frame = leave(SMALL)
    late = frame["USUBJID"].isin(frame["USUBJID"].unique()[::7])
    frame["SOON"] = late & (frame["AVISIT"] == "M12") & frame["CHG"].isna()
    assert frame["SOON"].any()
    flagged = run(frame, not_due="SOON")
    absent = run(frame[~frame["SOON"]])
    pd.testing.assert_frame_equal(flagged, absent, check_exact=True)
    assert flagged["n"].iloc[0] == 48 - frame["SOON"].sum()


def test_at_shifts_of_zero_the_tipping_grid_is_the_analysis_at_random():
    frame = leave(SMALL)
    grid, table = tip(frame), run(frame, method="mar")
    assert grid[NUMBERS].to_numpy() == pytest.approx(table[NUMBERS].to_numpy(), rel=1e-12)


def test_a_shift_is_added_to_the_imputed_values_of_its_side_and_to_nothing_else():
    frame = two_visits()
    grid = tip(frame, active_deltas=[0.0, 1.5], control_deltas=[0.0, -2.0], **TWO)
    expected = impute_by_hand(frame, "mar")
    assert grid[["active_delta", "control_delta"]].to_numpy().tolist() == [
        [0.0, 0.0],
        [0.0, -2.0],
        [1.5, 0.0],
        [1.5, -2.0],
    ]
    # a third of each arm is imputed
    moved = grid["active_delta"] / 3 - grid["control_delta"] / 3
    assert grid["estimate"].to_numpy() == pytest.approx(expected + moved, rel=1e-7)


def test_the_standard_error_under_a_shift_is_that_of_leaving_each_person_out():
    frame = two_visits()

    def shifted(rows):
        missing = rows[rows["GONE"]]["ARM"].value_counts()
        size = rows.groupby("ARM")["USUBJID"].nunique()
        moved = 1.5 * missing["T"] / size["T"] + 2.0 * missing["C"] / size["C"]
        return impute_by_hand(rows, "mar") + moved

    rest = [shifted(frame[frame["USUBJID"] != who]) for who in frame["USUBJID"].unique()]
    expected = math.sqrt((len(rest) - 1) / len(rest) * np.sum((rest - np.mean(rest)) ** 2))
    row = tip(frame, active_deltas=[1.5], control_deltas=[-2.0], **TWO).iloc[0]
    assert row["se"] == pytest.approx(expected, rel=1e-6)


def test_the_grid_says_where_the_interval_leaves_zero():
    grid = tip(leave(SMALL), active_deltas=[0.0, 4.0, 30.0])
    row = grid.query("contrast == 'IT - CONTROL'").set_index("active_delta")
    assert row["excludes_zero"].tolist() == [True, True, False]
    assert ((row["lower"] > 0) | (row["upper"] < 0)).tolist() == [True, True, False]


@settings(derandomize=True, deadline=None, max_examples=2)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_never_changes_a_bit(seed):
    frame = leave(SMALL)
    mixed = frame.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(run(frame), run(mixed), check_exact=True)
    pd.testing.assert_frame_equal(
        tip(frame, active_deltas=[1.0]), tip(mixed, active_deltas=[1.0]), check_exact=True
    )


def test_swapping_two_arms_mirrors_the_contrast_at_random():
    frame = two_visits()
    forth = run(frame, method="mar", **TWO).iloc[0]
    back = run(frame, method="mar", **(TWO | {"reference": "T"})).iloc[0]
    assert [back["estimate"], back["lower"], back["se"]] == pytest.approx(
        [-forth["estimate"], -forth["upper"], forth["se"]], rel=1e-7
    )


def test_rescaling_the_response_rescales_the_answer():
    frame = leave(SMALL)
    table, again = run(frame), run(frame.assign(CHG=frame["CHG"] * 1000))
    for name in ("estimate", "se", "lower", "upper"):
        assert again[name].to_numpy() == pytest.approx(table[name] * 1000, rel=1e-6)
    assert again["p"].to_numpy() == pytest.approx(table["p"], rel=1e-6)


def test_a_missing_covariate_leaves_the_person_out_and_the_note_says_so():
    frame = leave(SMALL)
    who = frame["USUBJID"].iloc[0]
    frame.loc[frame["USUBJID"] == who, "BASE"] = math.nan
    table = run(frame)
    assert (table["n"] == 47).all()
    assert table["note"].str.contains("1 participant left out: missing covariate").all()


def test_persons_without_any_value_do_not_count_unless_one_is_due():
    frame = leave(SMALL)
    nobody = pd.DataFrame(
        {"USUBJID": "NEW", "ARM": "IV", "AVISIT": ["M03", "M06", "M12"], "BASE": 9.0, "SOON": True}
    )
    more = pd.concat([frame.assign(SOON=False), nobody.assign(GONE=False)], ignore_index=True)
    more["ARM"] = pd.Categorical(more["ARM"], ["CONTROL", "IV", "IT"])
    pd.testing.assert_frame_equal(run(more, not_due="SOON"), run(frame), check_exact=True)
    assert (run(more)["n"] == 49).all()


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (SMALL.assign(CHG=1.0), "no variation"),
        (SMALL.assign(CHG=math.nan), "no values at M12"),
    ],
)
def test_without_a_model_nothing_is_estimated_and_the_note_says_why(frame, reason):
    for table in (run(frame), tip(frame)):
        assert table[["estimate", "se", "lower", "upper", "p"]].isna().all(axis=None)
        assert table["note"].str.contains(reason).all()


def test_an_arm_of_one_participant_has_an_estimate_but_no_jackknife():
    frame = two_visits()
    frame = frame[(frame["ARM"] == "C") | (frame["USUBJID"] == "T01")]
    row = run(frame, method="mar", **TWO).iloc[0]
    assert math.isfinite(row["estimate"])
    assert math.isnan(row["se"])
    assert row["note"].startswith("not estimable from these data, or not without every participant")


def test_an_arm_without_rows_or_without_values_is_not_estimable_and_the_others_are():
    frame = leave(SMALL)
    absent = frame[frame["ARM"] != "IV"]
    silent = frame.assign(CHG=frame["CHG"].mask(frame["ARM"] == "IV"))
    for rows in (absent, silent):
        for table in (run(rows, method="mar"), tip(rows)):
            assert table["contrast"].tolist() == ["IV - CONTROL", "IT - CONTROL"]
            assert table.loc[0, NUMBERS].isna().all()
            assert table.loc[0, "note"].startswith("not estimable from these data")
            assert table.loc[1, NUMBERS].notna().all()


def test_before_anybody_is_there_nothing_is_estimated_and_the_note_says_why():
    frame = leave(SMALL).assign(AVISIT=lambda f: pd.Categorical(f["AVISIT"], ["M03", "M06", "M12"]))
    early = frame[frame["AVISIT"] != "M12"]
    alone = frame[frame["ARM"] != "CONTROL"]
    silent = frame.assign(CHG=frame["CHG"].mask(frame["ARM"] == "CONTROL"))
    for rows, reason in (
        (early, "no values at M12"),
        (frame.head(0), "no values at M12"),
        (frame.assign(CHG=math.nan), "no values at M12"),
        (alone, "no values of CONTROL at M12"),
        (silent, "no values of CONTROL at M12"),
    ):
        for table in (run(rows, method="mar"), tip(rows)):
            assert len(table) == 2
            assert table[NUMBERS].isna().all(axis=None)
            assert table["note"].str.contains(reason).all()


def test_a_level_that_was_never_seen_is_not_imputed_from_another():
    frame = leave(SMALL).assign(SEX=lambda f: np.where(f["USUBJID"].str[-1] > "4", "M", "W"))
    gone = frame.query("AVISIT == 'M12' and CHG.isna()")["USUBJID"].iloc[0]
    rare = frame["USUBJID"] == gone
    # the only person of the first level has no value at all
    frame.loc[rare, ["SEX", "CHG"]] = ["A", math.nan]
    options = {"covariates": ["BASE", "BASE:AVISIT", "SEX"]}
    table = run(frame, **options)
    assert (table["n"] == 47).all()
    assert table["note"].str.contains("1 participant left out: missing covariate").all()
    without = run(frame[~rare], **options)
    assert np.array_equal(table[NUMBERS].to_numpy(), without[NUMBERS].to_numpy())


def test_visits_without_any_value_tell_nothing():
    frame = leave(SMALL)
    first = frame["AVISIT"] == "M03"
    silent = frame.assign(CHG=frame["CHG"].mask(first))
    pd.testing.assert_frame_equal(run(silent), run(frame[~first]), check_exact=True)


def test_one_visit_has_nothing_to_condition_on_and_imputes_the_mean():
    frame = two_visits().query("AVISIT == 'V2'")
    row = run(frame, method="jump_to_reference", **TWO).iloc[0]
    mean = frame.groupby("ARM")["CHG"].mean()
    assert row["estimate"] == pytest.approx((mean["T"] - mean["C"]) * 8 / 12, rel=1e-9)


def test_many_persons_are_left_out_in_groups_and_the_note_says_so(monkeypatch):
    monkeypatch.setattr(imputed_contrasts, "MOST_GROUPS", 12)
    frame = two_visits(n=12)
    row = run(frame, method="mar", **TWO).iloc[0]
    assert row["note"] == "jackknife over 12 groups of participants"
    # person i of the one arm leaves with person i of the other
    pairs = frame["USUBJID"].str[1:]
    rest = [impute_by_hand(frame[pairs != who], "mar") for who in pairs.unique()]
    expected = math.sqrt(11 / 12 * np.sum((rest - np.mean(rest)) ** 2))
    assert row["se"] == pytest.approx(expected, rel=1e-6)
    assert row["estimate"] == pytest.approx(impute_by_hand(frame, "mar"), rel=1e-7)


def test_unusable_calls_are_a_programming_mistake():
    for changes, message in (
        ({"method": "wishful"}, "no method 'wishful'"),
        ({"key_visit": "M99"}, "no visit 'M99'"),
        ({"reference": "X"}, "no level 'X'"),
        ({"departed": "NOPE"}, "not a column: NOPE"),
        ({"analysis_covariates": ["BASE:ARM"]}, "no interaction with ARM"),
        ({"level": 95}, "level must lie"),
        ({"response": "AVISIT"}, "column of numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            run(SMALL, **changes)
    with pytest.raises(ValueError, match="two rows at visit M03"):
        run(pd.concat([SMALL, SMALL.head(1)]))
    moved = SMALL.assign(ARM=SMALL["ARM"].astype(str))
    moved.loc[0, "ARM"] = "IT"
    with pytest.raises(ValueError, match="more than one arm"):
        run(moved)
    with pytest.raises(ValueError, match="at least one shift"):
        tip(SMALL, active_deltas=[])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["mar", "jump_to_reference"])
def test_the_mean_jackknife_error_is_the_spread_of_simulated_estimates(method):
    frames = [two_visits(n=16, seed=s, at_random=True) for s in range(300)]
    rows = [run(frame, method=method, **TWO).iloc[0] for frame in frames]
    spread = np.std([row["estimate"] for row in rows], ddof=1)
    mean = math.sqrt(np.mean([row["se"] ** 2 for row in rows]))
    # the spread of 300 estimates is known to 4 %; the jackknife errs to the safe side
    assert 0.88 * spread < mean < 1.25 * spread
