"""Is a randomised participant eligible: criteria, age, onset, baseline score (C04 to C07)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_rows
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial


def find_failed_criterion(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C04: randomised with a criterion failed or missing and no deviation row."""
    dv = context["dv"]
    excused = dv.loc[dv["DVCAT"] == "ELIGIBILITY", SUBJECT]
    persons = context.randomised.index.difference(pd.Index(excused.dropna().unique()))
    ie = context["ie"]
    own = ie[ie[SUBJECT].isin(persons)]
    # An empty answer or category does not show that somebody was eligible: it counts as failed.
    met = ((own["IECAT"] == "INCLUSION") & (own["IEORRES"] == "Y")) | (
        (own["IECAT"] == "EXCLUSION") & (own["IEORRES"] == "N")
    )
    failed = report_rows(
        own[~met],
        "ie",
        "C04",
        "E",
        "randomised although this criterion is not fulfilled; add a deviation or correct it",
        "IEORRES",
        day=_randomisation_of(own[~met], context),
    )
    return gather(failed, _find_missing_criteria(context, trial, persons))


def _find_missing_criteria(context: CheckContext, trial: Trial, persons: pd.Index) -> pd.DataFrame:
    answered = context["ie"].groupby(SUBJECT)["IETESTCD"].agg(set).reindex(persons)
    lacking = {
        person: [code for code in trial.criteria if not isinstance(has, set) or code not in has]
        for person, has in answered.items()
    }
    rows = [(person, codes) for person, codes in lacking.items() if codes]
    frame = pd.DataFrame({SUBJECT: [person for person, _ in rows]})
    text = [f"randomised without an answer to criterion {', '.join(codes)}" for _, codes in rows]
    return report_rows(frame, "ie", "C04", "E", text, day=_randomisation_of(frame, context))


def find_inconsistent_age(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C05: age at consent outside the limits, or age and birth year that disagree."""
    dm = _randomised_rows(context)
    low, high = trial.eligibility.age
    by_year = dm["RFICDTC"].dt.year - dm["BRTHYR"].astype("float64")
    age = dm["AGE"].astype("float64")
    # A birth year alone leaves two possible ages; only a participant out of range by both is named.
    oldest, youngest = age.fillna(by_year), age.fillna(by_year - 1)
    outside = (oldest < low) | (youngest > high)
    disagree = (age - by_year).abs() > 1
    return gather(
        *(
            report_rows(dm[hits], "dm", "C05", "E", text, "AGE", _randomisation_of(dm, context))
            for hits, text in (
                (outside, f"age at consent is not {low} to {high}"),
                (disagree, "AGE and BRTHYR differ by more than a year"),
            )
        )
    )


def find_inconsistent_onset(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C06: onset to consent too long or negative, for every day that a partial date can mean."""
    dm = _randomised_rows(context)
    limit = trial.eligibility.onset_days
    shortest = (dm["RFICDTC"] - latest_date(dm["STROKEDTC"])).dt.days
    longest = (dm["RFICDTC"] - earliest_date(dm["STROKEDTC"])).dt.days
    day = _randomisation_of(dm, context)
    return gather(
        *(
            report_rows(dm[hits], "dm", "C06", "E", text, "STROKEDTC", day)
            for hits, text in (
                (shortest > limit, f"onset is more than {limit} days before consent"),
                (longest < 0, "onset is after consent"),
            )
        )
    )


def find_low_score(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C07: baseline score below the entry limit."""
    limits = trial.eligibility
    if limits.score_parameter is None or limits.score_minimum is None:
        return gather()
    scores = context.scores
    low = scores[
        (scores["PARAMCD"] == limits.score_parameter)
        & (scores["VISIT"] == trial.baseline.code)
        & (scores["AVAL"] < limits.score_minimum)
        & scores[SUBJECT].isin(context.randomised.index)
    ]
    text = f"baseline {trial.scores[limits.score_parameter].label} is below {limits.score_minimum}"
    rows = low.assign(QSTESTCD=None)
    return report_rows(rows, "qs", "C07", "E", text, day=_randomisation_of(rows, context))


def _randomisation_of(rows: pd.DataFrame, context: CheckContext) -> pd.Series:
    """Day of randomisation of each row's participant: before it nothing here was wrong."""
    return spread(context.randomised, rows[SUBJECT])


def _randomised_rows(context: CheckContext) -> pd.DataFrame:
    dm = context["dm"]
    return dm[dm[SUBJECT].isin(context.randomised.index)]
