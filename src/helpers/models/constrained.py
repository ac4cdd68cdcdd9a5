"""The constrained longitudinal model: baseline is a response whose mean all arms share.

Source: Liang and Zeger, Sankhya B 2000;62:134.
"""

import re

import pandas as pd

from helpers.models.repeated_measures import ModelChoices
from helpers.models.score_rows import (
    ARM,
    SUBJECT,
    VISIT,
    Selection,
    add_covariates,
    build_score_rows,
    find_arms,
    follows,
)
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.result import MmrmFit
from helpers.view import ClosedView

VALUE = "AVAL"


def fit_constrained(
    view: ClosedView, code: str, selection: Selection, choices: ModelChoices
) -> MmrmFit | str:
    """Value = visit + arm x visit after baseline + covariates; or the reason why there is none.

    Participants with a baseline alone, or a later value alone, count too. Differences between arms
    at a visit are differences in change, since the means at baseline are one (Liang and Zeger,
    Sankhya B 2000;62:134-148).
    """
    rows = build_score_rows(view, code, selection)
    if not rows.visits or len(rows.arms) < 2:
        return "no visit can be modelled"
    visits = (view.trial.baseline.code, *rows.visits)
    frame = read_values(view, code, selection, visits)
    frame = frame[frame[ARM].isin(rows.arms)]
    # one mean at baseline: there everybody is in the reference arm
    first = frame[VISIT] == visits[0]
    shared = frame.assign(**{ARM: frame[ARM].mask(first, rows.arms[0])})
    fit = fit_mmrm(
        shared.assign(
            **{
                ARM: pd.Categorical(shared[ARM], categories=rows.arms),
                VISIT: pd.Categorical(shared[VISIT], categories=visits),
            }
        ),
        response=VALUE,
        subject=SUBJECT,
        visit=VISIT,
        arm=ARM,
        covariates=selection.covariates,
        covariance=choices.structures[0],
        df=choices.df,
        fallback=choices.structures,
    )
    # that baseline belongs to one arm is how the model is built, and no finding about the data
    return fit if fit.converged else re.split(r"; (?=fewer than|subject )", fit.note)[0]


def read_values(
    view: ClosedView, code: str, selection: Selection, visits: tuple[str, ...]
) -> pd.DataFrame:
    """One row per participant and visit with a value: USUBJID, ARM, AVISIT, AVAL, covariates."""
    rows = view["adeff"]
    arms = find_arms(view, selection.population)
    kept = (
        (rows["PARAMCD"] == code)
        & (rows["ANL01FL"] == "Y")
        & rows[VISIT].isin(visits)
        & rows[VALUE].notna()
        & rows[SUBJECT].isin(arms.index)
    )
    if selection.left_out_after and "ICEREAS" in rows:
        kept &= ~follows(rows["ICEREAS"], selection.left_out_after)
    chosen = rows[kept.astype(bool)]
    frame = pd.DataFrame(
        {
            SUBJECT: chosen[SUBJECT].astype(object),
            ARM: chosen[SUBJECT].map(arms).astype(object),
            VISIT: chosen[VISIT].astype(object),
            VALUE: chosen[VALUE].astype("float64"),
        }
    ).reset_index(drop=True)
    return add_covariates(frame, view, selection.covariates)
