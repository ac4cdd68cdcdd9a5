"""What a model of a score estimates, as results of a display: means of arms, differences, facts."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.efficacy.family_words import describe_family_method, find_category
from helpers.displays.results import Key, Result, rows_of
from helpers.models.family import read_rule
from helpers.models.planned_fit import fit_as_planned
from helpers.models.repeated_measures import (
    ScoreModel,
    adjust_family,
    name_contrast,
    tabulate_contrasts,
    tabulate_means,
)
from helpers.stats.estimates import NAN
from helpers.view import TOTAL, ArmView, MaskedView

LS_MEAN, MODEL = "LSMEAN", "MODEL"
PAIRS = "LSMEAN.TUKEY"
MOST_CONTRASTS = 3  # of which the page shows all; of more only those with the control
ESTIMATE = ("estimate", "se", "df", "lower", "upper")


class Effects(NamedTuple):
    """A fitted model and what its numbers are filed under."""

    view: ArmView
    model: ScoreModel
    population: str

    @property
    def level(self) -> float:
        """Confidence level of the intervals."""
        return self.view.interim.interval_level

    @property
    def key(self) -> Key:
        """Key of the numbers, without arm, contrast and visit."""
        return Key(self.population, "", self.model.code, category=LS_MEAN)

    @property
    def visits(self) -> list[str]:
        """Planned visits after baseline, in the model or not."""
        return list(self.model.rows.counts.index)


def fit_effects(view: ArmView, code: str) -> Effects:
    """The model of a score as the interim plans it."""
    return Effects(view, fit_as_planned(view, code), view.interim.population_efficacy)


def list_page_contrasts(view: ArmView) -> list[tuple[str, str, str]]:
    """Contrasts that a page has room for, as (label, arm, reference)."""
    control, known = view.trial.control, list(view.contrasts)
    if control is None or len(known) <= MOST_CONTRASTS:
        return known
    return [contrast for contrast in known if contrast[2] == control]


def list_key_contrasts(view: ArmView) -> list[tuple[str, str, str]]:
    """Contrasts of the key family: every arm with the control; none without a control."""
    return [contrast for contrast in view.contrasts if contrast[2] == view.trial.control]


def describe_method(model: ScoreModel) -> str:
    """Short name of the method, for results.csv: `mmrm us, satterthwaite`."""
    if model.fit is None or not model.fit.converged:
        return ""
    return "ancova" if model.single else f"mmrm {model.fit.structure}, {model.fit.df_method}"


def list_means(effects: Effects) -> list[Result]:
    """Values and LS mean of every arm at every planned visit; NaN where not in the model."""
    view, model, _ = effects
    table, method = tabulate_means(model, effects.level), describe_method(model)
    found: list[Result] = []
    for visit in effects.visits:
        for arm in view.arms:
            key = effects.key._replace(arm=arm.label, visit=visit)
            found += rows_of(key, {"n": int(model.rows.counts.loc[visit, arm.code])})
            found += rows_of(key, read_estimate(table, (visit, arm.code)), method)
    return found


def list_contrasts(effects: Effects) -> list[Result]:
    """Differences of LS means, every contrast at every planned visit, not adjusted.

    With the nominal p only at looks that spend alpha.
    """
    view, model, _ = effects
    table, method = tabulate_contrasts(model, effects.level), describe_method(model)
    names = (*ESTIMATE, "p") if view.interim.alpha_look else ESTIMATE
    found: list[Result] = []
    for visit in effects.visits:
        for label, arm, reference in view.contrasts:
            key = effects.key._replace(contrast=label, visit=visit)
            place = (visit, name_contrast(arm, reference))
            found += rows_of(key, read_estimate(table, place, names), method)
    return found


def list_family(effects: Effects) -> list[Result]:
    """Interval and p of the key family by its rule; none where the look spends no alpha."""
    view, model, _ = effects
    interim, visit, control = view.interim, view.interim.key_visit, view.trial.control
    if not interim.alpha_look or visit is None or control is None:
        return []
    rule = read_rule(view, model.code)
    table = adjust_family(model, visit, control, interim.family_level, rule)
    method = f"{describe_method(model)}, {describe_family_method(interim)}"
    found: list[Result] = []
    for label, arm, reference in list_key_contrasts(view):
        key = effects.key._replace(category=find_category(interim), contrast=label, visit=visit)
        names = ("estimate", "df", "lower", "upper", "p_adjusted")
        values = read_estimate(table, name_contrast(arm, reference), names)
        if rule.method == "dunnett" and len(table):
            values["df"] = float(table["df"].astype("float64").min())
        found += rows_of(key, values, method)
    return found


def list_pairs_family(effects: Effects) -> list[Result]:
    """Tukey-adjusted intervals of all pairs of masked arms; none where the look spends no alpha.

    Without a p value: the formal family, and what it is held against, name the control.
    """
    view, model, _ = effects
    visit = view.interim.key_visit
    if not isinstance(view, MaskedView) or not view.interim.alpha_look or visit is None:
        return []
    table = adjust_family(model, visit, None, effects.level)
    found: list[Result] = []
    for label, arm, reference in view.contrasts:
        key = effects.key._replace(category=PAIRS, contrast=label, visit=visit)
        names = ("estimate", "lower", "upper")
        values = read_estimate(table, name_contrast(arm, reference), names)
        found += rows_of(key, values, f"{describe_method(model)}, tukey")
    return found


def list_facts(effects: Effects) -> list[Result]:
    """Participants and values in the model, condition of the correlation over visits."""
    model = effects.model
    fit = model.fit
    condition = NAN if fit is None or model.single else fit.condition
    key = effects.key._replace(arm=TOTAL, category=MODEL)
    facts = {"n": model.n, "values": model.n_values, "condition": condition}
    return rows_of(key, facts, describe_method(model))


def read_estimate(
    table: pd.DataFrame, place: object, names: tuple[str, ...] = ESTIMATE
) -> dict[str, float]:
    """Numbers of one row of a table of estimates; NaN throughout where it has no such row."""
    if place not in table.index:
        return dict.fromkeys(names, NAN)
    row: Mapping[str, float] = table.loc[place]
    return {name: float(row[name]) for name in names}
