"""What an analysis of 200 written trials finds: the effect that was put in, or none."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from many_trials import SEEDS

from helpers.scales.parameters import score_form_parameters
from helpers.simulate.enrolment import plan_enrolment
from helpers.simulate.generate import build_tables, draw_course
from helpers.simulate.scenarios import SCENARIOS
from helpers.simulate.tables import columns_of
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.ranks import compare_ranks

pytestmark = pytest.mark.slow

FORMS = {"NIHSS": ("NIHSSTOT",), "FMA": ("FMATOT",), "SF36": ("SF36PCS", "SF36MCS")}
MORE = {"FIM": ("FIMTOT",), "MAS": ("MASUE", "MASLE")}
BY_SCORE = {"NIHSSTOT": "nihss", "FMATOT": "fma", "SF36PCS": "pcs"}


@cache
def score_trials(scenario):
    """One row per trial, person, visit and parameter, from the rows that would be written."""
    story = SCENARIOS[scenario]
    rows, arms = [], {}
    for seed in SEEDS:
        for slot in plan_enrolment(seed, story, 16):
            if slot.arm is None:
                continue
            arms[seed, slot.subjid] = slot.arm
            written = build_tables(seed, draw_course(seed, slot, story), story)["qs"]
            rows += [(seed, *row) for row in written]
    qs = pd.DataFrame(rows, columns=["seed", *columns_of("qs")])
    qs = qs[qs["QSTESTCD"] != "ALL"]
    parts = [_score(qs[qs["QSCAT"] == form], form, FORMS | MORE) for form in FORMS | MORE]
    scores = pd.concat(parts, ignore_index=True)
    keys = zip(scores["seed"], scores["SUBJID"], strict=True)
    return scores.assign(arm=[arms[key] for key in keys])


def _score(qs, form, wanted):
    keys = ["seed", "SUBJID", "VISIT"]
    wide = qs.pivot(index=keys, columns="QSTESTCD", values="QSORRES").astype(object)
    places = wide.index.to_frame(index=False)
    scored = score_form_parameters(wide.reset_index(drop=True), form)
    scored = scored[scored["PARAMCD"].isin(wanted[form])]
    facts = places.loc[scored["FORM"]].reset_index(drop=True)
    return facts.assign(
        PARAMCD=scored["PARAMCD"].to_numpy(), AVAL=scored["AVAL"].to_numpy(dtype=float)
    )


def changes(scenario, parameter):
    scores = score_trials(scenario)
    mine = scores[scores["PARAMCD"] == parameter]
    base = mine[mine["VISIT"] == "BL"].set_index(["seed", "SUBJID"])["AVAL"].rename("BASE")
    after = mine[mine["VISIT"] != "BL"].join(base, on=["seed", "SUBJID"])
    return after.assign(CHG=after["AVAL"] - after["BASE"])


@pytest.mark.parametrize(
    "parameter",
    ["NIHSSTOT", "FIMTOT", "FMATOT", "MASUE", "MASLE", "SF36PCS", "SF36MCS"],
)
def test_without_an_effect_the_exact_rank_test_is_valid(parameter):
    after = changes("null", parameter)
    after = after[after["VISIT"] == "M06"].dropna(subset=["CHG"])
    for arm in ("IV", "IT"):
        p = np.array(
            [
                compare_ranks(
                    part.loc[part["arm"] == arm, "CHG"], part.loc[part["arm"] == "CTL", "CHG"]
                ).p
                for _, part in after.groupby("seed")
            ]
        )
        for level in (0.01, 0.05, 0.10, 0.25):
            error = (level * (1 - level) / len(p)) ** 0.5
            assert (p <= level).mean() <= level + 3 * error


@pytest.mark.parametrize("parameter", BY_SCORE)
def test_the_mixed_model_finds_the_effects_of_benefit_within_fifteen_percent(parameter):
    stated = getattr(SCENARIOS["benefit"], BY_SCORE[parameter])
    after = changes("benefit", parameter)
    found = []
    for _, part in after.groupby("seed"):
        fit = fit_mmrm(
            part,
            response="CHG",
            subject="SUBJID",
            visit="VISIT",
            arm="arm",
            covariates=["BASE:VISIT"],
            reference="CTL",
        )
        at_six = fit.contrasts().query("visit == 'M06'").set_index("contrast")["estimate"]
        found.append([at_six["IV - CTL"], at_six["IT - CTL"]])
    for estimate, arm in zip(np.mean(found, axis=0), ("IV", "IT"), strict=True):
        assert estimate == pytest.approx(stated[arm], rel=0.15)
