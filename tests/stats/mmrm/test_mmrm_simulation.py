"""Do the intervals hold what they promise at sixteen per arm? Long: slow suite only."""

import numpy as np
import pandas as pd
import pytest
from mmrm_cases import FEV, read_data
from scipy import stats

from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.cross_products import build_subject_arrays
from helpers.stats.mmrm.data import MmrmRoles, build_mmrm_data
from helpers.stats.mmrm.standardise import build_problem

ROLES = {"response": "CHG", "subject": "USUBJID", "visit": "AVISIT", "arm": "ARM"}
ARMS = np.repeat(["A", "B", "C"], 16)
VISITS = ["M03", "M06", "M12"]
EFFECT = {"A": 0.0, "B": 0.0, "C": 1.5}
SIGMA = np.array([[4.0, 3.0, 2.5], [3.0, 5.0, 4.0], [2.5, 4.0, 6.0]])
SETS = 2000


def simulate(draw):
    """16 per arm, changes regress on baseline, later visits missing more often, at random."""
    base = draw.normal(10, 3, 48)
    values = draw.multivariate_normal(np.zeros(3), SIGMA, 48) - 0.3 * base[:, None]
    values += np.vectorize(EFFECT.get)(ARMS)[:, None] * np.array([0.5, 1.0, 1.0])
    left = np.cumsum(draw.random((48, 3)) < [0.02, 0.08, 0.12], axis=1) > 0
    person, visit = np.nonzero(~left)
    return pd.DataFrame(
        {
            "USUBJID": person,
            "ARM": ARMS[person],
            "BASE": base[person],
            "AVISIT": np.array(VISITS)[visit],
            "CHG": values[person, visit],
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["satterthwaite", "kenward_roger_linear"])
def test_level_coverage_and_df_at_sixteen_per_arm(method):
    draw = np.random.default_rng(1200)
    p, inside, t, df = [], [], [], []
    for _ in range(SETS):
        fit = fit_mmrm(simulate(draw), **ROLES, covariates=["BASE*AVISIT"], df=method)
        assert fit.converged
        table = fit.contrasts(reference="A").query("visit == 'M06'").set_index("contrast")
        null, real = table.loc["B - A"], table.loc["C - A"]
        p.append(null.p)
        t.append(null.t)
        df.append(null["df"])
        inside.append(real.lower < EFFECT["C"] < real.upper)
    # standard error of a share near 5 %: 0.5 %
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=3 * 0.005)
    assert np.mean(inside) == pytest.approx(0.95, abs=3 * 0.005)
    # the t statistics follow a t distribution with the average df
    assert stats.kstest(t, stats.t(np.mean(df)).cdf).pvalue > 0.001
    # between the persons seen at the visit and all persons
    assert np.percentile(df, 1) > 30
    assert np.percentile(df, 99) < 48


@pytest.mark.slow
def test_joint_test_and_dunnett_hold_their_level():
    draw = np.random.default_rng(77)
    joint, family = [], []
    for _ in range(SETS // 2):
        frame = simulate(draw)
        effect = frame.ARM.map(EFFECT) * frame.AVISIT.map({"M03": 0.5, "M06": 1.0, "M12": 1.0})
        fit = fit_mmrm(
            frame.assign(CHG=frame.CHG - effect),
            **ROLES,
            covariates=["BASE"],
            df="kenward_roger_linear",
        )
        joint.append(fit.f_test("ARM:AVISIT").p[0])
        family.append(fit.contrasts(adjust="dunnett").query("visit == 'M06'").p.min())
    assert np.mean(np.array(joint) < 0.05) == pytest.approx(0.05, abs=3 * 0.007)
    assert np.mean(np.array(family) < 0.05) == pytest.approx(0.05, abs=3 * 0.007)


@pytest.mark.slow
def test_estimates_have_no_bias_under_missing_at_random():
    draw = np.random.default_rng(5)
    estimates = np.array(
        [
            fit_mmrm(simulate(draw), **ROLES, covariates=["BASE"])
            .contrasts(reference="A")
            .query("contrast == 'C - A'")
            .estimate
            for _ in range(SETS)
        ]
    )
    error = estimates.std(axis=0) / np.sqrt(SETS)
    assert (np.abs(estimates.mean(axis=0) - [0.75, 1.5, 1.5]) < 3.5 * error).all()


def test_a_hundred_times_the_persons_leave_the_fit_as_much_to_do():
    """What the likelihood is computed from is sums by pattern; the benchmark says how long."""
    frame = read_data("fev_data")
    draw = np.random.default_rng(3)
    many = pd.concat([frame.assign(USUBJID=frame.USUBJID + f"-{i}") for i in range(100)])
    many["FEV1"] += draw.normal(0, 3, len(many))
    roles = MmrmRoles("FEV1", "USUBJID", "AVISIT", "ARMCD", tuple(FEV["covariates"]))
    held = []
    for x in (frame, many):
        problem, _ = build_problem(build_subject_arrays(build_mmrm_data(x, roles), "AVISIT"), True)
        arrays = [*vars(problem.moments).values(), problem.basis]
        held.append([array.shape for array in arrays if isinstance(array, np.ndarray)])
    assert held[0] == held[1]
