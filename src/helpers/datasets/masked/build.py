"""Analysis data sets by planned arm under letters: from randomisation, without any dose."""

import pandas as pd

from helpers.datasets.assessments.adeff import build_adeff
from helpers.datasets.assessments.adqs import build_adqs
from helpers.datasets.assessments.baseline import derive_history, derive_laboratory, derive_scores
from helpers.datasets.events.adae import build_adae
from helpers.datasets.events.adcm import build_adcm
from helpers.datasets.events.addv import build_addv
from helpers.datasets.events.adqry import build_adqry
from helpers.datasets.laboratory.adlb import build_adlb
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.subjects.populations import derive_efficacy_population, derive_visit_status
from helpers.datasets.visits.advisit import build_advisit
from helpers.intake.records import Records
from helpers.params.interim import Interim
from helpers.params.trial import Trial


def build_masked_datasets(
    cut: Records, letters: pd.Series, trial: Trial, interim: Interim, cutoff: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """Every analysis data set that a masked report has, by name.

    Parameters
    ----------
    cut : records with keys in place of subject numbers.
    letters : of `read_allocation`.
    trial : of `mask_trial`.
    """
    adsl = derive_planned_arm(build_adsl(cut, trial, cutoff), letters, trial)
    advisit = build_advisit(cut, adsl, trial, cutoff)
    adsl = derive_history(derive_visit_status(adsl, advisit, trial, interim), cut, trial)
    adlb = build_adlb(cut, adsl, trial)
    adeff = build_adeff(build_adqs(cut, adsl, trial), cut, adsl, trial, interim)
    adsl = derive_efficacy_population(derive_scores(adsl, adeff, trial), adeff, interim)
    adsl = derive_laboratory(adsl, adlb, trial)
    return {
        "adsl": adsl,
        "adae": build_adae(cut, adsl, trial, interim),
        "adcm": build_adcm(cut, adsl),
        "addv": build_addv(cut, adsl),
        "adeff": adeff,
        "adlb": adlb,
        "adqry": build_adqry(cut),
        "advisit": advisit,
    }


def derive_planned_arm(adsl: pd.DataFrame, letters: pd.Series, trial: Trial) -> pd.DataFrame:
    """TRT01P and TRT01PN of randomised participants."""
    planned = adsl["SUBJID"].map(letters).where(adsl["RANDDT"].notna())
    numbers = {arm.code: i for i, arm in enumerate(trial.arms, start=1)}
    return adsl.assign(
        TRT01P=planned.astype(object).where(planned.notna(), None),
        TRT01PN=planned.map(numbers).astype("Int64"),
    )
