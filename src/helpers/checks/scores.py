"""Totals of questionnaire forms as the checks need them: one scorer for reports and checks."""

import pandas as pd

from helpers.intake.groups import number_groups
from helpers.intake.schema import ANSWERED, SUBJECT
from helpers.params.trial import Trial
from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import TotalScale
from helpers.scales.parameters import score_form_parameters
from helpers.scales.registry import build_instruments

FORM = (SUBJECT, "VISIT", "QSCAT", "QSDTC")
COLUMNS = (*FORM, "SRCROW", "PARAMCD", "AVAL", "NMISS")


def build_score_options(trial: Trial) -> ScoreOptions:
    """The trial's choices about its instruments."""
    scoring = trial.scoring
    total = scoring.fms_total
    chosen = {"mas_arm": scoring.mas_arm, "mas_leg": scoring.mas_leg}
    return ScoreOptions(
        mas_coding=scoring.mas_coding,
        mas_min_rated=scoring.mas_min_rated,
        sf36_version=scoring.sf36_version,
        sf36_norms=None if scoring.sf36_version == "rand" else scoring.sf36_norms,
        sf36_rand_half=scoring.sf36_rand_half,
        fms_definition=scoring.fms_definition,
        fms_total=None
        if total is None
        else TotalScale(total.minimum, total.maximum, total.direction, total.label),
        **{name: items for name, items in chosen.items() if items},
    )


def answers_of(qs: pd.DataFrame) -> pd.DataFrame:
    """Item rows with an answer, the columns that scoring reads; rows for a whole form left out."""
    wanted = qs["QSORRES"].notna() & (qs["QSTESTCD"] != "ALL")
    return qs.loc[wanted, [*FORM, "QSTESTCD", "QSORRES", "SRCROW"]]


def score_forms(qs: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Every parameter of every form with at least one answer.

    Returns
    -------
    One row per form and parameter, `COLUMNS`: SRCROW of the form's first answer, score and
    number of items without a usable answer.
    """
    options = build_score_options(trial)
    answers = answers_of(qs)
    parts = [
        _score_form(answers[answers["QSCAT"] == form], form, options)
        for form in trial.forms
        if form in build_instruments(options)
    ]
    filled = [part for part in parts if not part.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))


def _stand_in(answers: pd.DataFrame, form: str, options: ScoreOptions) -> pd.Series:
    """Answers; where it is only known that there is one, the lowest that the item has."""
    hidden = answers["QSORRES"] == ANSWERED
    if not hidden.any():
        return answers["QSORRES"]
    items = build_instruments(options)[form].items
    lowest = {
        item.code: next((raw for raw, code in item.coding.items() if code == item.lowest), "0")
        for item in items
        if item.coding
    }
    return answers["QSORRES"].mask(hidden, answers["QSTESTCD"].map(lowest).fillna("0"))


def _score_form(answers: pd.DataFrame, form: str, options: ScoreOptions) -> pd.DataFrame:
    if answers.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    answers = answers.assign(QSORRES=_stand_in(answers, form, options))
    numbered = answers.assign(form=number_groups(answers, FORM))
    unique = numbered.drop_duplicates(["form", "QSTESTCD"], keep="last")
    wide = unique.pivot(index="form", columns="QSTESTCD", values="QSORRES").astype(object)
    scores = score_form_parameters(wide, form, options=options)
    facts = numbered.drop_duplicates("form").set_index("form")[[*FORM, "SRCROW"]]
    scored = scores.join(facts, on="FORM")
    return scored[list(COLUMNS)]
